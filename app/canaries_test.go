package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"certdesk/internal/vault"
)

// exported are files in which a customer has asked for a key, or that a test has put there.
var exported = []string{".pem", ".key", ".p12", ".pfx", ".jks", ".age", ".der", ".eml", ".zip", ".bin"}

// leavesNothing looks, whenever an app under a test ends, for everything secret that its keyrings have ever held: in
// all that lies in its data directory (database, log, what was written for a moment) and in the home, and in the
// window's title. Every test of a journey, of a fault and of a bad input is a test of this, too.
func (w *walk) leavesNothing(title string) {
	w.t.Helper()
	traces := w.traces()
	if len(traces) == 0 {
		return
	}
	for what, trace := range traces {
		if bytes.Contains([]byte(title), trace) {
			w.t.Errorf("the window's title holds the %s", what)
		}
	}
	for _, root := range []string{w.data, w.home} {
		_ = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			switch {
			case err != nil: // gone, or closed to this test on purpose
				return nil
			case d.IsDir() && path == demoIssuerDir(w.data): // the seller's side: it knows its codes
				return filepath.SkipDir
			case !d.Type().IsRegular(), root == w.home && slices.Contains(exported, filepath.Ext(path)):
				return nil
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return nil
			}
			for _, found := range tracedIn(data, traces) {
				w.t.Errorf("%s holds the %s", path, found)
			}
			return nil
		})
	}
}

// traces are those of all that the keyrings of this app have ever held.
func (w *walk) traces() map[string][]byte {
	w.t.Helper()
	out := map[string][]byte{}
	for _, service := range []string{vault.Service, vault.DemoService} {
		ring, ok := w.keyring(service).(interface{ held() []string })
		if !ok {
			continue
		}
		for _, record := range ring.held() {
			tracesOf(w.t, record, out)
		}
	}
	return out
}

// tracedIn says which traces are in some data. PEM and other texts are broken into lines.
func tracedIn(data []byte, traces map[string][]byte) []string {
	whole := data
	if bytes.ContainsAny(data, "\r\n") {
		whole = bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("\r"), nil), []byte("\n"), nil)
	}
	var out []string
	for what, trace := range traces {
		if bytes.Contains(data, trace) || bytes.Contains(whole, trace) {
			out = append(out, what)
		}
	}
	return out
}

// tracesOf adds the forms in which the secret of a record would be recognised: a code or token as text; of a key the
// numbers that its DER consists of (both primes, the private exponent).
func tracesOf(t *testing.T, text string, traces map[string][]byte) {
	t.Helper()
	var r struct {
		Kind, Kty, Value, P, Q, D string
		E                         int
	}
	if json.Unmarshal([]byte(text), &r) != nil {
		return // a keyring that lies
	}
	part := func(s string) []byte { b, _ := base64.RawURLEncoding.DecodeString(s); return b }
	if value := part(r.Value); len(value) >= 12 {
		forms(r.Kind, value, traces)
		traces[r.Kind+" in UTF-16"] = utf16le(string(value))
		traces[r.Kind+" in UTF-16, the other way round"] = swapped(utf16le(string(value)))
	}
	numbers := map[string][]byte{"p": part(r.P), "q": part(r.Q), "d": part(r.D)}
	if p, q := numbers["p"], numbers["q"]; len(p) > 0 && len(q) > 0 {
		numbers["d"] = exponent(p, q, r.E)
	}
	for name, number := range numbers {
		if len(number) >= 32 {
			forms(r.Kty+" "+name, number[4:28], traces)
		}
	}
}

// forms are octets as they are, in hexadecimal, and in base64 wherever they begin in a group of three.
func forms(what string, b []byte, traces map[string][]byte) {
	traces[what] = b
	traces[what+" in hexadecimal"] = []byte(hex.EncodeToString(b))
	traces[what+" in HEXADECIMAL"] = []byte(strings.ToUpper(hex.EncodeToString(b)))
	for from := range 3 {
		inner := b[from : from+(len(b)-from)/3*3]
		traces[what+" in base64 from "+string(rune('0'+from))] = []byte(base64.StdEncoding.EncodeToString(inner))
		traces[what+" in base64url from "+string(rune('0'+from))] = []byte(base64.URLEncoding.EncodeToString(inner))
	}
}

// exponent is the private one, as Go computes and writes it.
func exponent(p, q []byte, e int) []byte {
	if e == 0 {
		e = 65537
	}
	a, b, one := new(big.Int).SetBytes(p), new(big.Int).SetBytes(q), big.NewInt(1)
	a1, b1 := new(big.Int).Sub(a, one), new(big.Int).Sub(b, one)
	product := new(big.Int).Mul(a1, b1)
	lambda := product.Div(product, new(big.Int).GCD(nil, nil, a1, b1))
	d := new(big.Int).ModInverse(big.NewInt(int64(e)), lambda)
	if d == nil {
		return nil
	}
	return d.Bytes()
}

func utf16le(text string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func swapped(b []byte) []byte {
	out := slices.Clone(b)
	for i := 0; i+1 < len(out); i += 2 {
		out[i], out[i+1] = out[i+1], out[i]
	}
	return out
}

// TestCanariesWouldBeFound: in each form in which keys and codes are usually written, the search sees them.
func TestCanariesWouldBeFound(t *testing.T) {
	key := testKeyPair(t)
	number := func(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.Bytes()) }
	traces := map[string][]byte{}
	tracesOf(t, `{"kind":"key","kty":"RSA","p":"`+number(key.Primes[0])+`","q":"`+number(key.Primes[1])+`"}`, traces)
	tracesOf(t, `{"kind":"code","value":"`+base64.RawURLEncoding.EncodeToString([]byte(canary))+`"}`, traces)
	for name, data := range written(t, key) {
		if len(tracedIn(data, traces)) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
	if found := tracedIn([]byte("a file without anything secret"), traces); len(found) > 0 {
		t.Errorf("found %q in nothing", found)
	}
}

// written are a key and a code in the forms that libraries write.
func written(t *testing.T, key *rsa.PrivateKey) map[string][]byte {
	t.Helper()
	out := map[string][]byte{
		"a code":              []byte(`{"link":"` + canary + `"}`),
		"a code in UTF-16":    utf16le("x" + canary),
		"a code in UTF-16BE":  swapped(utf16le("x" + canary)),
		"a code in base64":    []byte(base64.StdEncoding.EncodeToString([]byte("Bearer " + canary + "."))),
		"a private exponent":  key.D.Bytes(),
		"an exponent in text": []byte(strings.ToUpper(hex.EncodeToString(key.D.Bytes()))),
	}
	for name, data := range keyForms(t, key) {
		out[name] = data
	}
	return out
}

func testKeyPair(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func keyForms(t *testing.T, key *rsa.PrivateKey) map[string][]byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"PKCS#8": der, "PKCS#1": x509.MarshalPKCS1PrivateKey(key), "a dump": []byte(hex.EncodeToString(der)),
		"PEM":        pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
		"PKCS#1 PEM": pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}),
		"a JWK":      []byte(`{"d":"` + base64.RawURLEncoding.EncodeToString(key.D.Bytes()) + `"}`),
	}
}
