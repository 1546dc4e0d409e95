package demo_test

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/demo"
	"certdesk/internal/seller/activationapi/wire"
	"certdesk/internal/spki"
)

func TestFromCodeToCertificate(t *testing.T) {
	c := newCustomer(t)
	if l := c.licence(); l.State != wire.LicenceStateValid || l.Product.Type != wire.ProductTypeSMIME || l.Purchase == nil {
		t.Errorf("licence before: %+v", l)
	}
	key := newKey(t)
	o, token, first := c.order(key)
	if o.State != wire.OrderStateWaitingCustomer || len(o.Tasks) != 1 || o.Tasks[0].Kind != wire.TaskKindConfirmMailbox {
		t.Fatalf("%+v", o)
	}
	if got := first.header.Get("Retry-After"); got != "5" {
		t.Errorf("Retry-After %q", got)
	}
	if got := first.header.Get("Date"); got != c.clock.now().Format(http.TimeFormat) {
		t.Errorf("Date %q", got)
	}
	l := c.licence()
	if l.State != wire.LicenceStateReserved || l.OrderID == nil || *l.OrderID != o.ID || l.Purchase != nil || l.Terms != nil {
		t.Errorf("licence with an order: %+v", l)
	}
	mails := c.inbox()
	if len(mails) != 1 || mails[0].To != "anna.muster@shop.example" || mails[0].ConfirmTask != o.Tasks[0].ID || mails[0].Order != o.ID {
		t.Fatalf("%+v", mails)
	}
	if err := c.confirm(mails[0].ID); err != nil {
		t.Fatal(err)
	}
	o = c.look(o.ID, token).order(t)
	if o.State != wire.OrderStateWaitingAuthority || o.Tasks[0].State != wire.TaskStateDone || o.Expected == nil {
		t.Errorf("after confirming: %+v", o)
	}
	c.clock.forward(2 * time.Second)
	o = c.look(o.ID, token).order(t)
	if o.State != wire.OrderStateIssued || len(o.Certificates) != 1 || len(o.Messages) != 1 {
		t.Fatalf("after issue: %+v", o)
	}
	var events []string
	for _, e := range o.Timeline {
		events = append(events, e.Event+" by "+e.By)
	}
	if diff := cmp.Diff([]string{"received by customer", "mailbox_confirmed by customer", "issued by authority"}, events); diff != "" {
		t.Error(diff)
	}
	checkCertificate(t, c, o, token, key.Public())
	if l := c.licence(); l.State != wire.LicenceStateConsumed {
		t.Errorf("licence after collecting: %s", l.State)
	}
	if err := c.confirm(mails[0].ID); !errors.Is(err, demo.ErrNothingToConfirm) {
		t.Errorf("a second confirmation: %v", err)
	}
}

func checkCertificate(t *testing.T, c *customer, o wire.Order, token string, public any) {
	t.Helper()
	info := o.Certificates[0]
	r := c.do(call{method: "GET", path: "/api/orders/" + o.ID + "/certificates/" + info.SHA256, credential: token})
	var chain []*x509.Certificate
	for block, rest := pem.Decode(r.body); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		chain = append(chain, certificate)
	}
	if len(chain) != 2 || chain[0].CheckSignatureFrom(chain[1]) != nil {
		t.Fatalf("%d certificates, or not signed by the next", len(chain))
	}
	leaf := chain[0]
	if hash := sha256.Sum256(leaf.Raw); hex.EncodeToString(hash[:]) != info.SHA256 {
		t.Error("another certificate than the order lists")
	}
	if !spki.Equal(leaf.PublicKey, public) {
		t.Error("for another key")
	}
	if diff := cmp.Diff([]string{"anna.muster@shop.example"}, leaf.EmailAddresses); diff != "" {
		t.Error(diff)
	}
	if !leaf.NotAfter.Equal(info.NotAfter) || leaf.SerialNumber.Text(16) != info.Serial {
		t.Error("the order describes another certificate")
	}
}

func TestAnUnchangedOrderIsNotSentAgain(t *testing.T) {
	c := newCustomer(t)
	o, token, first := c.order(newKey(t))
	tag := first.header.Get("ETag")
	r := c.do(call{method: "GET", path: "/api/orders/" + o.ID, credential: token, noneMatch: tag})
	if r.status != http.StatusNotModified || len(r.body) != 0 || r.header.Get("Retry-After") != "5" {
		t.Errorf("%d %q %v", r.status, r.body, r.header)
	}
	c.do(call{method: "POST", path: "/api/orders/" + o.ID + "/tasks/mailbox/check", credential: token, match: tag})
	r = c.do(call{method: "GET", path: "/api/orders/" + o.ID, credential: token, noneMatch: tag})
	if r.status != http.StatusOK {
		t.Errorf("changed, but %d", r.status)
	}
}

