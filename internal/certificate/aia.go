package certificate

import (
	"bytes"
	"context"
	"crypto/x509"
	"net/url"
	"slices"

	"certdesk/internal/fault"
	"certdesk/internal/order"
)

// Fetch gets what is at an address. It is bounded, follows nothing, and goes to public addresses alone.
type Fetch func(ctx context.Context, u *url.URL) ([]byte, error)

// How many certificates above another are fetched, and how many there may be in all.
const (
	maxSteps = 4
	maxAbove = 8
)

// Only is leaf with those of pool that stand above it, in their order.
func Only(leaf *x509.Certificate, pool []*x509.Certificate) []*x509.Certificate {
	p := climb(leaf, pool)
	out := append([]*x509.Certificate{leaf}, p.chain...)
	if p.root != nil && p.root != leaf {
		out = append(out, p.root)
	}
	return out
}

// HasNames reports whether a certificate has every name that was asked for.
func HasNames(c *x509.Certificate, asked []order.Name) bool {
	missing, _ := compareNames(asked, Names(c))
	return len(missing) == 0
}

// address is where a certificate says that its issuer's is to be had (RFC 5280, 4.2.2.1).
func address(c *x509.Certificate) *url.URL {
	for _, text := range c.IssuingCertificateURL {
		u, err := url.Parse(text)
		if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && len(text) < 1024 {
			return u
		}
	}
	return nil
}

// Gap is what is missing above a certificate.
type Gap struct {
	// Host has the missing certificate; empty where none is missing or nobody is named.
	Host string
	// Sure says that one is missing for certain. Otherwise the last that is here is below no root that is known to be
	// in programs: one may be missing above it, or that root is a new or a private one.
	Sure bool
	// Below is the certificate above which it is missing; nil without a host.
	Below *x509.Certificate
}

// Whole reports whether nothing can be missing above a certificate, with those of pool: they lead to a root, or to
// what stands below one.
func Whole(leaf *x509.Certificate, pool []*x509.Certificate) bool {
	p := climb(leaf, pool)
	return p.root != nil || len(p.chain) > 0 && belowRoot(last(leaf, p.chain))
}

// Missing looks for what a certificate and those above it lack.
func Missing(leaf *x509.Certificate, chain []*x509.Certificate) Gap {
	if Whole(leaf, chain) {
		return Gap{}
	}
	p := climb(leaf, chain)
	at := last(leaf, p.chain)
	u := address(at)
	if u == nil {
		return Gap{}
	}
	return Gap{Host: u.Hostname(), Sure: len(p.chain) == 0, Below: at}
}

// last is the topmost of a certificate and those above it.
func last(leaf *x509.Certificate, chain []*x509.Certificate) *x509.Certificate {
	if len(chain) > 0 {
		return chain[len(chain)-1]
	}
	return leaf
}

// FetchIssuers gives the certificates above leaf: those of known that are, then what the addresses lead to, one after
// the other and with what is known in between, up to a root, which is left out. Each must have signed the one below
// it, and none comes twice. A step that fails after the first ends it: what is lowest is what programs lack.
//
// Nothing more than is known means that a root follows. Faults: IssuerUnreachable, IssuerOther.
func FetchIssuers(ctx context.Context, leaf *x509.Certificate, known []*x509.Certificate, fetch Fetch) ([]*x509.Certificate, error) {
	known = slices.Clone(known)
	for step := range maxSteps {
		p := climb(leaf, known)
		at := last(leaf, p.chain)
		u := address(at)
		if p.root != nil || u == nil || len(p.chain) >= maxAbove {
			return p.chain, nil
		}
		next, err := issuerAt(ctx, at, u, fetch)
		if err == nil && standsBelow(next, leaf, p.chain) {
			err = fault.New(fault.IssuerOther, nil, "host", u.Hostname())
		}
		switch {
		case err != nil && step == 0:
			return nil, err
		case err != nil:
			return p.chain, nil
		case selfSigned(next) && len(p.chain) > 0:
			return p.chain, nil
		case selfSigned(next): // a root that has issued it itself
			return []*x509.Certificate{next}, nil
		}
		known = append(known, next)
	}
	return climb(leaf, known).chain, nil
}

// standsBelow reports whether a certificate's name and key are in the chain already: two authorities that have signed
// each other would lead in a circle.
func standsBelow(c, leaf *x509.Certificate, chain []*x509.Certificate) bool {
	same := func(other *x509.Certificate) bool {
		return bytes.Equal(c.RawSubject, other.RawSubject) && bytes.Equal(c.RawSubjectPublicKeyInfo, other.RawSubjectPublicKeyInfo)
	}
	return same(leaf) || slices.ContainsFunc(chain, same)
}

// issuerAt fetches who signed a certificate: DER, PEM or a P7B (RFC 5280, 4.2.2.1).
func issuerAt(ctx context.Context, below *x509.Certificate, u *url.URL, fetch Fetch) (*x509.Certificate, error) {
	data, err := fetch(ctx, u)
	if err != nil {
		return nil, fault.New(fault.IssuerUnreachable, err, "host", u.Hostname())
	}
	certs, err := Parse(data)
	if err == nil {
		if found, _ := issuer(below, certs, nil); found != nil {
			return found, nil
		}
	}
	return nil, fault.New(fault.IssuerOther, nil, "host", u.Hostname())
}
