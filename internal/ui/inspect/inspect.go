// Package inspect is the screen "Check a file": what a file is, whether key and certificate fit, what is missing, and
// which programs open it.
package inspect

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"certdesk/internal/certificate"
	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/secret"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// Stage is what the screen needs of the window around it.
type Stage interface {
	Show(title string, page *kit.Page)
	Canvas() fyne.Canvas
	// Close leads back to where the customer came from.
	Close()
}

// Deps is what the screen is made of.
type Deps struct {
	Inspector *desk.Inspector
	Env       kit.Env
	Say       *i18n.Printer
	Stage     Stage
}

// Screen is the screen. The file's bytes are in memory for as long as it asks for their password, the password only
// while it is tried.
type Screen struct {
	Deps
	scene *kit.Scene
	path  string
	data  []byte
	busy  bool
	found *desk.Inspected
	wrong *fault.Error // about the file, or its password while it is locked

	primary  *kit.Button // tries the password, or has a file chosen
	password *kit.Entry
}

// New makes the screen; Open shows it.
func New(d Deps) *Screen { return &Screen{Deps: d} }

// Open shows the screen; with a path, it looks into that file at once.
func (s *Screen) Open(path string) {
	s.scene = kit.NewScene(s.Env.Run)
	if path == "" {
		s.draw()
		return
	}
	s.read(path)
}

// Close ends the screen and forgets the file.
func (s *Screen) Close() {
	s.forget()
	if s.scene != nil {
		s.scene.Close()
	}
}

func (s *Screen) forget() {
	clear(s.data)
	s.data, s.found, s.wrong, s.password = nil, nil, nil, nil
}

// Rerender draws the screen again in the words of say.
func (s *Screen) Rerender(say *i18n.Printer) {
	s.Say, s.Env.Words = say, say
	s.draw()
}

func (s *Screen) draw() {
	t := s.Say.T
	s.password = nil
	var body []fyne.CanvasObject
	switch {
	case s.busy:
		body = append(body, kit.NewLoading(s.Env, t("check.reading"), nil))
	case s.wrong != nil && s.found == nil:
		body = append(body, show.Finding(s.Say, s.wrong))
	case s.found != nil:
		body = s.result()
	}
	s.primary = kit.NewButton(t("check.open"), kit.Primary, s.choose)
	if s.password != nil {
		s.primary = kit.NewButton(t("check.unlock"), kit.Primary, s.unlock)
		body = append(body, kit.NewFlow(12, kit.NewButton(t("check.open-other"), kit.Link, s.choose)))
	}
	s.primary.SetBusy(s.busy)
	if s.found == nil && s.wrong == nil && !s.busy {
		body = append(body, kit.NewMuted(t("check.drop")), kit.NewInfo(kit.Success, t("check.promise")))
	}
	page := kit.NewPage(kit.PageSpec{
		Title: t("check.title"), Sentence: t("check.sentence"), Body: body,
		Footer:   kit.Footer{Back: kit.NewButton(t("journey.back"), kit.Secondary, s.Stage.Close), Primary: s.primary},
		OnEscape: s.Stage.Close,
		OnDrop: func(paths []string) {
			if len(paths) > 0 {
				s.read(paths[0])
			}
		},
	})
	s.Stage.Show(t("check.title"), page)
	canvas := s.Stage.Canvas()
	if s.password != nil {
		s.password.Focus(canvas)
		return
	}
	canvas.Focus(s.primary)
}

func (s *Screen) choose() {
	kit.ChooseFile(s.Stage.Canvas(), s.Env, kit.FileSpec{Title: s.Say.T("check.open"), OnChoose: s.read})
}

// read looks into a file without a password.
func (s *Screen) read(path string) {
	if s.busy {
		return
	}
	s.forget()
	s.path, s.busy = path, true
	s.draw()
	type looked struct {
		data  []byte
		found desk.Inspected
	}
	kit.Do(s.scene, func(ctx context.Context) (looked, error) {
		data, err := s.Inspector.Read(ctx, path)
		if err != nil {
			return looked{}, err
		}
		found, err := s.Inspector.Look(path, data, secret.Value{})
		return looked{data, found}, err
	}, func(l looked, err error) {
		s.busy = false
		if err != nil {
			clear(l.data)
			s.wrong = fault.Of(err)
			s.draw()
			return
		}
		s.take(l.data, l.found)
	})
}

func (s *Screen) take(data []byte, found desk.Inspected) {
	s.found, s.wrong = &found, nil
	if found.Locked {
		s.data = data
	} else {
		clear(data)
		s.data = nil
	}
	s.draw()
}

