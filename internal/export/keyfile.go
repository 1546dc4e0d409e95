package export

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"

	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"certdesk/internal/fault"
	"certdesk/internal/request"
	"certdesk/internal/secret"
)

// ReadKey reads the private key in a file that a customer brings: a PKCS #12 file, or whatever
// [request.ReadKey] reads. Its faults are those of request.ReadKey.
func ReadKey(data []byte, password secret.Value) (crypto.Signer, error) {
	if !request.IsPKCS12(data) {
		return request.ReadKey(data, password)
	}
	key, _, err := ReadPKCS12(data, password)
	return key, err
}

// ReadPKCS12 reads the private key and the certificates in a PKCS #12 file. Its faults are those of [ReadKey].
func ReadPKCS12(data []byte, password secret.Value) (crypto.Signer, []*x509.Certificate, error) {
	if len(data) > maxFile {
		return nil, nil, fault.New(fault.KeyFileUnreadable, errors.New("export: too large"))
	}
	text := password.Reveal()
	defer clear(text)
	if err := bounded(data, text); err != nil {
		return nil, nil, err
	}
	key, leaf, above, err := pkcs12.DecodeChain(data, string(text))
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return nil, nil, fault.New(fault.KeyFilePassword, nil)
	case err != nil: // the cause may quote what it read
		var unknown pkcs12.NotImplementedError
		if errors.As(err, &unknown) {
			return nil, nil, fault.New(fault.KeyFileKind, errors.New("export: a PKCS #12 file of a kind that is not known here"))
		}
		return nil, nil, fault.New(fault.KeyFileUnreadable, errors.New("export: a PKCS #12 file that can't be read"))
	}
	certs := append([]*x509.Certificate{leaf}, above...)
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k, certs, nil
	case *ecdsa.PrivateKey:
		return k, certs, nil
	}
	return nil, nil, fault.New(fault.KeyFileKind, errors.New("export: neither RSA nor ECDSA"))
}
