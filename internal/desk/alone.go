package desk

import (
	"context"
	"slices"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// AloneKey is a private key that belongs to no order here, with the orders that could use it.
type AloneKey struct {
	store.Key
	Fits []store.Row
}

// Alone lists the private keys in the keyring that belong to no order here.
func (b *Backups) Alone(ctx context.Context) ([]store.Key, error) {
	all, err := b.Store.Keys(ctx, "")
	return slices.DeleteFunc(all, func(k store.Key) bool { return k.Kind != string(vault.KindKey) }), err
}

// AloneKeys lists them with the orders that they fit: those whose request was made with the key, and drafts that
// have none yet and may have one of its kind.
func (b *Backups) AloneKeys(ctx context.Context) ([]AloneKey, error) {
	keys, err := b.Alone(ctx)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	rows, err := b.Store.Rows(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]AloneKey, len(keys))
	for i, k := range keys {
		out[i].Key = k
		made, err := b.Store.OrdersBySPKI(ctx, k.SPKI)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			fits := slices.Contains(made, r.ID)
			if !fits && r.Phase == order.PhaseDraft {
				if fits, err = b.draftTakes(ctx, r.ID, k); err != nil {
					return nil, err
				}
			}
			if fits {
				out[i].Fits = append(out[i].Fits, r)
			}
		}
	}
	return out, nil
}

// draftTakes reports whether a draft has no key yet and may have this one. The size is known only when the key is
// read, which waits for the press.
func (b *Backups) draftTakes(ctx context.Context, id string, k store.Key) (bool, error) {
	o, err := b.Store.Get(ctx, id)
	if err != nil {
		return false, err
	}
	return b.takes(o, func(c order.KeyChoice) bool { return c.Algorithm == k.Algorithm }), nil
}

func (b *Backups) takes(o store.Order, fits func(order.KeyChoice) bool) bool {
	free := o.Phase == order.PhaseDraft && o.KeyID == "" && o.Licence.WantsKey() && !o.Application.OwnRequest()
	return free && slices.ContainsFunc((&Redeem{core: b.core}).KeyChoices(o), fits)
}

// UseKey gives a key without an order to one. Faults: KeyForbidden for a draft whose licence does not allow it,
// those of reading the key.
//
// Order: order; list of keys.
func (b *Backups) UseKey(ctx context.Context, keyID, orderID string) error {
	err := b.one(orderID, func() error {
		o, err := b.Store.Get(ctx, orderID)
		if err != nil {
			return err
		}
		key, _, err := b.Vault.Key(ctx, keyID)
		if err != nil {
			return err
		}
		if o.Phase != order.PhaseDraft {
			return b.takeKey(ctx, orderID, keyID)
		}
		choice := choiceOf(key.Public())
		if !b.takes(o, func(c order.KeyChoice) bool { return c == choice }) {
			return fault.New(fault.KeyForbidden, nil)
		}
		return b.adopt(ctx, orderID, keyID)
	})
	if err == nil {
		b.changed.tell(orderID)
	}
	return err
}
