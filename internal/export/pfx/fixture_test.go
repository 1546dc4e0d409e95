package pfx_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"sync"
	"testing"
	"time"

	"certdesk/internal/export/pfx"
	"certdesk/internal/secret"
)

const (
	asciiPassword = "tRm4-Kx7p-9Wqz-Hd2v-c8Yu"
	friendly      = "anna@example.ch, Example Hosting, 2027-05"
)

var password = secret.FromString(asciiPassword)

// authority is a root with two intermediates, so that the order of a chain can be wrong.
type authority struct {
	root, upper, lower *x509.Certificate
	key                *ecdsa.PrivateKey
}

var testAuthority = sync.OnceValue(func() authority {
	rootKey, upperKey, lowerKey := newECKey(), newECKey(), newECKey()
	root := issue(caTemplate("Test Root", 1), nil, rootKey.Public(), rootKey)
	upper := issue(caTemplate("Test Upper", 2), root, upperKey.Public(), rootKey)
	lower := issue(caTemplate("Test Lower", 3), upper, lowerKey.Public(), upperKey)
	return authority{root, upper, lower, lowerKey}
})

func newECKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func caTemplate(name string, serial int64) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name, Organization: []string{"Example"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

func issue(template, parent *x509.Certificate, pub crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub, key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return cert
}

// keyKinds are what customers hold; the first is what the app makes unless a licence says otherwise.
var keyKinds = []string{"rsa-3072", "rsa-2048", "rsa-4096", "p-256", "p-384"}

var keys = map[string]func() crypto.Signer{
	"rsa-2048": sync.OnceValue(func() crypto.Signer { return newRSAKey(2048) }),
	"rsa-3072": sync.OnceValue(func() crypto.Signer { return newRSAKey(3072) }),
	"rsa-4096": sync.OnceValue(func() crypto.Signer { return newRSAKey(4096) }),
	"p-256":    sync.OnceValue(func() crypto.Signer { return newECKey() }),
	"p-384": sync.OnceValue(func() crypto.Signer {
		key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
		if err != nil {
			panic(err)
		}
		return key
	}),
}

func newRSAKey(size int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, size)
	if err != nil {
		panic(err)
	}
	return key
}

// content is a mailbox certificate under two intermediates for a key of the kind.
func content(kind string) pfx.Content {
	ca := testAuthority()
	key := keys[kind]()
	leaf := issue(&x509.Certificate{
		SerialNumber: big.NewInt(4711), Subject: pkix.Name{CommonName: "anna@example.ch"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		EmailAddresses: []string{"anna@example.ch"},
		KeyUsage:       x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:    []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}, ca.lower, key.Public(), ca.key)
	return pfx.Content{
		Key: key, Leaf: leaf, Chain: []*x509.Certificate{ca.lower, ca.upper},
		FriendlyName: friendly, WindowsCSP: true,
	}
}

func encode(t testing.TB, c pfx.Content, p pfx.Profile) []byte {
	t.Helper()
	data, err := pfx.Encode(rand.Reader, c, password, p)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func profileName(p pfx.Profile) string { return fmt.Sprint(p) }
