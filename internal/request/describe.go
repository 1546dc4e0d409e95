package request

import (
	"crypto"
	"crypto/dsa" //nolint:staticcheck // to say that nobody certifies it
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"certdesk/internal/fault"
	"certdesk/internal/order"
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

	Algorithm string // rsa, ecdsa; dsa, ed25519 or other, which nobody certifies
	Size      int    // bits
	Curve     string // P-256, …; empty for RSA
	SPKI      string // SHA-256 of the public key, lower-case hexadecimal
	Signature string // as in "SHA256-RSA"
	PublicKey crypto.PublicKey

	Verified bool // the signature was made with the key; not tried with keys and hashes that are far too weak

	signature x509.SignatureAlgorithm
}

// Key is the kind of key that the request is for; the zero choice for kinds that no licence accepts.
func (s Summary) Key() order.KeyChoice {
	if s.Algorithm != RSA && s.Algorithm != ECDSA {
		return order.KeyChoice{}
	}
	return order.KeyChoice{Algorithm: s.Algorithm, Size: s.Size}
}

// OldHash is the hash function of the signature where it is one that is no longer trusted, else empty.
func (s Summary) OldHash() string {
	switch s.signature {
	case x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA1:
		return "SHA-1"
	case x509.MD5WithRSA:
		return "MD5"
	case x509.MD2WithRSA:
		return "MD2"
	}
	return ""
}

func (s Summary) outdatedBeyondChecking() bool { return strings.HasPrefix(s.OldHash(), "MD") }

// Names are all names that the request asks for: the alternative names, and the common name where it is one
// of them by its looks. Hosts are in lower case.
func (s Summary) Names() []order.Name {
	var out []order.Name
	add := func(kind, value string) {
		if n := (order.Name{Type: kind, Value: value}); value != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	cn := strings.TrimSpace(s.CommonName)
	switch {
	case strings.Contains(cn, "@") && !strings.Contains(cn, " "):
		add("email", cn)
	case strings.Contains(cn, ".") && !strings.ContainsAny(cn, " ,/:"):
		add("dns", strings.ToLower(cn))
	}
	for _, m := range s.Mailboxes {
		add("email", m)
	}
	for _, n := range s.DNSNames {
		add("dns", strings.ToLower(n))
	}
	for _, ip := range s.IPAddresses {
		add("ip", ip)
	}
	return out
}

// Describe reads a request that certificate authorities would take: its signature must verify (who sends a
// request must have its key) and its key must pass the policy. Faults: those of [Examine], KeyWeak,
// KeyForbidden; none holds a part of der.
func Describe(der []byte) (Summary, error) {
	s, err := Examine(der)
	if err != nil {
		return Summary{}, err
	}
	if err := Default.Check(s.PublicKey); err != nil {
		return Summary{}, err
	}
	if !s.Verified {
		return Summary{}, unreadable("the signature can't be verified")
	}
	return s, nil
}

// Examine reads a request whatever its key is worth, so that it can be shown in words; [Judge] says what is
// wrong with it. Faults: RequestUnreadable, RequestSignature (it was changed after it was signed, or signed
// with another key), KeyForbidden (a curve that nobody certifies); none holds a part of der.
func Examine(der []byte) (Summary, error) {
	if len(der) > maxRequest {
		return Summary{}, unreadable("too large")
	}
	r, err := x509.ParseCertificateRequest(der)
	if err != nil {
		if foreignCurve(der) {
			return Summary{}, fault.New(fault.KeyForbidden, errors.New("request: a curve other than P-256, P-384 and P-521"))
		}
		return Summary{}, unreadable("not a PKCS #10 request in DER")
	}
	s := summarize(r)
	// With a key that is far too short, and with MD5, nothing is verified: both are refused for what they are.
	if Default.Check(r.PublicKey) == nil && !s.outdatedBeyondChecking() {
		if r.CheckSignature() != nil {
			return Summary{}, fault.New(fault.RequestSignature, errors.New("request: the signature does not verify"))
		}
		s.Verified = true
	}
	return s, nil
}

// foreignCurve reports whether der is a request for an elliptic key on a curve that crypto/x509 doesn't know.
func foreignCurve(der []byte) bool {
	var r struct {
		Info struct {
			Version int
			Subject asn1.RawValue
			Key     struct {
				Algorithm pkix.AlgorithmIdentifier
				Bits      asn1.BitString
			}
			Attributes asn1.RawValue `asn1:"optional,tag:0"`
		}
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	rest, err := asn1.Unmarshal(der, &r)
	return err == nil && len(rest) == 0 && r.Info.Key.Algorithm.Algorithm.Equal(asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1})
}

func summarize(r *x509.CertificateRequest) Summary {
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
		signature:    r.SignatureAlgorithm,
	}
	for _, ip := range r.IPAddresses {
		s.IPAddresses = append(s.IPAddresses, ip.String())
	}
	switch k := r.PublicKey.(type) {
	case *rsa.PublicKey:
		s.Algorithm, s.Size = RSA, k.N.BitLen()
	case *ecdsa.PublicKey:
		s.Algorithm, s.Size, s.Curve = ECDSA, k.Curve.Params().BitSize, k.Curve.Params().Name
	case ed25519.PublicKey:
		s.Algorithm = "ed25519"
	case *dsa.PublicKey:
		s.Algorithm = "dsa"
	default:
		s.Algorithm = "other"
	}
	sum := sha256.Sum256(r.RawSubjectPublicKeyInfo)
	s.SPKI = hex.EncodeToString(sum[:])
	return s
}

func attribute(r *x509.CertificateRequest, oid asn1.ObjectIdentifier) string {
	for _, a := range r.Subject.Names {
		if v, ok := a.Value.(string); ok && a.Type.Equal(oid) {
			return v
		}
	}
	return ""
}
