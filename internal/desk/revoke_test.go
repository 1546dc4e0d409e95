package desk_test

import (
	"context"
	"crypto"
	"crypto/x509"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/spki"
)

// closedShop is a shopkeeper where the account is closed: certificates are revoked by their keys alone.
type closedShop struct {
	*shopkeeper
	revoked []string // the keys' hashes
}

func (c *closedShop) Revoke(_ context.Context, r seller.Receipt, _ secret.Value, _ order.Revocation, _ string) (order.Snapshot, seller.Receipt, error) {
	return order.Snapshot{}, r, fault.New(fault.AccountClosed, nil, "host", "acme.example.ch")
}

func (c *closedShop) RevokeByKey(_ context.Context, r seller.Receipt, leaf *x509.Certificate, key crypto.Signer, _ order.Revocation) (order.Snapshot, seller.Receipt, error) {
	hash, err := spki.Hex(key.Public())
	if err != nil || spki.OfCertificate(leaf) == [32]byte{} {
		return order.Snapshot{}, r, fault.New(fault.Unexpected, err)
	}
	c.revoked = append(c.revoked, hash)
	return order.Snapshot{State: order.ServiceRevoked}, r, nil
}

// TestACertificateIsRevokedByItsKey where the account that ordered it is closed; where the key is not here, the account
// is what is told of.
func TestACertificateIsRevokedByItsKey(t *testing.T) {
	w := newWorld(t)
	shop := &closedShop{shopkeeper: w.seller}
	w.way = shop
	r := w.start()
	t.Cleanup(func() { _ = r.store.Close() })
	id := r.ready()
	keys := must(r.store.Keys(t.Context(), id))(t)
	held := w.ring.records[keys[0].ID]
	delete(w.ring.records, keys[0].ID)
	wantFault(t, r.Tasks.Revoke(t.Context(), id, order.NoLongerUsed), fault.KeyGone)
	w.ring.records[keys[0].ID] = held
	ok(t, r.Tasks.Revoke(t.Context(), id, order.NoLongerUsed))
	if len(shop.revoked) != 1 || shop.revoked[0] != keys[0].SPKI {
		t.Errorf("%v, want %s", shop.revoked, keys[0].SPKI)
	}
	if v := must(r.Orders.View(t.Context(), id))(t); v.State != order.Revoked {
		t.Errorf("%s", v.State)
	}
}
