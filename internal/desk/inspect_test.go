package desk_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// belongings are what somebody has who looks for what is wrong with a file.
type belongings struct {
	key, otherKey, leaf, ca []byte // PEM
	site                    []byte // of a website, with the key of leaf
	leafDER                 []byte
}

var inspectedAt = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

var theirs = sync.OnceValue(func() belongings {
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(err)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	sign := func(c, by *x509.Certificate, pub crypto.PublicKey) []byte {
		c.NotBefore, c.NotAfter = inspectedAt.AddDate(0, -1, 0), inspectedAt.AddDate(1, 0, 0)
		der, err := x509.CreateCertificate(rand.Reader, c, by, pub, other)
		must(err)
		return der
	}
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{Organization: []string{"Example Root"}}}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Example Issuer", Organization: []string{"Example Issuer"}},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "Anna"}, EmailAddresses: []string{"anna@example.ch"},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}
	text := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	pkcs8 := func(k any) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(k)
		must(err)
		return text("PRIVATE KEY", der)
	}
	site := &x509.Certificate{
		SerialNumber: big.NewInt(4), Subject: pkix.Name{CommonName: "www.example.ch"}, DNSNames: []string{"www.example.ch"},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	leafDER := sign(leaf, ca, key.Public())
	return belongings{
		pkcs8(key), pkcs8(other), text("CERTIFICATE", leafDER), text("CERTIFICATE", sign(ca, root, other.Public())),
		text("CERTIFICATE", sign(site, ca, key.Public())), leafDER,
	}
})

// opensslMakes has OpenSSL write a file; in is its input, PATH in the arguments the file that it writes.
func opensslMakes(t *testing.T, in []byte, args ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "in.pem"), filepath.Join(dir, "out")
	if err := os.WriteFile(from, in, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "openssl", append(args, "-in", from, "-out", to)...)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("openssl %v: %v: %s", args, err, said)
	}
	data, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestWhatAFileIs looks into the files that people have, made by OpenSSL.
