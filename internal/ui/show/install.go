package show

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
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

	card    *fyne.Container
	found   desk.Installable
	busy    string // the id of the place where something is being done
	at      string // the id of the place that wrong belongs to
	wrong   *fault.Error
	again   func(primary secret.Value) // what is done once the primary password is there
	primary *kit.Entry
	buttons map[string]*kit.Button // by place
}

// NewInstalls makes the card of an order, and starts looking.
func NewInstalls(env kit.Env, say *i18n.Printer, d *desk.Desk, scene *kit.Scene, canvas fyne.Canvas, orderID string) *Installs {
	s := &Installs{env: env, say: say, desk: d, scene: scene, canvas: canvas, orderID: orderID, card: kit.NewColumn(0)}
	s.look(nil)
	return s
}

// Object is what the card is drawn as.
func (s *Installs) Object() fyne.CanvasObject { return s.card }

func (s *Installs) look(then func()) {
	kit.Do(s.scene, func(ctx context.Context) (desk.Installable, error) { return s.desk.Installs.Look(ctx, s.orderID) },
		func(found desk.Installable, err error) {
			if err == nil { // without, the guide and the file are there all the same
				s.found = found
			}
			s.draw()
			if then != nil {
				then()
			}
		})
}

func (s *Installs) draw() {
	s.card.Objects, s.primary, s.buttons = nil, nil, map[string]*kit.Button{}
	if len(s.found.Places) > 0 {
		s.card.Objects = []fyne.CanvasObject{kit.NewCard(s.rows()...)}
	}
	s.card.Refresh()
	kit.Relayout(s.card)
}

func (s *Installs) rows() []fyne.CanvasObject {
	rows := []fyne.CanvasObject{kit.NewHeading(s.say.T("install.title"))}
	if !s.found.Tools {
		f := fault.New(fault.InstallTools, nil)
		return append(rows, kit.NewText(s.say.Say(f.Means())), kit.NewMuted(s.say.Say(f.Do())))
	}
	rows = append(rows, kit.NewMuted(s.say.T("install.sentence")))
	if s.found.Practice {
		rows = append(rows, kit.NewMuted(s.say.T("install.practice")))
	}
	for _, p := range s.found.Places {
		rows = append(rows, s.place(p)...)
	}
	return rows
}

// place is one program: what is there, and what can be done.
func (s *Installs) place(p desk.InstallPlace) []fyne.CanvasObject {
	name := p.Program.Name()
	if p.Profile != "" {
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
	if p.There && p.Program == "thunderbird" {
		id := "install.account-none"
		if p.Account != "" {
			id = "install.account"
		}
		out = append(out, kit.NewCaption(s.say.T(id, "address", s.found.Address)))
	}
	if p.There && !p.Ours {
		out = append(out, kit.NewCaption(s.say.T("install.not-ours", "program", p.Program.Name())))
	}
	if s.at == p.ID && s.wrong != nil {
		out = append(out, s.trouble(p)...)
	}
	return out
}

func (s *Installs) button(p desk.InstallPlace) *kit.Button {
	switch {
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
	kit.Confirm(s.canvas, kit.ConfirmSpec{
		Title: s.say.T("install.question", "program", p.Program.Name()),
		Text:  s.say.T("install.question-text", "address", s.found.Address, "program", p.Program.Name()),
		Yes:   s.say.T("install.yes"), No: s.say.T("install.no"),
		OnYes: func() { s.run(p, s.desk.Installs.Install)(secret.Value{}) },
	})
}

func (s *Installs) askBack(p desk.InstallPlace) {
	kit.Confirm(s.canvas, kit.ConfirmSpec{
		Title: s.say.T("install.back", "program", p.Program.Name()),
		Text:  s.say.T("install.back-text", "program", p.Program.Name()),
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
}
