package authority

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"io"

	"certdesk/internal/spki"
)

const (
	blockCertificate = "CERTIFICATE"
	blockKey         = "PRIVATE KEY"
)

// read takes the file apart: the root, then an intermediate and its key for each kind.
func read(data []byte, random io.Reader) (*Authority, error) {
	a := &Authority{issuer: map[Kind]intermediate{}, rand: random}
	root, data, ok := nextCertificate(data)
	if !ok || root.CheckSignatureFrom(root) != nil {
		return nil, ErrDamaged
	}
	a.root = root
	for _, k := range kinds {
		var certificate *x509.Certificate
		var key crypto.Signer
		if certificate, data, ok = nextCertificate(data); !ok || certificate.CheckSignatureFrom(root) != nil {
			return nil, ErrDamaged
		}
		if key, data, ok = nextKey(data); !ok || !spki.Equal(key.Public(), certificate.PublicKey) {
			return nil, ErrDamaged
		}
		a.issuer[k] = intermediate{certificate, key}
	}
	return a, nil
}

func nextCertificate(data []byte) (*x509.Certificate, []byte, bool) {
	block, rest := pem.Decode(data)
	if block == nil || block.Type != blockCertificate {
		return nil, nil, false
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	return certificate, rest, err == nil
}

func nextKey(data []byte) (crypto.Signer, []byte, bool) {
	block, rest := pem.Decode(data)
	if block == nil || block.Type != blockKey {
		return nil, nil, false
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	signer, ok := key.(crypto.Signer)
	return signer, rest, err == nil && ok
}
