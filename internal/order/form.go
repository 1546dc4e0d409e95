package order

import (
	"slices"
	"strconv"

	"certdesk/internal/i18n"
)

// The fields of the application that are no field of the person.
const (
	FieldMailbox = "mailbox"
	FieldTerms   = "accepted_terms"
	FieldKey     = "key_choice"
	FieldRequest = "request" // the customer's own
	// FieldAccountContact is entered where the terms are: beside the request.
	FieldAccountContact = "account_contact"
)

// Asks reports whether the licence asks for a field of the person.
func (l Licence) Asks(field string) bool {
	return slices.ContainsFunc(l.Product.SubjectFields, func(f SubjectField) bool { return f.Field == field })
}

// Requires reports whether a field of the person must be filled in.
func (l Licence) Requires(field string) bool {
	for _, f := range l.Product.SubjectFields {
		if f.Field == field {
			return f.Required == NeedYes
		}
	}
	return false
}

// Name is a kind of key as people meet it: "RSA 3072", "P-256".
func (k KeyChoice) Name() i18n.Message {
	switch { // of a key whose record tells no size
	case k.Size == 0 && k.Algorithm == RSA:
		return i18n.M("order.key.any-rsa")
	case k.Size == 0:
		return i18n.M("order.key.any")
	}
	if k.Algorithm == ECDSA {
		return i18n.M("order.key.ecdsa", "size", strconv.Itoa(k.Size))
	}
	return i18n.M("order.key.rsa", "size", strconv.Itoa(k.Size))
}

// Entered leaves out of problems what belongs to other steps than the one where names are entered.
func Entered(problems []Problem) []Problem {
	var out []Problem
	for _, p := range problems {
		if p.Field != FieldTerms && p.Field != FieldKey && p.Field != FieldRequest && p.Field != FieldAccountContact {
			out = append(out, p)
		}
	}
	return out
}
