package show

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/secret"
	"certdesk/internal/ui/kit"
)

// Installs is the card on which a certificate is put into the programs of this computer, and taken out again.
// It is empty where there is no such program.
type Installs struct {
	env     kit.Env
	say     *i18n.Printer
	desk    *desk.Desk
	scene   *kit.Scene
	canvas  fyne.Canvas
	orderID string
	serves  destination.ID // whose stores are shown; empty: all

	card    *fyne.Container
	found   desk.Installable
	busy    string // the id of the place where something is being done
	at      string // the id of the place that wrong belongs to
	wrong   *fault.Error
	again   func(primary secret.Value) // what is done once the primary password is there
	leave   bool                       // the key may be taken out of the store again
	primary *kit.Entry
	buttons map[string]*kit.Button // by place
	news    fyne.CanvasObject      // the last line of the place where something was done
}

// NewInstalls makes the card of an order, with the stores that a program uses (empty: all), and starts looking.
func NewInstalls(
	env kit.Env, say *i18n.Printer, d *desk.Desk, scene *kit.Scene, canvas fyne.Canvas, orderID string, serves destination.ID,
) *Installs {
	s := &Installs{env: env, say: say, desk: d, scene: scene, canvas: canvas, orderID: orderID, serves: serves, card: kit.NewColumn(0)}
	s.look(nil)
	return s
}

// Serves is the program whose stores are shown, empty for all.
func (s *Installs) Serves() destination.ID { return s.serves }

// Object is what the card is drawn as.
func (s *Installs) Object() fyne.CanvasObject { return s.card }

func (s *Installs) look(then func()) {
	kit.Do(s.scene, func(ctx context.Context) (desk.Installable, error) { return s.desk.Installs.Look(ctx, s.orderID) },
		func(found desk.Installable, err error) {
			if err == nil { // without, the guide and the file are there all the same
				s.found = found
				s.found.Places = slices.DeleteFunc(found.Places, func(p desk.InstallPlace) bool { return !p.Serves(s.serves) })
			}
			s.draw()
			if then != nil {
				then()
			}
		})
}

func (s *Installs) draw() {
	s.card.Objects, s.primary, s.news, s.buttons = nil, nil, nil, map[string]*kit.Button{}
	if len(s.found.Places) > 0 {
		s.card.Objects = []fyne.CanvasObject{kit.NewCard(s.rows()...)}
	}
	s.card.Refresh()
	kit.Relayout(s.card)
}

func (s *Installs) rows() []fyne.CanvasObject {
	title := "install.title-found"
	if slices.ContainsFunc(s.found.Places, func(p desk.InstallPlace) bool { return p.Can }) {
		title = "install.title"
	}
	rows := []fyne.CanvasObject{kit.NewHeading(s.say.T(title))}
	if title == "install.title" {
		rows = append(rows, kit.NewMuted(s.say.T("install.sentence")))
	}
	if s.found.Practice {
		rows = append(rows, kit.NewMuted(s.say.T("install.practice")))
	}
	for _, p := range s.found.Places {
		rows = append(rows, s.place(p)...)
	}
	if !s.found.Tools && s.found.Packages {
		f := fault.New(fault.InstallTools, nil)
		rows = append(rows, kit.NewText(s.say.Say(f.Means())), kit.NewMuted(s.say.Say(f.Do())))
	}
	return rows
}

// place is one program: what is there, and what can be done.
func (s *Installs) place(p desk.InstallPlace) []fyne.CanvasObject {
	name := p.Program.Name()
	switch {
	case p.Program.System():
		name = s.say.T("install.store." + string(p.Program))
	case p.Profile != "":
		name = s.say.T("install.profile", "program", name, "profile", p.Profile)
	}
	left := []fyne.CanvasObject{kit.NewText(name)}
	if p.There {
		left = append(left, kit.NewFlow(8, kit.NewPill(kit.Success, s.say.T("install.there"))))
	}
	var row fyne.CanvasObject = kit.NewColumn(4, left...)
	if button := s.button(p); button != nil {
		button.SetBusy(s.busy == p.ID)
		button.SetEnabled(s.busy == "" || s.busy == p.ID)
		s.buttons[p.ID] = button
		row = kit.NewSidesTop(row, button)
	}
	out := []fyne.CanvasObject{row}
	if text := s.note(p); text != "" {
		out = append(out, kit.NewCaption(text))
	}
	if p.There && !p.Ours {
		id := "install.not-ours"
		if p.Program.System() {
			id += "." + string(p.Program)
		}
		out = append(out, kit.NewCaption(s.say.T(id, "program", p.Program.Name())))
	}
	if s.at == p.ID && s.wrong != nil {
		out = append(out, s.trouble(p)...)
	}
	if s.at == p.ID {
		s.news = out[len(out)-1]
	}
	return out
}

