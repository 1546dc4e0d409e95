package request

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"

	"certdesk/internal/fault"
)

// Read finds the requests in what a customer brings, a file or pasted text, and gives each once, in DER: DER
// itself, PEM ("CERTIFICATE REQUEST", or "NEW CERTIFICATE REQUEST" as IIS writes it) with any text around it,
// or base64 alone; in UTF-8 or UTF-16, with the lines of any system. It reads no further; [Examine] says what
// is in one of them.
//
// A private key among it is a RequestPrivateKey fault, whatever else is there, so that the screen can say so
// and forget the text. Other faults say what is missing: RequestEmpty, RequestCut (no END line),
// RequestDashes (an END line without all of its dashes), RequestCertificate (a certificate instead), and
// RequestUnreadable for the rest, such as more than 512 KiB. No fault holds anything of the text.
func Read(text []byte) ([][]byte, error) {
	if len(text) > 2*maxRequest {
		return nil, unreadable("too large")
	}
	if holdsPrivateKey(text) {
		return nil, fault.New(fault.RequestPrivateKey, errors.New("request: a private key, not a request"))
	}
	if len(text) > 0 && text[0] == 0x30 {
		return readDER(text)
	}
	plain := plainText(text)
	if strings.TrimSpace(plain) == "" {
		return nil, fault.New(fault.RequestEmpty, nil)
	}
	if strings.Contains(plain, "BEGIN") || strings.Contains(plain, "END ") {
		return readBlocks(plain)
	}
	der, ok := fromBase64(plain)
	if !ok {
		return nil, unreadable("neither DER nor PEM nor base64")
	}
	return readDER(der)
}

// readDER takes one thing in DER for what it is.
func readDER(der []byte) ([][]byte, error) {
	if _, err := x509.ParseCertificate(der); err == nil {
		return nil, fault.New(fault.RequestCertificate, nil)
	}
	return [][]byte{der}, nil
}

// The first and the last line of a block, as they are also after a mail program or a hand has been at them.
var (
	beginLine = regexp.MustCompile(`^-{0,5} *BEGIN ([A-Z0-9 ]+?) *-*$`)
	endLine   = regexp.MustCompile(`^(-*) *END ([A-Z0-9 ]+?) *(-*)$`)
)

// block is what stands between a BEGIN and an END line.
type block struct {
	label  string
	body   string
	ended  bool
	dashes bool // five at both ends of the END line
}

func readBlocks(text string) ([][]byte, error) {
	var out [][]byte
	certificate := false
	for _, b := range blocks(text) {
		switch b.label {
		case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST":
		case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PKCS7", "CMS":
			certificate = true
			continue
		default:
			continue
		}
		switch {
		case !b.ended:
			return nil, fault.New(fault.RequestCut, nil)
		case !b.dashes:
			return nil, fault.New(fault.RequestDashes, nil)
		}
		der, ok := fromBase64(b.body)
		if !ok {
			return nil, unreadable("a block that is no base64 of DER")
		}
		if !slices.ContainsFunc(out, func(have []byte) bool { return bytes.Equal(have, der) }) {
			out = append(out, der)
		}
	}
	switch {
	case len(out) > 0:
		return out, nil
	case certificate:
		return nil, fault.New(fault.RequestCertificate, nil)
	}
	return nil, unreadable("no request in it")
}

func blocks(text string) []block {
	var out []block
	open := false
	for line := range strings.Lines(text) {
		line = strings.TrimFunc(line, unicode.IsSpace)
		if m := beginLine.FindStringSubmatch(line); m != nil {
			out, open = append(out, block{label: m[1]}), true
			continue
		}
		if !open {
			continue
		}
		now := &out[len(out)-1]
		if m := endLine.FindStringSubmatch(line); m != nil {
			now.ended, now.dashes, open = true, len(m[1]) == 5 && len(m[3]) == 5, false
			continue
		}
		now.body += line + "\n"
	}
	return out
}

// plainText gives text in UTF-8, without the mark at its beginning, with plain dashes: mail programs make
// typographical ones of several.
func plainText(text []byte) string {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	case len(text) > 3 && text[0] != 0 && text[1] == 0 && text[2] != 0 && text[3] == 0:
		order = binary.LittleEndian
	case len(text) > 3 && text[0] == 0 && text[1] != 0 && text[2] == 0 && text[3] != 0:
		order = binary.BigEndian
	}
	plain := string(text)
	if order != nil {
		units := make([]uint16, len(text)/2)
		for i := range units {
			units[i] = order.Uint16(text[2*i:])
		}
		plain = string(utf16.Decode(units))
	}
	return strings.NewReplacer("\ufeff", "", "\r\n", "\n", "\r", "\n", "—", "--", "–", "-", "‐", "-", "\u00a0", " ").Replace(plain)
}

// fromBase64 decodes base64 over several lines; quotation marks of mails are passed over.
func fromBase64(text string) ([]byte, bool) {
	bare := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '>' {
			return -1
		}
		return r
	}, text)
	der, err := base64.StdEncoding.DecodeString(bare)
	return der, err == nil && len(der) > 0 && der[0] == 0x30
}

func unreadable(why string) error {
	return fault.New(fault.RequestUnreadable, errors.New("request: "+why))
}
