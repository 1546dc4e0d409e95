package demo_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"certdesk/internal/demo"
	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

// Every state that a licence can be in has a code, and orders nothing that its state forbids.
func TestEveryLicenceState(t *testing.T) {
	c := newCustomer(t)
	for code, want := range map[string]struct {
		state   wire.LicenceState
		refused wire.ProblemType
		order   bool
	}{
		"DEMO-RESERVED":  {wire.LicenceStateReserved, wire.ProblemTypeCodeUsed, true},
		"DEMO-CONSUMED":  {wire.LicenceStateConsumed, wire.ProblemTypeCodeUsed, true},
		"DEMO-PENDING":   {wire.LicenceStatePending, wire.ProblemTypeCodeUsed, true},
		"DEMO-DELEGATED": {wire.LicenceStateDelegated, wire.ProblemTypeLicenceState, false},
		"DEMO-EXPIRED":   {wire.LicenceStateExpired, wire.ProblemTypeCodeExpired, false},
		"DEMO-CANCELLED": {wire.LicenceStateCancelled, wire.ProblemTypeLicenceState, false},
	} {
		l := c.buyable(code)
		if l.State != want.state || (l.OrderID != nil) != want.order {
			t.Errorf("%s: %s, order %v", code, l.State, l.OrderID)
		}
		if told := l.Purchase != nil || l.Terms != nil || l.Paid != nil; told == want.order {
			t.Errorf("%s: with an order it says more than which: %+v", code, l)
		}
		_, hash := token(t)
		a := sites(t, newKey(t), hash, "muster.example")
		p := c.do(call{method: "POST", path: "/api/orders", credential: code, body: encode(t, a)}).problem(t, 409, want.refused)
		if want.order && (p.OrderID == nil || *p.OrderID != *l.OrderID) {
			t.Errorf("%s: %+v", code, p)
		}
	}
	if l := c.buyable("DEMO-DELEGATED"); l.StateNote == nil || !strings.Contains(*l.StateNote, "*") || !strings.Contains(*l.StateNote, "2026-11-23") {
		t.Errorf("%v", l.StateNote)
	}
	if l := c.buyable("DEMO-EXPIRED"); !l.ActivationExpires.Before(c.clock.now()) || *l.Purchase.Date != "2025-10-23" {
		t.Errorf("%v %v", l.ActivationExpires, *l.Purchase.Date)
	}
	if l := c.buyable("DEMO-DELEGATED-LINK"); l.State != wire.LicenceStateValid || l.Purchase.Comment == nil {
		t.Errorf("%+v", l)
	}
	c.buy("DEMO-DELEGATED-LINK", func(hash string) wire.Application { return sites(t, newKey(t), hash, "muster.example") })
}

// Every code that is listed leads to a licence, and has a line about it in every language.
func TestEveryCodeIsDescribed(t *testing.T) {
	c := newCustomer(t)
	for _, code := range append(demo.Codes(), demo.FurtherCodes()...) {
		if !strings.HasPrefix(demo.About(code).ID, "demo.about.") {
			t.Errorf("%s: %v", code, demo.About(code))
		}
		if strings.HasPrefix(code, "DEMO-SLOW") || strings.HasPrefix(code, "DEMO-BROKEN") {
			continue // have tests of their own
		}
		l := c.buyable(code)
		if !strings.Contains(l.Product.Name, "(Demo)") {
			t.Errorf("%s: %q", code, l.Product.Name)
		}
	}
	for _, code := range []string{"DEMO-TLS-MULTI", "DEMO-TLS-DV-2", "DEMO-MAIL-ORG-5", "DEMO-MAIL-20"} {
		c.buyable(code)
	}
}

// prove goes through what a website's order needs in any case.
func (b *buyer) prove() {
	b.t.Helper()
	b.act("publish-right.name-1")
	b.ask("name-1", "check", nil).order(b.t)
}

func website(t *testing.T) func(string) wire.Application {
	t.Helper()
	return func(hash string) wire.Application { return sites(t, newKey(t), hash, "shop.muster.example") }
}

func TestASiteServiceHasNoCertificate(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-SITE", func(hash string) wire.Application {
		a := withOrganization(website(t)(hash))
		a.CSR, a.Organization, a.AuthorityToSign = nil, nil, nil
		return a
	})
	b.prove()
	b.clock.forward(2 * time.Second)
	o := b.wants(wire.OrderStateIssued)
	if len(o.Certificates) != 0 || len(o.Messages) != 1 || o.Term.Until == nil || o.Product.Type != wire.ProductTypeSiteService {
		t.Errorf("%+v", o)
	}
	if l := b.licenceOf("DEMO-SITE"); l.State != wire.LicenceStateConsumed {
		t.Errorf("licence: %s", l.State)
	}
	_, hash := token(t)
	r := c.do(call{method: "POST", path: "/api/orders", credential: "DEMO-SITE-2", body: encode(t, website(t)(hash))})
	if p := r.problem(t, 422, wire.ProblemTypeFieldInvalid); p.Errors[0].Pointer != "/csr" {
		t.Errorf("%+v", p.Errors)
	}
}

