package desk

import (
	"context"
	"errors"

	"certdesk/internal/activation"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// Findings is what the start of a run found and mended.
type Findings struct {
	// Removed counts files whose password nobody has seen; they were removed and can be made again.
	Removed int
	// Ownerless are the private keys in the keyring that belong to no order here.
	Ownerless []store.Key
}

// Start takes up what the last run left unfinished. It is called once, and is safe to call again, also
// while the screens act: what this run has begun is never taken for something left over.
//
// Files that were being written, or whose password was never on the screen, are removed. Keyring and orders
// are reconciled: a key, token or code that was stored for a draft which does not say so yet is given to it;
// the code of an order that was accepted is removed; a key without an order is noted and reported.
//
// The keyring is asked only when something was left: else the system would ask for its password at every
// start. When it can't be asked, that fault is returned with what was done without it, and the next press
// that needs the keyring does the rest.
func (o *Orders) Start(ctx context.Context) (Findings, error) {
	ctx = vault.Quietly(ctx)
	var f Findings
	o.sweep(ctx)
	(&Backups{core: o.core}).dropUnseen(ctx)
	removed, err := o.removeUnfinished(ctx)
	f.Removed = removed
	err = errors.Join(err, (&Refresher{core: o.core}).setBack(ctx), o.settle(ctx))
	keys, keysErr := o.Store.Keys(ctx, "")
	for _, k := range keys {
		if k.Kind == string(vault.KindKey) {
			f.Ownerless = append(f.Ownerless, k)
		}
	}
	return f, errors.Join(err, keysErr)
}

func (o *Orders) removeUnfinished(ctx context.Context) (int, error) {
	open, err := o.Store.Unfinished(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, e := range open {
		if o.began(e.ID) {
			continue
		}
		before := n
		for _, f := range e.Files {
			// A file that lies where nothing can be removed now is not worth keeping the app from starting.
			removed, err := export.Discard(f.Path, f.SHA256)
			if err != nil {
				o.failed("removing an unfinished file", e.OrderID, err)
			}
			if removed {
				n++
			}
		}
		if err := o.Store.DropExport(ctx, e.ID); err != nil {
			return n, err
		}
		if n > before {
			o.log(ctx, e.OrderID, i18n.M("event.export-removed"))
		}
		o.changed.tell(e.OrderID) // its view may be on the screen already
	}
	return n, nil
}

// takeUp does, before a press that needs the keyring anyway, what Start could not do without it. It is called
// while no order is held.
func (c *core) takeUp(ctx context.Context) {
	c.mu.Lock()
	again := c.unsettled
	c.mu.Unlock()
	if !again || c.Vault.Probe(ctx) != nil {
		return
	}
	if err := c.settle(ctx); err != nil {
		c.failed("taking up what was left", "", err)
	}
}

// settle reconciles keyring and orders.
func (c *core) settle(ctx context.Context) error {
	c.settling.Lock()
	defer c.settling.Unlock()
	err := errors.Join(c.reconcile(ctx), c.forgetSpent(ctx))
	c.mu.Lock()
	c.unsettled = err != nil
	c.mu.Unlock()
	return err
}

// reconcile gives what the keyring holds its owner back.
func (c *core) reconcile(ctx context.Context) error {
	ids, err := c.Store.VaultIDs(ctx)
	if err != nil {
		return err
	}
	accounts, err := accountsOf(ctx, c.Store)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		ids[a.SecretID] = true
	}
	bindings, err := bindingsOf(ctx, c.Store)
	if err != nil {
		return err
	}
	for _, b := range bindings {
		ids[b.SecretID] = true
	}
	found, err := c.Vault.Reconcile(ctx, func(id string) bool { return ids[id] || c.began(id) })
	for _, e := range found.Orphans { // also those that were found before the keyring failed
		err = errors.Join(err, c.giveBack(ctx, e))
	}
	return err
}

// giveBack deals with something in the keyring that nothing in the store names. It was written just before a
// crash, or its order was lost with the database.
func (c *core) giveBack(ctx context.Context, e vault.Entry) error {
	if e.Kind == vault.KindCode {
		return c.one(e.OrderID, func() error { return c.giveCodeBack(ctx, e) })
	}
	given := false
	err := c.one(e.OrderID, func() error {
		d, err := c.Store.Get(ctx, e.OrderID)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return nil
		case err != nil:
			return err
		case e.Kind == vault.KindKey && isForRequest(d, e.SPKI):
			err = c.takeKey(ctx, d.ID, e.ID)
		case e.Kind == vault.KindKey && waitsForPage(d): // from the seller's page, whose certificate was to follow
			err = c.keepKey(ctx, d.ID, e.ID)
		case d.Phase != order.PhaseDraft:
			return nil
		case e.Kind == vault.KindKey && d.KeyID == "" && !d.Application.OwnRequest():
			err = c.adopt(ctx, d.ID, e.ID)
		case e.Kind == vault.KindKey && d.KeyID == "": // made before a request was brought: it goes with the draft
			err = c.keepKey(ctx, d.ID, e.ID)
		case e.Kind == vault.KindToken && d.TokenID == "":
			_, err = c.Store.Update(ctx, d.ID, func(o *store.Order) error { o.TokenID = e.ID; return nil })
		default:
			return nil
		}
		if fault.Is(err, fault.KeyUnusable) || fault.Is(err, fault.KeyGone) {
			return nil
		}
		given = err == nil
		return err
	})
	if given {
		c.changed.tell(e.OrderID)
	}
	if given || err != nil {
		return err
	}
	return c.noteOwnerless(ctx, e)
}

