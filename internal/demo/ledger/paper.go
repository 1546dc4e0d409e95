package ledger

import (
	"slices"
	"time"

	"certdesk/internal/seller/activationapi/wire"
)

// documentLimit is how many files one task takes.
const documentLimit = 20

// Receive takes a document for a task. A task whose document is to be posted takes its scanned page as well.
func (c *Change) Receive(o *Order, t *Task, d Document) error {
	switch {
	case t.Kind != wire.TaskKindDocument || !o.Open():
		return ErrTaskState
	case t.State != wire.TaskStateOpen && t.State != wire.TaskStateSubmitted || len(t.Received) >= documentLimit:
		return ErrTaskState
	}
	if !slices.ContainsFunc(t.Received, func(x Document) bool { return x.SHA256 == d.SHA256 }) {
		t.Received = append(t.Received, d)
	}
	t.State, t.LastResult = wire.TaskStateSubmitted, nil
	o.happened(c.Now, wire.TimelineEventDocumentReceived, wire.PartyCustomer)
	o.unplan(dueLapse, t.ID)
	o.unplan(dueAccept, t.ID)
	if c.ledger.Delays.Review >= 0 {
		o.plan(c.Now.Add(c.ledger.Delays.Review), dueAccept, t.ID)
	}
	o.stand()
	return c.settle()
}

// askAgain sends a document back, with a message that says why.
func (c *Change) askAgain(o *Order, t *Task) error {
	t.State = wire.TaskStateOpen
	t.LastResult = c.result(o, c.Now, wire.TaskResultCodeWrongValue, "demo.task.document.again")
	t.Expires = c.Now.Add(orderLife)
	o.unplan(dueAccept, t.ID)
	o.plan(t.Expires, dueLapse, t.ID)
	o.stand()
	w := c.words(o)
	return c.write(o, c.Now, w.T("demo.message.document.subject"), w.T("demo.message.document.text", "form", w.T(FormTitle(t.Form))))
}

// Propose notes when the customer can be called.
func (c *Change) Propose(o *Order, t *Task, times []time.Time, phone string) error {
	if t.Kind != wire.TaskKindPhoneCall || !o.Open() || t.State != wire.TaskStateOpen && t.State != wire.TaskStateSubmitted {
		return ErrTaskState
	}
	t.State, t.LastResult = wire.TaskStateSubmitted, nil
	t.Times = times
	if phone != "" {
		t.Phone = phone
	}
	o.unplan(dueLapse, t.ID)
	o.happened(c.Now, wire.TimelineEventChanged, wire.PartyCustomer)
	o.stand()
	return c.settle()
}

// missed notes a call that nobody has answered: the customer proposes again.
func (c *Change) missed(o *Order, t *Task) error {
	t.State, t.Times = wire.TaskStateOpen, nil
	t.LastResult = c.result(o, c.Now, wire.TaskResultCodeNoAnswer, "demo.task.call.missed", "phone", t.Phone)
	t.Expires = c.Now.Add(orderLife)
	o.plan(t.Expires, dueLapse, t.ID)
	o.stand()
	w := c.words(o)
	return c.write(o, c.Now, w.T("demo.message.call.subject"), w.T("demo.message.call.text", "phone", t.Phone))
}

// askTerms wants the terms agreed to once more, as an authority does that has changed them.
func (c *Change) askTerms(o *Order) error {
	t := &Task{
		ID: taskAgreement, Kind: wire.TaskKindAgreement, State: wire.TaskStateOpen, Target: c.words(o).T("demo.terms.title"),
		Expires: c.Now.Add(orderLife),
	}
	o.Tasks = append(o.Tasks, t)
	o.plan(t.Expires, dueLapse, t.ID)
	o.stand()
	return nil
}

// Agree settles an agreement.
func (c *Change) Agree(o *Order, t *Task) error {
	if t.Kind != wire.TaskKindAgreement || !o.Awaits(t) {
		return ErrTaskState
	}
	return c.settled(o, t, c.Now)
}

// FormTitle is the id of a form's title.
func FormTitle(form string) string {
	return map[string]string{
		FormOrder: "demo.form.order", FormExtended: "demo.form.extended", FormAuthority: "demo.form.authority",
	}[form]
}

// Edit changes what an open order lets its customer change.
func (c *Change) Edit(o *Order, e wire.Edit) error {
	if !o.Open() {
		return ErrOrderState
	}
	if e.Comment != nil {
		o.Application.Comment = e.Comment
	}
	if e.Contacts != nil {
		o.Application.Contacts = e.Contacts
	}
	if e.Organization != nil {
		o.Application.Organization = e.Organization
		for _, t := range o.Tasks {
			if t.Kind == wire.TaskKindPhoneCall || t.Kind == wire.TaskKindOrganizationCheck {
				t.Target = e.Organization.LegalName
			}
		}
	}
	if e.ApproverEmail != nil {
		o.Application.ApproverEmail = e.ApproverEmail
	}
	o.happened(c.Now, wire.TimelineEventChanged, wire.PartyCustomer)
	return nil
}

// FormText is the id of what a form is for.
func FormText(form string) string {
	return map[string]string{
		FormOrder: "demo.form.order.text", FormExtended: "demo.form.extended.text", FormAuthority: "demo.form.authority.text",
	}[form]
}

// Payment finds the payment that an address is for; both nil when there is none.
func (s *State) Payment(value string) (*Order, *Task) {
	for _, o := range s.Orders {
		if t := o.Task(taskPayment); t != nil && t.Value == value {
			return o, t
		}
	}
	return nil, nil
}

// Awaits reports whether a task can still be done.
func (o *Order) Awaits(t *Task) bool {
	return o.Open() && (t.State == wire.TaskStateOpen || t.State == wire.TaskStateSubmitted)
}

// Pay settles a payment.
func (c *Change) Pay(o *Order, t *Task) error {
	if !o.Awaits(t) {
		return ErrTaskState
	}
	return c.settled(o, t, c.Now)
}
