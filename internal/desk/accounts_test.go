package desk_test

import (
	"crypto/rand"
	"testing"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

const (
	directory  = "https://acme.example.ch/directory"
	accountKey = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg-canary-of-an-account"
)

func (r *run) accounts() *desk.Accounts {
	return desk.NewAccounts(recordedStore{r.store, r.w.fuse}, recordedVault{r.vault, r.w.fuse}, rand.Reader, r.w.clock.now)
}

// TestAnAccountOutlivesItsOrders: it is found again in the next run, it is no key without an order, and it goes
// whole.
func TestAnAccountOutlivesItsOrders(t *testing.T) {
	w, r := fresh(t)
	made := must(r.accounts().Make(t.Context(), directory, "kid-1", secret.FromString(accountKey)))(t)
	made.URL, made.Terms, made.Contact = "https://acme.example.ch/account/7", "https://acme.example.ch/terms", "anna@example.ch"
	ok(t, r.accounts().Opened(t.Context(), made))
	r = r.again()
	if f := must(r.Orders.Start(t.Context()))(t); len(f.Ownerless) != 0 {
		t.Errorf("%+v", f.Ownerless)
	}
	all := must(r.accounts().All(t.Context()))(t)
	want := made
	want.Opened = w.clock.now()
	if len(all) != 1 || all[0] != want {
		t.Fatalf("%+v", all)
	}
	if key := must(r.accounts().Key(t.Context(), all[0]))(t); !key.Equal(secret.FromString(accountKey)) {
		t.Error("another key")
	}
	ok(t, r.accounts().Forget(t.Context(), all[0]))
	if all := must(r.accounts().All(t.Context()))(t); len(all) != 0 || len(w.ring.records) != 0 {
		t.Errorf("%+v, %d records", all, len(w.ring.records))
	}
}

// TestACrashWhileAnAccountIsMade: at no moment is there a key in the keyring that nothing knows of.
func TestACrashWhileAnAccountIsMade(t *testing.T) {
	for at := 1; ; at++ {
		w, r := fresh(t)
		w.fuse.set(at)
		crashed := w.fuse.until(func() {
			_, err := r.accounts().Make(t.Context(), directory, "", secret.FromString(accountKey))
			ok(t, err)
		})
		w.fuse.set(0)
		r = r.again()
		if f := must(r.Orders.Start(t.Context()))(t); len(f.Ownerless) != 0 {
			t.Errorf("moment %d: %+v", at, f.Ownerless)
		}
		all := must(r.accounts().All(t.Context()))(t)
		for id := range w.ring.records {
			if len(all) != 1 || all[0].SecretID != id {
				t.Errorf("moment %d: a key that is nobody's", at)
			}
		}
		if len(all) == 1 {
			if _, err := r.accounts().Key(t.Context(), all[0]); err != nil && !fault.Is(err, fault.SecretGone) {
				t.Errorf("moment %d: %v", at, err)
			}
		}
		if !crashed {
			if at < 3 || len(w.ring.records) != 1 {
				t.Errorf("%d moments, %d records", at, len(w.ring.records))
			}
			return
		}
	}
}
