package ledger

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"certdesk/internal/seller/activationapi/wire"
	"certdesk/internal/spki"
)

const (
	// linkLife is how long the link in a mail works: a mailbox proof's random value lives at most 24
	// hours (S/MIME Baseline Requirements, 3.2.2.2).
	linkLife = 24 * time.Hour
	// orderLife is how long an order waits for its mailbox to be confirmed.
	orderLife = 30 * 24 * time.Hour
	// mailLimit is how many confirmation mails one order may cause.
	mailLimit = 20
)

// Errors of what is asked of an order that is past it.
var (
	ErrOrderState = errors.New("demo: the order is past that")
	ErrTaskState  = errors.New("demo: the task is past that")
	ErrMailLimit  = errors.New("demo: enough mails have been sent for this order")
	ErrLinkOld    = errors.New("demo: the link is too old")
)

// Place makes an order of an application that has been checked. The licence is reserved from here on.
func (c *Change) Place(licenceID, mailbox string, a wire.Application) (*Order, error) {
	id, err := c.ledger.random()
	if err != nil {
		return nil, err
	}
	o := &Order{
		ID: id, Reference: fmt.Sprintf("DEMO-%05d", len(c.Orders)+1), LicenceID: licenceID,
		TokenSHA256: a.OrderTokenSHA256, Application: a, Mailbox: mailbox,
		Created: c.Now, State: wire.OrderStateReceived,
		Next: &Due{c.Now.Add(c.ledger.Delays.Mail), dueMail},
	}
	o.happened(c.Now, wire.TimelineEventReceived, wire.PartyCustomer)
	c.Orders = append(c.Orders, o)
	c.Licences[licenceID] = Licence{State: wire.LicenceStateReserved, OrderID: id}
	return o, c.settle()
}

func (o *Order) happened(at time.Time, event wire.TimelineEvent, by wire.Party) {
	o.Timeline = append(o.Timeline, wire.TimelineEntry{At: at, Event: event, By: by})
}

func (s *State) isDue(now time.Time) bool {
	for _, o := range s.Orders {
		if o.due(now) {
			return true
		}
	}
	return false
}

func (o *Order) due(now time.Time) bool { return o.Next != nil && !o.Next.At.After(now) }

