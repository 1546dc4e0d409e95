package acme

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

// Prepare freezes what is asked for. It talks to nobody.
func (c *Client) Prepare(l order.Licence, a order.Application, csr []byte, _ secret.Value) ([]byte, error) {
	b := body{CSR: csr, Agreed: a.AcceptedTerms, Contact: a.AccountContact, Replaces: a.Renews.Certificate}
	for _, p := range l.Product.Profiles {
		if p.Name == a.Profile {
			b.Profile = a.Profile
		}
	}
	for _, n := range l.CertifiedNames(a) {
		b.Names = append(b.Names, n.Value)
	}
	return json.Marshal(b)
}

// Submit asks for the account and for an order. What an earlier try has kept is taken up: its order is used as
// long as it is good. keep is called as soon as there is an order.
func (c *Client) Submit(ctx context.Context, s order.Submission, keep func(seller.Receipt) error) (order.Snapshot, seller.Receipt, error) {
	none := order.Snapshot{}
	var b body
	if json.Unmarshal(s.Body, &b) != nil {
		return none, seller.Receipt{}, fault.New(fault.StoreDamaged, nil)
	}
	key, err := keyOf(s.Token)
	if err != nil {
		return none, seller.Receipt{}, err
	}
	at, err := c.session(s.Service, key, "")
	if err != nil {
		return none, seller.Receipt{}, err
	}
	at.names = b.Names
	if err := at.enter(ctx, s.Service, s.Code, b); err != nil {
		return none, seller.Receipt{}, err
	}
	st := state{Account: at.account.Location, CSR: b.CSR, Names: b.Names, Profile: b.Profile, Replaces: b.Replaces}
	var kept state
	if json.Unmarshal(s.Kept, &kept) == nil && kept.Order != "" {
		if err := at.look(ctx, &kept); err != nil {
			return none, seller.Receipt{}, at.fault(err)
		}
		if kept.Ended == "" {
			return at.answered(seller.Receipt{Service: s.Service}, &kept, nil)
		}
	}
	if err := at.newOrder(ctx, &st); err != nil {
		return none, seller.Receipt{}, at.closed(ctx, s.Service, err)
	}
	if err := keep(st.receipt(s.Service, c.o.Now())); err != nil {
		return none, seller.Receipt{}, err
	}
	if err := at.proofs(ctx, &st, nil); err != nil {
		return none, seller.Receipt{}, at.fault(err)
	}
	return st.snapshot(), st.receipt(s.Service, c.o.Now()), nil
}

// closed is the error of an order that could not be made. Where the directory does not know the account, or has
// closed it, it is forgotten here, so that another can be made. Asking for it tells that from an account that is
// not allowed what was asked for: that one stays, since its binding may have been for one use.
func (s *session) closed(ctx context.Context, service string, err error) error {
	var p acme.Problem
	if !errors.As(err, &p) || p.Type != acme.ProblemTypeAccountDoesNotExist && p.Type != acme.ProblemTypeUnauthorized {
		return s.refused(err)
	}
	refusal := s.refused(err)
	open, askErr := s.isOpen(ctx)
	switch {
	case askErr != nil:
		return s.fault(askErr)
	case open:
		f := s.about(fault.New(fault.NameRejected, nil, "host", s.host, "names", namesOf(p)), p)
		return &seller.Refusal{Fault: f, Fields: s.fieldsOf(f, p)}
	}
	if a, found, err := s.c.findService(ctx, service); err == nil && found {
		if err := s.c.o.Accounts.Forget(ctx, a); err != nil {
			return err
		}
	}
	return refusal
}

// isOpen asks the directory whether it still has the account.
func (s *session) isOpen(ctx context.Context) (bool, error) {
	have, err := s.acme.GetAccount(ctx, s.account)
	var said acme.Problem
	switch {
	case err == nil:
		return have.Status == acme.StatusValid, nil
	case errors.As(err, &said) && (said.Type == acme.ProblemTypeAccountDoesNotExist || said.Type == acme.ProblemTypeUnauthorized):
		return false, nil
	}
	return false, err
}

