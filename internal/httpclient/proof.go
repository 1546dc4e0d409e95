package httpclient

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"certdesk/internal/fault"
)

const (
	maxProof      = 64 << 10 // bytes of a file that proves a name, after decompression
	proofPatience = 10 * time.Second
	maxHops       = 10 // redirects that are followed
)

var proofLimits = limits{connect: 5 * time.Second, idle: 10 * time.Second, total: proofPatience}

// Causes of faults that only [Proof] has.
var (
	// ErrPrivateAddress says that a website lies at an address that is not everybody's (a private network,
	// this computer), where no authority can see it.
	ErrPrivateAddress = errors.New("httpclient: the address is not a public one")
	// ErrNoSuchHost says that a name has no address.
	ErrNoSuchHost = errNoSuchHost
	// ErrOtherPort says that a redirect leads to a port at which no authority looks.
	ErrOtherPort = errors.New("httpclient: neither port 80 nor port 443")
)

// ProofOptions are what [Proof] needs from outside.
type ProofOptions struct {
	Options
	// Dial connects to a website instead of the system; addresses are then not judged. Nil: the system, and
	// public addresses alone.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Proof gets the files by which websites are proved, as a certificate authority does (CA/B BR 3.2.2.4.18):
// http and https at ports 80 and 443, at most ten redirects of 301, 302, 307 and 308; only from public
// addresses, judged when they are dialled, so that no name can lead into the customer's own network. At most
// 64 KiB, ten seconds for everything. It sends no credential, cookie or referrer.
type Proof struct {
	strict, lax *Seller // lax takes any certificate, for addresses that a redirect led to
}

// ProofAnswer is a website's answer.
type ProofAnswer struct {
	Response
	Unverified bool // a certificate on the way was not right, which authorities don't mind
}

// NewProof makes the client.
func NewProof(o ProofOptions) *Proof {
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
	client := func(lax bool) *Seller {
		t := newTransport(o.Options, proofLimits)
		t.DisableKeepAlives = true
		t.TLSClientConfig.InsecureSkipVerify = lax // what is fetched is public and compared; see Unverified
		t.DialContext = o.Dial
		if o.Dial == nil {
			t.DialContext = publicOnly(o.Options)
		}
		return &Seller{options: o.Options, limits: proofLimits, online: online, tripper: t}
	}
	return &Proof{strict: client(false), lax: client(true)}
}

// publicOnly dials public addresses, and whatever address the proxy has.
func publicOnly(o Options) func(ctx context.Context, network, address string) (net.Conn, error) {
	proxied := func(address string) bool {
		host, portNumber, err := net.SplitHostPort(address)
		if err != nil {
			return false
		}
		for _, scheme := range []string{"http", "https"} { // where a request to a website would go
			via, err := o.Proxy().of(&http.Request{URL: &url.URL{Scheme: scheme, Host: "example.com"}})
			if err == nil && via != nil && via.Hostname() == host && port(via) == portNumber {
				return true
			}
		}
		return false
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		d := net.Dialer{Timeout: proofLimits.connect}
		if !proxied(address) {
			d.Control = func(_, address string, _ syscall.RawConn) error {
				a, err := netip.ParseAddrPort(address)
				if err != nil || !Public(a.Addr()) {
					return ErrPrivateAddress
				}
				return nil
			}
		}
		return d.DialContext(ctx, network, address)
	}
}

// notPublic are blocks that net/netip has no word for: shared address space (RFC 6598), protocol assignments
// and documentation (RFC 6890, 5737, 3849), benchmarks (RFC 2544), reserved (RFC 1112), translation into
// private IPv4 (RFC 8215), discard (RFC 6666).
var notPublic = func() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "240.0.0.0/4", "64:ff9b:1::/48", "100::/64", "2001:db8::/32",
	} {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}()

// Public reports whether an address is one that everybody can reach.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Fetch gets u and follows its redirects. Any status but a redirect is an answer. Its faults are those of
// [Seller.Do]; a redirect that an authority does not follow is a ServiceRedirect.
func (p *Proof) Fetch(ctx context.Context, u *url.URL) (ProofAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, proofPatience)
	defer cancel()
	unverified := false
	at := u
	for hops := 0; ; hops++ {
		if !fetchable(at) {
			var cause error
			if hops > 0 && isWeb(at) {
				cause = ErrOtherPort
			}
			return ProofAnswer{}, fault.New(fault.ServiceRedirect, cause, "host", u.Host)
		}
		r := Request{Method: http.MethodGet, URL: at, MaxBytes: maxProof}
		answer, err := p.strict.exchange(ctx, r, at)
		if hops > 0 && fault.Is(err, fault.ServiceTLS) {
			unverified = true
			answer, err = p.lax.exchange(ctx, r, at)
		}
		if err != nil {
			return ProofAnswer{}, err
		}
		if answer.Status < 300 || answer.Status > 399 || answer.Status == http.StatusNotModified {
			return ProofAnswer{*answer, unverified}, nil
		}
		next := redirect(answer)
		if next == nil || answer.Status == http.StatusSeeOther || hops >= maxHops {
			return ProofAnswer{}, fault.New(fault.ServiceRedirect, statusError(answer.Status), "host", at.Host)
		}
		at = next
	}
}

// fetchable reports whether an authority would fetch an address.
func fetchable(u *url.URL) bool {
	return isWeb(u) && (port(u) == "80" || port(u) == "443")
}

func isWeb(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil && u.Opaque == ""
}
