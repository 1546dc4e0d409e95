package certificate_test

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"certdesk/internal/certificate"
	"certdesk/internal/fault"
)

// brought is a certificate with its intermediate in every shape.
type brought struct {
	leaf, chain *x509.Certificate
	pem, both   string
	p7b, key    []byte
	csr         []byte
}

func bring(t testing.TB) brought {
	t.Helper()
	w := testWorld()
	key := newKey()
	leaf := issue(&x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "shop.example.ch"}, DNSNames: []string{"shop.example.ch"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 6, 0), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, w.intermediate, key.Public(), w.key)
	b := brought{leaf: leaf, chain: w.intermediate}
	b.pem = string(certificate.EncodePEM([]*x509.Certificate{leaf}))
	b.both = string(certificate.EncodePEM([]*x509.Certificate{w.intermediate, leaf}))
	p7b, err := certificate.EncodeP7B([]*x509.Certificate{w.intermediate, leaf})
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(p7b)
	b.p7b = block.Bytes
	if b.key, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
		t.Fatal(err)
	}
	if b.csr, err = x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key); err != nil {
		t.Fatal(err)
	}
	return b
}

// archive makes a ZIP; names and contents in turn.
func archive(t testing.TB, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		f, err := z.Create(files[i])
		if err == nil {
			_, err = f.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func utf16Of(text string, order binary.AppendByteOrder) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func asEML(kind, encoding, name, body string) string {
	return "From: ca@example.ch\r\nTo: anna@example.ch\r\nSubject: Your certificate\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nYour certificate is attached.\r\n" +
		"--b\r\nContent-Type: " + kind + "; name=\"" + name + "\"\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + body + "\r\n--b--\r\n"
}

func folded(data []byte) string {
	text := base64.StdEncoding.EncodeToString(data)
	var out strings.Builder
	for len(text) > 76 {
		out.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	return out.String() + text
}

// The shapes in which people get their certificate, and what is found in each.
func TestWhatComesBackInAnyShape(t *testing.T) {
	b := bring(t)
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	body := strings.TrimSuffix(strings.TrimPrefix(b.pem, "-----BEGIN CERTIFICATE-----\n"), "-----END CERTIFICATE-----\n")
	quoted := "On Monday the CA wrote:\n> " + strings.ReplaceAll(strings.TrimSpace(b.pem), "\n", "\n> ") + "\n> Regards\n"
	html := "<html><body><p>Your certificate:</p><div>" + strings.ReplaceAll(strings.TrimSpace(b.pem), "\n", "<br>\n") + "</div><p>Kind regards</p></body></html>"
	for name, c := range map[string]struct {
		data   []byte
		n      int
		mended string
	}{
		"PEM":                     {[]byte(b.pem), 1, ""},
		"CRLF":                    {[]byte(crlf(b.pem)), 1, ""},
		"words around":            {[]byte("Dear customer,\n\nhere it is:\n\n" + b.both + "\nKind regards\nYour CA"), 2, ""},
		"UTF-16 as Notepad saves": {append([]byte{0xff, 0xfe}, utf16Of(crlf(b.both), binary.LittleEndian)...), 2, ""},
		"UTF-16, big, no mark":    {utf16Of(b.both, binary.BigEndian), 2, ""},
		"a byte order mark":       {[]byte("\uFEFF" + b.pem), 1, ""},
		"no last line":            {[]byte(strings.TrimSuffix(b.pem, "-----END CERTIFICATE-----\n")), 1, "certificate.mended.end"},
		"no last line, then words": {
			[]byte(strings.TrimSuffix(b.pem, "-----END CERTIFICATE-----\n") + "\nRegards\nYour CA"), 1, "certificate.mended.end",
		},
		"two dashes of the last line": {[]byte(strings.TrimSuffix(b.pem, "---\n")), 1, "certificate.mended.dashes"},
		"no dashes behind":            {[]byte(strings.TrimSuffix(b.pem, "-----\n")), 1, "certificate.mended.dashes"},
		"dashes of a word processor":  {[]byte(strings.ReplaceAll(b.pem, "-----", "—––—-")), 1, ""},
		"on one line":                 {[]byte(strings.ReplaceAll(b.pem, "\n", " ")), 1, ""},
		"quoted":                      {[]byte(quoted), 1, ""},
		"HTML":                        {[]byte(html), 1, ""},
		"base64 alone":                {[]byte(body), 1, ""},
		"base64 with words":           {[]byte("Your certificate:\n\n" + body + "\nKind regards"), 1, ""},
		"DER":                         {b.leaf.Raw, 1, ""},
		"P7B":                         {b.p7b, 2, ""},
		"P7B in PEM":                  {pem.EncodeToMemory(&pem.Block{Type: "PKCS7", Bytes: b.p7b}), 2, ""},
		"P7B called a certificate":    {pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: b.p7b}), 2, ""},
		"ZIP":                         {archive(t, "readme.txt", "Hello", "shop/shop.crt", b.pem, "shop/ca.crt", string(b.chain.Raw), "__MACOSX/._shop.crt", "\x00\x05"), 2, ""},
		"ZIP in a ZIP":                {archive(t, "all.zip", string(archive(t, "a.p7b", string(b.p7b)))), 2, ""},
		"an e-mail with a file":       {[]byte(asEML("application/x-x509-ca-cert", "base64", "shop.cer", folded(b.leaf.Raw))), 1, ""},
		"an e-mail with a ZIP":        {[]byte(asEML("application/zip", "base64", "shop.zip", folded(archive(t, "shop.crt", crlf(b.both))))), 2, ""},
		"an e-mail with the text":     {[]byte(asEML("text/plain", "7bit", "mail.txt", crlf("Here it is\n"+b.pem))), 1, ""},
		"an e-mail with HTML":         {[]byte(asEML("text/html", "quoted-printable", "mail.html", strings.ReplaceAll(crlf(html), "=", "=3D"))), 1, ""},
		"an e-mail in an e-mail":      {[]byte(asEML("message/rfc822", "7bit", "f.eml", asEML("application/pkix-cert", "base64", "a.cer", folded(b.leaf.Raw)))), 1, ""},
		"openssl's words before each": {[]byte("subject=CN=shop.example.ch\nissuer=CN=Test\n" + b.pem + "\nsubject=CN=x\n" + b.both), 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := certificate.Gather(c.data)
			if err != nil {
				t.Fatal(err)
			}
			leafs := 0
			for _, found := range got.Certificates {
				if found.Equal(b.leaf) {
					leafs++
				}
			}
			if len(got.Certificates) != c.n || leafs != 1 || len(got.Keys) > 0 {
				t.Errorf("%d certificates, %d of them the customer's; %d keys", len(got.Certificates), leafs, len(got.Keys))
			}
			if got.Mended.ID != c.mended {
				t.Errorf("mended: %q", got.Mended.ID)
			}
		})
	}
}

