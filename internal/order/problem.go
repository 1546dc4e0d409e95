package order

import "certdesk/internal/i18n"

// ProblemKind says whether a problem stands in the way.
type ProblemKind string

// The kinds of problem.
const (
	Error ProblemKind = "error" // must be put right before the application can be sent
	Note  ProblemKind = "note"  // worth a second look; it may be sent as it is
)

// Problem is what is wrong, or remarkable, about one field: what we see, and what to do about it. Both may
// hold a part of what was typed: they are for the screen, never for a log.
type Problem struct {
	Field string // as in the application's JSON: "mailbox", "given_name", …, "accepted_terms", "key_choice"
	Kind  ProblemKind
	Saw   i18n.Message
	Do    i18n.Message
}

// problem makes a Problem whose words are "order.problem.ID.saw" and "order.problem.ID.do"; kv fill the
// gaps of both.
func problem(field string, kind ProblemKind, id string, kv ...any) *Problem {
	return &Problem{
		Field: field, Kind: kind,
		Saw: i18n.M("order.problem."+id+".saw", kv...),
		Do:  i18n.M("order.problem."+id+".do", kv...),
	}
}

// Sendable reports whether nothing among the problems stands in the way.
func Sendable(problems []Problem) bool {
	for _, p := range problems {
		if p.Kind == Error {
			return false
		}
	}
	return true
}

// ProblemsOf picks the problems of one field.
func ProblemsOf(problems []Problem, field string) []Problem {
	var out []Problem
	for _, p := range problems {
		if p.Field == field {
			out = append(out, p)
		}
	}
	return out
}