func TestAQualityReview(t *testing.T) {
	c := patient(t)
	b := c.buy("DEMO-FLAGGED", website(t))
	b.prove()
	o := b.wants(wire.OrderStateWaitingAuthority, "review")
	if len(o.Messages) != 1 {
		t.Errorf("%+v", o.Messages)
	}
	b.act("pass.review")
	b.clock.forward(2 * time.Second)
	b.leaf()
	b = c.buy("DEMO-FLAGGED-2", website(t))
	b.prove()
	b.act("refuse.review")
	if o := b.wants(wire.OrderStateRejected); o.StateReason == nil || !o.Repeat.Allowed || o.Tasks[1].State != wire.TaskStateFailed {
		t.Errorf("%+v", o)
	}
}

func TestARejectionHasItsReason(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-REJECTED", website(t))
	b.prove()
	b.clock.forward(2 * time.Second)
	if o := b.wants(wire.OrderStateRejected); o.StateReason == nil || o.Messages[0].Text != *o.StateReason || o.Repeat == nil || !o.Repeat.Allowed {
		t.Errorf("%+v", o)
	}
	if l := b.licenceOf("DEMO-REJECTED"); l.State != wire.LicenceStateValid {
		t.Errorf("licence: %s", l.State)
	}
}

func TestPaymentComesFirst(t *testing.T) {
	c := newCustomer(t, contract.Beside("/pay/"))
	if l := c.buyable("DEMO-UNPAID"); l.Paid != nil || l.ShopURL == nil {
		t.Errorf("%+v", l)
	}
	b := c.buy("DEMO-UNPAID", website(t))
	b.wants(wire.OrderStateWaitingCustomer, "payment")
	address := *b.task("payment").Instruction.ActionURL
	page := b.browse("GET", address, nil, "")
	if page.status != 200 || !strings.Contains(string(page.body), "shop.muster.example") {
		t.Errorf("%d %s", page.status, page.body)
	}
	b.wants(wire.OrderStateWaitingCustomer, "payment") // looking pays nothing
	if r := b.browse("POST", address, map[string]string{"Origin": b.issuer.URL()}, ""); r.status != 303 {
		t.Errorf("%d", r.status)
	}
	b.wants(wire.OrderStateWaitingCustomer, "name-1")
	if r := b.browse("GET", address, nil, ""); !strings.Contains(string(r.body), "Nothing is to be paid") {
		t.Errorf("%s", r.body)
	}
	if r := b.browse("GET", b.issuer.URL()+"/pay/nothing", nil, ""); r.status != 404 {
		t.Errorf("%d", r.status)
	}
	b.prove()
	b.clock.forward(2 * time.Second)
	b.leaf()
	b = c.buy("DEMO-UNPAID-2", website(t))
	b.act("paid.payment")
	b.wants(wire.OrderStateWaitingCustomer, "name-1")
}

func TestASlowServiceAndAuthority(t *testing.T) {
	clk := newClock()
	const slow = 30 * time.Millisecond
	i, err := demo.Start(t.Context(), demo.Options{Dir: t.TempDir(), Now: clk.now, SlowBy: slow})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close() })
	c := meet(t, i, clk)
	began := time.Now()
	b := c.buy("DEMO-SLOW", func(hash string) wire.Application { return application(t, newKey(t), hash) })
	b.see()
	if took := time.Since(began); took < 2*slow {
		t.Errorf("two calls in %v", took)
	}
	if err := b.confirm(b.inbox()[0].ID); err != nil {
		t.Fatal(err)
	}
	b.clock.forward(2 * time.Minute)
	if o := b.wants(wire.OrderStateWaitingAuthority); !o.Expected.Earliest.After(b.clock.now()) {
		t.Errorf("%+v", o.Expected)
	}
	b.clock.forward(time.Minute)
	b.leaf()
}

