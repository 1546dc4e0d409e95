package install_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"

	"certdesk/internal/export/pfx"
	"certdesk/internal/fault"
	"certdesk/internal/install"
	"certdesk/internal/secret"
)

// held is what a store of this account holds, asked without the code under test.
func held(t *testing.T, store string) [][]byte {
	t.Helper()
	h, err := windows.CertOpenSystemStore(0, windows.StringToUTF16Ptr(store))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = windows.CertCloseStore(h, 0) }()
	var out [][]byte
	for c, _ := windows.CertEnumCertificatesInStore(h, nil); c != nil; c, _ = windows.CertEnumCertificatesInStore(h, c) {
		out = append(out, bytes.Clone(unsafe.Slice(c.EncodedCert, c.Length)))
	}
	return out
}

func holds(t *testing.T, store string, c *x509.Certificate) bool {
	t.Helper()
	return slices.ContainsFunc(held(t, store), func(der []byte) bool { return bytes.Equal(der, c.Raw) })
}

func key(t *testing.T, kind string) crypto.Signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch kind {
	case "p-256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "p-384":
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	default:
		bits := 0
		_, _ = fmt.Sscanf(kind, "rsa-%d", &bits)
		key, err = rsa.GenerateKey(rand.Reader, bits)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// What is put into the user's store is there with its key, and out again with it; roots are never touched. Wine's
// crypt32 reads keys of RSA alone (its dlls/crypt32/pfx.c): what it refuses must leave nothing behind.
func TestUserStoreOfWindows(t *testing.T) {
	target := install.Target{ID: "windows-user", Program: install.Windows}
	serial := int64(100)
	for _, kind := range []string{"rsa-2048", "rsa-3072", "rsa-4096", "p-256", "p-384"} {
		signer := key(t, kind)
		for name, profile := range map[string]pfx.Profile{"compatible": pfx.Compatible, "strong": pfx.Strong} {
			t.Run(kind+" "+name, func(t *testing.T) {
				serial++
				p := newPerson(serial, signer)
				item := p.item(t, "anna@example.ch, Muster, 2027", profile)
				in := install.Installer{}
				root := len(held(t, "ROOT"))
				placed, err := in.Install(t.Context(), target, item, secret.Value{})
				if kind[0] == 'p' {
					if !fault.Is(err, fault.InstallRefused) || holds(t, "MY", p.leaf) || holds(t, "CA", p.intermediate) {
						t.Errorf("a key that Wine does not know: %v", err)
					}
					return
				}
				if err != nil || !placed.Undoable() || placed.Before || len(placed.Above) != 1 || placed.Key == nil {
					t.Fatalf("%+v: %v", placed, err)
				}
				if there, err := in.Has(t.Context(), target, p.leaf); err != nil || !there || !holds(t, "MY", p.leaf) || !holds(t, "CA", p.intermediate) {
					t.Errorf("it is there: %v, %v", there, err)
				}
				if again, err := in.Install(t.Context(), target, item, secret.Value{}); err != nil || !again.Before {
					t.Errorf("a second time: %+v %v", again, err)
				}
				if err := in.Remove(t.Context(), target, placed, p.leaf, secret.Value{}); err != nil {
					t.Error(err)
				}
				if holds(t, "MY", p.leaf) || holds(t, "CA", p.intermediate) || len(held(t, "ROOT")) != root {
					t.Errorf("something stayed, or a root came: %v %v, %d roots of %d", holds(t, "MY", p.leaf), holds(t, "CA", p.intermediate), len(held(t, "ROOT")), root)
				}
				if opensContainer(placed.Key) {
					t.Error("the key stayed")
				}
				if err := in.Remove(t.Context(), target, placed, p.leaf, secret.Value{}); err != nil {
					t.Errorf("what is gone already: %v", err)
				}
			})
		}
	}
}

// opensContainer reports whether there still is a key in a container.
func opensContainer(k *install.Container) bool {
	var h windows.Handle
	err := windows.CryptAcquireContext(&h, windows.StringToUTF16Ptr(k.Name), windows.StringToUTF16Ptr(k.Provider), k.Type, 0)
	if err == nil {
		_ = windows.CryptReleaseContext(h, 0)
	}
	return err == nil
}

// A wrong password is refused and leaves nothing.
func TestUserStoreOfWindowsRefuses(t *testing.T) {
	p := newPerson(200, key(t, "rsa-2048"))
	item := p.item(t, "anna", pfx.Compatible)
	item.Password = secret.FromString("another")
	before := len(held(t, "MY"))
	_, err := install.Installer{}.Install(t.Context(), install.Target{Program: install.Windows}, item, secret.Value{})
	if !fault.Is(err, fault.InstallRefused) || len(held(t, "MY")) != before || holds(t, "CA", p.intermediate) {
		t.Errorf("%v", err)
	}
}
