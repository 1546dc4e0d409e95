package request

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/spki"
)

// keys are made once: RSA takes its time.
var rsaKey = sync.OnceValue(func() crypto.Signer { return mustKey(RSA, 2048) })

var ecKey = sync.OnceValue(func() crypto.Signer { return mustKey(ECDSA, 256) })

func mustKey(algorithm string, size int) crypto.Signer {
	key, err := Generate(context.Background(), rand.Reader, order.KeyChoice{Algorithm: algorithm, Size: size})
	if err != nil {
		panic(err)
	}
	return key
}

func TestARequestForAMailbox(t *testing.T) {
	_, err := Build(rand.Reader, rsaKey(), Subject{Mailbox: "Anna.Müller@Müller.example"})
	if !fault.Is(err, fault.FieldInvalid) {
		t.Errorf("an umlaut before the @: %v", err)
	}
	der, err := Build(rand.Reader, rsaKey(), Subject{Mailbox: "Anna@MÜLLER.example", GivenName: "Anna", Surname: "Müller", Organization: "Müller & Söhne AG", Country: "CH"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Describe(der)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := spki.Hex(rsaKey().Public())
	if err != nil {
		t.Fatal(err)
	}
	want := Summary{
		CommonName: "Anna@xn--mller-kva.example", GivenName: "Anna", Surname: "Müller",
		Organization: []string{"Müller & Söhne AG"}, Country: []string{"CH"}, Mailboxes: []string{"Anna@xn--mller-kva.example"},
		Algorithm: RSA, Size: 2048, SPKI: hash, Signature: "SHA256-RSA", PublicKey: rsaKey().Public(), Verified: true,
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Summary{})); diff != "" {
		t.Error(diff)
	}
}

func TestALongMailboxStandsInTheNamesAlone(t *testing.T) {
	long := strings.Repeat("a", 60) + "@example.ch"
	der, err := Build(rand.Reader, ecKey(), Subject{Mailbox: long})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Describe(der)
	if err != nil || got.CommonName != "" || len(got.Mailboxes) != 1 || got.Mailboxes[0] != long {
		t.Errorf("%+v %v", got, err)
	}
}

func TestARequestForAWebsite(t *testing.T) {
	key := mustKey(ECDSA, 384)
	der, err := Build(rand.Reader, key, Subject{DNSNames: []string{"example.ch", "*.example.ch", "xn--mller-kva.example"}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Describe(der)
	if err != nil {
		t.Fatal(err)
	}
	if got.CommonName != "example.ch" || len(got.DNSNames) != 3 || got.Curve != "P-384" || got.Size != 384 || got.Signature != "ECDSA-SHA384" {
		t.Errorf("%+v", got)
	}
}

func TestWhatIsRefused(t *testing.T) {
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Build(rand.Reader, weak, Subject{Mailbox: "a@example.ch"}); !fault.Is(err, fault.KeyWeak) {
		t.Errorf("a weak key: %v", err)
	}
	if _, err := Build(rand.Reader, nil, Subject{Mailbox: "a@example.ch"}); err == nil {
		t.Error("no key")
	}
	const secretish = "canary"
	for name, c := range map[string]struct {
		s    Subject
		want fault.Code
	}{
		"nothing":             {Subject{}, fault.NamesNotAllowed},
		"no @":                {Subject{Mailbox: secretish}, fault.FieldInvalid},
		"two @":               {Subject{Mailbox: "a@" + secretish + "@example.ch"}, fault.FieldInvalid},
		"nothing before @":    {Subject{Mailbox: "@" + secretish + ".ch"}, fault.FieldInvalid},
		"nothing after @":     {Subject{Mailbox: secretish + "@"}, fault.FieldInvalid},
		"no dot in domain":    {Subject{Mailbox: "a@" + secretish}, fault.FieldInvalid},
		"long local part":     {Subject{Mailbox: strings.Repeat("a", 65) + "@" + secretish + ".ch"}, fault.FieldInvalid},
		"long in all":         {Subject{Mailbox: "a@" + strings.Repeat(secretish+strings.Repeat("b", 50)+".", 5) + "ch"}, fault.FieldInvalid},
		"a line end":          {Subject{Mailbox: "a@example.ch", Surname: secretish + "\n"}, fault.FieldInvalid},
		"direction":           {Subject{Mailbox: "a@example.ch", Surname: secretish + "\u202egnp"}, fault.FieldInvalid},
		"a NUL":               {Subject{Mailbox: "a@example.ch", GivenName: secretish + "\x00"}, fault.FieldInvalid},
		"no UTF-8":            {Subject{Mailbox: "a@example.ch", GivenName: secretish + "\xff"}, fault.FieldInvalid},
		"a long name":         {Subject{Mailbox: "a@example.ch", GivenName: strings.Repeat(secretish, 11)}, fault.FieldInvalid},
		"a country in words":  {Subject{Mailbox: "a@example.ch", Country: "Schweiz"}, fault.FieldInvalid},
		"a host in unicode":   {Subject{DNSNames: []string{"müller." + secretish}}, fault.NamesNotAllowed},
		"upper case":          {Subject{DNSNames: []string{"EXAMPLE." + secretish}}, fault.NamesNotAllowed},
		"two asterisks":       {Subject{DNSNames: []string{"*.*." + secretish}}, fault.NamesNotAllowed},
		"an asterisk inside":  {Subject{DNSNames: []string{"a*." + secretish}}, fault.NamesNotAllowed},
		"an intranet name":    {Subject{DNSNames: []string{secretish}}, fault.NamesNotAllowed},
		"an underscore":       {Subject{DNSNames: []string{"_dmarc." + secretish + ".ch"}}, fault.NamesNotAllowed},
		"a long common name":  {Subject{Mailbox: "a@example.ch", CommonName: strings.Repeat("é", 65)}, fault.FieldInvalid},
		"a space at the ends": {Subject{Mailbox: "a@example.ch", CommonName: " " + secretish}, fault.FieldInvalid},
	} {
		_, err := Build(rand.Reader, ecKey(), c.s)
		if !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), secretish) {
			t.Errorf("%s: what was typed stands in the error: %v", name, err)
		}
	}
}

// What goes in comes out, for every mailbox that is taken at all.
func TestMailboxesComeBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := Subject{
			Mailbox:   rapid.StringMatching(`[a-zA-Z0-9.!#$%&'*+/=?^_{|}~-]{1,66}@([a-z0-9äöü-]{1,20}\.){1,3}[a-z]{2,5}`).Draw(r, "mailbox"),
			GivenName: rapid.StringN(0, 70, -1).Draw(r, "given name"),
		}
		der, err := Build(rand.Reader, ecKey(), s)
		if err != nil {
			if !fault.Is(err, fault.FieldInvalid) {
				r.Fatal(err)
			}
			return
		}
		got, err := Describe(der)
		if err != nil || len(got.Mailboxes) != 1 || len(got.DNSNames) != 0 || got.GivenName != s.GivenName {
			r.Fatalf("%+v %v", got, err)
		}
		local, _, _ := strings.Cut(s.Mailbox, "@")
		if !strings.HasPrefix(got.Mailboxes[0], local+"@") {
			r.Fatalf("%q became %q", s.Mailbox, got.Mailboxes[0])
		}
	})
}

