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
	seller  codeSeller          // of a bare code
	letter  *desk.Letter        // a saved e-mail, in the place of the text; nil: none
	stop    func()              // of the reading of files under way
	loading *kit.Loading        // while files are read
	ticked  bool
	busy    bool
	acct    accountFields
	keptFor string // the account for which an HMAC key was looked for among those that are kept
	kept    bool   // and found
	loud    bool   // Continue was pressed with something missing
	text    string
	found   *fault.Error        // shown under the field
	page    *activation.Reading // a link without a code, which can be used in the browser
	web     bool                // it is
	// forgotten says that the code of the draft is asked for once more.
	forgotten bool
	tick      *kit.Check // nil where the host needs none
	choices   *kit.Choices
	open      *kit.Button
	primary   *kit.Button
}

func newLink(j *Journey, text string, from activation.Origin) *link {
	l := &link{j: j, text: text, origin: from}
	l.read()
	return l
}

func (l *link) read() {
	l.chosen, l.ticked, l.found, l.loud = nil, false, nil, false
	if l.letter != nil {
		l.reading, l.readErr = l.letter.Reading, nil
	} else {
		l.reading, l.readErr = l.j.Desk.Redeem.Read(l.text, l.origin)
	}
	l.readPage()
	l.withSeller()
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
	l.primary = j.continueButton(l.goOn)
	l.draw()
	return j.page(frame{
		title: j.Say.T("link.title"), sentence: j.Say.T("link.sentence"),
		body:    []fyne.CanvasObject{l.source(), l.below},
		primary: l.primary,
		drop:    l.readFiles,
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
	l.below.Objects = append(l.parts(), l.ways()...)
	l.below.Refresh()
	kit.Relayout(l.below)
}

func (l *link) parts() []fyne.CanvasObject {
	j := l.j
	switch {
	case l.loading != nil:
		return []fyne.CanvasObject{l.loading}
	case l.found != nil:
		return append([]fyne.CanvasObject{show.Finding(j.Say, l.found)}, l.anyPage()...)
	case l.letter == nil && (l.text == "" || l.readErr != nil):
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
	case activation.ACME:
		return l.account(r)
	case activation.Link:
	}
	out := l.leadsTo(r)
	if l.reading.Kind == activation.Several {
		out = append(out, kit.NewFlow(12, kit.NewButton(j.Say.T("link.other-candidate"), kit.Link, func() {
			l.chosen, l.ticked = nil, false
			l.draw()
			j.Stage.Canvas().Focus(l.choices)
		})))
	}
	if l.chosen != nil && l.reading.Kind == activation.Code {
		out = append(out, kit.NewFlow(12, kit.NewButton(j.Say.T("link.other-seller"), kit.Link, l.anotherSeller)))
	}
	return out
}

// hint stands there while there is nothing to show yet.
func (l *link) hint() []fyne.CanvasObject {
	if strings.TrimSpace(l.text) == "" && l.seller.asked {
		if l.seller.service == nil {
			return append(l.whichSeller(), kit.NewMuted(l.j.Say.T("link.only-code.then")))
		}
		return append(l.leadsTo(*l.seller.service), kit.NewMuted(l.j.Say.T("link.only-code.then")),
			kit.NewFlow(12, kit.NewButton(l.j.Say.T("link.other-seller"), kit.Link, l.anotherSeller)))
	}
	if l.text == "" && l.has() {
		return []fyne.CanvasObject{kit.NewInfo(kit.Info, l.j.Say.T("link.has"))}
	}
	return []fyne.CanvasObject{kit.NewMuted(l.j.Say.T("link.hint"))}
}

// has reports whether this step was done before, so that an empty field is no reason to stay.
func (l *link) has() bool { return l.j.order.ID != "" && l.j.order.Licence.ID != "" && !l.forgotten }

// enterCode asks for the code of the draft once more. The draft stays: the code leads back to it.
func (j *Journey) enterCode() {
	text := j.pasted
	if text == "" && j.letter == nil {
		text = accountText(j.order.Service) // nothing of it was secret
	}
	l := newLink(j, text, activation.Pasted)
	l.take(j.letter)
	l.forgotten = true
	if l.text == "" && l.letter == nil {
		l.found = fault.New(fault.CodeForgotten, nil)
	}
	j.show(order.StepLink, l)
}

// leadsTo shows the host in large plain letters, and asks for a tick where it may deceive.
func (l *link) leadsTo(r activation.Reading) []fyne.CanvasObject {
	j := l.j
	leads := j.Say.T("link.leads-to")
	if l.reading.Kind == activation.Code || l.seller.asked && strings.TrimSpace(l.text) == "" {
		leads = j.Say.T("link.code-goes-to")
	}
	if r.Kind == activation.ACME {
		leads = j.Say.T("acme.leads-to")
	}
	if r.Ticket.Service == activation.Demo {
		return []fyne.CanvasObject{
			kit.NewCard(kit.NewMuted(leads), kit.NewTitle(j.Say.T("link.demo"))),
			kit.NewInfo(kit.Info, j.Say.T("link.demo-note")),
		}
	}
	h := r.Host
	rows := []fyne.CanvasObject{kit.NewMuted(leads), kit.NewTitle(h.Display)}
	if h.Registered != "" {
		rows = append(rows, kit.NewText(j.Say.T("link.registered", "name", h.Registered)))
	}
	if h.Known != "" {
		rows = append(rows, kit.NewMuted(j.Say.T("link.known", "name", h.Known)))
	}
	if activation.IsWeb(l.ticketOf(r).Service) {
		rows = append(rows, kit.NewText(j.Say.T("handoff.link.how")))
	}
	out := []fyne.CanvasObject{kit.NewCard(rows...)}
	if r.FromWrapper != "" {
		out = append(out, kit.NewInfo(kit.Info, j.Say.T("link.unwrapped", "host", r.FromWrapper)))
	}
	if r.Shown != "" {
		out = append(out, kit.NewFinding(kit.Danger, j.Say.T("mail.shown.saw", "shown", r.Shown, "host", h.Display), j.Say.T("mail.shown.do")))
	}
	return append(out, l.warnings(r)...)
}

// warnings say what is odd about a host, and ask for a tick where it may deceive.
func (l *link) warnings(r activation.Reading) []fyne.CanvasObject {
	j, h := l.j, r.Host
	var out []fyne.CanvasObject
	switch {
	case h.Loopback:
		out = append(out, kit.NewInfo(kit.Info, j.Say.T("link.loopback")))
	case h.LooksLike != "":
		out = append(out, kit.NewFinding(kit.Danger, j.Say.T("link.looks-like.saw", "host", h.Display, "known", h.LooksLike), j.Say.T("link.looks-like.do")))
	case h.MixedAlphabets:
		out = append(out, kit.NewFinding(kit.Warning, j.Say.T("link.mixed.saw"), j.Say.T("link.mixed.do", "ascii", h.ASCII)))
	case h.Punycode:
		out = append(out, kit.NewFinding(kit.Warning, j.Say.T("link.punycode.saw", "ascii", h.ASCII), j.Say.T("link.punycode.do")))
	case r.Shown == "":
		out = append(out, kit.NewInfo(kit.Info, j.Say.T("link.expect")))
	}
	if needsTick(r) {
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
		sentence := c.Says
		if sentence == "" {
			sentence = j.Say.T("link.candidate")
		}
		specs = append(specs, kit.ChoiceSpec{Title: c.Host.Display, Sentence: sentence})
	}
	l.choices = kit.NewChoices(specs, -1, func(i int) {
		c := l.reading.Candidates[i]
		l.chosen = &c
		l.draw()
		canvas := j.Stage.Canvas()
		if l.tick != nil {
			canvas.Focus(l.tick)
			return
		}
		canvas.Focus(l.primary)
	})
	return []fyne.CanvasObject{kit.NewText(j.Say.T("link.several", "n", len(specs))), l.choices}
}

// needsTick reports whether "Continue" is not yes enough.
func needsTick(r activation.Reading) bool { return r.RequiresTick || r.Host.RequiresTick() }

// goOn is Continue: the yes to the host that is shown.
func (l *link) goOn() {
	if l.busy || l.stop != nil {
		return
	}
	if l.letter == nil && strings.TrimSpace(l.text) == "" && l.has() {
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
		l.below.Objects = append(append(l.candidates(), kit.NewFinding(kit.Warning, l.j.Say.T("link.choose"), "")), l.ways()...)
		l.below.Refresh()
		kit.Relayout(l.below)
		return
	case r.Kind == activation.ACME:
		l.useAccount(r)
		return
	case r.Ticket.Service == "":
		l.useSeller()
		return
	case needsTick(r) && !l.ticked:
		l.tick.SetError(l.j.Say.T("link.tick-first"), "")
		l.j.Stage.Canvas().Focus(l.tick)
		return
	case l.j.Stage.Divert(r.Ticket, l.text):
		return
	}
	l.start(l.ticketOf(r), false)
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
		return l.startWith(ctx, t, inMemory)
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
	l.j.pasted, l.j.letter = l.text, l.letter
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