// unlock tries the password on the file.
func (s *Screen) unlock() {
	if s.busy || s.password == nil {
		return
	}
	password, path, data := secret.FromString(s.password.Text()), s.path, s.data
	s.busy = true
	s.draw()
	kit.Do(s.scene, func(context.Context) (desk.Inspected, error) { return s.Inspector.Look(path, data, password) },
		func(found desk.Inspected, err error) {
			s.busy = false
			if err != nil {
				s.wrong = fault.Of(err)
				if s.wrong.Code != fault.KeyFilePassword {
					s.found = nil
				}
				s.draw()
				return
			}
			if found.Locked { // an empty password
				s.wrong = fault.New(fault.KeyFilePassword, nil)
				s.draw()
				return
			}
			s.take(data, found)
		})
}

// result says what the file is.
func (s *Screen) result() []fyne.CanvasObject {
	t := s.Say.T
	f := s.found
	rows := []fyne.CanvasObject{kit.NewTitled("file", f.Name, s.Say.Say(f.What))}
	if d := f.Certificate; d != nil {
		rows = append(rows, s.facts(d, f.Above))
	}
	out := []fyne.CanvasObject{kit.NewCard(rows...)}
	if f.Locked {
		s.password = kit.NewEntry(kit.EntrySpec{Label: t("check.password"), Hint: t("check.password.hint"), Password: true})
		if s.wrong != nil {
			s.password.SetError(t("check.password.saw"), t("check.password.wrong"))
		}
		out = append(out, s.password)
	}
	for _, n := range f.Notes {
		if n.Warning {
			out = append(out, kit.NewFinding(kit.Warning, s.Say.Say(n.Message), s.Say.Say(n.Advice)))
		} else {
			out = append(out, kit.NewInfo(kindOf(n), s.Say.Say(n.Message)))
		}
	}
	if len(f.Programs) > 0 {
		out = append(out, s.programs(f))
	}
	return out
}

func kindOf(n certificate.Finding) kit.Kind {
	if slices.Contains([]certificate.Kind{"key-fits", "mail-right", "mail-address"}, n.Kind) {
		return kit.Success
	}
	return kit.Info
}

// facts are what the certificate says.
func (s *Screen) facts(d *certificate.Description, above []string) fyne.CanvasObject {
	t := s.Say.T
	names := ""
	for i, n := range d.Names {
		if i == 10 {
			names += ", …"
			break
		}
		if names != "" {
			names += ", "
		}
		names += n.Value
	}
	if names == "" {
		names = d.Title
	}
	rows := []kit.Pair{
		{Label: t("check.for"), Value: kit.NewSelectable(names)},
		{Label: t("check.valid"), Value: kit.NewText(t("check.valid.text", "from", i18n.Date(d.NotBefore), "until", i18n.Date(d.NotAfter)))},
		{Label: t("check.by"), Value: kit.NewText(d.IssuedBy)},
		{Label: t("check.key"), Value: kit.NewText(d.Key)},
	}
	if len(above) > 0 {
		chain := ""
		for i, name := range above {
			if i > 0 {
				chain += " → "
			}
			chain += name
		}
		rows = append(rows, kit.Pair{Label: t("check.above"), Value: kit.NewText(chain)})
	}
	return kit.NewPairs(rows...)
}

// programs says who opens the file, who calls its password wrong, and how that is known.
func (s *Screen) programs(f *desk.Inspected) fyne.CanvasObject {
	t := s.Say.T
	rows := []fyne.CanvasObject{kit.NewHeading(t("check.programs")), kit.NewMuted(s.Say.Say(f.Encryption))}
	refused := false
	var pairs []kit.Pair
	for _, o := range f.Programs {
		pill := kit.NewPill(kit.Info, t("check.unsure"))
		switch o.Verdict {
		case destination.Opens:
			pill = kit.NewPill(kit.Success, t("check.opens"))
		case destination.Refuses:
			refused = true
			pill = kit.NewPill(kit.Warning, t("check.refuses"))
		case destination.Unsure:
		}
		pairs = append(pairs, kit.Pair{Label: s.Say.Say(o.Program), Value: kit.NewFlow(0, pill)})
	}
	rows = append(rows, kit.NewPairs(pairs...))
	if refused {
		rows = append(rows, kit.NewFinding(kit.Info, t("check.refused.saw"), t("check.refused.do")))
	}
	return kit.NewCard(append(rows, kit.NewDetails(t("check.how"), s.how(f.Programs)))...)
}

func (s *Screen) how(programs []destination.Opening) fyne.CanvasObject {
	t := s.Say.T
	var pairs []kit.Pair
	for _, o := range programs {
		text := t("check.how.unknown")
		switch {
		case o.Measured:
			text = t("check.how.measured")
		case len(o.Reported) > 0:
			text = t("check.how.reported", "sources", o.Reported)
		}
		pairs = append(pairs, kit.Pair{Label: s.Say.Say(o.Program), Value: kit.NewText(text)})
	}
	return kit.NewPairs(pairs...)
}
