package demo_test

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"certdesk/internal/demo"
	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

// upload sends a file for a task.
func (b *buyer) upload(task, key string, file []byte, fields map[string]string) reply {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "scan.bin")
	if err != nil {
		b.t.Fatal(err)
	}
	_, _ = part.Write(file)
	for k, v := range fields {
		_ = form.WriteField(k, v)
	}
	_ = form.Close()
	if key == "" {
		b.see()
	}
	return b.do(call{
		method: "POST", path: "/api/orders/" + b.id + "/tasks/" + task + "/documents", credential: b.token, match: b.tag, key: key,
		body: body.Bytes(), header: map[string]string{"Content-Type": form.FormDataContentType()},
	})
}

func (b *buyer) form(name string) (wire.Form, string) {
	b.t.Helper()
	var f wire.Form
	r := b.do(call{method: "GET", path: "/api/orders/" + b.id + "/forms/" + name, credential: b.token})
	r.into(b.t, &f)
	return f, string(r.body)
}

// patient starts an issuer whose authority does nothing by itself.
func patient(t *testing.T, opts ...contract.Option) *customer {
	t.Helper()
	clk := newClock()
	i, err := demo.Start(t.Context(), demo.Options{Dir: t.TempDir(), Now: clk.now, ReviewDelay: -1, SlowBy: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close() })
	return meet(t, i, clk, opts...)
}

var pdf = []byte("%PDF-1.7\nsigned")

func organizationOrder(t *testing.T, c *customer, code string) *buyer {
	t.Helper()
	return c.buy(code, func(hash string) wire.Application {
		a := withOrganization(sites(t, newKey(t), hash, "shop.muster.example"))
		to := "hostmaster@muster.example"
		a.ApproverEmail = &to
		if strings.Contains(code, "-EV") {
			category := wire.BusinessCategoryPrivateOrganization
			a.Organization.BusinessCategory, a.Organization.Jurisdiction = &category, &wire.Jurisdiction{Country: "CH"}
		}
		return a
	})
}

