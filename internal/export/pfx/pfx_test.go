package pfx_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"errors"
	"io"
	"strings"
	"testing"

	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"certdesk/internal/export/pfx"
	"certdesk/internal/secret"
)

var profiles = []pfx.Profile{pfx.Compatible, pfx.Strong, pfx.StrongOwn}

func TestEncodeThenVerify(t *testing.T) {
	for _, p := range profiles {
		for _, kind := range []string{"rsa-2048", "p-256"} {
			c := content(kind)
			if err := pfx.Verify(encode(t, c, p), password, c); err != nil {
				t.Errorf("%v %s: %v", p, kind, err)
			}
		}
	}
	c := content("p-256")
	c.Chain, c.FriendlyName = nil, ""
	if err := pfx.Verify(encode(t, c, pfx.Compatible), password, c); err != nil {
		t.Errorf("a certificate alone, without a name: %v", err)
	}
}

// What the readers don't show: the attributes in the DER, each where it belongs.
func TestAttributes(t *testing.T) {
	rsaContent := content("rsa-2048")
	id := sha1.Sum(rsaContent.Leaf.Raw)
	name := bmp(friendly)
	csp := bmp("Microsoft Enhanced RSA and AES Cryptographic Provider")
	data := encode(t, rsaContent, pfx.Compatible)
	for what, in := range map[string][]byte{"localKeyID": id[:], "friendlyName": name, "provider": csp} {
		if n := bytes.Count(data, in); n != 1 { // those of the certificate are encrypted
			t.Errorf("%s stands %d times in the clear part, want once", what, n)
		}
	}
	blocks, err := pkcs12.ToPEM(data, asciiPassword) //nolint:staticcheck // shows the attributes of bags
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range blocks {
		got = append(got, strings.Join([]string{b.Type, b.Headers["friendlyName"], b.Headers["Microsoft CSP Name"]}, "|"))
	}
	want := []string{
		"CERTIFICATE|" + friendly + "|", "CERTIFICATE||", "CERTIFICATE||",
		"PRIVATE KEY|" + friendly + "|Microsoft Enhanced RSA and AES Cryptographic Provider",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the bags are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if blocks[0].Headers["localKeyId"] != blocks[3].Headers["localKeyId"] || blocks[0].Headers["localKeyId"] == "" {
		t.Error("key and certificate have different ids")
	}

	ec := content("p-256")
	if bytes.Contains(encode(t, ec, pfx.Compatible), csp) {
		t.Error("an EC key names a provider for RSA")
	}
	rsaContent.WindowsCSP = false
	if bytes.Contains(encode(t, rsaContent, pfx.Compatible), csp) {
		t.Error("the provider is named though nobody asked")
	}
}

func bmp(ascii string) []byte {
	var out []byte
	for _, c := range []byte(ascii) {
		out = append(out, 0, c)
	}
	return out
}

func TestFriendlyNamesThatABMPStringCannotHold(t *testing.T) {
	for in, want := range map[string]string{
		"Zoë Müller":             "Zoë Müller",
		"key \U0001F511":         "key \uFFFD",
		"line\nbreak\x00":        "line\uFFFDbreak\uFFFD",
		"gro.elpmaxe\u202E":      "gro.elpmaxe\uFFFD",
		strings.Repeat("x", 300): strings.Repeat("x", 255),
		"bad \xff utf8":          "bad \uFFFD utf8",
	} {
		c := content("p-256")
		c.FriendlyName = in
		data := encode(t, c, pfx.Compatible)
		blocks, err := pkcs12.ToPEM(data, asciiPassword) //nolint:staticcheck // shows the attributes of bags
		if err != nil {
			t.Fatal(err)
		}
		if got := blocks[0].Headers["friendlyName"]; got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
		if err := pfx.Verify(data, password, c); err != nil {
			t.Errorf("%q: %v", in, err)
		}
	}
}

type hardware struct{ crypto.Signer }

func TestRefusals(t *testing.T) {
	good := content("p-256")
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	p224, _ := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	with := func(change func(*pfx.Content)) pfx.Content {
		c := good
		change(&c)
		return c
	}
	tests := []struct {
		name     string
		content  pfx.Content
		password string
		profile  pfx.Profile
		want     error
	}{
		{"empty password", good, "", pfx.Strong, pfx.ErrPasswordEmpty},
		{"umlaut", good, "Zürich-Zürich-Zürich", pfx.Strong, pfx.ErrPasswordNotASCII},
		{"control character", good, "abcdefgh\tijklmnop", pfx.Compatible, pfx.ErrPasswordNotASCII},
		{"invalid UTF-8", good, "abcdefgh\xffijklmnop", pfx.Compatible, pfx.ErrPasswordNotASCII},
		{"Ed25519", with(func(c *pfx.Content) { c.Key = ed }), asciiPassword, pfx.Strong, pfx.ErrKeyKind},
		{"P-224", with(func(c *pfx.Content) { c.Key = p224 }), asciiPassword, pfx.Strong, pfx.ErrKeyKind},
		{"no key", with(func(c *pfx.Content) { c.Key = nil }), asciiPassword, pfx.Strong, pfx.ErrKeyKind},
		{"hardware", with(func(c *pfx.Content) { c.Key = hardware{good.Key} }), asciiPassword, pfx.Strong, pfx.ErrKeyKind},
		{"other key", with(func(c *pfx.Content) { c.Key = newECKey() }), asciiPassword, pfx.Strong, pfx.ErrKeyMismatch},
		{"no leaf", with(func(c *pfx.Content) { c.Leaf = nil }), asciiPassword, pfx.Strong, pfx.ErrNoCertificate},
		{"hole in the chain", with(func(c *pfx.Content) { c.Chain = []*x509.Certificate{nil} }), asciiPassword, pfx.Strong, pfx.ErrNoCertificate},
		{"no profile", good, asciiPassword, 0, pfx.ErrProfile},
	}
	for _, tt := range tests {
		_, err := pfx.Encode(rand.Reader, tt.content, secret.FromString(tt.password), tt.profile)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if err != nil && tt.password != "" && strings.Contains(err.Error(), tt.password) {
			t.Errorf("%s: the error shows the password", tt.name)
		}
	}
}

func TestVerifyFindsWhatDiffers(t *testing.T) {
	c := content("p-256")
	other := content("p-256")
	data := encode(t, c, pfx.Compatible)
	with := func(change func(*pfx.Content)) pfx.Content {
		x := c
		x.Chain = append([]*x509.Certificate(nil), c.Chain...)
		change(&x)
		return x
	}
	key := newECKey()
	tests := []struct {
		name string
		want pfx.Content
		err  error
	}{
		{"the same", c, nil},
		{"certificate", with(func(x *pfx.Content) { x.Leaf = other.Leaf }), pfx.ErrDifferent},
		{"chain in another order", with(func(x *pfx.Content) { x.Chain[0], x.Chain[1] = x.Chain[1], x.Chain[0] }), pfx.ErrDifferent},
		{"shorter chain", with(func(x *pfx.Content) { x.Chain = x.Chain[:1] }), pfx.ErrDifferent},
		{"longer chain", with(func(x *pfx.Content) { x.Chain = append(x.Chain, testAuthority().root) }), pfx.ErrDifferent},
		{"friendly name", with(func(x *pfx.Content) { x.FriendlyName = "another" }), pfx.ErrDifferent},
		{"key", with(func(x *pfx.Content) {
			x.Key = key
			x.Leaf = issue(caTemplate("x", 9), nil, key.Public(), key)
		}), pfx.ErrDifferent},
	}
	for _, tt := range tests {
		if err := pfx.Verify(data, password, tt.want); !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.err)
		}
	}
	if err := pfx.Verify(data, secret.FromString("tRm4-Kx7p-9Wqz-Hd2v-c8Yx"), c); !errors.Is(err, pfx.ErrWrongPassword) {
		t.Errorf("wrong password: %v", err)
	}
}

