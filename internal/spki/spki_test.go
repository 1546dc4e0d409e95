package spki_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"math/big"
	"testing"

	"certdesk/internal/spki"
)

func TestOneKeyHasOneHashWhereverItIsMet(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	want, err := spki.Hash(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	if got := spki.OfCertificate(cert); got != want {
		t.Errorf("certificate gives %x, key gives %x", got, want)
	}
	if got := sha256.Sum256(cert.RawSubjectPublicKeyInfo); got != want {
		t.Errorf("the hash is not the SHA-256 of the certificate's bytes")
	}
	text, err := spki.Hex(key.Public())
	if err != nil || text != hex.EncodeToString(want[:]) {
		t.Errorf("Hex gives %q, %v", text, err)
	}
	if !spki.Equal(key.Public(), cert.PublicKey) {
		t.Error("the certificate's key is not equal to its own")
	}
}

func TestKeysThatDiffer(t *testing.T) {
	a, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	b, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ed, _, _ := ed25519.GenerateKey(rand.Reader)
	r := &rsa.PublicKey{N: big.NewInt(1).Lsh(big.NewInt(3), 2046), E: 65537}
	keys := []any{a.Public(), b.Public(), ed, r}
	for i, x := range keys {
		for j, y := range keys {
			if got := spki.Equal(x, y); got != (i == j) {
				t.Errorf("Equal(%d, %d) = %v", i, j, got)
			}
		}
	}
}

func TestUnknownKinds(t *testing.T) {
	for _, k := range []any{nil, "a string", struct{}{}} {
		if _, err := spki.Hash(k); !errors.Is(err, spki.ErrUnknownKind) {
			t.Errorf("Hash(%v): %v", k, err)
		}
		if _, err := spki.Hex(k); !errors.Is(err, spki.ErrUnknownKind) {
			t.Errorf("Hex(%v): %v", k, err)
		}
		if spki.Equal(k, k) {
			t.Errorf("%v is equal to itself", k)
		}
	}
}
