package demo_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"certdesk/internal/demo"
	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

func (c *customer) unkind(u demo.Unkind) {
	c.t.Helper()
	if err := c.issuer.Unkind(u); err != nil {
		c.t.Fatal(err)
	}
}

func TestALostAnswerIsThereWhenAskedAgain(t *testing.T) {
	for _, kind := range []demo.Unkindness{demo.LoseAnswer, demo.Cut, demo.LoseRequest} {
		t.Run(string(kind), func(t *testing.T) {
			c := newCustomer(t)
			c.unkind(demo.Unkind{Kind: kind, Call: "POST /api/orders"})
			_, hash := token(t)
			q := call{method: "POST", path: "/api/orders", credential: code, key: c.newKey(), body: encode(t, application(t, newKey(t), hash))}
			if r, err := c.try(q); err == nil {
				t.Fatalf("an answer: %d %s", r.status, r.body)
			}
			want := map[demo.Unkindness]wire.LicenceState{demo.LoseRequest: wire.LicenceStateValid}[kind]
			if want == "" {
				want = wire.LicenceStateReserved
			}
			if l := c.licence(); l.State != want {
				t.Errorf("licence: %s", l.State)
			}
			o := c.do(q).order(t)
			if n := len(c.inbox()); n != 1 {
				t.Errorf("%d mails for order %s", n, o.ID)
			}
		})
	}
}

func TestUnkindAnswers(t *testing.T) {
	c := newCustomer(t, contract.BadAnswers())
	ask := func(kind demo.Unkindness) reply {
		t.Helper()
		c.unkind(demo.Unkind{Kind: kind, Call: "GET /api/…"})
		return c.do(call{method: "GET", path: "/api/licence", credential: code})
	}
	if r := ask(demo.HTML); r.status != 200 || json.Valid(r.body) {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := ask(demo.Garbage); r.status != 200 || !json.Valid(r.body) {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := ask(demo.Oversize); len(r.body) <= 1<<20 || !json.Valid(r.body) {
		t.Errorf("%d bytes", len(r.body))
	}
	if r := ask(demo.Fail); r.status != 500 {
		t.Errorf("%d", r.status)
	}
	if r := ask(demo.Busy); r.status != 503 || r.header.Get("Retry-After") == "" {
		t.Errorf("%d", r.status)
	}
	if r := ask(demo.Redirect); r.status != 307 || r.header.Get("Location") == "" {
		t.Errorf("%d", r.status)
	}
	r := ask(demo.Bomb)
	z, err := gzip.NewReader(bytes.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, z); err != nil || n < 64<<20 || len(r.body) > 1<<20 {
		t.Errorf("%d bytes unpacked, %d packed, %v", n, len(r.body), err)
	}
	if l := c.licence(); l.State != wire.LicenceStateValid {
		t.Error("it stays unkind")
	}
}

func TestAnotherProcessAsksForUnkindness(t *testing.T) {
	dir, clk := t.TempDir(), newClock()
	owner := start(t, dir, clk)
	c := meet(t, start(t, dir, clk), clk, contract.BadAnswers())
	if c.issuer.Own() || c.issuer.URL() != owner.URL() {
		t.Fatal("two issuers for one folder")
	}
	ask := func(u demo.Unkind) error { return c.issuer.AskUnkind(context.Background(), c.client, u) }
	if err := errors.Join(ask(demo.Unkind{Kind: demo.Busy, Call: "GET /api/licence"}), ask(demo.Unkind{Kind: demo.Fail})); err != nil {
		t.Fatal(err)
	}
	if ask(demo.Unkind{Kind: demo.Slow}) == nil || ask(demo.Unkind{Kind: "x"}) == nil {
		t.Error("an unkindness that nobody would end")
	}
	for _, want := range []int{503, 500, 200} {
		if r := c.do(call{method: "GET", path: "/api/licence", credential: code}); r.status != want {
			t.Errorf("%d, want %d", r.status, want)
		}
	}
	if r := c.browse("POST", owner.URL()+"/operator/guess/unkind", nil, "kind=fail"); r.status != 404 {
		t.Errorf("%d for somebody who does not know the path", r.status)
	}
}

func TestHeldCalls(t *testing.T) {
	for _, kind := range []demo.Unkindness{demo.Slow, demo.HoldAnswer} {
		t.Run(string(kind), func(t *testing.T) {
			c := newCustomer(t)
			reached, release := make(chan struct{}), make(chan struct{})
			c.unkind(demo.Unkind{Kind: kind, Reached: func() { close(reached) }, Release: release})
			done := make(chan reply, 1)
			go func() {
				r, _ := c.try(call{method: "GET", path: "/api/licence", credential: code})
				done <- r
			}()
			<-reached
			select {
			case r := <-done:
				t.Fatalf("answered while held: %d", r.status)
			default:
			}
			close(release)
			if r := <-done; r.status != 200 {
				t.Errorf("%d", r.status)
			}
		})
	}
}

func TestACertificateForAnotherKey(t *testing.T) {
	c := newCustomer(t)
	c.unkind(demo.Unkind{Kind: demo.WrongKey})
	key := newKey(t)
	o, token, _ := c.order(key)
	if err := c.confirm(c.inbox()[0].ID); err != nil {
		t.Fatal(err)
	}
	c.clock.forward(minute)
	o = c.look(o.ID, token).order(t)
	if o.State != wire.OrderStateIssued || o.Certificates[0].SPKISHA256 == spkiHex(t, key.Public()) {
		t.Errorf("%+v", o.Certificates)
	}
}
