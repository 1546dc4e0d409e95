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
//
// The snapshot is what the answer says. The answer to a repetition is that of the first time, so the receipt
// has no ETag: the next look brings the whole order, whatever has happened since.
func (c *Client) Submit(ctx context.Context, s order.Submission, keep func(seller.Receipt) error) (order.Snapshot, seller.Receipt, error) {
	none := order.Snapshot{}
	p, err := c.place(ctx, s.Service)
	if err != nil {
		return none, seller.Receipt{}, err
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
			return none, seller.Receipt{}, atHost(err, p.host)
		}
	}
	if err != nil {
		return none, seller.Receipt{}, err
	}
	snapshot, receipt, err := c.submitted(ctx, p, s, rep)
	if err != nil {
		return none, seller.Receipt{}, err
	}
	receipt.State, snapshot.ETag = nil, ""
	return snapshot, receipt, keep(receipt)
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
func (c *Client) submitted(ctx context.Context, p place, s order.Submission, rep *httpclient.Response) (order.Snapshot, seller.Receipt, error) {
	none := order.Snapshot{}
	if rep.Status/100 == 2 {
		var w wire.Order
		if err := c.get(p, rep, &w); err != nil {
			return none, seller.Receipt{}, err
		}
		r := seller.Receipt{Service: s.Service, ID: w.ID, NextPoll: poll(rep.Header, c.o.Now())}
		if !usableID(w.ID) {
			return none, seller.Receipt{}, fault.New(fault.ServiceBroken, nil, "host", p.host)
		}
		snapshot, _, err := c.snapshot(p, r, rep)
		if err != nil { // there is an order all the same; the next look says how it stands
			return none, r, nil
		}
		return snapshot, r, nil
	}
	doc, f := c.problem(p, rep)
	if !final(rep.Status, doc) {
		return none, seller.Receipt{}, f
	}
	refusal := &seller.Refusal{Fault: f, Fields: fields(doc)}
	if doc.Type != wire.ProblemTypeCodeUsed || !usableID(text(doc.OrderID)) {
		return none, seller.Receipt{}, refusal
	}
	snapshot, r, err := c.Status(ctx, seller.Receipt{Service: s.Service, ID: text(doc.OrderID)}, s.Token)
	switch {
	case fault.Is(err, fault.NotFound), fault.Is(err, fault.Unauthorized):
		return none, seller.Receipt{}, refusal
	case err != nil:
		return none, seller.Receipt{}, err
	}
	return snapshot, r, nil
}
