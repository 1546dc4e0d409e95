package activationapi

import (
	"context"
	"net/http"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/wire"
)

// How long Submit waits for its own earlier request that the service is still at work on.
const (
	maxTries   = 3
	maxPatient = 10 * time.Second
)

// Submit sends a frozen application. Where the answer was cut off, or the service is still at work on the
// same request, it waits a moment, or as told, and sends the same again: at most twice, at most ten seconds
// apart. After that, and after everything else that is no final answer, the repeat is the caller's.
//
// A code that has been used is asked after: where the order's token opens the order, it is this one, whose
// answer was lost, and its receipt is given. keep is called once, with the receipt, before Submit returns.
func (c *Client) Submit(ctx context.Context, s order.Submission, keep func(seller.Receipt) error) (seller.Receipt, error) {
	p, err := c.place(ctx, s.Service)
	if err != nil {
		return seller.Receipt{}, err
	}
	q := call{method: http.MethodPost, path: "orders", credential: s.Code, key: s.IdempotencyKey, body: s.Body}
	var rep *httpclient.Response
	for try := 1; ; try++ {
		rep, err = c.do(ctx, p, q)
		pause, again := c.again(rep, err)
		if !again || try == maxTries {
			break
		}
		if err := c.o.Wait(ctx, pause); err != nil {
			return seller.Receipt{}, atHost(err, p.host)
		}
	}
	if err != nil {
		return seller.Receipt{}, err
	}
	receipt, err := c.submitted(ctx, p, s, rep)
	if err != nil {
		return seller.Receipt{}, err
	}
	if err := keep(receipt); err != nil {
		return receipt, err
	}
	return receipt, nil
}

// again reports whether the same is to be sent again, and after how long.
func (c *Client) again(rep *httpclient.Response, err error) (time.Duration, bool) {
	if err != nil {
		return time.Second, fault.Is(err, fault.ServiceCut)
	}
	if rep.Status != http.StatusConflict || typeOf(problemOf(rep)) != wire.ProblemTypeRequestInProgress {
		return 0, false
	}
	d, ok := retryAfter(rep.Header, c.o.Now())
	if !ok {
		d = time.Second
	}
	return min(d, maxPatient), true
}

// submitted reads the answer to a submission.
func (c *Client) submitted(ctx context.Context, p place, s order.Submission, rep *httpclient.Response) (seller.Receipt, error) {
	if rep.Status/100 == 2 {
		var w wire.Order
		if err := c.get(p, rep, &w); err != nil {
			return seller.Receipt{}, err
		}
		if !usableID(w.ID) {
			return seller.Receipt{}, fault.New(fault.ServiceBroken, nil, "host", p.host)
		}
		// No ETag yet: the next look must bring the whole order.
		return seller.Receipt{Service: s.Service, ID: w.ID, NextPoll: poll(rep.Header, c.o.Now())}, nil
	}
	doc, f := c.problem(p, rep)
	if !final(rep.Status, doc) {
		return seller.Receipt{}, f
	}
	refusal := &seller.Refusal{Fault: f, Fields: fields(doc)}
	if doc.Type != wire.ProblemTypeCodeUsed || !usableID(text(doc.OrderID)) {
		return seller.Receipt{}, refusal
	}
	r := seller.Receipt{Service: s.Service, ID: text(doc.OrderID)}
	_, r, err := c.Status(ctx, r, s.Token)
	switch {
	case fault.Is(err, fault.NotFound), fault.Is(err, fault.Unauthorized):
		return seller.Receipt{}, refusal
	case err != nil:
		return seller.Receipt{}, err
	}
	r.State = nil // the next look must bring the whole order
	return r, nil
}
