//go:build linux

package install_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"certdesk/internal/export/pfx"
	"certdesk/internal/fault"
	"certdesk/internal/install"
	"certdesk/internal/secret"
)

var loginKeychain = install.Target{ID: "macos-login", Program: install.MacOS}

// keychain gives a keychain of the test, in a folder whose name needs quoting.
func keychain(t *testing.T) (install.Installer, fakeSecurity) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), `anna's "own" \ Zürich $HOME; folder`)
	temp := filepath.Join(dir, "temp")
	if err := os.MkdirAll(temp, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv(securityVar, dir)
	program := filepath.Join(t.TempDir(), "security")
	if err := os.WriteFile(program, []byte("#!/bin/sh\nexec '"+os.Args[0]+"' \"$@\"\n"), 0o700); err != nil { // #nosec G306 -- a program
		t.Fatal(err)
	}
	return install.Installer{Keychain: install.Keychain{Program: program, Temp: temp}}, fakeSecurity{dir}
}

func (s fakeSecurity) has(t *testing.T, what string, want ...*x509.Certificate) {
	t.Helper()
	got := s.certificates()
	ok := len(got) == len(want)
	for _, c := range want {
		ok = ok && slices.ContainsFunc(got, c.Equal)
	}
	if !ok {
		t.Errorf("%s: %d certificates, not %d", what, len(got), len(want))
	}
	if left, err := os.ReadDir(filepath.Join(s.dir, "temp")); err != nil || len(left) != 0 {
		t.Errorf("%s: files stayed: %v %v", what, left, err)
	}
}

// What is put into the keychain is there, and out again with all that came with it; the password is heard, never
// an argument; roots stay out, and nothing is made trusted.
func TestKeychain(t *testing.T) {
	in, security := keychain(t)
	p, older := newPerson(301, theKey()), newPerson(302, theKey())
	item := p.item(t, "anna", pfx.Compatible)
	placed, err := in.Install(t.Context(), loginKeychain, item, secret.Value{})
	if err != nil || !placed.Undoable() || len(placed.Above) != 1 {
		t.Fatalf("%+v %v", placed, err)
	}
	security.has(t, "installed", p.leaf, p.intermediate)
	if there, err := in.Has(t.Context(), loginKeychain, p.leaf); err != nil || !there {
		t.Errorf("it is there: %v %v", there, err)
	}
	if there, err := in.Has(t.Context(), loginKeychain, older.leaf); err != nil || there {
		t.Errorf("another is there: %v %v", there, err)
	}
	if again, err := in.Install(t.Context(), loginKeychain, item, secret.Value{}); err != nil || !again.Before {
		t.Errorf("a second time: %+v %v", again, err)
	}
	said, heard := string(security.read("said")), string(security.read("heard"))
	if strings.Contains(said, sealedWith) || !strings.Contains(heard, sealedWith) || strings.Count(heard, "\n") != 1 {
		t.Errorf("said:\n%s\nheard:\n%s", said, heard)
	}
	words := split(strings.TrimSpace(heard))
	if slices.Contains(words, "-A") || !slices.Contains(words, "-x") || words[3] != security.path("login keychain-db") {
		t.Errorf("the words: %q", words)
	}
	if strings.Contains(said, "trust") {
		t.Errorf("said:\n%s", said)
	}
	if err := in.Remove(t.Context(), loginKeychain, placed, p.leaf, secret.Value{}); err != nil {
		t.Error(err)
	}
	security.has(t, "undone")
	if err := in.Remove(t.Context(), loginKeychain, placed, p.leaf, secret.Value{}); err != nil {
		t.Errorf("what is gone already: %v", err)
	}
}

// Whatever words are quoted, security takes the same ones out again.
func TestWordsForSecurity(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		words := rapid.SliceOfN(rapid.OneOf(rapid.StringMatching(`[ "'\\$;a]{0,8}`), rapid.StringMatching(`[^\x00-\x1f\x7f]{0,12}`)), 1, 12).Draw(r, "words")
		raw := make([][]byte, 0, len(words))
		for _, w := range words {
			raw = append(raw, []byte(w))
		}
		line, err := install.CommandLine(raw)
		if err != nil {
			r.Fatal(err)
		}
		if got := split(strings.TrimSuffix(string(line), "\n")); !slices.Equal(got, words) || bytes.Count(line, []byte("\n")) != 1 {
			r.Fatalf("%q became %q", words, got)
		}
	})
}

