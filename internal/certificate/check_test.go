package certificate_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"certdesk/internal/certificate"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

func kinds(findings []certificate.Finding) []certificate.Kind {
	var out []certificate.Kind
	for _, f := range findings {
		out = append(out, f.Kind)
	}
	return out
}

func TestWhatWasAskedFor(t *testing.T) {
	key := newKey()
	in := good(key.Public())
	in.Certificates = append(in.Certificates, testWorld().root)
	r, err := certificate.Check(in)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Leaf.Equal(in.Certificates[0]) || len(r.Chain) != 1 || !r.Chain[0].Equal(testWorld().intermediate) {
		t.Errorf("leaf %v, chain %q", r.Leaf.Subject, subjects(r.Chain))
	}
	if r.Root == nil || !r.Root.Equal(testWorld().root) || len(r.All()) != 3 {
		t.Error("the root is not told")
	}
	if got := kinds(r.Findings); !slices.Equal(got, []certificate.Kind{certificate.KeyUse}) || r.Findings[0].Warning {
		t.Errorf("findings %v", got)
	}
	if r.Use != (certificate.Use{Signing: true, Encryption: true}) {
		t.Errorf("use %v", r.Use)
	}
}

func TestTheOrderOfTheFileDoesNotMatter(t *testing.T) {
	key := newKey()
	w := testWorld()
	in := good(key.Public())
	all := append(slices.Clone(in.Certificates), w.root, w.stranger)
	rapid.Check(t, func(t *rapid.T) {
		in.Certificates = rapid.Permutation(all).Draw(t, "order")
		r, err := certificate.Check(in)
		if err != nil || !r.Leaf.Equal(all[0]) || !slices.Equal(r.Chain, all[1:2]) || r.Root != w.root ||
			!slices.Equal(r.Rest, []*x509.Certificate{w.stranger}) {
			t.Fatalf("leaf %v, chain %q, root %v, rest %q, %v", r.Leaf.Subject, subjects(r.Chain), r.Root,
				subjects(r.Rest), err)
		}
	})
}

func TestForeignKey(t *testing.T) {
	in := good(newKey().Public())
	other := issued(newKey().Public(), nil)
	in.Certificates = []*x509.Certificate{testWorld().intermediate, other}
	r, err := certificate.Check(in)
	if !fault.Is(err, fault.CertificateForeignKey) {
		t.Errorf("got %v", err)
	}
	if r.Leaf != other || r.Chain != nil {
		t.Error("what came is not kept to be shown")
	}
	if _, err := certificate.Check(certificate.Input{}); !fault.Is(err, fault.CertificateUnreadable) {
		t.Errorf("nothing at all: %v", err)
	}
}

func TestTheYoungestOfTwoOnOneKey(t *testing.T) {
	key := newKey()
	in := good(key.Public())
	younger := issued(key.Public(), func(c *x509.Certificate) { c.NotBefore = now.Add(-time.Minute) })
	in.Certificates = append(in.Certificates, younger)
	r, err := certificate.Check(in)
	if err != nil || r.Leaf != younger {
		t.Errorf("the older one was taken, %v", err)
	}
}

