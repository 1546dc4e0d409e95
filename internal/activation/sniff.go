package activation

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"
)

// FileKind is what a file is, by its content.
type FileKind string

// The kinds of file that people have beside an e-mail.
const (
	FileMail        FileKind = "mail"        // RFC 5322
	FilePage        FileKind = "page"        // HTML
	FileText        FileKind = "text"        //
	FileOutlook     FileKind = "outlook"     // Outlook's own *.msg, *.oft, winmail.dat
	FilePDF         FileKind = "pdf"         //
	FileCalendar    FileKind = "calendar"    // iCalendar, vCard
	FileArchive     FileKind = "archive"     // ZIP, gzip, 7z, RAR
	FileOffice      FileKind = "office"      // Word, Excel, OpenDocument, RTF
	FilePicture     FileKind = "picture"     //
	FileProgram     FileKind = "program"     //
	FileSealed      FileKind = "sealed"      // an encrypted or signed e-mail's smime.p7m
	FileKey         FileKind = "key"         // a private key
	FileBundle      FileKind = "bundle"      // PKCS#12, Java keystore
	FileRequest     FileKind = "request"     // PKCS#10
	FileCertificate FileKind = "certificate" // one or more of them
	FileUnknown     FileKind = "unknown"
)

// magic are the first octets of kinds that have such.
var magic = []struct {
	start string
	kind  FileKind
}{
	{"%PDF-", FilePDF},
	{"\x78\x9f\x3e\x22", FileOutlook}, // TNEF, winmail.dat
	{"\x1f\x8b", FileArchive},
	{"7z\xbc\xaf\x27\x1c", FileArchive},
	{"Rar!\x1a\x07", FileArchive},
	{"\x89PNG\r\n", FilePicture},
	{"\xff\xd8\xff", FilePicture},
	{"GIF8", FilePicture},
	{"BM", FilePicture},
	{"II*\x00", FilePicture},
	{"MM\x00*", FilePicture},
	{"{\\rtf", FileOffice},
	{"MZ", FileProgram},
	{"\x7fELF", FileProgram},
	{"\xcf\xfa\xed\xfe", FileProgram},
	{"\xfe\xed\xfe\xed", FileBundle}, // Java keystore
	{"\xce\xce\xce\xce", FileBundle}, // Java, JCEKS
}

const sniffed = 64 << 10 // octets that are looked at

// Sniff says what a file is by its content; the ending of its name counts only where the content leaves it
// open. It never fails.
func Sniff(name string, data []byte) FileKind {
	head := data[:min(len(data), sniffed)]
	if k := sniffBinary(name, head, data); k != "" {
		return k
	}
	text := plainText(head)
	if k := sniffPEM(text); k != "" {
		return k
	}
	trimmed := bytes.TrimSpace(text)
	low := strings.ToLower(string(trimmed[:min(len(trimmed), 1024)]))
	switch {
	case strings.HasPrefix(low, "begin:vcalendar"), strings.HasPrefix(low, "begin:vcard"):
		return FileCalendar
	case isMail(unwrapFile(text)):
		return FileMail
	case strings.HasPrefix(low, "<!doctype html"), strings.HasPrefix(low, "<html"), strings.Contains(low, "<html"):
		return FilePage
	case !isText(text):
		return FileUnknown
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".eml", ".emlx":
		return FileMail // with a head of its own kind
	case ".html", ".htm":
		return FilePage
	}
	return FileText
}

func sniffBinary(name string, head, data []byte) FileKind {
	for _, m := range magic {
		if !bytes.HasPrefix(head, []byte(m.start)) {
			continue
		}
		if (m.start == "BM" || m.start == "MZ") && isText(head) { // a text may begin so
			continue
		}
		return m.kind
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")): // Microsoft's compound file
		if bytes.Contains(data, wide("__substg1.0_")) || strings.EqualFold(path.Ext(name), ".msg") {
			return FileOutlook
		}
		return FileOffice
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		if bytes.Contains(head, []byte("[Content_Types].xml")) || bytes.Contains(head, []byte("mimetypeapplication/vnd.oasis")) {
			return FileOffice
		}
		return FileArchive
	case len(head) > 12 && string(head[4:8]) == "ftyp", bytes.HasPrefix(head, []byte("RIFF")) && len(head) > 12 && string(head[8:12]) == "WEBP":
		return FilePicture // HEIC as well
	case len(head) > 3 && head[0] == 0x30 && head[1] >= 0x80:
		return sniffDER(data)
	}
	return ""
}

