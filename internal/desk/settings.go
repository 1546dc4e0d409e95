package desk

import (
	"context"
	"slices"

	"certdesk/internal/proof"
)

// Settings are the customer's choices. An unknown value on the disk is as good as none.
type Settings struct{ *core }

// The choices of appearance; the empty one follows the system.
const (
	AppearanceSystem = ""
	AppearanceLight  = "light"
	AppearanceDark   = "dark"
)

const (
	settingLanguage   = "language"
	settingAppearance = "appearance"
	settingWorld      = "world"
	settingSecond     = "second-resolver"
	worldDemo         = "demo"
	settingDownloads  = "downloads"
	downloadsOn       = "on"
)

// Language is the chosen language, or empty for the system's.
func (s *Settings) Language(ctx context.Context) string { return s.get(ctx, settingLanguage) }

// SetLanguage keeps the choice of a language.
func (s *Settings) SetLanguage(ctx context.Context, tag string) error {
	return s.Store.SetSetting(ctx, settingLanguage, tag)
}

// Appearance is one of the constants above.
func (s *Settings) Appearance(ctx context.Context) string {
	v := s.get(ctx, settingAppearance)
	if !slices.Contains([]string{AppearanceLight, AppearanceDark}, v) {
		return AppearanceSystem
	}
	return v
}

// SetAppearance keeps the choice of an appearance.
func (s *Settings) SetAppearance(ctx context.Context, appearance string) error {
	return s.Store.SetSetting(ctx, settingAppearance, appearance)
}

// NoSecondResolver is the choice of none.
const NoSecondResolver = "none"

// SecondResolver is the id of the resolver that is asked besides that of this computer when names are proved, or
// [NoSecondResolver].
func (s *Settings) SecondResolver(ctx context.Context) string {
	v := s.get(ctx, settingSecond)
	if v != NoSecondResolver && proof.PublicByID(v).ID == "" {
		return proof.Publics[0].ID
	}
	return v
}

// SetSecondResolver keeps the choice of a second resolver.
func (s *Settings) SetSecondResolver(ctx context.Context, id string) error {
	return s.Store.SetSetting(ctx, settingSecond, id)
}

// OwnResolver reads the address of a resolver that the customer types. Its faults are those of [proof.ReadResolver].
func (s *Settings) OwnResolver(text string) (proof.Public, error) { return proof.ReadResolver(text) }

// InDemo reports whether the window was in the demo when it was closed last.
func (s *Settings) InDemo(ctx context.Context) bool { return s.get(ctx, settingWorld) == worldDemo }

// SetInDemo keeps whether the window is in the demo.
func (s *Settings) SetInDemo(ctx context.Context, demo bool) {
	world := ""
	if demo {
		world = worldDemo
	}
	if err := s.Store.SetSetting(ctx, settingWorld, world); err != nil {
		s.failed("keeping the world", "", err)
	}
}

// get reads a setting. One that can't be read is not worth stopping for: the default serves.
func (s *Settings) get(ctx context.Context, key string) string {
	v, _, err := s.Store.Setting(ctx, key)
	if err != nil {
		s.failed("reading a setting", "", err)
	}
	return v
}

// Downloads reports whether new files in the Downloads folder may be looked into.
func (s *Settings) Downloads(ctx context.Context) bool {
	return s.get(ctx, settingDownloads) == downloadsOn
}

// SetDownloads keeps that choice.
func (s *Settings) SetDownloads(ctx context.Context, on bool) error {
	value := ""
	if on {
		value = downloadsOn
	}
	return s.Store.SetSetting(ctx, settingDownloads, value)
}
