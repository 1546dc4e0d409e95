// Package fault is how a failure travels from where it happened to the screen.
//
// A fault carries a [Code] for which the catalogue has three texts (what we saw, what it usually means,
// what to do), the one [Action] that the screen offers, and the cause for the log and for Details.
//
// What people typed or pasted never stands in a fault, nor do URLs: errors of net/url, net/mail, strconv,
// encoding/pem and encoding/json quote their input, so they are replaced by a fault and not wrapped.
package fault

import (
	"errors"
	"fmt"

	"certdesk/internal/i18n"
)

// Error is a failure with its words.
type Error struct {
	Code   Code
	Args   i18n.Args // fill the gaps of the three texts
	Action Action    // what the screen offers; NoAction when the text alone says what to do
	Cause  error     // for the log and for Details; never shown as the message
	// SupportID is what the service calls this failure, empty when it did not say.
	SupportID string
	// Detail is the service's own sentence, shown behind Details only. It is text from outside.
	Detail string
}

// New makes a fault; kv fill the gaps of its texts, keys and values in turn.
func New(code Code, cause error, kv ...any) *Error {
	return &Error{Code: code, Args: i18n.M("", kv...).Args, Action: code.action(), Cause: cause}
}

// With sets the action and returns e.
func (e *Error) With(a Action) *Error { e.Action = a; return e }

// Error gives the code and the cause, for the log.
func (e *Error) Error() string {
	if e.Cause == nil {
		return string(e.Code)
	}
	return fmt.Sprintf("%s: %v", e.Code, e.Cause)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is(err, fault.CodeX.Err()) and errors.Is against another fault compare codes.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code && t.Cause == nil
}

// Saw, Means and Do are the three texts.
func (e *Error) Saw() i18n.Message {
	return i18n.Message{ID: "fault." + string(e.Code) + ".saw", Args: e.Args}
}

func (e *Error) Means() i18n.Message {
	return i18n.Message{ID: "fault." + string(e.Code) + ".means", Args: e.Args}
}

func (e *Error) Do() i18n.Message {
	return i18n.Message{ID: "fault." + string(e.Code) + ".do", Args: e.Args}
}

// Of finds the fault in err. What is none becomes an Unexpected one with err as its cause.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return New(Unexpected, err)
}

// Is reports whether err is a fault with this code.
func Is(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}
