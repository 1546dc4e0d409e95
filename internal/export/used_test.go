//go:build unix

package export_test

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/internal/destination"
	"certdesk/internal/export"
	"certdesk/internal/order"
	"certdesk/internal/secret"
)

// The tests of this file do with the files that were made what customers do: sign and decrypt mail, serve a website.

const letter = "Content-Type: text/plain\r\n\r\nGrüezi, this is for you alone.\r\n"

// mailFiles are the files for the mail program, and the root that signed them.
func mailFiles(t *testing.T, id destination.ID) (paths []string, root string) {
	t.Helper()
	c := issue(t, rsaKey().Public()) // for its authorities
	ca := authority()
	lower := &x509.Certificate{
		SerialNumber: big.NewInt(20), Subject: pkix.Name{CommonName: "Test Mail Root"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(21), Subject: pkix.Name{CommonName: "anna@example.ch"}, EmailAddresses: []string{"anna@example.ch"},
		NotBefore: c.leaf.NotBefore, NotAfter: c.leaf.NotAfter, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}
	parsed := make([]*x509.Certificate, 2)
	for i, template := range []*x509.Certificate{lower, leaf} {
		pub := any(ca.Public())
		if i == 1 {
			pub = rsaKey().Public()
		}
		der, err := x509.CreateCertificate(rand.Reader, template, lower, pub, ca)
		if err != nil {
			t.Fatal(err)
		}
		if parsed[i], err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
	}
	d, ok := destination.Find(id, order.SMIME)
	if !ok {
		t.Fatal(id)
	}
	files, err := export.Make(context.Background(), export.Plan{
		Dir: t.TempDir(), Outputs: export.Outputs(d, "anna@example.ch", parsed[1].NotAfter, words(t, "en").Say), Key: rsaKey(),
		Leaf: parsed[1], Chain: parsed[:1], Password: secret.FromString(asciiPassword), FriendlyName: "anna@example.ch",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		paths = append(paths, f.Path)
	}
	return paths, writeFile(t, "root.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: parsed[0].Raw})))
}

// must runs a program that has to succeed.
func must(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := run(t, name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return out
}

func sameLetter(t *testing.T, program, path string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(got), "this is for you alone") {
		t.Errorf("%s opened %q: %v", program, got, err)
	}
}

// Both files for "I don't know where" sign and decrypt with OpenSSL, and with the library that Thunderbird uses.
func TestMailIsSignedAndDecryptedWithTheFile(t *testing.T) {
	files, root := mailFiles(t, destination.Unknown)
	pass := writeFile(t, "password", asciiPassword+"\n")
	plain := writeFile(t, "letter.txt", letter)
	for _, file := range files {
		dir := t.TempDir()
		at := func(name string) string { return filepath.Join(dir, name) }
		must(t, "openssl", "pkcs12", "-in", file, "-passin", "file:"+pass, "-nodes", "-out", at("all.pem"))
		must(t, "openssl", "cms", "-sign", "-in", plain, "-signer", at("all.pem"), "-md", "sha256", "-out", at("signed.eml"))
		must(t, "openssl", "cms", "-verify", "-in", at("signed.eml"), "-CAfile", root, "-purpose", "smimesign", "-out", at("read.txt"))
		sameLetter(t, "openssl cms -verify", at("read.txt"))
		must(t, "openssl", "pkcs12", "-in", file, "-passin", "file:"+pass, "-nokeys", "-clcerts", "-out", at("leaf.pem"))
		must(t, "openssl", "cms", "-encrypt", "-aes256", "-in", plain, "-outform", "DER", "-out", at("sealed.p7m"), at("leaf.pem"))
		must(t, "openssl", "cms", "-decrypt", "-inform", "DER", "-in", at("sealed.p7m"), "-inkey", at("all.pem"), "-out", at("opened.txt"))
		sameLetter(t, "openssl cms -decrypt", at("opened.txt"))

		db := "sql:" + t.TempDir()
		must(t, "certutil", "-N", "-d", db, "--empty-password")
		must(t, "pk12util", "-i", file, "-d", db, "-w", pass)
		must(t, "certutil", "-A", "-n", "root", "-t", "C,C,C", "-i", root, "-d", db)
		must(t, "cmsutil", "-D", "-d", db, "-i", at("sealed.p7m"), "-o", at("nss.txt"))
		sameLetter(t, "cmsutil -D", at("nss.txt"))
		must(t, "cmsutil", "-S", "-H", "SHA256", "-N", "anna@example.ch", "-d", db, "-i", plain, "-o", at("nss.p7m"))
		must(t, "openssl", "cms", "-verify", "-inform", "DER", "-in", at("nss.p7m"), "-CAfile", root, "-purpose", "smimesign", "-out", at("nss-read.txt"))
		sameLetter(t, "what cmsutil has signed", at("nss-read.txt"))
	}
}

// The compatible file signs and decrypts in gpgsm, which Kleopatra uses.
func TestMailIsSignedAndDecryptedInGPGSM(t *testing.T) {
	files, root := mailFiles(t, destination.Another)
	home, err := os.MkdirTemp("", "gpg") // the agent's socket needs a short path
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GNUPGHOME", home)
	defer func() {
		_, _ = run(t, "gpgconf", "--kill", "all")
		_ = os.RemoveAll(home)
	}()
	shown := must(t, "openssl", "x509", "-in", root, "-noout", "-fingerprint", "-sha1")
	_, sum, _ := strings.Cut(strings.TrimSpace(shown), "=")
	if err := os.WriteFile(filepath.Join(home, "trustlist.txt"), []byte(sum+" S relax\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	gpgsm := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "gpgsm", append([]string{
			"--batch", "--yes", "--no-tty", "--disable-dirmngr", "--disable-crl-checks", "--pinentry-mode", "loopback", "--passphrase-fd", "0",
		}, args...)...)
		cmd.Stdin = strings.NewReader(asciiPassword + "\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("gpgsm %s: %v: %s", strings.Join(args, " "), err, out)
		}
	}
	gpgsm("--import", files[0])
	plain := writeFile(t, "letter.txt", letter)
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	gpgsm("-o", at("signed.p7m"), "-u", "anna@example.ch", "--digest-algo", "SHA256", "--sign", plain)
	must(t, "openssl", "cms", "-verify", "-inform", "DER", "-in", at("signed.p7m"), "-CAfile", root, "-purpose", "smimesign", "-out", at("read.txt"))
	sameLetter(t, "what gpgsm has signed", at("read.txt"))
	gpgsm("-o", at("sealed.p7m"), "-r", "anna@example.ch", "--encrypt", plain)
	gpgsm("-o", at("opened.txt"), "--decrypt", at("sealed.p7m"))
	sameLetter(t, "gpgsm --decrypt", at("opened.txt"))
}

// freePort is a port of this computer that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// until waits for a server that was started to take connections, or to end.
func until(t *testing.T, cmd *exec.Cmd, address string) {
	t.Helper()
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		if err := <-ended; err != nil {
			t.Logf("%s: %v", cmd.Path, err)
		}
	})
	for {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s has ended: %v: %s", cmd.Path, err, said.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// The commands that the guide shows for keytool are run as they stand there, in the folder of the file: the alias is the
// one that keytool shows, and the key is in the new key store.
func TestKeytoolDoesWhatTheGuideShows(t *testing.T) {
	s := serverFiles(t, destination.Java)
	shell := func(step, answers string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", "-c", s.snippet(t, "keytool", step))
		cmd.Dir, cmd.Stdin = s.dir, strings.NewReader(answers)
		cmd.Env = append(os.Environ(), "LC_ALL=C", "JAVA_TOOL_OPTIONS=-Duser.language=en -XX:TieredStopAtLevel=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", step, err, out)
		}
		return string(out)
	}
	out := shell("keytool.look", asciiPassword+"\n")
	for _, want := range []string{"Alias name: " + s.names.Alias + "\n", "Entry type: PrivateKeyEntry", "Certificate chain length: 2"} {
		if !strings.Contains(out, want) {
			t.Errorf("keytool shows no %q:\n%s", want, out)
		}
	}
	const its = "another-password-of-the-store"
	shell("keytool.import", its+"\n"+its+"\n"+asciiPassword+"\n")
	pass := writeFile(t, "password", its+"\n")
	out = must(t, "keytool", "-list", "-v", "-storetype", "PKCS12", "-keystore", filepath.Join(s.dir, "keystore.p12"), "-storepass:file", pass)
	if !strings.Contains(out, "Alias name: server\n") || !strings.Contains(out, "Entry type: PrivateKeyEntry") {
		t.Errorf("the new key store holds\n%s", out)
	}
}
