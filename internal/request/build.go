package request

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"slices"

	"certdesk/internal/fault"
	"certdesk/internal/spki"
)

// Subject is what a request asks to be certified. For a mailbox only Mailbox is needed, for a website only
// DNSNames. Certificate authorities take the key and the names from a request and little else, so fields
// that the application carries anyway may stay empty.
type Subject struct {
	Mailbox    string   // ASCII local part; the domain may be in any script
	DNSNames   []string // lower-case A-labels, "*." allowed in front
	CommonName string   // empty: the mailbox, or the first DNS name

	GivenName    string
	Surname      string
	Pseudonym    string
	Title        string
	Organization string
	Locality     string
	Region       string
	Country      string // ISO 3166-1 alpha-2
}

var (
	oidSurname   = asn1.ObjectIdentifier{2, 5, 4, 4}
	oidTitle     = asn1.ObjectIdentifier{2, 5, 4, 12}
	oidGivenName = asn1.ObjectIdentifier{2, 5, 4, 42}
	oidPseudonym = asn1.ObjectIdentifier{2, 5, 4, 65}
)

// Build makes the request (PKCS #10, RFC 2986) in DER, signed with SHA-256, or SHA-384 for a key on P-384.
// Before it is returned it is read again and compared: signature, key and names. Faults: KeyWeak and
// KeyForbidden for the key, FieldInvalid (arg field) and NamesNotAllowed for the names.
//
// A common name over 64 characters (X.520 ub-common-name) that was not asked for by itself is left out;
// the name then stands in the subject alternative names alone, where it counts.
func Build(random io.Reader, key crypto.Signer, s Subject) ([]byte, error) {
	if random == nil {
		random = rand.Reader
	}
	if key == nil {
		return nil, errors.New("request: no key")
	}
	if err := Default.Check(key.Public()); err != nil {
		return nil, err
	}
	template, err := s.template()
	if err != nil {
		return nil, err
	}
	template.SignatureAlgorithm = signatureFor(key.Public())
	der, err := x509.CreateCertificateRequest(random, template, key)
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	if err := verify(der, key.Public(), template); err != nil {
		return nil, err
	}
	return der, nil
}

func (s Subject) template() (*x509.CertificateRequest, error) {
	if err := s.checkText(); err != nil {
		return nil, err
	}
	t := &x509.CertificateRequest{}
	if s.Mailbox != "" {
		mailbox, err := asciiMailbox(s.Mailbox)
		if err != nil {
			return nil, err
		}
		t.EmailAddresses = []string{mailbox}
	}
	for _, name := range s.DNSNames {
		if err := checkDNSName(name); err != nil {
			return nil, err
		}
	}
	t.DNSNames = slices.Clone(s.DNSNames)
	if len(t.EmailAddresses)+len(t.DNSNames) == 0 {
		return nil, fault.New(fault.NamesNotAllowed, errors.New("request: no name"))
	}
	t.Subject = s.subject(t)
	return t, nil
}

func (s Subject) subject(t *x509.CertificateRequest) pkix.Name {
	n := pkix.Name{CommonName: s.CommonName}
	if n.CommonName == "" {
		first := append(slices.Clone(t.EmailAddresses), t.DNSNames...)[0]
		if len(first) <= maxCommonName {
			n.CommonName = first
		}
	}
	add := func(list *[]string, v string) {
		if v != "" {
			*list = []string{v}
		}
	}
	add(&n.Organization, s.Organization)
	add(&n.Locality, s.Locality)
	add(&n.Province, s.Region)
	add(&n.Country, s.Country)
	for _, extra := range []struct {
		oid asn1.ObjectIdentifier
		v   string
	}{{oidGivenName, s.GivenName}, {oidSurname, s.Surname}, {oidPseudonym, s.Pseudonym}, {oidTitle, s.Title}} {
		if extra.v != "" {
			n.ExtraNames = append(n.ExtraNames, pkix.AttributeTypeAndValue{Type: extra.oid, Value: extra.v})
		}
	}
	return n
}

func signatureFor(pub crypto.PublicKey) x509.SignatureAlgorithm {
	if k, ok := pub.(*ecdsa.PublicKey); ok {
		if k.Curve.Params().BitSize > 256 {
			return x509.ECDSAWithSHA384
		}
		return x509.ECDSAWithSHA256
	}
	if _, ok := pub.(*rsa.PublicKey); ok {
		return x509.SHA256WithRSA
	}
	return x509.UnknownSignatureAlgorithm
}

// verify reads a new request as a stranger would.
func verify(der []byte, pub crypto.PublicKey, want *x509.CertificateRequest) error {
	got, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return fmt.Errorf("reading the new request again: %w", err)
	}
	if err := got.CheckSignature(); err != nil {
		return fmt.Errorf("checking the new request's signature: %w", err)
	}
	if !spki.Equal(got.PublicKey, pub) {
		return errors.New("request: the new request holds another key")
	}
	if !slices.Equal(got.EmailAddresses, want.EmailAddresses) || !slices.Equal(got.DNSNames, want.DNSNames) ||
		len(got.IPAddresses)+len(got.URIs) != 0 || got.Subject.CommonName != want.Subject.CommonName {
		return errors.New("request: the new request holds other names")
	}
	return nil
}
