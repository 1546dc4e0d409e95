package desk

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"certdesk/internal/certificate"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/request"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/spki"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// Refresher asks sellers how orders stand, and fetches what has been issued.
//
// The poll floor of a seller is law: no call for an order leaves before the time that its last answer
// named, pressed or not. At most [atOnce] calls run at a time.
type Refresher struct {
	*core
	redeem *Redeem

	// When sellers are asked about renewals.
	suggesting     sync.Mutex // one round at a time
	nextSuggestion time.Time
	suggestions    map[string]time.Time // by order id

	lastTick time.Time // of the clock, under mu
}

// atOnce is how many orders are asked for at a time.
const atOnce = 8

// every is how often Run looks whether an order is due.
const every = time.Second

// Run refreshes orders that are due until ctx ends. It never makes the system ask for a password: an order
// whose token this run has not read yet is left to [Refresher.Look].
func (r *Refresher) Run(ctx context.Context) {
	ctx = vault.Quietly(ctx)
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			r.Tick(ctx)
			r.Suggest(ctx)
		}
	}
}

// Tick refreshes the orders that are due now and whose token is known, and returns when all are done.
func (r *Refresher) Tick(ctx context.Context) {
	if r.steppedBack() {
		if err := r.setBack(ctx); err != nil && ctx.Err() == nil {
			r.core.failed("setting times back", "", err)
		}
	}
	if !r.anyOpen() {
		return // nothing to ask with
	}
	ids, err := r.Store.Due(ctx, r.Now())
	if err != nil {
		if ctx.Err() == nil {
			r.core.failed("finding due orders", "", err)
		}
		return
	}
	slots := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	defer all.Wait()
	for _, id := range ids {
		if !r.isOpen(id) {
			continue
		}
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		all.Go(func() {
			defer func() { <-slots }()
			if err := r.one(id, func() error { return r.tick(ctx, id) }); err != nil && ctx.Err() == nil {
				r.core.failed("refreshing an order", id, err)
			}
		})
	}
}

func (r *Refresher) tick(ctx context.Context, id string) error {
	o, err := r.Store.Get(ctx, id)
	if err != nil {
		return err
	}
	token, ok := r.knownToken(o)
	if !ok || o.Phase != order.PhaseSent {
		return nil
	}
	return r.refresh(ctx, o, token)
}

// Look is what a press on "Check now", or opening an order, does: the token is read from the keyring where
// this run has not, a submission without an answer is repeated, and the seller is asked if its floor
// allows. It returns the order as it is then. A failure is kept with the order and returned.
func (r *Refresher) Look(ctx context.Context, id string) (store.Order, error) {
	o, err := r.Store.Get(ctx, id)
	if err != nil {
		return o, err
	}
	if o.Phase == order.PhaseSubmitting {
		err = r.redeem.Submit(ctx, id)
	}
	if err == nil {
		err = r.one(id, func() error { return r.look(ctx, id) })
	}
	now, getErr := r.Store.Get(context.WithoutCancel(ctx), id)
	if getErr != nil {
		return o, errors.Join(err, getErr)
	}
	return now, err
}

// LookByItself is Look that no press has led to: nobody is asked for a passphrase. Without an answer the customer
// has said enough; the next press asks again.
func (r *Refresher) LookByItself(ctx context.Context, id string) (store.Order, error) {
	return r.Look(vault.Quietly(ctx), id)
}

func (r *Refresher) look(ctx context.Context, id string) error {
	o, err := r.Store.Get(ctx, id)
	if err != nil || !askable(o) {
		return err
	}
	token, err := r.token(ctx, o)
	if err != nil {
		return err
	}
	return r.refresh(ctx, o, token)
}

// askable reports whether the seller has anything left to say of an order.
func askable(o store.Order) bool {
	switch o.Phase {
	case order.PhaseSent, order.PhaseReady:
		return true
	case order.PhaseDraft, order.PhaseSubmitting, order.PhaseEnded:
		return false
	}
	return false
}

// retryAfterFailure is when an order is asked for again after a call that got no answer.
const retryAfterFailure = 30 * time.Second

// refresh asks for an order, if its floor allows. No other work is done on the order meanwhile.
func (r *Refresher) refresh(ctx context.Context, o store.Order, token secret.Value) error {
	if now := r.Now(); now.Before(o.Receipt.NextPoll) && !fromAhead(o, now) {
		return nil
	}
	s, err := r.Sellers(o.Service)
	if err != nil {
		return err
	}
	snapshot, receipt, err := s.Status(ctx, o.Receipt, token)
	switch {
	case errors.Is(err, seller.ErrUnchanged) && o.Snapshot != nil:
		snapshot = *o.Snapshot
	case errors.Is(err, seller.ErrUnchanged):
		receipt.State = nil // the next look brings the whole order
		return r.unanswered(ctx, o, receipt, fault.New(fault.ServiceBroken, nil, "host", o.Seller.Name))
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		return r.unanswered(ctx, o, receipt, err)
	}
	return r.take(ctx, o, s, snapshot, receipt, token)
}

// unanswered notes a call that brought nothing, and when to ask again: not before retryAfterFailure, and not
// before the time that the service itself has named.
func (r *Refresher) unanswered(ctx context.Context, o store.Order, receipt seller.Receipt, err error) error {
	next := r.Now().Add(retryAfterFailure)
	if receipt.NextPoll.After(next) {
		next = receipt.NextPoll
	}
	_, updateErr := r.Store.Update(ctx, o.ID, func(o *store.Order) error {
		if receipt.State == nil {
			o.Receipt.State = nil
		}
		if o.Receipt.NextPoll.Before(next) || fromAhead(*o, r.Now()) {
			o.Receipt.NextPoll = next
		}
		o.LastLooked, o.LastFault = r.Now(), remembered(err)
		return nil
	})
	r.changed.tell(o.ID)
	return errors.Join(err, updateErr)
}

