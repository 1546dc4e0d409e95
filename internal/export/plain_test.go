package export_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/destination"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
)

var update = flag.Bool("update", false, "write testdata/plain.txt anew")

func checkPlain(t *testing.T, f export.File) {
	t.Helper()
	data, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(f.Path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%s: mode %v, %v", f.Name, info.Mode(), err)
	}
	if sum := sha256.Sum256(data); f.Size != int64(len(data)) || f.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%s: size or sum is wrong", f.Name)
	}
	if strings.ContainsAny(f.Name, " ()") {
		t.Errorf("%q is awkward in a configuration", f.Name)
	}
	if hasKey := bytes.Contains(data, []byte("PRIVATE KEY")); hasKey != (f.Kind == destination.KeyPEM || f.Kind == destination.OnePEM) {
		t.Errorf("%s: a private key in it: %v", f.Name, hasKey)
	}
	for _, lang := range []string{"en", "de"} {
		text := words(t, lang).Say(f.Encryption())
		for _, m := range f.Holds {
			text += words(t, lang).Say(m)
		}
		if len(f.Holds) == 0 || strings.Contains(text, "[") {
			t.Errorf("%s in words: %q", f.Name, text)
		}
	}
}

// chained is a website's certificate with two authorities above it, signed for real.
type chained struct {
	key         crypto.Signer
	leaf        *x509.Certificate
	lower, root *x509.Certificate
}

