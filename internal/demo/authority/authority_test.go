package authority_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"certdesk/internal/demo/authority"
)

var moment = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func open(t *testing.T, path string) *authority.Authority {
	t.Helper()
	a, err := authority.Open(path, moment, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func key(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestTheFileHoldsEveryKeyButTheRoots(t *testing.T) {
	path := filepath.Join(t.TempDir(), "authority.pem")
	a := open(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	keys := 0
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "PRIVATE KEY" {
			continue
		}
		keys++
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		if k := parsed.(*ecdsa.PrivateKey); k.PublicKey.Equal(a.Root().PublicKey) {
			t.Error("the root's key is in the file")
		}
	}
	if keys != 2 {
		t.Errorf("%d keys in the file, want one for each intermediate", keys)
	}
}

func TestAReopenedAuthorityIsTheSame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "authority.pem")
	first, second := open(t, path), open(t, path)
	if !first.Root().Equal(second.Root()) {
		t.Error("another root")
	}
	chain, err := second.IssueMail(key(t).Public(), "anna@shop.example", moment)
	if err != nil {
		t.Fatal(err)
	}
	if len(chain) != 2 || chain[0].CheckSignatureFrom(first.Intermediate(authority.Mail)) != nil {
		t.Error("the leaf is not signed by the intermediate")
	}
	if chain[1].CheckSignatureFrom(first.Root()) != nil {
		t.Error("the intermediate is not signed by the root")
	}
}

func TestEveryNameOfTheAuthoritySaysDemo(t *testing.T) {
	a := open(t, filepath.Join(t.TempDir(), "authority.pem"))
	for _, c := range []*x509.Certificate{a.Root(), a.Intermediate(authority.Mail), a.Intermediate(authority.Website)} {
		for _, n := range []string{c.Subject.CommonName, c.Subject.Organization[0], c.Issuer.CommonName} {
			if !strings.Contains(n, "Certdesk Demo") {
				t.Errorf("%q does not say that it is a demo", n)
			}
		}
	}
}

func TestADamagedFileIsRefusedAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "authority.pem")
	open(t, path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, damaged := range [][]byte{{}, whole[:len(whole)/2], whole[100:], []byte("something else")} {
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := authority.Open(path, moment, rand.Reader); !errors.Is(err, authority.ErrDamaged) {
			t.Errorf("%d bytes: %v", len(damaged), err)
		}
		if kept, _ := os.ReadFile(path); !bytes.Equal(kept, damaged) {
			t.Error("the damaged file was changed")
		}
	}
}

func TestNothingIsIssuedThatWouldOutliveTheAuthority(t *testing.T) {
	a := open(t, filepath.Join(t.TempDir(), "authority.pem"))
	late := moment.AddDate(14, 6, 0)
	if _, err := a.IssueMail(key(t).Public(), "anna@shop.example", late); !errors.Is(err, authority.ErrOutlives) {
		t.Errorf("%v", err)
	}
}

func TestAKeyWithoutAProfileIsRefused(t *testing.T) {
	a := open(t, filepath.Join(t.TempDir(), "authority.pem"))
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.IssueMail(public, "anna@shop.example", moment); !errors.Is(err, authority.ErrKeyKind) {
		t.Errorf("%v", err)
	}
}

func TestSerialNumbersAreLongAndDiffer(t *testing.T) {
	a := open(t, filepath.Join(t.TempDir(), "authority.pem"))
	public := key(t).Public()
	seen := map[string]bool{}
	for range 20 {
		chain, err := a.IssueMail(public, "anna@shop.example", moment)
		if err != nil {
			t.Fatal(err)
		}
		s := chain[0].SerialNumber
		if s.Sign() <= 0 || s.BitLen() < 120 || s.BitLen() > 159 || seen[s.String()] {
			t.Errorf("serial %x", s)
		}
		seen[s.String()] = true
	}
}
