package authority

import (
	"crypto"

	"certdesk/internal/spki"
)

// keyID is the leftmost 160 bits of a SHA-256 over the SubjectPublicKeyInfo (RFC 7093, 2, method 1 over
// the whole structure): an identifier has to be unique, not a certain hash.
func keyID(public crypto.PublicKey) ([]byte, error) {
	h, err := spki.Hash(public)
	if err != nil {
		return nil, err
	}
	return h[:20], nil
}
