package desk_test

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

const hmacKey = "canary-of-an-HMAC-key-Zq8vT2mX7nB4wL6c"

// bound is a ticket for an account with its HMAC key.
func bound(directory string) activation.Ticket {
	return activation.Ticket{Service: activation.ACMEService(directory, "kid-1"), Code: secret.FromString(hmacKey)}
}

// hmacs counts where the keyring holds the HMAC key, by what it is kept as.
func (w *world) hmacs() map[string]int {
	w.ring.mu.Lock()
	defer w.ring.mu.Unlock()
	out := map[string]int{}
	kept := strings.TrimRight(base64.RawURLEncoding.EncodeToString([]byte(hmacKey)), "=")
	for _, text := range w.ring.records {
		for _, kind := range []string{"code", "account"} {
			if strings.Contains(text, kept) && strings.Contains(text, `"`+kind+`"`) {
				out[kind]++
			}
		}
	}
	return out
}

// authorityOpens has the seller be a directory: it opens the account at the first submission and refuses that one.
// It gives the codes that came.
func (w *world) authorityOpens(r *run, refusals int) *[]string {
	var codes []string
	w.seller.found = func(t activation.Ticket) (seller.Found, error) {
		codes = append(codes, "lookup "+string(t.Code.Reveal()))
		l := licence()
		l.MayBill, l.OpensAccount, l.Bound = true, true, string(t.Code.Reveal()) != activation.NoKey
		for _, a := range must(r.accounts().All(context.Background()))(w.t) {
			if activation.ACMEService(a.Directory, a.KeyID) == t.Service && a.URL != "" {
				l.OpensAccount, l.Bound = false, false
			}
		}
		return seller.Found{Licence: l, Service: seller.Service{Origin: shop, Name: "Authority"}}, nil
	}
	w.seller.atSubmit = func(s order.Submission) {
		codes = append(codes, "submit "+string(s.Code.Reveal()))
		dir, keyID, _ := activation.SplitACME(s.Service)
		for _, a := range must(r.accounts().All(context.Background()))(w.t) {
			if a.Directory == dir && a.KeyID == keyID && a.URL != "" {
				return
			}
		}
		a := must(r.accounts().Make(context.Background(), dir, keyID, secret.FromString(accountKey)))(w.t)
		a.URL = dir + "/account/7"
		ok(w.t, r.accounts().Opened(context.Background(), a))
	}
	w.seller.answer = func(*sold) error {
		if refusals--; refusals >= 0 {
			return &seller.Refusal{Fault: fault.New(fault.NameRejected, nil, "host", "acme.example.ch")}
		}
		return nil
	}
	return &codes
}

func (r *run) accountDraft(t activation.Ticket, keep bool) string {
	r.w.t.Helper()
	ctx := context.Background()
	s := must(r.Redeem.Start(ctx, t, false))(r.w.t)
	o := must(r.Redeem.Lookup(ctx, s.OrderID))(r.w.t)
	a := anna()
	a.KeepBinding = keep
	ok(r.w.t, r.Redeem.Save(ctx, o.ID, a, order.StepReview))
	ok(r.w.t, r.Redeem.MakeKey(ctx, o.ID, order.KeyChoice{}, func(desk.KeyStage) {}))
	return o.ID
}

// TestAnHMACKeyGoesOnceTheAccountIsThere: also when the directory refuses the order, and when the same e-mail is
// pasted again.
func TestAnHMACKeyGoesOnceTheAccountIsThere(t *testing.T) {
	w, r := fresh(t)
	w.authorityOpens(r, 1)
	id := r.accountDraft(bound(directory), false)
	if got := w.hmacs(); got["code"] != 1 {
		t.Fatalf("before: %v", got)
	}
	if err := r.Redeem.Submit(t.Context(), id); !fault.Is(err, fault.NameRejected) {
		t.Fatal(err)
	}
	if got := w.hmacs(); len(got) != 0 {
		t.Errorf("after a refusal: %v", got)
	}
	r = r.again()
	w.authorityOpens(r, 0)
	ok(t, r.Redeem.Submit(t.Context(), id))
	other := must(r.Redeem.Start(t.Context(), bound(directory), false))(t)
	if other.Existing {
		t.Error("an account orders many times")
	}
	must(r.Redeem.Lookup(t.Context(), other.OrderID))(t)
	if got := w.hmacs(); len(got) != 0 {
		t.Errorf("pasted again: %v", got)
	}
	if all := must(r.Authorities.Bindings(t.Context()))(t); len(all) != 0 {
		t.Errorf("kept: %+v", all)
	}
}

