package desk

import (
	"context"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/request"
	"certdesk/internal/store"
)

// Redeem takes a ticket to a sent request. Everything before [Redeem.Submit] stays on this computer, but
// for [Redeem.Lookup], which changes nothing at the seller.
type Redeem struct {
	*core
	refresher *Refresher
}

// Read says what a pasted link, code or e-mail is. It asks nobody.
func (r *Redeem) Read(text string, from activation.Origin) (activation.Reading, error) {
	return r.Parser.Parse(text, from)
}

// KnownDirectories are those that an account can be with.
func (r *Redeem) KnownDirectories() []activation.KnownDirectory { return r.Parser.Directories() }

// Complete puts what was typed into a reading of an account: see [activation.Parser.Complete].
func (r *Redeem) Complete(read activation.Reading, directory, keyID, key string) activation.Reading {
	return r.Parser.Complete(read, directory, keyID, key)
}

// ReadPage reads a link, with or without a code in it, that is to be used in the browser. It asks nobody.
func (r *Redeem) ReadPage(text string, from activation.Origin) (activation.Reading, error) {
	return r.Parser.ParsePage(text, from)
}

// Address reads a seller's address as a person types it, for a code that came without a link.
func (r *Redeem) Address(text string) (origin string, host activation.Host, err error) {
	return r.Parser.ParseAddress(text)
}

// KnownSellers are those that a bare code can go to.
func (r *Redeem) KnownSellers() []activation.Seller { return r.Parser.Sellers() }

// Order gives the draft or order as it is on the disk.
func (r *Redeem) Order(ctx context.Context, id string) (store.Order, error) {
	return r.Store.Get(ctx, id)
}

// Save writes what the customer has typed, as typed, and the step where they are. It does nothing once
// the request is being sent.
func (r *Redeem) Save(ctx context.Context, id string, a order.Application, step order.Step) error {
	a = withoutKeys(a)
	_, err := r.Store.Update(ctx, id, func(o *store.Order) error {
		if o.Phase != order.PhaseDraft {
			return nil
		}
		// What the key was made for, and the customer's own request, are not the form's to change.
		a.KeyChoice = keep(o.KeyID != "" || o.Application.OwnRequest(), o.Application.KeyChoice, a.KeyChoice)
		a.Request = o.Application.Request
		o.Application, o.Step, o.Updated = a, string(step), r.Now()
		return nil
	})
	return err
}

func keep[T any](yes bool, old, chosen T) T {
	if yes {
		return old
	}
	return chosen
}

// Problems judges the draft by the rules of its licence.
func (r *Redeem) Problems(o store.Order) []order.Problem {
	return append(o.Licence.CheckApplication(o.Application), request.Judge(o.Licence, o.Application)...)
}

// note keeps a failure with the order, so that the next start can show it.
func (c *core) note(ctx context.Context, id string, err error) {
	f := remembered(err)
	if _, err := c.Store.Update(context.WithoutCancel(ctx), id, func(o *store.Order) error {
		o.LastFault = f
		return nil
	}); err != nil {
		c.failed("noting a failure", id, err)
	}
	c.changed.tell(id)
}

// remembered is a fault in the form that the store keeps: its code and arguments, never its cause.
func remembered(err error) *store.Fault {
	f := fault.Of(err)
	return &store.Fault{Code: string(f.Code), Args: f.Args}
}

// Discard removes a draft with its code and its key. It refuses what may be an order already.
func (r *Redeem) Discard(ctx context.Context, id string) error {
	return r.one(id, func() error {
		o, err := r.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		if o.Phase != order.PhaseDraft {
			return fault.New(fault.OrderState, nil)
		}
		return r.remove(ctx, id)
	})
}
