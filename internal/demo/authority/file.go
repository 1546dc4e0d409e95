package authority

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"

	"certdesk/internal/spki"
)

const (
	blockCertificate = "CERTIFICATE"
	blockKey         = "PRIVATE KEY"
)

// read takes the file of a hierarchy apart: the root, then an intermediate and its key for each kind.
func (a *Authority) read(h hierarchy, data []byte) error {
	root, data, ok := nextCertificate(data)
	if !ok || root.CheckSignatureFrom(root) != nil {
		return ErrDamaged
	}
	a.roots = append(a.roots, root)
	for _, k := range h.kinds {
		var certificate *x509.Certificate
		var key crypto.Signer
		if certificate, data, ok = nextCertificate(data); !ok || certificate.CheckSignatureFrom(root) != nil {
			return ErrDamaged
		}
		if key, data, ok = nextKey(data); !ok || !spki.Equal(key.Public(), certificate.PublicKey) {
			return ErrDamaged
		}
		a.issuer[k] = intermediate{certificate, key}
	}
	return nil
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
