// Package settings is the screen of the customer's choices, and of what this program is.
package settings

import (
	"context"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// Stage is what the settings need of the window around them.
type Stage interface {
	Show(title string, page *kit.Page)
	Canvas() fyne.Canvas
	// Close leads back to where the customer came from.
	Close()
	// UseLanguage and UseAppearance take effect at once.
	UseLanguage(tag string)
	UseAppearance(appearance string)
	// OpenOrder leads to an order.
	OpenOrder(id string)
	// Backup leads to a backup of everything, Restore to one that was made.
	Backup()
	Restore()
	OpenFolder(path string, failed func(error))
	// ToPassfile and ToKeyring move all secrets, ChangePassphrase changes that of the file; done is called afterwards,
	// whatever came of it.
	ToPassfile(done func())
	ToKeyring(done func())
	ChangePassphrase(done func())
	// Downloads is the folder into which browsers put files, empty where there is none, and whether it may be looked
	// into; AllowDownloads keeps that choice.
	Downloads() (dir string, on bool)
	AllowDownloads(on bool, done func(error))
}

// Place is a folder or a store, and what is kept there.
type Place struct {
	What i18n.Message
	Path string // empty for what is no folder: the system's keyring
	Text i18n.Message
}

// About is what this program is.
type About struct {
	Version  string
	Licences string // of the libraries and fonts, as text
}

// Deps is what the settings are made of.
type Deps struct {
	Settings *desk.Settings
	// Remembered are the settings of the world in which the customer is: what is kept of a request belongs there.
	Remembered *desk.Settings
	// Authorities are the accounts of that world.
	Authorities *desk.Authorities
	Secrets     *desk.Secrets // of that world, too
	Env         kit.Env
	Say         func() *i18n.Printer
	Stage       Stage
	Tags        []string // the languages of the catalogue
	Places      []Place
	About       About
}

// Settings is the screen.
type Settings struct {
	Deps
	scene      *kit.Scene
	language   string
	appearance string
	second     string // the second resolver's id
	own        ownResolver
	wrong      *fault.Error
	kept       desk.Remembered
	reaches    bool
	editing    *editor // nil: the settings themselves are on the screen

	authorities []desk.AccountView
	bindings    []desk.Binding
	account     string // the one whose page is open, by its secret's id; empty: none
	ending      bool   // an account is being ended

	// looks is the choice of the appearance; it keeps the focus when the screen is drawn anew after it.
	looks     *kit.Segmented
	looksHeld bool
}

// choices is what is read from the disk.
type choices struct {
	language, appearance, second string
	kept                         desk.Remembered
	accounts                     []desk.AccountView
	bindings                     []desk.Binding
	wrong                        *fault.Error // of reading the accounts
	reaches                      bool         // there may be a keyring
}

// New makes the screen; Open shows it.
func New(d Deps) *Settings { return &Settings{Deps: d} }

// Open reads the choices and shows the screen.
func (s *Settings) Open() {
	s.Close()
	s.scene = kit.NewScene(s.Env.Run)
	kit.Do(s.scene, func(ctx context.Context) (choices, error) {
		c := choices{
			language: s.Settings.Language(ctx), appearance: s.Settings.Appearance(ctx), second: s.Settings.SecondResolver(ctx), kept: s.Remembered.Remembered(ctx),
			reaches: s.Secrets.Reaches(ctx),
		}
		var err error
		if c.accounts, err = s.Authorities.Accounts(ctx); err == nil {
			c.bindings, err = s.Authorities.Bindings(ctx)
		}
		c.wrong = fault.Of(err)
		return c, nil
	}, func(c choices, _ error) {
		s.language, s.appearance, s.second, s.kept = c.language, c.appearance, c.second, c.kept
		s.reaches, s.authorities, s.bindings, s.wrong = c.reaches, c.accounts, c.bindings, c.wrong
		s.draw()
	})
}

// Close ends the screen.
func (s *Settings) Close() {
	if s.scene != nil {
		s.scene.Close()
	}
}

// Rerender draws the screen in the language of the moment.
func (s *Settings) Rerender(*i18n.Printer) { s.draw() }

func (s *Settings) draw() {
	say := s.Say()
	if s.editing != nil {
		page := s.editing.page()
		s.Stage.Show(say.T("settings.title"), page)
		page.FocusFirst(s.Stage.Canvas())
		return
	}
	if page := s.accountPage(); page != nil {
		s.Stage.Show(say.T("settings.title"), page)
		page.FocusFirst(s.Stage.Canvas())
		return
	}
	body := []fyne.CanvasObject{
		kit.NewCard(kit.NewHeading(say.T("settings.language")), s.languages(), kit.NewHeading(say.T("settings.appearance")), s.appearances()),
	}
	if s.wrong != nil {
		body = append(body, show.Finding(say, s.wrong))
	}
	body = append(body, s.secrets(), s.remembered())
	body = append(body, s.accounts()...)
	body = append(body, s.resolvers())
	if dir, on := s.Stage.Downloads(); dir != "" {
		body = append(body, s.downloads(dir, on))
	}
	body = append(body, s.backups(), s.places(), s.about())
	page := kit.NewPage(kit.PageSpec{
		Title: say.T("settings.title"), Body: body,
		Footer:   kit.Footer{Primary: kit.NewButton(say.T("settings.done"), kit.Primary, s.Stage.Close)},
		OnEscape: s.Stage.Close,
	})
	s.Stage.Show(say.T("settings.title"), page)
	page.FocusFirst(s.Stage.Canvas())
	if s.looksHeld {
		s.Stage.Canvas().Focus(s.looks)
	}
}

// downloads is the choice to look into new files in the folder of downloads.
func (s *Settings) downloads(dir string, on bool) fyne.CanvasObject {
	say := s.Say()
	return kit.NewCard(kit.NewHeading(say.T("handoff.downloads.title")),
		kit.NewCheck(say.T("handoff.downloads.allow", "dir", filepath.Base(dir)), on, func(on bool) {
			s.wrong = nil
			scene := s.scene
			s.Stage.AllowDownloads(on, func(err error) {
				if err != nil && !scene.Closed() {
					s.wrong = fault.Of(err)
					s.draw()
				}
			})
		}),
		kit.NewMuted(say.T("handoff.downloads.note")))
}

func (s *Settings) languages() fyne.CanvasObject {
	say := s.Say()
	tags := append([]string{""}, s.Tags...)
	labels := make([]string, len(tags))
	for i, tag := range tags {
		labels[i] = say.T("settings.language.system")
		if tag != "" {
			labels[i] = say.T("settings.language." + tag)
		}
	}
	return kit.NewSegmented(labels, max(0, slices.Index(tags, s.language)), func(i int) {
		s.language, s.looksHeld = tags[i], false
		s.keep(func(ctx context.Context) error { return s.Settings.SetLanguage(ctx, tags[i]) })
		s.Stage.UseLanguage(tags[i])
	})
}

func (s *Settings) appearances() fyne.CanvasObject {
	say := s.Say()
	all := []string{desk.AppearanceSystem, desk.AppearanceLight, desk.AppearanceDark}
	labels := []string{say.T("settings.appearance.system"), say.T("settings.appearance.light"), say.T("settings.appearance.dark")}
	s.looks = kit.NewSegmented(labels, max(0, slices.Index(all, s.appearance)), func(i int) {
		s.appearance, s.looksHeld = all[i], true
		s.keep(func(ctx context.Context) error { return s.Settings.SetAppearance(ctx, all[i]) })
		s.Stage.UseAppearance(all[i])
	})
	return s.looks
}

// keep writes a choice. It takes effect in any case; one that can't be written is said.
func (s *Settings) keep(write func(ctx context.Context) error) {
	s.wrong = nil
	kit.Do(s.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, write(context.WithoutCancel(ctx))
	}, func(_ struct{}, err error) {
		if err != nil {
			s.wrong = fault.Of(err)
			s.draw()
		}
	})
}

