package demo_test

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"certdesk/internal/demo"
	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

func TestARepeatedCallGetsTheSameAnswer(t *testing.T) {
	c := newCustomer(t)
	plain, hash := token(t)
	q := call{method: "POST", path: "/api/orders", credential: code, key: c.newKey(), body: encode(t, application(t, newKey(t), hash))}
	first := c.do(q)
	o := first.order(t)
	if again := c.do(q); again.status != 201 || !bytes.Equal(again.body, first.body) || again.header.Get("ETag") != first.header.Get("ETag") {
		t.Errorf("%d %s", again.status, again.body)
	}
	c.do(call{method: "POST", path: "/api/orders/" + o.ID + "/cancel", credential: plain, match: first.header.Get("ETag")})
	if again := c.do(q); again.status != 201 || !bytes.Equal(again.body, first.body) {
		t.Errorf("after the order has moved on: %d %s", again.status, again.body)
	}
	if n := len(c.inbox()); n != 1 {
		t.Errorf("%d mails for one order", n)
	}
}

func TestARefusalIsRepeatedToo(t *testing.T) {
	c := newCustomer(t)
	_, hash := token(t)
	a := application(t, newKey(t), hash)
	a.AcceptedTerms = nil
	q := call{method: "POST", path: "/api/orders", credential: code, key: c.newKey(), body: encode(t, a)}
	first := c.do(q)
	first.problem(t, 422, wire.ProblemTypeFieldInvalid)
	if again := c.do(q); again.status != 422 || !bytes.Equal(again.body, first.body) {
		t.Errorf("%d %s", again.status, again.body)
	}
	a.AcceptedTerms = []string{"demo-terms-1"}
	if r := c.do(call{method: "POST", path: "/api/orders", credential: code, body: encode(t, a)}); r.status != 201 {
		t.Errorf("the corrected application: %d %s", r.status, r.body)
	}
}

func TestAKeyStandsForOneBody(t *testing.T) {
	c := newCustomer(t, contract.BadRequests())
	_, hash := token(t)
	a := application(t, newKey(t), hash)
	q := call{method: "POST", path: "/api/orders", credential: code, key: c.newKey(), body: encode(t, a)}
	c.do(q).order(t)
	a.Language = "de"
	q.body = encode(t, a)
	c.do(q).problem(t, 422, wire.ProblemTypeIdempotencyMismatch)
}

func TestOneCodeMakesOneOrder(t *testing.T) {
	c := newCustomer(t)
	o, _, _ := c.order(newKey(t))
	_, hash := token(t)
	r := c.do(call{method: "POST", path: "/api/orders", credential: code, body: encode(t, application(t, newKey(t), hash))})
	if p := r.problem(t, 409, wire.ProblemTypeCodeUsed); p.OrderID == nil || *p.OrderID != o.ID {
		t.Errorf("%+v", p)
	}
	r = c.do(call{method: "POST", path: "/api/orders", credential: code + "-2", body: encode(t, application(t, newKey(t), hash))})
	if other := r.order(t); other.ID == o.ID {
		t.Error("another code, the same order")
	}
}

func TestManyAtOnceMakeOneOrder(t *testing.T) {
	c := newCustomer(t)
	var group sync.WaitGroup
	statuses := make([]int, 12)
	for n := range statuses {
		_, hash := token(t)
		q := call{
			method: "POST", path: "/api/orders", credential: code, body: encode(t, application(t, newKey(t), hash)),
			key: fmt.Sprintf("00000000-0000-4000-8000-%012d", n),
		}
		group.Go(func() {
			if r, err := c.try(q); err == nil {
				statuses[n] = r.status
			}
		})
	}
	group.Wait()
	count := map[int]int{}
	for _, s := range statuses {
		count[s]++
	}
	if count[201] != 1 || count[409] != len(statuses)-1 {
		t.Errorf("%v", count)
	}
	if n := len(c.inbox()); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestACallThatIsBeingDoneIsNotDoneTwice(t *testing.T) {
	c := newCustomer(t)
	release, reached := make(chan struct{}), make(chan struct{})
	if err := c.issuer.Unkind(demo.Unkind{Kind: demo.Slow, Release: release, Reached: func() { close(reached) }}); err != nil {
		t.Fatal(err)
	}
	_, hash := token(t)
	q := call{method: "POST", path: "/api/orders", credential: code, key: c.newKey(), body: encode(t, application(t, newKey(t), hash))}
	done := make(chan reply, 1)
	go func() {
		r, _ := c.try(q)
		done <- r
	}()
	<-reached
	r := c.do(q)
	r.problem(t, 409, wire.ProblemTypeRequestInProgress)
	if r.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	close(release)
	if first := <-done; first.status != 201 {
		t.Fatalf("%d %s", first.status, first.body)
	}
	if again := c.do(q); again.status != 201 {
		t.Errorf("%d", again.status)
	}
}

func TestChangesSayWhatTheyHaveSeen(t *testing.T) {
	c := newCustomer(t, contract.BadRequests())
	o, token, first := c.order(newKey(t))
	path := "/api/orders/" + o.ID + "/tasks/mailbox/check"
	c.do(call{method: "POST", path: path, credential: token}).problem(t, 428, wire.ProblemTypeChangedElsewhere)
	c.do(call{method: "POST", path: path, credential: token, match: first.header.Get("ETag")}).order(t)
	r := c.do(call{method: "POST", path: path, credential: token, match: first.header.Get("ETag")})
	p := r.problem(t, 412, wire.ProblemTypeChangedElsewhere)
	if p.Order == nil || p.Order.ID != o.ID || r.header.Get("ETag") != c.look(o.ID, token).header.Get("ETag") {
		t.Errorf("%+v", p)
	}
}

func TestACallThatCantBeRead(t *testing.T) {
	c := newCustomer(t, contract.BadRequests())
	_, hash := token(t)
	body := encode(t, application(t, newKey(t), hash))
	q := call{method: "POST", path: "/api/orders", credential: code}
	for name, tc := range map[string]struct {
		change func(*call)
		status int
		kind   wire.ProblemType
	}{
		"no key":            {func(q *call) { q.key, q.body = "-", body }, 400, wire.ProblemTypeFieldInvalid},
		"key without quote": {func(q *call) { q.key, q.body, q.header = "-", body, map[string]string{"Idempotency-Key": "x"} }, 400, wire.ProblemTypeFieldInvalid},
		"no JSON":           {func(q *call) { q.body = []byte("{") }, 400, wire.ProblemTypeFieldInvalid},
		"wrong types":       {func(q *call) { q.body = []byte(`{"names":7}`) }, 400, wire.ProblemTypeFieldInvalid},
		"form":              {func(q *call) { q.body, q.header = body, map[string]string{"Content-Type": "text/plain"} }, 415, wire.ProblemTypeTypeUnsupported},
		"compressed":        {func(q *call) { q.body, q.header = body, map[string]string{"Content-Encoding": "gzip"} }, 415, wire.ProblemTypeTypeUnsupported},
		"oversize":          {func(q *call) { q.body = bytes.Repeat([]byte(" "), 1<<20+1) }, 413, wire.ProblemTypeTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			q := q
			tc.change(&q)
			c.do(q).problem(t, tc.status, tc.kind)
		})
	}
	if l := c.licence(); l.State != wire.LicenceStateValid {
		t.Errorf("something was ordered: %s", l.State)
	}
	c.do(call{method: "GET", path: "/api/nothing"}).problem(t, http.StatusNotFound, wire.ProblemTypeNotFound)
}
