package main

import (
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
	"path/filepath"
	"testing"

	"certdesk/internal/ui/kit/kittest"
)

func init() { walks["inspect"] = inspectScreens }

// theirFile is a PKCS #12 file with a certificate for a mailbox, as OpenSSL makes it.
func theirFile(t *testing.T, dir string, args ...string) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example Mail CA", Organization: []string{"Example Trust"}},
		NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(5, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Anna"}, EmailAddresses: []string{"anna@example.ch"},
		NotBefore: noon.AddDate(0, -1, 0), NotAfter: noon.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}
	sign := func(c, by *x509.Certificate, pub crypto.PublicKey) []byte {
		der, err := x509.CreateCertificate(rand.Reader, c, by, pub, authority)
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	all := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	all = append(append(all, sign(leaf, ca, key.Public())...), sign(ca, &x509.Certificate{Subject: pkix.Name{Organization: []string{"Example Root"}}}, authority.Public())...)
	in, out := filepath.Join(t.TempDir(), "in.pem"), filepath.Join(dir, "anna.p12")
	if err := os.WriteFile(in, all, 0o600); err != nil {
		t.Fatal(err)
	}
	openssl(t, append([]string{"pkcs12", "-export", "-in", in, "-out", out}, args...)...)
	return out
}

// inspectScreens are what "check a file" says of a file from elsewhere.
func inspectScreens(t *testing.T, s setup) {
	s.script = &script{}
	w := start(t, s)
	w.see(w.word("home.title"))
	w.press("check.link")
	w.screen("inspect-ask")
	dir := t.TempDir()
	w.drop(theirFile(t, dir, "-passout", "pass:secret"))
	w.see(w.word("check.what.pkcs12"))
	w.screen("inspect-locked")
	w.typeInto("check.password", "Secret")
	w.press("check.unlock")
	w.see(w.word("check.password.wrong"))
	w.screen("inspect-wrong")
	w.typeInto("check.password", "secret")
	w.press("check.unlock")
	w.see(w.word("check.note.key-fits"))
	w.see("anna@example.ch")
	w.screen("inspect-whole")
	w.open("check.how")
	w.screen("inspect-how")
	list := filepath.Join(dir, "list.txt")
	if err := os.WriteFile(list, []byte("milk, bread"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.drop(list)
	w.see(w.word("fault.certificate-none.saw"))
	w.screen("inspect-nothing")
	w.press("journey.back")
	w.see(w.word("home.title"))
	// What belongs to no order is looked into where it was dropped.
	w.drop(theirFile(t, dir, "-passout", "pass:"))
	w.see(w.word("check.note.no-password"))
	if kittest.HasButton(w.root(), w.word("check.unlock")) {
		t.Error("a file without a password asks for one")
	}
}
