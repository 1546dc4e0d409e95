package certificate

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"time"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/spki"
)

// Description is what the certificate information shows. Its texts come from outside and are cleaned: one
// line each, what can't be seen written out, lengths cut.
type Description struct {
	Title     string  // the best single name: mailbox, host name, or the subject's common name
	Subject   []Field // in the order of the certificate
	Issuer    []Field
	IssuedBy  string // the issuer's organization or common name
	Names     []order.Name
	NotBefore time.Time // UTC
	NotAfter  time.Time // UTC
	Use       Use
	Serial    string // hexadecimal bytes with colons
	Key       string // "RSA 3072", "ECDSA P-256"
	Signature string // "SHA256-RSA"
	SHA256    string // fingerprint of the certificate, hexadecimal bytes with colons
	SPKI      string // SHA-256 of the public key, 64 hexadecimal digits
}

// Field is one attribute of a name. Label is zero for an attribute without words; Name then is its dotted
// number.
type Field struct {
	Label i18n.Message
	Name  string
	Value string
}

// maxField is how many characters of an attribute are kept; X.520 allows 64 to 128 for most.
const maxField = 256

// Describe reads what there is to say about a certificate.
func Describe(c *x509.Certificate) Description {
	sum := sha256.Sum256(c.Raw)
	key := spki.OfCertificate(c)
	d := Description{
		Subject: fields(c.Subject), Issuer: fields(c.Issuer),
		NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(), Use: useOf(c),
		Serial: serial(c.SerialNumber), Key: describeKey(c), Signature: c.SignatureAlgorithm.String(),
		SHA256: colons(sum[:]), SPKI: hex.EncodeToString(key[:]),
	}
	for _, n := range Names(c) {
		d.Names = append(d.Names, order.Name{Type: n.Type, Value: i18n.Clean(n.Value, maxField)})
	}
	d.Title = title(d.Names, d.Subject)
	d.IssuedBy = value(d.Issuer, "2.5.4.10", "2.5.4.3")
	return d
}

func title(names []order.Name, subject []Field) string {
	for _, n := range names {
		if n.Type == nameEmail {
			return n.Value
		}
	}
	if cn := value(subject, "2.5.4.3"); cn != "" {
		return cn
	}
	if len(names) > 0 {
		return names[0].Value
	}
	return value(subject, "2.5.4.10")
}

// value is the first attribute of the first of the types that is there.
func value(fields []Field, types ...string) string {
	for _, t := range types {
		for _, f := range fields {
			if f.Name == t {
				return f.Value
			}
		}
	}
	return ""
}

// labels are the attributes that have words, by their numbers.
var labels = map[string]string{
	"2.5.4.3":                    "certificate.field.common-name",
	"2.5.4.4":                    "certificate.field.surname",
	"2.5.4.5":                    "certificate.field.serial-number",
	"2.5.4.6":                    "certificate.field.country",
	"2.5.4.7":                    "certificate.field.locality",
	"2.5.4.8":                    "certificate.field.region",
	"2.5.4.9":                    "certificate.field.street",
	"2.5.4.10":                   "certificate.field.organization",
	"2.5.4.11":                   "certificate.field.unit",
	"2.5.4.12":                   "certificate.field.title",
	"2.5.4.15":                   "certificate.field.business-category",
	"2.5.4.17":                   "certificate.field.postal-code",
	"2.5.4.42":                   "certificate.field.given-name",
	"2.5.4.65":                   "certificate.field.pseudonym",
	"2.5.4.97":                   "certificate.field.organization-identifier",
	"1.2.840.113549.1.9.1":       "certificate.field.email",
	"1.3.6.1.4.1.311.60.2.1.1":   "certificate.field.jurisdiction-locality",
	"1.3.6.1.4.1.311.60.2.1.2":   "certificate.field.jurisdiction-region",
	"1.3.6.1.4.1.311.60.2.1.3":   "certificate.field.jurisdiction-country",
	"0.9.2342.19200300.100.1.25": "certificate.field.domain-component",
}

func fields(n pkix.Name) []Field {
	var out []Field
	for _, a := range n.Names {
		out = append(out, field(a.Type, a.Value))
	}
	return out
}

func field(oid asn1.ObjectIdentifier, v any) Field {
	f := Field{Name: oid.String(), Value: i18n.Clean(fmt.Sprint(v), maxField)}
	if id, ok := labels[f.Name]; ok {
		f.Label = i18n.M(id)
	}
	return f
}

func describeKey(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	default:
		return i18n.Clean(c.PublicKeyAlgorithm.String(), maxField)
	}
}

// serial is the number as tools show it; a negative one, which RFC 5280 forbids, keeps its sign.
func serial(n *big.Int) string {
	if n == nil {
		return ""
	}
	b := n.Bytes()
	if len(b) == 0 {
		b = []byte{0}
	}
	if n.Sign() < 0 {
		return "-" + colons(b)
	}
	return colons(b)
}

func colons(b []byte) string {
	parts := make([]string, len(b))
	for i, x := range b {
		parts[i] = fmt.Sprintf("%02X", x)
	}
	return strings.Join(parts, ":")
}
