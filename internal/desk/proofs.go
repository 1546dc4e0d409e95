package desk

import (
	"context"

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
	return p.do(ctx, id, func(s seller.Prover, r seller.Receipt, token secret.Value, key string) (order.Snapshot, seller.Receipt, error) {
		return s.Resend(ctx, r, token, task, "", key)
	}, i18n.M("event.resent"))
}

// Check asks the seller to look at a task now.
func (p *Proofs) Check(ctx context.Context, id, task string) error {
	return p.do(ctx, id, func(s seller.Prover, r seller.Receipt, token secret.Value, key string) (order.Snapshot, seller.Receipt, error) {
		return s.Check(ctx, r, token, task, key)
	}, i18n.Message{})
}

type proverCall func(s seller.Prover, r seller.Receipt, token secret.Value, key string) (order.Snapshot, seller.Receipt, error)

func (p *Proofs) do(ctx context.Context, id string, call proverCall, event i18n.Message) error {
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
		key, err := p.uuid()
		if err != nil {
			return err
		}
		snapshot, receipt, err := call(prover, o.Receipt, token, key)
		if err != nil {
			return err
		}
		if !event.IsZero() {
			p.log(ctx, id, event)
		}
		return p.refresher.take(ctx, o, s, snapshot, receipt, token)
	})
}
