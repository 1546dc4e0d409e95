package request

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"

	"certdesk/internal/fault"
	"certdesk/internal/spki"
)

// maxRequest is far more than the largest useful request: 250 names and an RSA 8192 key make 70 KB.
const maxRequest = 256 << 10

// Summary is what a request says, for Details. All of it is text from outside when the customer brought the
// request: it may hold anything.
type Summary struct {
	CommonName   string
	GivenName    string
	Surname      string
	Organization []string
	Locality     []string
	Region       []string
	Country      []string
	Mailboxes    []string
	DNSNames     []string
	IPAddresses  []string

	Algorithm string // rsa, ecdsa
	Size      int    // bits
	Curve     string // P-256, …; empty for RSA
	SPKI      string // SHA-256 of the public key, lower-case hexadecimal
	Signature string // as in "SHA256-RSA"
	PublicKey crypto.PublicKey
}

// Describe reads a request in DER. Its signature must verify (who sends a request must have its key) and
// its key must pass the policy. Faults: RequestUnreadable, KeyWeak, KeyForbidden; none holds a part of der.
func Describe(der []byte) (Summary, error) {
	if len(der) > maxRequest {
		return Summary{}, unreadable("too large")
	}
	r, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return Summary{}, unreadable("not a PKCS #10 request in DER")
	}
	if err := Default.Check(r.PublicKey); err != nil {
		return Summary{}, err
	}
	if err := r.CheckSignature(); err != nil {
		return Summary{}, unreadable("the signature does not verify")
	}
	return summarize(r)
}

func summarize(r *x509.CertificateRequest) (Summary, error) {
	s := Summary{
		CommonName:   r.Subject.CommonName,
		GivenName:    attribute(r, oidGivenName),
		Surname:      attribute(r, oidSurname),
		Organization: r.Subject.Organization,
		Locality:     r.Subject.Locality,
		Region:       r.Subject.Province,
		Country:      r.Subject.Country,
		Mailboxes:    r.EmailAddresses,
		DNSNames:     r.DNSNames,
		Signature:    r.SignatureAlgorithm.String(),
		PublicKey:    r.PublicKey,
	}
	for _, ip := range r.IPAddresses {
		s.IPAddresses = append(s.IPAddresses, ip.String())
	}
	switch k := r.PublicKey.(type) {
	case *rsa.PublicKey:
		s.Algorithm, s.Size = RSA, k.N.BitLen()
	case *ecdsa.PublicKey:
		s.Algorithm, s.Size, s.Curve = ECDSA, k.Curve.Params().BitSize, k.Curve.Params().Name
	}
	var err error
	s.SPKI, err = spki.Hex(r.PublicKey)
	if err != nil {
		return Summary{}, fault.New(fault.KeyForbidden, err)
	}
	return s, nil
}

func attribute(r *x509.CertificateRequest, oid asn1.ObjectIdentifier) string {
	for _, a := range r.Subject.Names {
		if v, ok := a.Value.(string); ok && a.Type.Equal(oid) {
			return v
		}
	}
	return ""
}