// take writes what a service said into the order, and fetches the certificate when there is a new one.
//
// Order: snapshot; certificate; phase. A crash in between is mended by the next look, since the
// certificate is fetched for as long as it is not here.
func (r *Refresher) take(ctx context.Context, o store.Order, s seller.Seller, snapshot order.Snapshot,
	receipt seller.Receipt, token secret.Value,
) error {
	o, err := r.Store.Update(ctx, o.ID, func(o *store.Order) error {
		o.Receipt = receipt
		said(o, snapshot, r.Now())
		return nil
	})
	if err != nil {
		return err
	}
	r.changed.tell(o.ID)
	// A page that moves on, since the order has, does not end this: the seller's next floor may be an hour away.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), collecting)
	defer cancel()
	if err := r.collect(ctx, o, s, snapshot, token); err != nil {
		r.note(ctx, o.ID, err)
		return err
	}
	return nil
}

// collecting is how long fetching a certificate and keeping it may take.
const collecting = 2 * time.Minute

func (r *Refresher) collect(ctx context.Context, o store.Order, s seller.Seller, snapshot order.Snapshot,
	token secret.Value,
) error {
	current, ok := snapshot.Current()
	switch {
	case !ok && snapshot.State == order.Issued && !o.Licence.WantsKey():
		return r.running(ctx, o)
	case !ok:
		return nil
	}
	have, err := r.Store.Certificates(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, c := range have {
		if c.SHA256 != current.SHA256 {
			continue
		}
		if c.SetAside {
			return fault.New(fault.CertificateForeignKey, nil, "host", o.Seller.Name)
		}
		return r.ready(ctx, o)
	}
	chains, err := chainsOf(ctx, s, o.Receipt, token, current.SHA256)
	if errors.Is(err, seller.ErrNotYet) {
		return nil
	}
	if err != nil {
		return err
	}
	return r.accept(ctx, o, snapshot, chains)
}

// accept checks what came back and keeps it: in use when it fits the request's key, else set aside.
//
// Order: the chains, where there are several; certificate; phase.
func (r *Refresher) accept(ctx context.Context, o store.Order, snapshot order.Snapshot, chains [][]*x509.Certificate) error {
	checked, err := check(o, chains[0], r.Now(), snapshot.ServerDate)
	foreign := fault.Is(err, fault.CertificateForeignKey)
	if err != nil && !foreign {
		return err
	}
	if !foreign && len(chains) > 1 {
		if checked, err = r.keepChains(ctx, o, checked, chains[1:]); err != nil {
			return err
		}
	}
	if addErr := r.Store.AddCertificate(ctx, record(o.ID, checked, foreign, r.Now())); addErr != nil {
		return addErr
	}
	if foreign {
		r.log(ctx, o.ID, i18n.M("event.foreign"))
		return err
	}
	r.log(ctx, o.ID, i18n.M("event.issued"))
	return r.ready(ctx, o)
}

// check judges what came back for an order.
func check(o store.Order, certs []*x509.Certificate, now time.Time, serverDate *time.Time) (certificate.Result, error) {
	asked, err := request.Describe(o.CSR)
	if err != nil {
		return certificate.Result{}, err
	}
	key, err := spki.Hash(asked.PublicKey)
	if err != nil {
		return certificate.Result{}, err
	}
	return checkFor(o, key, certs, now, serverDate)
}

// checkFor is check for a key that need not be the one of the request: the seller's page may have made it.
func checkFor(o store.Order, key [32]byte, certs []*x509.Certificate, now time.Time, serverDate *time.Time) (certificate.Result, error) {
	in := certificate.Input{
		Certificates: certs, SPKI: key, Names: askedNames(o), Product: o.Licence.Product.Type, Now: now,
	}
	if serverDate != nil {
		in.ServerDate = *serverDate
	}
	return certificate.Check(in)
}

func (r *Refresher) ready(ctx context.Context, o store.Order) error {
	if o.Phase == order.PhaseReady {
		return nil
	}
	_, err := r.Store.Update(ctx, o.ID, func(o *store.Order) error {
		if o.Phase == order.PhaseSent {
			o.Phase, o.Updated = order.PhaseReady, r.Now()
		}
		return nil
	})
	r.changed.tell(o.ID)
	if err == nil {
		r.renewed(ctx, o)
	}
	return err
}

// running ends an order of something that has no certificate: it is set up.
func (r *Refresher) running(ctx context.Context, o store.Order) error {
	if o.Phase == order.PhaseSent {
		r.log(ctx, o.ID, i18n.M("event.set-up"))
	}
	return r.ready(ctx, o)
}

// askedNames are the names that the request asked for.
func askedNames(o store.Order) []order.Name {
	return o.Licence.CertifiedNames(o.Application)
}

func record(orderID string, c certificate.Result, setAside bool, now time.Time) store.Certificate {
	about := certificate.Describe(c.Leaf)
	sum := sha256.Sum256(c.Leaf.Raw)
	out := store.Certificate{
		SHA256: hex.EncodeToString(sum[:]), OrderID: orderID, SPKI: about.SPKI, DER: c.Leaf.Raw,
		NotBefore: about.NotBefore, NotAfter: about.NotAfter, State: "current", SetAside: setAside, Added: now,
	}
	for _, issuer := range c.Chain {
		out.Chain = append(out.Chain, issuer.Raw)
	}
	return out
}
