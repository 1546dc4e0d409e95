package authority

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"time"
)

// Lifetimes in days. A public mail certificate may live 825 (S/MIME Baseline Requirements, 6.3.2), a
// website's 200 since 2026-03-15 (TLS Baseline Requirements, 6.3.2), one for code 460 since 2026-03-01 (Code
// Signing Baseline Requirements, 6.3.2); authorities stay below.
const (
	MailDays    = 365
	WebsiteDays = 199
	CodeDays    = 365
)

const address = "http://demo.certdesk.invalid/"

// ErrOutlives means that a certificate would end after its authority: the demo has to be started over.
var ErrOutlives = errors.New("demo: the certificate would outlive the demo's certificate authority")

// ErrKeyKind means that there is no profile for this kind of public key: neither RSA nor ECDSA.
var ErrKeyKind = errors.New("demo: no profile for this kind of key")

// Profile is what a certificate says and asserts.
type Profile string

// The profiles.
const (
	MailMailbox         Profile = "mailbox"      // the mailbox alone
	MailSponsor         Profile = "sponsor"      // a person of an organization
	WebsiteDomain       Profile = "domain"       // host names alone
	WebsiteOrganization Profile = "organization" // with the organization
	WebsiteExtended     Profile = "extended"     // with all of extended validation
	CodeSigning         Profile = "code"         // an organization that publishes programs
)

// profiles: the policy that certificates assert, who issues them and for how many days. The intermediates
// assert anyPolicy, as one that belongs to the root's owner may.
var profiles = map[Profile]struct {
	kind   Kind
	days   int
	policy x509.OID
}{
	MailMailbox:         {Mail, MailDays, oid(2, 23, 140, 1, 5, 1, 3)},    // S/MIME BR 7.1.6.1: mailbox-validated strict
	MailSponsor:         {Mail, MailDays, oid(2, 23, 140, 1, 5, 3, 3)},    // the same: sponsor-validated strict
	WebsiteDomain:       {Website, WebsiteDays, oid(2, 23, 140, 1, 2, 1)}, // TLS BR 7.1.6.1
	WebsiteOrganization: {Website, WebsiteDays, oid(2, 23, 140, 1, 2, 2)}, // the same
	WebsiteExtended:     {Website, WebsiteDays, oid(2, 23, 140, 1, 1)},    // EV Guidelines 7.1.6.1
	CodeSigning:         {Code, CodeDays, oid(2, 23, 140, 1, 4, 1)},       // Code Signing BR 7.1.6.1
}

func oid(arcs ...uint64) x509.OID {
	o, err := x509.OIDFromInts(arcs)
	if err != nil {
		panic(err) // only constants come here
	}
	return o
}

// Request is what a certificate is wanted for. Which fields count depends on the profile.
type Request struct {
	Profile      Profile
	Public       crypto.PublicKey
	Mailbox      string
	Hosts        []string // A-labels
	Person       Person
	Organization Organization
}

// Issue issues a certificate that is valid from now. Its chain is the leaf and the intermediate.
func (a *Authority) Issue(r Request, now time.Time) ([]*x509.Certificate, error) {
	p, ok := profiles[r.Profile]
	if !ok {
		return nil, errors.New("demo: no such profile")
	}
	t := &x509.Certificate{Subject: r.subject(), Policies: []x509.OID{p.policy}}
	switch r.Public.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey:
		t.KeyUsage = x509.KeyUsageDigitalSignature
	default:
		return nil, ErrKeyKind
	}
	switch p.kind {
	case Mail:
		t.EmailAddresses = []string{r.Mailbox}
		t.KeyUsage |= mailUsage(r.Public)
	case Website:
		t.DNSNames = r.Hosts
	case Code: // names nothing but its subject
	}
	return a.issue(p.kind, t, r.Public, now, p.days)
}

// IssueMail issues an S/MIME certificate for a public key and one mailbox, valid for [MailDays] from now.
func (a *Authority) IssueMail(public crypto.PublicKey, mailbox string, now time.Time) ([]*x509.Certificate, error) {
	return a.Issue(Request{Profile: MailMailbox, Public: public, Mailbox: mailbox}, now)
}

// mailUsage is for signing and encryption with one key (S/MIME Baseline Requirements, 7.1.2.3 e).
func mailUsage(public crypto.PublicKey) x509.KeyUsage {
	if _, ok := public.(*rsa.PublicKey); ok {
		return x509.KeyUsageKeyEncipherment
	}
	return x509.KeyUsageKeyAgreement
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
	t.BasicConstraintsValid = false // a leaf without basicConstraints, as the requirements allow
	t.ExtKeyUsage = []x509.ExtKeyUsage{k.usage()}
	t.CRLDistributionPoints = []string{address + string(k) + ".crl"}
	t.IssuingCertificateURL = []string{address + string(k) + ".crt"}
	if k != Website { // TLS Baseline Requirements, 7.1.2.7.6: not recommended for websites
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
