package desk_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

var errLocked = errors.New("failed to unlock correct collection")

func noStage(desk.KeyStage) {}

// TestStartAsksNoKeyringWhenNothingIsLeft: orders of every phase, and the keyring is not asked at all, so the
// system has nothing to prompt for.
func TestStartAsksNoKeyringWhenNothingIsLeft(t *testing.T) {
	w, r := fresh(t)
	var ids []string
	for i, stage := range []func() string{r.ready, r.sent, r.keyed, r.draft} {
		id := stage()
		ids = append(ids, id)
		if i < 3 { // the same code for the next
			must(r.store.Update(t.Context(), id, func(o *store.Order) error { o.CodeHash = ""; return nil }))(t)
			w.seller.mu.Lock()
			w.seller.orders = map[string]*sold{}
			w.seller.mu.Unlock()
		}
	}
	must(r.store.Update(t.Context(), ids[1], func(o *store.Order) error { o.Phase = order.PhaseEnded; return nil }))(t)
	before, holds := w.ring.calls(), w.ring.holds()
	r = r.again()
	for range 2 {
		if f, err := r.Orders.Start(t.Context()); err != nil || len(f.Ownerless) != 0 || f.Removed != 0 {
			t.Errorf("%+v, %v", f, err)
		}
	}
	r.Refresher.Tick(t.Context())
	if n := w.ring.calls() - before; n != 0 {
		t.Errorf("the keyring was asked %d times", n)
	}
	if got := w.ring.holds(); len(got["key"]) != len(holds["key"]) || len(got["token"]) != 2 || len(got["key"]) != 3 {
		t.Errorf("the keyring held %v, now %v", holds, got)
	}
}

func (r *run) rowIDs() []string {
	r.w.t.Helper()
	var out []string
	for _, row := range must(r.store.Rows(r.w.t.Context()))(r.w.t) {
		out = append(out, row.ID)
	}
	return out
}

// orphan puts a record into the keyring that nothing in the store names, as an earlier run would have.
func (r *run) orphanKey(orderID string) string {
	r.w.t.Helper()
	id := vault.NewID(nil)
	ok(r.w.t, r.vault.PutKey(r.w.t.Context(), id, orderID, newKey(), vault.MadeHere))
	return id
}

func (r *run) orphanSecret(orderID string, kind vault.Kind, text string) string {
	r.w.t.Helper()
	id := vault.NewID(nil)
	ok(r.w.t, r.vault.PutSecret(r.w.t.Context(), id, orderID, kind, secret.FromString(text)))
	return id
}

// TestKeyWithoutAnOrder is reported at every start, asked for once, and never deleted.
func TestKeyWithoutAnOrder(t *testing.T) {
	w, r := fresh(t)
	key, token := r.orphanKey("lost-order"), r.orphanSecret("lost-order", vault.KindToken, "token-of-a-lost-order")
	sent := r.sent()
	second := r.orphanKey(sent) // the order has one already
	code := r.orphanSecret("never-made", vault.KindCode, "code-typed-before-a-crash")
	r = r.again()
	for i := range 3 {
		before := w.ring.calls()
		f := must(r.Orders.Start(t.Context()))(t)
		if len(f.Ownerless) != 2 || f.Ownerless[0].ID != key && f.Ownerless[1].ID != key || f.Ownerless[0].SPKI == "" || f.Ownerless[0].Origin != string(vault.MadeHere) {
			t.Errorf("start %d: %+v", i, f.Ownerless)
		}
		if n := w.ring.calls() - before; i > 0 && n != 0 {
			t.Errorf("start %d asks the keyring %d times", i, n)
		}
		r = r.again()
	}
	for _, id := range []string{key, token, second} {
		if w.ring.records[id] == "" {
			t.Error("something was deleted that may be needed")
		}
	}
	if w.ring.records[code] != "" {
		t.Error("a code that no draft has is still there")
	}
}

// TestGivenBackToDrafts: what was stored just before a crash belongs to its draft.
func TestGivenBackToDrafts(t *testing.T) {
	w, r := fresh(t)
	id := r.draft()
	key, token := r.orphanKey(id), r.orphanSecret(id, vault.KindToken, "dG9rZW4tY2FuYXJ5LTAxMjM0NTY3ODktYWJjZGVmZ2g")
	r = r.again()
	f := must(r.Orders.Start(t.Context()))(t)
	o := r.order(id)
	if o.KeyID != key || o.TokenID != token || len(f.Ownerless) != 0 || o.Application.KeyChoice.Algorithm != order.ECDSA {
		t.Errorf("key %v, token %v, %+v", o.KeyID == key, o.TokenID == token, f)
	}
	if keys := must(r.store.Keys(t.Context(), id))(t); len(keys) != 1 || keys[0].ID != key || keys[0].SPKI == "" {
		t.Errorf("keys %+v", keys)
	}
	ok(t, r.Redeem.MakeKey(t.Context(), id, order.KeyChoice{}, noStage))
	ok(t, r.Redeem.Submit(t.Context(), id))
	if n := len(w.ring.holds()["key"]); n != 1 {
		t.Errorf("%d keys", n)
	}
}

