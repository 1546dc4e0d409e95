package settings

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/proof"
	"certdesk/internal/ui/kit"
)

// ownResolver is a second resolver whose address the customer types. What is typed is kept while the screen is open,
// and becomes the choice once it is an address and the button is pressed.
type ownResolver struct {
	open  bool
	text  string
	wrong *fault.Error
	used  string // what the resolver is called that was chosen just now
	// field is nil while another one is chosen.
	field  *kit.Entry
	choice *kit.Segmented
}

// resolvers is the choice of the second resolver, which is asked when names are proved.
func (s *Settings) resolvers() fyne.CanvasObject {
	say := s.Say()
	var ids, labels []string
	for _, p := range proof.Publics {
		ids, labels = append(ids, p.ID), append(labels, p.Name)
	}
	own := len(ids)
	ids, labels = append(ids, "", desk.NoSecondResolver), append(labels, say.T("settings.second-own"), say.T("settings.second-off"))
	chosen := slices.Index(ids, s.second)
	typed := proof.PublicByID(s.second).Typed()
	if typed != "" && s.own.text == "" {
		s.own.text = typed
	}
	if typed != "" || s.own.open || chosen < 0 {
		chosen = own
	}
	choice := kit.NewSegmented(labels, chosen, func(i int) {
		shown := s.own.field != nil
		s.own = ownResolver{open: i == own, text: s.own.text, choice: s.own.choice}
		if i == own { // nothing changes before there is an address
			s.draw()
			s.own.field.Focus(s.Stage.Canvas())
			return
		}
		s.second = ids[i]
		s.keep(func(ctx context.Context) error { return s.Settings.SetSecondResolver(ctx, ids[i]) })
		if shown { // its field goes
			s.draw()
			s.Stage.Canvas().Focus(s.own.choice)
		}
	})
	s.own.choice, s.own.field = choice, nil
	body := []fyne.CanvasObject{kit.NewHeading(say.T("settings.second")), choice}
	if chosen == own {
		body = append(body, s.ownField()...)
	}
	return kit.NewCard(append(body, kit.NewMuted(say.T("settings.second-note")))...)
}

// ownField is where the address is typed.
func (s *Settings) ownField() []fyne.CanvasObject {
	say, o := s.Say(), &s.own
	o.field = kit.NewEntry(kit.EntrySpec{
		Label: say.T("settings.second-own-label"), Hint: say.T("settings.second-own-hint"), Value: o.text, Mono: true,
		OnChanged: func(text string) { o.text, o.wrong = text, nil; o.field.ClearError() },
		OnSubmit:  func(string) { s.useOwn() },
	})
	if o.wrong != nil {
		o.field.SetError(say.Say(o.wrong.Saw()), say.Say(o.wrong.Do()))
	}
	out := []fyne.CanvasObject{o.field, kit.NewFlow(kit.Space12, kit.NewButton(say.T("settings.second-own-use"), kit.Secondary, s.useOwn))}
	if o.used != "" {
		out = append(out, kit.NewInfo(kit.Success, say.T("settings.second-own-used", "name", o.used)))
	}
	return out
}

// useOwn makes what was typed the second resolver, or says at the field why it can't be.
func (s *Settings) useOwn() {
	o := &s.own
	p, err := s.Settings.OwnResolver(o.text)
	o.wrong, o.used = fault.Of(err), p.Name
	if err == nil {
		s.second, o.text = p.ID, p.Typed()
		s.keep(func(ctx context.Context) error { return s.Settings.SetSecondResolver(ctx, p.ID) })
	}
	s.draw()
	o.field.Focus(s.Stage.Canvas())
}
