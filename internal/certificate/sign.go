package certificate

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"slices"
	"time"

	"github.com/smallstep/pkcs7"
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"certdesk/internal/fault"
)

var (
	oidRSA         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidECDSASHA256 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

// implicit0 is [0] IMPLICIT of a SET, and [0] EXPLICIT of anything.
const implicit0 = cbasn1.Tag(0 | 0x80 | 0x20)

// signDetached signs content, which is not part of what it gives: CMS SignedData (RFC 5652, 5) with SHA-256 and the
// certificates in their order, the first that of key. The library that reads signatures takes the system's clock when
// it makes one; here the time is the caller's.
func signDetached(content []byte, at time.Time, key crypto.Signer, certs []*x509.Certificate) ([]byte, error) {
	attributes := signedAttributes(content, at)
	// What is signed has the tag of a SET, what is sent that of the field (RFC 5652, 5.4).
	var set cryptobyte.Builder
	set.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(attributes) })
	digest := sha256.Sum256(set.BytesOrPanic())
	signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, fault.New(fault.KeyUnusable, errors.New("certificate: the key does not sign"))
	}
	var b cryptobyte.Builder
	sequence := func(b *cryptobyte.Builder, inside func(*cryptobyte.Builder)) { b.AddASN1(cbasn1.SEQUENCE, inside) }
	sequence(&b, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(pkcs7.OIDSignedData)
		b.AddASN1(implicit0, func(b *cryptobyte.Builder) {
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) { sequence(b, addSHA256) })
				sequence(b, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(pkcs7.OIDData) })
				b.AddASN1(implicit0, func(b *cryptobyte.Builder) {
					for _, c := range certs {
						b.AddBytes(c.Raw)
					}
				})
				b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) {
					sequence(b, func(b *cryptobyte.Builder) { // SignerInfo
						b.AddASN1Int64(1)
						sequence(b, func(b *cryptobyte.Builder) {
							b.AddBytes(certs[0].RawIssuer)
							b.AddASN1BigInt(certs[0].SerialNumber)
						})
						sequence(b, addSHA256)
						b.AddASN1(implicit0, func(b *cryptobyte.Builder) { b.AddBytes(attributes) })
						sequence(b, func(b *cryptobyte.Builder) { addSignatureAlgorithm(b, key.Public()) })
						b.AddASN1OctetString(signature)
					})
				})
			})
		})
	})
	return b.Bytes()
}

func addSHA256(b *cryptobyte.Builder) {
	b.AddASN1ObjectIdentifier(pkcs7.OIDDigestAlgorithmSHA256)
	b.AddASN1NULL()
}

// addSignatureAlgorithm names the kind of key (RFC 3370, 3.2; RFC 5753, 7.1.3). Another kind makes the builder fail.
func addSignatureAlgorithm(b *cryptobyte.Builder, pub crypto.PublicKey) {
	switch pub.(type) {
	case *rsa.PublicKey:
		b.AddASN1ObjectIdentifier(oidRSA)
		b.AddASN1NULL()
	case *ecdsa.PublicKey:
		b.AddASN1ObjectIdentifier(oidECDSASHA256)
	default:
		b.SetError(fault.New(fault.KeyUnusable, errors.New("certificate: a kind of key that signs no mail")))
	}
}

// signedAttributes are what a signature covers (RFC 5652, 11): the kind of content, its digest, the time; in the order
// of DER.
func signedAttributes(content []byte, at time.Time) []byte {
	digest := sha256.Sum256(content)
	attribute := func(oid asn1.ObjectIdentifier, value func(*cryptobyte.Builder)) []byte {
		var b cryptobyte.Builder
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oid)
			b.AddASN1(cbasn1.SET, value)
		})
		return b.BytesOrPanic() // nothing in it can fail
	}
	all := [][]byte{
		attribute(pkcs7.OIDAttributeContentType, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(pkcs7.OIDData) }),
		attribute(pkcs7.OIDAttributeMessageDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(digest[:]) }),
		attribute(pkcs7.OIDAttributeSigningTime, func(b *cryptobyte.Builder) {
			if at = at.UTC().Truncate(time.Second); at.Year() < 1950 || at.Year() > 2049 { // RFC 5652, 11.3
				b.AddASN1GeneralizedTime(at)
			} else {
				b.AddASN1UTCTime(at)
			}
		}),
	}
	slices.SortFunc(all, bytes.Compare)
	return bytes.Join(all, nil)
}