// TestUnfinishedFilesAreRemoved, but only our own: a file of the same name with other bytes stays.
func TestUnfinishedFilesAreRemoved(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	ours := must(r.Exports.Make(t.Context(), id, to(destination.Thunderbird, w)))(t)
	theirs := must(r.Exports.Make(t.Context(), id, to(destination.Outlook, w)))(t)
	shown := must(r.Exports.Make(t.Context(), id, to(destination.Android, w)))(t)
	ok(t, r.Exports.Shown(t.Context(), shown.ID))
	if f := must(r.Orders.Start(t.Context()))(t); f.Removed != 0 {
		t.Fatal("a file of this run was taken for a leftover")
	}
	r = r.again()
	ok(t, os.WriteFile(theirs.Files[0].Path, []byte("somebody else's"), 0o600))
	f := must(r.Orders.Start(t.Context()))(t)
	if f.Removed != 1 {
		t.Errorf("removed %d", f.Removed)
	}
	for path, there := range map[string]bool{ours.Files[0].Path: false, theirs.Files[0].Path: true, shown.Files[0].Path: true} {
		if _, err := os.Lstat(path); (err == nil) != there {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
	}
	if f := must(r.Orders.Start(t.Context()))(t); f.Removed != 0 {
		t.Errorf("removed again: %+v", f)
	}
	lines := 0
	for _, e := range must(r.store.Timeline(t.Context(), id))(t) {
		if e.Message.ID == "event.export-removed" {
			lines++
		}
	}
	if lines != 1 {
		t.Errorf("the timeline says it %d times", lines)
	}
}

// TestCodesOfAcceptedOrdersAreRemoved, also when the keyring refused at the time.
func TestCodesOfAcceptedOrdersAreRemoved(t *testing.T) {
	w, r := fresh(t)
	id := r.keyed()
	w.seller.atSubmit = func(order.Submission) { w.ring.lock(errLocked) }
	ok(t, r.Redeem.Submit(t.Context(), id))
	if o := r.order(id); o.Phase != order.PhaseSent || o.CodeID == "" {
		t.Fatalf("%s %q", o.Phase, o.CodeID)
	}
	w.ring.lock(nil)
	r = r.again()
	must(r.Orders.Start(t.Context()))(t)
	if o := r.order(id); o.CodeID != "" || len(w.ring.holds()["code"]) != 0 {
		t.Errorf("code %q, keyring %v", o.CodeID, w.ring.holds())
	}
}

// TestStartWithoutAKeyring: what the keyring is needed for is done at the next press that needs it.
func TestStartWithoutAKeyring(t *testing.T) {
	w, r := fresh(t)
	id := r.draft()
	key := r.orphanKey(id)
	r = r.again()
	w.ring.lock(errLocked)
	f, err := r.Orders.Start(t.Context())
	wantFault(t, err, fault.KeyringLocked)
	if f.Removed != 0 {
		t.Errorf("%+v", f)
	}
	if rows, err := r.Orders.Rows(t.Context()); err != nil || len(rows) != 1 {
		t.Errorf("the list: %d, %v", len(rows), err)
	}
	wantFault(t, r.Redeem.MakeKey(t.Context(), id, order.KeyChoice{}, noStage), fault.KeyringLocked)
	w.ring.lock(nil)
	ok(t, r.Redeem.MakeKey(t.Context(), id, order.KeyChoice{}, noStage))
	if o := r.order(id); o.KeyID != key || len(w.ring.holds()["key"]) != 1 {
		t.Errorf("another key was made: %v", w.ring.holds())
	}
}

// TestStartMeetsAStoreThatFails: the fault is reported, nothing is lost, and the next start does it.
func TestStartMeetsAStoreThatFails(t *testing.T) {
	w, r := fresh(t)
	id := r.draft()
	key := r.orphanKey(id)
	r = r.again()
	w.fuse.failing(func(name string) error {
		if name == "store.Update key" {
			return fault.New(fault.DiskFull, nil)
		}
		return nil
	})
	_, err := r.Orders.Start(t.Context())
	wantFault(t, err, fault.DiskFull)
	w.fuse.failing(nil)
	must(r.Orders.Start(t.Context()))(t)
	if o := r.order(id); o.KeyID != key {
		t.Error("the key did not come back")
	}
}

// TestStartLeavesThisRunAlone: what this run is in the middle of is no leftover.
func TestStartLeavesThisRunAlone(t *testing.T) {
	w, r := fresh(t)
	ran := false
	w.fuse.failing(func(name string) error {
		if name == "store.Create" && !ran { // the code is in the keyring, the draft not yet there
			ran = true
			if _, err := r.Orders.Start(t.Context()); err != nil {
				t.Error(err)
			}
		}
		return nil
	})
	id := r.keyed()
	ok(t, r.Redeem.Submit(t.Context(), id))
	if !ran || w.seller.count("Submit") != 1 {
		t.Error("nothing was tried")
	}
}

// TestLostKeyIsMadeAgain: a draft whose key the keyring has lost gets another; a sent order doesn't.
func TestLostKeyIsMadeAgain(t *testing.T) {
	w, r := fresh(t)
	id := r.keyed()
	old := r.order(id).KeyID
	delete(w.ring.records, old)
	ok(t, r.Redeem.MakeKey(t.Context(), id, order.KeyChoice{}, noStage))
	if o := r.order(id); o.KeyID == old {
		t.Error("still the lost one")
	}
	ok(t, r.Redeem.Submit(t.Context(), id))
	delete(w.ring.records, r.order(id).KeyID)
	wantFault(t, r.Redeem.MakeKey(t.Context(), id, order.KeyChoice{}, noStage), fault.KeyGone)
	w.clock.advance(time.Hour)
	w.seller.issue()
	if o := must(r.Refresher.Look(t.Context(), id))(t); o.Phase != order.PhaseReady {
		t.Errorf("the certificate is not fetched: %s", o.Phase)
	}
}
