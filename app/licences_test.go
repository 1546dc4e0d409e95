package main

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit/kittest"
)

// redeem pastes a code at step 1 and goes on to the licence.
func (w *walk) redeem(code string) {
	w.t.Helper()
	w.paste(code)
	w.see(w.word("link.demo"))
	w.press("journey.continue")
	w.title(order.StepLicence)
}

// TestEveryStateOfALicence has a way on from each: what it means, and what can be done.
func TestEveryStateOfALicence(t *testing.T) {
	w := start(t, setup{demo: patient()})
	w.inDemo()
	kittest.TypeText(t, w.a.window.Canvas(), "x")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.title(order.StepLink)
	shop := "Certdesk Demo Shop"
	for _, c := range []struct{ code, state, see string }{
		{"DEMO-RESERVED", "reserved", ""},
		{"DEMO-CONSUMED", "consumed", ""},
		{"DEMO-PENDING", "pending", w.word("licence.pending.row", "what", order.OrganizationCheck.Word(), "whom", order.AtAuthority.Word())},
		{"DEMO-DELEGATED", "delegated", "w*******r@g****n.example"},
		{"DEMO-EXPIRED", "expired", w.word("licence.ended")},
		{"DEMO-CANCELLED", "cancelled", ""},
	} {
		w.redeem(c.code)
		w.see(w.word("licence.state."+c.state+".saw", "seller", shop))
		w.see(w.word("licence.state."+c.state+".do", "seller", shop))
		if c.see != "" {
			w.see(c.see)
		}
		w.button("action.contact_seller")
		if kittest.HasButton(w.root(), w.word("journey.continue")) {
			t.Errorf("%s can be continued", c.code)
		}
		w.press("licence.ask-again")
		w.button("licence.other-code")
		w.press("licence.other-code")
		w.title(order.StepLink)
	}
	// Whoever came by the link goes on.
	w.redeem("DEMO-DELEGATED-LINK")
	w.see(w.word("licence.need"))
	w.button("journey.continue")
}

// TestACodeWhoseOrderIsHere: the licence was used on this computer, and the code comes again after the order's
// code was forgotten.
func TestACodeWhoseOrderIsHere(t *testing.T) {
	used := silver()
	used.State, used.OrderID = order.LicenceReserved, "01"
	o := sent("01", waitingForMail())
	w := start(t, setup{clock: noon, script: &script{orders: []store.Order{o}, lookup: func(context.Context) (seller.Found, error) {
		return seller.Found{Licence: used, Service: alpha()}, nil
	}}})
	w.press("home.redeem")
	w.title(order.StepLink)
	w.paste(exampleLink)
	w.press("journey.continue")
	w.see(w.word("licence.here"))
	w.press("action.open_order")
	w.see(w.word("view.tasks"))
	w.button("view.next.you.button")
}

// TestALicenceForHardware says why the key can't be made here.
func TestALicenceForHardware(t *testing.T) {
	w := start(t, setup{demo: patient()})
	w.inDemo()
	kittest.TypeText(t, w.a.window.Canvas(), "DEMO-CODE")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.press("journey.continue")
	w.see(w.word("licence.hardware.saw"))
	w.button("journey.continue")
}

// TestAServiceThatFailsFirst is DEMO-BROKEN: the failure has a sentence and a button, and the second try works.
func TestAServiceThatFailsFirst(t *testing.T) {
	w := start(t, setup{demo: patient()})
	w.inDemo()
	kittest.TypeText(t, w.a.window.Canvas(), "DEMO-BROKEN")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.press("journey.continue")
	w.see(w.word("journey.failed.licence"))
	w.press("action.retry")
	w.see(w.word("licence.need"))
}

// TestASlowService is DEMO-SLOW: waiting can be given up, and begun again.
func TestASlowService(t *testing.T) {
	options := patient()
	options.SlowBy = time.Hour
	w := start(t, setup{demo: options})
	w.inDemo()
	kittest.TypeText(t, w.a.window.Canvas(), "DEMO-SLOW")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.press("journey.continue")
	w.see(w.word("licence.asking-demo"))
	w.q.Advance(5 * time.Second)
	w.press("kit.cancel")
	w.see(w.word("fault.cancelled.saw"))
	w.press("action.retry")
	w.see(w.word("licence.asking-demo"))
	w.press("journey.save-close")
	w.see(w.word("view.next.draft.title"))
}
