package desk_test

import (
	"testing"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

// TestCodeWithoutAKeyring stays in memory when the customer says so, is forgotten with the run, and comes back
// when it is typed again.
func TestCodeWithoutAKeyring(t *testing.T) {
	w, r := fresh(t)
	w.ring.lock(errLocked)
	_, err := r.Redeem.Start(t.Context(), ticket(), false)
	wantFault(t, err, fault.KeyringLocked)
	if rows := must(r.Orders.Rows(t.Context()))(t); len(rows) != 0 {
		t.Fatal("there is a draft")
	}
	s := must(r.Redeem.Start(t.Context(), ticket(), true))(t)
	if !s.InMemory || s.Existing {
		t.Errorf("%+v", s)
	}
	must(r.Redeem.Lookup(t.Context(), s.OrderID))(t)

	r = r.again()
	_, err = r.Redeem.Lookup(t.Context(), s.OrderID)
	wantFault(t, err, fault.CodeForgotten)
	again := must(r.Redeem.Start(t.Context(), ticket(), false))(t)
	if !again.Existing || !again.InMemory || again.OrderID != s.OrderID {
		t.Errorf("%+v", again)
	}
	must(r.Redeem.Lookup(t.Context(), s.OrderID))(t)

	// Once there is a keyring, it keeps the code.
	r = r.again()
	w.ring.lock(nil)
	if again := must(r.Redeem.Start(t.Context(), ticket(), false))(t); !again.Existing || again.InMemory {
		t.Errorf("%+v", again)
	}
	r = r.again()
	must(r.Redeem.Lookup(t.Context(), s.OrderID))(t)
	if len(w.ring.holds()["code"]) != 1 {
		t.Errorf("keyring %v", w.ring.holds())
	}
}

// TestCodeIsForgottenInTheMiddleOfASubmission: typed again, it repeats the same submission.
func TestCodeIsForgottenInTheMiddleOfASubmission(t *testing.T) {
	w, r := fresh(t)
	id := r.keyed()
	w.seller.lose = 1
	wantFault(t, r.Redeem.Submit(t.Context(), id), fault.ServiceCut)
	delete(w.ring.records, r.order(id).CodeID)
	r = r.again()
	wantFault(t, r.Redeem.Submit(t.Context(), id), fault.CodeForgotten)
	if s := must(r.Redeem.Start(t.Context(), ticket(), false))(t); s.OrderID != id {
		t.Errorf("another draft: %+v", s)
	}
	ok(t, r.Redeem.Submit(t.Context(), id))
	if len(w.seller.orders) != 1 || len(w.seller.keys) != 1 {
		t.Error("sent anew")
	}
}

// TestCodeThatHasAnOrderOpensIt.
func TestCodeThatHasAnOrderOpensIt(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	before := len(w.ring.holds()["code"])
	if s := must(r.Redeem.Start(t.Context(), ticket(), false))(t); s.OrderID != id || !s.Existing || s.InMemory {
		t.Errorf("%+v", s)
	}
	if len(w.ring.holds()["code"]) != before {
		t.Error("the code of an accepted order is kept again")
	}
}

const rightCode = "RIGHT-canary-9Kp4vXw9kLmN4pR7"

// otherPlace is a service whose codes stand elsewhere in the link than where they were looked for.
func otherPlace(w *world) activation.Ticket {
	w.t.Helper()
	reading := must(activation.Parser{}.Parse(shop+"/activate/"+rightCode+"?licence="+code, activation.Pasted))(w.t)
	w.seller.found = func(t activation.Ticket) (seller.Found, error) {
		c, found := t.CodeAt("path-last")
		if !found {
			c = t.Code
		}
		if !c.Equal(secret.FromString(rightCode)) {
			return seller.Found{}, fault.New(fault.CodeUnknown, nil)
		}
		return seller.Found{Licence: licence(), Service: seller.Service{Origin: shop}, Code: c}, nil
	}
	return reading.Ticket
}

// TestServiceSaysWhereTheCodeStands: the right code takes the place of the guess, at every moment of a crash.
func TestServiceSaysWhereTheCodeStands(t *testing.T) {
	w, r := fresh(t)
	tk := otherPlace(w)
	w.fuse.set(0)
	s := must(r.Redeem.Start(t.Context(), tk, false))(t)
	from := len(w.fuse.calls())
	must(r.Redeem.Lookup(t.Context(), s.OrderID))(t)
	all := w.fuse.calls()
	check := func(w *world, r *run, id string) {
		t.Helper()
		o := r.order(id)
		kept, err := r.vault.Secret(t.Context(), o.CodeID)
		if err != nil || !kept.Equal(secret.FromString(rightCode)) || o.CodeHash != kept.Fingerprint(shop) || o.Licence.ID == "" {
			t.Errorf("kept %v, hash %v, licence %q, %v", kept.Len(), o.CodeHash == kept.Fingerprint(shop), o.Licence.ID, err)
		}
		if n := len(w.ring.holds()["code"]); n != 1 {
			t.Errorf("%d codes in the keyring", n)
		}
	}
	check(w, r, s.OrderID)
	inOrder(t, all, "< seller.Lookup", "> vault.Put code", "< vault.Put code", "> store.Update code,licence", "< store.Update code,licence", "> vault.Delete")
	for n := from + 1; n <= len(all); n++ {
		w := newWorld(t)
		tk := otherPlace(w)
		r := w.start()
		s := must(r.Redeem.Start(t.Context(), tk, false))(t)
		w.fuse.set(n - from)
		w.fuse.until(func() { _, _ = r.Redeem.Lookup(t.Context(), s.OrderID) })
		w.fuse.set(0)
		r = r.again()
		must(r.Orders.Start(t.Context()))(t)
		if r.order(s.OrderID).Licence.ID == "" { // the link is pasted again, if it must be
			if _, err := r.Redeem.Lookup(t.Context(), s.OrderID); err != nil {
				s = must(r.Redeem.Start(t.Context(), tk, false))(t)
				o := must(r.Redeem.Lookup(t.Context(), s.OrderID))(t)
				s.OrderID = o.ID
			}
		}
		check(w, r, s.OrderID)
		if n := len(r.rowIDs()); n != 1 {
			t.Errorf("%d drafts", n)
		}
		if t.Failed() {
			t.Fatalf("after a crash at %s", all[n-1])
		}
	}
}

// TestServiceSaysWhereTheCodeStandsWithoutAKeyring: the right code takes the place of the guess in memory, too.
func TestServiceSaysWhereTheCodeStandsWithoutAKeyring(t *testing.T) {
	w, r := fresh(t)
	w.ring.lock(errLocked)
	s := must(r.Redeem.Start(t.Context(), otherPlace(w), true))(t)
	for range 2 { // the second time without the link
		must(r.Redeem.Lookup(t.Context(), s.OrderID))(t)
	}
	if o := r.order(s.OrderID); o.CodeID != "" || o.CodeHash != secret.FromString(rightCode).Fingerprint(shop) {
		t.Error("the guess is still there")
	}
}

// TestLinkWhoseCodeHasADraftHere: the guess was wrong, so it is known only after the service was asked.
func TestLinkWhoseCodeHasADraftHere(t *testing.T) {
	for name, inMemory := range map[string]bool{"with a keyring": false, "without": true} {
		t.Run(name, func(t *testing.T) {
			w, r := fresh(t)
			if inMemory {
				w.ring.lock(errLocked)
			}
			tk := otherPlace(w)
			first := must(r.Redeem.Start(t.Context(), tk, inMemory))(t)
			must(r.Redeem.Lookup(t.Context(), first.OrderID))(t)
			second := must(r.Redeem.Start(t.Context(), tk, inMemory))(t)
			o := must(r.Redeem.Lookup(t.Context(), second.OrderID))(t)
			if o.ID != first.OrderID || len(r.rowIDs()) != 1 {
				t.Errorf("given %v, %d drafts", o.ID == first.OrderID, len(r.rowIDs()))
			}
			want := 1
			if inMemory {
				want = 0
			}
			if n := len(w.ring.holds()["code"]); n != want {
				t.Errorf("%d codes in the keyring", n)
			}
			if !inMemory {
				return
			}
			w.ring.lock(nil)
			ok(t, r.Redeem.Save(t.Context(), o.ID, anna(), order.StepReview))
			ok(t, r.Redeem.MakeKey(t.Context(), o.ID, order.KeyChoice{}, noStage))
			w.seller.atSubmit = func(s order.Submission) {
				if !s.Code.Equal(secret.FromString(rightCode)) {
					t.Error("sent with the wrong code")
				}
			}
			ok(t, r.Redeem.Submit(t.Context(), o.ID))
		})
	}
}

// TestDiscard removes a draft with all that the keyring has of it, and nothing that was sent.
func TestDiscard(t *testing.T) {
	w, r := fresh(t)
	id := r.keyed()
	w.seller.answer = func(*sold) error { return &seller.Refusal{Fault: fault.New(fault.Refused, nil)} }
	wantFault(t, r.Redeem.Submit(t.Context(), id), fault.Refused) // so there is a token, too
	ok(t, r.Redeem.Discard(t.Context(), id))
	if len(w.ring.records) != 0 || len(r.rowIDs()) != 0 {
		t.Errorf("keyring %v, %d orders", w.ring.holds(), len(r.rowIDs()))
	}
	w.seller.answer = nil
	id = r.sent()
	wantFault(t, r.Redeem.Discard(t.Context(), id), fault.OrderState)
	if o := r.order(id); o.KeyID == "" || len(w.ring.holds()["key"]) != 1 {
		t.Error("a sent order lost its key")
	}
}

// TestDiscardWithoutAKeyring keeps the draft: its key is still there.
func TestDiscardWithoutAKeyring(t *testing.T) {
	w, r := fresh(t)
	id := r.keyed()
	w.ring.lock(errLocked)
	wantFault(t, r.Redeem.Discard(t.Context(), id), fault.KeyringLocked)
	w.ring.lock(nil)
	if o := r.order(id); o.KeyID == "" {
		t.Error("the draft lost its key")
	}
	ok(t, r.Orders.Forget(t.Context()))
	if len(w.ring.records) != 0 {
		t.Errorf("keyring %v", w.ring.holds())
	}
}

// TestCancelledKeyLeavesNothing: a key that nobody waits for is thrown away.
func TestCancelledKeyLeavesNothing(t *testing.T) {
	w, r := fresh(t)
	id := r.draft()
	ctx, cancel := withCancel(t)
	err := r.Redeem.MakeKey(ctx, id, order.KeyChoice{}, func(s desk.KeyStage) {
		if s == desk.KeyMaking {
			cancel()
		}
	})
	wantFault(t, err, fault.Cancelled)
	if o := r.order(id); o.KeyID != "" || len(w.ring.holds()["key"]) != 0 {
		t.Errorf("key %q, keyring %v", o.KeyID, w.ring.holds())
	}
}

// TestForbiddenKeyIsNotMade: only what the licence accepts.
func TestForbiddenKeyIsNotMade(t *testing.T) {
	_, r := fresh(t)
	id := r.draft()
	wantFault(t, r.Redeem.MakeKey(t.Context(), id, order.KeyChoice{Algorithm: order.RSA, Size: 2048}, noStage), fault.KeyForbidden)
	if got := r.Redeem.KeyChoices(r.order(id)); len(got) != 1 || got[0].Algorithm != order.ECDSA {
		t.Errorf("choices %v", got)
	}
}
