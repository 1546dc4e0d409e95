package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/e2e/pebble"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// TestADirectoryThatIsNone: what is at the address, or that it is not encrypted, is said, and it is corrected without
// anything else being typed again.
func TestADirectoryThatIsNone(t *testing.T) {
	a := pebble.Start(t, pebble.Options{})
	w := start(t, setup{authority: a})
	host := strings.TrimSuffix(strings.TrimPrefix(a.Directory, "https://"), "/dir")
	w.beginWith(strings.Replace(letterOf(a, "kid-1"), a.Directory, "http://acme.example.ch/directory", 1))
	w.press("journey.continue")
	w.saw("link-insecure")
	w.paste(strings.Replace(letterOf(a, "kid-1"), a.Directory, "https://"+host+"/shop/directory", 1))
	w.press("journey.continue")
	w.saw("not-a-directory", "host", host)
	w.press("acme.enter")
	w.title(order.StepLink)
	w.see("kid-1")
	w.paste(letterOf(a, "kid-1"))
	w.press("journey.continue")
	w.title(order.StepLicence)
	w.see(w.word("licence.need"))
	if rows, err := w.a.worlds.real.Desk.Orders.Rows(t.Context()); err != nil || len(rows) != 1 {
		t.Errorf("%d drafts, %v", len(rows), err)
	}
}

// TestAnAccountOrderThatExpired while the customer was away: it says so, and one press makes the next one, for the same
// names and the same key.
func TestAnAccountOrderThatExpired(t *testing.T) {
	a := pebble.Start(t, pebble.Options{})
	w := start(t, setup{authority: a})
	w.toAccountProof(letterOf(a, "kid-1"), "shop.example.ch")
	before := w.tasks()[0].Instruction.RecordValue
	w.press("journey.save-close")
	w.q.Advance(25 * time.Hour)
	w.resume("you")
	w.comes(w.word("acme.used-up.expired.saw"))
	w.see(w.word("acme.used-up.do"))
	w.press("acme.new-values")
	w.see(w.word("prove.check"))
	in := w.tasks()[0].Instruction
	if in.RecordValue == before || in.RecordValue == "" {
		t.Errorf("the same value: %q", in.RecordValue)
	}
	if rows, err := w.a.worlds.real.Desk.Orders.Rows(t.Context()); err != nil || len(rows) != 1 || a.Accounts() != 1 {
		t.Errorf("%d orders, %d accounts, %v", len(rows), a.Accounts(), err)
	}
}

// accountOrder is an order of an account at a directory.
func accountOrder() store.Order {
	o := nameOrder(byRecord("a", shopName))
	o.Service = activation.ACMEService("https://acme.shop.example.ch/directory", "k-4711")
	o.Licence = websiteLicence(100, "yes")
	o.Licence.MayBill, o.Licence.Product.Name = true, "TLS (ACME)"
	o.Licence.Terms = []order.Terms{{ID: "https://trust.example.com/terms", URL: "https://trust.example.com/terms"}}
	return o
}

// TestAnAccountThatWasClosed: its order says why it has ended, and leads to the next one, for which the account is
// entered anew; the names stay.
func TestAnAccountThatWasClosed(t *testing.T) {
	o := accountOrder()
	o.Phase = order.PhaseEnded
	o.Snapshot.State, o.Snapshot.StateReason, o.Snapshot.Tasks = order.ServiceFailed, "The account was deactivated.", nil
	open := false
	w := start(t, setup{clock: noon, script: &script{orders: []store.Order{o}, lookup: func(context.Context) (seller.Found, error) {
		if !open {
			return seller.Found{}, fault.New(fault.BindingMissing, nil, "host", "acme.shop.example.ch")
		}
		return seller.Found{Licence: o.Licence, Service: o.Seller}, nil
	}}})
	w.see("The account was deactivated.")
	w.capture("order-account-closed")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn) // the one thing to do next
	w.saw("binding-missing", "host", "acme.shop.example.ch")
	w.press("acme.enter")
	w.title(order.StepLink)
	w.see("k-4711")
	open = true
	w.fill("acme.field.key", accountKey)
	w.press("journey.continue")
	w.title(order.StepLicence)
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	w.title(order.StepNames)
	if got := w.field("websites.field"); got != shopName {
		t.Errorf("names: %q", got)
	}
	if rows, err := w.a.worlds.real.Desk.Orders.Rows(t.Context()); err != nil || len(rows) != 2 {
		t.Errorf("%d orders, %v", len(rows), err)
	}
}

