package activation

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"certdesk/internal/fault"
)

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "mail", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestSavedMails reads e-mails as sellers write and programs forward them.
func TestSavedMails(t *testing.T) {
	for _, c := range []struct {
		name, service, code string
		wrapper, shown      string
		fault               fault.Code
	}{
		{name: "outlook-safelinks.eml", service: "https://shop.example.ch", code: "7Q2K-9FHM-41XZ-M8TR", wrapper: "eur03.safelinks.protection.outlook.com"},
		{name: "deceiving.eml", service: "https://renew.example.net", code: "4WPD-77ZC-B2NK-QX3V", shown: "shop.example.ch"},
		{name: "swiss-style.eml", service: "https://ra.example.ch", code: "7Q2K-9FHM-41XZ-M8TR"},
		{name: "collection-style.eml", service: "https://cert.example.com", code: "9fK2mQ7xVw81RtZc"},
		{name: "button-style.eml", service: "https://www.example.com", code: "aB3dE6gH9jK2mN5p", wrapper: "urldefense.com"},
		{name: "gmail-forwarded.eml", service: "https://shop.example.ch", code: "7Q2K-9FHM-41XZ-M8TR"},
		{name: "apple-attached.eml", service: "https://shop.example.ch", code: "7Q2K-9FHM-41XZ-M8TR"},
		{name: "apple.emlx", service: "https://shop.example.ch", code: "7Q2K-9FHM-41XZ-M8TR"},
		{name: "clear-signed.eml", service: "https://shop.example.ch", code: "7Q2K-9FHM-41XZ-M8TR"},
		{name: "encrypted.eml", fault: fault.MailEncrypted},
		{name: "opaque-signed.eml", fault: fault.MailSealed},
		{name: "unknown-scanner.eml", fault: fault.LinkWrapped},
		{name: "meeting.ics", fault: fault.FileCalendar},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Parser{}.ReadFile(c.name, sample(t, c.name))
			if c.fault != "" {
				if !fault.Is(err, c.fault) {
					t.Fatalf("%+v, %v, want %s", r, err, c.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.Kind != Link || r.Ticket.Service != c.service || !isSecret(r.Ticket.Code, c.code) {
				t.Errorf("%+v, code %q", r, r.Ticket.Code.Reveal())
			}
			if r.FromWrapper != c.wrapper || r.Shown != c.shown || r.RequiresTick != (c.shown != "") {
				t.Errorf("wrapper %q, shown %q, tick %v", r.FromWrapper, r.Shown, r.RequiresTick)
			}
		})
	}
}

func TestSeveralLinksSayWhatTheyAreFor(t *testing.T) {
	r, err := Parser{}.ReadFile("x.eml", sample(t, "two-licences.eml"))
	if err != nil || r.Kind != Several || len(r.Candidates) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	for i, want := range []string{"Activate the website certificate", "Activate the e-mail certificate"} {
		if got := r.Candidates[i].Says; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	r, err = Parse("For www.example.ch:\nhttps://shop.example.ch/activate#7Q2K-9FHM-41XZ-M8TR\n\n"+
		"Order 4WPD-77ZC-B2NK, second one https://shop.example.ch/activate#4WPD-77ZC-B2NK-QX3V", Pasted)
	if err != nil || len(r.Candidates) != 2 || r.Candidates[0].Says != "For www.example.ch:" || r.Candidates[1].Says != "Order second one" {
		t.Errorf("in a text: %+v, %v", r, err)
	}
}

func TestWhatALinkShows(t *testing.T) {
	safe := strings.ReplaceAll(safeLink("https://shop.example.ch/a#7Q2K9FHM41XZ"), "&", "&amp;")
	for _, c := range []struct{ html, shown string }{
		{`<a href="https://evil.example/a#7Q2K9FHM41XZ">https://shop.example.ch/a</a>`, "shop.example.ch"},
		{`<a href="https://evil.example/a#7Q2K9FHM41XZ">shop.example.ch</a>`, "shop.example.ch"},
		{`<a href="https://evil.example/a#7Q2K9FHM41XZ"><span>shop</span>.example<b>.ch/a</b></a>`, "shop.example.ch"},
		{`<a href="https://evil.example/a#7Q2K9FHM41XZ"><img alt="shop.example.ch"></a>`, "shop.example.ch"},
		{`<a href="https://shop.example.ch.evil.example/#7Q2K9FHM41XZ">Go to (shop.example.ch)!</a>`, "shop.example.ch"},
		{`<a href="https://evil.example/a#7Q2K9FHM41XZ">Activate</a> and <a href="https://evil.example/a#7Q2K9FHM41XZ">shop.example.ch</a>`, "shop.example.ch"},
		{`<map><area href="https://evil.example/a#7Q2K9FHM41XZ" alt="shop.example.ch"></map>`, "shop.example.ch"},
		{`<a href="https://shop.example.ch/a#7Q2K9FHM41XZ">www.shop.example.ch</a>`, ""},
		{`<a href="https://shop.example.ch:8443/a#7Q2K9FHM41XZ">https://shop.example.ch/a</a>`, ""},
		{`<a href="` + strings.ReplaceAll(safeLink("https://shop.example.ch/a#7Q2K9FHM41XZ"), "&", "&amp;") + `">https://shop.example.ch/a</a>`, ""},
		{`<a href="` + safe + `">` + safe + `</a>`, ""},
		{`<a href="` + safe + `">` + safe[:70] + `…</a>`, ""},
		{`<a href="` + strings.ReplaceAll(safeLink("https://evil.example/a#7Q2K9FHM41XZ"), "&", "&amp;") + `">` + safe + `</a>`, "shop.example.ch"},
		{`<a href="https://shop.example.ch/a#7Q2K9FHM41XZ">https://shop.exam…</a>`, ""},
		{`<a href="https://shop.example.ch/a#7Q2K9FHM41XZ">info@other.example.ch</a>`, ""},
		{`<a href="https://shop.example.ch/a#7Q2K9FHM41XZ">Jetzt aktivieren. Danke</a>`, ""},
	} {
		r, err := ParseEmail(strings.NewReader(eml("Content-Type: text/html\n\n" + c.html)))
		if err != nil || r.Kind != Link || r.Shown != c.shown || r.RequiresTick != (c.shown != "") {
			t.Errorf("%s\nshows %q, tick %v, %v", c.html, r.Shown, r.RequiresTick, err)
		}
	}
}

// TestOtherFiles says what a file is by its content, whatever its name, and never gives a code.
func TestOtherFiles(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: template.Subject}, key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	armour := func(kind string, der []byte) []byte {
		return append([]byte("Bag Attributes\n  friendlyName: x\n"), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})...)
	}
	msg := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 4096)...)
	msg = append(msg, wide("__substg1.0_0037001F")...)
	for _, c := range []struct {
		name string
		data []byte
		kind FileKind
		code fault.Code
	}{
		{"mail.msg", msg, FileOutlook, fault.FileOutlook},
		{"renamed.eml", msg, FileOutlook, fault.FileOutlook},
		{"list.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), FileOffice, fault.FileOffice},
		{"winmail.dat", []byte("\x78\x9f\x3e\x22\x01\x00"), FileOutlook, fault.FileOutlook},
		{"rechnung.pdf", []byte("%PDF-1.7\n"), FilePDF, fault.FilePDF},
		{"letter.docx", []byte("PK\x03\x04\x14\x00[Content_Types].xml"), FileOffice, fault.FileOffice},
		{"letter.rtf", []byte(`{\rtf1 https://shop.example.ch/#7Q2K9FHM41XZ}`), FileOffice, fault.FileOffice},
		{"mails.zip", []byte("PK\x03\x04\x14\x00mail.eml"), FileArchive, fault.FileArchive},
		{"photo.jpg", []byte("\xff\xd8\xff\xe0\x00\x10JFIF"), FilePicture, fault.FilePicture},
		{"photo.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00"), FilePicture, fault.FilePicture},
		{"anna.vcf", []byte("BEGIN:VCARD\r\nVERSION:4.0\r\n"), FileCalendar, fault.FileCalendar},
		{"activate.exe", []byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00"), FileProgram, fault.FileProgram},
		{"cert.crt", cert, FileCertificate, fault.FileCertificate},
		{"cert.pem", armour("CERTIFICATE", cert), FileCertificate, fault.FileCertificate},
		{"chain.p7b", armour("PKCS7", cert), FileCertificate, fault.FileCertificate},
		{"request.csr", armour("CERTIFICATE REQUEST", csr), FileRequest, fault.FileRequest},
		{"request.der", csr, FileRequest, fault.FileRequest},
		{"key.pem", armour("PRIVATE KEY", pkcs8), FileKey, fault.FilePrivateKey},
		{"mail.eml", append(sample(t, "swiss-style.eml"), armour("PRIVATE KEY", pkcs8)...), FileKey, fault.FilePrivateKey},
		{"both.pem", append(armour("CERTIFICATE", cert), armour("EC PRIVATE KEY", pkcs8)...), FileKey, fault.FilePrivateKey},
		{"key.der", pkcs8, FileKey, fault.FilePrivateKey},
		{"anna.p12", []byte("\x30\x82\x0b\xff\x02\x01\x03\x30\x82\x0b\x00"), FileBundle, fault.FileKeyBundle},
		{"keys.jks", []byte("\xfe\xed\xfe\xed\x00\x00\x00\x02"), FileBundle, fault.FileKeyBundle},
		{"smime.p7m", append([]byte("\x30\x80"), oidEnveloped...), FileSealed, fault.FileSealed},
		{"random.bin", []byte("\x00\x01\x02\x03\x04\x05\x06\x07"), FileUnknown, fault.FileUnknown},
		{"notes.txt", []byte("Milk, bread, eggs"), FileText, fault.FileNoLink},
		{"blank.txt", []byte(" \n\n"), FileText, fault.FileEmpty},
		{"news.eml", []byte("From: a@example.ch\nSubject: News\n\nhttps://shop.example.ch/"), FileMail, fault.FileNoLink},
	} {
		if got := Sniff(c.name, c.data); got != c.kind {
			t.Errorf("%s is %q, want %q", c.name, got, c.kind)
		}
		r, err := Parser{}.ReadFile(c.name, c.data)
		if !fault.Is(err, c.code) || fault.Of(err).Args["name"] != c.name {
			t.Errorf("%s: %+v, %v, want %s", c.name, r, err, c.code)
		}
	}
}

