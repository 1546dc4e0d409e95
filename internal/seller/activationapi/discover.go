package activationapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/seller"
)

// wellKnown is where a service introduces itself (RFC 8615).
const wellKnown = "/.well-known/certificate-activation"

// maxHops is how many redirects discovery follows.
const maxHops = 3

// fresh is how long an endpoint is believed before the service is asked again.
const fresh = time.Hour

// place is where the calls of a service go.
type place struct {
	endpoint string // ends in "/"
	origin   string // of the endpoint: what a credential is bound to
	host     string // of the endpoint, as people read it
	loopback bool   // a test service on this computer, or the demo
	until    time.Time
}

// place gives the endpoint of a service, asking it where that is when it was not asked lately.
func (c *Client) place(ctx context.Context, service string) (place, error) {
	origin, _, err := c.origin(ctx, service)
	if err != nil {
		return place{}, err
	}
	c.mu.Lock()
	p, ok := c.known[origin]
	c.mu.Unlock()
	if ok && c.o.Now().Before(p.until) {
		return p, nil
	}
	_, p, err = c.discover(ctx, service)
	return p, err
}

// forget has the endpoint asked for again: it did not answer as an endpoint does.
func (c *Client) forget(p place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for origin, q := range c.known {
		if p.endpoint == q.endpoint {
			delete(c.known, origin)
		}
	}
}

func (c *Client) origin(ctx context.Context, service string) (string, activation.Host, error) {
	if service == "" {
		return "", activation.Host{}, fault.New(fault.SellerUnknown, nil)
	}
	origin, err := c.o.Resolve(ctx, service)
	if err != nil {
		return "", activation.Host{}, atHost(err, service)
	}
	return activation.ParseOrigin(origin)
}

// discover asks a service to introduce itself. The outcomes are the contract's: a service; a fault
// ServiceWebOnly (404, 410, what is no JSON, a redirect elsewhere: used in the browser); ServiceNewer; any
// other fault is no hand-off, it can be tried again.
func (c *Client) discover(ctx context.Context, service string) (activation.Discovery, place, error) {
	origin, host, err := c.origin(ctx, service)
	if err != nil {
		return activation.Discovery{}, place{}, err
	}
	rep, err := c.introduce(ctx, origin, host)
	if err != nil {
		return activation.Discovery{}, place{}, err
	}
	d, err := activation.ParseDiscovery(rep.Body, origin)
	if err != nil {
		return activation.Discovery{}, place{}, err
	}
	endpoint, err := originOf(d.Endpoint)
	if err != nil {
		return activation.Discovery{}, place{}, fault.New(fault.ServiceBroken, nil, "host", host.Display)
	}
	p := place{
		endpoint: d.Endpoint, origin: endpoint, host: d.EndpointHost.Display,
		loopback: d.EndpointHost.Loopback, until: c.o.Now().Add(fresh),
	}
	c.mu.Lock()
	c.known[origin] = p
	c.mu.Unlock()
	return d, p, nil
}

func (c *Client) introduce(ctx context.Context, origin string, host activation.Host) (*httpclient.Response, error) {
	at, err := url.Parse(origin + wellKnown)
	if err != nil {
		return nil, fault.New(fault.LinkUnreadable, nil, "host", host.Display)
	}
	rep, err := c.o.HTTP.Do(ctx, httpclient.Request{
		Method: http.MethodGet, URL: at, Header: c.header(jsonType),
		MaxBytes: maxAnswer, MaxRedirects: maxHops, MayFollow: mayFollow(origin, host), Repeatable: true,
	})
	webOnly := fault.New(fault.ServiceWebOnly, nil, "host", host.Display)
	switch {
	case fault.Is(err, fault.ServiceRedirect):
		return nil, webOnly
	case err != nil:
		return nil, atHost(err, host.Display)
	case rep.Status/100 == 2:
		return rep, nil // whether it is JSON is told by its first byte: files without an ending have no type
	case rep.Status == http.StatusTooManyRequests:
		return nil, busy(rep.Header, c.o.Now(), host.Display)
	case rep.Status == http.StatusRequestTimeout:
		return nil, fault.New(fault.ServiceSlow, nil, "host", host.Display)
	case rep.Status/100 == 5:
		return nil, fault.New(fault.ServiceDown, nil, "host", host.Display)
	}
	return nil, webOnly
}

// mayFollow allows redirects by https within the registered domain of the link's host; for an IP address,
// and for a test service on plain http, within the same origin.
func mayFollow(origin string, host activation.Host) func(*url.URL) bool {
	return func(to *url.URL) bool {
		target, h, err := activation.ParseOrigin(to.Scheme + "://" + to.Host)
		switch {
		case err != nil || to.User != nil:
			return false
		case target == origin:
			return true
		case to.Scheme != "https" || host.IP || h.IP:
			return false
		}
		return order.Domain{ASCII: host.ASCII}.SameRegistered(order.Domain{ASCII: h.ASCII})
	}
}

// originOf cuts an endpoint, as package activation has approved it, down to its origin.
func originOf(endpoint string) (string, error) {
	scheme, rest, _ := strings.Cut(endpoint, "://")
	host, _, _ := strings.Cut(rest, "/")
	origin, _, err := activation.ParseOrigin(scheme + "://" + host)
	return origin, err
}

func serviceOf(name string, d activation.Discovery) seller.Service {
	s := seller.Service{Origin: name, Name: d.Name, Homepage: d.Homepage, Endpoint: d.Endpoint}
	for _, w := range d.Support {
		s.Support = append(s.Support, seller.Support(w))
	}
	return s
}
