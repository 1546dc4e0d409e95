package journey

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// usable reports whether a request can be sent for a licence in this state.
func usable(s order.LicenceState) bool {
	return s == order.LicenceValid
}

// known folds states that a later service invents into one that has words.
func known(s order.LicenceState) order.LicenceState {
	switch s {
	case order.LicenceValid, order.LicenceReserved, order.LicenceConsumed, order.LicencePending,
		order.LicenceDelegated, order.LicenceExpired, order.LicenceCancelled:
		return s
	default:
		return order.LicenceOther
	}
}

// lookHere looks whether the order that a used licence names is on this computer.
func (l *licence) lookHere() {
	j := l.j
	if l.looked || usable(j.order.Licence.State) || j.order.Licence.OrderID == "" {
		return
	}
	l.looked = true
	o := j.order
	kit.Do(j.scene, func(ctx context.Context) (string, error) { return j.Desk.Orders.OfLicence(ctx, o) }, func(id string, err error) {
		if err != nil || id == "" {
			return // the page says what to do without it
		}
		l.here = id
		j.render()
	})
}

// unusable is the page of a licence that can't be redeemed now: what that means, and the way on.
func (l *licence) unusable() *kit.Page {
	j := l.j
	lic := j.order.Licence
	word := "licence.state." + string(known(lic.State))
	say := func(id string) string { return j.Say.T(id, "seller", j.sellerName()) }
	saw, do := say(word+".saw"), say(word+".do")
	if l.here != "" {
		do = say("licence.here")
	}
	body := []fyne.CanvasObject{l.card(), kit.NewFinding(kit.Warning, saw, do)}
	if facts := l.stateFacts(); len(facts) > 0 {
		body = append(body, kit.NewCard(facts...))
	}
	f := frame{title: j.Say.T("licence.unusable"), back: j.backButton()}
	if l.here != "" {
		f.primary = kit.NewButton(say(openWord(lic.State)), kit.Primary, func() { j.Stage.OpenOrder(l.here) })
		f.body = body
		return j.page(f)
	}
	body = append(body, l.reach()...)
	f.body = body
	if home := j.homepage(); home != "" {
		f.primary = kit.NewButton(j.Say.T("action.contact_seller"), kit.Primary, func() { j.Env.OpenURL(home) })
	}
	return j.page(f)
}

// openWord is the label of the button that leads to the order of a used licence.
func openWord(s order.LicenceState) string {
	if s == order.LicenceConsumed {
		return "licence.show-certificate"
	}
	return "action.open_order"
}

// stateFacts is what the service says about a state: to whom a licence was passed on, what is outstanding.
func (l *licence) stateFacts() []fyne.CanvasObject {
	j := l.j
	lic := j.order.Licence
	var rows []kit.Pair
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, kit.Pair{Label: j.Say.T(label), Value: kit.NewText(i18n.Clean(value, 300))})
		}
	}
	switch lic.State {
	case order.LicenceDelegated:
		add("licence.passed-to", lic.StateNote)
		if day, err := time.Parse(time.DateOnly, lic.Purchase.Date); err == nil {
			add("licence.bought", j.Say.Date(day))
		}
	case order.LicencePending:
		add("licence.outstanding", lic.StateNote)
		var out []fyne.CanvasObject
		if len(rows) > 0 {
			out = append(out, kit.NewPairs(rows...))
		}
		return append(out, l.pending()...)
	case order.LicenceExpired:
		if lic.ActivationExpires != nil {
			add("licence.ended", j.Say.Date(*lic.ActivationExpires))
		}
		add("licence.seller-says", lic.StateNote)
	default:
		add("licence.seller-says", lic.StateNote)
	}
	if len(rows) == 0 {
		return nil
	}
	return []fyne.CanvasObject{kit.NewPairs(rows...)}
}

// pending is what usually is outstanding once the activation of a product for organizations has started, and
// at whom.
func (l *licence) pending() []fyne.CanvasObject {
	j := l.j
	p := j.order.Licence.Product
	out := []fyne.CanvasObject{kit.NewHeading(j.Say.T("licence.pending.title"))}
	row := func(kind order.TaskKind, at order.Whom) {
		out = append(out, kit.NewText(j.Say.T("licence.pending.row", "what", kind.Word(), "whom", at.Word())))
	}
	switch {
	case p.Type == order.TLS:
		row(order.ProveName, order.AtCustomer)
	case p.Type == order.SMIME:
		row(order.ConfirmMailbox, order.AtCustomer)
	}
	if len(p.Documents) > 0 {
		row(order.Document, order.AtCustomer)
	}
	if j.order.Licence.WantsOrganization() {
		row(order.OrganizationCheck, order.AtAuthority)
		row(order.PhoneCall, order.AtAuthority)
	}
	if p.Approver {
		row(order.Approval, order.AtApprover)
	}
	return out
}

// reach is how the seller is reached, and the other ways on from here.
func (l *licence) reach() []fyne.CanvasObject {
	j := l.j
	out := show.Reach(j.Say, j.sellerName(), j.order.Seller.Support)
	var buttons []fyne.CanvasObject
	for _, s := range j.order.Seller.Support {
		if host := show.Host(s.URL); host != "" {
			buttons = append(buttons, kit.NewButton(j.Say.T("waiting.open-page", "host", host), kit.Link, func() { j.Env.OpenURL(s.URL) }).SetTail("external"))
		}
	}
	if shop := j.order.Licence.ShopURL; show.Host(shop) != "" {
		buttons = append(buttons, kit.NewButton(j.Say.T("waiting.open-page", "host", show.Host(shop)), kit.Link, func() { j.Env.OpenURL(shop) }).SetTail("external"))
	}
	buttons = append(buttons,
		kit.NewButton(j.Say.T("licence.ask-again"), kit.Link, func() { j.show(order.StepLicence, &licence{j: j, fresh: true}) }),
		kit.NewButton(j.Say.T("licence.other-code"), kit.Link, l.otherCode))
	return append(out, kit.NewFlow(12, buttons...))
}

// otherCode gives the draft of a code that leads nowhere up, and asks for another.
func (l *licence) otherCode() {
	j := l.j
	l.discard(func() { j.take(store.Order{}); j.pasted = ""; j.Go(order.StepLink) })
}

// remarks are what should be known before going on with a licence: its end, where its key must live, what it
// has instead of a certificate, and that many of them are work.
func (l *licence) remarks() []fyne.CanvasObject {
	j := l.j
	lic := j.order.Licence
	var out []fyne.CanvasObject
	if end := lic.ActivationExpires; end != nil {
		if show.Near(j.Env.Now(), *end) {
			out = append(out, kit.NewFinding(kit.Warning, j.Say.T("licence.soon.saw", "when", i18n.Date(*end), "in", show.Left(j.Say, j.Env.Now(), *end)), j.Say.T("licence.soon.do")))
		}
	}
	if lic.KeyInHardware() {
		out = append(out, kit.NewFinding(kit.Info, j.Say.T("licence.hardware.saw"), j.Say.T("licence.hardware.do", "seller", j.sellerName())))
	}
	if lic.Product.Type == order.SiteService {
		out = append(out, kit.NewFinding(kit.Info, j.Say.T("licence.site.saw"), j.Say.T("licence.site.do")))
	}
	if lic.Purchase.Quantity >= manyLicences {
		out = append(out, kit.NewMuted(j.Say.T("licence.many", "n", lic.Purchase.Quantity, "seller", j.sellerName())))
	}
	return out
}

// manyLicences is from how many on a managed PKI may suit better.
const manyLicences = 30
