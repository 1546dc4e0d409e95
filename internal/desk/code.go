package desk

import (
	"context"
	"errors"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// Started is what Start gives.
type Started struct {
	OrderID string
	// Existing says that this code has a draft or an order here already, which is the one to open.
	Existing bool
	// InMemory says that no keyring keeps the code: it must be typed again after a restart.
	InMemory bool
}

// Start makes the draft of a ticket: the keyring is probed and keeps the code, then the draft is written.
// With allowMemory a keyring that can't be used is no failure; the code is then kept in memory only.
//
// A code that comes again opens its draft or order. Where that one needs the code and the keyring has lost
// it, or never had it, it has the code again.
func (r *Redeem) Start(ctx context.Context, t activation.Ticket, allowMemory bool) (Started, error) {
	ctx = settled(ctx, allowMemory)
	r.takeUp(ctx)
	t, err := r.kept(t)
	if err != nil {
		return Started{}, err
	}
	hash := t.Code.Fingerprint(t.Service)
	id, ok, err := r.Store.ByCodeHash(ctx, hash)
	if err == nil && !ok {
		id, ok, err = r.onPage(ctx, t)
	}
	if err != nil {
		return Started{}, err
	}
	if ok && again(t) {
		// An account orders many times: only what is not sent yet is the same order.
		o, err := r.Store.Get(ctx, id)
		if err != nil {
			return Started{}, err
		}
		ok = o.Phase == order.PhaseDraft || o.Phase == order.PhaseSubmitting
	}
	if ok {
		inMemory, err := r.recall(ctx, id, t)
		return Started{OrderID: id, Existing: true, InMemory: inMemory}, err
	}
	if id, err = r.uuid(); err != nil {
		return Started{}, err
	}
	o := store.Order{
		ID: id, Service: t.Service, CodeHash: hash, Phase: order.PhaseDraft,
		Created: r.Now(), Updated: r.Now(), Licence: order.Licence{Web: activation.IsWeb(t.Service)},
	}
	o.CodeID, err = r.keepCode(ctx, id, withLink(t))
	if err != nil && (!allowMemory || ctx.Err() != nil) {
		return Started{}, err
	}
	r.remember(id, t, o.CodeID == "")
	if err := r.Store.Create(ctx, o); err != nil {
		r.drop(id)
		if o.CodeID != "" {
			_ = r.Vault.Delete(context.WithoutCancel(ctx), o.CodeID)
		}
		return Started{}, err
	}
	r.log(ctx, id, i18n.M("event.draft"))
	r.changed.tell(id)
	return Started{OrderID: id, InMemory: o.CodeID == ""}, nil
}

// settled asks nobody where to keep a code that the customer has decided not to keep.
func settled(ctx context.Context, allowMemory bool) context.Context {
	if allowMemory {
		return vault.Quietly(ctx)
	}
	return ctx
}

// Rebind gives a draft another account: the one that it was begun with did not do. What was typed stays.
//
// Order: the new code into the keyring; draft; the old code out of the keyring.
func (r *Redeem) Rebind(ctx context.Context, id string, t activation.Ticket, allowMemory bool) (Started, error) {
	s := Started{OrderID: id, Existing: true}
	ctx = settled(ctx, allowMemory)
	err := r.one(id, func() error {
		o, err := r.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		if o.Phase != order.PhaseDraft {
			return fault.New(fault.OrderState, nil)
		}
		old := o.CodeID
		codeID, err := r.keepCode(ctx, id, t.Code)
		if err != nil && (!allowMemory || ctx.Err() != nil) {
			return err
		}
		s.InMemory = codeID == ""
		r.mu.Lock()
		delete(r.codes, id)
		r.mu.Unlock()
		r.remember(id, t, s.InMemory)
		if _, err := r.Store.Update(ctx, id, func(o *store.Order) error {
			o.Service, o.CodeHash, o.CodeID = t.Service, t.Code.Fingerprint(t.Service), codeID
			o.Licence, o.LastFault = order.Licence{}, nil // the directory may be another
			return nil
		}); err != nil || old == "" {
			return err
		}
		if err := r.Vault.Delete(ctx, old); err != nil {
			r.failed("removing a code", id, err) // the next start does it
		}
		return nil
	})
	r.changed.tell(id)
	return s, err
}

// again reports whether a ticket can become several orders: an account's does.
func again(t activation.Ticket) bool {
	_, _, ok := activation.SplitACME(t.Service)
	return ok
}

// onPage finds the draft or order of a link that went on in the browser.
func (r *Redeem) onPage(ctx context.Context, t activation.Ticket) (id string, ok bool, err error) {
	page := t.InBrowser()
	if page.Service == t.Service || t.Link.Empty() {
		return "", false, nil
	}
	if page, err = r.kept(page); err != nil { // there is no such way in
		return "", false, nil
	}
	return r.Store.ByCodeHash(ctx, page.Code.Fingerprint(page.Service))
}

// keepCode has the keyring keep a code, after a probe, and gives the id that it is kept under.
func (r *Redeem) keepCode(ctx context.Context, orderID string, code secret.Value) (string, error) {
	if err := r.Vault.Probe(ctx); err != nil {
		return "", err
	}
	id := r.newRecord()
	if err := r.Vault.PutSecret(ctx, id, orderID, vault.KindCode, code); err != nil {
		return "", err
	}
	return id, nil
}

// remember keeps a ticket until its licence has been seen, and, where no keyring does, its code.
func (r *Redeem) remember(id string, t activation.Ticket, code bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tickets[id] = t
	if code {
		r.codes[id] = t.Code
	}
}

// recall gives a draft, or a submission without an answer, its code back. It reports whether the code is in
// memory only.
func (r *Redeem) recall(ctx context.Context, id string, t activation.Ticket) (inMemory bool, err error) {
	err = r.one(id, func() error {
		o, err := r.Store.Get(ctx, id)
		if err != nil || o.Phase != order.PhaseDraft && o.Phase != order.PhaseSubmitting {
			return err
		}
		if activation.IsWeb(o.Service) && !activation.IsWeb(t.Service) { // it went on in the browser
			if t, err = r.kept(t.InBrowser()); err != nil {
				return err
			}
		}
		// Also beside a keyring, which may have lost it.
		r.remember(id, t, true)
		if o.Licence.ID != "" {
			r.seen(id)
		}
		if o.CodeID != "" {
			return nil
		}
		codeID, err := r.keepCode(ctx, id, withLink(t))
		if err != nil {
			inMemory = true
			return nil
		}
		_, err = r.Store.Update(ctx, id, func(o *store.Order) error { o.CodeID = codeID; return nil })
		return err
	})
	return inMemory, err
}

// seen forgets a ticket: its licence is here.
func (r *Redeem) seen(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.tickets, id)
}