func (s *Settings) places() fyne.CanvasObject {
	say := s.Say()
	rows := []kit.Pair{}
	for _, p := range s.Places {
		value := fyne.CanvasObject(kit.NewText(say.Say(p.Text)))
		if p.Path != "" {
			value = kit.NewSides(kit.NewSelectable(p.Path), kit.NewButton(say.T("use.open-folder"), kit.Link, func() {
				s.Stage.OpenFolder(p.Path, func(err error) { s.wrong = fault.Of(err); s.draw() })
			}))
		}
		rows = append(rows, kit.Pair{Label: say.Say(p.What), Value: value})
	}
	return kit.NewCard(kit.NewHeading(say.T("settings.places")), kit.NewPairs(rows...), kit.NewMuted(say.T("settings.places-note")))
}

// backups are the ways to make one and to restore from one.
func (s *Settings) backups() fyne.CanvasObject {
	say := s.Say()
	return kit.NewCard(kit.NewHeading(say.T("settings.backup")), kit.NewMuted(say.T("settings.backup-note")), kit.NewFlow(kit.Space12,
		kit.NewButton(say.T("settings.backup-make"), kit.Secondary, s.Stage.Backup),
		kit.NewButton(say.T("settings.backup-restore"), kit.Secondary, s.Stage.Restore)))
}

func (s *Settings) about() fyne.CanvasObject {
	say := s.Say()
	return kit.NewCard(
		kit.NewHeading(say.T("settings.about")),
		kit.NewText(say.T("settings.version", "version", s.About.Version)),
		kit.NewMuted(say.T("settings.screen-readers")),
		kit.NewDetails(say.T("settings.licences"), kit.NewSelectable(s.About.Licences)),
	)
}
