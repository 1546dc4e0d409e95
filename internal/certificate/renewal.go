package certificate

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
)

// RenewalID is what names a certificate where its renewal is asked for (RFC 9773 4.1): the key identifier of its
// issuer and its serial number. It is empty where the certificate does not say who issued it.
func RenewalID(c *x509.Certificate) string {
	serial, err := asn1.Marshal(c.SerialNumber)
	if err != nil || len(serial) < 3 || len(c.AuthorityKeyId) == 0 {
		return ""
	}
	var raw asn1.RawValue
	if _, err := asn1.Unmarshal(serial, &raw); err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(c.AuthorityKeyId) + "." + base64.RawURLEncoding.EncodeToString(raw.Bytes)
}
