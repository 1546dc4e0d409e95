package pfx

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

const insidePassword = "tRm4-Kx7p-9Wqz-Hd2v-c8Yu"

// nested is a file whose key lies, encrypted once more, inside an encrypted part and asks for so many iterations there.
// From outside it looks like any other.
func nested(t testing.TB, p Profile, iterations int) []byte {
	t.Helper()
	params, err := p.parameters()
	if err != nil {
		t.Fatal(err)
	}
	params.iterations = 1000
	e := encoder{random: rand.Reader, password: []byte(insidePassword), parameters: params}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	_, sealed, err := e.encrypt(plain) // never opened where the number is too large
	if err != nil {
		t.Fatal(err)
	}
	algorithm, err := scheme{pbes2: params.pbes2, salt: make([]byte, 8), iv: make([]byte, 16), iterations: iterations}.der()
	if err != nil {
		t.Fatal(err)
	}
	var bags cryptobyte.Builder
	bags.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oidKeyBag)
			b.AddASN1(explicit, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddBytes(algorithm)
					b.AddASN1OctetString(sealed)
				})
			})
		})
	})
	part, err := e.sealed(bags.BytesOrPanic())
	if err != nil {
		t.Fatal(err)
	}
	var safes cryptobyte.Builder
	safes.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(part) })
	data, err := e.sign(safes.BytesOrPanic())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var update = flag.Bool("update-hostile", false, "write the hostile file for package export anew")

// TestTheHostileFile: package export says in words what becomes of such a file; it can't make one itself.
func TestTheHostileFile(t *testing.T) {
	const path = "../testdata/nested.p12"
	if *update {
		if err := os.WriteFile(path, nested(t, Strong, 1<<31-1), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Bounded(data, []byte(insidePassword)); !errors.Is(err, ErrIterations) {
		t.Error(err)
	}
}

// A key inside an encrypted part can't keep the computer busy: its iterations count before anything derives them.
func TestIterationsInsideAnEncryptedPartAreBounded(t *testing.T) {
	for _, p := range []Profile{Compatible, Strong} {
		for iterations, want := range map[int]error{
			1: nil, 2000: nil, maxForeign: ErrIterations, maxForeign + 1: ErrIterations, 1<<31 - 1: ErrIterations, 0: ErrIterations, -5: ErrIterations,
		} {
			data := nested(t, p, iterations)
			if s, err := Examine(data); err != nil || s.Total != 2000 {
				t.Fatalf("from outside: %+v, %v", s, err)
			}
			if err := Bounded(data, []byte(insidePassword)); !errors.Is(err, want) {
				t.Errorf("%v, %d iterations inside: %v, want %v", p, iterations, err, want)
			}
			if err := Bounded(data, []byte("another")); err == nil {
				t.Errorf("%v: a wrong password shows what is inside", p)
			}
		}
	}
}

// Whatever the reader of others decrypts is looked into, or refused: what OpenSSL can write, old and new.
func TestPartsOfOthersAreLookedInto(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	openssl := func(args ...string) {
		t.Helper()
		if said, err := exec.CommandContext(t.Context(), "openssl", args...).CombinedOutput(); err != nil {
			t.Fatalf("openssl %v: %v: %s", args, err, said)
		}
	}
	openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x", "-keyout", at("key"), "-out", at("cert"))
	for _, password := range []string{insidePassword, "Zürich, 12 Räume", ""} {
		for _, way := range [][]string{
			{"-legacy"},
			{"-legacy", "-certpbe", "PBE-SHA1-RC2-128"},
			{"-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"},
			{"-certpbe", "aes-128-cbc"},
			{"-certpbe", "aes-192-cbc"},
			{"-certpbe", "aes-256-cbc", "-macalg", "sha512"},
			{"-certpbe", "NONE"},
		} {
			openssl(append([]string{"pkcs12", "-export", "-inkey", at("key"), "-in", at("cert"), "-out", at("p12"), "-passout", "pass:" + password}, way...)...)
			data, err := os.ReadFile(at("p12"))
			if err != nil {
				t.Fatal(err)
			}
			if _, _, _, err := pkcs12.DecodeChain(data, password); err != nil {
				t.Errorf("%q %v: the reader of others refuses it: %v", password, way, err)
			}
			if err := Bounded(data, []byte(password)); err != nil {
				t.Errorf("%q %v: %v", password, way, err)
			}
			if err := Bounded(data, []byte("a wrong one")); err == nil && !slices.Contains(way, "NONE") {
				t.Errorf("%q %v: a wrong password opens it", password, way)
			}
		}
	}
}

// FuzzBounded: whatever a file says, looking into it neither panics nor takes long; what it lets pass, the reader of
// others reads, or refuses, without a panic.
func FuzzBounded(f *testing.F) {
	f.Add(nested(f, Compatible, 2000))
	f.Add(nested(f, Strong, 1<<31-1))
	f.Add([]byte{0x30, 0x80, 0x02, 0x01, 0x03})
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := Examine(data); err != nil || s.Total > 20_000 {
			return // that it is bounded has a test; here it would only take time
		}
		for _, password := range []string{insidePassword, ""} {
			if Bounded(data, []byte(password)) == nil {
				_, _, _, _ = pkcs12.DecodeChain(data, password)
			}
		}
	})
}
