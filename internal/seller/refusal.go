package seller

import (
	"errors"

	"certdesk/internal/fault"
)

// ErrUnchanged is what Status gives when nothing has changed since the receipt's last look. The receipt
// that comes with it is still the newer one: its NextPoll moved on.
var ErrUnchanged = errors.New("seller: nothing new")

// Refusal is the final answer to a submission: the service has not made an order and never will from
// these bytes. Only after a Refusal may a corrected application be sent under a new key. What is no
// Refusal (no answer, a busy or broken service) is repeated with the same bytes and the same key.
type Refusal struct {
	Fault  *fault.Error
	Fields []FieldProblem
}

// FieldProblem is a field of the application that the service does not accept.
type FieldProblem struct {
	Pointer string // RFC 6901, into the application
	Code    string
	Detail  string // text from outside
}

// Error gives the fault's.
func (r *Refusal) Error() string { return r.Fault.Error() }

// Unwrap gives the fault.
func (r *Refusal) Unwrap() error { return r.Fault }