func TestFindings(t *testing.T) {
	key := newKey()
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	w := testWorld()
	leafOf := func(change func(*x509.Certificate)) func(*certificate.Input) {
		return func(in *certificate.Input) { in.Certificates[0] = issued(key.Public(), change) }
	}
	tests := []struct {
		name   string
		change func(*certificate.Input)
		want   []certificate.Kind
	}{
		{
			"another mailbox", leafOf(func(c *x509.Certificate) { c.EmailAddresses = []string{"otto@example.ch"} }),
			[]certificate.Kind{certificate.NamesMissing, certificate.NamesExtra, certificate.KeyUse},
		},
		{"one mailbox more", leafOf(func(c *x509.Certificate) {
			c.EmailAddresses = append(c.EmailAddresses, "otto@example.ch")
		}), []certificate.Kind{certificate.NamesExtra, certificate.KeyUse}},
		{
			"the same in capitals", leafOf(func(c *x509.Certificate) { c.EmailAddresses = []string{"Anna@EXAMPLE.ch"} }),
			[]certificate.Kind{certificate.KeyUse},
		},
		{"names not asked", func(in *certificate.Input) { in.Names = nil }, []certificate.Kind{certificate.KeyUse}},
		{"a website's", leafOf(func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}), []certificate.Kind{certificate.WrongPurpose, certificate.KeyUse}},
		{
			"without purpose", leafOf(func(c *x509.Certificate) { c.ExtKeyUsage = nil }),
			[]certificate.Kind{certificate.WrongPurpose, certificate.KeyUse},
		},
		{
			"for mail, but a website was bought", func(in *certificate.Input) { in.Product = order.TLS },
			[]certificate.Kind{certificate.WrongPurpose},
		},
		{"a product without rules", func(in *certificate.Input) { in.Product = order.SiteService }, nil},
		{
			"no use of the key", leafOf(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign }),
			[]certificate.Kind{certificate.WrongKeyUse},
		},
		{
			"not yet valid", func(in *certificate.Input) { in.Now = now.Add(-2 * time.Hour) },
			[]certificate.Kind{certificate.KeyUse, certificate.NotYetValid},
		},
		{
			"expired", func(in *certificate.Input) { in.Now = now.AddDate(2, 0, 0); in.ServerDate = in.Now },
			[]certificate.Kind{certificate.KeyUse, certificate.Expired},
		},
		{
			"this clock is slow", func(in *certificate.Input) { in.Now = now.AddDate(-3, 0, 0); in.ServerDate = now },
			[]certificate.Kind{certificate.KeyUse, certificate.ClockWrong},
		},
		{
			"this clock is fast", func(in *certificate.Input) { in.Now = now.AddDate(3, 0, 0); in.ServerDate = now },
			[]certificate.Kind{certificate.KeyUse, certificate.ClockWrong},
		},
		{
			"no intermediate", func(in *certificate.Input) { in.Certificates = in.Certificates[:1] },
			[]certificate.Kind{certificate.KeyUse, certificate.ChainMissing},
		},
		{
			"an impostor of the same name", func(in *certificate.Input) { in.Certificates[1] = w.impostor },
			[]certificate.Kind{certificate.KeyUse, certificate.ChainBroken, certificate.OthersInTheFile},
		},
		{"an impostor before the real one", func(in *certificate.Input) {
			in.Certificates = slices.Insert(in.Certificates, 1, w.impostor)
		}, []certificate.Kind{certificate.KeyUse, certificate.OthersInTheFile}},
		{"an intermediate that may not sign", func(in *certificate.Input) {
			noCA := caTemplate("Test Intermediate")
			noCA.IsCA, noCA.KeyUsage = false, x509.KeyUsageDigitalSignature
			in.Certificates[1] = issue(noCA, w.root, w.key.Public(), w.rootKey)
		}, []certificate.Kind{certificate.KeyUse, certificate.ChainBroken, certificate.OthersInTheFile}},
		{"self-signed", func(in *certificate.Input) {
			in.Certificates = []*x509.Certificate{issue(mailTemplate(), nil, key.Public(), key)}
		}, []certificate.Kind{certificate.KeyUse, certificate.SelfSigned}},
		{"a weak key above", func(in *certificate.Input) {
			above := issue(caTemplate("Test Weak"), w.root, weak.Public(), w.rootKey)
			in.Certificates = []*x509.Certificate{issue(mailTemplate(), above, key.Public(), weak), above}
		}, []certificate.Kind{certificate.KeyUse, certificate.WeakKey}},
	}
	words := catalogue(t)
	for _, tt := range tests {
		in := good(key.Public())
		tt.change(&in)
		r, err := certificate.Check(in)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, kinds(r.Findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		for _, f := range r.Findings {
			if f.Warning == f.Advice.IsZero() {
				t.Errorf("%s: %s is a warning (%v) with the advice %q", tt.name, f.Kind, f.Warning, f.Advice.ID)
			}
			words.has(t, f.Message, f.Advice)
		}
	}
}

// A chain that was signed with SHA-1 must be made by hand: crypto/x509 no longer signs with it.
func TestWeakSignatureIsNamed(t *testing.T) {
	key := newKey()
	in := good(key.Public())
	leaf := *in.Certificates[0]
	leaf.SignatureAlgorithm = x509.SHA1WithRSA
	in.Certificates = []*x509.Certificate{&leaf}
	r, err := certificate.Check(in)
	if err != nil || !slices.Contains(kinds(r.Findings), certificate.WeakSignature) {
		t.Errorf("%v, %v", kinds(r.Findings), err)
	}
}

