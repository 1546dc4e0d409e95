package install_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // #nosec G505 -- what every provider of Windows knows
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
				if name := friendlyName(t, p.leaf); name != item.Name {
					t.Errorf("it is called %q", name)
				}
				signs(t, p.leaf, placed.Key)
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

// A certificate that was there without its key gets it, and is left without it again.
func TestUserStoreOfWindowsKeepsWhatWasThere(t *testing.T) {
	p := newPerson(201, key(t, "rsa-2048"))
	target := install.Target{ID: "windows-user", Program: install.Windows}
	h, err := windows.CertOpenSystemStore(0, windows.StringToUTF16Ptr("MY"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := windows.CertCreateCertificateContext(windows.X509_ASN_ENCODING, &p.leaf.Raw[0], uint32(len(p.leaf.Raw)))
	if err != nil {
		t.Fatal(err)
	}
	if err := windows.CertAddCertificateContextToStore(h, c, windows.CERT_STORE_ADD_NEW, nil); err != nil {
		t.Fatal(err)
	}
	_, _ = windows.CertFreeCertificateContext(c), windows.CertCloseStore(h, 0)
	t.Cleanup(func() { forget(t, p.leaf) })
	in := install.Installer{}
	item := p.item(t, "anna", pfx.Compatible)
	item.Exportable = true
	placed, err := in.Install(t.Context(), target, item, secret.Value{})
	if err != nil || !placed.Bare {
		t.Fatalf("%+v %v", placed, err)
	}
	signs(t, p.leaf, placed.Key)
	if err := in.Remove(t.Context(), target, placed, p.leaf, secret.Value{}); err != nil {
		t.Error(err)
	}
	if there, err := in.Has(t.Context(), target, p.leaf); err != nil || there || !holds(t, "MY", p.leaf) || holds(t, "CA", p.intermediate) {
		t.Errorf("with its key: %v %v, without: %v", there, err, holds(t, "MY", p.leaf))
	}
}

// forget takes a certificate out of MY.
func forget(t *testing.T, leaf *x509.Certificate) {
	t.Helper()
	h, err := windows.CertOpenSystemStore(0, windows.StringToUTF16Ptr("MY"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = windows.CertCloseStore(h, 0) }()
	for c, _ := windows.CertEnumCertificatesInStore(h, nil); c != nil; c, _ = windows.CertEnumCertificatesInStore(h, c) {
		if bytes.Equal(unsafe.Slice(c.EncodedCert, c.Length), leaf.Raw) {
			if err := windows.CertDeleteCertificateFromStore(c); err != nil { // frees it
				t.Error(err)
			}
			return
		}
	}
}

// within gives a certificate of MY.
func within(t *testing.T, leaf *x509.Certificate, do func(*windows.CertContext)) {
	t.Helper()
	h, err := windows.CertOpenSystemStore(0, windows.StringToUTF16Ptr("MY"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = windows.CertCloseStore(h, 0) }()
	for c, _ := windows.CertEnumCertificatesInStore(h, nil); c != nil; c, _ = windows.CertEnumCertificatesInStore(h, c) {
		if bytes.Equal(unsafe.Slice(c.EncodedCert, c.Length), leaf.Raw) {
			do(c)
		}
	}
}

func friendlyName(t *testing.T, leaf *x509.Certificate) (name string) {
	t.Helper()
	within(t, leaf, func(c *windows.CertContext) {
		units := make([]uint16, 300)
		windows.CertGetNameString(c, 5, 0, nil, &units[0], 300) // CERT_NAME_FRIENDLY_DISPLAY_TYPE
		name = windows.UTF16ToString(units)
	})
	return name
}

// signs has Windows sign with the key that it keeps for a certificate, as a mail program does.
func signs(t *testing.T, leaf *x509.Certificate, at *install.Container) {
	t.Helper()
	advapi := windows.NewLazySystemDLL("advapi32.dll")
	call := func(name string, args ...uintptr) {
		t.Helper()
		if ok, _, err := advapi.NewProc(name).Call(args...); ok == 0 {
			t.Fatalf("%s: %v", name, err)
		}
	}
	within(t, leaf, func(c *windows.CertContext) {
		var key windows.Handle
		var kind uint32
		var free bool
		if err := windows.CryptAcquireCertificatePrivateKey(c, windows.CRYPT_ACQUIRE_SILENT_FLAG, nil, &key, &kind, &free); err != nil {
			t.Fatalf("%v, at %+v", err, at)
		}
		defer func() { _ = windows.CryptReleaseContext(key, 0) }()
		kind = min(kind, 1) // AT_KEYEXCHANGE; Wine names it and AT_SIGNATURE at once
		text, size, hash := []byte("a letter"), uint32(1024), uintptr(0)
		signature := make([]byte, size)
		call("CryptCreateHash", uintptr(key), 0x8004, 0, 0, uintptr(unsafe.Pointer(&hash))) // CALG_SHA1
		call("CryptHashData", hash, uintptr(unsafe.Pointer(&text[0])), uintptr(len(text)), 0)
		call("CryptSignHashW", hash, uintptr(kind), 0, 0, uintptr(unsafe.Pointer(&signature[0])), uintptr(unsafe.Pointer(&size)))
		signature = signature[:size]
		slices.Reverse(signature) // Windows writes the last byte first
		sum := sha1.Sum(text)     // #nosec G401 -- what every provider of Windows knows
		if err := rsa.VerifyPKCS1v15(leaf.PublicKey.(*rsa.PublicKey), crypto.SHA1, sum[:], signature); err != nil {
			t.Errorf("the signature: %v", err)
		}
	})
}
