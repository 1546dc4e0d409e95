package ledger

import (
	"errors"
	"slices"
	"time"

	"certdesk/internal/seller/activationapi/wire"
)

// ErrAddress means that the mail of a task does not go to that address.
var ErrAddress = errors.New("demo: the mail does not go there")

func (c *Change) sendMail(o *Order, t *Task, at time.Time) error {
	id, err := c.ledger.random()
	if err != nil {
		return err
	}
	token, err := c.ledger.random()
	if err != nil {
		return err
	}
	t.SentAt = at
	c.Mails = append(c.Mails, &Mail{
		ID: id, OrderID: o.ID, Task: t.ID, At: at, To: t.Email, Language: o.Application.Language, Token: token,
	})
	return nil
}

// byMail reports whether a task is settled by the link in a mail.
func (t *Task) byMail() bool {
	return t.Kind == wire.TaskKindConfirmMailbox || t.Kind == wire.TaskKindApproval ||
		t.Kind == wire.TaskKindProveName && t.Method == wire.ProofMethodEmail
}

// Resend sends the mail of a task again, with a link of its own; to is empty for the address it went to.
func (c *Change) Resend(o *Order, t *Task, to string) error {
	switch {
	case t.State != wire.TaskStateOpen || !o.Open() || !t.byMail():
		return ErrTaskState
	case to != "" && to != t.Email && !slices.Contains(t.Allowed, to):
		return ErrAddress
	}
	sent := 0
	for _, m := range c.Mails {
		if m.OrderID == o.ID && m.Task == t.ID {
			sent++
		}
	}
	if sent >= mailLimit {
		return ErrMailLimit
	}
	if to != "" {
		t.Email = to
		if t.Kind == wire.TaskKindApproval {
			t.Target = to
		}
	}
	return c.sendMail(o, t, c.Now)
}

// MailByToken finds the mail whose link ends in token, nil when there is none.
func (s *State) MailByToken(token string) *Mail {
	for _, m := range s.Mails {
		if m.Token == token {
			return m
		}
	}
	return nil
}

// Settles is the order and the task that a mail is about; both nil when they are gone.
func (s *State) Settles(m *Mail) (*Order, *Task) {
	o := s.Order(m.OrderID)
	if o == nil {
		return nil, nil
	}
	t := o.Task(m.Task)
	if t == nil {
		return nil, nil
	}
	return o, t
}

// Asks is the kind of the task that a mail is about.
func (s *State) Asks(m *Mail) wire.TaskKind {
	if _, t := s.Settles(m); t != nil {
		return t.Kind
	}
	return ""
}

// Confirmable says whether the link of a mail can confirm anything now: nil, [ErrTaskState] or
// [ErrLinkOld].
func (s *State) Confirmable(m *Mail, now time.Time) error {
	o, t := s.Settles(m)
	if t == nil || !o.Open() || t.State != wire.TaskStateOpen || !t.byMail() {
		return ErrTaskState
	}
	if now.Sub(m.At) >= linkLife {
		return ErrLinkOld
	}
	return nil
}

// Confirmed reports whether what a mail asks for has been confirmed.
func (s *State) Confirmed(m *Mail) bool {
	_, t := s.Settles(m)
	return t != nil && t.State == wire.TaskStateDone
}

// Confirm is what the link in a mail does: the task is settled, and the order goes on. A name whose zone
// forbids the demo stays as it is.
func (c *Change) Confirm(m *Mail) error {
	if err := c.Confirmable(m, c.Now); err != nil {
		return err
	}
	o, t := c.Settles(m)
	if t.Kind == wire.TaskKindProveName && len(o.Offer().Product.CAAIdentities) > 0 {
		if t.LastResult = c.forbidden(o, t, c.Now); t.LastResult != nil {
			return nil
		}
	}
	return c.settled(o, t, c.Now)
}
