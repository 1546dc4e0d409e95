package desk

import (
	"context"
	"crypto/x509"
	"slices"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/certificate"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/spki"
	"certdesk/internal/store"
)

// Orders is what is on this computer: drafts and orders with their keys, certificates and files.
type Orders struct{ *core }

// Changed tells when an order has changed.
func (o *Orders) Changed() *Signal { return &o.changed }

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
	c.forgetBackup(ctx, id)
	c.drop(id)
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
		return ofService(r.Service, order.StateOf(r.Phase, nil, r.NotAfter, now))
	}
	s := order.Snapshot{State: r.ServiceState}
	if r.TaskKind != "" {
		s.Tasks = []order.Task{{Kind: r.TaskKind, State: order.TaskOpen}}
	}
	return ofService(r.Service, order.StateOf(r.Phase, &s, r.NotAfter, now))
}

// ofService is a state as it is at a service: nothing is ever sent to a page in the browser, so an order there waits
// for the customer, whatever this computer has of it.
func ofService(service string, s order.State) order.State {
	if s == order.Sent && activation.IsWeb(service) {
		return order.WaitingForYou
	}
	return s
}

// OfLicence finds the order that a used licence names, where it is on this computer: its id, or nothing.
func (o *Orders) OfLicence(ctx context.Context, draft store.Order) (string, error) {
	id, ok, err := o.Store.ByServiceOrder(ctx, draft.Service, draft.Licence.OrderID)
	if err != nil || !ok || id == draft.ID {
		return "", err
	}
	return id, nil
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
	Gap          certificate.Gap       // what is missing above it
	Chains       []Chain               // that its authority offers, where there is a choice
	BackedUp     time.Time             // the last backup of it that was made or restored here; zero for none
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
			o.failed("judging a certificate", id, err) // what is known of the order is worth showing all the same
		}
		if v.Chains, err = o.offered(ctx, c); err != nil {
			o.failed("reading chains", id, err)
		}
		// A service that sends the certificate itself sends what belongs to it.
		if g := (&Intake{core: o.core}).Gap(ctx, c); g.Sure || v.Licence.Web {
			v.Gap = g
		}
	}
	v.State = ofService(v.Service, order.StateOf(v.Phase, v.Snapshot, notAfter, o.Now()))
	if v.BackedUp, err = (&Backups{core: o.core}).Made(ctx, id); err != nil {
		return v, err
	}
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
	checked, err := checkFor(of, spki.OfCertificate(leaf), append([]*x509.Certificate{leaf}, chain...), o.Now(), nil)
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
	return slices.MaxFunc(usable, func(a, b store.Certificate) int {
		if inUse := b.State == "current"; inUse != (a.State == "current") {
			if inUse {
				return -1
			}
			return 1
		}
		return a.NotAfter.Compare(b.NotAfter)
	}), true
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