func TestCheckAndResend(t *testing.T) {
	c := newCustomer(t)
	o, token, first := c.order(newKey(t))
	task := "/api/orders/" + o.ID + "/tasks/mailbox/"
	r := c.do(call{method: "POST", path: task + "check", credential: token, match: first.header.Get("ETag")})
	if got := r.order(t).Tasks[0].LastResult; got == nil || got.Code != wire.TaskResultCodeNotConfirmed {
		t.Errorf("%+v", got)
	}
	c.clock.forward(time.Minute)
	r = c.do(call{method: "POST", path: task + "resend", credential: token, match: r.header.Get("ETag"), body: []byte(`{}`)})
	if got := r.order(t).Tasks[0].Instruction.SentAt; !got.Equal(c.clock.now()) {
		t.Errorf("sent at %v", got)
	}
	mails := c.inbox()
	if len(mails) != 2 {
		t.Fatalf("%d mails", len(mails))
	}
	tag := r.header.Get("ETag")
	r = c.do(call{method: "POST", path: task + "resend", credential: token, match: tag, body: []byte(`{"email":"eve@other.example"}`)})
	if p := r.problem(t, 422, wire.ProblemTypeFieldInvalid); p.Errors[0].Pointer != "/email" {
		t.Errorf("%+v", p)
	}
	if err := c.confirm(mails[1].ID); err != nil { // the older one works as well
		t.Fatal(err)
	}
	if c.inbox()[0].ConfirmTask != "" {
		t.Error("the younger mail still offers to confirm")
	}
	r = c.do(call{method: "POST", path: task + "check", credential: token, match: c.look(o.ID, token).header.Get("ETag")})
	r.problem(t, 409, wire.ProblemTypeTaskState)
}

func TestResendingEndsSomewhere(t *testing.T) {
	c := newCustomer(t)
	o, token, r := c.order(newKey(t))
	for range 19 {
		c.clock.forward(time.Second)
		r = c.do(call{method: "POST", path: "/api/orders/" + o.ID + "/tasks/mailbox/resend", credential: token, match: r.header.Get("ETag"), body: []byte(`{}`)})
		r.order(t)
	}
	r = c.do(call{method: "POST", path: "/api/orders/" + o.ID + "/tasks/mailbox/resend", credential: token, match: r.header.Get("ETag"), body: []byte(`{}`)})
	r.problem(t, 409, wire.ProblemTypeTaskState)
	if n := len(c.inbox()); n != 20 {
		t.Errorf("%d mails", n)
	}
}

func TestALinkIsGoodForADayAndAnOrderForAMonth(t *testing.T) {
	c := newCustomer(t)
	o, token, _ := c.order(newKey(t))
	mail := c.inbox()[0]
	c.clock.forward(24*time.Hour - time.Second)
	if c.inbox()[0].ConfirmTask == "" {
		t.Error("too old before a day")
	}
	c.clock.forward(time.Second)
	if err := c.confirm(mail.ID); !errors.Is(err, demo.ErrNothingToConfirm) {
		t.Errorf("after a day: %v", err)
	}
	if r := c.browse("GET", linkIn(t, mail.Text), nil, ""); r.status != http.StatusGone {
		t.Errorf("the page of an old link: %d", r.status)
	}
	c.clock.forward(29 * 24 * time.Hour)
	o = c.look(o.ID, token).order(t)
	if o.State != wire.OrderStateLapsed || o.Repeat == nil || !o.Repeat.Allowed || o.Tasks[0].State != wire.TaskStateExpired {
		t.Errorf("after a month: %+v", o)
	}
	if l := c.licence(); l.State != wire.LicenceStateValid {
		t.Errorf("licence: %s", l.State)
	}
}

func TestALicenceExpires(t *testing.T) {
	c := newCustomer(t)
	c.licence()
	c.clock.forward(366 * 24 * time.Hour)
	if l := c.licence(); l.State != wire.LicenceStateExpired {
		t.Errorf("%s", l.State)
	}
	_, hash := token(t)
	r := c.do(call{method: "POST", path: "/api/orders", credential: code, body: encode(t, application(t, newKey(t), hash))})
	r.problem(t, 409, wire.ProblemTypeCodeExpired)
}

func TestCancelMakesTheLicenceValidAgain(t *testing.T) {
	c := newCustomer(t)
	o, token, r := c.order(newKey(t))
	r = c.do(call{method: "POST", path: "/api/orders/" + o.ID + "/cancel", credential: token, match: r.header.Get("ETag")})
	if o := r.order(t); o.State != wire.OrderStateCancelled || !o.Repeat.Allowed {
		t.Errorf("%+v", o)
	}
	if err := c.confirm(c.inbox()[0].ID); !errors.Is(err, demo.ErrNothingToConfirm) {
		t.Errorf("confirming a cancelled order: %v", err)
	}
	again, _, _ := c.order(newKey(t))
	if again.ID == o.ID || again.Reference == o.Reference {
		t.Error("the same order again")
	}
	if o := c.look(o.ID, token).order(t); o.Repeat.Allowed {
		t.Error("two orders can be repeated with one licence")
	}
}