// What was there stays: a certificate without its key, one above it, and what another one needs.
func TestKeychainKeepsWhatWasThere(t *testing.T) {
	in, security := keychain(t)
	p, other := newPerson(303, theKey()), newPerson(304, theKey())
	security.add(p.leaf.Raw)
	item := p.item(t, "anna", pfx.Compatible)
	item.Exportable = true
	placed, err := in.Install(t.Context(), loginKeychain, item, secret.Value{})
	if err != nil || !placed.Bare {
		t.Fatalf("%+v %v", placed, err)
	}
	if slices.Contains(split(string(security.read("heard"))), "-x") {
		t.Error("the key can't be taken out, though it was asked for")
	}
	second, err := in.Install(t.Context(), loginKeychain, other.item(t, "anna", pfx.Compatible), secret.Value{})
	if err != nil || len(second.Above) != 0 {
		t.Fatalf("%+v %v", second, err)
	}
	if err := in.Remove(t.Context(), loginKeychain, placed, p.leaf, secret.Value{}); err != nil {
		t.Error(err)
	}
	security.has(t, "one of two undone", p.leaf, other.leaf, p.intermediate)
	if err := in.Remove(t.Context(), loginKeychain, install.Placed{Nickname: "another"}, other.leaf, secret.Value{}); !fault.Is(err, fault.InstallUnproven) {
		t.Errorf("what is not ours: %v", err)
	}
}

// Every way in which the keychain says no has its words, and leaves everything as it was.
func TestKeychainSaysNo(t *testing.T) {
	p := newPerson(305, theKey())
	item := p.item(t, "anna", pfx.Compatible)
	wrong := item
	wrong.Password = secret.FromString("wrong")
	broken := item
	broken.Password = secret.FromString("two\nlines")
	long := item
	long.Password = secret.FromString(strings.Repeat("x", 4096))
	for _, c := range []struct {
		name, fail string
		item       install.Item
		want       fault.Code
	}{
		{"a wrong password", "", wrong, fault.InstallRefused},
		{"a password that security can't read", "", broken, fault.InstallRefused},
		{"a line that is too long", "", long, fault.InstallRefused},
		{"a locked keychain", "import -25308", item, fault.InstallLocked},
		{"its password was not right", "import -25293", item, fault.InstallLocked},
		{"somebody pressed Cancel", "import -128", item, fault.InstallDenied},
		{"no permission", "import -61", item, fault.InstallDenied},
		{"the key is there", "import -25299", item, fault.InstallKeyThere},
		{"no login keychain", "login-keychain -25307", item, fault.InstallMissing},
		{"a keychain that is gone", "find-certificate -25294", item, fault.InstallMissing},
		{"the certificate above", "add-certificates -61", item, fault.InstallDenied},
		{"nobody knows what", "import 1", item, fault.InstallRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, security := keychain(t)
			if c.fail != "" {
				security.note("fail", c.fail)
			}
			_, err := in.Install(t.Context(), loginKeychain, c.item, secret.Value{})
			if !fault.Is(err, c.want) {
				t.Errorf("%v", err)
			}
			if err != nil && (strings.Contains(err.Error(), sealedWith) || strings.Contains(err.Error(), "anna@")) {
				t.Errorf("the error names somebody, or a password: %v", err)
			}
			security.has(t, "as it was")
		})
	}
	in, _ := keychain(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := in.Install(ended, loginKeychain, item, secret.Value{}); !fault.Is(err, fault.Cancelled) {
		t.Errorf("cancelled: %v", err)
	}
	gone := install.Installer{Keychain: install.Keychain{Program: "/nowhere/security"}}
	if _, err := gone.Install(t.Context(), loginKeychain, item, secret.Value{}); !fault.Is(err, fault.InstallMissing) || gone.Present(install.MacOS) {
		t.Errorf("no program: %v", err)
	}
}
