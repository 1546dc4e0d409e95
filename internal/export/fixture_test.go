package export_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"os"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"certdesk/internal/destination"
	"certdesk/internal/export"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
)

const asciiPassword = "tRm4-Kx7p-9Wqz-Hd2v-c8Yu"

var (
	notAfter = time.Date(2027, 5, 31, 23, 59, 59, 0, time.UTC)
	rsaKey   = sync.OnceValue(func() *rsa.PrivateKey {
		key, err := rsa.GenerateKey(rand.Reader, 3072)
		if err != nil {
			panic(err)
		}
		return key
	})
	authority = sync.OnceValue(func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			panic(err)
		}
		return key
	})
)

func certificate(t testing.TB, name string, pub crypto.PublicKey, ca bool) *x509.Certificate {
	t.Helper()
	issuer := &x509.Certificate{Subject: pkix.Name{CommonName: "Test Authority"}}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: notAfter,
		NotBefore: notAfter.AddDate(-1, 0, 0), IsCA: ca, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, pub, authority())
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// words is this room's and the destinations' catalogue.
func words(t testing.TB, lang string) *i18n.Printer {
	t.Helper()
	data := fstest.MapFS{}
	for _, room := range []string{"export", "destination"} {
		for _, l := range []string{"en", "de"} {
			file := room + "." + l + ".toml"
			text, err := os.ReadFile("../../assets/translations/" + file)
			if err != nil {
				t.Fatal(err)
			}
			data[file] = &fstest.MapFile{Data: text}
		}
	}
	c, err := i18n.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer(lang)
}

// plan is what the screen asks for: one mailbox, one destination.
func plan(t testing.TB, dir string, id destination.ID) export.Plan {
	t.Helper()
	d, ok := destination.Find(id, order.SMIME)
	if !ok {
		d, ok = destination.Find(id, order.TLS)
	}
	if !ok {
		t.Fatalf("no destination %q", id)
	}
	return planFor(t, dir, d)
}

func planFor(t testing.TB, dir string, d destination.Destination) export.Plan {
	t.Helper()
	key := rsaKey()
	return export.Plan{
		Dir: dir, Outputs: export.Outputs(d, "anna@example.ch", notAfter, words(t, "en").Say),
		Key: key, Leaf: certificate(t, "anna@example.ch", key.Public(), false),
		Chain:        []*x509.Certificate{certificate(t, "Test Authority", authority().Public(), true)},
		FriendlyName: export.FriendlyName("anna@example.ch", "Example Hosting", notAfter),
		Password:     secret.FromString(asciiPassword),
	}
}
