package desk

import (
	"context"
	"net/url"
	"slices"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/store"
)

// Tasks are what an order asks of the customer beside a proof: agreements, calls, documents, payments; and the
// way out of an order before a certificate is issued.
//
// A press has an idempotency key of its own. Where the answer is cut off, the same bytes are sent once more
// under the same key; what a later press finds done already is not done again.
type Tasks struct {
	*core
	refresher *Refresher
}

// Can is what can be done for a task from here, now. What is false is not offered.
type Can struct {
	Accept   bool
	Schedule bool
	Upload   bool
	Form     string // the id of a form to print and sign; empty without one
	Page     string // the seller's page for it, https
	Host     string // of Page, as it is shown
}

// Can reports what can be done for a task: what the seller is able to take, and what the order's last answer
// asks for.
func (t *Tasks) Can(o store.Order, task order.Task) Can {
	var can Can
	if o.Phase != order.PhaseSent || task.State != order.TaskOpen && task.State != order.TaskFailed {
		return can
	}
	if can.Page = pageOf(task); can.Page != "" {
		can.Host = hostOf(can.Page)
	}
	s, err := t.Sellers(o.Service)
	if err != nil {
		return can
	}
	_, agrees := s.(seller.Agreer)
	_, calls := s.(seller.Caller)
	_, documents := s.(seller.Documents)
	can.Accept = agrees && task.Kind == order.Agreement && len(o.Licence.Terms) > 0
	can.Schedule = calls && task.Kind == order.PhoneCall
	can.Upload = documents && task.Kind == order.Document && (task.Instruction.Send == "upload" || task.Instruction.Send == "")
	if documents && task.Kind == order.Document {
		can.Form = task.Instruction.Form
	}
	return can
}

// CanCancel reports whether an order can be cancelled from here: it was sent, and nothing is issued.
func (t *Tasks) CanCancel(o store.Order) bool {
	if o.Phase != order.PhaseSent || o.Snapshot == nil || o.Snapshot.State.Over() || len(o.Snapshot.Certificates) > 0 {
		return false
	}
	switch o.Snapshot.State {
	case order.Received, order.WaitingCustomer, order.WaitingAuthority:
	default:
		return false
	}
	s, err := t.Sellers(o.Service)
	if err != nil {
		return false
	}
	_, ok := s.(seller.Canceller)
	return ok
}