func TestAnOrganizationFromCodeToCertificate(t *testing.T) {
	c := patient(t)
	b := organizationOrder(t, c, "DEMO-TLS-OV")
	b.wants(wire.OrderStateWaitingCustomer, "name-1", "document-organization-order", "organization", "call")
	if l := b.licenceOf("DEMO-TLS-OV"); l.State != wire.LicenceStatePending || *l.OrderID != b.id {
		t.Errorf("licence: %+v", l)
	}
	f, text := b.form("organization-order")
	if f.Send != wire.SendByUpload || len(f.Blocks) < 8 || f.Blocks[len(f.Blocks)-1].Kind != wire.FormBlockKindSignature {
		t.Errorf("%+v", f)
	}
	for _, want := range []string{"Muster Handel AG", "CHE-123.456.789", "Marktgasse 1", "shop.muster.example", "Anna Muster"} {
		if !strings.Contains(text, want) {
			t.Errorf("the form does not say %q", want)
		}
	}
	b.upload("document-organization-order", "", pdf, map[string]string{"form": "organization-order", "comment": "both pages"}).order(t)
	if got := b.task("document-organization-order"); got.State != wire.TaskStateSubmitted {
		t.Errorf("%+v", got)
	}
	b.act("document-again.document-organization-order")
	o := b.wants(wire.OrderStateWaitingCustomer, "name-1", "document-organization-order", "organization", "call")
	if len(o.Messages) != 1 || !strings.Contains(o.Messages[0].Text, "signature") {
		t.Errorf("%+v", o.Messages)
	}
	b.upload("document-organization-order", "", []byte("\x89PNG\r\n\x1a\nsigned again"), nil).order(t)
	b.act("document-accept.document-organization-order", "publish-right.name-1")
	b.ask("name-1", "check", nil).order(t)

	at := b.clock.now().Add(48 * time.Hour).Format(time.RFC3339)
	b.ask("call", "schedule", []byte(`{"times":["`+at+`"],"phone":"+41315550199","comment":"ask for Anna"}`)).order(t)
	if got := b.task("call"); got.State != wire.TaskStateSubmitted || *got.Instruction.Phone != "+41315550199" {
		t.Errorf("%+v", got)
	}
	if o := b.see(); o.State != wire.OrderStateWaitingAuthority {
		t.Errorf("after the proposal: %s", o.State)
	}
	b.act("call-missed.call")
	if got := b.task("call"); got.State != wire.TaskStateOpen || got.LastResult.Code != wire.TaskResultCodeNoAnswer {
		t.Errorf("%+v", got)
	}
	b.act("differs.organization")
	if m := b.see().Messages[0]; !strings.Contains(m.Text, "Muster Handel AG") {
		t.Errorf("%+v", m)
	}
	b.act("call-answered.call", "checked.organization")
	b.wants(wire.OrderStateWaitingCustomer, "approval")
	mails := b.inbox()
	if len(mails) != 1 || mails[0].To != "hostmaster@muster.example" || mails[0].ConfirmTask != "approval" {
		t.Fatalf("%+v", mails)
	}
	if err := b.confirm(mails[0].ID); err != nil {
		t.Fatal(err)
	}
	if o := b.wants(wire.OrderStateWaitingAuthority); o.Expected == nil || o.Expected.Earliest == nil {
		t.Error("nothing is said of when")
	}
	b.clock.forward(2 * time.Second)
	leaf := b.leaf()
	if got := leaf.Subject.String(); got != "O=Muster Handel AG,L=Bern,ST=BE,C=CH" {
		t.Errorf("certified: %s", got)
	}
	var said []string
	for _, e := range b.see().Timeline {
		said = append(said, e.Event)
	}
	for _, want := range []string{"document_received", "name_proved", "call_made", "organization_checked", "approved", "issued"} {
		if !slices.Contains(said, want) {
			t.Errorf("the timeline does not say %s: %v", want, said)
		}
	}
}

// Left alone, the authority reads the document and checks the organization within seconds.
func TestTheAuthorityWorksByItself(t *testing.T) {
	c := newCustomer(t)
	b := organizationOrder(t, c, "DEMO-TLS-EV")
	b.wants(wire.OrderStateWaitingCustomer, "name-1", "document-organization-order", "document-extended-agreement", "organization", "call")
	paper := b.task("document-extended-agreement").Instruction
	if *paper.Send != wire.SendByPost || paper.Address == nil || paper.Address.Country != "CH" {
		t.Errorf("%+v", paper)
	}
	if f, _ := b.form("extended-agreement"); f.Address == nil || f.Send != wire.SendByPost {
		t.Errorf("%+v", f)
	}
	b.act("publish-right.name-1", "document-accept.document-extended-agreement", "call-answered.call")
	b.upload("document-organization-order", "", pdf, nil).order(t)
	b.clock.forward(8 * time.Second)
	b.wants(wire.OrderStateWaitingAuthority, "organization")
	b.clock.forward(8 * time.Second)
	b.wants(wire.OrderStateWaitingCustomer, "approval")
	b.act("approve.approval")
	b.clock.forward(2 * time.Second)
	leaf := b.leaf()
	if got := leaf.Subject.SerialNumber; got != "CHE-123.456.789" {
		t.Errorf("serial number %q", got)
	}
	if p := leaf.Policies; len(p) != 1 || p[0].String() != "2.23.140.1.1" {
		t.Errorf("policies %v", p)
	}
}

