package demo_test

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"certdesk/internal/demo"
	"certdesk/internal/seller/activationapi/wire"
)

// buyer is a customer with an order of any product.
type buyer struct {
	*customer
	id, token, tag string
}

// sites is an application for host names.
func sites(t *testing.T, key crypto.Signer, hash string, names ...string) wire.Application {
	t.Helper()
	request := csr(t, key, &x509.CertificateRequest{DNSNames: names})
	a := wire.Application{
		OrderTokenSHA256: hash, CSR: &request, AcceptedTerms: []string{"demo-terms-1"}, Language: "en",
		Proof: map[string]wire.ProofChoice{},
	}
	for _, n := range names {
		a.Names = append(a.Names, wire.ApplicationName{Type: wire.NameKindDNS, Value: n})
	}
	return a
}

// withOrganization completes an application for products that verify one.
func withOrganization(a wire.Application) wire.Application {
	p := func(s string) *string { return &s }
	yes := true
	contact := func() *wire.Contact {
		return &wire.Contact{GivenName: "Anna", Surname: "Muster", Email: "anna@muster.example", Phone: "+41315550100"}
	}
	a.Contacts = &wire.Contacts{Administrative: contact(), Technical: contact()}
	a.AuthorityToSign = &yes
	a.Organization = &wire.ApplicationOrganization{
		LegalName: "Muster Handel AG", Phone: "+41315550100",
		Registration: wire.Registration{Scheme: wire.RegistrationSchemeNTR, Number: p("CHE-123.456.789"), Country: "CH"},
		Address:      wire.Address{Lines: []string{"Marktgasse 1"}, PostalCode: p("3011"), Locality: "Bern", Region: p("BE"), Country: "CH"},
	}
	return a
}

// buy places an order.
func (c *customer) buy(code string, make func(hash string) wire.Application) *buyer {
	c.t.Helper()
	plain, hash := token(c.t)
	r := c.do(call{method: "POST", path: "/api/orders", credential: code, body: encode(c.t, make(hash))})
	if r.status != 201 {
		c.t.Fatalf("%d %s", r.status, r.body)
	}
	return &buyer{c, r.order(c.t).ID, plain, r.header.Get("ETag")}
}

func (b *buyer) see() wire.Order {
	b.t.Helper()
	r := b.look(b.id, b.token)
	b.tag = r.header.Get("ETag")
	return r.order(b.t)
}

func (b *buyer) task(id string) wire.Task {
	b.t.Helper()
	for _, t := range b.see().Tasks {
		if t.ID == id {
			return t
		}
	}
	b.t.Fatalf("no task %q", id)
	return wire.Task{}
}

// ask does a call on a task, with the order as it stands.
func (b *buyer) ask(task, what string, body []byte) reply {
	b.t.Helper()
	b.see()
	return b.do(call{method: "POST", path: "/api/orders/" + b.id + "/tasks/" + task + "/" + what, credential: b.token, match: b.tag, body: body})
}

func (b *buyer) actions() map[string]demo.Action {
	b.t.Helper()
	list, err := b.issuer.Helper(b.client).Actions(context.Background(), b.id)
	if err != nil {
		b.t.Fatal(err)
	}
	out := map[string]demo.Action{}
	for _, a := range list {
		out[a.ID] = a
	}
	return out
}

func (b *buyer) act(actions ...string) {
	b.t.Helper()
	for _, a := range actions {
		if err := b.issuer.Helper(b.client).Act(context.Background(), b.id, a); err != nil {
			b.t.Fatalf("%s: %v; there are %v", a, err, slices.Sorted(maps.Keys(b.actions())))
		}
	}
}

// wants asserts state and open tasks.
func (b *buyer) wants(state wire.OrderState, open ...string) wire.Order {
	b.t.Helper()
	o := b.see()
	var got []string
	for _, t := range o.Tasks {
		if t.State == wire.TaskStateOpen {
			got = append(got, t.ID)
		}
	}
	if o.State != state || strings.Join(got, " ") != strings.Join(open, " ") {
		b.t.Fatalf("%s, waiting for %v; want %s, %v", o.State, got, state, open)
	}
	return o
}

// leaf collects the certificate.
func (b *buyer) leaf() *x509.Certificate {
	b.t.Helper()
	o := b.wants(wire.OrderStateIssued)
	r := b.do(call{method: "GET", path: "/api/orders/" + b.id + "/certificates/" + o.Certificates[0].SHA256, credential: b.token})
	return certificateIn(b.t, string(r.body))
}

