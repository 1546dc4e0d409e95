package authority

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"time"
)

// Lifetimes in days. A public mail certificate may live 825 (S/MIME Baseline Requirements, 6.3.2), a
// website's 200 since 2026-03-15 (TLS Baseline Requirements, 6.3.2); authorities stay a day below.
const (
	MailDays    = 365
	WebsiteDays = 199
)

const address = "http://demo.certdesk.invalid/"

// ErrOutlives means that a certificate would end after its authority: the demo has to be started over.
var ErrOutlives = errors.New("demo: the certificate would outlive the demo's certificate authority")

// ErrKeyKind means that there is no profile for this kind of public key: neither RSA nor ECDSA.
var ErrKeyKind = errors.New("demo: no profile for this kind of key")

// policy is the policy that certificates assert: mailbox-validated strict (S/MIME Baseline Requirements,
// 7.1.6.1), domain-validated (TLS Baseline Requirements, 7.1.6.1). The intermediates assert anyPolicy, as
// one that belongs to the root's owner may.
func (k Kind) policy() x509.OID {
	if k == Mail {
		return oid(2, 23, 140, 1, 5, 1, 3)
	}
	return oid(2, 23, 140, 1, 2, 1)
}

func oid(arcs ...uint64) x509.OID {
	o, err := x509.OIDFromInts(arcs)
	if err != nil {
		panic(err) // only constants come here
	}
	return o
}

// IssueMail issues an S/MIME certificate for a public key and one mailbox, valid for [MailDays] from now.
// Its chain is the leaf and the intermediate.
//
// The subject is the mailbox alone: a mailbox-validated certificate may not name a person (S/MIME
// Baseline Requirements, 7.1.4.2.3), since nobody has checked one.
func (a *Authority) IssueMail(public crypto.PublicKey, mailbox string, now time.Time) ([]*x509.Certificate, error) {
	usage, err := mailUsage(public)
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		Subject:        pkix.Name{CommonName: mailbox},
		EmailAddresses: []string{mailbox},
		KeyUsage:       usage,
	}
	return a.issue(Mail, t, public, now, MailDays)
}

// IssueWebsite issues a domain-validated TLS certificate for a public key and host names (A-labels),
// valid for [WebsiteDays] from now. Its subject is empty, as current practice has it.
func (a *Authority) IssueWebsite(public crypto.PublicKey, hosts []string, now time.Time) ([]*x509.Certificate, error) {
	switch public.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey:
	default:
		return nil, ErrKeyKind
	}
	t := &x509.Certificate{DNSNames: hosts, KeyUsage: x509.KeyUsageDigitalSignature}
	return a.issue(Website, t, public, now, WebsiteDays)
}

// mailUsage is for signing and encryption with one key (S/MIME Baseline Requirements, 7.1.2.3 e).
func mailUsage(public crypto.PublicKey) (x509.KeyUsage, error) {
	switch public.(type) {
	case *rsa.PublicKey:
		return x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, nil
	case *ecdsa.PublicKey:
		return x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement, nil
	}
	return 0, ErrKeyKind
}

func (a *Authority) issue(k Kind, t *x509.Certificate, public crypto.PublicKey, now time.Time, days int) ([]*x509.Certificate, error) {
	by := a.issuer[k]
	serial, err := a.serial()
	if err != nil {
		return nil, err
	}
	t.SerialNumber = serial
	t.NotBefore = start(now)
	t.NotAfter = end(t.NotBefore.AddDate(0, 0, days))
	if t.NotAfter.After(by.certificate.NotAfter) {
		return nil, ErrOutlives
	}
	t.BasicConstraintsValid = false // a leaf without basicConstraints, as both requirements allow
	t.ExtKeyUsage = []x509.ExtKeyUsage{k.usage()}
	t.Policies = []x509.OID{k.policy()}
	t.CRLDistributionPoints = []string{address + string(k) + ".crl"}
	t.IssuingCertificateURL = []string{address + string(k) + ".crt"}
	if k == Mail { // TLS Baseline Requirements, 7.1.2.7.6: not recommended for websites
		if t.SubjectKeyId, err = keyID(public); err != nil {
			return nil, err
		}
	}
	leaf, err := sign(t, by.certificate, public, by.key)
	if err != nil {
		return nil, err
	}
	return []*x509.Certificate{leaf, by.certificate}, nil
}
