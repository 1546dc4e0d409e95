package desk

import (
	"context"

	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
)

// revokeByKey revokes the certificate of an order whose account is closed, with the certificate's own key, where that
// is here and the way in allows it. Else why it could not be done otherwise stays.
func (t *Tasks) revokeByKey(ctx context.Context, o store.Order, s seller.Seller, why order.Revocation, closed error) (order.Snapshot, seller.Receipt, error) {
	none := order.Snapshot{}
	revoker, ok := s.(seller.KeyRevoker)
	if !ok {
		return none, o.Receipt, closed
	}
	certs, err := t.Store.Certificates(ctx, o.ID)
	if err != nil {
		return none, o.Receipt, err
	}
	current, ok := currentOf(certs)
	if !ok {
		return none, o.Receipt, closed
	}
	id, err := (&Exports{core: t.core}).keyFor(ctx, o, current)
	if err != nil {
		return none, o.Receipt, err
	}
	if id == "" {
		return none, o.Receipt, closed
	}
	key, _, err := t.Vault.Key(ctx, id)
	if err != nil {
		return none, o.Receipt, err
	}
	leaf, _, err := parsed(current)
	if err != nil {
		return none, o.Receipt, err
	}
	return revoker.RevokeByKey(ctx, o.Receipt, leaf, key, why)
}
