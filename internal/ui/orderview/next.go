package orderview

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// next is the one thing to do next, and where the order stands.
func (v *View) next() fyne.CanvasObject {
	state := v.v.State
	pill := kit.NewPill(show.PillKind(state), v.Say.Say(state.Word()))
	rows := []fyne.CanvasObject{kit.NewFlow(8, pill)}
	if since := v.since(); since != "" {
		rows[0] = kit.NewSides(kit.NewFlow(8, pill), kit.NewCaption(since))
	}
	word := v.word()
	wrong := v.wrong
	if wrong == nil {
		wrong = show.Kept(v.v.LastFault)
	}
	rows = append(rows, kit.NewHeading(v.Say.T("view.next."+word+".title", "what", show.Next(v.Say, v.v.Order))))
	if wrong == nil || word != "authority" { // else there is something to do
		rows = append(rows, v.sentence(word))
	}
	if v.v.Phase == order.PhaseSent && v.v.Snapshot != nil {
		rows = append(rows, show.Standing(v.Say, v.Env.Now(), v.v.Order)...)
	}
	rows = append(rows, v.deadline()...)
	if s := v.v.Snapshot; s != nil && s.Renewal != nil && v.v.State == order.Ready {
		rows = append(rows, kit.NewMuted(v.Say.T("view.renewal", "from", i18n.Date(s.Renewal.From), "until", i18n.Date(s.Renewal.Until))))
	}
	if s := v.v.Snapshot; s != nil && s.StateReason != "" {
		rows = append(rows, kit.NewText(v.Say.T("waiting.reason", "text", i18n.Clean(s.StateReason, 400))))
	}
	if wrong != nil {
		rows = append(rows, show.Finding(v.Say, wrong))
	}
	if wrong != nil && wrong.Action == fault.ContactSeller || word == "ended" {
		rows = append(rows, show.Reach(v.Say, v.v.Licence.SellerName, v.v.Seller.Support)...)
	}
	if buttons := v.buttons(word); len(buttons) > 0 {
		rows = append(rows, kit.NewFlow(12, buttons...))
	}
	return kit.NewAccentCard(show.PillKind(state), rows...)
}

// sentence says what the state of the order means.
func (v *View) sentence(word string) fyne.CanvasObject {
	seller := v.v.Licence.SellerName
	if word == "ended" {
		end := show.EndWord(v.v.State)
		if v.v.Licence.MayBill {
			return kit.NewColumn(4, kit.NewMuted(v.Say.T(show.AccountEnd(end), "seller", seller)), kit.NewText(v.Say.T("acme.end.do", "seller", seller)))
		}
		return kit.NewColumn(4, kit.NewMuted(v.Say.T("end."+end+".means", "seller", seller)), kit.NewText(v.Say.T("end."+end+".do", "seller", seller)))
	}
	if (word == "expired" || word == "revoked") && v.v.Licence.Product.Type != order.SMIME {
		word = "over" // nothing was encrypted for it
	}
	if word == "ready" && len(v.v.Exports) > 0 {
		word = "made"
	}
	return kit.NewMuted(v.Say.T("view.next."+word+".text", "seller", seller))
}

// deadline reminds of the end of a draft's licence, or of the time until which something must be done.
func (v *View) deadline() []fyne.CanvasObject {
	now := v.Env.Now()
	end := v.v.Licence.ActivationExpires
	if v.v.Phase != order.PhaseDraft || end == nil || !show.Near(now, *end) {
		return nil
	}
	return []fyne.CanvasObject{kit.NewFinding(kit.Warning,
		v.Say.T("licence.soon.saw", "when", i18n.Date(*end), "in", show.Left(v.Say, now, *end)), v.Say.T("licence.soon.do"))}
}

// buttons are what can be done at once; the first is the one thing to do next.
func (v *View) buttons(word string) []fyne.CanvasObject {
	var buttons []fyne.CanvasObject
	if word != "ended" {
		v.primary = kit.NewButton(v.Say.T("view.next."+word+".button"), kit.Primary, func() { v.Stage.Continue(v.id) })
		buttons = append(buttons, v.primary)
	}
	if v.Desk.Redeem.CanAgain(v.v.Order) {
		id := "view.again"
		if v.v.State == order.Ready || v.v.State == order.Expired {
			id = "view.renew"
		}
		kind := kit.Secondary
		if word == "ended" {
			kind = kit.Primary
		}
		b := kit.NewButton(v.Say.T(id), kind, v.again)
		b.SetBusy(v.busy)
		if word == "ended" {
			v.primary = b
		}
		buttons = append(buttons, b)
	}
	if v.askable() {
		b := kit.NewButton(v.Say.T("view.check"), kit.Secondary, v.check)
		b.SetBusy(v.busy)
		buttons = append(buttons, b)
	}
	return buttons
}

// word chooses the sentences of the card.
func (v *View) word() string {
	switch v.v.Phase {
	case order.PhaseDraft:
		return "draft"
	case order.PhaseSubmitting:
		if v.v.Licence.Web {
			return "making"
		}
		return "submitting"
	case order.PhaseReady:
		switch {
		case v.v.State == order.Expired:
			return "expired"
		case v.v.State == order.Revoked:
			return "revoked"
		case v.v.Licence.Product.Type == order.SiteService:
			return "service"
		default:
			return "ready"
		}
	case order.PhaseEnded:
		return "ended"
	case order.PhaseSent:
	}
	if v.v.State == order.WaitingForYou {
		return "you"
	}
	return "authority"
}

func (v *View) since() string {
	if v.v.Sent.IsZero() || v.v.Phase == order.PhaseReady {
		return ""
	}
	id := "view.since"
	if v.v.Licence.Web {
		id = "view.since-web"
	}
	return v.Say.T(id, "ago", v.Say.Ago(v.Env.Now(), v.v.Sent))
}

// askable reports whether asking the seller may bring something new.
func (v *View) askable() bool { return v.v.Phase == order.PhaseSent && !v.v.Licence.Web }

// check asks the seller now: a press, so the order's token may be read from the keyring.
func (v *View) check() {
	if v.busy {
		return
	}
	v.busy, v.wrong = true, nil
	v.draw()
	kit.Do(v.scene, func(ctx context.Context) (store.Order, error) { return v.Desk.Refresher.Look(ctx, v.id) },
		func(_ store.Order, err error) {
			v.busy, v.wrong = false, fault.Of(err)
			v.load()
		})
}

// again begins another order with the account of this one, for the same names.
func (v *View) again() {
	if v.busy {
		return
	}
	v.busy, v.wrong = true, nil
	v.draw()
	kit.Do(v.scene, func(ctx context.Context) (string, error) { return v.Desk.Redeem.Again(ctx, v.id) },
		func(made string, err error) {
			v.busy, v.wrong = false, fault.Of(err)
			if err != nil {
				v.draw()
				return
			}
			v.Stage.Continue(made)
		})
}
