package request

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"certdesk/internal/fault"
	"certdesk/internal/order"
)

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// openssl runs OpenSSL and gives what it writes.
func openssl(t testing.TB, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "openssl", args...) // #nosec G204 -- named by the test
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl %s: %v: %s", strings.Join(args, " "), err, problems.String())
	}
	return out
}

// requestOf makes a request with OpenSSL: newkey is as after -newkey, san may be empty.
func requestOf(t testing.TB, newkey, subject, san string, more ...string) []byte {
	t.Helper()
	key := filepath.Join(t.TempDir(), "key.pem")
	args := []string{"req", "-new", "-nodes", "-keyout", key, "-subj", subject}
	args = append(args, "-newkey", newkey)
	if san != "" {
		args = append(args, "-addext", "subjectAltName="+san)
	}
	return openssl(t, append(args, more...)...)
}

func website() order.Licence {
	return order.Licence{ID: "1", Product: order.Product{
		Type: order.TLS, Validation: order.ValidationDomain,
		Names: order.NameRules{Kinds: []string{"dns"}, Min: 1, Max: 3, Wildcard: "yes", WWW: "free_pair"},
		Keys:  []order.KeyRule{{Algorithm: RSA, Sizes: []int{2048, 3072, 4096}}, {Algorithm: ECDSA, Sizes: []int{256, 384}}},
	}}
}

func problemIDs(problems []order.Problem) []string {
	var out []string
	for _, p := range problems {
		id := strings.TrimSuffix(strings.TrimPrefix(p.Saw.ID, "request.problem."), ".saw")
		out = append(out, string(p.Kind)+" "+id)
	}
	return out
}

// The request that OpenSSL makes is read in every form in which it may arrive, and shown in words.
func TestReadsARequestInEveryForm(t *testing.T) {
	text := requestOf(t, "rsa:2048", "/C=CH/O=Example AG/CN=example.com", "DNS:example.com,DNS:*.example.com")
	b, _ := pem.Decode(text)
	if b == nil {
		t.Fatal("OpenSSL wrote no PEM")
	}
	s := string(text)
	utf16Of := func(s string, big bool) string {
		var out []byte
		for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
			if big {
				out = append(out, byte(u>>8), byte(u))
			} else {
				out = append(out, byte(u), byte(u>>8))
			}
		}
		return string(out)
	}
	for name, brought := range map[string]string{
		"PEM": s, "DER": string(b.Bytes), "Windows lines": strings.ReplaceAll(s, "\n", "\r\n"),
		"old Mac lines": strings.ReplaceAll(s, "\n", "\r"), "no end of line": strings.TrimSpace(s),
		"text around": "Guten Tag\n\nHier der Antrag:\n" + s + "Gruss\nAnna -- IT",
		"quoted":      "> " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n> "),
		"indented":    "   " + strings.ReplaceAll(s, "\n", "\n\t "),
		"IIS":         strings.ReplaceAll(s, "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"),
		"UTF-8 mark":  "\ufeff" + s, "UTF-16": utf16Of(s, false), "UTF-16 big end first": utf16Of(s, true),
		"UTF-16 without a mark": utf16Of(s, false)[2:], "dashes of a mail program": strings.ReplaceAll(s, "-----", "––———")[0:],
		"base64": base64.StdEncoding.EncodeToString(b.Bytes), "twice": s + s,
		"with a certificate":    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" + s,
		"with words about keys": "Never send your private key!\n" + s,
	} {
		if name == "dashes of a mail program" {
			brought = strings.ReplaceAll(s, "-----", "——-")
		}
		if name == "quoted" {
			brought = strings.ReplaceAll(brought, "> -----", "-----")
		}
		got, err := Read([]byte(brought))
		if err != nil || len(got) != 1 || !bytes.Equal(got[0], b.Bytes) {
			t.Errorf("%s: %d requests, %v", name, len(got), err)
		}
	}
	sum, err := Examine(b.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Key() != (order.KeyChoice{Algorithm: RSA, Size: 2048}) || sum.Organization[0] != "Example AG" || sum.OldHash() != "" {
		t.Errorf("%+v", sum)
	}
	var names []string
	for _, n := range sum.Names() {
		names = append(names, n.Type+" "+n.Value)
	}
	if !slices.Equal(names, []string{"dns example.com", "dns *.example.com"}) {
		t.Errorf("names %v", names)
	}
}