// The broken service fails at every first attempt, each time otherwise, and a customer who tries again gets
// through.
func TestABrokenServiceGivesInInTheEnd(t *testing.T) {
	clk := newClock()
	i, err := demo.Start(t.Context(), demo.Options{Dir: t.TempDir(), Now: clk.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close() })
	c := meet(t, i, clk, contract.BadAnswers())
	twice := func(q call) reply {
		t.Helper()
		if r, err := c.try(q); err == nil && strings.HasPrefix(r.header.Get("Content-Type"), "application/json") {
			t.Errorf("%s %s: %d at once", q.method, q.path, r.status)
		}
		return c.do(q)
	}
	var l wire.Licence
	twice(call{method: "GET", path: "/api/licence", credential: "DEMO-BROKEN"}).into(t, &l)
	if l.State != wire.LicenceStateValid {
		t.Errorf("%+v", l)
	}
	plain, hash := token(t)
	o := twice(call{
		method: "POST", path: "/api/orders", credential: "DEMO-BROKEN", key: c.newKey(), body: encode(t, application(t, newKey(t), hash)),
	}).order(t)
	path := "/api/orders/" + o.ID
	r := twice(call{method: "GET", path: path, credential: plain})
	r.order(t)
	twice(call{method: "POST", path: path + "/tasks/mailbox/check", key: c.newKey(), credential: plain, match: r.header.Get("ETag")}).order(t)
	if err := c.confirm(c.inbox()[0].ID); err != nil {
		t.Fatal(err)
	}
	clk.forward(2 * time.Second)
	o = twice(call{method: "GET", path: path, credential: plain}).order(t)
	if o.State != wire.OrderStateIssued {
		t.Errorf("%s", o.State)
	}
}

func TestACertificateThatIsAboutToEnd(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-TLS-DV", website(t))
	b.prove()
	b.clock.forward(2 * time.Second)
	first := b.leaf()
	b.act("age")
	second := b.leaf()
	o := b.see()
	if len(o.Certificates) != 2 || o.Certificates[0].State != wire.CertificateStateCurrent || o.Certificates[1].State != wire.CertificateStatePrevious {
		t.Fatalf("%+v", o.Certificates)
	}
	if left := second.NotAfter.Sub(b.clock.now()); left < 9*24*time.Hour || left > 10*24*time.Hour || first.NotAfter.Before(second.NotAfter) {
		t.Errorf("%v left", left)
	}
	if err := second.CheckSignatureFrom(parentOf(t, b)); err != nil {
		t.Error(err)
	}
}

func parentOf(t *testing.T, b *buyer) *x509.Certificate {
	t.Helper()
	r := b.do(call{method: "GET", path: "/api/orders/" + b.id + "/certificates/" + b.see().Certificates[0].SHA256, credential: b.token})
	_, rest, _ := strings.Cut(string(r.body), "-----END CERTIFICATE-----\n")
	return certificateIn(t, rest)
}

// The operator's page has the same buttons as the app's helper, and they need the same random path.
func TestTheOperatorsButtons(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-TLS-DV", website(t))
	page := string(b.browse("GET", b.issuer.OperatorURL(), nil, "").body)
	for _, want := range []string{"shop.muster.example: publish it rightly", "forbid this authority by CAA", "Website Domain (Demo)"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	own := map[string]string{"Origin": b.issuer.URL()}
	at := b.issuer.OperatorURL() + "orders/" + b.id
	if r := b.browse("POST", at+"/press/publish-right.name-1", own, ""); r.status != 303 || b.issuer.URL()+r.header.Get("Location") != b.issuer.OperatorURL() {
		t.Errorf("%d %s", r.status, r.header.Get("Location"))
	}
	if _, there := b.actions()["unpublish.name-1"]; !there {
		t.Error("the button does nothing")
	}
	wrong, _ := url.JoinPath(b.issuer.URL(), "operator/nothing/orders/", b.id, "actions.json")
	if r := b.browse("GET", wrong, nil, ""); r.status != 404 {
		t.Errorf("without the path: %d", r.status)
	}
	h := b.issuer.Helper(b.client)
	for order, action := range map[string]string{b.id: "pass.review", "nothing": "message", "..": "message"} {
		if err := h.Act(context.Background(), order, action); !errors.Is(err, demo.ErrNoAction) {
			t.Errorf("%s of %s: %v", action, order, err)
		}
	}
	b.act("message", "reject")
	if o := b.wants(wire.OrderStateRejected); len(o.Messages) != 2 {
		t.Errorf("%+v", o.Messages)
	}
	for id, a := range b.actions() {
		t.Errorf("an action on what is over: %s %v", id, a)
	}
}

// The operator may ask for the terms to be agreed to once more; without that the order does not go on.
func TestAnAgreement(t *testing.T) {
	c := patient(t, contract.BadRequests())
	b := c.buy("DEMO-TLS-DV", website(t))
	b.act("ask-terms")
	b.prove()
	b.wants(wire.OrderStateWaitingCustomer, "agreement")
	if got := *b.task("agreement").Instruction.ActionURL; got != b.issuer.URL()+"/terms" {
		t.Errorf("%s", got)
	}
	b.ask("agreement", "accept", []byte(`{"accepted_terms":["other"]}`)).problem(t, 422, wire.ProblemTypeFieldInvalid)
	b.ask("name-1", "accept", []byte(`{"accepted_terms":["demo-terms-1"]}`)).problem(t, 409, wire.ProblemTypeTaskState)
	b.ask("agreement", "accept", []byte(`{"accepted_terms":["demo-terms-1"]}`)).order(t)
	b.clock.forward(2 * time.Second)
	b.leaf()
}
