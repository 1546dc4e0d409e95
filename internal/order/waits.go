package order

import (
	"time"

	"certdesk/internal/i18n"
)

// Whom says at whom a task lies.
type Whom string

// At whom a task can lie.
const (
	AtCustomer  Whom = "customer"
	AtAuthority Whom = "authority"
	AtSeller    Whom = "seller"
	AtApprover  Whom = "approver" // somebody else who has to say yes
)

// At is at whom a task lies now. What the customer has sent lies at the authority.
func (t Task) At() Whom {
	switch {
	case t.Kind == Approval:
		return AtApprover
	case t.State == TaskSubmitted && t.Kind == Payment:
		return AtSeller
	case t.Kind.Customers() && t.State != TaskSubmitted:
		return AtCustomer
	}
	return AtAuthority
}

// Waits reports whether an order still waits for a task.
func (t Task) Waits() bool {
	switch t.State {
	case TaskOpen, TaskSubmitted, TaskFailed:
		return true
	case TaskDone, TaskExpired:
	}
	return false
}

// Word is who it is, in the middle of a sentence: "you", "the certificate authority".
func (w Whom) Word() i18n.Message { return i18n.M("order.whom." + string(w)) }

// Waiting are the tasks that an order waits for: the customer's first, then those of others, each in the order
// in which the service tells them.
func (s *Snapshot) Waiting() []Task {
	var yours, others []Task
	for _, t := range s.Tasks {
		switch {
		case !t.Waits():
		case t.At() == AtCustomer:
			yours = append(yours, t)
		default:
			others = append(others, t)
		}
	}
	return append(yours, others...)
}

// Whoms are those at whom an order lies, each once, in the order of [Snapshot.Waiting]. While it waits for no
// task it lies at the certificate authority.
func (s *Snapshot) Whoms() []Whom {
	var out []Whom
	seen := map[Whom]bool{}
	for _, t := range s.Waiting() {
		if w := t.At(); !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return []Whom{AtAuthority}
	}
	return out
}

// Since is when the order came to where it is: the time of the last event that the service tells, or that of
// sending.
func (s *Snapshot) Since(sent, now time.Time) time.Time {
	at := sent
	for _, e := range s.Timeline {
		if e.At.After(at) && !e.At.After(now) {
			at = e.At
		}
	}
	return at
}

// Usual says how long an order usually takes from here. What the service expects of this very order goes before
// what is usual for the product; a time that has passed is said to have passed. It is zero where nobody says.
func (s *Snapshot) Usual(p Product, now time.Time) i18n.Message {
	switch {
	case s.Latest != nil && now.After(*s.Latest):
		return i18n.M("order.usual.late", "when", i18n.Date(*s.Latest))
	case s.Latest != nil && s.Earliest != nil && s.Latest.Sub(*s.Earliest) > 12*time.Hour && now.Before(*s.Earliest):
		return i18n.M("order.usual.between", "first", i18n.Date(*s.Earliest), "last", i18n.Date(*s.Latest))
	case s.Latest != nil && s.Latest.Sub(now) < 12*time.Hour:
		return i18n.M("order.usual.by", "when", *s.Latest)
	case s.Latest != nil:
		return i18n.M("order.usual.by-day", "when", i18n.Date(*s.Latest))
	}
	return p.UsualTime()
}
