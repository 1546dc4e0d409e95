//go:build linux

package install_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/install"
	"certdesk/internal/secret"
)

// wrapped are NSS's programs, each called by a line of shell that ends with exec.
func wrapped(t *testing.T, before string) install.Tools {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil { // #nosec G302 -- others run what is in it
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // #nosec G302 -- as above
		t.Fatal(err)
	}
	return install.Tools{Look: func(name string) (string, error) {
		real, err := exec.LookPath(name)
		if err != nil {
			return "", err
		}
		path := filepath.Join(dir, name)
		return path, os.WriteFile(path, []byte("#!/bin/sh\n"+fmt.Sprintf(before, name)+" "+real+" \"$@\"\n"), 0o755) // #nosec G306 -- a program
	}}
}

// The disk is full while a certificate is put into a store: that is said, what was there before is there,
// and once there is room it goes in as if nothing had been.
func TestADiskThatIsFullWhileInstalling(t *testing.T) {
	for room, enough := range map[int]bool{0: false, 1: false, 8: false, 4096: true} { // in blocks of 512 bytes (POSIX, ulimit)
		target, older, newer := profile(t, t.TempDir(), ""), issue(t, 11), issue(t, 12)
		if _, err := (install.Installer{}).Install(t.Context(), target, older.item(t, "anna, 2026"), secret.Value{}); err != nil {
			t.Fatal(err)
		}
		before := nss(t, "", "certutil", "-L", "-d", "sql:"+target.Dir)
		// Not even the journal has room, without which nothing is written over. Without the signal, a write fails.
		full := install.Installer{Tools: wrapped(t, fmt.Sprintf("trap '' XFSZ\n[ %%s = certutil ] || ulimit -f %d\nexec", room))}
		_, err := full.Install(t.Context(), target, newer.item(t, "anna, 2027"), secret.Value{})
		if enough {
			if err != nil {
				t.Errorf("%d: %v", room, err)
			}
			has(t, target, newer.leaf, true)
			continue
		}
		if !fault.Is(err, fault.InstallStore) {
			t.Errorf("%d: %v", room, err)
		}
		has(t, target, older.leaf, true)
		has(t, target, newer.leaf, false)
		if after := nss(t, "", "certutil", "-L", "-d", "sql:"+target.Dir); after != before {
			t.Errorf("%d: before:\n%safter:\n%s", room, before, after)
		}
		if _, err := (install.Installer{}).Install(t.Context(), target, newer.item(t, "anna, 2027"), secret.Value{}); err != nil {
			t.Errorf("%d: with room again: %v", room, err)
		}
		has(t, target, older.leaf, true)
		has(t, target, newer.leaf, true)
	}
}

// A store that this account may only read is left alone, and that is said; so is one that it may not even read.
func TestAStoreThatMayNotBeWritten(t *testing.T) {
	m := issue(t, 11)
	for mode, what := range map[os.FileMode]string{0o444: "read-only", 0o000: "not to be read"} {
		home := t.TempDir()
		target := profile(t, home, "")
		for _, name := range []string{"cert9.db", "key4.db", "pkcs11.txt"} {
			if err := os.Chmod(filepath.Join(target.Dir, name), mode); err != nil {
				t.Fatal(err)
			}
		}
		for dir := filepath.Dir(target.Dir); dir != filepath.Dir(filepath.Dir(home)); dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil { // #nosec G302 -- the way to the store is open to anybody
				t.Fatal(err)
			}
		}
		if err := os.Chmod(target.Dir, 0o555); err != nil { // #nosec G302 -- as above
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(target.Dir, 0o700) }) // #nosec G302 -- a folder, to be removed
		in := install.Installer{}
		if os.Getuid() == 0 { // nothing is read-only to root
			in.Tools = wrapped(t, ": %s\nexec setpriv --reuid=65534 --clear-groups --")
		}
		before, err := fingerprints(target.Dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := in.Install(t.Context(), target, m.item(t, "anna"), secret.Value{}); !fault.Is(err, fault.InstallStore) {
			t.Errorf("%s: %v", what, err)
		}
		after, err := fingerprints(target.Dir)
		if err != nil || after != before {
			t.Errorf("%s: before %s, after %s: %v", what, before, after, err)
		}
	}
}

// fingerprints tells whether anything in a folder was changed or added.
func fingerprints(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	var all []string
	for _, e := range entries {
		info, infoErr := e.Info()
		if infoErr != nil {
			return "", infoErr
		}
		all = append(all, fmt.Sprint(e.Name(), " ", info.Size(), " ", info.ModTime()))
	}
	return strings.Join(all, "\n"), err
}

// The certificate that was put into a profile signs and decrypts there, by the library that Thunderbird and Firefox
// use, in the profile of either; OpenSSL takes what it has signed.
func TestWhatWasPutInSignsAndDecrypts(t *testing.T) {
	for _, program := range []string{".thunderbird", ".mozilla/firefox"} {
		home := t.TempDir()
		made := profile(t, home, "topsecret")
		if program != ".thunderbird" {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(home, program)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(home, ".thunderbird"), filepath.Join(home, program)); err != nil {
				t.Fatal(err)
			}
			found := install.Places{Home: home, System: "linux"}.Find()
			if len(found) != 1 || found[0].Program != "firefox" {
				t.Fatalf("found %+v", found)
			}
			made = found[0]
		}
		m := issue(t, 11)
		placed, err := install.Installer{}.Install(t.Context(), made, m.item(t, "anna"), secret.FromString("topsecret"))
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		at := func(name string) string { return filepath.Join(dir, name) }
		write(t, at("letter"), "Content-Type: text/plain\r\n\r\nfor you alone\r\n")
		write(t, at("password"), "topsecret\n")
		write(t, at("leaf.pem"), pemOf(m.leaf))
		write(t, at("root.pem"), pemOf(m.above))
		db := "sql:" + made.Dir
		nss(t, "", "certutil", "-M", "-n", placed.Above[0], "-t", "C,C,C", "-d", db, "-f", at("password")) // a test's authority
		nss(t, "", "openssl", "cms", "-encrypt", "-aes256", "-in", at("letter"), "-outform", "DER", "-out", at("sealed"), at("leaf.pem"))
		nss(t, "", "cmsutil", "-D", "-d", db, "-f", at("password"), "-i", at("sealed"), "-o", at("opened"))
		nss(t, "", "cmsutil", "-S", "-H", "SHA256", "-N", placed.Nickname, "-d", db, "-f", at("password"), "-i", at("letter"), "-o", at("signed"))
		nss(t, "", "openssl", "cms", "-verify", "-inform", "DER", "-in", at("signed"), "-CAfile", at("root.pem"), "-purpose", "any", "-out", at("verified"))
		for _, name := range []string{"opened", "verified"} {
			if got, err := os.ReadFile(at(name)); err != nil || !bytes.Contains(got, []byte("for you alone")) { // #nosec G304 -- the test's own
				t.Errorf("%s, %s: %q %v", program, name, got, err)
			}
		}
	}
}

func pemOf(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}
