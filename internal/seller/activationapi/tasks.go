package activationapi

import (
	"context"
	"encoding/json"
	"net/http"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/wire"
)

// Check asks the service to look at a task now.
//
// Check, Resend, Choose and Cancel are for the order as the receipt last saw it; a receipt that has not seen it looks
// first. When the order has changed since, the fault is ChangedElsewhere, and what the service sent along as
// its present state comes with it (a zero Snapshot when it sent nothing): show it, and ask again under a new
// key.
func (c *Client) Check(ctx context.Context, r seller.Receipt, token secret.Value, task string, key string) (order.Snapshot, seller.Receipt, error) {
	return c.change(ctx, r, token, call{key: key}, "tasks", task, "check")
}

// Resend has the mail of a task sent again, to another of its allowed addresses unless to is empty.
func (c *Client) Resend(ctx context.Context, r seller.Receipt, token secret.Value, task, to string, key string) (order.Snapshot, seller.Receipt, error) {
	body, err := json.Marshal(wire.Resend{Email: optional(to)})
	if err != nil {
		return order.Snapshot{}, r, fault.New(fault.Unexpected, nil)
	}
	return c.change(ctx, r, token, call{key: key, body: body}, "tasks", task, "resend")
}

// Choose has a name proved by another method of its task.
func (c *Client) Choose(ctx context.Context, r seller.Receipt, token secret.Value, task, method string, key string) (order.Snapshot, seller.Receipt, error) {
	body, err := json.Marshal(wire.Choice{Method: wire.ProofChoice(method)})
	if err != nil {
		return order.Snapshot{}, r, fault.New(fault.Unexpected, nil)
	}
	return c.change(ctx, r, token, call{key: key, body: body}, "tasks", task, "choose")
}

// Cancel cancels the order before issue.
func (c *Client) Cancel(ctx context.Context, r seller.Receipt, token secret.Value, key string) (order.Snapshot, seller.Receipt, error) {
	return c.change(ctx, r, token, call{key: key}, "cancel")
}

func (c *Client) change(ctx context.Context, r seller.Receipt, token secret.Value, q call, path ...string) (order.Snapshot, seller.Receipt, error) {
	p, err := c.order(ctx, r)
	if err != nil {
		return order.Snapshot{}, r, err
	}
	for _, segment := range path {
		if !usableID(segment) {
			return order.Snapshot{}, r, fault.New(fault.NotFound, nil, "host", p.host)
		}
	}
	if etag(r) == "" {
		if _, r, err = c.Status(ctx, r, token); err != nil {
			return order.Snapshot{}, r, err
		}
		if etag(r) == "" {
			return order.Snapshot{}, r, fault.New(fault.ServiceBroken, nil, "host", p.host)
		}
	}
	q.method, q.path, q.credential, q.ifMatch = http.MethodPost, orderPath(r.ID, path...), token, etag(r)
	rep, err := c.do(ctx, p, q)
	if err != nil {
		return order.Snapshot{}, r, err
	}
	if rep.Status != http.StatusPreconditionFailed {
		return c.snapshot(p, r, rep)
	}
	doc, f := c.problem(p, rep)
	if doc == nil || doc.Order == nil {
		return order.Snapshot{}, r, f
	}
	s := p.snapshot(*doc.Order)
	if s.ID != r.ID || s.State == "" {
		return order.Snapshot{}, r, f
	}
	r = withETag(r, rep.Header)
	s.ETag = etag(r)
	return s, r, f
}
