package desk

import (
	"context"
	"crypto/x509"
	"slices"
	"time"

	"certdesk/internal/certificate"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// Orders is what is on this computer: drafts and orders with their keys, certificates and files.
type Orders struct{ *core }

// Changed tells when an order has changed.
func (o *Orders) Changed() *Signal { return &o.changed }

// Findings is what the start of a run found and mended.
type Findings struct {
	// Removed counts files whose password nobody has seen; they were removed and can be made again.
	Removed int
	// Ownerless are keys in the keyring that belong to no order here.
	Ownerless []vault.Entry
}

// Start takes up what the last run left unfinished. It is called once, before the first screen acts, and
// is safe to call again.
//
// Keyring and orders are reconciled: a key that was stored for a draft which does not say so yet is given
// to it; a code whose order has been accepted is removed. Files that were being written, or whose
// password was never on the screen, are removed.
func (o *Orders) Start(ctx context.Context) (Findings, error) {
	removed, err := o.removeUnfinished(ctx)
	if err != nil {
		return Findings{}, err
	}
	ownerless, err := o.reconcile(ctx)
	return Findings{Removed: removed, Ownerless: ownerless}, err
}

func (o *Orders) removeUnfinished(ctx context.Context) (int, error) {
	open, err := o.Store.Unfinished(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, e := range open {
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
		o.log(ctx, e.OrderID, i18n.M("event.export-removed"))
	}
	return n, nil
}

// reconcile gives what the keyring holds its owner back.
func (o *Orders) reconcile(ctx context.Context) ([]vault.Entry, error) {
	rows, err := o.Store.Rows(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	drafts := map[string]store.Order{}
	for _, row := range rows {
		if row.Phase != order.PhaseDraft && row.Phase != order.PhaseSubmitting && row.Phase != order.PhaseSent {
			continue
		}
		full, err := o.Store.Get(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		drafts[row.ID] = full
		for _, id := range []string{full.KeyID, full.CodeID, full.TokenID} {
			known[id] = true
		}
	}
	isKnown := func(id string) bool {
		return known[id]
	}
	found, err := o.Vault.Reconcile(ctx, isKnown)
	if err != nil {
		return nil, err
	}
	var ownerless []vault.Entry
	for _, e := range found.Orphans {
		mended, err := o.giveBack(ctx, e, drafts)
		if err != nil {
			return nil, err
		}
		if !mended {
			ownerless = append(ownerless, e)
		}
	}
	return ownerless, nil
}

// giveBack deals with something in the keyring that no order names, and reports whether it is settled.
func (o *Orders) giveBack(ctx context.Context, e vault.Entry, drafts map[string]store.Order) (bool, error) {
	d, ok := drafts[e.OrderID]
	switch {
	case e.Kind != vault.KindKey:
		// A code or token that no order names was written just before a crash, or belongs to a draft
		// that was discarded: nothing refers to it and nothing was sent with it.
		return true, o.Vault.Delete(ctx, e.ID)
	case ok && d.KeyID == "" && d.Phase == order.PhaseDraft:
		return true, o.adopt(ctx, d.ID, e.ID)
	}
	return false, nil
}

// Forget removes every order of this world with its keys, codes and tokens. Only the demo's world is ever
// forgotten. Files that were made stay where they are.
func (o *Orders) Forget(ctx context.Context) error {
	rows, err := o.Store.Rows(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		err := o.one(row.ID, func() error { return o.remove(ctx, row.ID) })
		if err != nil {
			return err
		}
	}
	return nil
}

// remove takes an order's secrets out of the keyring, then the order out of the store: until then it is
// their owner.
func (c *core) remove(ctx context.Context, id string) error {
	o, err := c.Store.Get(ctx, id)
	if err != nil {
		return err
	}
	keys, err := c.Store.Keys(ctx, id)
	if err != nil {
		return err
	}
	ids := []string{o.CodeID, o.TokenID, o.KeyID}
	for _, k := range keys {
		ids = append(ids, k.ID)
	}
	slices.Sort(ids)
	for _, secretID := range slices.Compact(ids) {
		if secretID == "" {
			continue
		}
		if err := c.Vault.Delete(ctx, secretID); err != nil {
			return err
		}
	}
	if err := c.Store.Delete(ctx, id); err != nil {
		return err
	}
	c.mu.Lock()
	delete(c.codes, id)
	c.mu.Unlock()
	c.changed.tell(id)
	return nil
}

// Row is one line of the list.
type Row struct {
	store.Row
	State order.State
}

// Rows gives all drafts and orders, newest first. It is one query; call it off the UI goroutine and draw
// from what it gave.
func (o *Orders) Rows(ctx context.Context) ([]Row, error) {
	rows, err := o.Store.Rows(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Row, len(rows))
	for i, r := range rows {
		out[i] = Row{Row: r, State: stateOf(r, o.Now())}
	}
	return out, nil
}

// stateOf gives a row's word from what the row has.
func stateOf(r store.Row, now time.Time) order.State {
	if r.ServiceState == "" {
		return order.StateOf(r.Phase, nil, r.NotAfter, now)
	}
	s := order.Snapshot{State: r.ServiceState}
	if r.TaskKind != "" {
		s.Tasks = []order.Task{{Kind: r.TaskKind, State: order.TaskOpen}}
	}
	return order.StateOf(r.Phase, &s, r.NotAfter, now)
}

// View is all there is to show of an order.
type View struct {
	store.Order
	State        order.State
	Keys         []store.Key
	Certificates []store.Certificate
	Timeline     []store.Entry
	Exports      []store.Export
	Findings     []certificate.Finding // of the certificate in use
	Locked       bool                  // the seller is not asked by itself before the customer has pressed something
}

// View gives an order with everything that belongs to it.
func (o *Orders) View(ctx context.Context, id string) (View, error) {
	var v View
	var err error
	if v.Order, err = o.Store.Get(ctx, id); err != nil {
		return v, err
	}
	if v.Keys, err = o.Store.Keys(ctx, id); err != nil {
		return v, err
	}
	if v.Certificates, err = o.Store.Certificates(ctx, id); err != nil {
		return v, err
	}
	if v.Timeline, err = o.Store.Timeline(ctx, id); err != nil {
		return v, err
	}
	if v.Exports, err = o.Store.Exports(ctx, id); err != nil {
		return v, err
	}
	var notAfter time.Time
	if c, ok := v.Current(); ok {
		notAfter = c.NotAfter
		if v.Findings, err = o.findings(v.Order, c); err != nil {
			return v, err
		}
	}
	v.State = order.StateOf(v.Phase, v.Snapshot, notAfter, o.Now())
	_, known := o.knownToken(v.Order)
	v.Locked = !known && v.TokenID != ""
	return v, nil
}

// findings judges the certificate in use anew: its dates go on.
func (o *Orders) findings(of store.Order, c store.Certificate) ([]certificate.Finding, error) {
	leaf, chain, err := parsed(c)
	if err != nil {
		return nil, err
	}
	checked, err := check(of, append([]*x509.Certificate{leaf}, chain...), o.Now(), nil)
	return checked.Findings, err
}

// Current is the certificate of the order that is in use: of those that fit its key, the one that lasts
// longest.
func (v View) Current() (store.Certificate, bool) { return currentOf(v.Certificates) }

func currentOf(all []store.Certificate) (store.Certificate, bool) {
	usable := slices.DeleteFunc(slices.Clone(all), func(c store.Certificate) bool { return c.SetAside })
	if len(usable) == 0 {
		return store.Certificate{}, false
	}
	return slices.MaxFunc(usable, func(a, b store.Certificate) int { return a.NotAfter.Compare(b.NotAfter) }), true
}

// parsed gives a kept certificate and its chain back as certificates, leaf first.
func parsed(c store.Certificate) (*x509.Certificate, []*x509.Certificate, error) {
	leaf, err := x509.ParseCertificate(c.DER)
	if err != nil {
		return nil, nil, fault.New(fault.StoreDamaged, err)
	}
	chain := make([]*x509.Certificate, 0, len(c.Chain))
	for _, der := range c.Chain {
		issuer, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, nil, fault.New(fault.StoreDamaged, err)
		}
		chain = append(chain, issuer)
	}
	return leaf, chain, nil
}
