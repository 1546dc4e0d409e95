package main

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit/kittest"
)

// reviewScreens are the answers to a request.
func reviewScreens(t *testing.T, s setup) {
	o := sent("01", order.Snapshot{})
	o.Phase, o.Snapshot, o.Receipt = order.PhaseSubmitting, nil, seller.Receipt{}
	o.Sent = time.Time{}
	o.CodeID, o.IdempotencyKey = "01-code", "0190a6a2-0000-7000-8000-000000000001"
	o.CSR, o.Body = []byte{0x30, 0}, []byte("{}")
	script := &script{orders: []store.Order{o}, submit: fails(fault.ServiceSlow, "host", "shop.example.ch")}
	s.script = script
	w := start(t, s)
	w.button("view.next.submitting.button")
	w.screen("order-submitting")
	w.resume("submitting")
	w.see(w.word("review.no-answer"))
	w.screen("review-no-answer")
	script.set(func() {
		script.submit = func(context.Context) error {
			return &seller.Refusal{
				Fault:  fault.New(fault.FieldInvalid, nil),
				Fields: []seller.FieldProblem{{Pointer: "/mailbox", Code: "invalid"}},
			}
		}
	})
	w.press("action.retry")
	w.see(w.word("review.refused"))
	w.screen("review-refused")
	w.press("journey.save-close")
	w.see(w.word("view.next.draft.title"))
	w.screen("order-refused")
}

// proveScreens are step 8 outside the demo, and what was sent.
func proveScreens(t *testing.T, s setup) {
	failed := waitingForMail()
	failed.Tasks[0].State = order.TaskFailed
	failed.Tasks[0].LastResult = &order.TaskResult{At: noon, Code: "not-confirmed", Detail: "The link in the e-mail has not been confirmed."}
	o := sent("01", failed)
	o.Receipt.NextPoll = noon.Add(20 * time.Second)
	script := &script{orders: []store.Order{o}}
	s.script = script
	w := start(t, s)
	w.see(w.word("view.story"))
	w.screen("order-you")
	w.resume("you")
	w.see(w.word("prove.last"))
	w.screen("prove-failed")
	kittest.TabTo(t, w.a.window.Canvas(), kittest.RailStep(t, w.root(), w.word("step.sent")))
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("review.sent.title"))
	w.screen("review-sent")
	w.press("review.sent.on")
	w.see(w.word("prove.last"))
	script.set(func() {
		script.status = func(context.Context) (order.Snapshot, error) {
			return order.Snapshot{}, fault.New(fault.ServiceDown, nil, "host", "shop.example.ch")
		}
	})
	w.until(w.word("fault.service-down.saw", "host", "shop.example.ch"))
	w.screen("prove-down")
}

// waitingScreens are step 9 while it lasts.
func waitingScreens(t *testing.T, s setup) {
	s.script = &script{orders: []store.Order{sent("01", waitingForAuthority())}}
	w := start(t, s)
	w.see(w.word("view.story"))
	w.screen("order-authority")
	w.resume("authority")
	w.see(w.word("messages.title"))
	w.screen("waiting")
}

// endedScreens are an order that brings no certificate.
func endedScreens(t *testing.T, s setup) {
	before, after := sent("01", waitingForAuthority()), sent("01", ended(order.ServiceRejected))
	before.Receipt.NextPoll = noon.Add(5 * time.Second)
	script := &script{orders: []store.Order{before}}
	script.status = func(context.Context) (order.Snapshot, error) { return *after.Snapshot, nil }
	s.script = script
	w := start(t, s)
	w.resume("authority")
	w.until(w.word("waiting.over-title"))
	w.screen("waiting-ended")
	w.press("journey.save-close")
	w.see(w.word("view.next.ended.title"))
	w.screen("order-ended")
}

// orderScreens are the view of a draft, and of an order of which the seller's last answer was a failure.
func orderScreens(t *testing.T, s setup) {
	s.script = &script{orders: []store.Order{withKey(draft("01", order.StepReview))}}
	w := start(t, s)
	w.button("view.discard")
	w.screen("order-draft")
	w.press("view.discard")
	w.button("view.discard.yes")
	w.screen("order-discard")
	w.press("view.discard.yes")
	w.see(w.word("home.sentence"))
	w.stop()

	faulty := sent("01", waitingForMail())
	faulty.LastFault = &store.Fault{Code: string(fault.ServiceUnreachable), Args: fault.New(fault.ServiceUnreachable, nil, "host", "shop.example.ch").Args}
	s.data, s.script = "", &script{orders: []store.Order{faulty}}
	w = start(t, s)
	w.see(w.word("fault.service-unreachable.saw", "host", "shop.example.ch"))
	w.screen("order-fault")
}

// expiredScreens is the view of a certificate that is over.
func expiredScreens(t *testing.T, s setup) {
	o := sent("01", order.Snapshot{State: order.Issued})
	c := issued(t, &o, noon.AddDate(0, 0, -3))
	s.script = &script{orders: []store.Order{o}, certs: []store.Certificate{c}}
	w := start(t, s)
	w.see(w.word("view.certificate"))
	w.screen("order-expired")
}
