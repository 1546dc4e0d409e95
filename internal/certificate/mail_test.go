package certificate

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mailbox is a certificate for anna@example.ch that an authority has signed.
type mailbox struct {
	key      crypto.Signer
	leaf, ca *x509.Certificate
}

func newMailbox(t *testing.T, key crypto.Signer) mailbox {
	t.Helper()
	authority, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(c, by *x509.Certificate, pub crypto.PublicKey) *x509.Certificate {
		c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0)
		der, err := x509.CreateCertificate(rand.Reader, c, by, pub, authority)
		if err != nil {
			t.Fatal(err)
		}
		out, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Mail CA"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	root := sign(ca, ca, authority.Public())
	leaf := sign(&x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Anna"}, EmailAddresses: []string{"anna@example.ch"},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}, root, key.Public())
	return mailbox{key, leaf, root}
}

func (m mailbox) letter(t *testing.T) []byte {
	t.Helper()
	out, err := SignLetter(Letter{
		From: "anna@example.ch", To: "anna@example.ch", Subject: "Prüfung", Body: "Grüezi\nThis is signed.",
		Date: time.Now(), Boundary: [16]byte{1, 2, 3},
	}, m.key, m.leaf, []*x509.Certificate{m.ca})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A signature has the time that its letter has, whatever the clock of the computer says, before and after the change of
// form in 2050; OpenSSL reads it as such.
func TestASignatureHasTheTimeOfItsLetter(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	m := newMailbox(t, key)
	for shown, at := range map[string]time.Time{
		"UTCTIME:Mar  4 05:06:07 2031 GMT":         time.Date(2031, 3, 4, 6, 6, 7, 89, time.FixedZone("", 3600)),
		"GENERALIZEDTIME:Mar  4 05:06:07 2051 GMT": time.Date(2051, 3, 4, 5, 6, 7, 0, time.UTC),
	} {
		data, err := SignLetter(Letter{From: "anna@example.ch", To: "anna@example.ch", Date: at}, key, m.leaf, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := ReadMail(data); got.Kind != SignedMail || !got.Signed.Equal(at.Truncate(time.Second)) {
			t.Errorf("%v: kind %v, signed %v", at, got.Kind, got.Signed)
		}
		cmd := exec.CommandContext(t.Context(), "openssl", "cms", "-cmsout", "-print", "-noout")
		cmd.Stdin = bytes.NewReader(data)
		said, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(said), shown) {
			t.Errorf("%v: openssl shows no %q: %v\n%s", at, shown, err, said)
		}
	}
}

// What is signed here is right for OpenSSL, what OpenSSL signs is right here, and each change is noticed.
func TestSignedMailAgainstOpenSSL(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]crypto.Signer{"rsa": rsaKey, "ecdsa": ecKey} {
		m := newMailbox(t, key)
		dir := t.TempDir()
		at := func(file string, data []byte) string {
			path := filepath.Join(dir, file)
			if data != nil {
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			return path
		}
		openssl := func(args ...string) {
			t.Helper()
			if said, err := exec.CommandContext(t.Context(), "openssl", args...).CombinedOutput(); err != nil {
				t.Errorf("%s: openssl %v: %v: %s", name, args, err, said)
			}
		}
		text := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
		ca, leaf := at("ca.pem", text("CERTIFICATE", m.ca.Raw)), at("leaf.pem", text("CERTIFICATE", m.leaf.Raw))
		pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		private := at("key.pem", text("PRIVATE KEY", pkcs8))
		ours := m.letter(t)
		openssl("smime", "-verify", "-in", at("ours.eml", ours), "-CAfile", ca, "-out", at("text", nil))
		openssl("cms", "-verify", "-in", at("ours.eml", nil), "-CAfile", ca, "-out", at("text", nil))
		sign := []string{"cms", "-sign", "-md", "sha256", "-in", at("plain", []byte("Hello\n")), "-text", "-signer", leaf, "-inkey", private, "-from", "anna@example.ch", "-subject", "x"}
		openssl(append(sign, "-out", at("theirs.eml", nil))...)
		openssl(append(sign, "-nodetach", "-out", at("opaque.eml", nil))...)
		openssl("cms", "-encrypt", "-in", at("plain", nil), "-from", "anna@example.ch", "-out", at("sealed.eml", nil), leaf)
		read := func(file string) []byte {
			data, err := os.ReadFile(at(file, nil))
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
		unix := bytes.ReplaceAll(ours, []byte("\r\n"), []byte("\n"))
		for what, tt := range map[string]struct {
			data []byte
			kind MailKind
		}{
			"ours":                 {ours, SignedMail},
			"ours, saved by Linux": {unix, SignedMail},
			"theirs":               {read("theirs.eml"), SignedMail},
			"opaque":               {read("opaque.eml"), SignedMail},
			"a word changed":       {bytes.Replace(ours, []byte("is signed"), []byte("is forged"), 1), ChangedMail},
			"theirs changed":       {bytes.Replace(read("theirs.eml"), []byte("Hello"), []byte("Hallo"), 1), ChangedMail},
			"without its end":      {ours[:len(ours)-400], StrangeMail},
			"no signature":         {[]byte("From: a@example.ch\r\nSubject: x\r\n\r\nHello\r\n"), PlainMail},
			"no e-mail":            {[]byte("-----BEGIN CERTIFICATE-----"), NotMail},
		} {
			got := ReadMail(tt.data)
			if got.Kind != tt.kind {
				t.Errorf("%s: %s: %v, want %v", name, what, got.Kind, tt.kind)
			}
			if got.Kind == SignedMail && (got.From != "anna@example.ch" || !got.Signer.Equal(m.leaf) || got.Signed.IsZero() || got.SHA1) {
				t.Errorf("%s: %s: %+v", name, what, got)
			}
		}
		if name == "rsa" {
			if got := ReadMail(read("sealed.eml")); got.Kind != SealedMail {
				t.Errorf("sealed: %v", got.Kind)
			}
		}
	}
}

func FuzzReadMail(f *testing.F) {
	f.Add("multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=x", "--x\r\n\r\nHello\r\n--x\r\n\r\nMIAG\r\n--x--\r\n")
	f.Add("application/pkcs7-mime", strings.Repeat("\x30\x80", 50))
	f.Fuzz(func(t *testing.T, kind, body string) {
		got := ReadMail([]byte("From: a@example.ch\r\nContent-Type: " + kind + "\r\n\r\n" + body))
		if got.Kind == SignedMail {
			t.Error("a signature came out of nothing")
		}
	})
}
