package export

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"

	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"certdesk/internal/export/pfx"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

// Opened is a PKCS #12 file of whatever program that was opened to be looked at. The private key is not kept.
type Opened struct {
	Structure    pfx.Structure
	Key          crypto.PublicKey    // of the private key in it; nil: there is none
	Certificates []*x509.Certificate // in the order of the file
	// What is to be said of the password that opened it.
	NotASCII, NoPassword bool
	// Trimmed says that it opened without the spaces at the ends of what was typed.
	Trimmed bool
}

// Structure is what a PKCS #12 file says without its password. Its faults: KeyFileUnreadable, KeyFileKind.
func Structure(data []byte) (pfx.Structure, error) {
	s, err := pfx.Examine(data)
	switch {
	case errors.Is(err, pfx.ErrIterations):
		return s, fault.New(fault.KeyFileKind, err)
	case err != nil:
		return s, fault.New(fault.KeyFileUnreadable, err)
	}
	return s, nil
}

// Open opens a PKCS #12 file to say what is in it. Its faults are those of [Structure], and KeyFilePassword.
func Open(data []byte, password secret.Value) (Opened, error) {
	s, err := Structure(data)
	if err != nil {
		return Opened{}, err
	}
	text := password.Reveal()
	defer clear(text)
	o, err := openWith(data, text)
	if trimmed := bytes.TrimSpace(text); fault.Is(err, fault.KeyFilePassword) && len(trimmed) > 0 && len(trimmed) < len(text) {
		if again, err := openWith(data, trimmed); err == nil {
			o, text = again, trimmed
			o.Trimmed = true
		}
	}
	if err != nil && !o.Trimmed {
		return Opened{}, err
	}
	o.Structure, o.NoPassword = s, len(text) == 0
	for _, b := range text {
		o.NotASCII = o.NotASCII || b < ' ' || b > '~'
	}
	return o, nil
}

// bounded refuses a file that would keep the computer busy once its password is right. Its faults are those of [Open].
func bounded(data, password []byte) error {
	if bytes.ContainsFunc(password, func(r rune) bool { return r > 0xFFFF }) { // no program that is known takes emoji
		return fault.New(fault.KeyFilePassword, nil)
	}
	err := pfx.Bounded(data, password)
	if err == nil {
		return nil
	}
	// This library says at the MAC whether the password is wrong, and opens no key for this question.
	unreadable := errors.Is(err, pfx.ErrUnreadable) || errors.Is(err, pfx.ErrIterations)
	if _, trustErr := pkcs12.DecodeTrustStore(data, string(password)); !unreadable && errors.Is(trustErr, pkcs12.ErrIncorrectPassword) {
		return fault.New(fault.KeyFilePassword, nil)
	}
	if errors.Is(err, pfx.ErrIterations) || errors.Is(err, pfx.ErrUnknownCipher) {
		return fault.New(fault.KeyFileKind, err)
	}
	return fault.New(fault.KeyFileUnreadable, err)
}

func openWith(data, password []byte) (Opened, error) {
	if err := bounded(data, password); err != nil {
		return Opened{}, err
	}
	key, leaf, chain, err := pkcs12.DecodeChain(data, string(password))
	var unknown pkcs12.NotImplementedError
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return Opened{}, fault.New(fault.KeyFilePassword, nil)
	case errors.As(err, &unknown):
		return Opened{}, fault.New(fault.KeyFileKind, errors.New("export: a PKCS #12 file of a kind that is not known here"))
	case err == nil:
		if signer, ok := key.(crypto.Signer); ok {
			return Opened{Key: signer.Public(), Certificates: append([]*x509.Certificate{leaf}, chain...)}, nil
		}
		return Opened{}, fault.New(fault.KeyFileKind, errors.New("export: a kind of key that is not known here"))
	}
	certs, trustErr := pkcs12.DecodeTrustStore(data, string(password))
	if trustErr == nil {
		return Opened{Certificates: certs}, nil
	}
	return Opened{}, fault.New(fault.KeyFileUnreadable, errors.New("export: a PKCS #12 file that can't be read")) // the cause may quote it
}
