package service

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
)

// onTask does a call on the task of the request's path.
func onTask(do func(c *ledger.Change, o *ledger.Order, t *ledger.Task, r *http.Request, body []byte) ([]finding, error)) work {
	return func(s *Service, c *ledger.Change, o *ledger.Order, r *http.Request, body []byte) (answer, error) {
		t := o.Task(r.PathValue("task"))
		if t == nil {
			return notFound(), nil
		}
		wrong, err := do(c, o, t, r, body)
		switch {
		case errors.Is(err, errUnreadable):
			return problem(http.StatusBadRequest, wire.ProblemTypeFieldInvalid), nil
		case errors.Is(err, errTooLarge):
			return problem(http.StatusRequestEntityTooLarge, wire.ProblemTypeTooLarge), nil
		case errors.Is(err, errKind):
			return problem(http.StatusUnsupportedMediaType, wire.ProblemTypeTypeUnsupported), nil
		case len(wrong) > 0:
			return refusal(wrong), nil
		}
		return s.done(c, o, err)
	}
}

func check(c *ledger.Change, o *ledger.Order, t *ledger.Task, _ *http.Request, _ []byte) ([]finding, error) {
	return nil, c.Check(o, t)
}

func resend(c *ledger.Change, o *ledger.Order, t *ledger.Task, _ *http.Request, body []byte) ([]finding, error) {
	var m wire.Resend
	if json.Unmarshal(body, &m) != nil {
		return nil, errUnreadable
	}
	to := ""
	if m.Email != nil {
		to = *m.Email
	}
	return nil, c.Resend(o, t, to)
}

func choose(c *ledger.Change, o *ledger.Order, t *ledger.Task, _ *http.Request, body []byte) ([]finding, error) {
	var m wire.Choice
	if json.Unmarshal(body, &m) != nil {
		return nil, errUnreadable
	}
	return nil, c.Choose(o, t, m.Method)
}

// accept agrees to terms that were asked for after the application.
func accept(c *ledger.Change, o *ledger.Order, t *ledger.Task, _ *http.Request, body []byte) ([]finding, error) {
	var m wire.Acceptance
	if json.Unmarshal(body, &m) != nil {
		return nil, errUnreadable
	}
	if t.Kind == wire.TaskKindAgreement && !slices.Contains(m.AcceptedTerms, ledger.TermsID) {
		return []finding{invalid("/accepted_terms", wire.FieldProblemCodeRequired, "the terms must be accepted")}, nil
	}
	return nil, c.Agree(o, t)
}

var phoneForm = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)

// maxTimes is how many times one may propose.
const maxTimes = 10

func schedule(c *ledger.Change, o *ledger.Order, t *ledger.Task, _ *http.Request, body []byte) ([]finding, error) {
	var m wire.Schedule
	if json.Unmarshal(body, &m) != nil {
		return nil, errUnreadable
	}
	var wrong []finding
	switch {
	case len(m.Times) == 0:
		wrong = append(wrong, invalid("/times", wire.FieldProblemCodeTooFew, "at least one"))
	case len(m.Times) > maxTimes:
		wrong = append(wrong, invalid("/times", wire.FieldProblemCodeTooMany, fmt.Sprintf("at most %d", maxTimes)))
	}
	times := make([]time.Time, len(m.Times))
	for i, at := range m.Times {
		if times[i] = at.UTC(); !at.After(c.Now) {
			wrong = append(wrong, invalid(fmt.Sprintf("/times/%d", i), wire.FieldProblemCodeNotAllowed, "is over"))
		}
	}
	phone := ""
	if m.Phone != nil {
		if phone = *m.Phone; !phoneForm.MatchString(phone) {
			wrong = append(wrong, invalid("/phone", wire.FieldProblemCodeMalformed, "E.164"))
		}
	}
	if m.Comment != nil {
		wrong = append(wrong, text("/comment", *m.Comment, maxComment)...)
	}
	if len(wrong) > 0 {
		return wrong, nil
	}
	return nil, c.Propose(o, t, times, phone)
}