func TestDescribeRefuses(t *testing.T) {
	good, err := Build(rand.Reader, ecKey(), Subject{Mailbox: "a@example.ch"})
	if err != nil {
		t.Fatal(err)
	}
	forged := append([]byte(nil), good...)
	forged[len(forged)-1] ^= 1
	ed, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil || ed == nil {
		t.Fatal(err)
	}
	foreign, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "x"}}, edKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		der  []byte
		want fault.Code
	}{
		"nothing": {nil, fault.RequestUnreadable}, "text": {[]byte("-----BEGIN"), fault.RequestUnreadable},
		"cut": {good[:len(good)-3], fault.RequestUnreadable}, "more behind": {append(append([]byte(nil), good...), 0), fault.RequestUnreadable},
		"forged": {forged, fault.RequestSignature}, "Ed25519": {foreign, fault.KeyForbidden},
		"huge": {make([]byte, maxRequest+1), fault.RequestUnreadable},
	} {
		if _, err := Describe(c.der); !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// OpenSSL reads what we make, and agrees about the signature and the names.
func TestOpenSSLReadsOurRequests(t *testing.T) {
	for _, key := range []crypto.Signer{rsaKey(), ecKey()} {
		der, err := Build(rand.Reader, key, Subject{Mailbox: "anna@example.ch", GivenName: "Anna", Surname: "Müller"})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "request.pem")
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "openssl", "req", "-in", file, "-verify", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus").CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		for _, want := range []string{"verify OK", "email:anna@example.ch", "Müller", "Anna"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%T: no %q in %s", key, want, out)
			}
		}
	}
}

func FuzzDescribe(f *testing.F) {
	for _, s := range []Subject{{Mailbox: "a@example.ch", Surname: "Müller"}, {DNSNames: []string{"*.example.ch", "example.ch"}}} {
		for _, key := range []crypto.Signer{rsaKey(), ecKey()} {
			der, err := Build(rand.Reader, key, s)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(der)
		}
	}
	f.Add([]byte{0x30, 0x80})
	f.Fuzz(func(t *testing.T, der []byte) {
		s, err := Describe(der)
		if err != nil {
			if e := fault.Of(err); e.Code == fault.Unexpected {
				t.Errorf("no fault: %v", err)
			}
			return
		}
		if hash, err := spki.Hex(s.PublicKey); err != nil || hash != s.SPKI || s.Size < 256 || s.Algorithm == "" {
			t.Errorf("%+v", s)
		}
	})
}

// To be compared with the mean of "openssl genrsa 4096" on the same machine.
