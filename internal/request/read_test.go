package request

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"certdesk/internal/fault"
)

func TestReadFindsTheRequest(t *testing.T) {
	der, err := Build(rand.Reader, ecKey(), Subject{Mailbox: "a@example.ch"})
	if err != nil {
		t.Fatal(err)
	}
	armour := func(kind string) string { return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})) }
	certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	for name, text := range map[string]string{
		"DER": string(der), "PEM": armour("CERTIFICATE REQUEST"), "IIS": armour("NEW CERTIFICATE REQUEST"),
		"Windows lines": strings.ReplaceAll(armour("CERTIFICATE REQUEST"), "\n", "\r\n"),
		"text around":   "Hello,\nhere it is:\n" + armour("CERTIFICATE REQUEST") + "\nRegards",
		"second":        certificate + armour("CERTIFICATE REQUEST"),
		"base64":        base64.StdEncoding.EncodeToString(der),
		"base64 lines":  "\ufeff  " + strings.Join(strings.SplitAfter(base64.StdEncoding.EncodeToString(der), "A"), "\r\n\t"),
	} {
		got, err := Read([]byte(text))
		if err != nil || !bytes.Equal(got, der) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Describe(got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{
		"nothing": "", "words": "please find attached", "a certificate": certificate,
		"half": armour("CERTIFICATE REQUEST")[:100], "huge": strings.Repeat("A", 2*maxRequest+1),
		"other base64": base64.StdEncoding.EncodeToString([]byte("hello, world")),
	} {
		if _, err := Read([]byte(text)); !fault.Is(err, fault.RequestUnreadable) || strings.Contains(err.Error(), "please") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPrivateKeyIsNoRequest(t *testing.T) {
	der, err := x509.MarshalPKCS8PrivateKey(ecKey())
	if err != nil {
		t.Fatal(err)
	}
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	request, err := Build(rand.Reader, ecKey(), Subject{Mailbox: "a@example.ch"})
	if err != nil {
		t.Fatal(err)
	}
	both := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request})) + key
	for _, text := range []string{key, both, "-----BEGIN OPENSSH PRIVATE KEY-----\n", key[:60]} {
		_, err := Read([]byte(text))
		if !fault.Is(err, fault.TextPrivateKey) || strings.Contains(err.Error(), key[40:60]) {
			t.Errorf("%v", err)
		}
	}
	// A key in DER passes for DER, and is no request.
	if got, err := Read(der); err != nil {
		t.Error(err)
	} else if _, err := Describe(got); !fault.Is(err, fault.RequestUnreadable) {
		t.Errorf("%v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "0", "MA==", "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		der, err := Read(text)
		if err == nil && len(der) > 0 && der[0] != 0x30 && !bytes.Contains(text, []byte("CERTIFICATE REQUEST")) {
			t.Errorf("%x", der)
		}
		if err != nil && fault.Of(err).Code == fault.Unexpected {
			t.Error(err)
		}
		if err == nil {
			_, _ = Describe(der)
		}
	})
}
