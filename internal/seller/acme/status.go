package acme

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/spki"
)

// Status asks how an order stands and takes it as far as it goes: an order whose names are all proved is
// finalized, and a certificate is read for what it is.
func (c *Client) Status(ctx context.Context, r seller.Receipt, token secret.Value) (order.Snapshot, seller.Receipt, error) {
	s, st, err := c.open(ctx, r, token)
	if err != nil {
		return order.Snapshot{}, r, err
	}
	if st.Ended != "" || st.About != nil || st.State.Over() {
		r.NextPoll = c.o.Now().Add(rest(&st))
		return st.snapshot(), r, nil
	}
	return s.answered(r, &st, s.look(ctx, &st))
}

// rest is how long to wait when the directory has nothing more to say. A certificate may not have been collected yet,
// since the app ended, or the connection did: what is known of it is given at once, without asking anybody.
func rest(st *state) time.Duration {
	if st.About != nil {
		return soon
	}
	return never
}

// answered gives what a call has brought, and when to ask again.
func (s *session) answered(r seller.Receipt, st *state, err error) (order.Snapshot, seller.Receipt, error) {
	if err != nil {
		f := s.fault(err)
		r.NextPoll = s.next(soon)
		return order.Snapshot{}, r, f
	}
	usual := later
	switch {
	case st.Ended != "" || st.State.Over() || st.About != nil:
		usual = rest(st)
	case st.State == order.WaitingAuthority, st.asked():
		usual = soon
	}
	next := s.c.o.Now().Add(usual)
	if usual == soon && st.About == nil {
		next = s.next(soon)
	}
	return st.snapshot(), st.receipt(r.Service, next), nil
}

// look asks for the order and does what its state allows.
func (s *session) look(ctx context.Context, st *state) error {
	o, err := s.acme.GetOrder(ctx, s.account, acme.Order{Location: st.Order})
	if err != nil {
		if s.gone(err) {
			s.end(st, endedExpired)
			return nil
		}
		return s.orLost(ctx, st, err)
	}
	return s.take(ctx, st, o, true)
}

// take goes on from an order's state; mayFinalize is false after finalizing.
func (s *session) take(ctx context.Context, st *state, o acme.Order, mayFinalize bool) error {
	if o.Finalize != "" {
		st.Finalize = o.Finalize
	}
	switch o.Status {
	case acme.StatusPending:
		if !st.Expires.IsZero() && s.c.o.Now().After(st.Expires) {
			s.end(st, endedExpired)
			return nil
		}
		st.State = order.WaitingCustomer
		if err := s.proofs(ctx, st, nil); err != nil {
			return err
		}
		if st.asked() && !slices.ContainsFunc(st.Proofs, func(p proof) bool { return p.Task.State == order.TaskOpen || p.Task.State == order.TaskFailed }) {
			st.State = order.WaitingAuthority
		}
		return nil
	case acme.StatusReady:
		st.State = order.WaitingAuthority
		if !mayFinalize {
			return nil
		}
		return s.finalize(ctx, st, o)
	case acme.StatusProcessing:
		st.State = order.WaitingAuthority
		return s.proofs(ctx, st, nil)
	case acme.StatusValid:
		if err := s.proofs(ctx, st, nil); err != nil {
			return err
		}
		st.Certificate = o.Certificate
		return s.read(ctx, st)
	case acme.StatusInvalid:
		return s.invalid(ctx, st, o)
	}
	return fault.New(fault.ServiceBroken, nil, "host", s.host)
}

// finalize sends the request. The order and the request are those that the receipt was kept with. Whatever the
// answer is, or if there is none, the order's state decides.
func (s *session) finalize(ctx context.Context, st *state, o acme.Order) error {
	if err := s.proofs(ctx, st, nil); err != nil {
		return err
	}
	_, err := s.acme.FinalizeOrder(ctx, s.account, o, st.CSR)
	var p acme.Problem
	if errors.As(err, &p) && p.Type != acme.ProblemTypeOrderNotReady && p.Status/100 == 4 && p.Type != acme.ProblemTypeRateLimited {
		f := s.problem(p)
		if again, getErr := s.acme.GetOrder(ctx, s.account, acme.Order{Location: st.Order}); getErr == nil && again.Status != acme.StatusReady {
			return s.take(ctx, st, again, false)
		}
		// It will never be issued from this request.
		st.State, st.Reason = order.ServiceRejected, f.Detail
		return nil
	}
	var known *fault.Error
	if errors.As(err, &known) || errors.As(err, &p) && p.Type == acme.ProblemTypeRateLimited {
		return err
	}
	now, err := s.acme.GetOrder(ctx, s.account, acme.Order{Location: st.Order})
	if err != nil {
		return err
	}
	return s.take(ctx, st, now, false)
}

