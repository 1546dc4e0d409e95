package export

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"certdesk/internal/certificate"
	"certdesk/internal/destination"
	"certdesk/internal/export/pfx"
	"certdesk/internal/spki"
)

var (
	errNothing   = errors.New("export: no certificate")
	errDifferent = errors.New("export: the file holds something else than was put in")
)

func (p Plan) content(rule destination.FileRule) pfx.Content {
	return pfx.Content{Key: p.Key, Leaf: p.Leaf, Chain: p.Chain, FriendlyName: p.FriendlyName, WindowsCSP: rule.WindowsCSP}
}

// all is the certificate with those above it.
func (p Plan) all() []*x509.Certificate { return append([]*x509.Certificate{p.Leaf}, p.Chain...) }

// encode makes the bytes of one file.
func (m Maker) encode(p Plan, rule destination.FileRule) ([]byte, error) {
	if p.Leaf == nil {
		return nil, errNothing
	}
	switch rule.Kind {
	case destination.PKCS12:
		return pfx.Encode(m.random(), p.content(rule), p.Password, profile(rule.Profile, p.OwnPassword))
	case destination.KeyPEM:
		return p.keyPEM()
	case destination.OnePEM:
		key, err := p.keyPEM()
		if err != nil {
			return nil, err
		}
		defer clear(key)
		return append(certificate.EncodePEM(p.all()), key...), nil
	case destination.FullChain:
		return certificate.EncodePEM(p.all()), nil
	case destination.P7B:
		return certificate.EncodeP7B(p.all())
	case destination.DER:
		return p.Leaf.Raw, nil
	}
	return nil, fmt.Errorf("export: no kind of file %q", rule.Kind)
}

// keyPEM is the private key in PKCS #8, without a password.
func (p Plan) keyPEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(p.Key)
	if err != nil {
		return nil, pfx.ErrKeyKind
	}
	defer clear(der)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// verify opens the bytes of one file and compares all that is in it with what was to be put in.
func (p Plan) verify(rule destination.FileRule, data []byte) error {
	switch rule.Kind {
	case destination.PKCS12:
		return pfx.Verify(data, p.Password, p.content(rule))
	case destination.KeyPEM:
		return p.verifyKey(data)
	case destination.DER:
		if !bytes.Equal(data, p.Leaf.Raw) {
			return errDifferent
		}
		return nil
	case destination.OnePEM:
		at := bytes.Index(data, []byte("-----BEGIN PRIVATE KEY-----"))
		if at < 0 {
			return errDifferent
		}
		if err := p.verifyKey(data[at:]); err != nil {
			return err
		}
		data = data[:at]
	case destination.FullChain, destination.P7B:
	}
	got, err := certificate.Parse(data)
	if err != nil {
		return err
	}
	want := p.all()
	if len(got) != len(want) {
		return errDifferent
	}
	for i, c := range got {
		if !c.Equal(want[i]) {
			return errDifferent
		}
		// Each must be issued by the one below it in the file: servers send them as they stand.
		if i > 0 && !bytes.Equal(got[i-1].RawIssuer, c.RawSubject) {
			return errors.New("export: the chain is not in order")
		}
	}
	return nil
}

// verifyKey reads a key file again: it holds one key, the one that fits the certificate.
func (p Plan) verifyKey(data []byte) error {
	block, rest := pem.Decode(data)
	if block == nil || block.Type != "PRIVATE KEY" || len(bytes.TrimSpace(rest)) > 0 {
		return errDifferent
	}
	defer clear(block.Bytes)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return errDifferent // the cause may quote what it read
	}
	signer, ok := key.(crypto.Signer)
	if !ok || !spki.Equal(signer.Public(), p.Leaf.PublicKey) {
		return errDifferent
	}
	want, err := x509.MarshalPKCS8PrivateKey(p.Key)
	if err != nil {
		return errDifferent
	}
	defer clear(want)
	if !bytes.Equal(block.Bytes, want) {
		return errDifferent
	}
	return nil
}