// wide is a text in UTF-16, as the directory of a compound file has it.
func wide(text string) []byte {
	var b []byte
	for i := range len(text) {
		b = append(b, text[i], 0)
	}
	return b
}

// oids as they stand in DER.
var (
	oidSigned    = []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}
	oidEnveloped = []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03}
	oidAuthEnv   = []byte{0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17}
	versionThree = []byte{0x02, 0x01, 0x03} // of a PFX (RFC 7292 4)
)

// sniffDER tells what a SEQUENCE in DER or BER is.
func sniffDER(der []byte) FileKind {
	start := der[:min(len(der), 32)]
	if _, err := x509.ParseCertificate(der); err == nil {
		return FileCertificate
	}
	if _, err := x509.ParseCertificateRequest(der); err == nil {
		return FileRequest
	}
	if isKeyDER(der) {
		return FileKey
	}
	body := start[2:]
	if n := start[1] & 0x7f; start[1] > 0x80 && int(n) < len(body) {
		body = body[n:]
	}
	switch {
	case bytes.HasPrefix(body, oidEnveloped), bytes.HasPrefix(body, oidAuthEnv):
		return FileSealed
	case bytes.HasPrefix(body, oidSigned):
		// A bag of certificates signs nothing: there is no content in it. What is large enough to be a
		// signed e-mail has one (RFC 5652 5.2).
		if bytes.Contains(der[:min(len(der), sniffed)], []byte("Content-Type:")) {
			return FileSealed
		}
		return FileCertificate
	case bytes.HasPrefix(body, versionThree):
		return FileBundle
	}
	return FileUnknown
}

func isKeyDER(der []byte) bool {
	if _, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return true
	}
	if _, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return true
	}
	_, err := x509.ParseECPrivateKey(der)
	return err == nil || bytes.Contains(der[:min(len(der), 64)], pbes2)
}

// pbes2 is the algorithm of an encrypted PKCS#8 key (RFC 8018 A.4).
var pbes2 = []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d}

// sniffPEM tells what the armour in a text says that it is; a private key anywhere in it comes first. A text
// around it that is an e-mail counts as one.
func sniffPEM(text []byte) FileKind {
	if holdsPrivateKey(string(text)) {
		return FileKey
	}
	if isMail(unwrapFile(text)) {
		return ""
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return ""
	}
	switch block.Type {
	case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PKCS7", "CERTIFICATE CHAIN":
		return FileCertificate
	case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST":
		return FileRequest
	case "CMS":
		return FileSealed
	}
	return ""
}

var (
	headerLine = regexp.MustCompile(`\A[!-9;-~]+:`)
	mailHeader = regexp.MustCompile(`(?im)^(From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Delivered-To|Reply-To|DKIM-Signature|Content-Type):`)
)

// isMail reports whether a text begins with the head of an e-mail.
func isMail(text []byte) bool {
	head, _, _ := bytes.Cut(text[:min(len(text), 16<<10)], []byte("\n\r\n"))
	head, _, _ = bytes.Cut(head, []byte("\n\n"))
	return headerLine.Match(text) && mailHeader.Match(head)
}

// isText reports whether data reads as a text: next to no control characters.
func isText(data []byte) bool {
	odd, n := 0, 0
	for len(data) > 0 && n < 4096 {
		r, size := utf8.DecodeRune(data)
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' {
			odd++
		}
		data, n = data[size:], n+1
	}
	return odd*50 <= n
}