// invalid reads why an order has ended. A name that could not be proved, and a time that was over, let the
// customer go on with another order of the directory; anything else is the end.
func (s *session) invalid(ctx context.Context, st *state, o acme.Order) error {
	if err := s.proofs(ctx, st, nil); err != nil && !s.gone(err) {
		return err
	}
	if o.Error != nil && st.proved() {
		f := s.problem(*o.Error)
		st.State, st.Reason = order.ServiceFailed, f.Detail
		return nil
	}
	why := endedExpired
	if slices.ContainsFunc(st.Proofs, func(p proof) bool { return p.Task.State == order.TaskFailed && p.Task.LastResult != nil }) {
		why = endedProof
	}
	s.end(st, why)
	return nil
}

// end has the customer go on with another order: what is not proved needs new values.
func (s *session) end(st *state, why string) {
	st.Ended, st.State = why, order.WaitingCustomer
	for i := range st.Proofs {
		t := &st.Proofs[i].Task
		if t.State == order.TaskDone {
			continue
		}
		t.State, t.UsedUp = order.TaskFailed, why
	}
}

// gone reports whether the directory no longer has what was asked for.
func (s *session) gone(err error) bool {
	var p acme.Problem
	return (s.status == http.StatusNotFound || s.status == http.StatusGone) && (!errors.As(err, &p) || p.Type != acme.ProblemTypeAccountDoesNotExist)
}

// read reads what was issued.
func (s *session) read(ctx context.Context, st *state) error {
	all, err := s.chains(ctx, st.Certificate)
	if err != nil {
		return err
	}
	leaf := all[0][0]
	sum := sha256.Sum256(leaf.Raw)
	hash, err := spki.Hex(leaf.PublicKey)
	if err != nil {
		return fault.New(fault.CertificateUnreadable, nil, "host", s.host)
	}
	st.State = order.Issued
	if dir, err := s.c.directory(ctx, s.at); err == nil && dir.RenewalInfo != "" {
		st.Renewal, _, _ = s.c.suggestion(ctx, s.at, dir, leaf) // asked again later
	}
	st.About = &order.Certificate{
		SHA256: hex.EncodeToString(sum[:]), Serial: leaf.SerialNumber.Text(16), NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter,
		SPKISHA256: hash, State: "current",
	}
	return nil
}

// Collect fetches the certificate with its chain.
func (c *Client) Collect(ctx context.Context, r seller.Receipt, token secret.Value, _ string) ([]*x509.Certificate, error) {
	all, err := c.Chains(ctx, r, token)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Chains fetches the certificate with each chain that the directory offers (RFC 8555 7.4.2).
func (c *Client) Chains(ctx context.Context, r seller.Receipt, token secret.Value) ([][]*x509.Certificate, error) {
	s, st, err := c.open(ctx, r, token)
	if err != nil {
		return nil, err
	}
	if st.Certificate == "" {
		return nil, seller.ErrNotYet
	}
	all, err := s.chains(ctx, st.Certificate)
	if err != nil {
		return nil, s.fault(err)
	}
	return all, nil
}

const maxChain = 10

// chains fetches a certificate and its issuers, leaf first, in each way that the directory offers, its own choice first.
// What can't be read of the others is left out.
func (s *session) chains(ctx context.Context, address string) ([][]*x509.Certificate, error) {
	all, err := s.acme.GetCertificateChain(ctx, s.account, address)
	if err != nil {
		return nil, err
	}
	var out [][]*x509.Certificate
	for i, one := range all {
		chain := readChain(one.ChainPEM)
		switch {
		case len(chain) == 0 && i == 0:
			return nil, fault.New(fault.CertificateUnreadable, nil, "host", s.host)
		case len(chain) > 0 && (i == 0 || chain[0].Equal(out[0][0])):
			out = append(out, chain)
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.CertificateUnreadable, nil, "host", s.host)
	}
	return out, nil
}

// readChain reads the first certificates of a chain in PEM; nothing where one of them is none.
func readChain(text []byte) []*x509.Certificate {
	var out []*x509.Certificate
	for len(out) < maxChain {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil
		}
		out = append(out, cert)
	}
	return out
}