func issue(t *testing.T, pub crypto.PublicKey) chained {
	t.Helper()
	sign := func(name string, serial int64, pub crypto.PublicKey, by *x509.Certificate, with crypto.Signer) *x509.Certificate {
		c := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
			NotAfter: time.Now().AddDate(1, 0, 0), BasicConstraintsValid: true, IsCA: by == nil || serial < 10,
			KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		}
		if !c.IsCA {
			c.DNSNames, c.KeyUsage = []string{name}, x509.KeyUsageDigitalSignature
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}
		if by == nil {
			by = c
		}
		der, err := x509.CreateCertificate(rand.Reader, c, by, pub, with)
		if err != nil {
			t.Fatal(err)
		}
		out, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	newKey := func() crypto.Signer {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	rootKey, lowerKey := newKey(), newKey()
	var c chained
	c.root = sign("Test Root", 1, rootKey.Public(), nil, rootKey)
	c.lower = sign("Test Lower", 2, lowerKey.Public(), c.root, rootKey)
	c.leaf = sign("www.example.ch", 11, pub, c.lower, lowerKey)
	return c
}

func makeFor(t *testing.T, c chained, id destination.ID) map[destination.Kind]string {
	t.Helper()
	d, ok := destination.Find(id, order.TLS)
	if !ok {
		t.Fatal(id)
	}
	dir := t.TempDir()
	files, err := export.Make(context.Background(), export.Plan{
		Dir: dir, Outputs: export.Outputs(d, "www.example.ch", c.leaf.NotAfter, words(t, "en").Say), Key: c.key, Leaf: c.leaf,
		Chain: []*x509.Certificate{c.lower}, Password: secret.FromString(asciiPassword),
		FriendlyName: export.FriendlyName("www.example.ch", "Example Hosting", c.leaf.NotAfter),
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[destination.Kind]string{}
	for _, f := range files {
		out[f.Kind] = f.Path
	}
	return out
}

func run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // a busy machine is no refusal
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "JAVA_TOOL_OPTIONS=-Duser.language=en -XX:TieredStopAtLevel=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return string(out), nil
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const plainHead = `# Which program opens which file without a password, measured by TestPlainReaders with the programs themselves.
# go test ./internal/export -run TestPlainReaders -update writes it anew.
# The table of package destination must agree with it.
#
# kind        reader   outcome
`

// TestPlainReaders opens each kind of file that has no password with the programs and compares the outcome with
// the committed table.
func TestPlainReaders(t *testing.T) {
	c := issue(t, rsaKey().Public())
	c.key = rsaKey()
	files := makeFor(t, c, destination.WebServer)
	for kind, path := range makeFor(t, chained{leaf: c.leaf, lower: c.lower, root: c.root}, destination.Certificate) {
		files[kind] = path
	}
	files[destination.OnePEM] = makeFor(t, c, destination.HAProxy)[destination.OnePEM]
	root := writeFile(t, "root.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.root.Raw})))
	pass := writeFile(t, "password", asciiPassword+"\n")
	got := plainHead
	for _, check := range []struct {
		kind   destination.Kind
		reader string
		opens  func(file string) error
	}{
		{destination.KeyPEM, "openssl", func(file string) error { return serves(t, file, files[destination.FullChain], c.root) }},
		{destination.OnePEM, "openssl", func(file string) error { return serves(t, file, file, c.root) }},
		{destination.FullChain, "openssl", func(file string) error {
			_, err := run(t, "openssl", "verify", "-CAfile", root, "-untrusted", file, "-verify_hostname", "www.example.ch", file)
			return err
		}},
		{destination.FullChain, "java17", func(file string) error { return holds(run(t, "keytool", "-printcert", "-file", file))("Test Lower") }},
		{destination.P7B, "openssl", func(file string) error {
			return holds(run(t, "openssl", "pkcs7", "-in", file, "-print_certs", "-noout"))("Test Lower", "www.example.ch")
		}},
		{destination.P7B, "java17", func(file string) error { return joins(t, c, file, pass, root) }},
		{destination.DER, "openssl", func(file string) error {
			return holds(run(t, "openssl", "x509", "-inform", "DER", "-in", file, "-noout", "-subject"))("www.example.ch")
		}},
		{destination.DER, "java17", func(file string) error {
			return holds(run(t, "keytool", "-printcert", "-file", file))("www.example.ch")
		}},
	} {
		outcome := "ok"
		if err := check.opens(files[check.kind]); err != nil {
			outcome = "refused"
			t.Logf("%s %s: %v", check.kind, check.reader, err)
		}
		got += fmt.Sprintf("%-13s %-8s %s\n", check.kind, check.reader, outcome)
	}
	const table = "testdata/plain.txt"
	if *update {
		if err := os.WriteFile(table, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s says otherwise (-table +measured):\n%s", table, diff)
	}
}

func holds(out string, err error) func(want ...string) error {
	return func(want ...string) error {
		for _, w := range want {
			if err == nil && !strings.Contains(out, w) {
				err = fmt.Errorf("no %q in %s", w, out)
			}
		}
		return err
	}
}

// serves has a server of OpenSSL, which reads the two files as nginx and Apache do, talk to a client that trusts
// the root alone: the key must fit, and the chain must be sent in order.
func serves(t *testing.T, key, chain string, root *x509.Certificate) error {
	t.Helper()
	listen, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listen.Addr().String()
	if err := listen.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "openssl", "s_server", "-accept", address, "-cert", chain, "-cert_chain", chain, "-key", key, "-quiet")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	defer func() { _ = cmd.Process.Kill() }()
	pool := x509.NewCertPool()
	pool.AddCert(root)
	dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: 10 * time.Second}, Config: &tls.Config{RootCAs: pool, ServerName: "www.example.ch", MinVersion: tls.VersionTLS12}}
	for {
		conn, err := dialer.DialContext(t.Context(), "tcp", address)
		if err == nil {
			return conn.Close()
		}
		var refused *net.OpError
		if !errors.As(err, &refused) || refused.Op != "dial" {
			return err
		}
		select { // it is not listening yet, or has given up
		case err := <-ended:
			return fmt.Errorf("openssl s_server has ended: %w: %s", err, said.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// joins does with keytool what the screen says: the answer is imported where the key is.
func joins(t *testing.T, c chained, p7b, pass, root string) error {
	t.Helper()
	store := filepath.Join(t.TempDir(), "store.p12")
	key := writeFile(t, "key.pem", keyPEM(t, rsaKey()))
	// The store that a server has while it waits: the key with a certificate of its own.
	own := filepath.Join(t.TempDir(), "own.pem")
	if _, err := run(t, "openssl", "req", "-x509", "-new", "-key", key, "-subj", "/CN=waiting", "-days", "1", "-out", own); err != nil {
		return err
	}
	if _, err := run(t, "openssl", "pkcs12", "-export", "-inkey", key, "-in", own, "-name", "server", "-out", store, "-passout", "file:"+pass); err != nil {
		return err
	}
	in := []string{"-keystore", store, "-storepass:file", pass, "-noprompt"}
	if _, err := run(t, "keytool", append([]string{"-importcert", "-alias", "root", "-file", root}, in...)...); err != nil {
		return err
	}
	if _, err := run(t, "keytool", append([]string{"-importcert", "-trustcacerts", "-alias", "server", "-file", p7b}, in...)...); err != nil {
		return err
	}
	return holds(run(t, "keytool", "-list", "-v", "-alias", "server", "-keystore", store, "-storepass:file", pass))(
		"PrivateKeyEntry", "Certificate chain length: 3", "CN="+c.leaf.Subject.CommonName)
}

func keyPEM(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// What the screen says about joining certificate and key with OpenSSL is right.
func TestJoiningWithOpenSSL(t *testing.T) {
	c := issue(t, rsaKey().Public())
	files := makeFor(t, c, destination.Certificate)
	key := writeFile(t, "your.key", keyPEM(t, rsaKey()))
	pass := writeFile(t, "password", asciiPassword+"\n")
	out := filepath.Join(t.TempDir(), "joined.p12")
	if said, err := run(t, "openssl", "pkcs12", "-export", "-inkey", key, "-in", files[destination.FullChain], "-out", out, "-passout", "file:"+pass); err != nil {
		t.Fatal(said, err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got, err := export.ReadKey(data, secret.FromString(asciiPassword))
	if err != nil || !rsaKey().Equal(got) {
		t.Errorf("%v", err)
	}
	for _, wrong := range []string{"", "another"} {
		if _, err := export.ReadKey(data, secret.FromString(wrong)); !fault.Is(err, fault.KeyFilePassword) {
			t.Errorf("with the password %q: %v", wrong, err)
		}
	}
	if _, err := export.ReadKey(data[:len(data)/2], secret.FromString(asciiPassword)); !fault.Is(err, fault.KeyFileUnreadable) {
		t.Errorf("half of it: %v", err)
	}
}

// A key file is proven as well: one that belongs to another certificate is never written.
func TestAKeyOfAnotherCertificateIsNotWritten(t *testing.T) {
	c := issue(t, rsaKey().Public())
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := destination.Find(destination.WebServer, order.TLS)
	dir := t.TempDir()
	_, err = export.Make(context.Background(), export.Plan{
		Dir: dir, Outputs: export.Outputs(d, "www.example.ch", c.leaf.NotAfter, words(t, "en").Say), Key: other, Leaf: c.leaf,
	})
	if !fault.Is(err, fault.KeyUnusable) || len(list(t, dir)) != 0 {
		t.Errorf("%v; in the folder: %v", err, list(t, dir))
	}
	// A chain that does not belong is found when the file is opened again.
	stranger := issue(t, rsaKey().Public())
	_, err = export.Make(context.Background(), export.Plan{
		Dir: dir, Outputs: export.Outputs(d, "www.example.ch", c.leaf.NotAfter, words(t, "en").Say), Key: rsaKey(), Leaf: c.leaf,
		Chain: []*x509.Certificate{stranger.root},
	})
	if !fault.Is(err, fault.ExportUnproven) || len(list(t, dir)) != 0 {
		t.Errorf("%v; in the folder: %v", err, list(t, dir))
	}
}

func TestStrengthInWords(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "passwordpassword": 0, "aaaaaaaaaaaaaaaaaaaa": 0, "Sommer2026": 1,
		asciiPassword: 4, "correct horse battery staple": 4, strings.Repeat("x9!Kq_", 4000): 4,
	} {
		got := export.StrengthOf(text)
		if (want == 4) != (got.Score == 4) || want < 2 && got.Score > 1 {
			t.Errorf("%.40q has the score %d, want %d", text, got.Score, want)
		}
		for _, lang := range []string{"en", "de"} {
			if said := words(t, lang).Say(got.Words); said == "" || strings.Contains(said, "[") {
				t.Errorf("%s: %q", lang, said)
			}
		}
	}
}
