package activationapi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller/activationapi/wire"
)

func testCSR(t *testing.T, template x509.CertificateRequest) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &template, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func mailApplication() (order.Licence, order.Application) {
	return order.Licence{Product: order.Product{Type: order.SMIME}}, order.Application{
		Mailbox: " Anna@Example.CH ", GivenName: " Anna ", Surname: "Muster", Language: "fr",
		Administrative: order.Contact{GivenName: "Not", Surname: "Asked", Email: "n@example.ch", Phone: "+41791112233"},
		AcceptedTerms:  []string{"t1"}, Comment: "  ",
	}
}

func TestPrepareMail(t *testing.T) {
	s := serve(t)
	l, a := mailApplication()
	csr := testCSR(t, x509.CertificateRequest{EmailAddresses: []string{"Anna@example.ch"}})
	body, err := s.client.Prepare(l, a, csr, token())
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.client.Prepare(l, a, csr, token())
	if err != nil || string(again) != string(body) {
		t.Error("the same application gives other bytes")
	}
	if strings.Contains(string(body), testToken) {
		t.Error("the token stands in the application")
	}
	var got wire.Application
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(testToken))
	block := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr}))
	want := wire.Application{
		OrderTokenSHA256: hex.EncodeToString(sum[:]), CSR: &block, Language: "fr", AcceptedTerms: []string{"t1"},
		Names:   []wire.Name{{Type: "email", Value: "Anna@example.ch"}},
		Subject: &wire.Subject{GivenName: ptr("Anna"), Surname: ptr("Muster")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestPrepareIsWhatTheContractSays has the contract check applications of each shape.
func TestPrepareIsWhatTheContractSays(t *testing.T) {
	s := serve(t)
	sent := make(chan wire.Application, 1)
	s.mux.HandleFunc("POST /v1/orders", s.authorized(testCode, s.accept(sent)))
	person := order.Contact{GivenName: "Anna", Surname: "Muster", JobTitle: "IT", Email: "it@example.ch", Phone: "+41441234567"}
	contacts := []string{"administrative", "technical", "auditor"}
	for name, tc := range map[string]struct {
		licence     order.Licence
		application order.Application
		csr         []byte
		names       []wire.Name
		key         string
	}{
		"website": {
			order.Licence{Product: order.Product{
				Type: order.TLS, Validation: order.ValidationExtended, Contacts: contacts, Approver: true,
				Names: order.NameRules{Max: 3, WWW: "free_pair", IDN: true},
			}},
			order.Application{
				Domains: "Example.ch\nbücher.example.ch", Administrative: person, SameTechnical: true, AuthorityToSign: true,
				ApproverEmail: "admin@example.ch",
				Organization: &order.Organization{
					LegalName: "Muster AG", Registration: order.Registration{Scheme: "NTR", Country: "CH", Number: "CHE-1"},
					Address: order.Address{Lines: []string{"Weg 1"}, Locality: "Bern", Country: "CH"}, Phone: "+41441234567",
					Jurisdiction: order.Jurisdiction{Country: "CH", Region: "Bern"}, BusinessCategory: "private_organization",
					IncorporatedOn: "1999-12-31",
				},
			},
			testCSR(t, x509.CertificateRequest{DNSNames: []string{
				"example.ch", "www.example.ch", "xn--bcher-kva.example.ch", "www.xn--bcher-kva.example.ch",
			}}),
			[]wire.Name{{Type: "dns", Value: "example.ch"}, {Type: "dns", Value: "xn--bcher-kva.example.ch"}},
			"1" + testKey[1:],
		},
		"own request": {
			order.Licence{Product: order.Product{Type: order.TLS, Names: order.NameRules{Max: 3}}},
			order.Application{Domains: "example.ch", Request: []byte{1}},
			testCSR(t, x509.CertificateRequest{DNSNames: []string{"example.ch", "shop.example.ch"}}),
			[]wire.Name{{Type: "dns", Value: "example.ch"}, {Type: "dns", Value: "shop.example.ch"}},
			"4" + testKey[1:],
		},
		"code signing": {
			order.Licence{Product: order.Product{Type: order.CodeSigning}},
			order.Application{},
			testCSR(t, x509.CertificateRequest{}),
			[]wire.Name{},
			"2" + testKey[1:],
		},
		"site service": {
			order.Licence{Product: order.Product{Type: order.SiteService}},
			order.Application{Domains: "Shop.example.ch\nnot a name\n"},
			nil,
			[]wire.Name{{Type: "dns", Value: "shop.example.ch"}},
			"3" + testKey[1:],
		},
	} {
		t.Run(name, func(t *testing.T) {
			body, err := s.client.Prepare(tc.licence, tc.application, tc.csr, token())
			if err != nil {
				t.Fatal(err)
			}
			sub := s.submission()
			sub.Body = body
			sub.IdempotencyKey = tc.key
			if _, _, err := s.client.Submit(t.Context(), sub, keepNothing); err != nil {
				t.Fatal(err)
			}
			got := <-sent
			if diff := cmp.Diff(tc.names, got.Names); diff != "" {
				t.Error(diff)
			}
			if got.Language != "de" {
				t.Errorf("language %q", got.Language)
			}
			if name == "website" && (got.Contacts.Technical.Email != "it@example.ch" || got.Contacts.Organization != nil) {
				t.Errorf("contacts %+v", got.Contacts)
			}
			if name == "website" {
				checkWebsite(t, got)
			}
		})
	}
}

// checkWebsite looks at what goes with names and organization.
func checkWebsite(t *testing.T, got wire.Application) {
	t.Helper()
	if diff := cmp.Diff([]string{"example.ch", "xn--bcher-kva.example.ch"}, got.WWWPairs); diff != "" {
		t.Error(diff)
	}
	if got.ApproverEmail == nil || *got.ApproverEmail != "admin@example.ch" || got.AuthorityToSign == nil || !*got.AuthorityToSign {
		t.Errorf("approver %v, authority %v", got.ApproverEmail, got.AuthorityToSign)
	}
	o := got.Organization
	if o.Jurisdiction == nil || o.Jurisdiction.Country != "CH" || *o.Jurisdiction.Region != "Bern" || o.Jurisdiction.Locality != nil ||
		*o.BusinessCategory != "private_organization" || *o.IncorporatedOn != "1999-12-31" {
		t.Errorf("organization %+v", o)
	}
}

func TestPrepareRefuses(t *testing.T) {
	s := serve(t)
	l, a := mailApplication()
	csr := testCSR(t, x509.CertificateRequest{EmailAddresses: []string{"Anna@example.ch"}})
	for name, tc := range map[string]struct {
		csr   []byte
		token string
		want  fault.Code
	}{
		"other names":    {testCSR(t, x509.CertificateRequest{EmailAddresses: []string{"ben@example.ch"}}), testToken, fault.NamesNotAllowed},
		"no request":     {nil, testToken, fault.RequestUnreadable},
		"broken request": {csr[:40], testToken, fault.RequestUnreadable},
		"no token":       {csr, "", fault.Unexpected},
		"short token":    {csr, testToken[:40], fault.Unexpected},
		"padded token":   {csr, testToken + "=", fault.Unexpected},
	} {
		body, err := s.client.Prepare(l, a, tc.csr, secret.FromString(tc.token))
		if body != nil || !fault.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	a.Comment = strings.Repeat("x", 1<<20)
	if _, err := s.client.Prepare(l, a, csr, token()); !fault.Is(err, fault.TooLarge) {
		t.Errorf("got %v", err)
	}
}
