// Package spki compares public keys by their SubjectPublicKeyInfo (RFC 5280, 4.1.2.7): algorithm,
// parameters and key bits in one DER structure. It is how Certdesk knows which private key, request and
// certificate belong together.
package spki

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
)

// ErrUnknownKind means that a public key is of a kind that has no SubjectPublicKeyInfo here: neither RSA,
// ECDSA, Ed25519 nor X25519, or nil.
var ErrUnknownKind = errors.New("spki: unknown kind of public key")

// DER gives the SubjectPublicKeyInfo of a public key, or [ErrUnknownKind].
func DER(pub crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, ErrUnknownKind
	}
	return der, nil
}

// Hash is the SHA-256 of the SubjectPublicKeyInfo of pub, or [ErrUnknownKind].
func Hash(pub crypto.PublicKey) ([32]byte, error) {
	der, err := DER(pub)
	if err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(der), nil
}

// Hex is [Hash] in 64 lower-case hexadecimal digits, as records and the Activation API write it.
func Hex(pub crypto.PublicKey) (string, error) {
	h, err := Hash(pub)
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(h[:]), nil
}

// OfCertificate is the SHA-256 of the SubjectPublicKeyInfo as it stands in the certificate, byte for byte.
func OfCertificate(c *x509.Certificate) [32]byte {
	return sha256.Sum256(c.RawSubjectPublicKeyInfo)
}

// Equal reports whether two public keys have the same SubjectPublicKeyInfo. Keys of an unknown kind are
// equal to nothing, not even to themselves.
func Equal(a, b crypto.PublicKey) bool {
	x, err := DER(a)
	if err != nil {
		return false
	}
	y, err := DER(b)
	return err == nil && bytes.Equal(x, y)
}
