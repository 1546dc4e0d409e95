package journey

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// licence is step 2: what the code entitles to. It asks the seller, which changes nothing there.
type licence struct {
	j      *Journey
	asked  bool
	fresh  bool // what was learnt before is asked for anew, and waited for
	notMe  bool
	looked bool   // for the order of a used licence
	here   string // that order, where it is on this computer
	stop   func() // asking
	then   func() // where it leads once it was asked for anew; nil: it is shown
}

func (l *licence) build() *kit.Page {
	j := l.j
	if j.order.Phase != order.PhaseDraft {
		return l.page()
	}
	if !l.asked {
		l.asked = true
		l.ask()
	}
	if j.order.Licence.ID == "" || l.fresh {
		sentence := j.Say.T("licence.asking-demo")
		if host := show.Host(j.order.Service); host != "" {
			sentence = j.Say.T("licence.asking", "host", host)
		}
		return (&loading{j: j, title: j.Say.T("licence.title"), sentence: sentence, cancel: l.cancel}).build()
	}
	return l.page()
}

// cancel gives up waiting for an answer.
func (l *licence) cancel() {
	if l.stop != nil {
		l.stop()
	}
	l.failed(fault.New(fault.Cancelled, nil))
}

func (l *licence) ask() {
	j := l.j
	had := j.order.Licence.ID != "" && !l.fresh
	l.stop = kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		return j.Desk.Redeem.Lookup(ctx, j.order.ID)
	}, func(o store.Order, err error) {
		switch {
		case err != nil && had:
			// What was learnt before stays on the screen; the next press asks again.
			return
		case err != nil:
			l.failed(err)
			return
		}
		other := o.ID != j.order.ID
		j.take(o)
		if other { // the link led to a code that has an order here
			j.Go(j.resume())
			return
		}
		l.fresh = false
		if l.then != nil {
			l.then()
			return
		}
		j.now = l
		j.render()
	})
}

func (l *licence) failed(err error) {
	j := l.j
	f := &failed{j: j, fault: fault.Of(err), again: func() { j.show(order.StepLicence, &licence{j: j}) }}
	switch f.fault.Code {
	case fault.CodeForgotten:
		f.back = j.enterCode
		f.onlyWay(j.Say.T("link.again"), j.enterCode)
	case fault.BindingMissing, fault.NotADirectory:
		f.back = l.enterAccount
		f.onlyWay(j.Say.T("acme.enter"), l.enterAccount)
	case fault.ServiceWebOnly, fault.ServiceNewer:
		l.orInBrowser(f)
	case fault.ServiceUnreachable:
		l.orLaterInBrowser(f)
	case fault.CodeUnknown, fault.CodeMalformed:
		// The code leads nowhere, so the draft made of it is not worth keeping.
		f.back = func() { l.discard(func() { j.take(store.Order{}); j.Go(order.StepLink) }) }
		f.onlyWay(j.Say.T("licence.other-code"), f.back)
	}
	j.failWith(f)
}

func (l *licence) discard(then func()) {
	j := l.j
	kit.Do(j.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, j.Desk.Redeem.Discard(ctx, j.order.ID)
	}, func(_ struct{}, err error) {
		if err != nil {
			j.fail(err, nil)
			return
		}
		then()
	})
}

func (l *licence) page() *kit.Page {
	j := l.j
	if j.order.Phase == order.PhaseDraft && !usable(j.order.Licence.State) {
		l.lookHere()
		return l.unusable()
	}
	body := append([]fyne.CanvasObject{l.card()}, l.profiles()...)
	body = append(body, l.remarks()...)
	body = append(body, l.need())
	if l.notMe {
		body = append(body, kit.NewFinding(kit.Info, j.Say.T("licence.not-me.saw"), j.Say.T("licence.not-me.do", "seller", j.sellerName())))
	}
	f := frame{title: j.Say.T("licence.title"), sentence: j.Say.T("licence.sentence"), back: j.backButton()}
	if !l.notMe {
		body = append(body, kit.NewFlow(16, kit.NewButton(j.Say.T("licence.not-me"), kit.Link, func() {
			l.notMe = true
			j.render()
		})))
	}
	f.body = body
	f.primary = j.continueButton(j.next)
	return j.page(f)
}

func (l *licence) card() fyne.CanvasObject {
	j := l.j
	lic := j.order.Licence
	kind := kit.Success
	if !usable(lic.State) {
		kind = kit.Warning
	}
	head := fyne.CanvasObject(kit.NewColumn(0, kit.NewBold(lic.Product.Name), kit.NewMuted(j.Say.Say(lic.Product.Sentence()))))
	if !lic.MayBill { // what an account is worth is known only after asking for it
		head = kit.NewSides(head, kit.NewPill(kind, j.Say.T("licence.state."+string(known(lic.State)))))
	}
	rows := []kit.Pair{{Label: j.Say.T("licence.sold-by"), Value: kit.NewText(l.soldBy())}}
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, kit.Pair{Label: j.Say.T(label), Value: kit.NewText(value)})
		}
	}
	add("licence.issued-by", lic.Product.CA)
	add("licence.paid", l.paid())
	if lic.Purchase.Quantity > 1 {
		add("licence.quantity", j.Say.Number(lic.Purchase.Quantity))
	}
	if lic.ActivationExpires != nil {
		add("licence.use-before", j.Say.Date(*lic.ActivationExpires))
	}
	if lic.Purchase.Comment != "" {
		add("licence.comment", j.Say.T("licence.quoted", "text", lic.Purchase.Comment))
	}
	if e := j.order.Seller; j.Helper == nil && e.Endpoint != "" && show.Host(e.Endpoint) != show.Host(e.Origin) {
		add("licence.endpoint", show.Host(e.Endpoint))
	}
	return kit.NewCard(head, kit.NewDivider(), kit.NewPairs(rows...))
}

func (l *licence) soldBy() string {
	j := l.j
	lic := j.order.Licence
	if lic.Purchase.Reference != "" {
		return j.Say.T("licence.seller-order", "seller", j.sellerName(), "reference", lic.Purchase.Reference)
	}
	return i18n.Clean(j.sellerName(), 80)
}

func (l *licence) paid() string {
	lic := l.j.order.Licence
	if lic.Paid == nil {
		return ""
	}
	money := l.j.Say.Money(lic.Paid.Amount, lic.Paid.Currency)
	if day, err := time.Parse(time.DateOnly, lic.Purchase.Date); err == nil {
		return money + ", " + l.j.Say.Date(day)
	}
	return money
}

// need is "What you will need" and how long it takes.
func (l *licence) need() fyne.CanvasObject {
	j := l.j
	rows := []fyne.CanvasObject{kit.NewHeading(j.Say.T("licence.need"))}
	for i, m := range j.order.Licence.Needs() {
		rows = append(rows, kit.NewText(j.Say.T("licence.need-row", "n", i+1, "what", m)))
	}
	if usual := j.order.Licence.Product.UsualTime(); !usual.IsZero() {
		rows = append(rows, kit.NewMuted(j.Say.Say(usual)))
	}
	return kit.NewCard(rows...)
}
