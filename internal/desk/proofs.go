package desk

import (
	"context"
	"slices"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/seller"
	"certdesk/internal/store"
)

// Proofs moves the proofs of an order on: a mailbox to confirm, a name to prove.
//
// [Proofs.Look] looks from this computer and never talks to the seller; [Proofs.Check] has the seller look.
type Proofs struct {
	*core
	refresher *Refresher
}

// Tasks are the proofs that an order asks for, in the order in which the service lists them, done ones too.
func (p *Proofs) Tasks(o store.Order) []order.Task {
	if o.Snapshot == nil {
		return nil
	}
	var out []order.Task
	for _, t := range o.Snapshot.Tasks {
		if t.Kind == order.ProveName || t.Kind == order.ConfirmMailbox {
			out = append(out, t)
		}
	}
	return out
}

// Look looks from this computer at the names and mailboxes of an order that are still to be proved. The results
// come in the order of their tasks.
func (p *Proofs) Look(ctx context.Context, o store.Order) ([]proof.Result, error) {
	var open []order.Task
	for _, t := range p.Tasks(o) {
		if t.UsedUp == "" && (t.State == order.TaskOpen || t.State == order.TaskFailed) {
			open = append(open, t)
		}
	}
	if p.Network == nil || len(open) == 0 {
		return nil, nil
	}
	l := proof.Looker{Network: p.Network, Now: p.Now}
	authority := proof.Authority{Names: o.Licence.Product.CAAIdentities}
	if s, err := p.Sellers(o.Service); err == nil {
		if holder, ok := s.(seller.Holder); ok {
			authority.Account = holder.Account(o.Receipt)
		}
	}
	return l.Look(ctx, open, authority)
}

// Second is what the second resolver is called that is asked in a look; empty: none is.
func (p *Proofs) Second() string {
	if p.Network == nil {
		return ""
	}
	return p.Network.Second().Name
}

// Instruction says what has to be done for a task.
func (p *Proofs) Instruction(t order.Task) proof.Instruction { return proof.Read(t) }

// Methods are those by which a name can be proved, the recommended one first; the task's own alone where its
// seller takes no other.
func (p *Proofs) Methods(o store.Order, t order.Task) []string {
	all := proof.Methods(t)
	if p.CanChoose(o, t) {
		return all
	}
	return slices.DeleteFunc(all, func(m string) bool { return m != t.Method })
}

// CanChoose reports whether the seller of an order takes another method for a task, or makes new instructions
// for the same.
func (p *Proofs) CanChoose(o store.Order, t order.Task) bool {
	s, err := p.Sellers(o.Service)
	if err != nil {
		return false
	}
	_, ok := s.(seller.Chooser)
	return ok && o.Phase == order.PhaseSent && t.Kind == order.ProveName && t.State != order.TaskDone
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

// Resend has the mail of a task sent again: to another of its allowed addresses, or, with an empty to, to the
// address that it went to before.
func (p *Proofs) Resend(ctx context.Context, id, task, to string) error {
	return p.change(ctx, id, task, i18n.M("event.resent"), func(a ask) (order.Snapshot, seller.Receipt, error) {
		s, ok := a.seller.(seller.Prover)
		if !ok {
			return order.Snapshot{}, a.order.Receipt, fault.New(fault.TaskState, nil)
		}
		return s.Resend(ctx, a.order.Receipt, a.token, task, to, a.key)
	})
}

// Check asks the seller to look at a task now.
func (p *Proofs) Check(ctx context.Context, id, task string) error {
	return p.change(ctx, id, task, i18n.Message{}, func(a ask) (order.Snapshot, seller.Receipt, error) {
		s, ok := a.seller.(seller.Prover)
		if !ok {
			return order.Snapshot{}, a.order.Receipt, fault.New(fault.TaskState, nil)
		}
		return s.Check(ctx, a.order.Receipt, a.token, task, a.key)
	})
}

// Choose has a name proved by another of its task's methods.
func (p *Proofs) Choose(ctx context.Context, id, task, method string) error {
	event := i18n.M("event.method", "method", i18n.M("proof.method."+method))
	// Asked for twice, the same method would bring another value to publish.
	chosen := func(was, is order.Snapshot) bool {
		return methodOf(was, task) != method && methodOf(is, task) == method
	}
	return (&Tasks{p.core, p.refresher}).changeUnless(ctx, id, task, event, chosen, func(a ask) (order.Snapshot, seller.Receipt, error) {
		s, ok := a.seller.(seller.Chooser)
		if !ok {
			return order.Snapshot{}, a.order.Receipt, fault.New(fault.TaskState, nil)
		}
		return s.Choose(ctx, a.order.Receipt, a.token, task, method, a.key)
	})
}

func (p *Proofs) change(ctx context.Context, id, task string, event i18n.Message, call func(ask) (order.Snapshot, seller.Receipt, error)) error {
	return (&Tasks{p.core, p.refresher}).change(ctx, id, task, event, call)
}

// methodOf is how a task is proved now, empty when it is not there.
func methodOf(s order.Snapshot, task string) string {
	i := slices.IndexFunc(s.Tasks, func(t order.Task) bool { return t.ID == task })
	if i < 0 {
		return ""
	}
	return s.Tasks[i].Method
}

// isOpen reports whether a task still waits for somebody.
func isOpen(s order.Snapshot, task string) bool {
	i := slices.IndexFunc(s.Tasks, func(t order.Task) bool { return t.ID == task })
	return i >= 0 && (s.Tasks[i].State == order.TaskOpen || s.Tasks[i].State == order.TaskFailed)
}
