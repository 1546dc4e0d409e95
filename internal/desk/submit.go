package desk

import (
	"context"
	"crypto"
	"encoding/base64"
	"errors"
	"reflect"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/request"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

// Submit sends the draft's request. One press is one order: what is frozen here is what is repeated until
// the seller has given a final answer.
//
// Order: token into the keyring; request built and its body frozen; both committed with the idempotency
// key; only then the first byte leaves. A *seller.Refusal brings the draft back, to be corrected and sent
// under a new key. Any other failure leaves the order in [order.PhaseSubmitting]; calling Submit again
// repeats the same bytes.
func (r *Redeem) Submit(ctx context.Context, id string) error {
	r.takeUp(ctx)
	return r.one(id, func() error {
		o, err := r.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		for o.Phase == order.PhaseDraft {
			frozen, err := r.freeze(ctx, o)
			switch {
			case errors.Is(err, errTyped):
				if o, err = r.Store.Get(ctx, id); err != nil {
					return err
				}
				continue
			case err != nil:
				return err
			}
			o = frozen
		}
		if o.Phase != order.PhaseSubmitting {
			return nil
		}
		return r.send(ctx, o)
	})
}

// errTyped: the application changed while its request was being made.
var errTyped = errors.New("desk: the application has changed")

// freeze commits the exact bytes that are sent, with the key under which the service does it once.
func (r *Redeem) freeze(ctx context.Context, o store.Order) (store.Order, error) {
	if !order.Sendable(r.Problems(o)) {
		return o, fault.New(fault.FieldInvalid, nil)
	}
	s, err := r.Sellers(o.Service)
	if err != nil {
		return o, err
	}
	if _, err := r.code(ctx, o); err != nil {
		return o, err
	}
	var key crypto.Signer // nil with the customer's own request, whose key is elsewhere, and for what needs none
	if o.Licence.WantsKey() && !o.Application.OwnRequest() {
		if key, err = r.keyOf(ctx, o); err != nil {
			return o, err
		}
	}
	if o, err = r.makeToken(ctx, o, s); err != nil {
		return o, err
	}
	token, err := r.token(ctx, o)
	if err != nil {
		return o, err
	}
	tidied := o.Licence.Tidied(o.Application)
	csr := o.Application.Request
	if key != nil {
		if csr, err = request.Build(r.Rand, key, subjectOf(o.Licence, tidied)); err != nil {
			return o, err
		}
	}
	body, err := s.Prepare(o.Licence, tidied, csr, token)
	if err != nil {
		return o, err
	}
	idempotency, err := r.uuid()
	if err != nil {
		return o, err
	}
	return r.Store.Update(ctx, o.ID, func(now *store.Order) error {
		if now.KeyID != o.KeyID || !reflect.DeepEqual(now.Application, o.Application) || !reflect.DeepEqual(now.Licence, o.Licence) {
			return errTyped // what is sent is what is on the disk
		}
		now.CSR, now.Body, now.IdempotencyKey = csr, body, idempotency
		if key == nil {
			now.KeyID = ""
		}
		now.Phase, now.Updated, now.LastFault = order.PhaseSubmitting, r.Now(), nil
		return nil
	})
}

// subjectOf is what the request asks for: the names, with the free counterparts. They are all that a certificate
// authority takes from it; person and organization travel in the application.
func subjectOf(l order.Licence, a order.Application) request.Subject {
	var s request.Subject
	for _, n := range l.CertifiedNames(a) {
		if n.Type == "email" {
			s.Mailbox = n.Value
		} else {
			s.DNSNames = append(s.DNSNames, n.Value)
		}
	}
	return s
}

// keyOf reads the draft's key, which is noted among its keys.
func (r *Redeem) keyOf(ctx context.Context, o store.Order) (crypto.Signer, error) {
	key, origin, err := r.Vault.Key(ctx, o.KeyID)
	if err != nil {
		return nil, err
	}
	return key, r.addKey(ctx, o.ID, o.KeyID, key, origin)
}

// makeToken makes the order's token, 32 random bytes in base64url, and has the keyring keep it before the
// order says where it is. Where a seller says what opens its orders, it is that.
func (r *Redeem) makeToken(ctx context.Context, o store.Order, s seller.Seller) (store.Order, error) {
	if maker, ok := s.(seller.TokenMaker); ok {
		return r.takeToken(ctx, o, maker)
	}
	if o.TokenID != "" {
		return o, nil
	}
	b, err := r.random(32)
	if err != nil {
		return o, err
	}
	token := secret.FromString(base64.RawURLEncoding.EncodeToString(b))
	id := r.newRecord()
	if err := r.Vault.PutSecret(ctx, id, o.ID, vault.KindToken, token); err != nil {
		return o, err
	}
	return r.Store.Update(ctx, o.ID, func(o *store.Order) error { o.TokenID = id; return nil })
}

// takeToken has the keyring keep what a seller's orders are opened with. A draft that was refused may have
// another one than the seller says now.
//
// Order: the new token into the keyring; order; the old token out of the keyring.
func (r *Redeem) takeToken(ctx context.Context, o store.Order, maker seller.TokenMaker) (store.Order, error) {
	code, err := r.code(ctx, o)
	if err != nil {
		return o, err
	}
	token, err := maker.Token(ctx, o.Service, code)
	if err != nil {
		return o, err
	}
	old := o.TokenID
	if old != "" {
		have, err := r.token(ctx, o)
		if err == nil && have.Equal(token) {
			return o, nil
		}
		if err != nil && !fault.Is(err, fault.SecretGone) {
			return o, err
		}
	}
	id := r.newRecord()
	if err := r.Vault.PutSecret(ctx, id, o.ID, vault.KindToken, token); err != nil {
		return o, err
	}
	if o, err = r.Store.Update(ctx, o.ID, func(o *store.Order) error { o.TokenID = id; return nil }); err != nil || old == "" {
		return o, err
	}
	if err := r.Vault.Delete(ctx, old); err != nil {
		r.failed("removing a token", o.ID, err) // the next start does it
	}
	return o, nil
}

// send repeats one frozen submission until there is an answer or ctx ends.
func (r *Redeem) send(ctx context.Context, o store.Order) error {
	s, err := r.Sellers(o.Service)
	if err != nil {
		return err
	}
	code, err := r.code(ctx, o)
	if err != nil {
		return err
	}
	token, err := r.token(ctx, o)
	if err != nil {
		return err
	}
	keepReceipt := func(receipt seller.Receipt) error {
		_, err := r.Store.Update(context.WithoutCancel(ctx), o.ID, func(o *store.Order) error {
			o.Receipt = receipt
			return nil
		})
		return err
	}
	snapshot, receipt, err := s.Submit(ctx, order.Submission{
		Service: o.Service, IdempotencyKey: o.IdempotencyKey, Body: o.Body, Code: code, Token: token, Kept: o.Receipt.State,
	}, keepReceipt)
	if err != nil {
		if boundErr := r.bound(context.WithoutCancel(ctx), o); boundErr != nil {
			r.failed("removing an HMAC key", o.ID, boundErr) // the next try does it
		}
	}
	var refusal *seller.Refusal
	switch {
	case errors.As(err, &refusal):
		if err := r.reopen(ctx, o.ID, refusal); err != nil {
			return err
		}
		return refusal
	case err != nil:
		if ctx.Err() == nil {
			r.note(ctx, o.ID, err)
		}
		return err
	}
	return r.sent(ctx, o, snapshot, receipt)
}

// reopen makes a refused submission a draft again. The key stays; body and idempotency key are dropped.
func (r *Redeem) reopen(ctx context.Context, id string, refusal *seller.Refusal) error {
	_, err := r.Store.Update(context.WithoutCancel(ctx), id, func(o *store.Order) error {
		o.Phase, o.Updated = order.PhaseDraft, r.Now()
		o.CSR, o.Body, o.IdempotencyKey = nil, nil, ""
		o.Receipt = seller.Receipt{}
		o.LastFault = remembered(refusal)
		return nil
	})
	r.changed.tell(id)
	return err
}

// sent writes that a service has the order, with what its answer said of it.
//
// Order: order; code out of the keyring.
func (r *Redeem) sent(ctx context.Context, o store.Order, snapshot order.Snapshot, receipt seller.Receipt) error {
	ctx = context.WithoutCancel(ctx)
	o, err := r.Store.Update(ctx, o.ID, func(o *store.Order) error {
		o.Phase, o.Receipt, o.LastFault = order.PhaseSent, receipt, nil
		o.Sent, o.Updated = r.Now(), r.Now()
		if snapshot.State != "" {
			said(o, snapshot, r.Now())
		}
		return nil
	})
	if err != nil {
		return err
	}
	event := "event.sent"
	if o.Licence.Web {
		event = "event.made"
	}
	r.log(ctx, o.ID, i18n.M(event, "seller", o.Seller.Name))
	r.keepForNext(ctx, o)
	if err := r.forgetCode(ctx, o); err != nil {
		r.failed("removing a code", o.ID, err) // the next start does it
	}
	r.changed.tell(o.ID)
	return nil
}

// said writes what a service said of an order into it.
func said(o *store.Order, snapshot order.Snapshot, now time.Time) {
	if o.Snapshot == nil || o.Snapshot.State != snapshot.State {
		o.Updated = now
	}
	o.Snapshot, o.LastLooked, o.LastFault = &snapshot, now, nil
	if snapshot.State == order.ServiceRevoked && o.Phase == order.PhaseReady {
		return // the certificate and its key are here, and what was encrypted with them can still be read
	}
	if snapshot.State.Over() {
		o.Phase = order.PhaseEnded
	}
}
