package handoff

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"strings"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

// Task is the id of the one task of an order: what the customer does on the page.
const Task = "page"

// never is when a page in the browser is asked how the order stands.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// Client is the way in. Directory names sellers and knows their pages; nil: [activation.Builtin].
type Client struct{ Directory *activation.Directory }

var (
	_ seller.Seller     = Client{}
	_ seller.Browser    = Client{}
	_ seller.TokenMaker = Client{}
)

func (c Client) directory() *activation.Directory {
	if c.Directory != nil {
		return c.Directory
	}
	return activation.Builtin()
}

// Lookup says who the seller is. What was bought is on its page: the customer says it.
func (c Client) Lookup(_ context.Context, t activation.Ticket) (seller.Found, error) {
	origin := activation.PageOrigin(t.Service)
	name, homepage := c.directory().NameOf(origin)
	if name == "" {
		return seller.Found{}, fault.New(fault.SellerUnknown, nil)
	}
	return seller.Found{
		Licence: order.Licence{ID: "web", State: order.LicenceValid, SellerName: name, Web: true},
		Service: seller.Service{Origin: t.Service, Name: name, Homepage: homepage, Endpoint: origin},
	}, nil
}

// Prepare gives the request in PEM: it is what is handed over.
func (c Client) Prepare(_ order.Licence, _ order.Application, csr []byte, _ secret.Value) ([]byte, error) {
	if len(csr) == 0 {
		return nil, fault.New(fault.RequestUnreadable, nil)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr}), nil
}

// Submit sends nothing. From here on the order waits for what the customer does on the page.
func (c Client) Submit(_ context.Context, s order.Submission, keep func(seller.Receipt) error) (order.Snapshot, seller.Receipt, error) {
	receipt := seller.Receipt{Service: s.Service, NextPoll: never}
	if err := keep(receipt); err != nil {
		return order.Snapshot{}, seller.Receipt{}, err
	}
	return order.Snapshot{
		State: order.WaitingCustomer,
		Tasks: []order.Task{{ID: Task, Kind: order.WebHandoff, State: order.TaskOpen}},
	}, receipt, nil
}

// Status says that nothing is new: a page in the browser tells nothing.
func (c Client) Status(_ context.Context, r seller.Receipt, _ secret.Value) (order.Snapshot, seller.Receipt, error) {
	r.NextPoll = never
	return order.Snapshot{}, r, seller.ErrUnchanged
}

// Collect gives nothing: the customer brings it.
func (c Client) Collect(context.Context, seller.Receipt, secret.Value, string) ([]*x509.Certificate, error) {
	return nil, seller.ErrNotYet
}

// Keep is the link; and the code, behind a space, where it stood beside the link or alone.
func (c Client) Keep(t activation.Ticket) secret.Value {
	link, code := t.Link.Reveal(), t.Code.Reveal()
	defer clear(link)
	defer clear(code)
	switch {
	case len(link) == 0:
		return secret.New(code)
	case len(code) == 0 || within(string(link), string(code)):
		return secret.New(link)
	}
	return secret.FromString(string(link) + " " + string(code))
}

// within reports whether a link holds a code, as it is or escaped.
func within(link, code string) bool {
	if strings.Contains(link, code) {
		return true
	}
	plain, err := url.QueryUnescape(link)
	return err == nil && strings.Contains(plain, code)
}

// Token is what opens the page.
func (c Client) Token(_ context.Context, _ string, code secret.Value) (secret.Value, error) {
	return code, nil
}

// Page is what Keep has kept, taken apart. A page that was kept without its link is the seller's.
func (c Client) Page(service string, kept secret.Value) (seller.Page, error) {
	text := kept.Reveal()
	defer clear(text)
	link, code, _ := strings.Cut(string(text), " ")
	if !strings.Contains(link, "://") {
		link, code = c.entrance(activation.PageOrigin(service)), link
	}
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return seller.Page{}, fault.New(fault.SecretGone, nil) // the cause would quote the link
	}
	p := seller.Page{URL: link, Code: code, Host: u.Host}
	if name, _ := c.directory().NameOf(u.Scheme + "://" + u.Host); name != "" {
		p.Seller = name
	}
	if g, ok := c.directory().GuideFor(u); ok {
		p.Guide, p.Steps = g.ID, g.Steps
	}
	return p, nil
}

// entrance is where a code is entered.
func (c Client) entrance(origin string) string {
	_, h, err := activation.ParseOrigin(origin)
	if err != nil {
		return origin
	}
	if s, ok := c.directory().ByHost(h.ASCII); ok && s.Page != "" {
		return s.Page
	}
	return origin + "/"
}