// TestTextsAndPages are read as well: what programs save an e-mail as when it is not asked for as an e-mail.
func TestTextsAndPages(t *testing.T) {
	text := "Von: Example Hosting\r\nBetreff: Ihr Zertifikat\r\n\r\nAktivieren: https://shop.example.ch/activate#7Q2K9FHM41XZ\r\n"
	utf16le := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(text)) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	for name, data := range map[string][]byte{
		"mail.txt":    []byte(text),
		"unicode.txt": utf16le,
		"bom.txt":     append([]byte("\xef\xbb\xbf"), text...),
		"mail.eml":    []byte(text), // its head is in German
		"mail.htm":    []byte("<!DOCTYPE html><html><title>x</title><a href='https://shop.example.ch/activate#7Q2K9FHM41XZ'>x</a>"),
		"mail.html":   []byte("<p><a href='https://shop.example.ch/activate#7Q2K9FHM41XZ'>x</a>"),
		"link.url":    []byte("[InternetShortcut]\r\nURL=https://shop.example.ch/activate#7Q2K9FHM41XZ\r\n"),
		"link.webloc": []byte("<?xml version=\"1.0\"?><plist><dict><key>URL</key><string>https://shop.example.ch/activate#7Q2K9FHM41XZ</string></dict></plist>"),
		"box.mbox":    []byte("From shop@example.ch Mon May 18 08:12:09 2026\nFrom: shop@example.ch\nSubject: x\n\nhttps://shop.example.ch/activate#7Q2K9FHM41XZ\n"),
		"page.mht":    []byte("From: <Saved by a browser>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<a href=3D\"https://shop.example.ch/activate#7Q2K9FHM41XZ\">x</a>\r\n--b--\r\n"),
	} {
		r, err := Parser{}.ReadFile(name, data)
		if err != nil || r.Ticket.Service != "https://shop.example.ch" || !isSecret(r.Ticket.Code, "7Q2K9FHM41XZ") {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// TestBrokenMails say what can be seen of them, and end.
func TestBrokenMails(t *testing.T) {
	const link = "https://shop.example.ch/activate#7Q2K9FHM41XZ"
	nested := "Content-Type: text/plain\r\n\r\n" + link
	for range 3 {
		nested = "Content-Type: multipart/mixed; boundary=n\r\n\r\n--n\r\nContent-Type: message/rfc822\r\n\r\n" + nested + "\r\n--n--\r\n"
	}
	many := "Content-Type: multipart/mixed; boundary=m\r\n\r\n" + strings.Repeat("--m\r\n\r\nx\r\n", 5000) + "--m\r\n\r\n" + link + "\r\n--m--"
	for name, c := range map[string]struct {
		mail string
		ok   bool
	}{
		"cut in the middle of a part":  {"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + link + "\r\n\r\nRega", true},
		"no boundary":                  {"Subject: x\r\nContent-Type: multipart/mixed\r\n\r\n" + link, true},
		"broken base64 after the link": {"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + link + "\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n--b--", true},
		"broken base64 before it":      {"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n--b\r\n\r\n" + link + "\r\n--b--", true},
		"broken quoted-printable":      {"Subject: x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe =ZZ " + link, false},
		"unknown charset":              {"Subject: x\r\nContent-Type: text/plain; charset=x-made-up\r\n\r\n" + link, true},
		"unknown encoding":             {"Subject: x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: x-made-up\r\n\r\n" + link, true},
		"head without a colon":         {"Subject: x\r\nwhat is this\r\n\r\n" + link, true},
		"nested three times":           {nested, true},
		"thousands of parts":           {many, false},
	} {
		r, err := ParseEmail(strings.NewReader(c.mail))
		if c.ok && (err != nil || !isSecret(r.Ticket.Code, "7Q2K9FHM41XZ")) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		if !c.ok && err != nil && fault.Of(err).Code == fault.Unexpected {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTogether(t *testing.T) {
	read := func(texts ...string) (Reading, error) {
		var all []Reading
		for _, text := range texts {
			r, err := Parse(text, Email)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, r)
		}
		return Together(all)
	}
	a, b := "https://shop.example.ch/activate#7Q2K9FHM41XZ", "https://shop.example.ch/activate#4WPD77ZCB2NK"
	if r, err := read(a, a); err != nil || r.Kind != Link {
		t.Errorf("twice the same: %+v, %v", r, err)
	}
	if r, err := read(a, b); err != nil || r.Kind != Several || len(r.Candidates) != 2 {
		t.Errorf("two: %+v, %v", r, err)
	}
	if r, err := read(a, "Code: 4WPD-77ZC-B2NK"); err != nil || r.Kind != Link {
		t.Errorf("a link and a code: %+v, %v", r, err)
	}
	if r, err := read("Code: 4WPD-77ZC-B2NK", "Code: 4WPD-77ZC-B2NK"); err != nil || r.Kind != Code {
		t.Errorf("a code twice: %+v, %v", r, err)
	}
	if _, err := read("Code: 4WPD-77ZC-B2NK", "Code: 7Q2K-9FHM-41XZ"); !fault.Is(err, fault.TextManyLinks) {
		t.Errorf("two codes: %v", err)
	}
	var many []string
	for i := range 13 {
		many = append(many, fmt.Sprintf("%s%02d", a, i))
	}
	if _, err := read(many...); !fault.Is(err, fault.TextManyLinks) {
		t.Errorf("too many: %v", err)
	}
}

func FuzzReadFile(f *testing.F) {
	entries, err := os.ReadDir(filepath.Join("testdata", "mail"))
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		f.Add(e.Name(), sample(f, e.Name()))
	}
	f.Add("smime.p7m", append([]byte("\x30\x84\x00\x00\x00\x20"), oidSigned...))
	f.Add("x", []byte("\xff\xfeh\x00t\x00t\x00p\x00s\x00"))
	f.Add("x.msg", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Add("k", []byte("-----BEGIN PRIVATE KEY-----"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		r, err := Parser{}.ReadFile(name, data)
		if err != nil {
			if fault.Of(err).Code == fault.Unexpected {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		if bytes.Contains(data, []byte("-----BEGIN PRIVATE KEY-----")) && Sniff(name, data) != FileMail {
			t.Fatalf("a private key was read as %q", Sniff(name, data))
		}
		checkReading(t, "", Email, r)
	})
}
