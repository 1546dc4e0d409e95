package acme

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

// Account is the account of an order at its directory.
func (c *Client) Account(r seller.Receipt) string {
	var st state
	if json.Unmarshal(r.State, &st) != nil {
		return ""
	}
	return st.Account
}

// Check tells the directory that a name can be proved now. It looks once for each order of its own, so nothing
// but a press leads here; where that order has ended, another one is made, with new values.
func (c *Client) Check(ctx context.Context, r seller.Receipt, token secret.Value, task string, _ string) (order.Snapshot, seller.Receipt, error) {
	s, st, err := c.open(ctx, r, token)
	if err != nil {
		return order.Snapshot{}, r, err
	}
	if st.Ended != "" {
		return s.answered(r, &st, s.renew(ctx, &st, nil))
	}
	return s.answered(r, &st, s.check(ctx, &st, task))
}

func (s *session) check(ctx context.Context, st *state, task string) error {
	p, err := st.find(task)
	if err != nil {
		return err
	}
	a, err := s.authorization(ctx, st, p.URL)
	if err != nil {
		if s.gone(err) {
			s.end(st, endedExpired)
			return nil
		}
		return s.orLost(ctx, st, err)
	}
	ch := challengeOf(a, p.Task.Method)
	if a.Status == acme.StatusPending && ch != nil && ch.Status == acme.StatusPending {
		if _, err := s.acme.InitiateChallenge(ctx, s.account, *ch); err != nil {
			return err
		}
		p.Asked = s.c.o.Now()
		s.stamp(p, taskOf(a, p.Task.Method))
		return nil
	}
	s.stamp(p, taskOf(a, p.Task.Method))
	return s.look(ctx, st)
}

// Choose has a name proved by another method, or makes new values where the directory's order has ended.
func (c *Client) Choose(ctx context.Context, r seller.Receipt, token secret.Value, task, method string, _ string) (order.Snapshot, seller.Receipt, error) {
	s, st, err := c.open(ctx, r, token)
	if err != nil {
		return order.Snapshot{}, r, err
	}
	if st.Ended != "" {
		return s.answered(r, &st, s.renew(ctx, &st, map[string]string{task: method}))
	}
	return s.answered(r, &st, s.choose(ctx, &st, task, method))
}

func (s *session) choose(ctx context.Context, st *state, task, method string) error {
	p, err := st.find(task)
	if err != nil {
		return err
	}
	if !slices.Contains(p.Task.Methods, method) || p.Task.State == order.TaskSubmitted {
		return fault.New(fault.TaskState, nil)
	}
	a, err := s.authorization(ctx, st, p.URL)
	if err != nil {
		if s.gone(err) {
			s.end(st, endedExpired)
			return nil
		}
		return s.orLost(ctx, st, err)
	}
	p.Asked = time.Time{}
	s.stamp(p, taskOf(a, method))
	return nil
}

// renew makes the next order of the directory for the same names and the same request.
func (s *session) renew(ctx context.Context, st *state, method map[string]string) error {
	if method == nil {
		method = map[string]string{}
	}
	last := map[string]*order.TaskResult{}
	for _, p := range st.Proofs {
		if method[p.Name] == "" {
			method[p.Name] = p.Task.Method
		}
		last[p.Name] = p.Task.LastResult
	}
	if err := s.newOrder(ctx, st); err != nil {
		return s.orLost(ctx, st, err)
	}
	if err := s.proofs(ctx, st, method); err != nil {
		return err
	}
	for i := range st.Proofs {
		if p := &st.Proofs[i]; p.Task.State != order.TaskDone && p.Task.LastResult == nil {
			p.Task.LastResult = last[p.Name]
		}
	}
	return nil
}

// Resend has no meaning here: no e-mail is sent.
func (c *Client) Resend(_ context.Context, r seller.Receipt, _ secret.Value, _, _ string, _ string) (order.Snapshot, seller.Receipt, error) {
	return order.Snapshot{}, r, fault.New(fault.TaskState, nil)
}