// code gives the activation code of a draft or of a submission that has no answer yet. For an account whose HMAC key
// is kept here, that is the key.
func (r *Redeem) code(ctx context.Context, o store.Order) (secret.Value, error) {
	code, err := r.ownCode(ctx, o)
	if err != nil {
		return code, err
	}
	return r.withKept(ctx, o.Service, code)
}

// ownCode is the code that came with an order.
func (c *core) ownCode(ctx context.Context, o store.Order) (secret.Value, error) {
	c.mu.Lock()
	code, ok := c.codes[o.ID]
	c.mu.Unlock()
	switch {
	case ok:
		return code, nil
	case o.CodeID == "":
		return secret.Value{}, fault.New(fault.CodeForgotten, nil)
	}
	code, err := c.Vault.Secret(ctx, o.CodeID)
	if fault.Is(err, fault.SecretGone) {
		return secret.Value{}, fault.New(fault.CodeForgotten, err)
	}
	if err != nil {
		return code, err
	}
	code, link := splitLink(code)
	if !link.Empty() && activation.IsWeb(o.Service) { // a crash came before the link was kept instead
		t, err := c.kept(activation.Ticket{Service: o.Service, Code: code, Link: link})
		return t.Code, err
	}
	return code, nil
}

// ticket is what the service is asked with: the link as it was given, where this run still has it, else the
// code that is kept.
func (r *Redeem) ticket(ctx context.Context, o store.Order) (t activation.Ticket, err error) {
	r.mu.Lock()
	t, ok := r.tickets[o.ID]
	r.mu.Unlock()
	if ok {
		t.Code, err = r.withKept(ctx, o.Service, t.Code)
		return t, err
	}
	code, err := r.code(ctx, o)
	return activation.Ticket{Service: o.Service, Code: code}, err
}

