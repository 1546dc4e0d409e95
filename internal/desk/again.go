package desk

import (
	"context"

	"certdesk/internal/activation"
	"certdesk/internal/certificate"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/store"
)

// CanAgain reports whether the account of an order can order once more: it is one that orders many times, and
// this order is done.
func (r *Redeem) CanAgain(o store.Order) bool {
	return o.Licence.MayBill && (o.Phase == order.PhaseReady || o.Phase == order.PhaseEnded)
}

// Again makes the draft of another order with the account of an order: for the same names, with a new key. Where
// that one has a certificate, the new one takes its place. It gives the id of the draft.
//
// Order: code into the keyring; draft.
func (r *Redeem) Again(ctx context.Context, id string) (string, error) {
	r.takeUp(ctx)
	old, err := r.Store.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if !r.CanAgain(old) {
		return "", fault.New(fault.OrderState, nil)
	}
	a := order.Application{Domains: old.Application.Domains, Profile: old.Application.Profile}
	certs, err := r.Store.Certificates(ctx, id)
	if err != nil {
		return "", err
	}
	if current, ok := currentOf(certs); ok && old.Phase == order.PhaseReady {
		leaf, _, err := parsed(current)
		if err != nil {
			return "", err
		}
		a.Renews = order.Renews{Order: id, Certificate: certificate.RenewalID(leaf)}
	}
	made, err := r.uuid()
	if err != nil {
		return "", err
	}
	none := secret.FromString(activation.NoKey) // the account is there, or its key id is asked for again
	o := store.Order{
		ID: made, Service: old.Service, CodeHash: none.Fingerprint(old.Service), Phase: order.PhaseDraft,
		Seller: old.Seller, Application: a, Created: r.Now(), Updated: r.Now(),
	}
	if o.CodeID, err = r.keepCode(ctx, made, none); err != nil {
		return "", err
	}
	if err := r.Store.Create(ctx, o); err != nil {
		_ = r.Vault.Delete(context.WithoutCancel(ctx), o.CodeID)
		return "", err
	}
	r.log(ctx, made, i18n.M("event.draft"))
	r.changed.tell(made)
	return made, nil
}

// renewed takes the reminder from an order whose certificate has a successor.
func (c *core) renewed(ctx context.Context, o store.Order) {
	old := o.Application.Renews.Order
	if old == "" {
		return
	}
	_, err := c.Store.Update(ctx, old, func(o *store.Order) error {
		if o.Snapshot != nil {
			o.Snapshot.Renewal = nil
		}
		return nil
	})
	if err != nil { // it may have been removed
		c.failed("noting a renewal", old, err)
		return
	}
	c.changed.tell(old)
}
