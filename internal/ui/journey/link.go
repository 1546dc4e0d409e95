package journey

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// link is step 1: what came by e-mail, and the host it leads to. Nothing is sent before Continue.
type link struct {
	j       *Journey
	field   *kit.Entry
	below   *fyne.Container // what the text is
	origin  activation.Origin
	reading activation.Reading
	readErr error
	chosen  *activation.Reading // of several candidates
	seller  string              // typed address of the seller of a bare code
	address *kit.Entry          // the field for it
	ticked  bool
	busy    bool
	text    string
	found   *fault.Error // shown under the field
	// forgotten says that the code of the draft is asked for once more.
	forgotten bool
	tick      *kit.Check // nil where the host needs none
}

func newLink(j *Journey, text string, from activation.Origin) *link {
	l := &link{j: j, text: text, origin: from}
	l.read()
	return l
}

func (l *link) read() {
	l.chosen, l.ticked, l.found = nil, false, nil
	l.reading, l.readErr = l.j.Desk.Redeem.Read(l.text, l.origin)
}

func (l *link) build() *kit.Page {
	j := l.j
	l.field = kit.NewPasteField(kit.EntrySpec{
		Placeholder: j.Say.T("link.placeholder"),
		Value:       l.text,
		Mono:        true,
		OnChanged: func(text string) {
			if text == l.text {
				return
			}
			l.text, l.origin = text, activation.Pasted
			l.read()
			l.draw()
		},
		OnSubmit: func(string) { l.goOn() },
	})
	l.below = kit.NewColumn(16)
	l.draw()
	return j.page(frame{
		title: j.Say.T("link.title"), sentence: j.Say.T("link.sentence"),
		body:    []fyne.CanvasObject{l.field, l.below},
		primary: j.continueButton(l.goOn),
	})
}

// subject is the reading that Continue would go on with.
func (l *link) subject() activation.Reading {
	if l.chosen != nil {
		return *l.chosen
	}
	return l.reading
}

// draw shows what the text is.
func (l *link) draw() {
	l.tick = nil
	l.below.Objects = l.parts()
	l.below.Refresh()
	kit.Relayout(l.below)
}

func (l *link) parts() []fyne.CanvasObject {
	j := l.j
	if l.found != nil {
		return []fyne.CanvasObject{show.Finding(j.Say, l.found)}
	}
	if l.text == "" || l.readErr != nil {
		return l.hint()
	}
	r := l.subject()
	switch r.Kind {
	case activation.Several:
		return l.candidates()
	case activation.Code:
		if r.Ticket.Service == "" {
			return l.whichSeller()
		}
	case activation.Link:
	}
	return l.leadsTo(r)
}

// hint stands there while there is nothing to show yet.
func (l *link) hint() []fyne.CanvasObject {
	if l.text == "" && l.has() {
		return []fyne.CanvasObject{kit.NewInfo(kit.Info, l.j.Say.T("link.has"))}
	}
	return []fyne.CanvasObject{kit.NewMuted(l.j.Say.T("link.hint"))}
}

// has reports whether this step was done before, so that an empty field is no reason to stay.
func (l *link) has() bool { return l.j.order.ID != "" && l.j.order.Licence.ID != "" && !l.forgotten }

// enterCode asks for the code of the draft once more. The draft stays: the code leads back to it.
func (j *Journey) enterCode() {
	l := newLink(j, j.pasted, activation.Pasted)
	l.forgotten = true
	if l.text == "" {
		l.found = fault.New(fault.CodeForgotten, nil)
	}
	j.show(order.StepLink, l)
}

// leadsTo shows the host in large plain letters, and asks for a tick where it may deceive.
func (l *link) leadsTo(r activation.Reading) []fyne.CanvasObject {
	j := l.j
	if r.Ticket.Service == activation.Demo {
		return []fyne.CanvasObject{
			kit.NewCard(kit.NewMuted(j.Say.T("link.leads-to")), kit.NewTitle(j.Say.T("link.demo"))),
			kit.NewInfo(kit.Info, j.Say.T("link.demo-note")),
		}
	}
	h := r.Host
	rows := []fyne.CanvasObject{kit.NewMuted(j.Say.T("link.leads-to")), kit.NewTitle(h.Display)}
	if h.Registered != "" {
		rows = append(rows, kit.NewText(j.Say.T("link.registered", "name", h.Registered)))
	}
	if h.Known != "" {
		rows = append(rows, kit.NewMuted(j.Say.T("link.known", "name", h.Known)))
	}
	out := []fyne.CanvasObject{kit.NewCard(rows...)}
	if r.FromWrapper != "" {
		out = append(out, kit.NewInfo(kit.Info, j.Say.T("link.unwrapped", "host", r.FromWrapper)))
	}
	switch {
	case h.Loopback:
		out = append(out, kit.NewInfo(kit.Info, j.Say.T("link.loopback")))
	case h.LooksLike != "":
		out = append(out, kit.NewFinding(kit.Danger, j.Say.T("link.looks-like.saw", "host", h.Display, "known", h.LooksLike), j.Say.T("link.looks-like.do")))
	case h.MixedAlphabets:
		out = append(out, kit.NewFinding(kit.Warning, j.Say.T("link.mixed.saw"), j.Say.T("link.mixed.do", "ascii", h.ASCII)))
	case h.Punycode:
		out = append(out, kit.NewFinding(kit.Warning, j.Say.T("link.punycode.saw", "ascii", h.ASCII), j.Say.T("link.punycode.do")))
	default:
		out = append(out, kit.NewInfo(kit.Info, j.Say.T("link.expect")))
	}
	if h.RequiresTick() {
		l.tick = kit.NewCheck(j.Say.T("link.tick", "host", h.Display), l.ticked, func(on bool) { l.ticked = on; l.tick.ClearError() })
		out = append(out, l.tick)
	}
	return out
}

