package desk

import (
	"context"
	"slices"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/store"
)

// Proofs moves the tasks of an order on: a mailbox to confirm, a name to prove.
type Proofs struct {
	*core
	refresher *Refresher
}

// CanResend reports whether the seller of an order can send the mail of a task again.
func (p *Proofs) CanResend(o store.Order, t order.Task) bool {
	s, err := p.Sellers(o.Service)
	if err != nil {
		return false
	}
	_, ok := s.(seller.Prover)
	return ok && t.Instruction.Type == "email" && t.State != order.TaskDone
}

// Resend has the mail of a task sent again to the address that it went to before.
func (p *Proofs) Resend(ctx context.Context, id, task string) error {
	return p.do(ctx, id, task, func(s seller.Prover, r seller.Receipt, token secret.Value, key string) (order.Snapshot, seller.Receipt, error) {
		return s.Resend(ctx, r, token, task, "", key)
	}, i18n.M("event.resent"))
}

// Check asks the seller to look at a task now.
func (p *Proofs) Check(ctx context.Context, id, task string) error {
	return p.do(ctx, id, task, func(s seller.Prover, r seller.Receipt, token secret.Value, key string) (order.Snapshot, seller.Receipt, error) {
		return s.Check(ctx, r, token, task, key)
	}, i18n.Message{})
}

type proverCall func(s seller.Prover, r seller.Receipt, token secret.Value, key string) (order.Snapshot, seller.Receipt, error)

// do moves a task on. When the order has changed since the last look, it is asked once more, for the order
// as it is now; a task that is no longer open then needs nothing.
func (p *Proofs) do(ctx context.Context, id, task string, call proverCall, event i18n.Message) error {
	return p.one(id, func() error {
		o, err := p.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		s, err := p.Sellers(o.Service)
		if err != nil {
			return err
		}
		prover, ok := s.(seller.Prover)
		if !ok || o.Phase != order.PhaseSent {
			return fault.New(fault.TaskState, nil)
		}
		token, err := p.token(ctx, o)
		if err != nil {
			return err
		}
		for again := false; ; again = true {
			key, err := p.uuid()
			if err != nil {
				return err
			}
			snapshot, receipt, err := call(prover, o.Receipt, token, key)
			changed := fault.Is(err, fault.ChangedElsewhere) && snapshot.State != ""
			if err != nil && !changed {
				return err
			}
			if !changed && !event.IsZero() {
				p.log(ctx, id, event)
			}
			if takeErr := p.refresher.take(ctx, o, s, snapshot, receipt, token); takeErr != nil || !changed || !isOpen(snapshot, task) {
				return takeErr
			}
			if again {
				return err
			}
			if o, err = p.Store.Get(ctx, id); err != nil {
				return err
			}
		}
	})
}

// isOpen reports whether a task still waits for somebody.
func isOpen(s order.Snapshot, task string) bool {
	i := slices.IndexFunc(s.Tasks, func(t order.Task) bool { return t.ID == task })
	return i >= 0 && (s.Tasks[i].State == order.TaskOpen || s.Tasks[i].State == order.TaskFailed)
}
