package httpclient

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"certdesk/internal/fault"
)

// MaxAnswer is how large the answer of a service may be, in bytes after decompression.
const MaxAnswer = 1 << 20

// Options are what the clients of this package need from outside.
type Options struct {
	// Proxy says how to get out of this network. It is asked anew for each connection. Nil: as the
	// environment says.
	Proxy func() Proxy
	// UserAgent is sent with each request: "Certdesk/VERSION".
	UserAgent string
	// RootCAs replace the roots of the operating system, in tests.
	RootCAs *x509.CertPool
	// Now and Sleep are the clock by which requests are repeated; nil: the system's. Sleep returns early
	// with an error when the context ends.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
}

// Seller talks to sellers' services. It is safe for concurrent use.
type Seller struct {
	options Options
	limits  limits
	online  func() bool
	tripper http.RoundTripper
}

// Credential is what opens a service, and the only place where it may be sent.
type Credential struct {
	// Origin is scheme, host and port: "https://shop.example.ch". A default port may be left out.
	Origin string
	// Apply puts the credential into the headers. It is called once for each attempt, after the origin
	// was compared.
	Apply func(http.Header)
}

// Request is one call.
type Request struct {
	Method string
	URL    *url.URL // a fragment is not sent
	// Header is sent as it is. Authorization, Cookie and Referer are refused: the first belongs to
	// Credential, the others to nobody.
	Header     http.Header
	Body       []byte
	Credential *Credential
	// Repeatable says that the service takes these bytes twice as once: a GET, or a call with an
	// idempotency key.
	Repeatable bool
	// MaxBytes limits the answer after decompression; 0 is MaxAnswer.
	MaxBytes int64
	// MaxRedirects is how many redirects a GET without credential may follow, each to an address that
	// MayFollow allows; a nil MayFollow allows none.
	MaxRedirects int
	MayFollow    func(*url.URL) bool
}

// Response is a whole answer, of whatever status but a redirect.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	URL    *url.URL // where the answer came from, after redirects
	// RetryAfter is how long the service asks us to wait; 0 when it did not say.
	RetryAfter time.Duration
}

// NewSeller makes the client for sellers' services.
func NewSeller(o Options) *Seller {
	if o.Proxy == nil {
		o.Proxy = func() Proxy { return Proxy{} }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	l := sellerLimits
	return &Seller{options: o, limits: l, online: hasNetwork, tripper: newTransport(o, l)}
}

// errMisuse is a mistake of the program, not of a service.
var errMisuse = errors.New("httpclient: this header is set by the client alone")

// Do sends r and reads the whole answer. An answer with any status but a redirect is no error here; see
// [Response.Fault] for what 429 and 5xx mean. 304 is an answer, not a redirect.
func (s *Seller) Do(ctx context.Context, r Request) (*Response, error) {
	for _, h := range []string{"Authorization", "Cookie", "Referer"} {
		if r.Header.Get(h) != "" {
			return nil, fault.New(fault.Unexpected, errMisuse)
		}
	}
	if err := sendable(r.URL); err != nil {
		return nil, err
	}
	if c := r.Credential; c != nil && !sameOrigin(c.Origin, r.URL) {
		return nil, fault.New(fault.ServiceElsewhere, errForeignOrigin, "host", r.URL.Host)
	}
	return s.repeat(ctx, r)
}

var (
	errForeignOrigin = errors.New("httpclient: the credential belongs to another origin")
	errPlain         = errors.New("httpclient: neither https nor http to a literal loopback address")
	errNoHost        = errors.New("httpclient: no host, or a user name before it")
)

// sendable checks what may stand in the URL of any request.
func sendable(u *url.URL) error {
	if u == nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return fault.New(fault.LinkUnreadable, errNoHost)
	}
	if u.Scheme == "https" || u.Scheme == "http" && literalLoopback(u.Hostname()) {
		return nil
	}
	return fault.New(fault.LinkInsecure, errPlain)
}

// literalLoopback reports whether host is 127.0.0.1 or ::1, written as an address.
func literalLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && (a == netip.AddrFrom4([4]byte{127, 0, 0, 1}) || a == netip.IPv6Loopback())
}

// sameOrigin compares scheme, host and port (RFC 6454 section 5).
func sameOrigin(origin string, u *url.URL) bool {
	o, err := url.Parse(origin)
	return err == nil && o.Hostname() != "" && o.User == nil &&
		strings.EqualFold(o.Scheme, u.Scheme) &&
		strings.EqualFold(o.Hostname(), u.Hostname()) &&
		port(o) == port(u)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case strings.EqualFold(u.Scheme, "https"):
		return "443"
	default:
		return "80"
	}
}

// Fault says what an answer of 429 (the service asks us to wait) or 5xx (it has a problem) means; any other
// status is nil here and the caller's to read.
func (r *Response) Fault() error {
	switch {
	case r.Status == http.StatusTooManyRequests:
		wait := r.RetryAfter
		if wait == 0 {
			wait = time.Minute
		}
		return fault.New(fault.ServiceBusy, statusError(r.Status), "host", r.URL.Host, "wait", wait)
	case r.Status >= 500:
		return fault.New(fault.ServiceDown, statusError(r.Status), "host", r.URL.Host)
	}
	return nil
}
