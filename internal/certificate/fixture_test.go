package certificate_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"sync"
	"time"

	"certdesk/internal/certificate"
	"certdesk/internal/order"
	"certdesk/internal/spki"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// world is a root, an intermediate and two rivals of the same name as the intermediate.
type world struct {
	root, intermediate, impostor, stranger *x509.Certificate
	key, rootKey                           *ecdsa.PrivateKey
}

var testWorld = sync.OnceValue(func() world {
	rootKey, key, other := newKey(), newKey(), newKey()
	root := issue(caTemplate("Test Root"), nil, rootKey.Public(), rootKey)
	return world{
		root: root, rootKey: rootKey, key: key,
		intermediate: issue(caTemplate("Test Intermediate"), root, key.Public(), rootKey),
		impostor:     issue(caTemplate("Test Intermediate"), nil, other.Public(), other),
		stranger:     issue(caTemplate("Somebody Else"), nil, other.Public(), other),
	}
})

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func caTemplate(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(5, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
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
	c, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return c
}

func mailTemplate() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(0x00A1B2), Subject: pkix.Name{
			CommonName: "anna@example.ch", Organization: []string{"Example\u202E Ltd"}, Country: []string{"CH"},
		},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0), EmailAddresses: []string{"anna@example.ch"},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}
}

// issued gives a certificate under the intermediate, made from the template of a mailbox.
func issued(pub crypto.PublicKey, change func(*x509.Certificate)) *x509.Certificate {
	template := mailTemplate()
	if change != nil {
		change(template)
	}
	return issue(template, testWorld().intermediate, pub, testWorld().key)
}

// good is what a certificate authority should send for anna@example.ch.
func good(pub crypto.PublicKey) certificate.Input {
	key, err := spki.Hash(pub)
	if err != nil {
		panic(err)
	}
	return certificate.Input{
		Certificates: []*x509.Certificate{issued(pub, nil), testWorld().intermediate},
		SPKI:         key, Product: order.SMIME, Now: now,
		Names: []order.Name{{Type: "email", Value: "anna@example.ch"}},
	}
}

func armour(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