// takeKey finishes adding a key that was brought for an order's certificate.
func (c *core) takeKey(ctx context.Context, id, keyID string) error {
	key, origin, err := c.Vault.Key(ctx, keyID)
	if err != nil {
		return err
	}
	return c.giveKey(ctx, id, keyID, key, origin)
}

// keepKey notes a key among those of an order that does not use it.
func (c *core) keepKey(ctx context.Context, id, keyID string) error {
	key, origin, err := c.Vault.Key(ctx, keyID)
	if err != nil {
		return err
	}
	return c.addKey(ctx, id, keyID, key, origin)
}

// noteOwnerless writes down that a key or a token belongs to no order, so that the keyring is not asked about
// it at every start. Neither is ever deleted unasked: the order may come back with an older copy of the
// database.
func (c *core) noteOwnerless(ctx context.Context, e vault.Entry) error {
	k := store.Key{ID: e.ID, Kind: string(e.Kind), SPKI: e.SPKI, Created: e.At}
	if e.Kind == vault.KindKey {
		if key, origin, err := c.Vault.Key(ctx, e.ID); err == nil {
			k.Origin, k.Algorithm = string(origin), choiceOf(key.Public()).Algorithm
		}
	}
	return c.Store.AddKey(ctx, k)
}

// giveCodeBack deals with a code that no order names. One whose draft has none, or has not seen its licence
// yet, is newer than what the draft says; any other was replaced, or its draft is gone.
func (c *core) giveCodeBack(ctx context.Context, e vault.Entry) error {
	o, err := c.Store.Get(ctx, e.OrderID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	open := err == nil && (o.Phase == order.PhaseDraft || o.Phase == order.PhaseSubmitting)
	if !open || o.CodeID != "" && o.Licence.ID != "" {
		return c.Vault.Delete(ctx, e.ID)
	}
	code, err := c.Vault.Secret(ctx, e.ID)
	switch {
	case fault.Is(err, fault.SecretGone):
		return c.Vault.Delete(ctx, e.ID)
	case err != nil:
		return err
	}
	code, _ = splitLink(code)
	hash := code.Fingerprint(o.Service)
	if (o.Licence.ID != "" || activation.IsWeb(o.Service)) && hash != o.CodeHash {
		return c.Vault.Delete(ctx, e.ID)
	}
	old := o.CodeID
	if _, err := c.Store.Update(ctx, o.ID, func(o *store.Order) error {
		o.CodeID, o.CodeHash = e.ID, hash
		return nil
	}); err != nil || old == "" {
		return err
	}
	return c.Vault.Delete(ctx, old)
}

// forgetSpent removes the codes of orders that a seller has accepted.
func (c *core) forgetSpent(ctx context.Context) error {
	ids, err := c.Store.SpentCodes(ctx)
	for _, id := range ids {
		err = errors.Join(err, c.one(id, func() error {
			o, err := c.Store.Get(ctx, id)
			if err != nil {
				return err
			}
			return c.forgetCode(ctx, o)
		}))
	}
	return err
}