// accountDraft is a draft of an account that is opened with it, before its key is made.
func accountDraft() store.Order {
	o := accountOrder()
	o.Phase, o.Step, o.KeyID, o.TokenID = order.PhaseDraft, string(order.StepKey), "", ""
	o.CodeID, o.CodeHash, o.Application.AcceptedTerms, o.Snapshot = "code", "hash", nil, nil
	o.Receipt = seller.Receipt{}
	o.Licence.OpensAccount = true
	return o
}

// toSend makes the key of such a draft and sends it.
func (w *walk) toSend() {
	w.t.Helper()
	w.resume("draft")
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.accept()
	w.press("review.send")
}

// TestALimitOfTheAuthority says how long to wait, leads back to what was entered, and can be sent again.
func TestALimitOfTheAuthority(t *testing.T) {
	s := &script{orders: []store.Order{accountDraft()}, submit: func(context.Context) error {
		return &seller.Refusal{Fault: fault.New(fault.RateLimited, nil, "host", "acme.shop.example.ch", "wait", time.Hour)}
	}}
	w := start(t, setup{clock: noon, script: s})
	w.toSend()
	w.saw("rate-limited", "host", "acme.shop.example.ch", "wait", time.Hour)
	w.see(w.word("fault.rate-limited.means", "host", "acme.shop.example.ch", "wait", time.Hour))
	w.press("action.retry")
	w.title(order.StepReview)
	w.see(shopName)
	s.set(func() { s.submit = nil })
	w.press("review.send")
	w.title(order.StepWaiting)
	w.q.Finish(t)
}

// TestTermsThatHaveChanged since they were read: they are looked up anew, and accepted anew; those that are accepted at
// the authority itself are opened there.
func TestTermsThatHaveChanged(t *testing.T) {
	o := accountDraft()
	changed := o.Licence
	changed.Terms = []order.Terms{{ID: "https://trust.example.com/new", URL: "https://trust.example.com/new"}}
	refusal := &seller.Refusal{
		Fault:  fault.New(fault.TermsChanged, nil, "host", "acme.shop.example.ch"),
		Fields: []seller.FieldProblem{{Pointer: "/accepted_terms", Code: "other"}},
	}
	s := &script{orders: []store.Order{o}, submit: func(context.Context) error { return refusal }, lookup: func(context.Context) (seller.Found, error) {
		return seller.Found{Licence: changed, Service: o.Seller}, nil
	}}
	w := start(t, setup{clock: noon, script: s})
	w.toSend()
	w.saw("terms-changed", "host", "acme.shop.example.ch")
	w.press("acme.terms-new")
	w.title(order.StepReview)
	w.see(w.word("review.accept", "n", 1))
	for _, c := range kittest.All[*kit.Check](w.root()) {
		if c.Checked() {
			t.Error("the new terms are accepted already")
		}
	}
	w.press("review.send")
	w.see(w.word("review.accept-first"))
	w.accept()
	s.set(func() {
		f := fault.New(fault.TermsChanged, nil, "host", "acme.shop.example.ch", "url", "https://trust.example.com/account")
		s.submit = func(context.Context) error { return &seller.Refusal{Fault: f} }
	})
	w.press("review.send")
	w.see(w.word("acme.terms", "host", "trust.example.com"))
	w.press("acme.terms", "host", "trust.example.com")
	w.q.Finish(t)
}

// TestAnOwnRequestHasToHoldAllNames: an authority that wants the same names in both would refuse it at the end, after
// all the proofs. It is said where the request is brought, and with its own names it is issued.
func TestAnOwnRequestHasToHoldAllNames(t *testing.T) {
	a := pebble.Start(t, pebble.Options{Free: true})
	w := start(t, setup{authority: a})
	made := ownRequest(t, "rsa:2048", "/CN=shop.example.ch", "DNS:shop.example.ch")
	w.beginWith("EAB\nACME directory: " + a.Directory)
	w.press("journey.continue")
	w.title(order.StepLicence)
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	w.fill("websites.field", "shop.example.ch\nmail.example.ch")
	w.press("journey.continue")
	w.title(order.StepKey)
	w.chooseOwn()
	w.pasteInto("key.own.label", made.request)
	w.press("key.own.use")
	w.see(w.word("request.problem.names-exact.saw", "n", 1, "names", []string{"mail.example.ch"}))
	w.press("key.own.take-names")
	w.see(w.word("key.own.took-names"))
	w.press("journey.continue")
	w.title(order.StepReview)
	w.accept()
	w.press("review.send")
	w.comes(w.word("prove.check"))
	for _, task := range w.tasks() {
		a.SetTXT(t, task.Instruction.RecordName, task.Instruction.RecordValue)
	}
	w.press("prove.check")
	w.comes(w.word("use.without.title"))
	if a.Issued() != 1 {
		t.Errorf("%d certificates", a.Issued())
	}
	w.q.Finish(t)
}