// orLost is the end of an order whose account was closed meanwhile: nobody can go on with it (RFC 8555 7.3.6). Any other
// error stays one.
func (s *session) orLost(ctx context.Context, st *state, err error) error {
	var p acme.Problem
	if !errors.As(err, &p) || p.Type != acme.ProblemTypeAccountDoesNotExist && p.Type != acme.ProblemTypeUnauthorized {
		return err
	}
	open, askErr := s.isOpen(ctx)
	switch {
	case askErr != nil:
		return askErr
	case open:
		return err
	}
	st.Ended, st.State, st.Reason = "", order.ServiceFailed, s.problem(p).Detail
	if st.Reason == "" {
		st.Reason = p.Title
	}
	for i := range st.Proofs {
		if t := &st.Proofs[i].Task; t.State != order.TaskDone {
			t.State, t.UsedUp = order.TaskFailed, ""
		}
	}
	return nil
}

// newOrder asks for an order, which commits to nothing.
func (s *session) newOrder(ctx context.Context, st *state) error {
	if err := s.limitedUntil(st.Names); err != nil {
		return err
	}
	o := acme.Order{Profile: st.Profile}
	if st.Replaces != "" {
		if dir, err := s.c.directory(ctx, s.at); err == nil && dir.RenewalInfo != "" { // else nobody knows what it means
			o.Replaces = st.Replaces
		}
	}
	for _, n := range st.Names {
		o.Identifiers = append(o.Identifiers, acme.Identifier{Type: "dns", Value: n})
	}
	made, err := s.acme.NewOrder(ctx, s.account, o)
	if o.Replaces != "" && replacesRefused(err) {
		// Which certificate an order replaces is a hint to the authority (RFC 9773 5); it is not worth failing for.
		o.Replaces = ""
		made, err = s.acme.NewOrder(ctx, s.account, o)
	}
	if err != nil {
		s.remember(err, st.Names)
		return err
	}
	o = made
	if o.Location == "" || o.Finalize == "" || len(o.Authorizations) == 0 || len(o.Authorizations) > len(st.Names) {
		return fault.New(fault.ServiceBroken, nil, "host", s.host)
	}
	if err := s.ours(append([]string{o.Location, o.Finalize}, o.Authorizations...)...); err != nil {
		return err
	}
	st.Order, st.Finalize, st.Expires, st.Ended = o.Location, o.Finalize, o.Expires, ""
	st.State = order.WaitingCustomer
	st.Proofs = nil
	for _, a := range o.Authorizations {
		st.Proofs = append(st.Proofs, proof{URL: a})
	}
	return nil
}

// replacesRefused reports whether what an order replaces may be why it was refused. A certificate that has a newer one
// already is not meant: that is said.
func replacesRefused(err error) bool {
	var p acme.Problem
	return errors.As(err, &p) && (p.Type == acme.ProblemTypeMalformed || p.Type == acme.ProblemTypeServerInternal || p.Type == acme.ProblemTypeUnauthorized)
}

// proofs reads the authorizations that are not done; method says which one a name was to be proved by.
func (s *session) proofs(ctx context.Context, st *state, method map[string]string) error {
	for i, p := range st.Proofs {
		if p.Task.State == order.TaskDone {
			continue
		}
		a, err := s.authorization(ctx, st, p.URL)
		if err != nil {
			return err
		}
		m := p.Task.Method
		if chosen := method[a.IdentifierValue()]; chosen != "" {
			m = chosen
		}
		s.stamp(&st.Proofs[i], taskOf(a, m))
	}
	slices.SortStableFunc(st.Proofs, func(a, b proof) int { return slices.Index(st.Names, a.Name) - slices.Index(st.Names, b.Name) })
	return nil
}

// stamp takes a task over; a result without a time is as old as its reading.
func (s *session) stamp(p *proof, t order.Task) {
	if t.LastResult != nil && t.LastResult.At.IsZero() {
		t.LastResult.At = s.c.o.Now()
		if had := p.Task.LastResult; had != nil && had.Detail == t.LastResult.Detail {
			t.LastResult.At = had.At
		}
	}
	if t.State == order.TaskOpen && !p.Asked.IsZero() && s.c.o.Now().Before(p.Asked.Add(patience)) {
		t.State = order.TaskSubmitted
	}
	p.Name, p.Task = t.ID, t
}
