package pfx

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // names a key (localKeyID); nothing rests on it
	"crypto/x509"
	"errors"
	"fmt"

	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"certdesk/internal/secret"
)

// Verify opens a file with the password and compares all that is in it with what was to be put in: the
// private key, byte for byte, the certificate, the chain in its order, friendly name and key id. Key and
// certificates are read by another implementation than the one that wrote them (go-pkcs12).
//
// It gives nil, or an error that wraps ErrPasswordEmpty, ErrPasswordNotASCII, ErrUnreadable,
// ErrWrongPassword, ErrIterations or ErrDifferent. Files of more than 1 MiB are ErrUnreadable.
func Verify(data []byte, password secret.Value, want Content) error {
	if err := want.check(); err != nil {
		return err
	}
	ascii, err := revealASCII(password)
	if err != nil {
		return err
	}
	defer clear(ascii)
	o, err := readOutline(data)
	if err != nil {
		return err
	}
	key, leaf, chain, err := pkcs12.DecodeChain(data, string(ascii))
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return ErrWrongPassword
	case err != nil:
		return ErrUnreadable // the cause may quote what it read
	}
	if err := compareKey(key, want); err != nil {
		return err
	}
	if err := compareCertificates(leaf, chain, want); err != nil {
		return err
	}
	bags, err := o.open(ascii)
	if err != nil {
		return err
	}
	return compareAttributes(o.keyBag, bags, want)
}

func different(what string) error { return fmt.Errorf("%w: %s", ErrDifferent, what) }

func compareKey(got any, want Content) error {
	a, err := x509.MarshalPKCS8PrivateKey(got)
	if err != nil {
		return different("the private key")
	}
	defer clear(a)
	b, err := x509.MarshalPKCS8PrivateKey(want.Key)
	if err != nil {
		return ErrKeyKind
	}
	defer clear(b)
	if !bytes.Equal(a, b) {
		return different("the private key")
	}
	return nil
}

func compareCertificates(leaf *x509.Certificate, chain []*x509.Certificate, want Content) error {
	if !bytes.Equal(leaf.Raw, want.Leaf.Raw) {
		return different("the certificate")
	}
	if len(chain) != len(want.Chain) {
		return different("the number of certificates above it")
	}
	for i, c := range chain {
		if !bytes.Equal(c.Raw, want.Chain[i].Raw) {
			return different("the certificates above it")
		}
	}
	return nil
}

func compareAttributes(key bag, certificates []bag, want Content) error {
	id := sha1.Sum(want.Leaf.Raw) //nolint:gosec // as Encode makes it
	name := friendlyName(want.FriendlyName)
	for i, b := range append([]bag{key}, certificates...) {
		if i > 1 {
			if b.localKeyID != nil || b.friendlyName != "" {
				return different("the names of the certificates above")
			}
			continue
		}
		if !bytes.Equal(b.localKeyID, id[:]) {
			return different("the key id")
		}
		if b.friendlyName != name {
			return different("the friendly name")
		}
	}
	return nil
}
