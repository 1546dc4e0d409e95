package main

import (
	"fmt"
	"testing"
	"time"

	"certdesk/internal/demo"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// Calls of the Activation API, as unkindness names them.
const (
	callDiscover = "GET /.well-known/certificate-activation"
	callLicence  = "GET /api/licence"
	callSubmit   = "POST /api/orders"
)

// quick are the unkindnesses that nobody has to end.
var quick = []demo.Unkindness{
	demo.LoseRequest, demo.LoseAnswer, demo.Cut, demo.HTML, demo.Garbage, demo.Oversize, demo.Bomb, demo.Fail, demo.Busy, demo.Redirect,
}

// often is how many unkindnesses it takes until somebody sees one: a call whose connection breaks is repeated,
// by the client and by net/http below it.
func often(kind demo.Unkindness) int {
	switch kind {
	case demo.LoseRequest, demo.LoseAnswer, demo.Cut, demo.Busy:
		return 8
	default:
		return 2
	}
}

// recovers presses what a failure page offers until it is gone: a call may be repeated by itself, so that
// more than one unkindness meets one press.
func (w *walk) recovers(gone func() bool) {
	w.t.Helper()
	for range 14 {
		w.q.Finish(w.t)
		if gone() {
			return
		}
		w.press("action.retry")
	}
	w.t.Fatalf("it does not recover; the screen:\n%s", w.text())
}

// TestServiceFaultsBeforeTheOrder has the service fail while nothing is ordered yet: the page says so, and
// its button leads on.
func TestServiceFaultsBeforeTheOrder(t *testing.T) {
	for _, call := range []string{callDiscover, callLicence} {
		for _, kind := range quick {
			t.Run(fmt.Sprintf("%s/%s", call[len(call)-7:], kind), func(t *testing.T) {
				w := oddly(t)
				w.enterDemo()
				w.unkind(often(kind), demo.Unkind{Kind: kind, Call: call})
				w.enter("DEMO-MAIL")
				w.see(w.word("journey.failed.licence"))
				w.see(w.word("kit.failure.saw"))
				w.see(w.word("kit.failure.do"))
				w.recovers(func() bool { return w.has("licence.need") })
				w.goes()
				w.ends()
			})
		}
	}
}

// TestServiceFaultsWhileSending has the service fail at the one call that orders: however it fails, one press
// and its repetitions make one order.
func TestServiceFaultsWhileSending(t *testing.T) {
	for _, kind := range quick {
		t.Run(string(kind), func(t *testing.T) {
			w := oddly(t)
			w.enterDemo()
			w.enter("DEMO-MAIL")
			w.toReviewFromLicence()
			w.unkind(often(kind), demo.Unkind{Kind: kind, Call: callSubmit})
			w.accept()
			w.press("review.send")
			w.q.Finish(t)
			w.recovers(func() bool { return w.at(order.StepProve) })
			w.goes()
			w.ends()
		})
	}
}

// toReviewFromLicence goes from step 2 to step 7.
func (w *walk) toReviewFromLicence() {
	w.t.Helper()
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	w.mailbox()
	w.press("journey.continue")
	w.title(order.StepKey)
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.title(order.StepReview)
}

// TestServiceFaultsWhileWaiting has the service fail when it is asked how the order stands, and when the
// certificate is fetched: the page says so and looks again by itself.
func TestServiceFaultsWhileWaiting(t *testing.T) {
	for _, kind := range quick {
		t.Run(string(kind), func(t *testing.T) {
			w := oddly(t)
			w.enterDemo()
			w.enter("DEMO-MAIL")
			w.toReviewFromLicence()
			w.accept()
			w.press("review.send")
			w.title(order.StepProve)
			w.q.Await(t, func() bool { return kittest.HasButton(w.root(), w.word("helper.confirm")) })
			w.unkind(often(kind), demo.Unkind{Kind: kind, Call: "GET /api/orders/…"})
			w.press("helper.confirm")
			w.untilFault()
			w.goes()
			w.ends()
		})
	}
}

// untilFault moves the clock on until the page says that it could not look.
func (w *walk) untilFault() {
	w.t.Helper()
	for range 40 {
		w.q.Finish(w.t)
		if len(kittest.All[*kit.Finding](w.root())) > 0 {
			return
		}
		w.q.Advance(time.Second)
	}
	w.t.Fatalf("no failure is shown; the screen:\n%s", w.text())
}

// TestTheServiceHangs has each call hang: whoever waits can go back or close at once, and goes on later.
func TestTheServiceHangs(t *testing.T) {
	for _, call := range []string{callDiscover, callLicence} {
		t.Run(call, func(t *testing.T) {
			w := oddly(t)
			w.enterDemo()
			reached := make(chan struct{}, 1)
			w.unkind(1, demo.Unkind{Kind: demo.Slow, Call: call, Reached: func() { reached <- struct{}{} }})
			w.enter("DEMO-MAIL")
			w.hangs(reached)
			w.see(w.word("licence.asking-demo"))
			w.press("journey.back")
			w.title(order.StepLink)
			w.press("journey.continue")
			w.goes()
			w.ends()
		})
	}
	t.Run(callSubmit, func(t *testing.T) {
		w := oddly(t)
		w.enterDemo()
		w.enter("DEMO-MAIL")
		w.toReviewFromLicence()
		reached := make(chan struct{}, 1)
		w.unkind(1, demo.Unkind{Kind: demo.HoldAnswer, Call: callSubmit, Reached: func() { reached <- struct{}{} }})
		w.accept()
		w.press("review.send")
		w.hangs(reached)
		w.see(w.word("review.once"))
		if kittest.HasButton(w.root(), w.word("journey.back")) {
			t.Error("a way back while the request is on its way")
		}
		kittest.Press(t, w.a.window.Canvas(), "Escape") // is "Save and close" here, never back
		w.see(w.word("view.next.submitting.title"))
		w.press("view.next.submitting.button")
		w.goes()
		w.ends()
	})
}

// hangs waits until a call is being held.
func (w *walk) hangs(reached <-chan struct{}) {
	w.t.Helper()
	w.q.Await(w.t, func() bool {
		select {
		case <-reached:
			return true
		default:
			return false
		}
	})
}

// TestACertificateForAnotherKey is set aside: the waiting page and the order say so, how the seller is reached,
// and nothing can be made of it.
func TestACertificateForAnotherKey(t *testing.T) {
	w := oddly(t)
	w.enterDemo()
	w.enter("DEMO-MAIL")
	w.toReviewFromLicence()
	w.accept()
	w.press("review.send")
	w.title(order.StepProve)
	w.q.Await(t, func() bool { return kittest.HasButton(w.root(), w.word("helper.confirm")) })
	w.unkind(1, demo.Unkind{Kind: demo.WrongKey})
	w.press("helper.confirm")
	w.until(w.word("fault.certificate-foreign-key.saw"))
	w.title(order.StepWaiting)
	said := func(where string) {
		t.Helper()
		w.saw("certificate-foreign-key")
		if w.has("view.next.authority.text") {
			t.Errorf("%s says that there is nothing to do:\n%s", where, w.text())
		}
	}
	said("the waiting page")
	w.press("journey.save-close")
	w.see(w.word("view.next.authority.title"))
	said("the order")
	if kittest.HasButton(w.root(), w.word("view.next.ready.button")) {
		t.Error("it can be used")
	}
	w = odd{}.reopen(w)
	w.see(w.word("view.next.authority.title"))
	said("the order after a restart")
	w.press("view.next.authority.button")
	w.title(order.StepWaiting)
	w.q.Finish(t)
	said("the waiting page after a restart")
	w.press("prove.check")
	w.q.Finish(t)
	said("the waiting page after a look")
	if len(w.files()) > 0 || w.kept()[0].Phase != order.PhaseSent {
		t.Error("it was taken")
	}
}
