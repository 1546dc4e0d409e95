package certificate

import (
	"bytes"
	"crypto/x509"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
)

// What [Gather] takes at most.
const (
	MaxGathered = 25 << 20 // octets of a file: an e-mail with its attachments
	maxText     = 1 << 20  // of text that is looked through
	maxInside   = 4        // files in files: a ZIP in an e-mail in an e-mail
	maxPieces   = 300      // marks "BEGIN" in one text
)

// Gathered is what somebody gets back from a seller: a file or a text, whatever form it has.
type Gathered struct {
	Certificates []*x509.Certificate // in the order in which they stand, each once
	// Keys are private keys and PKCS #12 files among it, as they came. They are secret; see [Gathered.Wipe].
	Keys [][]byte
	// Mended says what a text lacks whose certificate is whole all the same; zero when it lacks nothing.
	Mended i18n.Message
	// Request says that there is a certificate request among it.
	Request bool
}

// Wipe overwrites the private keys.
func (g *Gathered) Wipe() {
	for _, k := range g.Keys {
		clear(k)
	}
	g.Keys = nil
}

// Customers are the certificates that are no authority's, or all where every one says that it is.
func (g Gathered) Customers() []*x509.Certificate {
	var out []*x509.Certificate
	for _, c := range g.Certificates {
		if !c.IsCA {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return g.Certificates
	}
	return out
}

// Gather finds the certificates in a file or a text: PEM with words around it, in an e-mail or its HTML, without its
// last line or some of its dashes, in UTF-16, quoted; DER; P7B; bare base64; ZIP archives; saved e-mails with any of
// these inside. What is found in the file is kept nowhere.
//
// Its errors are faults: CertificateEmpty; CertificateNone; CertificateCut (args have, want) and CertificateHeadless
// for a text of which a part is missing; CertificateRequest when it is the request that came back;
// CertificatesMany; ArchiveLarge and ArchiveSealed; CertificateUnreadable for bytes that should be a certificate and
// are none. A file with a private key and no certificate is no error.
func Gather(data []byte) (Gathered, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return Gathered{}, fault.New(fault.CertificateEmpty, nil)
	}
	if len(data) > MaxGathered {
		return Gathered{}, fault.New(fault.CertificateUnreadable, ErrTooLarge)
	}
	g := gatherer{left: maxUnpacked}
	g.add(data, 0)
	g.out.Certificates = g.certs
	return g.out, g.judge()
}

// gatherer collects while it goes through files in files.
type gatherer struct {
	collection
	out    Gathered
	left   int64 // octets that may still be unpacked
	files  int   // in archives and e-mails, so far
	cut    *fault.Error
	closed *fault.Error // what can't be opened
	many   bool
	// trimmed says that a text was longer than what is read of one.
	trimmed bool
	broken  bool // something calls itself a certificate and is none
}

// judge says what is wrong with what was found.
func (g *gatherer) judge() error {
	own := false
	for _, c := range g.certs {
		own = own || !c.IsCA
	}
	switch {
	case g.many:
		return fault.New(fault.CertificatesMany, ErrTooMany, "n", MaxCertificates)
	case own:
		return nil
	case g.cut != nil:
		return g.cut
	case len(g.certs) > 0 || len(g.out.Keys) > 0:
		return nil
	case g.closed != nil:
		return g.closed
	case g.out.Request:
		return fault.New(fault.CertificateRequest, nil)
	case g.broken:
		return fault.New(fault.CertificateUnreadable, ErrFirstDamaged)
	}
	return fault.New(fault.CertificateNone, ErrNoCertificate)
}

// add looks into a file.
func (g *gatherer) add(data []byte, depth int) {
	if depth > maxInside || len(data) == 0 {
		return
	}
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		g.addArchive(data, depth)
	case data[0] == 0x30 && !printable(data):
		g.addDER(bytes.Clone(data)) // certificates go on pointing into it; the file's own bytes may be wiped
	default:
		text := decoded(data)
		if m, ok := asMail(text); ok {
			g.addMail(m, depth)
			return
		}
		g.addText(text)
	}
}

// printable reports whether the first octets are text: 0x30 is the digit 0, too.
func printable(data []byte) bool {
	for _, b := range data[:min(len(data), 64)] {
		if b < 0x20 && b != '\n' && b != '\r' && b != '\t' || b >= 0x7f {
			return false
		}
	}
	return true
}