func TestWhatAFileIs(t *testing.T) {
	b := theirs()
	i := desk.New(desk.Deps{Now: func() time.Time { return inspectedAt }}).Inspector
	whole := slices.Concat(b.key, b.leaf, b.ca)
	p12 := []string{"pkcs12", "-export", "-passout"}
	compatible := opensslMakes(t, whole, append(p12, "pass:secret", "-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1")...)
	for name, tt := range map[string]struct {
		data     []byte
		password string
		code     fault.Code // that it ends with
		what     string
		locked   bool
		notes    string // their kinds
		above    int
		refuse   string // the programs that do
	}{
		"from outside":        {data: compatible, what: "pkcs12", locked: true},
		"the right password":  {data: compatible, password: "secret", what: "pkcs12", notes: "key-fits key-use top", above: 1},
		"a space too many":    {data: compatible, password: "secret ", what: "pkcs12", notes: "trimmed key-fits key-use top", above: 1},
		"a wrong password":    {data: compatible, password: "Secret", code: fault.KeyFilePassword, what: "pkcs12", locked: true},
		"a damaged file":      {data: compatible[:900], code: fault.KeyFileUnreadable},
		"OpenSSL's own way":   {data: opensslMakes(t, whole, append(p12, "pass:secret")...), password: "secret", what: "pkcs12", notes: "key-fits key-use top", above: 1, refuse: "windows-old apple android-old gpgsm"},
		"as before 2021":      {data: opensslMakes(t, whole, append(p12, "pass:secret", "-legacy")...), password: "secret", what: "pkcs12", notes: "key-fits key-use top", above: 1, refuse: "openssl"},
		"no chain":            {data: opensslMakes(t, slices.Concat(b.key, b.leaf), append(p12, "pass:secret")...), password: "secret", what: "pkcs12", notes: "key-fits key-use chain-missing", refuse: "windows-old apple android-old gpgsm"},
		"umlauts in it":       {data: opensslMakes(t, whole, append(p12, "pass:Zürich")...), password: "Zürich", what: "pkcs12", notes: "not-ascii key-fits key-use top", above: 1, refuse: "windows-old apple android-old gpgsm java17"},
		"no password at all":  {data: opensslMakes(t, whole, append(p12, "pass:")...), what: "pkcs12", notes: "no-password key-fits key-use top", above: 1, refuse: "windows-old apple android-old gpgsm"},
		"too many rounds":     {data: opensslMakes(t, whole, append(p12, "pass:secret", "-iter", "400000")...), password: "secret", what: "pkcs12", notes: "too-many key-fits key-use top", above: 1, refuse: "windows windows-old apple android-old gpgsm"},
		"a server's file":     {data: slices.Concat(b.key, b.site, b.ca), what: "pem", notes: "key-fits top takes-one", above: 1},
		"with a locked key":   {data: slices.Concat(opensslMakes(t, b.key, "pkcs8", "-topk8", "-passout", "pass:secret"), b.site), password: "secret", what: "pem", notes: "key-fits chain-missing takes-asking"},
		"a server's chain":    {data: slices.Concat(b.site, b.ca), what: "pem", notes: "no-key top takes-chain", above: 1},
		"key and certificate": {data: whole, what: "pem", notes: "key-fits key-use top takes-mail", above: 1},
		"another key":         {data: slices.Concat(b.otherKey, b.leaf), what: "pem", notes: "key-foreign key-use chain-missing"},
		"a locked key":        {data: slices.Concat(opensslMakes(t, b.key, "pkcs8", "-topk8", "-passout", "pass:secret"), b.leaf), what: "pem", locked: true, notes: "no-key key-use chain-missing"},
		"a key that opens":    {data: slices.Concat(opensslMakes(t, b.key, "pkcs8", "-topk8", "-passout", "pass:secret"), b.leaf), password: "secret", what: "pem", notes: "key-fits key-use chain-missing takes-mail"},
		"a key alone":         {data: b.otherKey, what: "key", notes: "key-alone"},
		"only a certificate":  {data: b.leafDER, what: "der", notes: "no-key key-use chain-missing takes-der"},
		"a P7B":               {data: opensslP7B(t, b), what: "p7b", notes: "no-key key-use top takes-p7b", above: 1},
		"a Java keystore":     {data: []byte{0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2}, what: "jks"},
		"a shopping list":     {data: []byte("milk, bread"), code: fault.CertificateNone},
	} {
		got, err := i.Look("/home/anna/file", tt.data, secret.FromString(tt.password))
		if (err == nil) != (tt.code == "") || err != nil && !fault.Is(err, tt.code) {
			t.Errorf("%s: %v, want %q", name, err, tt.code)
			continue
		}
		if tt.what == "" {
			continue
		}
		if got.What.ID != "check.what."+tt.what || got.Locked != tt.locked || len(got.Above) != tt.above || kinds(got) != tt.notes {
			t.Errorf("%s: %s, locked %v, %d above it, %q; want %s, %v, %d, %q",
				name, got.What.ID, got.Locked, len(got.Above), kinds(got), tt.what, tt.locked, tt.above, tt.notes)
		}
		if !tt.locked && refusers(got) != tt.refuse {
			t.Errorf("%s: refused by %q, want %q", name, refusers(got), tt.refuse)
		}
	}
}

func opensslP7B(t *testing.T, b belongings) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "chain.pem")
	if err := os.WriteFile(file, slices.Concat(b.leaf, b.ca), 0o600); err != nil {
		t.Fatal(err)
	}
	return opensslMakes(t, nil, "crl2pkcs7", "-nocrl", "-certfile", file, "-outform", "DER")
}

func kinds(got desk.Inspected) string {
	var out []string
	for _, n := range got.Notes {
		out = append(out, string(n.Kind))
	}
	return strings.Join(out, " ")
}

func refusers(got desk.Inspected) string {
	var out []string
	for _, o := range got.Programs {
		if o.Verdict == destination.Refuses {
			out = append(out, strings.TrimPrefix(o.Program.ID, "check.program."))
		}
	}
	return strings.Join(out, " ")
}
