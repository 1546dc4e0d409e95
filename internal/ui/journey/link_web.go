package journey

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// readPage reads a link without a code: it may be the page of a seller that is used in the browser.
func (l *link) readPage() {
	l.page, l.web = nil, false
	if l.letter != nil || !fault.Is(l.readErr, fault.LinkNoCode) {
		return
	}
	r, err := l.j.Desk.Redeem.ReadPage(l.text, l.origin)
	switch {
	case err != nil:
	case r.Host.Web:
		l.reading, l.readErr = r, nil
	default:
		l.page = &r
	}
}

// ticketOf is what is redeemed: a link of a seller whose links work in the browser is not asked after.
func (l *link) ticketOf(r activation.Reading) activation.Ticket {
	if l.web || r.Host.Web {
		return r.Ticket.InBrowser()
	}
	return r.Ticket
}

// anyPage offers to use a link without a code in the browser.
func (l *link) anyPage() []fyne.CanvasObject {
	j := l.j
	if l.page == nil {
		return nil
	}
	return []fyne.CanvasObject{kit.NewFlow(12, kit.NewButton(j.Say.T("handoff.link.use"), kit.Secondary, func() {
		l.reading, l.readErr, l.found, l.web, l.page = *l.page, nil, nil, true, nil
		l.draw()
		if l.tick != nil {
			j.Stage.Canvas().Focus(l.tick)
			return
		}
		j.Stage.Canvas().Focus(l.primary)
	}))}
}

// orInBrowser makes the seller's page the way on. What was found there may be that of a network which wants a login
// first, so it can be tried again.
func (l *licence) orInBrowser(f *failed) {
	j, again := l.j, f.again
	if show.Host(j.order.Service) == "" { // the demo has no page
		return
	}
	f.onlyWay(j.Say.T("handoff.continue"), l.inBrowser)
	f.other = kit.NewButton(j.Say.T("action.retry"), kit.Secondary, again)
}

// orLaterInBrowser offers the seller's page beside another try: some networks let nothing but a browser out.
func (l *licence) orLaterInBrowser(f *failed) {
	j := l.j
	if _, _, account := activation.SplitACME(j.order.Service); account || show.Host(j.order.Service) == "" {
		return
	}
	f.other = kit.NewButton(j.Say.T("handoff.continue"), kit.Secondary, l.inBrowser)
}

// inBrowser has a draft whose seller can't be talked to go on in the browser.
func (l *licence) inBrowser() {
	j := l.j
	j.now = &loading{j: j, title: j.Say.T("licence.title"), sentence: j.Say.T("link.opening-keyring")}
	j.render()
	id := j.order.ID
	kit.Do(j.scene, func(ctx context.Context) (store.Order, error) { return j.Desk.Handoff.InBrowser(ctx, id) },
		func(o store.Order, err error) {
			if err != nil {
				j.fail(err, l.inBrowser)
				return
			}
			j.take(o)
			j.Go(j.resume())
		})
}
