package vault

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"certdesk/internal/secret"
)

// fake is a keyring in memory that can misbehave.
type fake struct {
	mu      sync.Mutex
	records map[string]string
	calls   int

	fail  func(op string, call int) error         // before anything is done
	block func(op string, call int) chan struct{} // waited for, if not nil, before anything is done
	lie   func(record string) string              // what Get gives
}

func (f *fake) call(op string) error {
	f.mu.Lock()
	f.calls++
	n := f.calls
	f.mu.Unlock()
	if f.block != nil {
		if c := f.block(op, n); c != nil {
			<-c
		}
	}
	if f.fail != nil {
		return f.fail(op, n)
	}
	return nil
}

func (f *fake) Set(id, record string) error {
	if err := f.call("set"); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.records == nil {
		f.records = map[string]string{}
	}
	f.records[id] = record
	return nil
}

func (f *fake) Get(id string) (string, error) {
	if err := f.call("get"); err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	r, ok := f.records[id]
	if !ok {
		return "", ErrNotFound
	}
	if f.lie != nil {
		r = f.lie(r)
	}
	return r, nil
}

func (f *fake) Delete(id string) error {
	if err := f.call("delete"); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.records[id]; !ok {
		return ErrNotFound
	}
	delete(f.records, id)
	return nil
}

func (f *fake) asked() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

func (f *fake) reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = 0
}

func (f *fake) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.records)
}

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func newVault(t *testing.T, b Backend) (*Vault, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), LedgerName)
	return vaultAt(t, b, path), path
}

func vaultAt(t *testing.T, b Backend, path string) *Vault {
	t.Helper()
	l, err := OpenLedger(path)
	if err != nil {
		t.Fatal(err)
	}
	return New(b, l, Options{Now: func() time.Time { return start }})
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var errBroken = errors.New("broken")

var rsaKey = sync.OnceValue(func() crypto.Signer { return mustRSA(2048) })

func mustRSA(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

func mustEC(curve elliptic.Curve) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func mustEd() ed25519.PrivateKey {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

var token = secret.FromString("canary-token-5f2c")