// What can't be used is told from each other, and what is missing is told precisely.
func TestWhatComesBackAndIsNone(t *testing.T) {
	b := bring(t)
	half := b.pem[:len(b.pem)/2]
	many := ""
	for i := range 30 {
		tpl := caTemplate(fmt.Sprint("CA ", i))
		many += string(certificate.EncodePEM([]*x509.Certificate{issue(tpl, nil, testWorld().key.Public(), testWorld().key)}))
	}
	swollen := archive(t, "shop.crt", strings.Repeat("\x00", 1<<20))
	for name, c := range map[string]struct {
		data []byte
		want fault.Code
	}{
		"nothing":             {[]byte(" \r\n"), fault.CertificateEmpty},
		"words":               {[]byte("Dear customer, your certificate will follow soon."), fault.CertificateNone},
		"a picture":           {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), fault.CertificateNone},
		"half of it":          {[]byte(half), fault.CertificateCut},
		"half, with the end":  {[]byte(half + "\n-----END CERTIFICATE-----\n"), fault.CertificateCut},
		"half of a DER file":  {b.leaf.Raw[:200], fault.CertificateCut},
		"its second half":     {[]byte(b.pem[len(b.pem)/2:]), fault.CertificateHeadless},
		"the request":         {pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: b.csr}), fault.CertificateRequest},
		"the request as DER":  {b.csr, fault.CertificateRequest},
		"a list of roots":     {[]byte(many), fault.CertificatesMany},
		"a swollen archive":   {swollen, fault.ArchiveLarge},
		"a damaged one":       {[]byte("-----BEGIN CERTIFICATE-----\n" + base64.StdEncoding.EncodeToString(append([]byte{0x30, 0x20}, make([]byte, 32)...)) + "\n-----END CERTIFICATE-----\n"), fault.CertificateUnreadable},
		"an archive of words": {archive(t, "readme.txt", "Hello"), fault.CertificateNone},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := certificate.Gather(c.data)
			if !fault.Is(err, c.want) {
				t.Errorf("%v, %d certificates", err, len(got.Certificates))
			}
		})
	}
	_, err := certificate.Gather(b.leaf.Raw[:200])
	if f := fault.Of(err); f.Args["have"] != 200 || f.Args["want"] != len(b.leaf.Raw) {
		t.Errorf("what is missing: %v", f.Args)
	}
}