func TestAnEndlessChainEnds(t *testing.T) {
	a, b := newKey(), newKey()
	aByB := issue(caTemplate("A"), caTemplate("B"), a.Public(), b)
	bByA := issue(caTemplate("B"), caTemplate("A"), b.Public(), a)
	leafKey := newKey()
	in := good(leafKey.Public())
	in.Certificates = []*x509.Certificate{issue(mailTemplate(), aByB, leafKey.Public(), a), bByA, aByB}
	r, err := certificate.Check(in)
	if err != nil || !slices.Equal(r.Chain, []*x509.Certificate{aByB, bByA}) || r.Root != nil {
		t.Errorf("chain %q, %v", subjects(r.Chain), err)
	}
}

func TestNames(t *testing.T) {
	got := certificate.Names(issued(newKey().Public(), func(c *x509.Certificate) {
		c.EmailAddresses = []string{"a@example.ch"}
		c.DNSNames = []string{"*.example.ch"}
		c.IPAddresses = []net.IP{net.ParseIP("192.0.2.1"), net.ParseIP("2001:db8::1")}
	}))
	want := []order.Name{
		{Type: "email", Value: "a@example.ch"},
		{Type: "dns", Value: "*.example.ch"},
		{Type: "ip", Value: "192.0.2.1"},
		{Type: "ip", Value: "2001:db8::1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestMailboxInAnotherAlphabet(t *testing.T) {
	mailbox, err := asn1.MarshalWithParams("zoë@example.ch", "utf8")
	if err != nil {
		t.Fatal(err)
	}
	type otherName struct {
		ID    asn1.ObjectIdentifier
		Value asn1.RawValue
	}
	name, err := asn1.MarshalWithParams(otherName{
		asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 8, 9},
		asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: mailbox},
	}, "tag:0")
	if err != nil {
		t.Fatal(err)
	}
	san, err := asn1.Marshal([]asn1.RawValue{{FullBytes: name}})
	if err != nil {
		t.Fatal(err)
	}
	got := certificate.Names(issued(newKey().Public(), func(c *x509.Certificate) {
		c.EmailAddresses = nil
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: san}}
	}))
	if want := []order.Name{{Type: "email", Value: "zoë@example.ch"}}; !slices.Equal(got, want) {
		t.Errorf("names %v", got)
	}
}

func TestDescribe(t *testing.T) {
	c := issued(newKey().Public(), nil)
	d := certificate.Describe(c)
	if d.Title != "anna@example.ch" || d.Serial != "A1:B2" || d.Key != "ECDSA P-256" || d.IssuedBy != "Test Intermediate" {
		t.Errorf("%q %q %q %q", d.Title, d.Serial, d.Key, d.IssuedBy)
	}
	if len(d.SHA256) != 32*3-1 || len(d.SPKI) != 64 || d.NotAfter.Location() != time.UTC {
		t.Errorf("fingerprint %q, key %q, until %v", d.SHA256, d.SPKI, d.NotAfter)
	}
	var organization string
	words := catalogue(t)
	for _, f := range append(d.Subject, d.Issuer...) {
		words.has(t, f.Label)
		if f.Name == "2.5.4.10" {
			organization = f.Value
		}
	}
	if organization != "Example[U+202E] Ltd" {
		t.Errorf("text from outside is shown as %q", organization)
	}
	hostile := issued(newKey().Public(), func(c *x509.Certificate) {
		c.EmailAddresses = nil
		c.SerialNumber = new(big.Int).Lsh(big.NewInt(1), 150)
		c.Subject = pkix.Name{CommonName: strings.Repeat("x", 5000)}
	})
	if d := certificate.Describe(hostile); len([]rune(d.Title)) > 256 {
		t.Errorf("a title of %d characters", len([]rune(d.Title)))
	}
}

type wordList struct{ ids map[string]bool }

// catalogue is this room's words, English and German, which have the same ids by i18n's own tests.
func catalogue(t *testing.T) wordList {
	t.Helper()
	data := fstest.MapFS{}
	for _, lang := range []string{"en", "de"} {
		file := "certificate." + lang + ".toml"
		text, err := os.ReadFile("../../assets/translations/" + file)
		if err != nil {
			t.Fatal(err)
		}
		data[file] = &fstest.MapFile{Data: text}
	}
	c, err := i18n.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	list := wordList{map[string]bool{}}
	for _, id := range c.IDs("en") {
		list.ids[id] = true
	}
	if !slices.Equal(c.IDs("en"), c.IDs("de")) {
		t.Error("English and German have different texts")
	}
	return list
}

func (w wordList) has(t *testing.T, messages ...i18n.Message) {
	t.Helper()
	for _, m := range messages {
		if !m.IsZero() && !w.ids[m.ID] {
			t.Errorf("no words for %s", m.ID)
		}
	}
}
