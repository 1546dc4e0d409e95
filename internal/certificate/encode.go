package certificate

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"github.com/smallstep/pkcs7"
)

// EncodePEM gives certificates in PEM, one block each, in their order: what web servers call the full chain
// when the first is the server's own.
func EncodePEM(certs []*x509.Certificate) []byte {
	var out bytes.Buffer
	for _, c := range certs {
		_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}) // a buffer takes everything
	}
	return out.Bytes()
}

// EncodeP7B gives certificates as a PKCS #7 SignedData that nobody has signed (RFC 2315, 9.1), in PEM, in their
// order. Windows and Java read it in one piece.
func EncodeP7B(certs []*x509.Certificate) ([]byte, error) {
	var all []byte
	for _, c := range certs {
		all = append(all, c.Raw...)
	}
	der, err := pkcs7.DegenerateCertificate(all)
	if err != nil {
		return nil, fmt.Errorf("certificate: making a P7B: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PKCS7", Bytes: der}), nil
}