// certificateIn reads the first certificate of a PEM text.
func certificateIn(t *testing.T, text string) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		t.Fatalf("no certificate in %s", text)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func (b *buyer) licenceOf(code string) wire.Licence {
	b.t.Helper()
	var l wire.Licence
	b.do(call{method: "GET", path: "/api/licence", credential: code}).into(b.t, &l)
	return l
}

func TestAWebsiteByDNS(t *testing.T) {
	c := newCustomer(t)
	key := newKey(t)
	b := c.buy("DEMO-TLS-DV", func(hash string) wire.Application {
		a := sites(t, key, hash, "shop.muster.example", "muster.example")
		a.WWWPairs = []string{"muster.example"}
		return a
	})
	o := b.wants(wire.OrderStateWaitingCustomer, "name-1", "name-2")
	if got := names(o.Names); got != "shop.muster.example muster.example www.muster.example" {
		t.Errorf("names: %s", got)
	}
	task := b.task("name-2")
	i := task.Instruction
	if *task.Target != "muster.example" || len(task.Covers) != 2 || *task.Method != wire.ProofMethodDNSTXT || i.Type != wire.InstructionTypeDNS ||
		*i.RecordName != "_dnsauth.muster.example" || *i.RecordType != "TXT" || len(*i.RecordValue) != 32 {
		t.Errorf("%+v %+v", task, i)
	}
	for _, step := range []struct {
		action string
		want   wire.TaskResultCode
	}{
		{"", wire.TaskResultCodeNotFound},
		{"publish-doubled.name-2", wire.TaskResultCodeNotFound},
		{"publish-wrong.name-2", wire.TaskResultCodeWrongValue},
		{"unpublish.name-2", wire.TaskResultCodeNotFound},
		{"caa-forbid.name-2", wire.TaskResultCodeNotFound},
		{"publish-right.name-2", wire.TaskResultCodeCAAForbids},
	} {
		if step.action != "" {
			b.act(step.action)
		}
		b.ask("name-2", "check", nil).order(t)
		if got := b.task("name-2"); got.State != wire.TaskStateOpen || got.LastResult == nil || got.LastResult.Code != step.want || got.LastResult.Detail == nil {
			t.Errorf("after %q: %+v", step.action, got.LastResult)
		}
	}
	b.act("caa-allow.name-2", "publish-old.name-2")
	b.ask("name-2", "check", nil).order(t)
	if got := b.task("name-2"); got.State != wire.TaskStateDone || got.LastResult.Code != wire.TaskResultCodeDone {
		t.Errorf("%+v", got)
	}
	b.act("publish-right.name-1") // the authority looks by itself after a while
	b.clock.forward(8 * time.Second)
	b.wants(wire.OrderStateWaitingAuthority)
	b.clock.forward(2 * time.Second)
	leaf := b.leaf()
	if got := strings.Join(leaf.DNSNames, " "); got != "shop.muster.example muster.example www.muster.example" {
		t.Errorf("certified: %s", got)
	}
	if l := b.licenceOf("DEMO-TLS-DV"); l.State != wire.LicenceStateConsumed {
		t.Errorf("licence: %s", l.State)
	}
	if err := b.issuer.Helper(b.client).Act(context.Background(), b.id, "publish-right.name-1"); !errors.Is(err, demo.ErrNoAction) {
		t.Errorf("an action on what is over: %v", err)
	}
}

func names(list []wire.Name) string {
	var out []string
	for _, n := range list {
		out = append(out, n.Value)
	}
	return strings.Join(out, " ")
}

