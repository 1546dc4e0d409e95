package ledger

import (
	"time"

	"certdesk/internal/seller/activationapi/wire"
)

// State is all that the issuer knows. It is read and changed inside [Ledger.View] and [Ledger.Update] only.
type State struct {
	Version  int                `json:"version"`
	Created  time.Time          `json:"created"`  // the day on which the demo's licences were "bought"
	Inbox    string             `json:"inbox"`    // random part of the inbox's address
	Operator string             `json:"operator"` // random part of the operator page's address
	Licences map[string]Licence `json:"licences"` // by id; only those that have been used
	Orders   []*Order           `json:"orders"`   // in the order in which they came
	Mails    []*Mail            `json:"mails"`    // oldest first
	Calls    []Call             `json:"calls"`    // oldest first
	Records  []Record           `json:"records,omitempty"`
	Files    []File             `json:"files,omitempty"`
}

// Licence is what has become of a licence of the catalogue.
type Licence struct {
	State   wire.LicenceState `json:"state"`
	OrderID string            `json:"order_id,omitempty"`
}

// Order is one order. What the application says is kept as it came.
type Order struct {
	ID          string               `json:"id"`
	Reference   string               `json:"reference"`
	LicenceID   string               `json:"licence_id"`
	TokenSHA256 string               `json:"token_sha256"` // lower-case hex
	Application wire.Application     `json:"application"`
	Names       []wire.Name          `json:"names"` // as they will be certified, free counterparts included
	Created     time.Time            `json:"created"`
	State       wire.OrderState      `json:"state"`
	StateReason string               `json:"state_reason,omitempty"`
	Stage       stage                `json:"stage"`
	Tasks       []*Task              `json:"tasks,omitempty"`
	Messages    []wire.Message       `json:"messages,omitempty"` // newest first
	Timeline    []wire.TimelineEntry `json:"timeline"`
	Certificate *Certificate         `json:"certificate,omitempty"` // the current one
	Previous    []Certificate        `json:"previous,omitempty"`    // newest first
	Due         []Due                `json:"due,omitempty"`
}

// Task is what an order waits for. Which fields count depends on its kind.
type Task struct {
	ID         string           `json:"id"`
	Kind       wire.TaskKind    `json:"kind"`
	State      wire.TaskState   `json:"state"`
	Target     string           `json:"target,omitempty"`
	Covers     []string         `json:"covers,omitempty"`
	Expires    time.Time        `json:"expires"`
	LastResult *wire.TaskResult `json:"last_result,omitempty"`

	// Proof of a name.
	Method  wire.ProofMethod   `json:"method,omitempty"`
	Methods []wire.ProofMethod `json:"methods,omitempty"`
	Value   string             `json:"value,omitempty"` // random; what the record or the file holds

	// Mails.
	Email   string    `json:"email,omitempty"`
	Allowed []string  `json:"allowed,omitempty"`
	SentAt  time.Time `json:"sent_at"`

	// Documents.
	Form     string     `json:"form,omitempty"`
	Send     string     `json:"send,omitempty"`
	Received []Document `json:"received,omitempty"`

	// Calls.
	Phone string      `json:"phone,omitempty"`
	Times []time.Time `json:"times,omitempty"`
}

// Document is a file that was received. Its content is not kept: the demo has nobody who reads it.
type Document struct {
	SHA256 string    `json:"sha256"`
	Type   string    `json:"type"` // by content
	Octets int       `json:"octets"`
	At     time.Time `json:"at"`
}

// Due is what happens to an order by itself, and when. Task is the id of the task that it is about.
type Due struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
	Task string    `json:"task,omitempty"`
}

// What can be due.
const (
	dueBegin  = "mail"   // the first tasks are set, the confirmation mail goes out
	dueLook   = "look"   // the authority looks whether a name is proved
	dueAccept = "accept" // a document has been read
	dueCheck  = "check"  // the organization has been checked
	dueIssue  = "issue"  // the authority issues
	dueLapse  = "lapse"  // the customer has done nothing for too long
)

// Certificate is what was issued.
type Certificate struct {
	Info  wire.CertificateInfo `json:"info"`
	Chain string               `json:"chain"` // PEM, leaf first
}

// Mail is a mail of the demo's inbox, about one task of an order.
type Mail struct {
	ID       string    `json:"id"`
	OrderID  string    `json:"order_id"`
	Task     string    `json:"task"`
	At       time.Time `json:"at"`
	To       string    `json:"to"`
	Language string    `json:"language"`
	Token    string    `json:"token"` // random; the last part of the link in the mail
}

// Call is the answer that was given to one idempotency key.
type Call struct {
	Scope       string            `json:"scope"` // whose key: a licence's or an order's id
	Key         string            `json:"key"`
	Fingerprint string            `json:"fingerprint"` // SHA-256 of method, path and body
	OrderID     string            `json:"order_id,omitempty"`
	Status      int               `json:"status"`
	Header      map[string]string `json:"header,omitempty"`
	Body        []byte            `json:"body,omitempty"`
}

// Order finds an order by its id, nil when there is none.
func (s *State) Order(id string) *Order {
	for _, o := range s.Orders {
		if o.ID == id {
			return o
		}
	}
	return nil
}

// Mail finds a mail by its id, nil when there is none.
func (s *State) Mail(id string) *Mail {
	for _, m := range s.Mails {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// strayCalls is how many answers that belong to no order are kept (refused applications).
const strayCalls = 500

// Call finds the answer that was given under a key.
func (s *State) Call(scope, key string) (Call, bool) {
	for _, c := range s.Calls {
		if c.Scope == scope && c.Key == key {
			return c, true
		}
	}
	return Call{}, false
}

// Remember keeps an answer: for as long as its order exists, or, when it has none, until 500 younger ones
// of its kind have come.
func (s *State) Remember(c Call) {
	s.Calls = append(s.Calls, c)
	stray := 0
	for i := len(s.Calls) - 1; i >= 0; i-- {
		if s.Calls[i].OrderID != "" {
			continue
		}
		if stray++; stray > strayCalls {
			s.Calls = append(s.Calls[:i], s.Calls[i+1:]...)
			return
		}
	}
}
