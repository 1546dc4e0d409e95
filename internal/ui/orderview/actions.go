package orderview

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
)

// actions are what ends an order: a draft is discarded, a sent order cancelled before issue. Both ask before.
func (v *View) actions() []fyne.CanvasObject {
	switch {
	case v.v.Phase == order.PhaseDraft:
		return []fyne.CanvasObject{kit.NewFlow(12, kit.NewButton(v.Say.T("view.discard"), kit.DangerLink, v.discard))}
	case v.Desk.Handoff.CanGiveUp(v.v.Order):
		return []fyne.CanvasObject{kit.NewFlow(12, kit.NewButton(v.Say.T("handoff.give-up"), kit.DangerLink, v.giveUp))}
	case v.Desk.Handoff.CanRenew(v.v.Order):
		b := kit.NewButton(v.Say.T("handoff.renew"), kit.Secondary, v.renew)
		b.SetBusy(v.busy)
		return []fyne.CanvasObject{kit.NewFlow(12, b)}
	case v.Desk.Tasks.CanCancel(v.v.Order):
		return []fyne.CanvasObject{kit.NewFlow(12, kit.NewButton(v.Say.T("waiting.cancel"), kit.DangerLink, v.cancel))}
	case v.Desk.Tasks.CanRevoke(v.v.Order):
		return []fyne.CanvasObject{kit.NewFlow(12, kit.NewButton(v.Say.T("view.revoke"), kit.DangerLink, v.revoke))}
	}
	return nil
}

// revoke asks why before a certificate is revoked, and says what follows.
func (v *View) revoke() {
	why := order.NoLongerUsed
	var specs []kit.ChoiceSpec
	for _, r := range order.Revocations {
		specs = append(specs, kit.ChoiceSpec{Title: v.Say.T("view.revoke." + string(r)), Sentence: v.Say.T("view.revoke." + string(r) + ".sentence")})
	}
	kit.Confirm(v.Stage.Canvas(), kit.ConfirmSpec{
		Title: v.Say.T("view.revoke.title"), Text: v.Say.T("view.revoke.text"),
		Body: kit.NewChoices(specs, 0, func(i int) { why = order.Revocations[i] }),
		Yes:  v.Say.T("view.revoke.yes"), No: v.Say.T("view.revoke.no"), Danger: true,
		OnYes: func() {
			v.end(func(ctx context.Context, id string) error { return v.Desk.Tasks.Revoke(ctx, id, why) }, v.load)
		},
	})
}

// discard asks before a draft goes, and says what goes with it.
func (v *View) discard() {
	text := "view.discard.text"
	if v.v.KeyID != "" {
		text = "view.discard.text-key"
	}
	kit.Confirm(v.Stage.Canvas(), kit.ConfirmSpec{
		Title: v.Say.T("view.discard.title"), Text: v.Say.T(text, "seller", v.v.Licence.SellerName),
		Yes: v.Say.T("view.discard.yes"), No: v.Say.T("view.discard.no"), Danger: true,
		OnYes: func() { v.end(v.Desk.Redeem.Discard, v.Stage.Home) },
	})
}

// giveUp asks before an order goes that waits for its certificate, and says what that means.
func (v *View) giveUp() {
	text := "handoff.give-up.text"
	if v.v.Application.OwnRequest() {
		text = "handoff.give-up.text-own"
	}
	kit.Confirm(v.Stage.Canvas(), kit.ConfirmSpec{
		Title: v.Say.T("handoff.give-up.title"), Text: v.Say.T(text, "seller", v.v.Licence.SellerName),
		Yes: v.Say.T("handoff.give-up.yes"), No: v.Say.T("handoff.give-up.no"), Danger: true,
		OnYes: func() { v.end(v.Desk.Handoff.GiveUp, v.Stage.Home) },
	})
}

// renew begins the same order once more, with a new key.
func (v *View) renew() {
	if v.busy {
		return
	}
	v.busy, v.wrong = true, nil
	v.draw()
	next := ""
	v.end(func(ctx context.Context, id string) (err error) {
		next, err = v.Desk.Handoff.Renew(ctx, id)
		return err
	}, func() { v.Stage.Continue(next) })
}

// cancel asks before an order is cancelled, and says what follows.
func (v *View) cancel() {
	kit.Confirm(v.Stage.Canvas(), kit.ConfirmSpec{
		Title: v.Say.T("waiting.cancel.title"), Text: v.Say.T("waiting.cancel.text", "seller", v.v.Licence.SellerName),
		Yes: v.Say.T("waiting.cancel.yes"), No: v.Say.T("waiting.cancel.no"), Danger: true,
		OnYes: func() { v.end(v.Desk.Tasks.Cancel, v.load) },
	})
}

func (v *View) end(how func(ctx context.Context, id string) error, then func()) {
	kit.Do(v.scene, func(ctx context.Context) (struct{}, error) { return struct{}{}, how(ctx, v.id) },
		func(_ struct{}, err error) {
			v.busy = false
			if err != nil {
				v.wrong = fault.Of(err)
				v.draw()
				return
			}
			then()
		})
}
