package desk

import (
	"context"
	"crypto/x509"
	"errors"

	"certdesk/internal/certificate"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/store"
)

// Serve looks which certificates a website sends. Why it can't say is one of the errors below.
type Serve func(ctx context.Context, host string) ([]*x509.Certificate, error)

// Why nothing is served.
var (
	ErrNoHost      = errors.New("desk: the name has no address")
	ErrPrivateHost = errors.New("desk: the address is not a public one")
	ErrSilentHost  = errors.New("desk: nobody answers there")
	ErrNoTLS       = errors.New("desk: no TLS there")
)

// Websites looks, at the customer's press, which certificate a website serves.
type Websites struct{ *core }

// Hosts are the names at which an order's website can be looked at; none where nothing can be looked at: for other
// products, in the demo, whose websites have no HTTPS, and before there is a certificate.
func (w *Websites) Hosts(o store.Order, c store.Certificate) []string {
	if w.Serve == nil || o.Licence.Product.Type != order.TLS {
		return nil
	}
	leaf, _, err := parsed(c)
	if err != nil {
		return nil
	}
	return certificate.Hosts(leaf)
}

// Look connects to a name and compares what it serves with the order's certificate. Only Cancelled and NotYet are
// faults: that a website does not answer is a finding.
func (w *Websites) Look(ctx context.Context, id, host string) ([]certificate.Finding, error) {
	all, err := w.Store.Certificates(ctx, id)
	if err != nil {
		return nil, err
	}
	kept, ok := currentOf(all)
	if !ok || w.Serve == nil {
		return nil, fault.New(fault.NotYet, nil)
	}
	leaf, chain, err := parsed(kept)
	if err != nil {
		return nil, err
	}
	sent, err := w.Serve(ctx, host)
	if err == nil {
		return certificate.JudgeServed(host, sent, leaf, chain, w.Now()), nil
	}
	if ctx.Err() != nil {
		return nil, fault.New(fault.Cancelled, ctx.Err())
	}
	why := "served-silent"
	switch {
	case errors.Is(err, ErrNoHost):
		why = "served-no-host"
	case errors.Is(err, ErrPrivateHost):
		why = "served-private"
	case errors.Is(err, ErrNoTLS):
		why = "served-no-tls"
	}
	return []certificate.Finding{noteOf(why, true, "name", host)}, nil
}
