package authority_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"path/filepath"
	"testing"
	"time"

	zx509 "github.com/zmap/zcrypto/x509"
	"github.com/zmap/zlint/v3"
	"github.com/zmap/zlint/v3/lint"

	"certdesk/internal/demo/authority"
)

// exceptions are the findings that we accept, each with its reason.
var exceptions = map[string]string{
	"n_ca_digital_signature_not_set":    "a note: the demo's authorities sign no OCSP answers",
	"w_ct_sct_policy_count_unsatisfied": "a note: a certificate that nobody trusts is not logged",
	"w_smime_aia_contains_internal_names": "the addresses lie under .invalid on purpose, so that no program " +
		"contacts anybody over a demo certificate",
	"w_sub_cert_aia_contains_internal_names": "the same, for websites",
	"w_ext_subject_key_identifier_missing_sub_cert": "RFC 5280 recommends it, the TLS Baseline Requirements " +
		"(7.1.2.7.6) recommend against it; websites follow the latter",
}

func TestWhatIsIssuedPassesZlint(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	a, err := authority.Open(filepath.Join(t.TempDir(), "authority.pem"), now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := func(chain []*x509.Certificate, err error) *x509.Certificate {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return chain[0]
	}
	issue := func(p authority.Profile, k crypto.Signer, change func(*authority.Request)) *x509.Certificate {
		t.Helper()
		r := authority.Request{
			Profile: p, Public: k.Public(), Mailbox: "anna.muster@shop.example", Hosts: []string{"www.certdesk-demo.ch", "certdesk-demo.ch"},
			Person: authority.Person{GivenName: "Anna", Surname: "Muster", Title: "Dr"},
			Organization: authority.Organization{
				Name: "Müller & Söhne AG", Scheme: "NTR", Number: "CHE-123.456.789", RegisterCountry: "CH", Category: "private_organization",
				Locality: "Bern", Region: "BE", Country: "CH", JurisdictionCountry: "CH",
			},
		}
		if change != nil {
			change(&r)
		}
		return leaf(a.Issue(r, now))
	}
	used := map[string]bool{}
	for what, certificate := range map[string]*x509.Certificate{
		"root":                 a.Root(),
		"mail intermediate":    a.Intermediate(authority.Mail),
		"website intermediate": a.Intermediate(authority.Website),
		"code root":            a.RootOf(authority.Code),
		"code intermediate":    a.Intermediate(authority.Code),
		"mail, RSA":            issue(authority.MailMailbox, rsaKey, nil),
		"mail, P-256":          issue(authority.MailMailbox, ecKey, nil),
		"sponsor":              issue(authority.MailSponsor, rsaKey, nil),
		"sponsor, pseudonym": issue(authority.MailSponsor, rsaKey, func(r *authority.Request) {
			r.Person = authority.Person{Pseudonym: "Reception"}
		}),
		"sponsor, VAT": issue(authority.MailSponsor, ecKey, func(r *authority.Request) {
			r.Organization.Scheme, r.Organization.Number, r.Organization.RegisterCountry = "VAT", "123456789", "DE"
			r.Organization.Country = "DE"
		}),
		"sponsor, LEI": issue(authority.MailSponsor, ecKey, func(r *authority.Request) {
			r.Organization.Scheme, r.Organization.Number = "LEI", "506700GE1G29325QX363"
		}),
		"sponsor, register of a state": issue(authority.MailSponsor, ecKey, func(r *authority.Request) {
			r.Organization.Number, r.Organization.RegisterCountry, r.Organization.RegisterRegion = "1234567", "US", "CA"
			r.Organization.Country = "US"
		}),
		"sponsor, region in words": issue(authority.MailSponsor, ecKey, func(r *authority.Request) {
			r.Organization.RegisterRegion = "Kanton Bern"
		}),
		"sponsor, international": issue(authority.MailSponsor, ecKey, func(r *authority.Request) {
			r.Organization.Scheme, r.Organization.Number = "INT", ""
		}),
		"sponsor, government": issue(authority.MailSponsor, ecKey, func(r *authority.Request) {
			r.Organization.Scheme, r.Organization.Number = "GOV", ""
		}),
		"website, RSA":            issue(authority.WebsiteDomain, rsaKey, nil),
		"website, P-256":          issue(authority.WebsiteDomain, ecKey, nil),
		"wildcard":                issue(authority.WebsiteDomain, ecKey, func(r *authority.Request) { r.Hosts = []string{"*.certdesk-demo.ch"} }),
		"organization, RSA":       issue(authority.WebsiteOrganization, rsaKey, nil),
		"organization, P-256":     issue(authority.WebsiteOrganization, ecKey, nil),
		"organization, no region": issue(authority.WebsiteOrganization, ecKey, func(r *authority.Request) { r.Organization.Region = "" }),
		"extended, RSA":           issue(authority.WebsiteExtended, rsaKey, nil),
		"extended, state and place": issue(authority.WebsiteExtended, ecKey, func(r *authority.Request) {
			r.Organization.JurisdictionCountry, r.Organization.JurisdictionRegion, r.Organization.JurisdictionLocality = "US", "Delaware", "Dover"
		}),
		"extended, by its day": issue(authority.WebsiteExtended, ecKey, func(r *authority.Request) {
			r.Organization.Number, r.Organization.IncorporatedOn = "", "1990-05-14"
		}),
		"extended, government": issue(authority.WebsiteExtended, ecKey, func(r *authority.Request) {
			r.Organization.Number, r.Organization.Category = "", "government_entity"
		}),
		"code, RSA":   issue(authority.CodeSigning, rsaKey, nil),
		"code, P-256": issue(authority.CodeSigning, ecKey, nil),
	} {
		parsed, err := zx509.ParseCertificate(certificate.Raw)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		passed := 0
		for lintName, result := range zlint.LintCertificate(parsed).Results {
			if result.Status == lint.Pass {
				passed++
			}
			if result.Status < lint.Notice {
				continue
			}
			if _, ok := exceptions[lintName]; ok {
				used[lintName] = true
				continue
			}
			t.Errorf("%s: %s: %v %s", what, lintName, result.Status, result.Details)
		}
		if passed < 40 {
			t.Errorf("%s: only %d lints had anything to say: is it the certificate we think?", what, passed)
		}
	}
	for lintName, reason := range exceptions {
		if !used[lintName] {
			t.Errorf("exception %s (%s) is no longer needed", lintName, reason)
		}
	}
}
