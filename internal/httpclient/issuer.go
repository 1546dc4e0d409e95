package httpclient

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"certdesk/internal/fault"
)

const (
	maxIssuer      = 64 << 10 // octets of an authority's certificate
	issuerPatience = 10 * time.Second
)

// Issuer gets the certificate of an authority from the address that a certificate below it names (RFC 5280,
// 4.2.2.1): by http or https, from public addresses alone, without following anything, at most 64 KiB in ten seconds.
// By http as well: whether it is the right one is told by its signature, not by who sent it.
type Issuer struct{ client *Seller }

// NewIssuer makes the client.
func NewIssuer(o ProofOptions) *Issuer {
	if o.Proxy == nil {
		o.Proxy = func() Proxy { return Proxy{} }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	online := hasNetwork
	if o.Dial != nil {
		online = func() bool { return true }
	}
	t := newTransport(o.Options, proofLimits)
	t.DisableKeepAlives = true
	t.DialContext = o.Dial
	if o.Dial == nil {
		t.DialContext = publicOnly(o.Options)
	}
	return &Issuer{&Seller{options: o.Options, limits: proofLimits, online: online, tripper: t}}
}

// Fetch gets what is at u. Its faults are those of [Seller.Do].
func (i *Issuer) Fetch(ctx context.Context, u *url.URL) ([]byte, error) {
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return nil, fault.New(fault.ServiceRedirect, nil, "host", u.Hostname())
	}
	ctx, cancel := context.WithTimeout(ctx, issuerPatience)
	defer cancel()
	answer, err := i.client.exchange(ctx, Request{Method: http.MethodGet, URL: u, MaxBytes: maxIssuer}, u)
	switch {
	case err != nil:
		return nil, err
	case answer.Status/100 == 3:
		return nil, fault.New(fault.ServiceRedirect, statusError(answer.Status), "host", u.Hostname())
	case answer.Status != http.StatusOK:
		return nil, fault.New(fault.NotFound, statusError(answer.Status))
	}
	return answer.Body, nil
}