// candidates shows the links of an e-mail that has several.
func (l *link) candidates() []fyne.CanvasObject {
	j := l.j
	var specs []kit.ChoiceSpec
	for _, c := range l.reading.Candidates {
		specs = append(specs, kit.ChoiceSpec{Title: c.Host.Display, Sentence: j.Say.T("link.candidate")})
	}
	return []fyne.CanvasObject{
		kit.NewText(j.Say.T("link.several", "n", len(specs))),
		kit.NewChoices(specs, -1, func(i int) {
			c := l.reading.Candidates[i]
			l.chosen = &c
			l.draw()
		}),
	}
}

// whichSeller asks for the seller of a bare code: it goes to the one service that the customer names.
func (l *link) whichSeller() []fyne.CanvasObject {
	j := l.j
	l.address = kit.NewEntry(kit.EntrySpec{
		Label: j.Say.T("link.seller.label"), Hint: j.Say.T("link.seller.hint"), Placeholder: "shop.example.ch",
		Value:     l.seller,
		OnChanged: func(text string) { l.seller = text; l.address.ClearError() },
		OnSubmit:  func(string) { l.useSeller() },
	})
	return []fyne.CanvasObject{
		kit.NewText(j.Say.T("link.seller.question")),
		l.address,
		kit.NewFlow(12, kit.NewButton(j.Say.T("link.seller.use"), kit.Secondary, l.useSeller)),
	}
}

func (l *link) useSeller() {
	origin, host, err := l.j.Desk.Redeem.Address(l.seller)
	if err != nil {
		l.address.SetError(l.j.Say.T("link.seller.wrong.saw"), l.j.Say.T("link.seller.wrong.do"))
		l.address.Focus(l.j.Stage.Canvas())
		return
	}
	r := l.reading
	r.Kind, r.Host, r.Ticket.Service = activation.Link, host, origin
	l.chosen = &r
	l.draw()
}

// goOn is Continue: the yes to the host that is shown.
func (l *link) goOn() {
	if l.busy {
		return
	}
	if strings.TrimSpace(l.text) == "" && l.has() {
		l.j.Go(order.StepLicence)
		return
	}
	if l.readErr != nil {
		l.found = fault.Of(l.readErr)
		l.draw()
		l.field.Focus(l.j.Stage.Canvas())
		return
	}
	r := l.subject()
	switch {
	case r.Kind == activation.Several:
		l.below.Objects = append(l.candidates(), kit.NewFinding(kit.Warning, l.j.Say.T("link.choose"), ""))
		l.below.Refresh()
		kit.Relayout(l.below)
		return
	case r.Ticket.Service == "":
		l.useSeller()
		return
	case r.Host.RequiresTick() && !l.ticked:
		l.tick.SetError(l.j.Say.T("link.tick-first"), "")
		l.j.Stage.Canvas().Focus(l.tick)
		return
	case l.j.Stage.Divert(r.Ticket, l.text):
		return
	}
	l.start(r.Ticket, false)
}

// Redeem goes on with a ticket, read from text, whose host the customer has said yes to already.
func (j *Journey) Redeem(t activation.Ticket, text string) {
	l := newLink(j, text, activation.Pasted)
	j.show(order.StepLink, l)
	l.start(t, false)
}

func (l *link) start(t activation.Ticket, inMemory bool) {
	j := l.j
	l.busy = true
	j.now = &loading{j: j, title: j.Say.T("link.title"), sentence: j.Say.T("link.opening-keyring")}
	j.render()
	kit.Do(j.scene, func(ctx context.Context) (desk.Started, error) {
		return j.Desk.Redeem.Start(ctx, t, inMemory)
	}, func(s desk.Started, err error) {
		l.busy = false
		if err != nil {
			l.failed(t, err)
			return
		}
		l.opened(s)
	})
}

func (l *link) opened(s desk.Started) {
	l.j.pasted = l.text
	l.j.Open(s.OrderID)
}

// failed shows what kept the draft from being made; without a keyring the customer may go on and type the
// code again after a restart.
func (l *link) failed(t activation.Ticket, err error) {
	j := l.j
	f := &failed{
		j: j, fault: fault.Of(err), again: func() { l.start(t, false) },
		back: func() { j.now = l; j.render() },
	}
	if keyringFault(f.fault.Code) {
		f.title = j.Say.T("link.keyring.title")
		f.other = kit.NewButton(j.Say.T("link.keyring.without"), kit.Secondary, func() { l.start(t, true) })
	}
	j.failWith(f)
}

func keyringFault(c fault.Code) bool {
	switch c {
	case fault.KeyringAbsent, fault.KeyringLocked, fault.KeyringBlocked, fault.KeyringDenied, fault.KeyringFull, fault.KeyringLies:
		return true
	default:
		return false
	}
}