func TestSeveralRequestsInOneText(t *testing.T) {
	a := requestOf(t, "rsa:2048", "/CN=a.example.com", "")
	b := requestOf(t, "rsa:2048", "/CN=b.example.com", "")
	got, err := Read(append(append([]byte{}, a...), b...))
	if err != nil || len(got) != 2 {
		t.Errorf("%d requests, %v", len(got), err)
	}
}

func TestWhatIsMissingIsSaidPrecisely(t *testing.T) {
	s := strings.TrimSpace(string(requestOf(t, "rsa:2048", "/CN=example.com", "")))
	b, _ := pem.Decode([]byte(s + "\n"))
	lines := strings.Split(s, "\n")
	forged := bytes.Clone(b.Bytes)
	forged[len(forged)-3] ^= 4
	certificate := openssl(t, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", filepath.Join(t.TempDir(), "k"), "-subj", "/CN=x")
	for name, c := range map[string]struct {
		text string
		want fault.Code
	}{
		"nothing":                 {" \r\n\t", fault.RequestEmpty},
		"words":                   {"the request is attached", fault.RequestUnreadable},
		"no END line":             {strings.Join(lines[:len(lines)-1], "\n"), fault.RequestCut},
		"cut in the middle":       {s[:300], fault.RequestCut},
		"no dashes at the end":    {strings.TrimRight(s, "-"), fault.RequestDashes},
		"three dashes at the end": {s[:len(s)-2], fault.RequestDashes},
		"a line is missing":       {strings.Join(append(slices.Clone(lines[:4]), lines[5:]...), "\n"), fault.RequestUnreadable},
		"a certificate":           {string(certificate), fault.RequestCertificate},
		"too large":               {strings.Repeat("A", 2*maxRequest+1), fault.RequestUnreadable},
		"changed":                 {string(forged), fault.RequestSignature},
		"a public key":            {"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n", fault.RequestUnreadable},
	} {
		got, err := Read([]byte(c.text))
		if err == nil {
			_, err = Examine(got[0])
		}
		if !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A private key in any form, alone or among a request, is never taken for anything else.
func TestAPrivateKeyAmongIt(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(file("password"), []byte(keyPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	pass := "file:" + file("password")
	request := requestOf(t, "rsa:2048", "/CN=example.com", "")
	openssl(t, "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", file("rsa.pem"))
	openssl(t, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file("ec.pem"))
	openssl(t, "req", "-x509", "-new", "-key", file("rsa.pem"), "-subj", "/CN=x", "-out", file("cert.pem"))
	for name, key := range map[string][]byte{
		"PKCS #8":           openssl(t, "pkcs8", "-topk8", "-nocrypt", "-in", file("rsa.pem")),
		"PKCS #8 DER":       openssl(t, "pkcs8", "-topk8", "-nocrypt", "-in", file("rsa.pem"), "-outform", "DER"),
		"PKCS #1":           openssl(t, "rsa", "-in", file("rsa.pem"), "-traditional"),
		"PKCS #1 DER":       openssl(t, "rsa", "-in", file("rsa.pem"), "-traditional", "-outform", "DER"),
		"SEC 1":             openssl(t, "ec", "-in", file("ec.pem")),
		"SEC 1 DER":         openssl(t, "ec", "-in", file("ec.pem"), "-outform", "DER"),
		"EC PKCS #8 DER":    openssl(t, "pkcs8", "-topk8", "-nocrypt", "-in", file("ec.pem"), "-outform", "DER"),
		"encrypted":         openssl(t, "pkcs8", "-topk8", "-in", file("rsa.pem"), "-passout", pass),
		"encrypted DER":     openssl(t, "pkcs8", "-topk8", "-in", file("rsa.pem"), "-passout", pass, "-outform", "DER"),
		"encrypted, scrypt": openssl(t, "pkcs8", "-topk8", "-scrypt", "-in", file("rsa.pem"), "-passout", pass, "-outform", "DER"),
		"encrypted, PBES1":  openssl(t, "pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES", "-in", file("rsa.pem"), "-passout", pass, "-outform", "DER"),
		"PKCS #12":          openssl(t, "pkcs12", "-export", "-inkey", file("rsa.pem"), "-in", file("cert.pem"), "-passout", pass),
		"OpenSSH":           []byte("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n"),
		"PuTTY":             []byte("PuTTY-User-Key-File-2: ssh-rsa\n"),
		"Java's":            {0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2},
	} {
		texts := map[string][]byte{"alone": key}
		if key[0] == 0x30 {
			texts["in base64"] = []byte(base64.StdEncoding.EncodeToString(key))
			texts["cut off"] = key[:len(key)/2]
		} else if key[0] == '-' {
			texts["behind a request"] = append(bytes.Clone(request), key...)
			texts["before a request"] = append(bytes.Clone(key), request...)
			texts["without its end"] = key[:40]
			texts["without its beginning"] = key[len(key)-45:]
			texts["in lower case"] = bytes.ToLower(key[:40])
		}
		for how, text := range texts {
			_, err := Read(text)
			if !fault.Is(err, fault.RequestPrivateKey) {
				t.Errorf("%s %s: %v", name, how, err)
			}
			if err != nil && len(text) > 80 && strings.Contains(err.Error(), string(text[50:70])) {
				t.Errorf("%s %s: the fault quotes it", name, how)
			}
		}
	}
}

func TestTheRequestIsHeldAgainstTheLicence(t *testing.T) {
	code := order.Licence{Product: order.Product{Type: order.CodeSigning, KeyStorage: "hardware", Keys: []order.KeyRule{{Algorithm: RSA, Sizes: []int{3072, 4096}}}}}
	exact := website()
	exact.Product.Names.Exact = true
	for name, c := range map[string]struct {
		licence order.Licence
		domains string
		text    []byte
		want    []string
	}{
		"good":           {website(), "example.com", requestOf(t, "rsa:2048", "/CN=example.com", ""), nil},
		"free www":       {website(), "example.com", requestOf(t, "rsa:2048", "/CN=example.com", "DNS:example.com,DNS:www.example.com"), nil},
		"upper case":     {website(), "example.com", requestOf(t, "rsa:2048", "/CN=EXAMPLE.com", ""), nil},
		"no name at all": {website(), "example.com", requestOf(t, "rsa:2048", "/O=Example AG", ""), nil},
		"RSA 1024":       {website(), "example.com", requestOf(t, "rsa:1024", "/CN=example.com", ""), []string{"error key-short"}},
		"RSA 512":        {website(), "example.com", requestOf(t, "rsa:512", "/CN=example.com", ""), []string{"error key-short"}},
		"RSA 2052":       {website(), "example.com", requestOf(t, "rsa:2052", "/CN=example.com", ""), []string{"error key-uneven"}},
		"RSA 2056":       {website(), "example.com", requestOf(t, "rsa:2056", "/CN=example.com", ""), []string{"error key-kind"}},
		"exponent 3":     {website(), "example.com", requestOf(t, "rsa:2048", "/CN=example.com", "", "-pkeyopt", "rsa_keygen_pubexp:3"), []string{"error key-exponent"}},
		"Ed25519":        {website(), "example.com", requestOf(t, "ed25519", "/CN=example.com", ""), []string{"error key-kind"}},
		"P-521":          {website(), "example.com", requestOf(t, "ec", "/CN=example.com", "", "-pkeyopt", "ec_paramgen_curve:P-521"), []string{"error key-kind"}},
		"P-224":          {website(), "example.com", requestOf(t, "ec", "/CN=example.com", "", "-pkeyopt", "ec_paramgen_curve:secp224r1"), []string{"error key-kind"}},
		"SHA-1":          {website(), "example.com", requestOf(t, "rsa:2048", "/CN=example.com", "", "-sha1"), []string{"error old-signature"}},
		"MD5":            {website(), "example.com", requestOf(t, "rsa:2048", "/CN=example.com", "", "-md5"), []string{"error old-signature"}},
		"another name":   {website(), "example.com", requestOf(t, "rsa:2048", "/CN=example.org", ""), []string{"error names-extra", "note names-missing"}},
		"a name more":    {website(), "example.com", requestOf(t, "rsa:2048", "/CN=example.com", "DNS:shop.example.com"), []string{"error names-extra"}},
		"a name less":    {website(), "example.com\nshop.example.com", requestOf(t, "rsa:2048", "/CN=example.com", ""), []string{"note names-missing"}},
		"a name less, where the request has to hold all": {exact, "example.com\nshop.example.com", requestOf(t, "rsa:2048", "/CN=example.com", ""), []string{"error names-exact"}},
		"none, where the request has to hold all":        {exact, "example.com", requestOf(t, "rsa:2048", "/O=Example AG", ""), []string{"error names-exact"}},
		"all, where the request has to hold all":         {exact, "example.com", requestOf(t, "rsa:2048", "/CN=example.com", ""), nil},
		"an IP address":                                  {website(), "example.com", requestOf(t, "rsa:2048", "/CN=example.com", "DNS:example.com,IP:192.0.2.7"), []string{"error names-extra"}},
		"wildcard":                                       {website(), "*.example.com", requestOf(t, "rsa:2048", "/CN=*.example.com", ""), nil},
		"code, RSA 2048":                                 {code, "", requestOf(t, "rsa:2048", "/CN=Example AG", ""), []string{"error key-short"}},
		"code, RSA 3072":                                 {code, "", requestOf(t, "rsa:3072", "/CN=Example AG", ""), nil},
		"short and SHA-1":                                {website(), "example.com", requestOf(t, "rsa:1024", "/CN=example.com", "", "-sha1"), []string{"error key-short", "error old-signature"}},
	} {
		got, err := Read(c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		ids := problemIDs(Judge(c.licence, order.Application{Domains: c.domains, Request: got[0]}))
		if !slices.Equal(ids, c.want) {
			t.Errorf("%s: %v, want %v", name, ids, c.want)
		}
	}
	// A curve of which nothing but its number is known here.
	got := must(Read(requestOf(t, "ec", "/CN=example.com", "", "-pkeyopt", "ec_paramgen_curve:secp256k1")))(t)
	if _, err := Examine(got[0]); !fault.Is(err, fault.KeyForbidden) {
		t.Errorf("secp256k1: %v", err)
	}
}

// Known-weak keys, each made as the fault made it.
func TestKnownWeakKeys(t *testing.T) {
	prime := func(near *big.Int) *big.Int {
		p := new(big.Int).Set(near)
		for p.SetBit(p, 0, 1); !p.ProbablyPrime(20); p.Add(p, big.NewInt(2)) {
		}
		return p
	}
	random := func(bits int) *big.Int {
		return must(rand.Prime(rand.Reader, bits))(t)
	}
	p := random(1024)
	next := prime(new(big.Int).Add(p, big.NewInt(1000)))
	key := func(n *big.Int) *rsa.PublicKey { return &rsa.PublicKey{N: n, E: 65537} }
	// Infineon's primes: k·M + 65537^a mod M, with M the product of the primes up to 167 and more.
	m := big.NewInt(1)
	for q := int64(2); q <= 701; q++ {
		if n := big.NewInt(q); n.ProbablyPrime(0) {
			m.Mul(m, n)
		}
	}
	chip := func() *big.Int {
		room := new(big.Int).Lsh(big.NewInt(1), uint(1024-m.BitLen()))
		for {
			k := must(rand.Int(rand.Reader, room))(t)
			a := must(rand.Int(rand.Reader, big.NewInt(1<<40)))(t)
			candidate := new(big.Int).Add(new(big.Int).Mul(k, m), new(big.Int).Exp(big.NewInt(65537), a, m))
			if candidate.ProbablyPrime(20) {
				return candidate
			}
		}
	}
	for name, c := range map[string]struct {
		key  *rsa.PublicKey
		want flaw
	}{
		"a good one":      {rsaKey().Public().(*rsa.PublicKey), noFlaw},
		"close primes":    {key(new(big.Int).Mul(p, next)), close2},
		"the same twice":  {key(new(big.Int).Mul(p, p)), close2},
		"a small factor":  {key(new(big.Int).Mul(big.NewInt(751), random(2040))), factor},
		"an even modulus": {key(new(big.Int).Lsh(random(1024), 1)), factor},
		"the chip's":      {key(new(big.Int).Mul(chip(), chip())), roca},
		"exponent 1":      {&rsa.PublicKey{N: new(big.Int).Mul(random(1024), random(1024)), E: 1}, exponent},
		"even exponent":   {&rsa.PublicKey{N: new(big.Int).Mul(random(1024), random(1024)), E: 65538}, exponent},
	} {
		if got := flawOf(c.key); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