// A private key that comes back is told and given; it is no certificate.
func TestAPrivateKeyAmongIt(t *testing.T) {
	b := bring(t)
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: b.key}))
	for name, data := range map[string][]byte{
		"alone": []byte(key), "beside the certificate": []byte(b.pem + key), "DER": b.key,
		"quoted": []byte("> " + strings.ReplaceAll(strings.TrimSpace(key), "\n", "\n> ")), "in a ZIP": archive(t, "a.key", key, "a.crt", b.pem),
	} {
		got, err := certificate.Gather(data)
		if err != nil || len(got.Keys) != 1 {
			t.Fatalf("%s: %v, %d keys", name, err, len(got.Keys))
		}
		der := got.Keys[0]
		if block, _ := pem.Decode(der); block != nil {
			der = block.Bytes
		}
		if !bytes.Equal(der, b.key) {
			t.Errorf("%s: another key", name)
		}
		kept := got.Keys[0]
		got.Wipe()
		if strings.Trim(string(kept), "\x00") != "" {
			t.Errorf("%s: it is still there", name)
		}
	}
}

// An archive that swells is not unpacked: what is read stays bounded.
func TestArchivesAreBounded(t *testing.T) {
	var files []string
	for i := range 1000 {
		files = append(files, fmt.Sprint(i, ".crt"), "nothing")
	}
	if _, err := certificate.Gather(archive(t, files...)); !fault.Is(err, fault.ArchiveLarge) {
		t.Errorf("a thousand files: %v", err)
	}
	nested := archive(t, "a.crt", bring(t).pem)
	for range 8 {
		nested = archive(t, "a.zip", string(nested))
	}
	if got, err := certificate.Gather(nested); err == nil {
		t.Errorf("nine archives in each other: %d certificates", len(got.Certificates))
	}
	began := time.Now()
	huge := archive(t, "a.bin", strings.Repeat("A", 200<<20))
	packed := time.Since(began)
	began = time.Now()
	if _, err := certificate.Gather(huge); !fault.Is(err, fault.ArchiveLarge) || time.Since(began) > packed {
		t.Errorf("200 MiB of one letter: %v after %v", err, time.Since(began))
	}
}

func FuzzGather(f *testing.F) {
	b := bring(f)
	for _, seed := range [][]byte{
		[]byte(b.pem), []byte(b.pem[:300]), b.p7b, b.leaf.Raw, archive(f, "a.crt", b.pem), []byte(asEML("text/plain", "7bit", "a", b.pem)),
		append([]byte{0xff, 0xfe}, utf16Of(b.pem, binary.LittleEndian)...), []byte("<br>-----BEGIN CERTIFICATE-----<br>MII"), b.key,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := certificate.Gather(data)
		if err == nil && len(got.Certificates)+len(got.Keys) == 0 {
			t.Error("nothing, and no reason")
		}
		if len(got.Certificates) > certificate.MaxCertificates {
			t.Error("too many")
		}
		if err != nil && fault.Of(err).Code == fault.Unexpected {
			t.Error(err)
		}
	})
}