// Every single damaged byte must be found: a file that is handed out opens.
func TestVerifyFindsEveryDamagedByte(t *testing.T) {
	c := content("p-256")
	c.Chain = nil
	data := encode(t, c, pfx.Compatible)
	for i := 0; i < len(data); i += 7 { // each byte costs a key derivation; a step of 7 meets each field
		damaged := bytes.Clone(data)
		damaged[i] ^= 0x01
		if err := pfx.Verify(damaged, password, c); err == nil {
			t.Errorf("byte %d of %d is damaged and nobody noticed", i, len(data))
		}
	}
	for _, cut := range [][]byte{nil, data[:len(data)-1], append(bytes.Clone(data), 0), make([]byte, 1<<20+1)} {
		if err := pfx.Verify(cut, password, c); !errors.Is(err, pfx.ErrUnreadable) {
			t.Errorf("%d bytes: %v", len(cut), err)
		}
	}
}

// A file that asks for a billion iterations is turned away before anything is computed.
func TestIterationsAreBounded(t *testing.T) {
	c := content("p-256")
	data := encode(t, c, pfx.Strong)
	was, big := []byte{2, 3, 1, 0x86, 0xA0}, []byte{2, 3, 0x7F, 0xFF, 0xFF} // INTEGER 100,000 and 8,388,607
	if bytes.Count(data, was) != 3 {
		t.Fatalf("100,000 stands %d times in the clear part, want 3", bytes.Count(data, was))
	}
	for n := range 3 {
		at := -1
		for range n + 1 {
			at += 1 + bytes.Index(data[at+1:], was)
		}
		hostile := bytes.Clone(data)
		copy(hostile[at:], big)
		if err := pfx.Verify(hostile, password, c); !errors.Is(err, pfx.ErrIterations) {
			t.Errorf("number %d: %v", n, err)
		}
	}
}

// zeros is a reader of zeros: with it a file depends on its input alone.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestRandomness(t *testing.T) {
	c := content("p-256")
	a, _ := pfx.Encode(zeros{}, c, password, pfx.Strong)
	b, _ := pfx.Encode(zeros{}, c, password, pfx.Strong)
	if !bytes.Equal(a, b) || len(a) == 0 {
		t.Error("the same randomness gives two files")
	}
	if bytes.Equal(encode(t, c, pfx.Strong), encode(t, c, pfx.Strong)) {
		t.Error("two files have the same salts")
	}
	// 3 salts of 16 bytes and 2 initialisation vectors; with one byte less nothing may come out.
	for _, n := range []int64{0, 40, 79} {
		if _, err := pfx.Encode(io.LimitReader(rand.Reader, n), c, password, pfx.Strong); err == nil {
			t.Errorf("a file was made of %d random bytes", n)
		}
	}
	if _, err := pfx.Encode(io.LimitReader(rand.Reader, 80), c, password, pfx.Strong); err != nil {
		t.Errorf("80 random bytes are not enough: %v", err)
	}
}

func BenchmarkEncodeAndVerify(b *testing.B) {
	c := content("rsa-3072")
	for _, p := range profiles {
		b.Run(profileName(p), func(b *testing.B) {
			for b.Loop() {
				if err := pfx.Verify(encode(b, c, p), password, c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
