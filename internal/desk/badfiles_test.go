package desk_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"certdesk/assets"
	"certdesk/internal/certificate"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

// packed makes a ZIP of one file.
func packed(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	_ = must(must(z.Create(name))(t).Write(data))(t)
	ok(t, z.Close())
	return out.Bytes()
}

// lying makes a ZIP of a file of which it says that it is small.
func lying(t *testing.T, data []byte) []byte {
	t.Helper()
	var small, out bytes.Buffer
	f := must(flate.NewWriter(&small, flate.BestCompression))(t)
	_ = must(f.Write(data))(t)
	ok(t, f.Close())
	z := zip.NewWriter(&out)
	w := must(z.CreateRaw(&zip.FileHeader{Name: "a.crt", Method: zip.Deflate, CompressedSize64: uint64(small.Len()), UncompressedSize64: 900}))(t)
	_ = must(io.Copy(w, &small))(t)
	ok(t, z.Close())
	return out.Bytes()
}

// locked makes a ZIP of which a file is said to be encrypted.
func lockedZip(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w := must(z.CreateRaw(&zip.FileHeader{Name: "a.crt", Method: zip.Store, Flags: 1, CompressedSize64: 12, UncompressedSize64: 12}))(t)
	_ = must(w.Write([]byte("encrypted...")))(t)
	ok(t, z.Close())
	return out.Bytes()
}

// crowd is n certificates of nobody here.
func crowd(t *testing.T, n int) []*x509.Certificate {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	out := make([]*x509.Certificate, n)
	for i := range out {
		tpl := &x509.Certificate{SerialNumber: big.NewInt(int64(i + 1)), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<31, 0), BasicConstraintsValid: true, IsCA: true}
		out[i] = must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, tpl, tpl, key.Public(), key))(t)))(t)
	}
	return out
}

