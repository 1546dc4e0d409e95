//go:build linux

package install_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"certdesk/internal/export/pfx"
	"certdesk/internal/fault"
	"certdesk/internal/install"
	"certdesk/internal/secret"
)

// made is a mail certificate with one above it, signed for real.
type made struct {
	key         crypto.Signer
	leaf, above *x509.Certificate
}

// theAuthority is one for all: a store takes no second certificate of the same issuer and number.
var theAuthority *x509.Certificate

func issue(t *testing.T, serial int64) made {
	t.Helper()
	sign := func(name string, serial int64, ca bool, by *x509.Certificate) *x509.Certificate {
		pub := crypto.PublicKey(theKey().Public())
		c := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
			NotAfter: time.Now().AddDate(1, 0, 0), BasicConstraintsValid: true, IsCA: ca, KeyUsage: x509.KeyUsageDigitalSignature,
		}
		if ca {
			c.KeyUsage, pub = x509.KeyUsageCertSign, caKey().Public()
		} else {
			c.EmailAddresses, c.ExtKeyUsage = []string{name}, []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}
			c.KeyUsage |= x509.KeyUsageKeyEncipherment
		}
		if by == nil {
			by = c
		}
		der, err := x509.CreateCertificate(rand.Reader, c, by, pub, caKey())
		if err != nil {
			t.Fatal(err)
		}
		out, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if theAuthority == nil {
		theAuthority = sign("Test Authority", 1, true, nil)
	}
	m := made{key: theKey(), above: theAuthority}
	m.leaf = sign("anna@example.ch", serial, false, m.above)
	return m
}

func (m made) item(t *testing.T, name string) install.Item {
	t.Helper()
	password := secret.FromString("abcd-efgh-ijkl-mnop-qrst")
	sealed, err := pfx.Encode(rand.Reader, pfx.Content{
		Key: m.key, Leaf: m.leaf, Chain: []*x509.Certificate{m.above}, FriendlyName: name,
	}, password, pfx.Strong)
	if err != nil {
		t.Fatal(err)
	}
	return install.Item{Sealed: sealed, Password: password, Leaf: m.leaf}
}

func nss(t *testing.T, stdin, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...) // #nosec G204 -- a test's arguments
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v: %s", name, args, err, out)
	}
	return string(out)
}

// profile makes a Thunderbird profile with a store as NSS makes it.
func profile(t *testing.T, home, password string) install.Target {
	t.Helper()
	dir := filepath.Join(home, ".thunderbird", "ab12.default")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(home, ".thunderbird", "profiles.ini"),
		"[Profile0]\nName=default\nIsRelative=1\nPath=ab12.default\n\n[General]\nStartWithLastProfile=1\n")
	write(t, filepath.Join(dir, "prefs.js"), `user_pref("mail.identity.id1.useremail", "anna@example.ch");`+"\n")
	if password == "" {
		nss(t, "", "certutil", "-N", "-d", "sql:"+dir, "--empty-password")
	} else {
		nss(t, password+"\n", "certutil", "-N", "-d", "sql:"+dir, "-f", "/dev/stdin")
	}
	found := install.Places{Home: home, System: "linux"}.Find()
	if len(found) != 1 || found[0].Dir != dir || !found[0].Fits("Anna@example.ch") || found[0].Fits("bob@example.ch") {
		t.Fatalf("found %+v", found)
	}
	return found[0]
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func has(t *testing.T, target install.Target, leaf *x509.Certificate, want bool) {
	t.Helper()
	got, err := install.Installer{}.Has(t.Context(), target, leaf)
	if err != nil || got != want {
		t.Errorf("it is there: %v, %v", got, err)
	}
}

