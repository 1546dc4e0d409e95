package acme

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/seller"
)

const maxDetail = 400

// codes are the errors of RFC 8555 6.7, RFC 9773 7.4 and the profiles' draft, as faults. Those that are missing
// here are the program's own mistakes, or mean what their status means.
var codes = map[string]fault.Code{
	acme.ProblemTypeAccountDoesNotExist:          fault.AccountClosed,
	acme.ProblemTypeUnauthorized:                 fault.AccountClosed,
	acme.ProblemTypeAlreadyReplaced:              fault.AlreadyReplaced,
	acme.ProblemTypeBadCSR:                       fault.RequestUnreadable,
	acme.ProblemTypeBadPublicKey:                 fault.KeyForbidden,
	acme.ProblemTypeBadSignatureAlgorithm:        fault.KeyForbidden,
	acme.ProblemTypeCAA:                          fault.CAAForbids,
	acme.ProblemTypeConnection:                   fault.ProofFailed,
	acme.ProblemTypeDNS:                          fault.ProofFailed,
	acme.ProblemTypeIncorrectResponse:            fault.ProofFailed,
	acme.ProblemTypeTLS:                          fault.ProofFailed,
	acme.ProblemTypeExternalAccountRequired:      fault.BindingMissing,
	acme.ProblemTypeInvalidContact:               fault.ContactRefused,
	acme.ProblemTypeUnsupportedContact:           fault.ContactRefused,
	acme.ProblemTypeOrderNotReady:                fault.OrderState,
	acme.ProblemTypeRejectedIdentifier:           fault.NameRejected,
	acme.ProblemTypeUnsupportedIdentifier:        fault.NameRejected,
	acme.ProblemTypeUserActionRequired:           fault.TermsChanged,
	acme.ProblemTypeNamespace + "invalidProfile": fault.ProfileRefused,
	acme.ProblemTypeAlreadyRevoked:               fault.OrderState,
	acme.ProblemTypeBadRevocationReason:          fault.Refused,
	acme.ProblemTypeMalformed:                    fault.Refused,
}

// fault makes one of what went wrong in a call.
func (s *session) fault(err error) *fault.Error {
	var known *fault.Error
	var p acme.Problem
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &p):
		return s.problem(p)
	case s.status == http.StatusTooManyRequests:
		return s.limited(acme.Problem{})
	case s.status >= 500:
		return fault.New(fault.ServiceDown, nil, "host", s.host)
	case s.status >= 400:
		return fault.New(fault.ServiceHTML, nil, "host", s.host)
	}
	return fault.New(fault.ServiceBroken, nil, "host", s.host)
}

func (s *session) problem(p acme.Problem) *fault.Error {
	code, known := codes[p.Type]
	switch {
	case p.Type == acme.ProblemTypeRateLimited || s.status == http.StatusTooManyRequests:
		return s.limited(p)
	case p.Type == acme.ProblemTypeCompound || len(p.Subproblems) > 0 && !known:
		code = fault.NameRejected
		if len(p.Subproblems) > 0 {
			if c, ok := codes[p.Subproblems[0].Type]; ok {
				code = c
			}
		}
	case p.Type == acme.ProblemTypeServerInternal || p.Status >= 500 || s.status >= 500:
		code = fault.ServiceDown
	case !known && (s.status == http.StatusNotFound || s.status == http.StatusGone):
		code = fault.NotFound
	case !known:
		code = fault.Refused
	}
	return s.about(fault.New(code, nil, "host", s.host, "names", namesOf(p)), p)
}

func (s *session) limited(p acme.Problem) *fault.Error {
	wait := s.next(later).Sub(s.c.o.Now())
	return s.about(fault.New(fault.RateLimited, nil, "host", s.host, "wait", wait), p)
}

// about adds what the directory says itself; its link, where the customer has to do something there.
func (s *session) about(f *fault.Error, p acme.Problem) *fault.Error {
	parts := []string{p.Detail}
	for _, sub := range p.Subproblems {
		parts = append(parts, sub.Identifier.Value+": "+sub.Detail)
	}
	if link := webPage(p.Instance); link != "" {
		parts = append(parts, link)
		if f.Code == fault.TermsChanged {
			f.Args["url"] = link
		}
	}
	f.Detail = i18n.Clean(strings.TrimSpace(strings.Join(parts, " ")), maxDetail)
	return f
}

// namesOf are the names that a problem is about, as people read them.
func namesOf(p acme.Problem) []string {
	var out []string
	for _, sub := range p.Subproblems {
		if sub.Identifier.Value != "" && len(out) < 10 {
			out = append(out, order.DisplayName(i18n.Clean(sub.Identifier.Value, 260)))
		}
	}
	return out
}

// refused is the error of a step before which the directory has made nothing: a final answer lets the customer
// correct what is wrong and send again; what is none is repeated.
func (s *session) refused(err error) error {
	if isRefusal(err) {
		return err
	}
	f := s.fault(err)
	var p acme.Problem
	if !errors.As(err, &p) {
		return f
	}
	switch f.Code {
	case fault.ServiceDown, fault.ServiceBroken:
		return f
	}
	return &seller.Refusal{Fault: f, Fields: s.fieldsOf(f, p)}
}

// fieldsOf says which field of the application a problem is about; of several names, which.
func (s *session) fieldsOf(f *fault.Error, p acme.Problem) []seller.FieldProblem {
	why := map[fault.Code]string{fault.NameRejected: "not_allowed", fault.CAAForbids: "rejected"}[f.Code]
	if why == "" {
		return nil
	}
	var out []seller.FieldProblem
	for _, sub := range p.Subproblems {
		if i := slices.Index(s.names, sub.Identifier.Value); i >= 0 {
			out = append(out, seller.FieldProblem{Pointer: "/names/" + strconv.Itoa(i), Code: why, Detail: i18n.Clean(sub.Detail, maxDetail)})
		}
	}
	if len(out) == 0 {
		out = []seller.FieldProblem{{Pointer: "/names", Code: why, Detail: f.Detail}}
	}
	return out
}

// results are what an authority saw, in the words of the proof page.
var results = map[string]string{
	acme.ProblemTypeDNS:               "not_found",
	acme.ProblemTypeUnauthorized:      "wrong_value",
	acme.ProblemTypeIncorrectResponse: "wrong_value",
	acme.ProblemTypeConnection:        "no_answer",
	acme.ProblemTypeTLS:               "no_answer",
	acme.ProblemTypeCAA:               "caa_forbids",
}
