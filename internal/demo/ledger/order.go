package ledger

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"certdesk/internal/seller/activationapi/wire"
)

const (
	// linkLife is how long the link in a mail works: a proof's random value lives at most 24 hours by mail
	// (S/MIME Baseline Requirements, 3.2.2.2).
	linkLife = 24 * time.Hour
	// orderLife is how long an order waits for its customer.
	orderLife = 30 * 24 * time.Hour
	// mailLimit is how many mails one task may cause.
	mailLimit = 20
)

// Errors of what is asked of an order that is past it.
var (
	ErrOrderState = errors.New("demo: the order is past that")
	ErrTaskState  = errors.New("demo: the task is past that")
	ErrMailLimit  = errors.New("demo: enough mails have been sent for this task")
	ErrLinkOld    = errors.New("demo: the link is too old")
	ErrNoTask     = errors.New("demo: there is no such task")
	ErrNoAction   = errors.New("demo: there is no such action now")
)

// Place makes an order of an application that has been checked. The licence is reserved from here on.
func (c *Change) Place(licenceID string, names []wire.Name, a wire.Application) (*Order, error) {
	id, err := c.ledger.random()
	if err != nil {
		return nil, err
	}
	o := &Order{
		ID: id, Reference: fmt.Sprintf("DEMO-%05d", len(c.Orders)+1), LicenceID: licenceID,
		TokenSHA256: a.OrderTokenSHA256, Application: a, Names: names,
		Created: c.Now, State: wire.OrderStateReceived,
		Due: []Due{{At: c.Now.Add(c.ledger.Delays.Mail), What: dueBegin}},
	}
	o.happened(c.Now, wire.TimelineEventReceived, wire.PartyCustomer)
	c.Orders = append(c.Orders, o)
	state := wire.LicenceStateReserved
	if a.Organization != nil {
		state = wire.LicenceStatePending
	}
	c.Licences[licenceID] = Licence{State: state, OrderID: id}
	return o, c.settle()
}

// Offer is the licence that the order was made of.
func (o *Order) Offer() Offer {
	offer, _ := OfferByID(o.LicenceID)
	return offer
}

// Title is what the order is about, in one line.
func (o *Order) Title() string {
	if len(o.Names) > 0 {
		return o.Names[0].Value
	}
	if org := o.Application.Organization; org != nil {
		return org.LegalName
	}
	return o.Reference
}

// Task finds a task by its id, nil when there is none.
func (o *Order) Task(id string) *Task {
	for _, t := range o.Tasks {
		if t.ID == id {
			return t
		}
	}
	return nil
}

func (o *Order) happened(at time.Time, event wire.TimelineEvent, by wire.Party) {
	o.Timeline = append(o.Timeline, wire.TimelineEntry{At: at, Event: event, By: by})
}

func (o *Order) plan(at time.Time, what, task string) {
	o.Due = append(o.Due, Due{At: at, What: what, Task: task})
}

// unplan forgets what was due about a task.
func (o *Order) unplan(what, task string) {
	o.Due = slices.DeleteFunc(o.Due, func(d Due) bool { return d.What == what && d.Task == task })
}

func (s *State) isDue(now time.Time) bool {
	for _, o := range s.Orders {
		if o.next(now) >= 0 {
			return true
		}
	}
	return false
}

// next is the index of what is due first, -1 when nothing is.
func (o *Order) next(now time.Time) int {
	first := -1
	for i, d := range o.Due {
		if !d.At.After(now) && (first < 0 || d.At.Before(o.Due[first].At)) {
			first = i
		}
	}
	return first
}

// settle does what is due, each thing at its time. One thing may make another due.
func (c *Change) settle() error {
	for _, o := range c.Orders {
		for i := o.next(c.Now); i >= 0; i = o.next(c.Now) {
			d := o.Due[i]
			o.Due = slices.Delete(o.Due, i, i+1)
			if err := c.happen(o, d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Change) happen(o *Order, d Due) error {
	t := o.Task(d.Task)
	switch d.What {
	case dueBegin:
		return c.enter(o, stageFirst, d.At)
	case dueIssue:
		return c.conclude(o, d.At)
	case dueLapse:
		if t != nil && t.State == wire.TaskStateOpen {
			c.end(o, d.At, wire.OrderStateLapsed, wire.TimelineEventLapsed, wire.PartyAuthority)
		}
		return nil
	}
	if t == nil || !o.Open() {
		return nil
	}
	switch d.What {
	case dueLook:
		if t.State == wire.TaskStateOpen {
			return c.look(o, t, d.At)
		}
	case dueAccept:
		if t.State == wire.TaskStateSubmitted {
			return c.settled(o, t, d.At)
		}
	case dueCheck:
		if t.State == wire.TaskStateOpen {
			return c.settled(o, t, d.At)
		}
	}
	return nil
}

// Write adds a message of the authority to an order.
func (c *Change) Write(o *Order, subject, text string) error { return c.write(o, c.Now, subject, text) }

func (c *Change) write(o *Order, at time.Time, subject, text string) error {
	id, err := c.ledger.random()
	if err != nil {
		return err
	}
	m := wire.Message{ID: id, At: at, From: AuthorityName, Subject: subject, Text: text}
	o.Messages = append([]wire.Message{m}, o.Messages...)
	return nil
}

// Cancel ends an order before its certificate is issued; the licence is valid again.
func (c *Change) Cancel(o *Order) error {
	return c.endOpen(o, wire.OrderStateCancelled, wire.TimelineEventCancelled, wire.PartyCustomer)
}

// Reject is the authority's no, with its reason.
func (c *Change) Reject(o *Order, reason string) error {
	if !o.Open() {
		return ErrOrderState
	}
	return c.reject(o, c.Now, reason)
}

func (c *Change) reject(o *Order, at time.Time, reason string) error {
	c.end(o, at, wire.OrderStateRejected, wire.TimelineEventRejected, wire.PartyAuthority)
	o.StateReason = reason
	return c.write(o, at, c.words(o).T("demo.message.rejected.subject"), reason)
}

// Open reports whether the order still leads to a certificate.
func (o *Order) Open() bool {
	switch o.State {
	case wire.OrderStateReceived, wire.OrderStateWaitingCustomer, wire.OrderStateWaitingAuthority:
		return true
	}
	return false
}

func (c *Change) endOpen(o *Order, state wire.OrderState, event wire.TimelineEvent, by wire.Party) error {
	if !o.Open() {
		return ErrOrderState
	}
	c.end(o, c.Now, state, event, by)
	return nil
}

// end ends an order without a certificate; its licence can be used again.
func (c *Change) end(o *Order, at time.Time, state wire.OrderState, event wire.TimelineEvent, by wire.Party) {
	o.State, o.Due = state, nil
	for _, t := range o.Tasks {
		if t.State == wire.TaskStateOpen || t.State == wire.TaskStateSubmitted {
			t.State = wire.TaskStateExpired
		}
	}
	o.happened(at, event, by)
	delete(c.Licences, o.LicenceID)
}

// Collected notes that the certificate has been fetched: the licence is consumed. It reports whether that
// is news.
func (c *Change) Collected(o *Order) bool {
	if c.Licences[o.LicenceID].State == wire.LicenceStateConsumed {
		return false
	}
	c.Licences[o.LicenceID] = Licence{State: wire.LicenceStateConsumed, OrderID: o.ID}
	return true
}
