package journey

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/ui/kit"
)

// codeSeller is who a bare code goes to: the one service that the customer names.
type codeSeller struct {
	asked   bool                // by "I only have a code", before there is one
	picked  string              // id in the directory, or otherSeller
	typed   string              // address of another
	service *activation.Reading // what was chosen: its service and host
	picker  *kit.Picker
	address *kit.Entry
}

const otherSeller = "other" // no id of the directory: they are names of sellers

// askSeller begins with the seller, for a code that is not typed yet.
func (l *link) askSeller() {
	l.seller.asked, l.found = true, nil
	l.draw()
	l.j.Stage.Canvas().Focus(l.seller.picker)
}

// whichSeller asks for the seller of a bare code.
func (l *link) whichSeller() []fyne.CanvasObject {
	j, s := l.j, &l.seller
	items, real := l.sellers()
	if s.picked == "" && !real {
		s.picked = otherSeller // nobody has a code of the demo alone
	}
	s.picker = kit.NewPicker(j.Env, items, j.Say.T("link.seller.placeholder"), l.pickSeller).Labelled(j.Say.T("link.seller.pick"))
	s.picker.SetPicked(s.picked)
	out := []fyne.CanvasObject{kit.NewText(j.Say.T("link.seller.question")), s.picker}
	if s.picked == otherSeller {
		s.address = kit.NewEntry(kit.EntrySpec{
			Label: j.Say.T("link.seller.label"), Hint: j.Say.T("link.seller.hint"), Placeholder: "shop.example.ch",
			Value:     s.typed,
			OnChanged: func(text string) { s.typed = text; s.address.ClearError() },
			OnSubmit:  func(string) { l.useSeller() },
		})
		out = append(out, s.address, kit.NewFlow(12, kit.NewButton(j.Say.T("link.seller.use"), kit.Secondary, l.useSeller)))
	}
	if l.text != "" && l.letter == nil {
		out = append(out, kit.NewMuted(j.Say.T("link.typed-code")))
	}
	return out
}

// sellers are what can be picked; real says that there is one beside the demo.
func (l *link) sellers() (items []kit.PickItem, real bool) {
	j := l.j
	for _, s := range j.Desk.Redeem.KnownSellers() {
		sub := j.Say.T("link.seller.demo")
		if s.Service != activation.Demo {
			sub, real = s.Hosts[0], real || s.Kind == activation.SellerActivation
		}
		items = append(items, kit.PickItem{ID: s.ID, Title: s.Name, Sub: sub})
	}
	return append(items, kit.PickItem{ID: otherSeller, Title: j.Say.T("link.seller.other")}), real
}

func (l *link) pickSeller(id string) {
	l.seller.picked = id
	for _, s := range l.j.Desk.Redeem.KnownSellers() {
		if s.ID != id {
			continue
		}
		r := activation.Reading{Kind: activation.Link}
		r.Ticket.Service = s.Address()
		if s.Service == "" {
			origin, host, err := l.j.Desk.Redeem.Address(s.Address())
			if err != nil {
				return
			}
			r.Ticket.Service, r.Host = origin, host
		}
		l.goesTo(r)
		return
	}
	l.draw()
	l.seller.address.Focus(l.j.Stage.Canvas())
}

// useSeller takes the address that was typed.
func (l *link) useSeller() {
	canvas := l.j.Stage.Canvas()
	if l.seller.address == nil {
		l.seller.picker.SetError(l.j.Say.T("link.seller.placeholder"), "")
		canvas.Focus(l.seller.picker)
		return
	}
	origin, host, err := l.j.Desk.Redeem.Address(l.seller.typed)
	if err != nil {
		l.seller.address.SetError(l.j.Say.T("link.seller.wrong.saw"), l.j.Say.T("link.seller.wrong.do"))
		l.seller.address.Focus(canvas)
		return
	}
	r := activation.Reading{Kind: activation.Link, Host: host, RequiresTick: host.RequiresTick()}
	r.Ticket.Service = origin
	l.goesTo(r)
}

// goesTo is the service that a code goes to, also one that is typed later.
func (l *link) goesTo(service activation.Reading) {
	l.seller.service = &service
	l.withSeller()
	l.draw()
	if l.chosen == nil {
		l.field.Focus(l.j.Stage.Canvas())
		return
	}
	l.j.Stage.Canvas().Focus(l.primary)
}

// withSeller puts the code that was read and the seller that was chosen together.
func (l *link) withSeller() {
	s := l.seller.service
	if s == nil || l.readErr != nil || l.reading.Kind != activation.Code || l.reading.Ticket.Service != "" {
		return
	}
	r := *s
	service := r.Ticket.Service
	r.Ticket = l.reading.Ticket
	r.Ticket.Service = service
	l.chosen = &r
}

// anotherSeller takes the choice back.
func (l *link) anotherSeller() {
	l.seller.service, l.chosen, l.ticked = nil, nil, false
	l.seller.asked = true
	if l.seller.picked != otherSeller {
		l.seller.picked = ""
	}
	l.draw()
	l.j.Stage.Canvas().Focus(l.seller.picker)
}
