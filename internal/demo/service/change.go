package service

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
)

func (s *Service) createOrder(w http.ResponseWriter, r *http.Request) {
	offer, refused := s.offer(r)
	if refused != nil {
		refused.send(w)
		return
	}
	call, refused := take(w, r, typeJSON)
	if refused != nil {
		refused.send(w)
		return
	}
	scope := func(*ledger.Change) (string, *answer) { return offer.ID, nil }
	s.once(w, r, call, scope, func(c *ledger.Change) (answer, error) { return s.place(c, offer, call.body) })
}

func (s *Service) place(c *ledger.Change, offer ledger.Offer, body []byte) (answer, error) {
	switch l := c.Stands(offer, c.Now); {
	case l.OrderID != "":
		return fullProblem(wire.Problem{
			Type: wire.ProblemTypeCodeUsed, Status: http.StatusConflict, OrderID: &l.OrderID,
		}), nil
	case l.State == wire.LicenceStateExpired:
		return problem(http.StatusConflict, wire.ProblemTypeCodeExpired), nil
	case l.State != wire.LicenceStateValid:
		return problem(http.StatusConflict, wire.ProblemTypeLicenceState), nil
	}
	var a wire.Application
	if json.Unmarshal(body, &a) != nil {
		return problem(http.StatusBadRequest, wire.ProblemTypeFieldInvalid), nil
	}
	names, wrong := judge(offer, a)
	if len(wrong) > 0 {
		return refusal(wrong), nil
	}
	for _, o := range c.Orders {
		if o.TokenSHA256 == a.OrderTokenSHA256 {
			return refusal([]finding{invalid("/order_token_sha256", wire.FieldProblemCodeNotAllowed, "used by another order")}), nil
		}
	}
	o, err := c.Place(offer.ID, names, a)
	if err != nil {
		return answer{}, err
	}
	return s.orderAnswer(http.StatusCreated, c.State, o), nil
}

// noBody is for calls without a body.
const noBody = ""

// work is a call on an order that is open to the one who asks.
type work func(s *Service, c *ledger.Change, o *ledger.Order, r *http.Request, body []byte) (answer, error)

// onOrder does a call that says which order it has seen (If-Match).
func (s *Service) onOrder(body string, do work) http.HandlerFunc {
	return s.onOrderAsIs(body, func(s *Service, c *ledger.Change, o *ledger.Order, r *http.Request, body []byte) (answer, error) {
		now := s.orderAnswer(http.StatusOK, c.State, o)
		switch r.Header.Get("If-Match") {
		case "":
			return problem(http.StatusPreconditionRequired, wire.ProblemTypeChangedElsewhere), nil
		case now.header["ETag"]:
			return do(s, c, o, r, body)
		}
		m := s.orderMessage(c.State, o)
		return fullProblem(wire.Problem{
			Type: wire.ProblemTypeChangedElsewhere, Status: http.StatusPreconditionFailed, Order: &m,
		}).with("ETag", now.header["ETag"]), nil
	})
}

// onOrderAsIs does a call on an order, whatever its state was when it was last seen.
func (s *Service) onOrderAsIs(body string, do work) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		hash, ok := tokenHash(r)
		if !ok {
			noToken().send(w)
			return
		}
		call, refused := take(w, r, body)
		if refused != nil {
			refused.send(w)
			return
		}
		var o *ledger.Order
		scope := func(c *ledger.Change) (string, *answer) {
			if o = opened(c.State, r, hash); o == nil {
				a := notFound()
				return "", &a
			}
			return o.ID, nil
		}
		s.once(w, r, call, scope, func(c *ledger.Change) (answer, error) { return do(s, c, o, r, call.body) })
	}
}

// done answers a change of an order: with the order, or with why not.
func (s *Service) done(c *ledger.Change, o *ledger.Order, err error) (answer, error) {
	switch {
	case err == nil:
		return s.orderAnswer(http.StatusOK, c.State, o), nil
	case errors.Is(err, ledger.ErrTaskState), errors.Is(err, ledger.ErrMailLimit):
		return problem(http.StatusConflict, wire.ProblemTypeTaskState), nil
	case errors.Is(err, ledger.ErrOrderState):
		return problem(http.StatusConflict, wire.ProblemTypeOrderState), nil
	case errors.Is(err, ledger.ErrMethod):
		return refusal([]finding{invalid("/method", wire.FieldProblemCodeNotAllowed, "not among the task's methods")}), nil
	case errors.Is(err, ledger.ErrAddress):
		return refusal([]finding{invalid("/email", wire.FieldProblemCodeNotAllowed, "the mail does not go there")}), nil
	}
	return answer{}, err
}

func cancel(s *Service, c *ledger.Change, o *ledger.Order, _ *http.Request, _ []byte) (answer, error) {
	return s.done(c, o, c.Cancel(o))
}

// edit changes what the order says can be changed.
func edit(s *Service, c *ledger.Change, o *ledger.Order, _ *http.Request, body []byte) (answer, error) {
	var m wire.Edit
	if json.Unmarshal(body, &m) != nil {
		return problem(http.StatusBadRequest, wire.ProblemTypeFieldInvalid), nil
	}
	var wrong []finding
	may := editable(o)
	for _, f := range []struct {
		field wire.EditableField
		given bool
		judge func() []finding
	}{
		{wire.EditableFieldContacts, m.Contacts != nil, func() []finding { return judgeContacts(o.Offer().Product.Contacts, m.Contacts) }},
		{wire.EditableFieldOrganization, m.Organization != nil, func() []finding { return judgeOrganization(o.Offer().Product, m.Organization) }},
		{wire.EditableFieldApproverEmail, m.ApproverEmail != nil, func() []finding { return judgeApprover(true, m.ApproverEmail, o.Names) }},
		{wire.EditableFieldComment, m.Comment != nil, func() []finding { return text("/comment", *m.Comment, maxComment) }},
	} {
		switch {
		case f.given && !slices.Contains(may, f.field) && o.Open():
			wrong = append(wrong, invalid("/"+f.field, wire.FieldProblemCodeNotAllowed, "can't be changed"))
		case f.given:
			wrong = append(wrong, f.judge()...)
		}
	}
	if len(wrong) > 0 {
		return refusal(wrong), nil
	}
	if m == (wire.Edit{}) {
		return s.orderAnswer(http.StatusOK, c.State, o), nil
	}
	return s.done(c, o, c.Edit(o, m))
}

func notThisOrder(*Service, *ledger.Change, *ledger.Order, *http.Request, []byte) (answer, error) {
	return problem(http.StatusConflict, wire.ProblemTypeOrderState), nil
}

func noSuchToken(*Service, *ledger.Change, *ledger.Order, *http.Request, []byte) (answer, error) {
	return notFound(), nil
}

// requestAccess is always the same answer. The demo sends no access codes yet.
func (s *Service) requestAccess(w http.ResponseWriter, r *http.Request) {
	call, refused := take(w, r, typeJSON)
	if refused != nil {
		refused.send(w)
		return
	}
	var m wire.AccessRequest
	if json.Unmarshal(call.body, &m) != nil || m.Name == "" || m.Email == "" {
		problem(http.StatusBadRequest, wire.ProblemTypeFieldInvalid).send(w)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// redeemAccess knows no access code, since none was ever sent.
func (s *Service) redeemAccess(w http.ResponseWriter, _ *http.Request) {
	problem(http.StatusUnauthorized, wire.ProblemTypeCodeUnknown).with("WWW-Authenticate", "Bearer").send(w)
}
