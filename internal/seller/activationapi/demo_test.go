package activationapi_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/activation"
	"certdesk/internal/demo"
	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi"
	"certdesk/internal/spki"
)

const (
	demoCode  = "DEMO-MAIL"
	demoToken = "ZGVtby1jdXN0b21lci0wMTIzNDU2Nzg5YWJjZGVmZ2g" // 32 bytes in base64url
)

// customer redeems codes at the built-in issuer, as the app does.
type customer struct {
	t      *testing.T
	issuer *demo.Issuer
	client *activationapi.Client
	key    *ecdsa.PrivateKey
	csr    []byte
}

func newCustomer(t *testing.T) *customer {
	t.Helper()
	issuer, err := demo.Start(t.Context(), demo.Options{Dir: t.TempDir(), Now: time.Now, MailDelay: -1, IssueDelay: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = issuer.Close() })
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		EmailAddresses: []string{"anna@example.ch"},
	}, key)
	if err != nil {
		t.Fatal(err)
	}
	return &customer{t: t, issuer: issuer, key: key, csr: csr, client: activationapi.New(activationapi.Options{
		HTTP:    httpclient.NewSeller(httpclient.Options{UserAgent: "Certdesk/test"}),
		Resolve: func(context.Context, string) (string, error) { return issuer.URL(), nil },
		Now:     time.Now, Language: func() string { return "en" },
	})}
}

func (c *customer) lookup(code string) (seller.Found, error) {
	return c.client.Lookup(c.t.Context(), activation.Ticket{Service: activation.Demo, Code: secret.FromString(code)})
}

func (c *customer) submission(l order.Licence, key string) order.Submission {
	c.t.Helper()
	body, err := c.client.Prepare(l, application(l), c.csr, secret.FromString(demoToken))
	if err != nil {
		c.t.Fatal(err)
	}
	return order.Submission{
		Service: activation.Demo, IdempotencyKey: key, Body: body,
		Code: secret.FromString(demoCode), Token: secret.FromString(demoToken),
	}
}

func application(l order.Licence) order.Application {
	a := order.Application{Mailbox: "anna@example.ch", GivenName: "Anna", Surname: "Muster"}
	for _, t := range l.Terms {
		a.AcceptedTerms = append(a.AcceptedTerms, t.ID)
	}
	return a
}

func (c *customer) submit(s order.Submission) (seller.Receipt, error) {
	_, r, err := c.client.Submit(c.t.Context(), s, func(seller.Receipt) error { return nil })
	return r, err
}

const (
	firstKey  = "0b9f3a64-1f0e-4d9a-8f4e-0d6f5b2c7a11"
	secondKey = "1b9f3a64-1f0e-4d9a-8f4e-0d6f5b2c7a11"
	thirdKey  = "2b9f3a64-1f0e-4d9a-8f4e-0d6f5b2c7a11"
	fourthKey = "3b9f3a64-1f0e-4d9a-8f4e-0d6f5b2c7a11"
)

// TestFromCodeToCertificate redeems a code at the built-in issuer.
func TestFromCodeToCertificate(t *testing.T) {
	c := newCustomer(t)
	ctx, token := t.Context(), secret.FromString(demoToken)
	found, err := c.lookup(demoCode)
	if err != nil || found.Licence.State != order.LicenceValid || found.Service.Origin != activation.Demo {
		t.Fatalf("%+v, %v", found, err)
	}
	receipt, err := c.submit(c.submission(found.Licence, firstKey))
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.submit(c.submission(found.Licence, firstKey))
	if err != nil || again.ID != receipt.ID {
		t.Fatalf("the same again: %+v, %v", again, err)
	}
	snapshot, receipt, err := c.client.Status(ctx, receipt, token)
	if err != nil || snapshot.State != order.WaitingCustomer || len(snapshot.Tasks) == 0 {
		t.Fatalf("%+v, %v", snapshot, err)
	}
	if _, _, err := c.client.Status(ctx, receipt, token); !errors.Is(err, seller.ErrUnchanged) {
		t.Fatalf("nothing has changed: %v", err)
	}
	if _, receipt, err = c.client.Resend(ctx, receipt, token, snapshot.Tasks[0].ID, "", thirdKey); err != nil {
		t.Fatal(err)
	}
	c.confirm() // changes the order behind the client's back
	snapshot, receipt, err = c.client.Check(ctx, receipt, token, snapshot.Tasks[0].ID, fourthKey)
	current, ok := snapshot.Current()
	if !fault.Is(err, fault.ChangedElsewhere) || !ok {
		t.Fatalf("%+v, %v", snapshot, err)
	}
	chain, err := c.client.Collect(ctx, receipt, token, current.SHA256)
	if err != nil || len(chain) < 2 || !spki.Equal(chain[0].PublicKey, c.key.Public()) {
		t.Fatalf("%d certificates, %v", len(chain), err)
	}
	if diff := cmp.Diff([]string{"anna@example.ch"}, chain[0].EmailAddresses); diff != "" {
		t.Error(diff)
	}
}

// TestOneCodeMakesOneOrder: the receipt is lost, and a new key brings the same order back.
func TestOneCodeMakesOneOrder(t *testing.T) {
	c := newCustomer(t)
	found, err := c.lookup(demoCode)
	if err != nil {
		t.Fatal(err)
	}
	first, err := c.submit(c.submission(found.Licence, firstKey))
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.submit(c.submission(found.Licence, secondKey))
	if err != nil || second.ID != first.ID {
		t.Errorf("%+v, %v", second, err)
	}
	ended, _, err := c.client.Cancel(t.Context(), second, secret.FromString(demoToken), thirdKey)
	if err != nil || ended.State != order.ServiceCancelled {
		t.Errorf("%s, %v", ended.State, err)
	}
	if _, err := c.lookup("DEMO-NO-SUCH-CODE"); !fault.Is(err, fault.CodeUnknown) {
		t.Errorf("got %v", err)
	}
}

func (c *customer) confirm() {
	c.t.Helper()
	helper := c.issuer.Helper(http.DefaultClient)
	mails, err := helper.Inbox(c.t.Context())
	if err != nil || len(mails) == 0 {
		c.t.Fatalf("%d mails, %v", len(mails), err)
	}
	if err := helper.Confirm(c.t.Context(), mails[0].ID); err != nil {
		c.t.Fatal(err)
	}
}
