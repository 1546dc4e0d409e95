package activationapi_test

import (
	"crypto/rand"
	"crypto/x509"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
)

const (
	fifthKey = "4b9f3a64-1f0e-4d9a-8f4e-0d6f5b2c7a11"
	sixthKey = "5b9f3a64-1f0e-4d9a-8f4e-0d6f5b2c7a11"
)

// TestAnOrganizationsTasks at the built-in issuer: the form, a document that is sent twice as once, times for a
// call; and a cancelled order.
func TestAnOrganizationsTasks(t *testing.T) {
	c := newCustomer(t)
	ctx, token := t.Context(), secret.FromString(demoToken)
	found, err := c.lookup("DEMO-TLS-OV")
	if err != nil {
		t.Fatal(err)
	}
	l := found.Licence
	contact := order.Contact{GivenName: "Anna", Surname: "Keller", Email: "anna@muster.ch", Phone: "+41446681800"}
	a := order.Application{
		Domains: "muster.ch", WithoutWWW: true, Administrative: contact, SameTechnical: true, AuthorityToSign: true, ApproverEmail: "admin@muster.ch",
		Organization: &order.Organization{
			LegalName: "Muster AG", Registration: order.Registration{Scheme: "NTR", Number: "CHE-123.456.788", Country: "CH"},
			Address: order.Address{Lines: []string{"Hauptstrasse 1"}, PostalCode: "8001", Locality: "Zürich", Country: "CH"}, Phone: "+41446681800",
		},
	}
	for _, terms := range l.Terms {
		a.AcceptedTerms = append(a.AcceptedTerms, terms.ID)
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{DNSNames: []string{"muster.ch"}}, c.key)
	if err != nil {
		t.Fatal(err)
	}
	body, err := c.client.Prepare(l, l.Tidied(a), csr, token)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.submit(order.Submission{
		Service: activation.Demo, IdempotencyKey: firstKey, Body: body, Code: secret.FromString("DEMO-TLS-OV"), Token: token,
	})
	if err != nil {
		t.Fatal(err)
	}
	s, r, err := c.client.Status(ctx, r, token)
	if err != nil {
		t.Fatal(err)
	}
	tasks := map[order.TaskKind]order.Task{}
	for _, task := range s.Tasks {
		tasks[task.Kind] = task
	}
	form, err := c.client.Form(ctx, r, token, tasks[order.Document].Instruction.Form)
	if err != nil || form.Title == "" || len(form.Blocks) < 3 {
		t.Fatalf("%+v, %v", form, err)
	}
	u := order.Upload{Name: "Auszug.pdf", Form: form.ID, Data: []byte("%PDF-1.7 x")}
	s, after, err := c.client.Upload(ctx, r, token, tasks[order.Document].ID, u, secondKey)
	if err != nil || stateOf(s, order.Document) != order.TaskSubmitted {
		t.Fatalf("%s, %v", stateOf(s, order.Document), err)
	}
	if again, _, err := c.client.Upload(ctx, r, token, tasks[order.Document].ID, u, secondKey); err != nil || again.ID != s.ID {
		t.Errorf("the same again: %v", err)
	}
	if _, _, err := c.client.Upload(ctx, r, token, tasks[order.Document].ID, u, thirdKey); !fault.Is(err, fault.ChangedElsewhere) {
		t.Errorf("for an order that has changed since: %v", err)
	}
	p := order.Proposal{Times: []time.Time{time.Now().Add(48 * time.Hour)}, Phone: "+41446681801"}
	s, after, err = c.client.Schedule(ctx, after, token, tasks[order.PhoneCall].ID, p, fourthKey)
	if err != nil || stateOf(s, order.PhoneCall) != order.TaskSubmitted {
		t.Fatalf("%s, %v", stateOf(s, order.PhoneCall), err)
	}
	if _, _, err := c.client.Accept(ctx, after, token, tasks[order.PhoneCall].ID, a.AcceptedTerms, fifthKey); !fault.Is(err, fault.TaskState) {
		t.Errorf("an agreement where a call is asked for: %v", err)
	}
	ended, _, err := c.client.Cancel(ctx, after, token, sixthKey)
	if err != nil || ended.State != order.ServiceCancelled {
		t.Errorf("%s, %v", ended.State, err)
	}
}

func stateOf(s order.Snapshot, kind order.TaskKind) order.TaskState {
	for _, t := range s.Tasks {
		if t.Kind == kind {
			return t.State
		}
	}
	return ""
}
