package proof

import (
	"context"
	"net"
	"net/url"

	"certdesk/internal/httpclient"
)

// System is the network of this computer: its name servers, and the websites that everybody sees.
func System(o httpclient.Options) Network {
	return network{NewResolver(SystemServers), httpclient.NewProof(httpclient.ProofOptions{Options: o})}
}

// Loopback is a network of its own on this computer: one name server that knows all there is, and one web
// server that is every website. Both are host:port, asked anew each time; empty ones are not there.
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
	return network{NewResolver(servers), httpclient.NewProof(httpclient.ProofOptions{Options: o, Dial: dial})}
}

type network struct {
	*Resolver
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