// Cancel gives an order up: what is not proved is deactivated (RFC 8555 7.5.2), so that nobody can go on with it.
func (c *Client) Cancel(ctx context.Context, r seller.Receipt, token secret.Value, _ string) (order.Snapshot, seller.Receipt, error) {
	s, st, err := c.open(ctx, r, token)
	if err != nil {
		return order.Snapshot{}, r, err
	}
	if st.Certificate != "" {
		return order.Snapshot{}, r, fault.New(fault.OrderState, nil)
	}
	if st.Ended == "" {
		for _, p := range st.Proofs {
			if p.Task.State == order.TaskDone {
				continue
			}
			if _, err := s.acme.DeactivateAuthorization(ctx, s.account, p.URL); err != nil && !s.gone(err) {
				if err = s.orLost(ctx, &st, err); err != nil {
					return order.Snapshot{}, r, s.fault(err)
				}
				break // the account was closed: so is all that it had
			}
		}
	}
	st.State = order.ServiceCancelled
	return s.answered(r, &st, nil)
}

func (st *state) find(task string) (*proof, error) {
	i := slices.IndexFunc(st.Proofs, func(p proof) bool { return p.Name == task })
	if i < 0 {
		return nil, fault.New(fault.NotFound, nil)
	}
	return &st.Proofs[i], nil
}

func (c *Client) findService(ctx context.Context, service string) (seller.Account, bool, error) {
	directory, keyID, _ := activation.SplitACME(service)
	return c.find(ctx, directory, keyID)
}

// reasons are those of RFC 5280 5.3.1.
var reasons = map[order.Revocation]int{
	order.KeyCompromised: acme.ReasonKeyCompromise, order.Superseded: acme.ReasonSuperseded, order.NoLongerUsed: acme.ReasonCessationOfOperation,
}

// Revoke revokes the certificate with the account's key.
func (c *Client) Revoke(ctx context.Context, r seller.Receipt, token secret.Value, why order.Revocation, _ string) (order.Snapshot, seller.Receipt, error) {
	s, st, err := c.open(ctx, r, token)
	if err != nil {
		return order.Snapshot{}, r, err
	}
	if st.Certificate == "" || st.About == nil {
		return order.Snapshot{}, r, fault.New(fault.OrderState, nil)
	}
	all, err := s.chains(ctx, st.Certificate)
	if err != nil {
		return order.Snapshot{}, r, s.fault(err)
	}
	return s.revoked(r, &st, s.acme.RevokeCertificate(ctx, s.account, all[0][0], nil, reasons[why]))
}

// RevokeByKey revokes a certificate with its own key (RFC 8555 7.6), without the account.
func (c *Client) RevokeByKey(ctx context.Context, r seller.Receipt, leaf *x509.Certificate, key crypto.Signer, why order.Revocation) (order.Snapshot, seller.Receipt, error) {
	var st state
	if json.Unmarshal(r.State, &st) != nil || st.About == nil {
		return order.Snapshot{}, r, fault.New(fault.OrderState, nil)
	}
	s, err := c.session(r.Service, nil, "")
	if err != nil {
		return order.Snapshot{}, r, err
	}
	return s.revoked(r, &st, s.acme.RevokeCertificate(ctx, s.account, leaf, key, reasons[why]))
}

// revoked is the order once its certificate is; one that was before is no failure.
func (s *session) revoked(r seller.Receipt, st *state, err error) (order.Snapshot, seller.Receipt, error) {
	var p acme.Problem
	if err != nil && !(errors.As(err, &p) && p.Type == acme.ProblemTypeAlreadyRevoked) {
		return order.Snapshot{}, r, s.fault(err)
	}
	now := s.c.o.Now()
	st.State, st.Renewal = order.ServiceRevoked, nil
	st.About.State, st.About.RevokedAt = "previous", &now
	return s.answered(r, st, nil)
}
