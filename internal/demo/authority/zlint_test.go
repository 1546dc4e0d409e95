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
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
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
	mail := func(k crypto.Signer) *x509.Certificate {
		return leaf(a.IssueMail(k.Public(), "anna.muster@shop.example", now))
	}
	site := func(k crypto.Signer) *x509.Certificate {
		return leaf(a.Issue(authority.Request{Profile: authority.WebsiteDomain, Public: k.Public(), Hosts: []string{"www.certdesk-demo.ch", "certdesk-demo.ch"}}, now))
	}
	used := map[string]bool{}
	for what, certificate := range map[string]*x509.Certificate{
		"root":                 a.Root(),
		"mail intermediate":    a.Intermediate(authority.Mail),
		"website intermediate": a.Intermediate(authority.Website),
		"mail, RSA":            mail(rsaKey),
		"mail, P-256":          mail(ecKey),
		"website, RSA":         site(rsaKey),
		"website, P-256":       site(ecKey),
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
