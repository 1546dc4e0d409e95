package settings

import (
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/ui/kit"
)

// secrets is the card of where secrets are kept, and the ways to keep them elsewhere.
func (s *Settings) secrets() fyne.CanvasObject {
	say, at := s.Say(), s.Secrets.Places()
	rows := []fyne.CanvasObject{kit.NewHeading(say.T("settings.secrets"))}
	switch {
	case at.InFile:
		rows = append(rows, kit.NewText(say.T("settings.secrets.file", "name", filepath.Base(at.File))),
			kit.NewFlow(kit.Space12, kit.NewButton(say.T("passfile.change.title"), kit.Secondary, func() { s.Stage.ChangePassphrase(s.Open) })))
		if s.reaches {
			rows = append(rows, kit.NewInfo(kit.Info, say.T("settings.secrets.reaches")),
				kit.NewFlow(kit.Space12, kit.NewButton(say.T("settings.secrets.to-keyring"), kit.Secondary, func() { s.Stage.ToKeyring(s.Open) })))
		} else {
			rows = append(rows, kit.NewMuted(say.T("settings.secrets.absent")))
		}
	case at.There:
		rows = append(rows, kit.NewText(say.T("settings.secrets.keyring")), kit.NewInfo(kit.Info, say.T("settings.secrets.left", "name", filepath.Base(at.File))),
			kit.NewFlow(kit.Space12, kit.NewButton(say.T("settings.secrets.to-keyring"), kit.Secondary, func() { s.Stage.ToKeyring(s.Open) })))
	default:
		rows = append(rows, kit.NewText(say.T("settings.secrets.keyring")),
			kit.NewFlow(kit.Space12, kit.NewButton(say.T("settings.secrets.to-file"), kit.Link, func() { s.Stage.ToPassfile(s.Open) })))
	}
	return kit.NewCard(rows...)
}