// TestAnHMACKeyThatServesSeveralAccounts is kept, opens an account at another directory of the same host, at no
// other host, and is deleted by a press.
func TestAnHMACKeyThatServesSeveralAccounts(t *testing.T) {
	w, r := fresh(t)
	w.authorityOpens(r, 0)
	ok(t, r.Redeem.Submit(t.Context(), r.accountDraft(bound(directory), true)))
	if got := w.hmacs(); got["account"] != 1 || got["code"] != 0 {
		t.Fatalf("%v", got)
	}
	r = r.again()
	if f := must(r.Orders.Start(t.Context()))(t); len(f.Ownerless) != 0 {
		t.Errorf("%+v", f.Ownerless)
	}
	codes := w.authorityOpens(r, 0)
	with := func(directory string) string {
		second := bound(directory)
		second.Code = secret.FromString(activation.NoKey)
		return r.accountDraft(second, false)
	}
	clear(w.seller.orders)
	ok(t, r.Redeem.Submit(t.Context(), with(directory+"/ecc")))
	if got := strings.Join(*codes, ", "); got != "lookup "+hmacKey+", submit "+hmacKey {
		t.Errorf("asked with %s", got)
	}
	if id := with("https://elsewhere.example.ch/directory"); r.order(id).Licence.Bound || (*codes)[2] != "lookup "+activation.NoKey {
		t.Errorf("another host: %v", *codes)
	}
	for service, want := range map[string]bool{
		activation.ACMEService(directory+"/ecc", "kid-1"): true, activation.ACMEService(directory, "kid-2"): false, shop: false,
	} {
		if got := must(r.Authorities.Keeps(t.Context(), service))(t); got != want {
			t.Errorf("%s: %v", service, got)
		}
	}
	all := must(r.Authorities.Bindings(t.Context()))(t)
	if len(all) != 1 || all[0].Host != "acme.example.ch" || all[0].KeyID != "kid-1" || all[0].Kept.IsZero() {
		t.Fatalf("%+v", all)
	}
	ok(t, r.Authorities.DeleteBinding(t.Context(), all[0]))
	if got := w.hmacs(); len(got) != 0 {
		t.Errorf("deleted: %v", got)
	}
}

// TestACrashWhileAnAccountIsOpened: at no moment is an HMAC key that is to be kept lost, or left twice, or where
// nothing knows of it. What comes before the directory hears of anything is like every other redemption.
func TestACrashWhileAnAccountIsOpened(t *testing.T) {
	t.Parallel()
	w, r := fresh(t)
	w.authorityOpens(r, 0)
	id := r.accountDraft(bound(directory), true)
	w.fuse.set(0)
	ok(t, r.Redeem.Submit(t.Context(), id))
	for at := slices.Index(w.fuse.calls(), "> seller.Submit") + 1; at > 0; at++ {
		w, r := fresh(t)
		w.authorityOpens(r, 0)
		id := r.accountDraft(bound(directory), true)
		w.fuse.set(at)
		crashed := w.fuse.until(func() { ok(t, r.Redeem.Submit(context.Background(), id)) })
		w.fuse.set(0)
		r = r.again()
		w.authorityOpens(r, 0)
		must(r.Orders.Start(t.Context()))(t)
		if o := r.order(id); o.Phase == order.PhaseDraft || o.Phase == order.PhaseSubmitting {
			ok(t, r.Redeem.Submit(t.Context(), id))
		}
		if got := w.hmacs(); got["account"] != 1 || got["code"] != 0 {
			t.Errorf("moment %d: %v", at, got)
		}
		if got := must(r.Authorities.Accounts(t.Context()))(t); len(got) != 1 {
			t.Errorf("moment %d: %d accounts", at, len(got))
		}
		if !crashed {
			break
		}
	}
}

// TestAnAccountIsForgottenWhenNothingIsUnderWay, and closed at its authority first where the customer wants that.
func TestAnAccountIsForgottenWhenNothingIsUnderWay(t *testing.T) {
	w, r := fresh(t)
	w.authorityOpens(r, 0)
	id := r.accountDraft(bound(directory), false)
	ok(t, r.Redeem.Submit(t.Context(), id))
	all := must(r.Authorities.Accounts(t.Context()))(t)
	if len(all) != 1 || all[0].Open() != 1 || len(all[0].Orders) != 1 || all[0].Orders[0].ID != id || all[0].Opened != w.clock.now() {
		t.Fatalf("%+v", all)
	}
	wantFault(t, r.Authorities.Forget(t.Context(), all[0]), fault.AccountInUse)
	wantFault(t, r.Authorities.Close(t.Context(), all[0]), fault.AccountInUse)
	w.seller.issue()
	w.clock.advance(24 * time.Hour)
	must(r.Refresher.Look(t.Context(), id))(t)
	failing := fault.New(fault.ServiceDown, nil)
	w.seller.failing(func(name string) error { return failing })
	wantFault(t, r.Authorities.Close(t.Context(), all[0]), fault.ServiceDown)
	if got := must(r.Authorities.Accounts(t.Context()))(t); len(got) != 1 {
		t.Fatal("an account that could not be closed is gone")
	}
	w.seller.failing(nil)
	ok(t, r.Authorities.Close(t.Context(), all[0]))
	if got := must(r.Authorities.Accounts(t.Context()))(t); len(got) != 0 || w.seller.count("CloseAccount") != 2 {
		t.Errorf("%+v", got)
	}
}

// TestAnHMACKeyStaysWhereItIsNeeded: the keyring has lost the account's own key, so that the account has to be opened
// anew.
func TestAnHMACKeyStaysWhereItIsNeeded(t *testing.T) {
	w, r := fresh(t)
	w.authorityOpens(r, 0)
	ok(t, r.Redeem.Submit(t.Context(), r.accountDraft(bound(directory), false)))
	for _, a := range must(r.accounts().All(t.Context()))(t) {
		delete(w.ring.records, a.SecretID)
	}
	s := must(r.Redeem.Start(t.Context(), bound(directory), false))(t)
	must(r.Redeem.Lookup(t.Context(), s.OrderID))(t)
	if got := w.hmacs(); got["code"] != 1 {
		t.Errorf("%v", got)
	}
}
