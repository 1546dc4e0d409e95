package request

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/order"
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
		if err != nil || len(got) != 1 || !bytes.Equal(got[0], der) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := Describe(got[0]); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{
		"words": "please find attached", "huge": strings.Repeat("A", 2*maxRequest+1),
		"other base64": base64.StdEncoding.EncodeToString([]byte("hello, world")),
	} {
		if _, err := Read([]byte(text)); !fault.Is(err, fault.RequestUnreadable) || strings.Contains(err.Error(), "please") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "0", "MA==", "-----BEGIN NEW CERTIFICATE REQUEST-----\nMAA=\n-----END NEW CERTIFICATE REQUEST---", "\xff\xfe-\x00", "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := Read(text)
		if err != nil && fault.Of(err).Code == fault.Unexpected {
			t.Error(err)
		}
		for _, der := range all {
			if der[0] != 0x30 || HoldsPrivateKey(der) {
				t.Errorf("%x", der)
			}
			_ = Judge(website(), order.Application{Domains: "example.com", Request: der})
		}
	})
}
