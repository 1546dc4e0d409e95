package install_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"testing"
	"time"

	"certdesk/internal/export/pfx"
	"certdesk/internal/install"
	"certdesk/internal/secret"
)

var theKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

var caKey = sync.OnceValue(func() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
})

// person is a mail certificate with those above it, as an authority of today has them.
type person struct {
	key                      crypto.Signer
	leaf, intermediate, root *x509.Certificate
}

// pki is an authority with a root and what it signs with.
var pki = sync.OnceValue(func() (p struct{ root, intermediate *x509.Certificate }) {
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test Root"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(9, 0, 0),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign,
	}
	p.root = sign(ca, ca, caKey().Public())
	under := *ca
	under.SerialNumber, under.Subject = big.NewInt(2), pkix.Name{CommonName: "Test Mail Authority"}
	p.intermediate = sign(&under, p.root, caKey().Public())
	return p
})

func sign(c, by *x509.Certificate, pub crypto.PublicKey) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, c, by, pub, caKey())
	if err != nil {
		panic(err)
	}
	out, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return out
}

func newPerson(serial int64, key crypto.Signer) person {
	return newPersonOf("anna@example.ch", serial, key)
}

func newPersonOf(address string, serial int64, key crypto.Signer) person {
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: address}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().AddDate(1, 0, 0), EmailAddresses: []string{address}, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	return person{key, sign(c, pki().intermediate, key.Public()), pki().intermediate, pki().root}
}

const sealedWith = "abcd-efgh-ijkl-mnop-qrst"

// item is the person's certificate for a store of the system.
func (p person) item(t *testing.T, name string, profile pfx.Profile) install.Item {
	t.Helper()
	password := secret.FromString(sealedWith)
	sealed, err := pfx.Encode(rand.Reader, pfx.Content{Key: p.key, Leaf: p.leaf, FriendlyName: name, WindowsCSP: true}, password, profile)
	if err != nil {
		t.Fatal(err)
	}
	return install.Item{
		Sealed: sealed, Password: password, Leaf: p.leaf, Above: []*x509.Certificate{p.intermediate, p.root}, Name: name,
	}
}
