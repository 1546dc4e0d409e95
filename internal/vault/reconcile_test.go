package vault

import (
	"crypto/elliptic"
	"errors"
	"slices"
	"strings"
	"testing"

	"certdesk/internal/fault"
)

func TestReconcile(t *testing.T) {
	b := &fake{}
	v, path := newVault(t, b)
	for _, id := range []string{"fine", "ownerless", "lost", "given-up"} {
		ok(t, v.PutKey(t.Context(), id, "order", mustEC(elliptic.P256()), MadeHere))
	}
	ok(t, v.PutSecret(t.Context(), "token", "order", KindToken, token))
	// Crashes: after the reservation, and between record and line.
	for _, id := range []string{"never-made", "wanted", "made"} {
		ok(t, v.ledger.add(Entry{ID: id, Kind: KindKey, OrderID: "order", Event: Reserved, At: start}))
	}
	b.records["made"] = b.records["fine"]
	delete(b.records, "lost")
	delete(b.records, "given-up")

	next := vaultAt(t, b, path)
	b.reset()
	known := func(id string) bool { return slices.Contains([]string{"fine", "token", "made", "lost", "wanted"}, id) }
	f, err := next.Reconcile(t.Context(), known)
	ok(t, err)
	names := func(list []Entry) (out string) {
		for _, e := range list {
			out += e.ID + " "
		}
		return out
	}
	if got := strings.Join(f.Dropped, " "); got != "given-up never-made" {
		t.Errorf("dropped: %s", got)
	}
	if got := names(f.Orphans); got != "ownerless " {
		t.Errorf("orphans: %s", got)
	}
	if got := names(f.Missing); got != "wanted " {
		t.Errorf("missing: %s", got)
	}
	if b.asked() != 5 {
		t.Errorf("%d calls: what is confirmed and known must not be asked for", b.asked())
	}
	if e, _ := next.ledger.Entry("made"); e.Event != Stored {
		t.Errorf("made: %s", e.Event)
	}
	if _, _, err := next.Key(t.Context(), "lost"); !fault.Is(err, fault.KeyGone) {
		t.Errorf("lost: %v", err)
	}
	again, err := vaultAt(t, b, path).Reconcile(t.Context(), known)
	if err != nil || len(again.Dropped) != 0 || names(again.Orphans) != "ownerless " || names(again.Missing) != "wanted " {
		t.Errorf("a second time: %+v %v", again, err)
	}
}

func TestReconcileDropsNothingThatItCanNotAskFor(t *testing.T) {
	b := &fake{fail: func(string, int) error { return errors.New("failed to unlock correct collection") }}
	v, _ := newVault(t, b)
	ok(t, v.ledger.add(Entry{ID: "k", Kind: KindKey, Event: Reserved, At: start}))
	if _, err := v.Reconcile(t.Context(), func(string) bool { return false }); !fault.Is(err, fault.KeyringLocked) {
		t.Errorf("got %v", err)
	}
	if len(v.ledger.Entries()) != 1 {
		t.Error("dropped")
	}
}