// Lookup asks the seller what the draft's code entitles to, and writes the answer into the draft.
// It changes nothing at the seller.
//
// Only the service knows where in its links the code stands. When it is not where it was looked for, the
// draft has the right one from here on. If that one has a draft or an order here already, the new draft goes
// and the other one is given: its id is not the one that was asked for.
func (r *Redeem) Lookup(ctx context.Context, id string) (store.Order, error) {
	o, err := r.Store.Get(ctx, id)
	if err != nil {
		return o, err
	}
	s, err := r.Sellers(o.Service)
	if err != nil {
		return o, err
	}
	t, err := r.ticket(ctx, o)
	if err != nil {
		return o, err
	}
	found, err := s.Lookup(ctx, t)
	if err != nil {
		return o, err
	}
	if found.Licence.Bound {
		if _, kept, err := r.keptBinding(ctx, o.Service); err != nil {
			return o, err
		} else if kept { // nothing is to be decided about its key any more
			found.Licence.Bound = false
		}
	}
	err = r.one(id, func() error {
		o, err = r.found(ctx, id, found)
		return err
	})
	if err != nil {
		return o, err
	}
	if !o.Licence.OpensAccount && o.Phase == order.PhaseDraft {
		if err := r.one(o.ID, func() error { return r.bound(ctx, o) }); err != nil {
			r.failed("removing an HMAC key", o.ID, err) // sending does it
		}
	}
	r.changed.tell(o.ID)
	return o, nil
}

// found writes what a service said of a code into its draft.
//
// Order: the right code into the keyring; draft; the wrong code out of the keyring.
func (r *Redeem) found(ctx context.Context, id string, found seller.Found) (store.Order, error) {
	o, err := r.Store.Get(ctx, id)
	if err != nil || o.Phase != order.PhaseDraft {
		return o, err
	}
	hash, codeID, old := o.CodeHash, o.CodeID, ""
	if !found.Code.Empty() && found.Code.Fingerprint(o.Service) != hash {
		hash = found.Code.Fingerprint(o.Service)
		if other, ok, err := r.Store.ByCodeHash(ctx, hash); err != nil {
			return o, err
		} else if ok && other != id {
			return r.giveWay(ctx, id, other, activation.Ticket{Service: o.Service, Code: found.Code})
		}
		if o.CodeID != "" {
			old = o.CodeID
			codeID = r.newRecord()
			if err := r.Vault.PutSecret(ctx, codeID, id, vault.KindCode, found.Code); err != nil {
				return o, err
			}
		}
	}
	o, err = r.Store.Update(ctx, id, func(o *store.Order) error {
		o.Licence, o.Seller = found.Licence, found.Service
		o.CodeID, o.CodeHash = codeID, hash
		return nil
	})
	if err != nil {
		return o, err
	}
	r.mu.Lock()
	delete(r.tickets, id)
	if _, ok := r.codes[id]; ok && !found.Code.Empty() {
		r.codes[id] = found.Code
	}
	r.mu.Unlock()
	if old != "" {
		if err := r.Vault.Delete(ctx, old); err != nil {
			r.failed("removing a code", id, err) // the next start does it
		}
	}
	return o, nil
}

// giveWay removes a draft whose code turned out to be that of another order here, and gives that one.
func (r *Redeem) giveWay(ctx context.Context, id, other string, t activation.Ticket) (store.Order, error) {
	if err := r.remove(ctx, id); err != nil {
		return store.Order{}, err
	}
	if _, err := r.recall(ctx, other, t); err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Order{}, err
	}
	return r.Store.Get(ctx, other)
}

// forgetCode removes a code that has become an order: from here on the token opens it. The HMAC key of an account is
// kept before, where the customer has said so.
func (c *core) forgetCode(ctx context.Context, o store.Order) error {
	if err := c.keepBinding(ctx, o); err != nil {
		return err
	}
	c.mu.Lock()
	delete(c.codes, o.ID)
	c.mu.Unlock()
	if o.CodeID == "" {
		return nil
	}
	if err := c.Vault.Delete(ctx, o.CodeID); err != nil {
		return err
	}
	_, err := c.Store.Update(ctx, o.ID, func(o *store.Order) error { o.CodeID = ""; return nil })
	return err
}
