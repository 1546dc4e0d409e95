package store

import (
	"strings"
	"time"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/seller"
)

// Order is all that this computer knows of one redemption. Nothing in it is secret; what is lies in the
// vault under the ids given here.
type Order struct {
	ID      string         `json:"id"`
	Service string         `json:"service"` // the origin, or "demo"
	Seller  seller.Service `json:"seller"`
	Phase   order.Phase    `json:"phase"`
	Step    string         `json:"step,omitempty"` // of the journey, where it was left

	Licence     order.Licence     `json:"licence"`
	Application order.Application `json:"application"` // as typed

	CodeID   string `json:"code_id,omitempty"`   // in the vault
	TokenID  string `json:"token_id,omitempty"`  // in the vault
	KeyID    string `json:"key_id,omitempty"`    // in the vault; the key of the newest request
	CodeHash string `json:"code_hash,omitempty"` // finds the order when the code comes again

	// Frozen from the moment they are committed with PhaseSubmitting until the service has given a final
	// answer.
	CSR            []byte `json:"-"` // DER
	Body           []byte `json:"-"` // the exact bytes that are sent
	IdempotencyKey string `json:"idempotency_key,omitempty"`

	Receipt    seller.Receipt  `json:"receipt"`
	Snapshot   *order.Snapshot `json:"snapshot,omitempty"`
	LastLooked time.Time       `json:"last_looked"`
	LastFault  *Fault          `json:"last_fault,omitempty"` // of the last look or sending
	// Seen has when a message of the service, by its id, was on the screen.
	Seen map[string]time.Time `json:"seen,omitempty"`
	// Typed has what was typed for a task of a sent order, by its id, until it is sent.
	Typed map[string]string `json:"typed,omitempty"`

	Created time.Time `json:"created"`
	Updated time.Time `json:"updated"` // kept by the store; a look that found nothing new leaves it
	Sent    time.Time `json:"sent"`
}

// Fault is a fault as it is remembered: its code and what fills the gaps of its words.
type Fault struct {
	Code string    `json:"code"`
	Args i18n.Args `json:"args,omitempty"`
}

// Row is what the list shows of an order.
type Row struct {
	ID           string
	Phase        order.Phase
	ServiceState order.ServiceState
	TaskKind     order.TaskKind // of the first open task that is the customer's; empty without one
	Title        string         // the name or mailbox; empty in an early draft
	Product      string
	ProductType  order.ProductType
	SellerName   string
	Service      string
	NotAfter     time.Time // end of the newest certificate that is here and not set aside
	Created      time.Time
	Updated      time.Time
	Sent         time.Time
	NextPoll     time.Time
	Words        string    // what a search finds it by beside title, product and seller: all names, the reference
	More         int       // names beside the title
	Deadline     time.Time // until when something must be done: a draft's licence used, a task done; zero for none
}

// title is the name that the list shows: the first website that was typed, in the letters of its language; else
// the first name that the service knows, else what was typed.
func (o *Order) title() string {
	if typed := o.Licence.Websites(o.Application); len(typed) > 0 {
		return typed[0]
	}
	if o.Snapshot != nil && len(o.Snapshot.Names) > 0 {
		return o.Snapshot.Names[0].Value
	}
	if o.Application.Mailbox != "" {
		return strings.TrimSpace(o.Application.Mailbox)
	}
	for line := range strings.Lines(o.Application.Domains) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}

func (o *Order) sellerName() string {
	if o.Licence.SellerName != "" {
		return o.Licence.SellerName
	}
	return o.Seller.Name
}

func (o *Order) serviceState() order.ServiceState {
	if o.Snapshot == nil {
		return ""
	}
	return o.Snapshot.State
}

func (o *Order) taskKind() order.TaskKind {
	if o.Snapshot == nil {
		return ""
	}
	task, _ := o.Snapshot.NextTask()
	return task.Kind
}

// maxWords bounds what a search looks in, in bytes.
const maxWords = 16 << 10

// words are all names, as the service has them and as they were typed, and the reference.
func (o *Order) words() string {
	var all []string
	seen := map[string]bool{}
	add := func(list ...string) {
		for _, w := range list {
			if w = strings.TrimSpace(w); w != "" && !seen[w] {
				seen[w] = true
				all = append(all, w)
			}
		}
	}
	if o.Snapshot != nil {
		add(o.Snapshot.Reference)
		for _, n := range o.Snapshot.Names {
			add(n.Value)
		}
	}
	add(o.Application.Mailbox)
	add(strings.Fields(o.Application.Domains)...)
	if org := o.Application.Organization; org != nil {
		add(org.LegalName)
	}
	out := strings.Join(all, " ")
	return strings.ToValidUTF8(out[:min(len(out), maxWords)], "")
}

// more is how many names there are beside the title.
func (o *Order) more() int {
	if typed := o.Licence.Websites(o.Application); len(typed) > 0 {
		return len(typed) - 1
	}
	if o.Snapshot != nil && len(o.Snapshot.Names) > 0 {
		return len(o.Snapshot.Names) - 1
	}
	return 0
}

// deadline is until when the licence of a draft must be used, the first task of the
// customer be done, or a certificate be renewed.
func (o *Order) deadline() time.Time {
	var first time.Time
	switch o.Phase {
	case order.PhaseDraft:
		if at := o.Licence.ActivationExpires; at != nil {
			first = *at
		}
	case order.PhaseSent:
		if o.Snapshot == nil {
			break
		}
		for _, t := range o.Snapshot.Tasks {
			open := t.Kind.Customers() && (t.State == order.TaskOpen || t.State == order.TaskFailed)
			if open && t.Expires != nil && (first.IsZero() || t.Expires.Before(first)) {
				first = *t.Expires
			}
		}
	case order.PhaseReady:
		if o.Snapshot != nil && o.Snapshot.Renewal != nil {
			first = o.Snapshot.Renewal.Until
		}
	case order.PhaseSubmitting, order.PhaseEnded:
	}
	return first
}