// settle does what is due, each thing at its time. One thing may make another due.
func (c *Change) settle() error {
	for _, o := range c.Orders {
		for o.due(c.Now) {
			next := *o.Next
			o.Next = nil
			var err error
			switch next.What {
			case dueMail:
				err = c.askMailbox(o, next.At)
			case dueIssue:
				err = c.issue(o, next.At)
			case dueLapse:
				c.end(o, next.At, wire.OrderStateLapsed, wire.TimelineEventLapsed, wire.PartyAuthority)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Change) askMailbox(o *Order, at time.Time) error {
	o.State = wire.OrderStateWaitingCustomer
	o.Task = &Task{ID: "mailbox", State: wire.TaskStateOpen, Expires: at.Add(orderLife)}
	o.Next = &Due{o.Task.Expires, dueLapse}
	return c.sendMail(o, at)
}

func (c *Change) sendMail(o *Order, at time.Time) error {
	id, err := c.ledger.random()
	if err != nil {
		return err
	}
	token, err := c.ledger.random()
	if err != nil {
		return err
	}
	o.Task.SentAt = at
	c.Mails = append(c.Mails, &Mail{
		ID: id, OrderID: o.ID, At: at, To: o.Mailbox, Language: o.Application.Language, Token: token,
	})
	return nil
}

// task gives the order's open task, or [ErrTaskState].
func (o *Order) task() (*Task, error) {
	if o.Task == nil || o.Task.State != wire.TaskStateOpen || o.State != wire.OrderStateWaitingCustomer {
		return nil, ErrTaskState
	}
	return o.Task, nil
}

// Check notes that somebody has asked whether the mailbox is confirmed, which it is not.
func (c *Change) Check(o *Order) error {
	t, err := o.task()
	if err != nil {
		return err
	}
	detail := c.words(o).T("demo.task.not-confirmed")
	t.LastResult = &wire.TaskResult{At: c.Now, Code: wire.TaskResultCodeNotConfirmed, Detail: &detail}
	return nil
}

// Resend sends the confirmation mail again, with a link of its own.
func (c *Change) Resend(o *Order) error {
	if _, err := o.task(); err != nil {
		return err
	}
	sent := 0
	for _, m := range c.Mails {
		if m.OrderID == o.ID {
			sent++
		}
	}
	if sent >= mailLimit {
		return ErrMailLimit
	}
	return c.sendMail(o, c.Now)
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

// Confirmable says whether the link of a mail can confirm anything now: nil, [ErrTaskState] or
// [ErrLinkOld].
func (s *State) Confirmable(m *Mail, now time.Time) error {
	o := s.Order(m.OrderID)
	if o == nil {
		return ErrTaskState
	}
	if _, err := o.task(); err != nil {
		return err
	}
	if now.Sub(m.At) >= linkLife {
		return ErrLinkOld
	}
	return nil
}

// Confirm is what the link in a mail does: the mailbox is proved, and the authority goes on.
func (c *Change) Confirm(m *Mail) error {
	if err := c.Confirmable(m, c.Now); err != nil {
		return err
	}
	o := c.Order(m.OrderID)
	o.Task.State = wire.TaskStateDone
	o.Task.LastResult = &wire.TaskResult{At: c.Now, Code: wire.TaskResultCodeDone}
	o.State = wire.OrderStateWaitingAuthority
	o.happened(c.Now, wire.TimelineEventMailboxConfirmed, wire.PartyCustomer)
	o.Next = &Due{c.Now.Add(c.ledger.Delays.Issue), dueIssue}
	return c.settle()
}

// issue makes the certificate. An authority that can't is the order's failure, not the ledger's.
func (c *Change) issue(o *Order, at time.Time) error {
	chain, err := c.chain(o, at)
	if err != nil {
		o.StateReason = c.words(o).T("demo.failed")
		c.end(o, at, wire.OrderStateFailed, wire.TimelineEventFailed, wire.PartyAuthority)
		return nil
	}
	leaf := chain[0]
	hash := sha256.Sum256(leaf.Raw)
	key := spki.OfCertificate(leaf)
	var text strings.Builder
	for _, certificate := range chain {
		text.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}))
	}
	o.Certificate = &Certificate{
		Info: wire.CertificateInfo{
			SHA256: hex.EncodeToString(hash[:]), Serial: leaf.SerialNumber.Text(16),
			NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter,
			SPKISHA256: hex.EncodeToString(key[:]), State: wire.CertificateStateCurrent,
		},
		Chain: text.String(),
	}
	o.State = wire.OrderStateIssued
	o.happened(at, wire.TimelineEventIssued, wire.PartyAuthority)
	w := c.words(o)
	return c.write(o, at, w.T("demo.message.issued.subject"), w.T("demo.message.issued.text", "mailbox", o.Mailbox))
}

func (c *Change) chain(o *Order, at time.Time) ([]*x509.Certificate, error) {
	if o.Application.CSR == nil {
		return nil, ErrOrderState
	}
	request, err := Request(*o.Application.CSR)
	if err != nil {
		return nil, err
	}
	return c.ledger.Issue(request.PublicKey, o.Mailbox, at)
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
	if err := c.endOpen(o, wire.OrderStateRejected, wire.TimelineEventRejected, wire.PartyAuthority); err != nil {
		return err
	}
	o.StateReason = reason
	w := c.words(o)
	return c.write(o, c.Now, w.T("demo.message.rejected.subject"), reason)
}

// Comment replaces the comment of the application.
func (c *Change) Comment(o *Order, text string) error {
	if !o.Open() {
		return ErrOrderState
	}
	o.Application.Comment = &text
	o.happened(c.Now, wire.TimelineEventChanged, wire.PartyCustomer)
	return nil
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
	o.State, o.Next = state, nil
	if o.Task != nil && o.Task.State == wire.TaskStateOpen {
		o.Task.State = wire.TaskStateExpired
	}
	o.happened(at, event, by)
	delete(c.Licences, o.LicenceID)
}

// Collected notes that the certificate has been fetched: the licence is consumed. It reports whether that
// is news.
func (c *Change) Collected(o *Order) bool {
	if c.Licence(o.LicenceID).State == wire.LicenceStateConsumed {
		return false
	}
	c.Licences[o.LicenceID] = Licence{State: wire.LicenceStateConsumed, OrderID: o.ID}
	return true
}

// Request reads a PKCS #10 request from its one PEM block and checks its signature.
func Request(text string) (*x509.CertificateRequest, error) {
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE REQUEST" || strings.TrimSpace(string(rest)) != "" {
		return nil, errors.New("demo: no certificate request in PEM")
	}
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return nil, errors.New("demo: unreadable certificate request")
	}
	if err := request.CheckSignature(); err != nil {
		return nil, errors.New("demo: the request is not signed by its key")
	}
	return request, nil
}

// Confirmed reports whether the order's mailbox has been confirmed.
func (o *Order) Confirmed() bool { return o.Task != nil && o.Task.State == wire.TaskStateDone }
