package request

import (
	"bytes"
	"regexp"
	"strings"
)

// privateLabel is the first or the last line of a private key in text: PEM of every kind, OpenSSH's, PGP's.
// Words about private keys in a mail are none.
var privateLabel = regexp.MustCompile(`(?i)\b(BEGIN|END)[ \t]+[A-Z0-9 ]*(PRIVATE[ \t]+KEY|PRIVATE KEY BLOCK)|PuTTY-User-Key-File`)

// HoldsPrivateKey reports whether text, a file or something pasted, holds a private key, or a part of one: PEM
// of every kind, also encrypted or with a line missing, DER (PKCS #8, PKCS #1, SEC 1), base64 of that, OpenSSH,
// PuTTY, PKCS #12 and Java's key stores.
func HoldsPrivateKey(text []byte) bool { return holdsPrivateKey(text) }

func holdsPrivateKey(text []byte) bool {
	if privateDER(text) || bytes.HasPrefix(text, []byte{0xfe, 0xed, 0xfe, 0xed}) { // JKS
		return true
	}
	plain := plainText(text)
	if privateLabel.MatchString(plain) {
		return true
	}
	// A key whose first line was not copied with it: what stands before any other line is looked at as base64.
	for _, b := range append([]block{{body: plain}}, blocks(plain)...) {
		if der, ok := fromBase64(strings.TrimRight(b.body, "=\n ")); ok && privateDER(der) {
			return true
		}
		if der, ok := fromBase64(b.body); ok && privateDER(der) {
			return true
		}
	}
	return false
}

// privateDER reports whether DER begins as a private key does; it may be cut off behind.
func privateDER(der []byte) bool {
	body, ok := inside(der)
	if !ok {
		return false
	}
	for _, begin := range [][]byte{
		{0x02, 0x01, 0x00, 0x30}, // PKCS #8 (RFC 5958): version 0, algorithm
		{0x02, 0x01, 0x01, 0x30}, // with a public key: version 1
		{0x02, 0x01, 0x00, 0x02}, // PKCS #1 (RFC 8017, A.1.2): version 0, modulus
		{0x02, 0x01, 0x01, 0x04}, // SEC 1 (RFC 5915): version 1, octets
		{0x02, 0x01, 0x03, 0x30}, // PKCS #12 (RFC 7292): version 3, contents
	} {
		if bytes.HasPrefix(body, begin) {
			return true
		}
	}
	// An encrypted PKCS #8: an algorithm of PKCS #5 or PKCS #12.
	algorithm, ok := inside(body)
	return ok && (bytes.HasPrefix(algorithm, []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05")) ||
		bytes.HasPrefix(algorithm, []byte("\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01")))
}

// inside is what stands in the SEQUENCE at the beginning of DER.
func inside(der []byte) ([]byte, bool) {
	if len(der) < 2 || der[0] != 0x30 {
		return nil, false
	}
	at := 2
	if n := int(der[1]); n >= 0x80 {
		at += n & 0x7f
	}
	if at > len(der) || at > 6 {
		return nil, false
	}
	return der[at:], true
}
