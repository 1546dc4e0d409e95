package vault

import (
	"crypto"
	"crypto/elliptic"
	"errors"
	"testing"

	"github.com/zalando/go-keyring"

	"certdesk/internal/fault"
)

// keepsKeys has a real keyring keep every kind of key, as the app does.
func keepsKeys(t *testing.T, path string) {
	t.Helper()
	b := System(DemoService)
	v := vaultAt(t, b, path)
	ok(t, v.Probe(t.Context()))
	keys := map[string]crypto.Signer{
		"rsa4096": mustRSA(4096), "rsa3072": mustRSA(3072), "p256": mustEC(elliptic.P256()), "p384": mustEC(elliptic.P384()), "ed": mustEd(),
	}
	for id, key := range keys {
		ok(t, v.PutKey(t.Context(), id, "order", key, MadeHere))
	}
	ok(t, v.PutSecret(t.Context(), "token", "order", KindToken, token))

	next := vaultAt(t, b, path) // as after a restart
	for id, key := range keys {
		got, origin, err := next.Key(t.Context(), id)
		if err != nil || origin != MadeHere || !got.(equaler).Equal(key) {
			t.Errorf("%s: %v %s", id, err, origin)
		}
	}
	if got, err := next.Secret(t.Context(), "token"); err != nil || !got.Equal(token) {
		t.Errorf("the token: %v", err)
	}
	// The real service and the demo's don't see each other.
	if _, err := System(Service).Get("rsa4096"); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("in the other world: %v", err)
	}
	f, err := next.Reconcile(t.Context(), func(id string) bool { return id != "p384" })
	if err != nil || len(f.Orphans) != 1 || f.Orphans[0].ID != "p384" {
		t.Errorf("%+v %v", f, err)
	}
	for id := range keys {
		ok(t, next.Delete(t.Context(), id))
		if _, _, err := next.Key(t.Context(), id); !fault.Is(err, fault.KeyGone) {
			t.Errorf("%s after Delete: %v", id, err)
		}
	}
}
