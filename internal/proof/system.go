package proof

import (
	"context"
	"net"
	"net/netip"
	"net/url"

	"certdesk/internal/httpclient"
)

// Options is what a network is made of.
type Options struct {
	HTTP httpclient.Options
	// Here gives the resolvers of this computer, each as host:port, the first first.
	Here func() ([]string, error)
	// Second gives the second resolver, asked anew each time; a zero one: there is none.
	Second func() Public
	// Port is that of single name servers, 53.
	Port uint16
	// May reports whether a single name server may be asked. Nil: those at public addresses.
	May func(netip.Addr) bool
	// Dial connects to a website instead of the system. Nil: the system, and public addresses alone.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// played says that the resolver of this computer plays the single name servers as well.
	played bool
}

// System is the network of this computer: its resolvers, the name servers of domains, and the websites that
// everybody sees.
func System(o httpclient.Options, second func() Public) Network {
	return New(Options{HTTP: o, Here: SystemServers, Second: second, Port: 53})
}

// New makes a network.
func New(o Options) Network {
	if o.May == nil {
		o.May = httpclient.Public
	}
	if o.Second == nil {
		o.Second = func() Public { return Public{} }
	}
	return network{
		&asker{
			here: o.Here, second: o.Second, port: o.Port, may: o.May, played: o.played,
			https: httpclient.NewSeller(o.HTTP), slots: make(chan struct{}, atOnce),
		},
		httpclient.NewProof(httpclient.ProofOptions{Options: o.HTTP, Dial: o.Dial}),
	}
}

// Loopback is a network of its own on this computer: one name server that plays all there are, and one web server that
// is every website. Both are host:port, asked anew each time; empty ones are not there. A zone's own servers are at
// addresses that nobody has (RFC 5737); a question to one of them goes to the same server, and says in an option whom
// it is for.
func Loopback(dns, web func() string, o httpclient.Options) Network {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		address := web()
		if address == "" {
			return nil, net.ErrClosed
		}
		return (&net.Dialer{}).DialContext(ctx, "tcp", address)
	}
	o.Proxy = func() httpclient.Proxy { return httpclient.Proxy{Mode: httpclient.ProxyNone} }
	servers := func() ([]string, error) {
		if address := dns(); address != "" {
			return []string{address}, nil
		}
		return nil, net.ErrClosed
	}
	return New(Options{HTTP: o, Here: servers, Dial: dial, May: nobodys.Contains, played: true})
}

// nobodys are addresses for examples.
var nobodys = netip.MustParsePrefix("192.0.2.0/24")

type network struct {
	*asker
	web *httpclient.Proof
}

// Fetch gets a file from a website.
func (n network) Fetch(ctx context.Context, u *url.URL) (Page, error) {
	a, err := n.web.Fetch(ctx, u)
	if err != nil {
		return Page{}, err
	}
	return Page{Status: a.Status, Type: a.Header.Get("Content-Type"), Body: a.Body, At: a.URL, Unverified: a.Unverified}, nil
}