// What is installed is there for NSS, with key and chain and no trust; undone, the store is as it was before.
func TestInstalledAndUndone(t *testing.T) {
	for _, password := range []string{"", "topsecret"} {
		target, m := profile(t, t.TempDir(), password), issue(t, 11)
		in, primary := install.Installer{}, secret.FromString(password)
		// Somebody else's certificate must stay.
		nss(t, password+"\n", "certutil", "-S", "-d", "sql:"+target.Dir, "-n", "Old one", "-s", "CN=old", "-x", "-t", ",,", "-z", "/etc/hostname", "-f", "/dev/stdin")
		before := nss(t, "", "certutil", "-L", "-d", "sql:"+target.Dir)
		has(t, target, m.leaf, false)
		placed, err := in.Install(t.Context(), target, m.item(t, "anna@example.ch, Muster, 2027"), primary)
		if err != nil || !placed.Undoable() || placed.Nickname != "anna@example.ch, Muster, 2027" || len(placed.Above) != 1 {
			t.Fatalf("%+v %v", placed, err)
		}
		has(t, target, m.leaf, true)
		list := nss(t, "", "certutil", "-L", "-d", "sql:"+target.Dir)
		if strings.Count(list, "u,u,u") != 2 || strings.Count(list, ",,   ") != 1 {
			t.Errorf("the list:\n%s", list)
		}
		again, err := in.Install(t.Context(), target, m.item(t, "anna@example.ch, Muster, 2027"), primary)
		if err != nil || !again.Before || again.Undoable() {
			t.Errorf("a second time: %+v %v", again, err)
		}
		if err := in.Remove(t.Context(), target, placed, m.leaf, primary); err != nil {
			t.Fatal(err)
		}
		has(t, target, m.leaf, false)
		if after := nss(t, "", "certutil", "-L", "-d", "sql:"+target.Dir); after != before {
			t.Errorf("before:\n%safter:\n%s", before, after)
		}
		if keys := nss(t, password+"\n", "certutil", "-K", "-d", "sql:"+target.Dir, "-f", "/dev/stdin"); strings.Count(keys, "rsa") != 1 {
			t.Errorf("keys: %s", keys)
		}
		if err := in.Remove(t.Context(), target, placed, m.leaf, primary); err != nil {
			t.Errorf("what is gone already: %v", err)
		}
	}
}

// NSS gives certificates of one subject one name: the older one, which opens old mail, must not go with ours.
func TestAnOlderCertificateOfTheSameNameStays(t *testing.T) {
	target, older, newer := profile(t, t.TempDir(), ""), issue(t, 11), issue(t, 12)
	in := install.Installer{}
	if _, err := in.Install(t.Context(), target, older.item(t, "anna, 2026"), secret.Value{}); err != nil {
		t.Fatal(err)
	}
	placed, err := in.Install(t.Context(), target, newer.item(t, "anna, 2027"), secret.Value{})
	if err != nil || placed.Undoable() {
		t.Errorf("%+v %v", placed, err)
	}
	has(t, target, newer.leaf, true)
	has(t, target, older.leaf, true)
	if err := in.Remove(t.Context(), target, placed, newer.leaf, secret.Value{}); !fault.Is(err, fault.InstallUnproven) {
		t.Errorf("taken out: %v", err)
	}
	has(t, target, older.leaf, true)
}