// pageOf is the page on which a task is done. The client lets only https through, and the demo's own pages.
func pageOf(t order.Task) string {
	return t.Instruction.ActionURL
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// Accept agrees to the terms of the licence, as a task asks for.
func (t *Tasks) Accept(ctx context.Context, id, task string) error {
	return t.change(ctx, id, task, i18n.M("event.agreed"), func(a ask) (order.Snapshot, seller.Receipt, error) {
		s, ok := a.seller.(seller.Agreer)
		if !ok {
			return order.Snapshot{}, a.order.Receipt, fault.New(fault.TaskState, nil)
		}
		terms := make([]string, 0, len(a.order.Licence.Terms))
		for _, term := range a.order.Licence.Terms {
			terms = append(terms, term.ID)
		}
		return s.Accept(ctx, a.order.Receipt, a.token, task, terms, a.key)
	})
}

// Schedule proposes when the customer can be called. A proposal whose times are over, or that has none, is a
// fault CallTimes and does not leave.
func (t *Tasks) Schedule(ctx context.Context, id, task string, p order.Proposal) error {
	p.Times = slices.Clone(p.Times)
	slices.SortFunc(p.Times, time.Time.Compare)
	p.Times = slices.Compact(p.Times)
	if len(p.Times) == 0 || !p.Times[0].After(t.Now()) {
		return fault.New(fault.CallTimes, nil)
	}
	return t.change(ctx, id, task, i18n.M("event.call-proposed"), func(a ask) (order.Snapshot, seller.Receipt, error) {
		s, ok := a.seller.(seller.Caller)
		if !ok {
			return order.Snapshot{}, a.order.Receipt, fault.New(fault.TaskState, nil)
		}
		return s.Schedule(ctx, a.order.Receipt, a.token, task, p, a.key)
	})
}

// Upload sends a file for a task. It is judged before anything leaves: see [Files.Read] and
// [order.Upload.Check]. The file stays as it is.
func (t *Tasks) Upload(ctx context.Context, id, task, path, form string) error {
	data, err := (&Files{}).Read(ctx, path, order.MaxDocument)
	if err != nil {
		return err
	}
	u := order.Upload{Name: path, Form: form, Data: data}
	if err := u.Check(); err != nil {
		return err
	}
	return t.change(ctx, id, task, i18n.M("event.document", "name", u.FileName()), func(a ask) (order.Snapshot, seller.Receipt, error) {
		s, ok := a.seller.(seller.Documents)
		if !ok {
			return order.Snapshot{}, a.order.Receipt, fault.New(fault.TaskState, nil)
		}
		return s.Upload(ctx, a.order.Receipt, a.token, task, u, a.key)
	})
}

// Cancel cancels an order before a certificate is issued.
func (t *Tasks) Cancel(ctx context.Context, id string) error {
	return t.change(ctx, id, "", i18n.M("event.cancelled"), func(a ask) (order.Snapshot, seller.Receipt, error) {
		s, ok := a.seller.(seller.Canceller)
		if !ok {
			return order.Snapshot{}, a.order.Receipt, fault.New(fault.OrderState, nil)
		}
		return s.Cancel(ctx, a.order.Receipt, a.token, a.key)
	})
}

// Keep writes what was typed for a task, as the screen puts it, so that the next start has it; empty text forgets
// it. It does nothing once the order is no longer sent.
func (t *Tasks) Keep(ctx context.Context, id, task, typed string) error {
	_, err := t.Store.Update(ctx, id, func(o *store.Order) error {
		switch {
		case o.Phase != order.PhaseSent || o.Typed[task] == typed:
		case typed == "":
			delete(o.Typed, task)
		case o.Typed == nil:
			o.Typed = map[string]string{task: typed}
		default:
			o.Typed[task] = typed
		}
		return nil
	})
	return err
}

// CanRevoke reports whether the certificate of an order can be revoked from here.
func (t *Tasks) CanRevoke(o store.Order) bool {
	if o.Phase != order.PhaseReady || o.Snapshot == nil || o.Snapshot.State != order.Issued {
		return false
	}
	current, ok := o.Snapshot.Current()
	if !ok || t.Now().After(current.NotAfter) {
		return false
	}
	s, err := t.Sellers(o.Service)
	if err != nil {
		return false
	}
	_, ok = s.(seller.Revoker)
	return ok
}

// Revoke revokes the certificate of an order. The certificate and its key stay on this computer.
func (t *Tasks) Revoke(ctx context.Context, id string, why order.Revocation) error {
	return t.one(id, func() error {
		o, err := t.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		if !t.CanRevoke(o) {
			return fault.New(fault.OrderState, nil)
		}
		s, err := t.Sellers(o.Service)
		if err != nil {
			return err
		}
		token, err := t.token(ctx, o)
		if err != nil {
			return err
		}
		key, err := t.uuid()
		if err != nil {
			return err
		}
		revoker, ok := s.(seller.Revoker)
		if !ok {
			return fault.New(fault.OrderState, nil)
		}
		snapshot, receipt, err := repeated(ask{o, s, token, key}, func(a ask) (order.Snapshot, seller.Receipt, error) {
			return revoker.Revoke(ctx, a.order.Receipt, a.token, why, a.key)
		})
		if fault.Is(err, fault.AccountClosed) {
			snapshot, receipt, err = t.revokeByKey(ctx, o, s, why, err)
		}
		if err != nil {
			return err
		}
		t.log(ctx, id, i18n.M("event.revoked"))
		return t.refresher.take(ctx, o, s, snapshot, receipt, token)
	})
}

// Form gives what a form to print and sign says. Reading it changes nothing.
func (t *Tasks) Form(ctx context.Context, id, form string) (order.Form, error) {
	o, err := t.Store.Get(ctx, id)
	if err != nil {
		return order.Form{}, err
	}
	s, err := t.Sellers(o.Service)
	if err != nil {
		return order.Form{}, err
	}
	documents, ok := s.(seller.Documents)
	if !ok || o.Phase != order.PhaseSent {
		return order.Form{}, fault.New(fault.TaskState, nil)
	}
	token, err := t.token(ctx, o)
	if err != nil {
		return order.Form{}, err
	}
	return documents.Form(ctx, o.Receipt, token, form)
}

// ask is what one call to a seller is made with.
type ask struct {
	order  store.Order
	seller seller.Seller
	token  secret.Value
	key    string
}

// change moves an order on by one call; task is the one that it is about, empty for the order as a whole. When
// the order has changed since the last look, it is asked once more, for the order as it is now; a task that is
// no longer open, or an order that is over, then needs nothing.
func (t *Tasks) change(ctx context.Context, id, task string, event i18n.Message, call func(ask) (order.Snapshot, seller.Receipt, error)) error {
	return t.changeUnless(ctx, id, task, event, nil, call)
}

// changeUnless is change that needs nothing more, either, when done says so of the order as it was and as it is: an
// earlier press may have come through whose answer was lost with the app.
func (t *Tasks) changeUnless(ctx context.Context, id, task string, event i18n.Message, done func(was, is order.Snapshot) bool,
	call func(ask) (order.Snapshot, seller.Receipt, error),
) error {
	return t.one(id, func() error {
		o, err := t.Store.Get(ctx, id)
		if err != nil {
			return err
		}
		s, err := t.Sellers(o.Service)
		if err != nil {
			return err
		}
		if o.Phase != order.PhaseSent {
			return fault.New(fault.TaskState, nil)
		}
		token, err := t.token(ctx, o)
		if err != nil {
			return err
		}
		for again := false; ; again = true {
			key, err := t.uuid()
			if err != nil {
				return err
			}
			snapshot, receipt, err := repeated(ask{o, s, token, key}, call)
			changed := fault.Is(err, fault.ChangedElsewhere) && snapshot.State != ""
			if err != nil && !changed {
				return err
			}
			if !changed && !event.IsZero() {
				t.log(ctx, id, event)
			}
			done := changed && done != nil && o.Snapshot != nil && done(*o.Snapshot, snapshot)
			if takeErr := t.refresher.take(ctx, o, s, snapshot, receipt, token); takeErr != nil || !changed || done || !waits(snapshot, task) {
				return takeErr
			}
			if again {
				return err
			}
			if o, err = t.Store.Get(ctx, id); err != nil {
				return err
			}
		}
	})
}

// repeated makes a call, and once more under the same key when its answer was cut off: the seller does it once.
func repeated(a ask, call func(ask) (order.Snapshot, seller.Receipt, error)) (order.Snapshot, seller.Receipt, error) {
	snapshot, receipt, err := call(a)
	if fault.Is(err, fault.ServiceCut) {
		return call(a)
	}
	return snapshot, receipt, err
}

// waits reports whether what was asked for still makes sense for an order as it is now.
func waits(s order.Snapshot, task string) bool {
	if task == "" {
		return !s.State.Over() && s.State != order.Issued
	}
	return isOpen(s, task)
}