// A file proves the one name that it is served at: a pair becomes two tasks, and one again by DNS.
func TestAWebsiteByFile(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-TLS-DV", func(hash string) wire.Application {
		a := sites(t, newKey(t), hash, "muster.example")
		a.WWWPairs = []string{"muster.example"}
		a.Proof["muster.example"] = wire.ProofMethodHTTPFile
		return a
	})
	b.wants(wire.OrderStateWaitingCustomer, "name-1", "name-1-pair")
	i := b.task("name-1-pair").Instruction
	if i.Type != wire.InstructionTypeHTTPFile || !strings.HasPrefix(*i.URL, "http://www.muster.example/.well-known/pki-validation/") || *i.Body == *b.task("name-1").Instruction.Body {
		t.Errorf("%+v", i)
	}
	b.ask("name-1", "choose", []byte(`{"method":"dns_txt"}`)).order(t)
	b.wants(wire.OrderStateWaitingCustomer, "name-1")
	if got := b.task("name-1").Covers; len(got) != 2 {
		t.Errorf("covers %v", got)
	}
	b.ask("name-1", "choose", []byte(`{"method":"http_file"}`)).order(t)
	b.wants(wire.OrderStateWaitingCustomer, "name-1", "name-1-pair")
	b.act("publish-wrong.name-1")
	b.ask("name-1", "check", nil).order(t)
	if got := b.task("name-1").LastResult; got.Code != wire.TaskResultCodeWrongValue {
		t.Errorf("%+v", got)
	}
	b.act("publish-all")
	b.ask("name-1", "check", nil).order(t)
	b.wants(wire.OrderStateWaitingCustomer, "name-1-pair")
	b.ask("name-1-pair", "check", nil).order(t)
	b.clock.forward(2 * time.Second)
	if got := strings.Join(b.leaf().DNSNames, " "); got != "muster.example www.muster.example" {
		t.Errorf("certified: %s", got)
	}
}

func TestAWebsiteByMail(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-TLS-DV", func(hash string) wire.Application {
		a := sites(t, newKey(t), hash, "shop.muster.example")
		a.Proof["shop.muster.example"] = wire.ProofMethodEmail
		return a
	})
	i := b.task("name-1").Instruction
	if i.Type != wire.InstructionTypeEmail || len(i.Allowed) != 5 || *i.Email != "admin@muster.example" {
		t.Fatalf("%+v", i)
	}
	b.ask("name-1", "resend", []byte(`{"email":"eve@muster.example"}`)).problem(t, 422, wire.ProblemTypeFieldInvalid)
	b.ask("name-1", "resend", []byte(`{"email":"hostmaster@muster.example"}`)).order(t)
	mails := b.inbox()
	if len(mails) != 2 || mails[0].To != "hostmaster@muster.example" || mails[0].ConfirmTask != "name-1" || !strings.Contains(mails[0].Text, "shop.muster.example") {
		t.Fatalf("%+v", mails)
	}
	if err := b.confirm(mails[0].ID); err != nil {
		t.Fatal(err)
	}
	b.clock.forward(2 * time.Second)
	b.leaf()
}

func TestAWildcardIsProvedByDNSOnly(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-TLS-WILD", func(hash string) wire.Application {
		a := sites(t, newKey(t), hash, "*.muster.example")
		a.Proof["*.muster.example"] = wire.ProofMethodDNSCNAME
		return a
	})
	task := b.task("name-1")
	if *task.Target != "muster.example" || slices.Contains(task.Methods, wire.ProofMethodHTTPFile) || *task.Instruction.RecordType != "CNAME" {
		t.Errorf("%+v", task)
	}
	b.ask("name-1", "choose", []byte(`{"method":"http_file"}`)).problem(t, 422, wire.ProblemTypeFieldInvalid)
	b.act("publish-right.name-1")
	b.ask("name-1", "check", nil).order(t)
	b.clock.forward(2 * time.Second)
	if got := b.leaf().DNSNames; len(got) != 1 || got[0] != "*.muster.example" {
		t.Errorf("certified: %v", got)
	}
}

// In the product of a hundred names a wildcard and its bare name are one proof.
func TestAHundredNames(t *testing.T) {
	c := newCustomer(t)
	b := c.buy("DEMO-MULTI", func(hash string) wire.Application {
		list := []string{"*.muster.example", "muster.example"}
		for n := range 98 {
			list = append(list, strings.Repeat("a", n/26+1)+string(rune('a'+n%26))+".muster.example")
		}
		return sites(t, newKey(t), hash, list...)
	})
	o := b.see()
	if len(o.Tasks) != 99 || slices.Contains(o.Tasks[0].Methods, wire.ProofMethodHTTPFile) {
		t.Errorf("%d tasks, the first with %v", len(o.Tasks), o.Tasks[0].Methods)
	}
	b.act("publish-all")
	b.clock.forward(8 * time.Second)
	b.wants(wire.OrderStateWaitingAuthority)
	b.clock.forward(2 * time.Second)
	if n := len(b.leaf().DNSNames); n != 100 {
		t.Errorf("%d names certified", n)
	}
}
