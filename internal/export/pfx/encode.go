package pfx

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // names a key (localKeyID); nothing rests on it
	"crypto/x509"
	"fmt"
	"io"
	"sort"
	"unicode"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"certdesk/internal/secret"
	"certdesk/internal/spki"
)

// Content is what goes into a file.
type Content struct {
	Key   crypto.Signer       // *rsa.PrivateKey or *ecdsa.PrivateKey
	Leaf  *x509.Certificate   // the certificate of Key
	Chain []*x509.Certificate // the certificates above it, the issuer of Leaf first; written in this order
	// FriendlyName is what programs show. Characters outside Unicode's basic plane, which a BMPString
	// can't hold, and control and bidirectional ones become U+FFFD; it is cut to 255 units (RFC 2985,
	// pkcs-9-ub-friendlyName). Empty: the file has none.
	FriendlyName string
	// WindowsCSP names, for an RSA key, the Windows provider that can sign with SHA-256. Other readers
	// ignore it.
	WindowsCSP bool
}

// Encode gives the DER of a PKCS#12 file. It reads salts and initialisation vectors from random and nothing
// else from outside, so the same input and the same random bytes give the same file.
//
// It refuses with ErrPasswordEmpty, ErrPasswordNotASCII, ErrKeyKind (anything but RSA and ECDSA on P-256,
// P-384 or P-521), ErrKeyMismatch, ErrNoCertificate or ErrProfile.
func Encode(random io.Reader, c Content, password secret.Value, p Profile) ([]byte, error) {
	params, err := p.parameters()
	if err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	ascii, err := revealASCII(password)
	if err != nil {
		return nil, err
	}
	defer clear(ascii)
	e := encoder{random: random, password: ascii, parameters: params}
	return e.pfx(c)
}

func (c Content) check() error {
	if c.Leaf == nil || len(c.Leaf.Raw) == 0 {
		return ErrNoCertificate
	}
	for _, cert := range c.Chain {
		if cert == nil || len(cert.Raw) == 0 {
			return ErrNoCertificate
		}
	}
	switch key := c.Key.(type) {
	case *rsa.PrivateKey:
	case *ecdsa.PrivateKey:
		switch key.Curve {
		case elliptic.P256(), elliptic.P384(), elliptic.P521():
		default:
			return ErrKeyKind
		}
	default:
		return ErrKeyKind
	}
	if !spki.Equal(c.Key.Public(), c.Leaf.PublicKey) {
		return ErrKeyMismatch
	}
	return nil
}

// revealASCII gives the password if every reader can take it.
func revealASCII(password secret.Value) ([]byte, error) {
	ascii := password.Reveal()
	if len(ascii) == 0 {
		return nil, ErrPasswordEmpty
	}
	for _, b := range ascii {
		if b < ' ' || b > '~' {
			clear(ascii)
			return nil, ErrPasswordNotASCII
		}
	}
	return ascii, nil
}

type encoder struct {
	parameters
	random   io.Reader
	password []byte
}

// pfx is the PFX of RFC 7292, 4.
func (e *encoder) pfx(c Content) ([]byte, error) {
	safes, err := e.safes(c)
	if err != nil {
		return nil, err
	}
	return e.sign(safes)
}

// sign puts the AuthenticatedSafe under a MAC.
func (e *encoder) sign(safes []byte) ([]byte, error) {
	salt, err := e.bytes(e.salt)
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(3) // version
		addData(b, safes)
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { // MacData
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { // DigestInfo
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(e.mac.oid)
					b.AddASN1NULL()
				})
				b.AddASN1OctetString(computeMAC(e.mac, e.password, salt, e.iterations, safes))
			})
			b.AddASN1OctetString(salt)
			b.AddASN1Int64(int64(e.iterations))
		})
	})
	return b.Bytes()
}

func computeMAC(d digest, password, salt []byte, iterations int, message []byte) []byte {
	key := derive(d.new, forMAC, bmpPassword(password), salt, iterations, d.size)
	m := hmac.New(d.new, key)
	m.Write(message)
	return m.Sum(nil)
}

// safes is the AuthenticatedSafe (RFC 7292, 4.1): the certificates, encrypted, then the encrypted key, in
// the order that OpenSSL and Windows write.
func (e *encoder) safes(c Content) ([]byte, error) {
	id := sha1.Sum(c.Leaf.Raw) //nolint:gosec // as OpenSSL and NSS make it
	name := friendlyName(c.FriendlyName)
	certificates, err := e.certificates(c, name, id[:])
	if err != nil {
		return nil, err
	}
	key, err := e.key(c, name, id[:])
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(certificates)
		addData(b, key)
	})
	return b.Bytes()
}