// Bombs, crowds and everything that is no certificate: each has its own sentence, in every language and with a next
// step, and nothing is kept of it.
func TestFilesThatAreNoCertificate(t *testing.T) {
	_, r := fresh(t)
	id := r.sent()
	catalogue := must(i18n.Load(assets.Translations))(t)
	many := crowd(t, 3000)
	p7b := must(certificate.EncodeP7B(many))(t)
	p7bDER, _ := pem.Decode(p7b)
	few := must(certificate.EncodeP7B(many[:30]))(t)
	fewDER, _ := pem.Decode(few)
	nested := []byte("nothing")
	for range 9 {
		nested = packed(t, "a.zip", nested)
	}
	deep := bytes.Repeat([]byte{0x30, 0x80}, 100_000)
	for name, c := range map[string]struct {
		file string
		data []byte
		want fault.Code
	}{
		"a ZIP that swells":              {"a.zip", packed(t, "a.crt", make([]byte, 4<<20)), fault.ArchiveLarge},
		"a ZIP that lies about its size": {"a.zip", lying(t, make([]byte, 32<<20)), fault.CertificateNone},
		"archives in archives":           {"a.zip", nested, fault.CertificateNone},
		"a ZIP with a password":          {"a.zip", lockedZip(t), fault.ArchiveSealed},
		"half a ZIP":                     {"a.zip", nested[:len(nested)/2], fault.CertificateUnreadable},
		"a P7B of thousands":             {"a.p7b", p7bDER.Bytes, fault.CertificatesMany},
		"the same as text":               {"a.p7b", p7b, fault.CertificatesMany},
		"a P7B of thirty":                {"a.p7b", fewDER.Bytes, fault.CertificatesMany},
		"a P7B that is nested for ever":  {"a.p7b", deep, fault.CertificateUnreadable},
		"half a P7B":                     {"a.p7b", fewDER.Bytes[:3000], fault.CertificateCut},
		"thousands as text":              {"a.pem", certificate.EncodePEM(many), fault.CertificatesMany},
		"a P7B of a megabyte":            {"a.p7b", slices.Concat(p7bDER.Bytes, make([]byte, 1<<20)), fault.CertificatesMany},
		"a megabyte of DER":              {"a.der", slices.Concat([]byte{0x30, 0x83, 0x20, 0, 0}, make([]byte, 2<<20)), fault.CertificateUnreadable},
		"thousands in DER":               {"a.der", joinedDER(many), fault.CertificatesMany},
		"a request":                      {"a.csr", r.order(id).CSR, fault.CertificateRequest},
		"an empty file":                  {"a.crt", nil, fault.FileEmpty},
		"blanks":                         {"a.crt", []byte(" \r\n\t\n"), fault.CertificateEmpty},
		"a picture":                      {"a.crt", append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), make([]byte, 500)...), fault.CertificateNone},
		"a PDF":                          {"a.crt", []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\n"), fault.CertificateNone},
		"a document":                     {"a.zip", packed(t, "word/document.xml", []byte("<w:document/>")), fault.CertificateNone},
		"a login page":                   {"a.cer", []byte("<!DOCTYPE html><html><body><form action=/login><input name=user></form></body></html>"), fault.CertificateNone},
		"a list of what is revoked":      {"a.crl", pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: []byte{0x30, 3, 2, 1, 1}}), fault.CertificateNone},
		"a public key":                   {"a.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte{0x30, 3, 2, 1, 1}}), fault.CertificateNone},
		"a key of SSH":                   {"a.pem", []byte("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJq3 anna@example.ch\n"), fault.CertificateNone},
		"a key of PGP":                   {"a.crt", []byte("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBF\n-----END PGP PUBLIC KEY BLOCK-----\n"), fault.CertificateNone},
		"a store of Java":                {"a.p7b", append([]byte{0xFE, 0xED, 0xFE, 0xED}, make([]byte, 100)...), fault.CertificateNone},
		"something in DER":               {"a.der", []byte{0x30, 6, 2, 1, 1, 2, 1, 2}, fault.CertificateUnreadable},
		"a damaged certificate":          {"a.der", damaged(many[0].Raw), fault.CertificateUnreadable},
		"random bytes":                   {"a.crt", bytes.Repeat([]byte{0xde, 0xad, 0xbe, 0xef}, 1000), fault.CertificateNone},
		"an e-mail without one":          {"a.eml", []byte("From: ca@example.ch\r\nSubject: Soon\r\nContent-Type: text/plain\r\n\r\nIt will follow.\r\n"), fault.CertificateNone},
		"larger than is read":            {"a.crt", make([]byte, certificate.MaxGathered+1), fault.FileTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			ok(t, os.WriteFile(path, c.data, 0o600))
			b, err := r.Intake.ReadFiles(t.Context(), []string{path})
			if !fault.Is(err, c.want) {
				t.Fatalf("%v, %d certificates, %d keys", err, len(b.Certificates), len(b.Keys))
			}
			f := fault.Of(err)
			for _, lang := range catalogue.Languages() {
				say := catalogue.Printer(lang)
				if saw, do := say.Say(f.Saw()), say.Say(f.Do()); len(saw) < 10 || len(do) < 10 || strings.Contains(saw+do, "{{") {
					t.Errorf("%s: %q %q", lang, saw, do)
				}
			}
		})
	}
	folder := t.TempDir()
	_, err := r.Intake.ReadFiles(t.Context(), []string{folder})
	wantFault(t, err, fault.FileIsFolder)
	if o := r.order(id); o.Phase != order.PhaseSent {
		t.Errorf("the order is %s", o.Phase)
	}
}

func damaged(der []byte) []byte {
	out := bytes.Clone(der)
	for i := 20; i < len(out); i++ {
		out[i] = 0xff
	}
	return out
}

func joinedDER(certs []*x509.Certificate) []byte {
	var out []byte
	for _, c := range certs {
		out = append(out, c.Raw...)
	}
	return out
}