// addDER takes what begins like DER or BER: certificates, a P7B, or something else that people mix up with them.
func (g *gatherer) addDER(der []byte) bool {
	if len(der) > MaxBytes {
		_, first := derLength(der)
		g.many = g.many || isSignedData(der) || first < len(der)
		g.broken = true
		return false
	}
	if isPFX(der) {
		g.out.Keys = append(g.out.Keys, bytes.Clone(der))
		return true
	}
	err := g.addBytes(der)
	switch {
	case err == nil:
		return true
	case errors.Is(err, ErrTooMany):
		g.many = true
		return true
	}
	if _, err := x509.ParseCertificateRequest(der); err == nil {
		g.out.Request = true
		return true
	}
	if isKey(der) {
		g.out.Keys = append(g.out.Keys, bytes.Clone(der))
		return true
	}
	if have, want := derLength(der); want > have {
		g.missing(have, want)
	}
	g.broken = true
	return false
}

func isKey(der []byte) bool {
	if _, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return true
	}
	if _, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return true
	}
	_, err := x509.ParseECPrivateKey(der)
	return err == nil
}

// isPFX reports whether DER is a PKCS #12 file: version 3, then a ContentInfo (RFC 7292, 4).
func isPFX(der []byte) bool {
	in := cryptobyte.String(der)
	var pfx, info cryptobyte.String
	var version int
	var kind []byte
	if len(der) > 2 && der[1] == 0x80 { // BER of an indefinite length, as some programs write it
		return bytes.HasPrefix(der[2:], []byte{0x02, 0x01, 0x03, 0x30})
	}
	return in.ReadASN1(&pfx, asn1.SEQUENCE) && pfx.ReadASN1Integer(&version) && version == 3 &&
		pfx.ReadASN1(&info, asn1.SEQUENCE) && info.ReadASN1Bytes(&kind, asn1.OBJECT_IDENTIFIER)
}

// isSignedData reports whether DER begins as a P7B does (RFC 5652, 5.1).
func isSignedData(der []byte) bool {
	return bytes.Contains(der[:min(len(der), 32)], []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02})
}

// derLength gives the length of DER and the length that it says it has; of an indefinite length, both are the same.
func derLength(der []byte) (have, want int) {
	have = len(der)
	if have < 2 {
		return have, have
	}
	_, length, content, ok := headerOf(der)
	if !ok || length < 0 {
		return have, have
	}
	return have, content + length
}

// headerOf is header for bytes of which the end may be missing.
func headerOf(der []byte) (constructed bool, length, content int, ok bool) {
	first := int(der[1])
	switch n := first & 0x7f; {
	case first < 0x80:
		return true, first, 2, true
	case first == 0x80:
		return true, -1, 2, true
	case n > 3 || len(der) < 2+n: // a certificate is no larger
		return false, 0, 0, false
	default:
		for _, b := range der[2 : 2+n] {
			length = length<<8 | int(b)
		}
		return true, length, 2 + n, true
	}
}

// missing notes that a certificate is not whole.
func (g *gatherer) missing(have, want int) {
	switch {
	case g.trimmed: // it was cut here: no certificate is as long as that
		g.many = true
	case g.cut == nil:
		g.cut = fault.New(fault.CertificateCut, nil, "have", have, "want", want)
	}
}

// decoded is a file as text: UTF-16 with or without its mark as Windows saves it, else as it is.
func decoded(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return fromUTF16(data[2:], false)
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return fromUTF16(data[2:], true)
	case len(data) > 3 && data[0] != 0 && data[1] == 0 && data[3] == 0:
		return fromUTF16(data, false)
	case len(data) > 3 && data[0] == 0 && data[1] != 0 && data[2] == 0:
		return fromUTF16(data, true)
	}
	return strings.TrimPrefix(string(data), "\uFEFF")
}

func fromUTF16(data []byte, big bool) string {
	units := make([]uint16, 0, len(data)/2)
	for i := 0; i+1 < len(data); i += 2 {
		lo, hi := data[i], data[i+1]
		if big {
			lo, hi = hi, lo
		}
		units = append(units, uint16(lo)|uint16(hi)<<8)
	}
	return string(utf16.Decode(units))
}

// plain makes a text of what mail programs, word processors and web pages make of one.
func plain(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, " ")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xFE58, r == 0xFE63, r == 0xFF0D:
			return '-'
		case r == 0xA0, r == 0x202F, r == 0x2007, r == '\t':
			return ' '
		case r == '\r', r == 0x2028, r == 0x2029, r == 0x85:
			return '\n'
		case r == 0xFEFF, r >= 0x200B && r <= 0x200F, r == 0xAD, r == 0x2060:
			return -1
		}
		return r
	}, text)
}
