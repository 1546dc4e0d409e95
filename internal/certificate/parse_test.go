package certificate_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/smallstep/pkcs7"

	"certdesk/internal/certificate"
	"certdesk/internal/fault"
	"certdesk/internal/order"
)

func p7b(t testing.TB, certs ...*x509.Certificate) []byte {
	t.Helper()
	var all []byte
	for _, c := range certs {
		all = append(all, c.Raw...)
	}
	der, err := pkcs7.DegenerateCertificate(all)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func subjects(certs []*x509.Certificate) []string {
	var out []string
	for _, c := range certs {
		out = append(out, c.Subject.CommonName)
	}
	return out
}

func TestParse(t *testing.T) {
	w := testWorld()
	leaf := issued(newKey().Public(), nil)
	bundle := armour("CERTIFICATE", leaf.Raw) + armour("CERTIFICATE", w.intermediate.Raw)
	const anna, above = "anna@example.ch", "Test Intermediate"
	tests := []struct {
		name string
		data []byte
		want []string
	}{
		{"PEM", []byte(bundle), []string{anna, above}},
		{"PEM with Windows line ends", []byte(strings.ReplaceAll(bundle, "\n", "\r\n")), []string{anna, above}},
		{"PEM in a mail", []byte("Dear Anna,\n\n" + bundle + "\nKind regards"), []string{anna, above}},
		{"PEM with a byte order mark", []byte("\uFEFF" + bundle), []string{anna, above}},
		{"PEM indented", []byte(strings.ReplaceAll(bundle, "-----\n", "-----  \n\t ")), []string{anna, above}},
		{"PEM twice", []byte(bundle + bundle), []string{anna, above}},
		{"PEM beside a private key", []byte(armour("PRIVATE KEY", []byte("x")) + bundle), []string{anna, above}},
		{"PEM with a damaged root", []byte(bundle + armour("CERTIFICATE", []byte("damaged"))), []string{anna, above}},
		{"DER", leaf.Raw, []string{anna}},
		{"DER, two", append(bytes.Clone(leaf.Raw), w.intermediate.Raw...), []string{anna, above}},
		{"base64", []byte(base64.StdEncoding.EncodeToString(leaf.Raw)), []string{anna}},
		{"base64 in lines", []byte(lines(base64.StdEncoding.EncodeToString(leaf.Raw))), []string{anna}},
		{"P7B", p7b(t, leaf, w.intermediate), []string{anna, above}},
		{"P7B in PEM", []byte(armour("PKCS7", p7b(t, leaf, w.intermediate))), []string{anna, above}},
		{"P7B labelled as a certificate", []byte(armour("CERTIFICATE", p7b(t, leaf))), []string{anna}},
		{"P7B as base64", []byte(base64.StdEncoding.EncodeToString(p7b(t, leaf))), []string{anna}},
	}
	for _, tt := range tests {
		got, err := certificate.Parse(tt.data)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, subjects(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func lines(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i%64 == 0 {
			b.WriteString("\r\n ")
		}
		b.WriteRune(r)
	}
	return b.String()
}

// deep is BER that is nested n deep, with indefinite lengths.
func deep(n int) []byte { return bytes.Repeat([]byte{0x30, 0x80}, n) }

func TestParseRefuses(t *testing.T) {
	canary := "canary-7d1e"
	var many string
	for range certificate.MaxCertificates + 1 {
		many += armour("CERTIFICATE", issued(newKey().Public(), nil).Raw)
	}
	leaf := armour("CERTIFICATE", issued(newKey().Public(), nil).Raw)
	tests := []struct {
		name string
		data []byte
		want error
	}{
		{"nothing", nil, certificate.ErrNoCertificate},
		{"blank", []byte(" \r\n\t"), certificate.ErrNoCertificate},
		{"text", []byte(canary), certificate.ErrNoCertificate},
		{"HTML", []byte("<html><body>" + canary + "</body></html>"), certificate.ErrNoCertificate},
		{"a private key alone", []byte(armour("PRIVATE KEY", []byte(canary))), certificate.ErrNoCertificate},
		{"a request", []byte(armour("CERTIFICATE REQUEST", []byte(canary))), certificate.ErrNoCertificate},
		{"PEM without an end", []byte(leaf[:len(leaf)/2]), certificate.ErrNoCertificate},
		{"damaged first", []byte(armour("CERTIFICATE", []byte(canary)) + leaf), certificate.ErrFirstDamaged},
		{"too many", []byte(many), certificate.ErrTooMany},
		{"too large", bytes.Repeat([]byte("x"), certificate.MaxBytes+1), certificate.ErrTooLarge},
		{"a bomb of brackets", deep(certificate.MaxBytes / 2), certificate.ErrNestedTooDeep},
		{"a bomb in PEM", []byte(armour("PKCS7", deep(1000))), certificate.ErrNestedTooDeep},
		{"P7B cut off", p7b(t, testWorld().root)[:200], certificate.ErrNoCertificate},
	}
	for _, tt := range tests {
		certs, err := certificate.Parse(tt.data)
		if !errors.Is(err, tt.want) || !fault.Is(err, fault.CertificateUnreadable) || certs != nil {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), canary) {
			t.Errorf("%s: the error shows the input: %v", tt.name, err)
		}
	}
}

// FuzzParse: whatever comes back, Parse gives certificates within its limits or a fault, and what it gives
// can be judged and described.
func FuzzParse(f *testing.F) {
	leaf := issued(newKey().Public(), nil)
	f.Add([]byte(armour("CERTIFICATE", leaf.Raw) + armour("CERTIFICATE", testWorld().intermediate.Raw)))
	f.Add(leaf.Raw)
	f.Add(p7b(f, leaf, testWorld().root))
	f.Add([]byte(base64.StdEncoding.EncodeToString(p7b(f, leaf))))
	f.Add(deep(100))
	f.Fuzz(func(t *testing.T, data []byte) {
		certs, err := certificate.Parse(data)
		if err != nil {
			if !fault.Is(err, fault.CertificateUnreadable) || certs != nil {
				t.Errorf("%d certificates with %v", len(certs), err)
			}
			return
		}
		if n := len(certs); n < 1 || n > certificate.MaxCertificates {
			t.Errorf("%d certificates", n)
		}
		in := good(leaf.PublicKey)
		in.Certificates = certs
		r, err := certificate.Check(in)
		if err != nil && !fault.Is(err, fault.CertificateForeignKey) {
			t.Errorf("Check: %v", err)
		}
		if r.Leaf == nil {
			t.Error("no leaf")
		}
		for _, c := range certs {
			certificate.Describe(c)
		}
	})
}

// The P7B that real programs write: indefinite lengths (BER), from OpenSSL's streaming.
func TestP7BInBER(t *testing.T) {
	der := p7b(t, testWorld().root)
	// The outermost length becomes indefinite: a SEQUENCE with a four-byte header in DER.
	if der[1] != 0x82 {
		t.Fatalf("the header is % x", der[:4])
	}
	ber := append([]byte{0x30, 0x80}, der[4:]...)
	ber = append(ber, 0, 0)
	got, err := certificate.Parse(ber)
	if err != nil || len(got) != 1 || !got[0].Equal(testWorld().root) {
		t.Errorf("%d certificates, %v", len(got), err)
	}
}

// The kept corpus holds one certificate that OpenSSL has made, in every form; its second mailbox is an
// SmtpUTF8Mailbox.
func TestWhatOpenSSLWrites(t *testing.T) {
	want := []order.Name{
		{Type: "email", Value: "anna@example.ch"}, {Type: "email", Value: "zoe@example.ch"}, {Type: "ip", Value: "192.0.2.1"},
	}
	for _, form := range []string{"pem", "der", "p7b", "p7b-indefinite", "p7b-in-pem", "base64"} {
		text, err := os.ReadFile(filepath.Join("testdata", "fuzz", "FuzzParse", form))
		if err != nil {
			t.Fatal(err)
		}
		_, literal, _ := strings.Cut(strings.TrimSuffix(string(text), ")\n"), "[]byte(")
		data, err := strconv.Unquote(literal)
		if err != nil {
			t.Fatal(err)
		}
		certs, err := certificate.Parse([]byte(data))
		if err != nil || len(certs) != 1 {
			t.Errorf("%s: %d certificates, %v", form, len(certs), err)
			continue
		}
		if diff := cmp.Diff(want, certificate.Names(certs[0])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", form, diff)
		}
	}
}

func TestTheCorpusIsKept(t *testing.T) {
	kept, err := filepath.Glob(filepath.Join("testdata", "fuzz", "FuzzParse", "*"))
	if err != nil || len(kept) < 5 {
		t.Errorf("the kept corpus has %d inputs, %v", len(kept), err)
	}
	for _, path := range kept {
		data, err := os.ReadFile(path)
		if err != nil || bytes.Contains(data, []byte("PRIVATE KEY")) {
			t.Errorf("%s: %v, or it holds a private key", filepath.Base(path), err)
		}
	}
}