// note is how one goes on in the program.
func (s *Installs) note(p desk.InstallPlace) string {
	switch {
	case !p.Can && !s.found.Packages:
		return s.say.T("install.guide", "program", p.Program.Name())
	case !p.There:
		return ""
	case p.Program.System():
		return s.say.T("install.use."+string(p.Program), "address", s.found.Address)
	case p.Program != "thunderbird":
		return ""
	case p.Account == "":
		return s.say.T("install.account-none", "address", s.found.Address)
	}
	return s.say.T("install.account", "address", s.found.Address)
}

func (s *Installs) button(p desk.InstallPlace) *kit.Button {
	switch {
	case !p.Can:
		return nil
	case !p.There:
		return kit.NewButton(s.say.T("install.do"), kit.Secondary, func() { s.ask(p) })
	case p.Ours:
		return kit.NewButton(s.say.T("install.undo"), kit.DangerLink, func() { s.askBack(p) })
	}
	return nil
}

// trouble says what was in the way; a password that is asked for can be typed there.
func (s *Installs) trouble(p desk.InstallPlace) []fyne.CanvasObject {
	if s.wrong.Code != fault.InstallPassword {
		return []fyne.CanvasObject{Finding(s.say, s.wrong)}
	}
	again := func() {
		if s.busy == "" {
			s.again(secret.FromString(s.primary.Text()))
		}
	}
	s.primary = kit.NewEntry(kit.EntrySpec{
		Label: s.say.T("install.primary", "program", p.Program.Name()), Password: true,
		OnChanged: func(string) { s.primary.ClearError() }, OnSubmit: func(string) { again() },
	})
	s.primary.SetError(s.say.Say(s.wrong.Saw()), s.say.Say(s.wrong.Do()))
	return []fyne.CanvasObject{s.primary, kit.NewFlow(12, kit.NewButton(s.say.T("install.continue"), kit.Secondary, again))}
}

func (s *Installs) ask(p desk.InstallPlace) {
	s.leave = false
	spec := kit.ConfirmSpec{
		Title: s.say.T("install.question", "program", p.Program.Name()),
		Text:  s.say.T("install.question-text", "address", s.found.Address, "program", p.Program.Name()),
		Yes:   s.say.T("install.yes"), No: s.say.T("install.no"),
		OnYes: func() { s.run(p, s.install)(secret.Value{}) },
	}
	if p.Program.System() {
		spec.Text = s.say.T("install.question-text."+string(p.Program), "address", s.found.Address)
		spec.Body = kit.NewColumn(kit.Space8,
			kit.NewCheck(s.say.T("install.exportable", "program", p.Program.Name()), false, func(on bool) { s.leave = on }),
			kit.NewCaption(s.say.T("install.exportable-why", "program", p.Program.Name())))
	}
	kit.Confirm(s.canvas, spec)
}

func (s *Installs) install(ctx context.Context, orderID, targetID string, primary secret.Value) error {
	return s.desk.Installs.Install(ctx, orderID, targetID, desk.InstallOptions{Primary: primary, Exportable: s.leave})
}

func (s *Installs) askBack(p desk.InstallPlace) {
	text := "install.back-text"
	if p.Program.System() {
		text += ".system"
	}
	kit.Confirm(s.canvas, kit.ConfirmSpec{
		Title: s.say.T("install.back", "program", p.Program.Name()),
		Text:  s.say.T(text, "program", p.Program.Name()),
		Yes:   s.say.T("install.undo"), No: s.say.T("install.no"), Danger: true,
		OnYes: func() { s.run(p, s.desk.Installs.Undo)(secret.Value{}) },
	})
}

// run does something with a place, and looks again.
func (s *Installs) run(p desk.InstallPlace, do func(ctx context.Context, orderID, targetID string, primary secret.Value) error) func(secret.Value) {
	s.again = func(primary secret.Value) {
		s.busy, s.at, s.wrong = p.ID, p.ID, nil
		s.draw()
		kit.Do(s.scene, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, do(ctx, s.orderID, p.ID, primary)
		}, func(_ struct{}, err error) {
			s.busy, s.wrong = "", fault.Of(err)
			s.look(func() { s.focus(p.ID) })
		})
	}
	return s.again
}

// focus is where one goes on: the password, or what can be done now.
func (s *Installs) focus(id string) {
	switch b := s.buttons[id]; {
	case s.primary != nil:
		s.primary.Focus(s.canvas)
	case b != nil:
		s.canvas.Focus(b)
	}
	if s.news != nil {
		kit.Reveal(s.news) // below what has the focus
	}
}
