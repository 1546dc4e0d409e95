package desk

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/hex"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/request"
	"certdesk/internal/spki"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// KeyStage is how far making a key has got.
type KeyStage int

// The stages of MakeKey.
const (
	KeyOpening KeyStage = iota // the system's keyring is asked
	KeyMaking
	KeyStoring
	KeyDone
)

// MakeKey makes the draft's private key and puts it into the keyring. It is safe to call again: a key that
// is there is only read and compared; one that the keyring has lost is replaced. A request of the customer's own
// is dropped. A context that ends throws the unfinished key away.
//
// Order: keyring probed; key made; ledger line; keyring; read back and compared; draft.
func (r *Redeem) MakeKey(ctx context.Context, id string, choice order.KeyChoice, stage func(KeyStage)) error {
	stage(KeyOpening)
	r.takeUp(ctx) // the last run may have made it
	return r.one(id, func() error {
		o, err := r.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		if o.KeyID != "" {
			key, origin, err := r.Vault.Key(ctx, o.KeyID)
			lost := fault.Is(err, fault.KeyGone) || fault.Is(err, fault.KeyUnusable)
			switch {
			case lost && o.Phase == order.PhaseDraft: // nothing counts that was sent with it
			case err != nil:
				return err
			default:
				stage(KeyDone)
				return r.addKey(ctx, id, o.KeyID, key, origin)
			}
		}
		if o.Phase != order.PhaseDraft {
			return fault.New(fault.OrderState, nil)
		}
		if o.Application.OwnRequest() {
			if _, err := r.Store.Update(ctx, id, func(o *store.Order) error {
				o.Application.Request, o.Application.KeyChoice = nil, order.KeyChoice{}
				return nil
			}); err != nil {
				return err
			}
		}
		if err := r.Vault.Probe(ctx); err != nil {
			return err
		}
		stage(KeyMaking)
		if choice, err = request.Default.Choose(o.Licence.Product, choice); err != nil {
			return err
		}
		key, err := request.Generate(ctx, r.Rand, choice)
		if err != nil {
			return err
		}
		stage(KeyStoring)
		keyID := r.newRecord()
		if err := r.Vault.PutKey(ctx, keyID, id, key, vault.MadeHere); err != nil {
			return err
		}
		if err := r.adopt(ctx, id, keyID); err != nil {
			return err
		}
		r.log(ctx, id, keptEvent(r.Vault.Places()))
		stage(KeyDone)
		r.changed.tell(id)
		return nil
	})
}

// keptEvent says where a key was put when it was made.
func keptEvent(at vault.Places) i18n.Message {
	if at.InFile {
		return i18n.M("event.key-file")
	}
	return i18n.M("event.key")
}

// adopt writes into a draft that keyID is its key.
//
// Order: draft; list of keys. A crash in between is mended when the key is used.
func (c *core) adopt(ctx context.Context, id, keyID string) error {
	key, origin, err := c.Vault.Key(ctx, keyID)
	if err != nil {
		return err
	}
	_, err = c.Store.Update(ctx, id, func(o *store.Order) error {
		o.KeyID, o.Application.KeyChoice, o.Updated = keyID, choiceOf(key.Public()), c.Now()
		return nil
	})
	if err != nil {
		return err
	}
	return c.addKey(ctx, id, keyID, key, origin)
}

// addKey notes a key in the list of an order's keys. The same again is fine.
func (c *core) addKey(ctx context.Context, id, keyID string, key crypto.Signer, origin vault.Origin) error {
	hash, err := spki.Hash(key.Public())
	if err != nil {
		return err
	}
	return c.Store.AddKey(ctx, store.Key{
		ID: keyID, OrderID: id, Kind: string(vault.KindKey), Origin: string(origin),
		Algorithm: choiceOf(key.Public()).Algorithm, SPKI: hex.EncodeToString(hash[:]), Created: c.Now(),
	})
}

// choiceOf is the choice that a key is the result of.
func choiceOf(pub crypto.PublicKey) order.KeyChoice {
	switch k := pub.(type) {
	case *rsa.PublicKey:
		return order.KeyChoice{Algorithm: request.RSA, Size: k.N.BitLen()}
	case *ecdsa.PublicKey:
		return order.KeyChoice{Algorithm: request.ECDSA, Size: k.Curve.Params().BitSize}
	}
	return order.KeyChoice{}
}

// KeyChoices are the keys that can be made here for an order, the recommended one first; none where the
// key has to live on hardware.
func (r *Redeem) KeyChoices(o store.Order) []order.KeyChoice {
	return request.Default.Choices(o.Licence.Product)
}
