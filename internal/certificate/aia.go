package certificate

import (
	"context"
	"crypto/x509"
	"net/url"
	"slices"

	"certdesk/internal/fault"
	"certdesk/internal/order"
)

// Fetch gets what is at an address. It is bounded, follows nothing, and goes to public addresses alone.
type Fetch func(ctx context.Context, u *url.URL) ([]byte, error)

// maxSteps is how many certificates above another are fetched.
const maxSteps = 4

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

// top is the last of a certificate's chain, and whether anything could be missing above it. What a chain ends with is
// below a root, which programs have; so only a chain of nobody is known to lack something.
func top(leaf *x509.Certificate, chain []*x509.Certificate) (*x509.Certificate, bool) {
	p := climb(leaf, chain)
	if p.root != nil || len(p.chain) > 0 {
		return leaf, false
	}
	return leaf, true
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

// IssuerHost is the host that has the certificate missing above leaf; empty where none is missing or none is named.
func IssuerHost(leaf *x509.Certificate, chain []*x509.Certificate) string {
	if _, missing := top(leaf, chain); !missing {
		return ""
	}
	if u := address(leaf); u != nil {
		return u.Hostname()
	}
	return ""
}

// FetchIssuers gives the certificates above leaf: those of chain that are, then what the addresses lead to, up to a
// root, which is left out. Each must have signed the one below it. A step that fails after the first ends it: the
// issuer's is what programs lack.
//
// Faults: IssuerUnreachable, IssuerOther.
func FetchIssuers(ctx context.Context, leaf *x509.Certificate, chain []*x509.Certificate, fetch Fetch) ([]*x509.Certificate, error) {
	out := slices.Clone(climb(leaf, chain).chain)
	for step := range maxSteps {
		at := leaf
		if len(out) > 0 {
			at = out[len(out)-1]
		}
		u := address(at)
		if u == nil {
			break
		}
		next, err := issuerAt(ctx, at, u, fetch)
		switch {
		case err != nil && step == 0:
			return nil, err
		case err != nil, selfSigned(next) && step > 0, slices.ContainsFunc(out, next.Equal):
			return out, nil
		}
		out = append(out, next)
		if selfSigned(next) { // a root that has issued it itself
			break
		}
	}
	return out, nil
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
