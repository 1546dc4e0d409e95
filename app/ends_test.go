package main

import (
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit/kittest"
)

// TestAFlaggedOrder is DEMO-FLAGGED: what the quality review means; then the certificate.
func TestAFlaggedOrder(t *testing.T) {
	w := start(t, setup{demo: patient()})
	d := w.inDemo()
	id := w.send(d, "DEMO-FLAGGED", oneSite("shop.muster.ch"))
	w.publish(d, id)
	w.see("shop.muster.ch")
	w.press("view.next.authority.button")
	w.title(order.StepWaiting)
	w.see(w.word("task.quality_review"))
	w.see(w.word("demo.message.flagged.subject"))
	w.act(w.word("demo.action.pass"))
	w.until(w.word("use.title"))
}

// TestARejectedOrder is DEMO-REJECTED: the reason, what it means for the licence, and whom to ask.
func TestARejectedOrder(t *testing.T) {
	w := start(t, setup{demo: patient()})
	d := w.inDemo()
	id := w.send(d, "DEMO-REJECTED", oneSite("shop.muster.ch"))
	w.publish(d, id)
	w.see(w.word("view.next.ended.title"))
	w.see(w.word("end.rejected.means"))
	w.see(w.word("waiting.reason", "text", w.word("demo.rejected.reason")))
	if kittest.HasButton(w.root(), w.word("waiting.cancel")) {
		t.Error("an order that is over can be cancelled")
	}
}

// TestAnUnpaidOrder is DEMO-UNPAID: the payment is made on the seller's page; then the order goes on.
func TestAnUnpaidOrder(t *testing.T) {
	w := start(t, setup{demo: patient()})
	d := w.inDemo()
	w.send(d, "DEMO-UNPAID", oneSite("shop.muster.ch"))
	w.see("shop.muster.ch")
	w.press("view.next.you.button")
	w.title(order.StepWaiting)
	w.see(w.word("task.payment", "seller", "Certdesk Demo Shop"))
	w.act(w.word("demo.action.paid"))
	w.until(w.word("waiting.task.proofs", "n", 1))
	w.press("view.next.you.button")
	w.title(order.StepProve)
}

// TestAnAgreementAsATask: the authority asks once more; the terms are read, ticked, accepted.
func TestAnAgreementAsATask(t *testing.T) {
	w := start(t, setup{demo: patient()})
	d := w.inDemo()
	id := w.send(d, "DEMO-UNPAID", oneSite("shop.muster.ch"))
	w.see("shop.muster.ch")
	w.press("view.next.you.button")
	w.title(order.StepWaiting)
	w.act(w.word("demo.action.ask-terms"))
	w.until(w.word("task.agreement"))
	w.press("waiting.agree")
	w.see(w.word("review.accept-first"))
	w.accept()
	w.press("waiting.agree")
	w.q.Await(t, func() bool { return !kittest.HasText(w.root(), w.word("task.agreement")) })
	for _, task := range w.order(d, id).Snapshot.Tasks {
		if task.Kind == order.Agreement && task.State != order.TaskDone {
			t.Errorf("the agreement is %s", task.State)
		}
	}
}

// TestCancellingAnOrderThroughTheScreens asks before, and shows the end.
func TestCancellingAnOrderThroughTheScreens(t *testing.T) {
	w := start(t, setup{demo: patient()})
	d := w.inDemo()
	id := w.send(d, "DEMO-TLS-DV", oneSite("shop.muster.ch"))
	w.see("shop.muster.ch")
	w.press("waiting.cancel")
	w.press("waiting.cancel.no")
	if o := w.order(d, id); o.Phase != order.PhaseSent {
		t.Fatalf("phase %s", o.Phase)
	}
	w.press("waiting.cancel")
	w.press("waiting.cancel.yes")
	w.see(w.word("end.cancelled.means"))
	w.press("home.demo-codes.short") // there are more codes to try
	w.see("DEMO-UNPAID")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyEscape)
	w.see(w.word("end.cancelled.means"))
	if o := w.order(d, id); o.Phase != order.PhaseEnded {
		t.Errorf("phase %s", o.Phase)
	}
}