func TestWhatIsInTheWayIsSaid(t *testing.T) {
	m := issue(t, 11)
	item := m.item(t, "anna")
	in := install.Installer{}
	refused := func(name string, target install.Target, in install.Installer, primary string, code fault.Code) {
		t.Helper()
		before := dump(t, target.Dir)
		if _, err := in.Install(t.Context(), target, item, secret.FromString(primary)); !fault.Is(err, code) {
			t.Errorf("%s: %v", name, err)
		}
		if !bytes.Equal(before, dump(t, target.Dir)) {
			t.Errorf("%s: the store was changed", name)
		}
	}
	sealed := profile(t, t.TempDir(), "topsecret")
	refused("no primary password", sealed, in, "", fault.InstallPassword)
	refused("a wrong one", sealed, in, "wrong", fault.InstallPassword)

	open := profile(t, t.TempDir(), "")
	refused("no tools", open, install.Installer{Tools: install.Tools{Look: func(string) (string, error) { return "", exec.ErrNotFound }}}, "", fault.InstallTools)
	lock := filepath.Join(open.Dir, "lock")
	if err := os.Symlink("127.0.1.1:+1", lock); err != nil { // process 1 always runs
		t.Fatal(err)
	}
	refused("it runs", open, in, "", fault.InstallRunning)
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	stop := holdLock(t, filepath.Join(open.Dir, ".parentlock"))
	refused("it runs, and holds its lock", open, in, "", fault.InstallRunning)
	stop()
	if err := os.Symlink("127.0.1.1:+999999999", lock); err != nil { // left behind by a crash
		t.Fatal(err)
	}
	if _, err := in.Install(t.Context(), open, item, secret.Value{}); err != nil {
		t.Errorf("after a crash: %v", err)
	}

	damaged := profile(t, t.TempDir(), "")
	write(t, filepath.Join(damaged.Dir, "cert9.db"), "no database")
	refused("a damaged store", damaged, in, "", fault.InstallStore)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := in.Install(ended, profile(t, t.TempDir(), ""), item, secret.Value{}); !fault.Is(err, fault.Cancelled) {
		t.Errorf("cancelled: %v", err)
	}
}

func dump(t *testing.T, dir string) []byte {
	t.Helper()
	var all []byte
	for _, name := range []string{"cert9.db", "key4.db"} {
		b, err := os.ReadFile(filepath.Join(dir, name)) // #nosec G304 -- the test's own folder
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// lockVar names the file that this program locks, as Thunderbird does, until its input ends: locks of one's own
// process don't count.
const lockVar = "CERTDESK_TEST_LOCK"

func TestMain(m *testing.M) {
	if dir := os.Getenv(securityVar); dir != "" {
		os.Exit(fakeSecurity{dir}.main(os.Args[1:]))
	}
	path := os.Getenv(lockVar)
	if path == "" {
		os.Exit(m.Run())
	}
	f, err := os.Create(path) // #nosec G304 -- the test's own
	if err == nil {
		err = unix.FcntlFlock(f.Fd(), unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK})
	}
	if err != nil {
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString("held\n")
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = f.Close()
}

func holdLock(t *testing.T, path string) (stop func()) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0]) // #nosec G204 -- this program
	cmd.Env = append(os.Environ(), lockVar+"="+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	return func() { _ = in.Close(); _ = cmd.Wait() }
}

// Neither a password nor the key is ever among the arguments, in the environment, or in a file.
func TestSecretsTravelByPipes(t *testing.T) {
	target, m := profile(t, t.TempDir(), "topsecret"), issue(t, 11)
	dir := t.TempDir()
	look := func(name string) (string, error) {
		real, err := exec.LookPath(name)
		if err != nil {
			return "", err
		}
		path := filepath.Join(dir, name)
		script := "#!/bin/sh\n{ printf '%s\\n' " + name + " \"$@\"; env; } >> " + dir + "/said\nexec " + real + " \"$@\"\n"
		return path, os.WriteFile(path, []byte(script), 0o700) // #nosec G306 -- a program
	}
	in := install.Installer{Tools: install.Tools{Look: look}}
	placed, err := in.Install(t.Context(), target, m.item(t, "anna"), secret.FromString("topsecret"))
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Remove(t.Context(), target, placed, m.leaf, secret.FromString("topsecret")); err != nil {
		t.Fatal(err)
	}
	said, err := os.ReadFile(filepath.Join(dir, "said")) // #nosec G304 -- the test's own folder
	if err != nil || !bytes.Contains(said, []byte("\n-w\n/dev/stdin\n-k\n/dev/fd/4\n")) || !bytes.Contains(said, []byte("sql:"+target.Dir)) {
		t.Fatalf("%v:\n%s", err, said)
	}
	for _, word := range []string{"topsecret", "abcd-efgh-ijkl-mnop-qrst"} {
		if bytes.Contains(said, []byte(word)) {
			t.Errorf("%q in\n%s", word, said)
		}
	}
}
