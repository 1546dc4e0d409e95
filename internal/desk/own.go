package desk

import (
	"context"
	"crypto"

	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/request"
	"certdesk/internal/secret"
	"certdesk/internal/spki"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// Brought is a request that a customer brings, with what it says. All of it is text from outside.
type Brought struct {
	DER []byte
	request.Summary
}

// ReadRequest finds the requests in a file or in pasted text. It keeps nothing. Its faults are those of
// [request.Read] and [request.Examine]; the text is to be forgotten when it is RequestPrivateKey.
func (r *Redeem) ReadRequest(text []byte) ([]Brought, error) {
	all, err := request.Read(text)
	if err != nil {
		return nil, err
	}
	out := make([]Brought, len(all))
	for i, der := range all {
		if out[i], err = r.AboutRequest(der); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// HoldsPrivateKey reports whether a text holds a private key, so that it must go from the screen at once.
func (r *Redeem) HoldsPrivateKey(text []byte) bool { return request.HoldsPrivateKey(text) }

// AboutRequest says what is in a request.
func (r *Redeem) AboutRequest(der []byte) (Brought, error) {
	s, err := request.Examine(der)
	return Brought{DER: der, Summary: s}, err
}

// UseRequest makes a request of the customer's own the draft's, whatever [Redeem.Problems] says of it. Its key
// is elsewhere. A key that was made here for the draft is not used then; it stays among the order's keys, and
// goes with the order.
func (r *Redeem) UseRequest(ctx context.Context, id string, der []byte) (store.Order, error) {
	about, err := r.AboutRequest(der)
	if err != nil {
		return store.Order{}, err
	}
	o, err := r.chooseKey(ctx, id, func(o *store.Order) {
		o.Application.Request, o.Application.KeyChoice, o.KeyID = der, about.Key(), ""
	})
	if err == nil {
		r.log(ctx, id, i18n.M("event.request"))
		r.changed.tell(id)
	}
	return o, err
}

// DropRequest takes the customer's own request out of the draft again.
func (r *Redeem) DropRequest(ctx context.Context, id string) (store.Order, error) {
	return r.chooseKey(ctx, id, func(o *store.Order) {
		o.Application.Request, o.Application.KeyChoice = nil, order.KeyChoice{}
	})
}

// chooseKey changes what a draft says of its key.
func (r *Redeem) chooseKey(ctx context.Context, id string, change func(*store.Order)) (store.Order, error) {
	var out store.Order
	err := r.one(id, func() error {
		var err error
		out, err = r.Store.Update(ctx, id, func(o *store.Order) error {
			if o.Phase != order.PhaseDraft {
				return fault.New(fault.OrderState, nil)
			}
			change(o)
			o.Updated = r.Now()
			return nil
		})
		return err
	})
	return out, err
}

// isForRequest reports whether a key in the vault's ledger is that of the order's own request.
func isForRequest(o store.Order, hash string) bool {
	if !o.Application.OwnRequest() || len(o.CSR) == 0 {
		return false
	}
	about, err := request.Examine(o.CSR)
	return err == nil && about.SPKI == hash
}

// KeyHere reports whether the private key of the order's certificate is on this computer.
func (e *Exports) KeyHere(ctx context.Context, o store.Order) (bool, error) {
	all, err := e.Store.Certificates(ctx, o.ID)
	if err != nil {
		return false, err
	}
	c, ok := currentOf(all)
	if !ok {
		return o.KeyID != "", nil
	}
	id, err := e.keyFor(ctx, o, c)
	return id != "", err
}

// BroughtKey is a private key that was read from a file and fits the order's certificate. It is in memory alone.
type BroughtKey struct {
	Kind order.KeyChoice
	key  crypto.Signer
}

// ReadKey reads a private key that the customer brings for an order's certificate; password is empty for none.
// It keeps nothing. Faults: KeyFilePassword, KeyFileKind, KeyFileUnreadable; KeyFileForeign for the key of
// another certificate; NotYet when there is no certificate.
func (e *Exports) ReadKey(ctx context.Context, id string, data []byte, password secret.Value) (BroughtKey, error) {
	all, err := e.Store.Certificates(ctx, id)
	if err != nil {
		return BroughtKey{}, err
	}
	c, ok := currentOf(all)
	if !ok {
		return BroughtKey{}, fault.New(fault.NotYet, nil)
	}
	key, err := export.ReadKey(data, password)
	if err != nil {
		return BroughtKey{}, err
	}
	if hash, err := spki.Hex(key.Public()); err != nil || hash != c.SPKI {
		return BroughtKey{}, fault.New(fault.KeyFileForeign, err)
	}
	return BroughtKey{Kind: choiceOf(key.Public()), key: key}, nil
}

// AddKey keeps a key that the customer has brought: the order's files can then be made here.
//
// Order: ledger line; keyring; read back and compared; order; list of keys. A crash before the last is mended when
// the key is used.
func (e *Exports) AddKey(ctx context.Context, id string, k BroughtKey) error {
	if k.key == nil {
		return fault.New(fault.KeyFileUnreadable, nil)
	}
	e.takeUp(ctx)
	err := e.one(id, func() error {
		o, err := e.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		if err := e.Vault.Probe(ctx); err != nil {
			return err
		}
		keyID := e.newRecord()
		if err := e.Vault.PutKey(ctx, keyID, o.ID, k.key, vault.Imported); err != nil {
			return err
		}
		return e.giveKey(context.WithoutCancel(ctx), id, keyID, k.key, vault.Imported)
	})
	if err != nil {
		return err
	}
	e.log(ctx, id, i18n.M("event.key-added"))
	e.changed.tell(id)
	return nil
}

// giveKey writes into an order that a key in the keyring is its own.
func (c *core) giveKey(ctx context.Context, id, keyID string, key crypto.Signer, origin vault.Origin) error {
	if _, err := c.Store.Update(ctx, id, func(o *store.Order) error {
		o.KeyID, o.Updated = keyID, c.Now()
		return nil
	}); err != nil {
		return err
	}
	return c.addKey(ctx, id, keyID, key, origin)
}
