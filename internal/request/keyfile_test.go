package request

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/spki"
)

const keyPassword = "Passphrase-canary-9"

// Whatever OpenSSL writes a key into is read, with its password and with no other.
func TestReadKeyReadsWhatOpenSSLWrites(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	pass := file("password")
	if err := os.WriteFile(pass, []byte(keyPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	openssl(t, "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", file("rsa.pem"))
	openssl(t, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file("ec.pem"))
	for name, args := range map[string][]string{
		"PKCS #8":            {"pkcs8", "-topk8", "-nocrypt", "-in", file("rsa.pem")},
		"PKCS #8 in DER":     {"pkcs8", "-topk8", "-nocrypt", "-in", file("rsa.pem"), "-outform", "DER"},
		"PKCS #1":            {"rsa", "-in", file("rsa.pem"), "-traditional"},
		"PKCS #1 in DER":     {"rsa", "-in", file("rsa.pem"), "-traditional", "-outform", "DER"},
		"SEC 1":              {"ec", "-in", file("ec.pem")},
		"EC in PKCS #8":      {"pkcs8", "-topk8", "-nocrypt", "-in", file("ec.pem")},
		"AES-256":            {"pkcs8", "-topk8", "-in", file("rsa.pem"), "-passout", "file:" + pass},
		"AES-128, SHA-512":   {"pkcs8", "-topk8", "-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512", "-in", file("ec.pem"), "-passout", "file:" + pass},
		"3DES, SHA-1, DER":   {"pkcs8", "-topk8", "-v2", "des3", "-v2prf", "hmacWithSHA1", "-in", file("rsa.pem"), "-passout", "file:" + pass, "-outform", "DER"},
		"PEM's old way":      {"rsa", "-in", file("rsa.pem"), "-traditional", "-aes256", "-passout", "file:" + pass},
		"many rounds, SHA-1": {"pkcs8", "-topk8", "-iter", "200000", "-v2prf", "hmacWithSHA1", "-in", file("rsa.pem"), "-passout", "file:" + pass},
	} {
		data := openssl(t, args...)
		source, locked := file("rsa.pem"), strings.Contains(strings.Join(args, " "), "-passout")
		if strings.Contains(strings.Join(args, " "), "ec.pem") {
			source = file("ec.pem")
		}
		want, err := ReadKey(must(os.ReadFile(source))(t), secret.Value{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadKey(data, secret.FromString(keyPassword))
		if err != nil || !spki.Equal(got.Public(), want.Public()) {
			t.Errorf("%s: %v", name, err)
		}
		if !HoldsPrivateKey(data) {
			t.Errorf("%s: not taken for a private key", name)
		}
		for _, wrong := range []secret.Value{{}, secret.FromString("another")} {
			if _, err := ReadKey(data, wrong); locked != fault.Is(err, fault.KeyFilePassword) {
				t.Errorf("%s with a wrong password: %v", name, err)
			}
		}
		around := append([]byte("My key, "+name+":\r\n\r\n"), bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))...)
		if data[0] != 0x30 {
			if _, err := ReadKey(around, secret.FromString(keyPassword)); err != nil {
				t.Errorf("%s with text around it: %v", name, err)
			}
		}
	}
}

func TestReadKeyRefuses(t *testing.T) {
	dir := t.TempDir()
	plain, pass := filepath.Join(dir, "rsa.pem"), filepath.Join(dir, "password")
	if err := os.WriteFile(pass, []byte(keyPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	openssl(t, "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", plain)
	der, err := x509.MarshalPKCS8PrivateKey(ecKey())
	if err != nil {
		t.Fatal(err)
	}
	whole := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	for name, c := range map[string]struct {
		data []byte
		want fault.Code
	}{
		"nothing":     {nil, fault.KeyFileUnreadable},
		"words":       {[]byte("the private key is in the drawer"), fault.KeyFileUnreadable},
		"cut":         {whole[:len(whole)-30], fault.KeyFileUnreadable},
		"cut DER":     {der[:len(der)-9], fault.KeyFileUnreadable},
		"too large":   {make([]byte, maxKeyFile+1), fault.KeyFileUnreadable},
		"Ed25519":     {openssl(t, "genpkey", "-algorithm", "ED25519"), fault.KeyFileKind},
		"scrypt":      {openssl(t, "pkcs8", "-topk8", "-scrypt", "-in", plain, "-passout", "file:"+pass), fault.KeyFileKind},
		"OpenSSH":     {[]byte("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"), fault.KeyFileKind},
		"PuTTY":       {[]byte("PuTTY-User-Key-File-3: ssh-rsa\n"), fault.KeyFileKind},
		"certificate": {[]byte("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"), fault.KeyFileUnreadable},
	} {
		if _, err := ReadKey(c.data, secret.FromString(keyPassword)); !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadKey(f *testing.F) {
	der, err := x509.MarshalPKCS8PrivateKey(ecKey())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(der)
	f.Add(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	f.Add([]byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00000000000000000000000000000000\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := ReadKey(data, secret.FromString("a"))
		switch {
		case err == nil && key == nil:
			t.Error("neither a key nor a fault")
		case err != nil && fault.Of(err).Code == fault.Unexpected:
			t.Error(err)
		}
	})
}
