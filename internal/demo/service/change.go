package service

import (
	"encoding/json"
	"errors"
	"net/http"

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
	s.once(w, r, call, scope, func(c *ledger.Change) (answer, error) { return place(c, offer, call.body) })
}

func place(c *ledger.Change, offer ledger.Offer, body []byte) (answer, error) {
	if l := c.Licence(offer.ID); l.OrderID != "" {
		return fullProblem(wire.Problem{
			Type: wire.ProblemTypeCodeUsed, Status: http.StatusConflict, OrderID: &l.OrderID,
		}), nil
	}
	if c.Now.After(c.Expires()) {
		return problem(http.StatusConflict, wire.ProblemTypeCodeExpired), nil
	}
	var a wire.Application
	if json.Unmarshal(body, &a) != nil {
		return problem(http.StatusBadRequest, wire.ProblemTypeFieldInvalid), nil
	}
	mailbox, wrong := judge(offer, a)
	if len(wrong) > 0 {
		return refusal(wrong), nil
	}
	for _, o := range c.Orders {
		if o.TokenSHA256 == a.OrderTokenSHA256 {
			return refusal([]finding{{
				wire.ProblemTypeFieldInvalid,
				field("/order_token_sha256", wire.FieldProblemCodeNotAllowed, "used by another order"),
			}}), nil
		}
	}
	o, err := c.Place(offer.ID, mailbox, a)
	if err != nil {
		return answer{}, err
	}
	return orderAnswer(http.StatusCreated, c.State, o), nil
}

// The forms of a call's body beside JSON.
const (
	noBody  = ""
	anyBody = "*/*" // not looked at: the call is refused whatever it is
)

// work is a call on an order that is open to the one who asks.
type work func(c *ledger.Change, o *ledger.Order, r *http.Request, body []byte) (answer, error)

// onOrder does a call that says which order it has seen (If-Match).
func (s *Service) onOrder(body string, do work) http.HandlerFunc {
	return s.onOrderAsIs(body, func(c *ledger.Change, o *ledger.Order, r *http.Request, body []byte) (answer, error) {
		now := orderAnswer(http.StatusOK, c.State, o)
		switch r.Header.Get("If-Match") {
		case "":
			return problem(http.StatusPreconditionRequired, wire.ProblemTypeChangedElsewhere), nil
		case now.header["ETag"]:
			return do(c, o, r, body)
		}
		m := orderMessage(c.State, o)
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
		s.once(w, r, call, scope, func(c *ledger.Change) (answer, error) { return do(c, o, r, call.body) })
	}
}

// done answers a change of an order: with the order, or with why not.
func done(c *ledger.Change, o *ledger.Order, err error) (answer, error) {
	switch {
	case err == nil:
		return orderAnswer(http.StatusOK, c.State, o), nil
	case errors.Is(err, ledger.ErrTaskState), errors.Is(err, ledger.ErrMailLimit):
		return problem(http.StatusConflict, wire.ProblemTypeTaskState), nil
	case errors.Is(err, ledger.ErrOrderState):
		return problem(http.StatusConflict, wire.ProblemTypeOrderState), nil
	}
	return answer{}, err
}

func cancel(c *ledger.Change, o *ledger.Order, _ *http.Request, _ []byte) (answer, error) {
	return done(c, o, c.Cancel(o))
}

func check(c *ledger.Change, o *ledger.Order, r *http.Request, _ []byte) (answer, error) {
	if o.Task == nil || o.Task.ID != r.PathValue("task") {
		return notFound(), nil
	}
	return done(c, o, c.Check(o))
}

func resend(c *ledger.Change, o *ledger.Order, r *http.Request, body []byte) (answer, error) {
	if o.Task == nil || o.Task.ID != r.PathValue("task") {
		return notFound(), nil
	}
	var m wire.Resend
	if json.Unmarshal(body, &m) != nil {
		return problem(http.StatusBadRequest, wire.ProblemTypeFieldInvalid), nil
	}
	if m.Email != nil && *m.Email != o.Mailbox {
		return refusal([]finding{{
			wire.ProblemTypeFieldInvalid,
			field("/email", wire.FieldProblemCodeNotAllowed, "the mail goes to the mailbox itself only"),
		}}), nil
	}
	return done(c, o, c.Resend(o))
}

// edit changes the comment, the one thing of a mail order that can be changed.
func edit(c *ledger.Change, o *ledger.Order, _ *http.Request, body []byte) (answer, error) {
	var m wire.Edit
	if json.Unmarshal(body, &m) != nil {
		return problem(http.StatusBadRequest, wire.ProblemTypeFieldInvalid), nil
	}
	var wrong []finding
	not := func(given bool, pointer string) {
		if given {
			wrong = append(wrong, finding{
				wire.ProblemTypeFieldInvalid,
				field(pointer, wire.FieldProblemCodeNotAllowed, "not part of this product"),
			})
		}
	}
	not(m.Contacts != nil, "/contacts")
	not(m.Organization != nil, "/organization")
	not(m.ApproverEmail != nil, "/approver_email")
	if m.Comment != nil {
		wrong = append(wrong, text("/comment", *m.Comment, maxComment)...)
	}
	if len(wrong) > 0 {
		return refusal(wrong), nil
	}
	if m.Comment == nil {
		return orderAnswer(http.StatusOK, c.State, o), nil
	}
	return done(c, o, c.Comment(o, *m.Comment))
}

func notThisTask(_ *ledger.Change, o *ledger.Order, r *http.Request, _ []byte) (answer, error) {
	if o.Task == nil || o.Task.ID != r.PathValue("task") {
		return notFound(), nil
	}
	return problem(http.StatusConflict, wire.ProblemTypeTaskState), nil
}

func notThisOrder(*ledger.Change, *ledger.Order, *http.Request, []byte) (answer, error) {
	return problem(http.StatusConflict, wire.ProblemTypeOrderState), nil
}

func noSuchToken(*ledger.Change, *ledger.Order, *http.Request, []byte) (answer, error) {
	return notFound(), nil
}

// requestAccess is always the same answer. A mail goes to contacts of an order, and a mail order has none.
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
