package activationapi

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"

	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/wire"
)

// state is what a receipt holds of this way in.
type state struct {
	ETag string `json:"etag,omitempty"` // of the last order that was given as a snapshot
}

// strong is a strong entity tag (RFC 9110, 8.8.3), which If-Match needs.
var strong = regexp.MustCompile(`^"[\x21\x23-\x7e]{1,200}"$`)

func etag(r seller.Receipt) string {
	var s state
	if json.Unmarshal(r.State, &s) != nil || !strong.MatchString(s.ETag) {
		return ""
	}
	return s.ETag
}

func withETag(r seller.Receipt, h http.Header) seller.Receipt {
	tag := h.Get("ETag")
	if !strong.MatchString(tag) {
		r.State = nil
		return r
	}
	r.State, _ = json.Marshal(state{ETag: tag}) // a struct of one string
	return r
}

// Status asks how an order stands. [seller.ErrUnchanged] comes without a snapshot, but with the receipt that
// replaces the one given; so does a fault ServiceBusy or ServiceDown with the service's Retry-After in it.
func (c *Client) Status(ctx context.Context, r seller.Receipt, token secret.Value) (order.Snapshot, seller.Receipt, error) {
	p, err := c.order(ctx, r)
	if err != nil {
		return order.Snapshot{}, r, err
	}
	rep, err := c.do(ctx, p, call{
		method: http.MethodGet, path: orderPath(r.ID), credential: token, ifNoneMatch: etag(r),
	})
	if err != nil {
		return order.Snapshot{}, r, err
	}
	if rep.Status == http.StatusNotModified && etag(r) != "" {
		r.NextPoll = poll(rep.Header, c.o.Now())
		return order.Snapshot{}, r, seller.ErrUnchanged
	}
	return c.snapshot(p, r, rep)
}

// order gives the place of a receipt whose order can be asked for.
func (c *Client) order(ctx context.Context, r seller.Receipt) (place, error) {
	p, err := c.place(ctx, r.Service)
	if err == nil && !usableID(r.ID) {
		err = fault.New(fault.NotFound, nil, "host", p.host)
	}
	return p, err
}

// snapshot reads an answer that holds the order.
func (c *Client) snapshot(p place, r seller.Receipt, rep *httpclient.Response) (order.Snapshot, seller.Receipt, error) {
	var w wire.Order
	if err := c.get(p, rep, &w); err != nil {
		if d, ok := retryAfter(rep.Header, c.o.Now()); ok && c.o.Now().Add(max(d, minPoll)).After(r.NextPoll) {
			r.NextPoll = c.o.Now().Add(max(d, minPoll))
		}
		return order.Snapshot{}, r, err
	}
	s := p.snapshot(w)
	if s.ID != r.ID || s.State == "" {
		return order.Snapshot{}, r, fault.New(fault.ServiceBroken, nil, "host", p.host)
	}
	r = withETag(r, rep.Header)
	r.NextPoll = poll(rep.Header, c.o.Now())
	s.ETag = etag(r)
	if t, err := http.ParseTime(rep.Header.Get("Date")); err == nil {
		s.ServerDate = &t
	}
	return s, r, nil
}
