package desk

import (
	"bytes"
	"context"
	"crypto/x509"
	"slices"

	"certdesk/internal/certificate"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/store"
)

// Chain is one way from a certificate up to a root, of several that its authority offers.
type Chain struct {
	End   string // the name of what it leads to
	Above int    // how many certificates it has above the own one
	Own   bool   // it is the authority's own choice
	InUse bool   // it goes into files
}

// mostChains bounds what is kept of an authority's offers.
const mostChains = 8

// chainsOf are the chains that a way in offers for a certificate, the service's own choice first; where it can't offer
// several, the one that it gives.
func chainsOf(ctx context.Context, s seller.Seller, r seller.Receipt, token secret.Value, sha256 string) ([][]*x509.Certificate, error) {
	if many, ok := s.(seller.Chainer); ok {
		return many.Chains(ctx, r, token)
	}
	one, err := s.Collect(ctx, r, token, sha256)
	return [][]*x509.Certificate{one}, err
}

// keepChains keeps the chains that are offered for a certificate, and gives the certificate with the one that is used.
// What is no chain of it, or the same again, is left out.
func (r *Refresher) keepChains(ctx context.Context, o store.Order, own certificate.Result, others [][]*x509.Certificate) (certificate.Result, error) {
	results := []certificate.Result{own}
	for _, certs := range others[:min(len(others), mostChains-1)] {
		one, err := check(o, certs, r.Now(), nil)
		if err != nil || !one.Leaf.Equal(own.Leaf) || len(one.Chain) == 0 || slices.ContainsFunc(results, func(had certificate.Result) bool {
			return slices.EqualFunc(had.Chain, one.Chain, (*x509.Certificate).Equal)
		}) {
			continue
		}
		results = append(results, one)
	}
	if len(results) < 2 {
		return own, nil
	}
	var chains [][]*x509.Certificate
	var kept [][][]byte
	for _, one := range results {
		chains = append(chains, append([]*x509.Certificate{one.Leaf}, one.Chain...))
		kept = append(kept, record("", one, false, r.Now()).Chain)
	}
	if err := r.Store.SetChains(ctx, o.ID, record("", own, false, r.Now()).SHA256, kept); err != nil {
		return own, err
	}
	return results[r.choose(ctx, o, chains)], nil
}

// choose gives which of several chains of one certificate is used: one like that of the certificate which it takes the
// place of, where the customer has chosen that; else the best.
func (r *Refresher) choose(ctx context.Context, o store.Order, chains [][]*x509.Certificate) int {
	best := certificate.BestChain(chains)
	old := o.Application.Renews.Order
	if old == "" {
		return best
	}
	certs, err := r.Store.Certificates(ctx, old)
	if err != nil {
		return best
	}
	current, ok := currentOf(certs)
	if !ok {
		return best
	}
	had, err := r.Store.Chains(ctx, old, current.SHA256)
	if err != nil || len(had) < 2 {
		return best
	}
	leaf, chain, err := parsed(current)
	if err != nil {
		return best
	}
	end := certificate.ChainEnd(append([]*x509.Certificate{leaf}, chain...))
	if i := slices.IndexFunc(chains, func(c []*x509.Certificate) bool { return certificate.ChainEnd(c) == end }); i >= 0 {
		return i
	}
	return best
}

// offered are the chains of a certificate that is in use; none where there is no choice.
func (c *core) offered(ctx context.Context, of store.Certificate) ([]Chain, error) {
	all, err := c.Store.Chains(ctx, of.OrderID, of.SHA256)
	if err != nil || len(all) < 2 {
		return nil, err
	}
	var out []Chain
	for i, ders := range all {
		one := of
		one.Chain = ders
		leaf, chain, err := parsed(one)
		if err != nil {
			return nil, err
		}
		out = append(out, Chain{
			End: certificate.ChainEnd(append([]*x509.Certificate{leaf}, chain...)), Above: len(chain), Own: i == 0,
			InUse: slices.EqualFunc(ders, of.Chain, bytes.Equal),
		})
	}
	return out, nil
}

// UseChain has another of the chains that the authority offers go into files from here on. Files that were made stay as
// they are.
func (e *Exports) UseChain(ctx context.Context, id string, i int) error {
	return e.one(id, func() error {
		certs, err := e.Store.Certificates(ctx, id)
		if err != nil {
			return err
		}
		current, ok := currentOf(certs)
		if !ok {
			return fault.New(fault.NotYet, nil)
		}
		all, err := e.Store.Chains(ctx, id, current.SHA256)
		if err != nil {
			return err
		}
		if i < 0 || i >= len(all) {
			return fault.New(fault.NotFound, nil)
		}
		if slices.EqualFunc(all[i], current.Chain, bytes.Equal) {
			return nil
		}
		current.Chain = all[i]
		if err := e.Store.AddCertificate(ctx, current); err != nil {
			return err
		}
		leaf, chain, err := parsed(current)
		if err != nil {
			return err
		}
		e.log(ctx, id, i18n.M("event.chain", "end", certificate.ChainEnd(append([]*x509.Certificate{leaf}, chain...))))
		e.changed.tell(id)
		return nil
	})
}