func TestAPersonOfAnOrganization(t *testing.T) {
	c := patient(t)
	b := c.buy("DEMO-MAIL-ORG", func(hash string) wire.Application {
		a := withOrganization(application(t, newKey(t), hash))
		a.Contacts.Technical = nil
		return a
	})
	b.wants(wire.OrderStateWaitingCustomer, "mailbox", "document-person-authority", "organization")
	if f, text := b.form("person-authority"); f.Address == nil || !strings.Contains(text, "Anna Muster") {
		t.Errorf("%+v", f)
	}
	if err := b.confirm(b.inbox()[0].ID); err != nil {
		t.Fatal(err)
	}
	b.act("document-accept.document-person-authority", "checked.organization")
	b.clock.forward(2 * time.Second)
	leaf := b.leaf()
	for _, want := range []string{"O=Muster Handel AG", "CN=anna.muster@shop.example", "2.5.4.97=", "C=CH"} {
		if !strings.Contains(leaf.Subject.String(), want) {
			t.Errorf("no %s in %s", want, leaf.Subject)
		}
	}
}

func TestProgramsAreSignedOnHardware(t *testing.T) {
	c := patient(t)
	if p := c.buyable("DEMO-CODE").Product; *p.KeyStorage != wire.KeyStorageHardware || p.Names.Max != 0 {
		t.Errorf("%+v", p)
	}
	b := c.buy("DEMO-CODE", func(hash string) wire.Application {
		a := withOrganization(sites(t, rsaKey(t, 3072), hash))
		a.Names, a.Proof = []wire.ApplicationName{}, nil
		return a
	})
	b.wants(wire.OrderStateWaitingCustomer, "document-organization-order", "organization", "call")
	b.act("document-accept.document-organization-order", "checked.organization", "call-answered.call")
	b.clock.forward(2 * time.Second)
	leaf := b.leaf()
	if leaf.Subject.CommonName != "Muster Handel AG" || len(leaf.ExtKeyUsage) != 1 || leaf.ExtKeyUsage[0] != x509.ExtKeyUsageCodeSigning {
		t.Errorf("%s %v", leaf.Subject, leaf.ExtKeyUsage)
	}
	weak := func(hash string) wire.Application {
		a := withOrganization(sites(t, rsaKey(t, 2048), hash))
		a.Names, a.Proof = []wire.ApplicationName{}, nil
		return a
	}
	_, hash := token(t)
	r := c.do(call{method: "POST", path: "/api/orders", credential: "DEMO-CODE-2", body: encode(t, weak(hash))})
	r.problem(t, 422, wire.ProblemTypeKeyForbidden)
}

func (c *customer) buyable(code string) wire.Licence {
	c.t.Helper()
	var l wire.Licence
	c.do(call{method: "GET", path: "/api/licence", credential: code}).into(c.t, &l)
	return l
}

// What is uploaded is judged by its content; the same file under the same key is the same call, however its
// parts are separated.
func TestUploads(t *testing.T) {
	c := patient(t, contract.BadRequests())
	b := organizationOrder(t, c, "DEMO-TLS-OV")
	const task = "document-organization-order"
	for name, tc := range map[string]struct {
		file   []byte
		fields map[string]string
		status int
		kind   wire.ProblemType
	}{
		"a program":      {[]byte("MZ..."), nil, 415, wire.ProblemTypeTypeUnsupported},
		"a web page":     {[]byte("<html>"), nil, 415, wire.ProblemTypeTypeUnsupported},
		"nothing":        {nil, nil, 415, wire.ProblemTypeTypeUnsupported},
		"too large":      {append([]byte("%PDF-"), make([]byte, 10<<20)...), nil, 413, wire.ProblemTypeTooLarge},
		"far too large":  {append([]byte("%PDF-"), make([]byte, 12<<20)...), nil, 413, wire.ProblemTypeTooLarge},
		"another form":   {pdf, map[string]string{"form": "person-authority"}, 422, wire.ProblemTypeFieldInvalid},
		"a long comment": {pdf, map[string]string{"comment": strings.Repeat("x", 2001)}, 422, wire.ProblemTypeFieldInvalid},
	} {
		t.Run(name, func(t *testing.T) { b.upload(task, "", tc.file, tc.fields).problem(t, tc.status, tc.kind) })
	}
	b.upload("name-1", "", pdf, nil).problem(t, 409, wire.ProblemTypeTaskState)
	b.upload("nothing", "", pdf, nil).problem(t, 404, wire.ProblemTypeNotFound)
	b.see()
	key := c.newKey()
	first := b.upload(task, key, pdf, nil)
	first.order(t)
	if again := b.upload(task, key, pdf, nil); again.status != 200 || !bytes.Equal(again.body, first.body) {
		t.Errorf("the same file again: %d %s", again.status, again.body)
	}
	b.upload(task, key, append(slices.Clone(pdf), '!'), nil).problem(t, 422, wire.ProblemTypeIdempotencyMismatch)
	if o := b.see(); len(o.Timeline) != 2 {
		t.Errorf("%+v", o.Timeline)
	}
}