// certificates is a ContentInfo with the EncryptedData (RFC 2315, 13) of all certificates.
func (e *encoder) certificates(c Content, name string, id []byte) ([]byte, error) {
	var bags cryptobyte.Builder
	bags.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		addCertificate(b, c.Leaf, attributes(name, id, false))
		for _, cert := range c.Chain {
			addCertificate(b, cert, nil)
		}
	})
	plain, err := bags.Bytes()
	if err != nil {
		return nil, err
	}
	return e.sealed(plain)
}

// sealed is a ContentInfo with the EncryptedData of SafeContents.
func (e *encoder) sealed(contents []byte) ([]byte, error) {
	algorithm, sealed, err := e.encrypt(contents)
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidEncryptedData)
		b.AddASN1(explicit, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(0) // version
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(oidData)
					b.AddBytes(algorithm)
					b.AddASN1(asn1.Tag(0).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(sealed) })
				})
			})
		})
	})
	return b.Bytes()
}

// key is SafeContents with the one pkcs8ShroudedKeyBag (RFC 7292, 4.2.2).
func (e *encoder) key(c Content, name string, id []byte) ([]byte, error) {
	plain, err := x509.MarshalPKCS8PrivateKey(c.Key)
	if err != nil {
		return nil, ErrKeyKind
	}
	defer clear(plain)
	algorithm, sealed, err := e.encrypt(plain)
	if err != nil {
		return nil, err
	}
	_, rsaKey := c.Key.(*rsa.PrivateKey)
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oidKeyBag)
			b.AddASN1(explicit, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { // EncryptedPrivateKeyInfo
					b.AddBytes(algorithm)
					b.AddASN1OctetString(sealed)
				})
			})
			addAttributes(b, attributes(name, id, c.WindowsCSP && rsaKey))
		})
	})
	return b.Bytes()
}

// addCertificate adds a certBag (RFC 7292, 4.2.3).
func addCertificate(b *cryptobyte.Builder, cert *x509.Certificate, attributes [][]byte) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidCertBag)
		b.AddASN1(explicit, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidX509)
				b.AddASN1(explicit, func(b *cryptobyte.Builder) { b.AddASN1OctetString(cert.Raw) })
			})
		})
		addAttributes(b, attributes)
	})
}

// attributes gives the DER of each attribute of a bag.
func attributes(name string, id []byte, csp bool) [][]byte {
	all := [][]byte{attribute(oidLocalKeyID, asn1.OCTET_STRING, id)}
	if name != "" {
		all = append(all, attribute(oidFriendlyName, tagBMPString, bmpString(name)))
	}
	if csp {
		all = append(all, attribute(oidCSPName, tagBMPString, bmpString(cspName)))
	}
	return all
}

const tagBMPString = asn1.Tag(30)

func attribute(oid []int, tag asn1.Tag, value []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oid)
		b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
			b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(value) })
		})
	})
	return b.BytesOrPanic() // nothing in it can fail
}

// addAttributes adds them as a SET OF, sorted as DER wants it (X.690, 11.6).
func addAttributes(b *cryptobyte.Builder, attributes [][]byte) {
	if len(attributes) == 0 {
		return
	}
	sort.Slice(attributes, func(i, j int) bool { return bytes.Compare(attributes[i], attributes[j]) < 0 })
	b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
		for _, a := range attributes {
			b.AddBytes(a)
		}
	})
}

// addData adds a ContentInfo of type data.
func addData(b *cryptobyte.Builder, content []byte) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidData)
		b.AddASN1(explicit, func(b *cryptobyte.Builder) { b.AddASN1OctetString(content) })
	})
}

// explicit is [0] EXPLICIT, the only one that PKCS#12 has.
const explicit = asn1.Tag(0 | 0x80 | 0x20)

func (e *encoder) bytes(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(e.random, b); err != nil {
		return nil, fmt.Errorf("pfx: reading random bytes: %w", err)
	}
	return b, nil
}

// friendlyName makes s fit into a BMPString that programs can show safely.
func friendlyName(s string) string {
	var out []rune
	for _, r := range s {
		if len(out) == 255 {
			break
		}
		if r > 0xffff || utf16.IsSurrogate(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			r = unicode.ReplacementChar
		}
		out = append(out, r)
	}
	return string(out)
}