func TestAfterIssueNothingIsCancelled(t *testing.T) {
	c := newCustomer(t)
	o, token, _ := c.order(newKey(t))
	if err := c.confirm(c.inbox()[0].ID); err != nil {
		t.Fatal(err)
	}
	c.clock.forward(time.Minute)
	r := c.look(o.ID, token)
	r = c.do(call{method: "POST", path: "/api/orders/" + o.ID + "/cancel", credential: token, match: r.header.Get("ETag")})
	r.problem(t, 409, wire.ProblemTypeOrderState)
}

func TestEdit(t *testing.T) {
	c := newCustomer(t)
	o, token, r := c.order(newKey(t))
	path := "/api/orders/" + o.ID
	r = c.do(call{method: "PATCH", path: path, credential: token, match: r.header.Get("ETag"), body: []byte(`{"comment":"for reception"}`)})
	events := r.order(t).Timeline
	if events[len(events)-1].Event != wire.TimelineEventChanged {
		t.Errorf("%+v", events)
	}
	r = c.do(call{method: "PATCH", path: path, credential: token, match: r.header.Get("ETag"), body: []byte(`{"approver_email":"a@b.example"}`)})
	if p := r.problem(t, 422, wire.ProblemTypeFieldInvalid); p.Errors[0].Pointer != "/approver_email" {
		t.Errorf("%+v", p)
	}
}

func TestWhatAMailOrderDoesNotHaveIsRefused(t *testing.T) {
	c := newCustomer(t)
	o, token, r := c.order(newKey(t))
	tag, base := r.header.Get("ETag"), "/api/orders/"+o.ID
	request := csr(t, newKey(t), &x509.CertificateRequest{})
	for _, q := range []struct {
		method, path string
		match        bool
		body         any
		status       int
		kind         wire.ProblemType
	}{
		{"POST", base + "/tasks/mailbox/choose", true, map[string]any{"method": "dns_txt"}, 409, wire.ProblemTypeTaskState},
		{"POST", base + "/tasks/mailbox/accept", true, map[string]any{"accepted_terms": []string{"x"}}, 409, wire.ProblemTypeTaskState},
		{"POST", base + "/tasks/mailbox/schedule", true, map[string]any{"times": []string{"2026-12-01T10:00:00Z"}}, 409, wire.ProblemTypeTaskState},
		{"POST", base + "/tasks/other/check", true, nil, 404, wire.ProblemTypeNotFound},
		{"POST", base + "/reissue", true, map[string]any{"csr": request, "purpose": "rekey"}, 409, wire.ProblemTypeOrderState},
		{"POST", base + "/revoke", true, map[string]any{"reason": "superseded"}, 409, wire.ProblemTypeOrderState},
		{"POST", base + "/renewal", false, map[string]any{"order_token_sha256": strings.Repeat("0", 64)}, 409, wire.ProblemTypeOrderState},
		{"DELETE", base + "/tokens/x", false, nil, 404, wire.ProblemTypeNotFound},
		{"GET", base + "/forms/x", false, nil, 404, wire.ProblemTypeNotFound},
		{"GET", base + "/certificates/" + strings.Repeat("0", 64), false, nil, 404, wire.ProblemTypeNotFound},
	} {
		q2 := call{method: q.method, path: q.path, credential: token}
		if q.match {
			q2.match = tag
		}
		if q.body != nil {
			q2.body = encode(t, q.body)
		}
		c.do(q2).problem(t, q.status, q.kind)
	}
	r = c.do(call{method: "POST", path: "/api/access", body: []byte(`{"name":"x.example","email":"a@b.example"}`)})
	if r.status != http.StatusAccepted || len(r.body) != 0 {
		t.Errorf("%d %s", r.status, r.body)
	}
	r = c.do(call{method: "POST", path: "/api/access/redeem", credential: "nobodys-code", body: encode(t, map[string]any{"order_token_sha256": strings.Repeat("0", 64)})})
	r.problem(t, 401, wire.ProblemTypeCodeUnknown)
}

func TestDiscovery(t *testing.T) {
	c := newCustomer(t)
	var d wire.Discovery
	c.do(call{method: "GET", path: "/.well-known/certificate-activation"}).into(t, &d)
	if d.APIVersion != 1 || d.Endpoint != c.issuer.URL()+"/api/" {
		t.Errorf("%+v", d)
	}
}

// linkIn gives the one link of a mail's text.
func linkIn(t *testing.T, text string) string {
	t.Helper()
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "http://") {
			return line
		}
	}
	t.Fatalf("no link in %q", text)
	return ""
}