func TestProposalsAreJudged(t *testing.T) {
	c := patient(t, contract.BadRequests())
	b := organizationOrder(t, c, "DEMO-TLS-OV")
	later := b.clock.now().Add(time.Hour).Format(time.RFC3339)
	for body, pointer := range map[string]string{
		`{"times":[]}`:                                        "/times",
		`{"times":["2020-01-01T10:00:00Z"]}`:                  "/times/0",
		`{"times":["` + later + `"],"phone":"031 555 01 00"}`: "/phone",
	} {
		if p := b.ask("call", "schedule", []byte(body)).problem(t, 422, wire.ProblemTypeFieldInvalid); p.Errors[0].Pointer != pointer {
			t.Errorf("%s: %+v", body, p.Errors)
		}
	}
	b.ask("name-1", "schedule", []byte(`{"times":["`+later+`"]}`)).problem(t, 409, wire.ProblemTypeTaskState)
	b.ask("call", "check", nil).problem(t, 409, wire.ProblemTypeTaskState)
}

// What an order says can be edited can be, and nothing else.
func TestEditingAnOrganizationsOrder(t *testing.T) {
	c := patient(t, contract.BadRequests())
	b := organizationOrder(t, c, "DEMO-TLS-OV")
	patch := func(v any) reply {
		b.see()
		return b.do(call{method: http.MethodPatch, path: "/api/orders/" + b.id, credential: b.token, match: b.tag, body: encode(t, v)})
	}
	var fields []string
	for _, e := range b.see().Editable {
		fields = append(fields, e.Field)
	}
	if got := strings.Join(fields, " "); got != "contacts organization approver_email comment" {
		t.Errorf("%s", got)
	}
	a := withOrganization(wire.Application{})
	a.Organization.LegalName, a.Contacts.Administrative.Surname = "Muster Handel und Söhne AG", "Meier"
	o := patch(wire.Edit{Contacts: a.Contacts, Organization: a.Organization}).order(t)
	if o.Organization.LegalName != "Muster Handel und Söhne AG" || o.Contacts.Administrative.Surname != "Meier" || *b.task("organization").Target != "Muster Handel und Söhne AG" {
		t.Errorf("%+v", o)
	}
	a.Organization.LegalName = ""
	if p := patch(wire.Edit{Organization: a.Organization}).problem(t, 422, wire.ProblemTypeFieldInvalid); p.Errors[0].Pointer != "/organization/legal_name" {
		t.Errorf("%+v", p.Errors)
	}
	patch(json.RawMessage(`{"approver_email":"anna@muster.example"}`)).problem(t, 422, wire.ProblemTypeApproverNotAllowed)
	b.act("publish-right.name-1", "document-accept.document-organization-order", "call-answered.call", "checked.organization")
	b.ask("name-1", "check", nil).order(t)
	b.wants(wire.OrderStateWaitingCustomer, "approval")
	patch(json.RawMessage(`{"approver_email":"admin@muster.example"}`)).problem(t, 422, wire.ProblemTypeFieldInvalid)
	b.ask("approval", "resend", []byte(`{"email":"admin@muster.example"}`)).order(t)
	if got := b.inbox()[0].To; got != "admin@muster.example" {
		t.Errorf("sent to %s", got)
	}
}
