package certificate

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/smallstep/pkcs7"

	"certdesk/internal/fault"
)

// What [Parse] takes at most.
const (
	MaxBytes        = 1 << 20
	MaxCertificates = 20
)

// maxDepth is how deep BER may be nested in a P7B. A certificate needs about 12.
const maxDepth = 40

// Why [Parse] refuses; wrapped by its fault. Decoders quote their input, so what they say is dropped.
var (
	ErrTooLarge       = errors.New("certificate: more than 1 MiB")
	ErrTooMany        = errors.New("certificate: more than 20 certificates")
	ErrNoCertificate  = errors.New("certificate: no certificate in it")
	ErrFirstDamaged   = errors.New("certificate: the first certificate can't be read")
	ErrNestedTooDeep  = errors.New("certificate: nested too deep")
	errNotCertificate = errors.New("certificate: neither DER nor PKCS#7")
)

// Parse reads certificates in the order in which they stand: PEM (any text around it is passed over, as
// are private keys in it), DER, PKCS#7 (P7B) as PEM, DER or BER, and either as bare base64. Each is given
// once. Bytes that can't be a certificate after the first are passed over: a damaged root must not keep a
// good certificate from its owner.
//
// Its error is a [fault.CertificateUnreadable] that wraps one of the errors above.
func Parse(data []byte) ([]*x509.Certificate, error) {
	certs, err := parse(data)
	if err != nil {
		return nil, fault.New(fault.CertificateUnreadable, err)
	}
	return certs, nil
}

func parse(data []byte) ([]*x509.Certificate, error) {
	if len(data) > MaxBytes {
		return nil, ErrTooLarge
	}
	var found collection
	var err error
	if bytes.Contains(data, []byte("-----BEGIN ")) {
		err = found.addPEM(plainLines(data))
	} else {
		err = found.addBytes(data)
		if errors.Is(err, errNotCertificate) {
			err = found.addBase64(data)
		}
	}
	switch {
	case errors.Is(err, errNotCertificate):
		return nil, ErrNoCertificate
	case err != nil:
		return nil, err
	case len(found.certs) == 0:
		return nil, ErrNoCertificate
	}
	return found.certs, nil
}

// plainLines takes away what mail programs and editors put around lines, because encoding/pem wants its
// marks at their very beginning: spaces, and the byte order mark of a file saved by Windows.
func plainLines(text []byte) []byte {
	lines := bytes.Split(bytes.TrimPrefix(text, []byte("\uFEFF")), []byte("\n"))
	for i, line := range lines {
		lines[i] = bytes.TrimSpace(line)
	}
	return bytes.Join(lines, []byte("\n"))
}

// collection gathers certificates, each once.
type collection struct{ certs []*x509.Certificate }

func (c *collection) add(cert *x509.Certificate) error {
	for _, have := range c.certs {
		if have.Equal(cert) {
			return nil
		}
	}
	if len(c.certs) == MaxCertificates {
		return ErrTooMany
	}
	c.certs = append(c.certs, cert)
	return nil
}

func (c *collection) addPEM(data []byte) error {
	first := true
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PKCS7", "CMS", "PKCS #7 SIGNED DATA":
		default:
			continue
		}
		err := c.addBytes(block.Bytes)
		if errors.Is(err, errNotCertificate) {
			if first {
				return ErrFirstDamaged
			}
			err = nil
		}
		if err != nil {
			return err
		}
		first = false
	}
	return nil
}

// addBytes takes one or several certificates in DER, or a P7B. Some shops label a P7B as a certificate,
// so nothing is taken from the label.
func (c *collection) addBytes(der []byte) error {
	certs, err := x509.ParseCertificates(der)
	if err != nil || len(certs) == 0 {
		if certs, err = fromPKCS7(der); err != nil {
			return err
		}
	}
	for _, cert := range certs {
		if err := c.add(cert); err != nil {
			return err
		}
	}
	return nil
}

func (c *collection) addBase64(text []byte) error {
	var bare []byte
	for _, b := range text {
		switch b {
		case ' ', '\t', '\r', '\n':
		default:
			bare = append(bare, b)
		}
	}
	der, err := base64.StdEncoding.DecodeString(string(bare))
	if err != nil {
		return errNotCertificate // the decoder's error tells about the text
	}
	return c.addBytes(der)
}

// fromPKCS7 gives the certificates of a PKCS#7 SignedData. The library descends by recursion and indexes
// without looking, so the depth is bounded first, and a panic is what it is: damaged bytes.
func fromPKCS7(ber []byte) (certs []*x509.Certificate, err error) {
	if len(ber) == 0 || ber[0] != 0x30 {
		return nil, errNotCertificate
	}
	if !shallow(ber) {
		return nil, ErrNestedTooDeep
	}
	defer func() {
		if recover() != nil {
			certs, err = nil, fmt.Errorf("%w: damaged PKCS#7", errNotCertificate)
		}
	}()
	p7, err := pkcs7.Parse(ber)
	if err != nil {
		return nil, errNotCertificate
	}
	if len(p7.Certificates) > MaxCertificates {
		return nil, ErrTooMany
	}
	return p7.Certificates, nil
}

// shallow walks over BER (X.690, 8.1) without recursion and reports whether it is nested at most maxDepth
// deep. Of bytes that are no BER it says true: the parser will find that out.
func shallow(ber []byte) bool {
	const indefinite = -1
	var ends []int // where each open element ends
	for at := 0; at < len(ber); {
		for len(ends) > 0 && ends[len(ends)-1] != indefinite && at >= ends[len(ends)-1] {
			ends = ends[:len(ends)-1]
		}
		if len(ends) > 0 && ends[len(ends)-1] == indefinite && at+1 < len(ber) && ber[at] == 0 && ber[at+1] == 0 {
			ends = ends[:len(ends)-1]
			at += 2
			continue
		}
		constructed, length, content, ok := header(ber, at)
		if !ok {
			return true
		}
		at = content
		switch {
		case constructed && length < 0:
			ends = append(ends, indefinite)
		case constructed:
			ends = append(ends, at+length)
		default:
			at += length
		}
		if len(ends) > maxDepth {
			return false
		}
	}
	return true
}

// header reads tag and length at a place of BER; the length is negative for the indefinite form.
func header(ber []byte, at int) (constructed bool, length, content int, ok bool) {
	constructed = ber[at]&0x20 != 0
	long := ber[at]&0x1f == 0x1f
	at++
	for long && at < len(ber) {
		long = ber[at]&0x80 != 0
		at++
	}
	if at >= len(ber) {
		return false, 0, 0, false
	}
	first := int(ber[at])
	at++
	switch {
	case first < 0x80:
		length = first
	case first == 0x80:
		return constructed, -1, at, true
	default:
		n := first & 0x7f
		if n > 4 || at+n > len(ber) {
			return false, 0, 0, false
		}
		for _, b := range ber[at : at+n] {
			length = length<<8 | int(b)
		}
		at += n
	}
	if length > len(ber)-at {
		return false, 0, 0, false
	}
	return constructed, length, at, true
}
