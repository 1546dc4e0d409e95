package vault

import (
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"strings"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/spki"
)

type equaler interface{ Equal(crypto.PrivateKey) bool }

func TestAKeyComesBackAsItWas(t *testing.T) {
	keys := map[string]crypto.Signer{
		"RSA 2048": rsaKey(), "RSA 3072": mustRSA(3072), "RSA 4096": mustRSA(4096),
		"P-256": mustEC(elliptic.P256()), "P-384": mustEC(elliptic.P384()), "P-521": mustEC(elliptic.P521()), "Ed25519": mustEd(),
	}
	limit := map[string]int{"RSA 2048": 377 + 120, "RSA 3072": 547 + 120, "RSA 4096": 719 + 120, "P-256": 250, "P-384": 250, "P-521": 300, "Ed25519": 250}
	for name, key := range keys {
		b := &fake{}
		v, path := newVault(t, b)
		ok(t, v.PutKey(t.Context(), "k", "order", key, Imported))
		for _, again := range []*Vault{v, vaultAt(t, b, path)} {
			got, origin, err := again.Key(t.Context(), "k")
			if err != nil || origin != Imported || !got.(equaler).Equal(key) {
				t.Errorf("%s: %v %s", name, err, origin)
			}
		}
		record := b.records["k"]
		if len(record) > limit[name] || strings.ContainsFunc(record, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%s: a record of %d bytes: it has to be printable and small", name, len(record))
		}
	}
}

// A d with leading zeros is padded to the curve's length; every key is rebuilt, not only most.
func TestASmallScalarComesBack(t *testing.T) {
	b := &fake{}
	v, _ := newVault(t, b)
	d := make([]byte, 32)
	d[31] = 7
	key, err := (record{Kty: "EC", Crv: "P-256", D: encode(d)}).key()
	ok(t, err)
	ok(t, v.PutKey(t.Context(), "k", "order", key, MadeHere))
	got, _, err := v.Key(t.Context(), "k")
	if err != nil || !got.(equaler).Equal(key) {
		t.Error(err)
	}
}

func TestOtherExponentsAndMultiPrime(t *testing.T) {
	b := &fake{}
	v, _ := newVault(t, b)
	k := rsaKey().(*rsa.PrivateKey)
	one := big.NewInt(1)
	p1, q1 := new(big.Int).Sub(k.Primes[0], one), new(big.Int).Sub(k.Primes[1], one)
	e := 3
	for new(big.Int).GCD(nil, nil, big.NewInt(int64(e)), new(big.Int).Mul(p1, q1)).Cmp(one) != 0 {
		e += 2
	}
	odd := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: k.N, E: e}, D: new(big.Int).ModInverse(big.NewInt(int64(e)), new(big.Int).Mul(p1, q1)), Primes: k.Primes}
	odd.Precompute()
	ok(t, v.PutKey(t.Context(), "odd", "order", odd, Imported))
	got, _, err := v.Key(t.Context(), "odd")
	if err != nil || !spki.Equal(got.Public(), odd.Public()) {
		t.Error(err)
	}
	multi := &rsa.PrivateKey{PublicKey: k.PublicKey, D: k.D, Primes: []*big.Int{k.Primes[0], k.Primes[1], one}}
	if err := v.PutKey(t.Context(), "multi", "order", multi, Imported); !fault.Is(err, fault.KeyUnusable) {
		t.Errorf("three primes: %v", err)
	}
	if err := v.PutKey(t.Context(), "none", "order", nil, Imported); !fault.Is(err, fault.KeyUnusable) {
		t.Errorf("no key: %v", err)
	}
}

func TestSecrets(t *testing.T) {
	b := &fake{}
	v, path := newVault(t, b)
	ok(t, v.PutSecret(t.Context(), "t", "order", KindToken, token))
	ok(t, v.PutSecret(t.Context(), "c", "order", KindCode, secret.New([]byte{0, 0xff, '"', '\n'})))
	later := vaultAt(t, b, path)
	if _, there := later.Remembered("t"); there {
		t.Error("a token is known before it was read")
	}
	for range 3 {
		if got, err := later.Secret(t.Context(), "t"); err != nil || !got.Equal(token) {
			t.Error(err)
		}
	}
	if calls := b.asked(); calls != 5 { // two times set and get, then one get
		t.Errorf("the keyring was asked %d times: a token is read once a run", calls)
	}
	if got, there := later.Remembered("t"); !there || !got.Equal(token) {
		t.Error("a token that was read is not remembered")
	}
	if got, err := later.Secret(t.Context(), "c"); err != nil || !got.Equal(secret.New([]byte{0, 0xff, '"', '\n'})) {
		t.Error(err)
	}
	if _, there := later.Remembered("c"); there {
		t.Error("a code stays in memory")
	}
	ok(t, later.Delete(t.Context(), "t"))
	if _, err := later.Secret(t.Context(), "t"); !fault.Is(err, fault.SecretGone) {
		t.Errorf("after Delete: %v", err)
	}
	if err := v.PutSecret(t.Context(), "x", "", KindToken, secret.Value{}); err == nil {
		t.Error("nothing was kept")
	}
	if err := v.PutSecret(t.Context(), "x", "", KindKey, token); err == nil {
		t.Error("a key by way of PutSecret")
	}
	if err := v.PutSecret(t.Context(), "x", "", KindCode, secret.New(make([]byte, 3000))); !fault.Is(err, fault.KeyringFull) {
		t.Errorf("over the smallest keyring's limit: %v", err)
	}
	if err := v.PutSecret(t.Context(), "../x y", "", KindCode, token); err == nil {
		t.Error("an id that is no label")
	}
}

func TestAnIdIsUsedForOneKeyOnly(t *testing.T) {
	v, _ := newVault(t, &fake{})
	key := mustEC(elliptic.P256())
	ok(t, v.PutKey(t.Context(), "k", "order", key, MadeHere))
	ok(t, v.PutKey(t.Context(), "k", "order", key, MadeHere))
	if err := v.PutKey(t.Context(), "k", "order", mustEC(elliptic.P256()), MadeHere); err == nil {
		t.Error("a key was overwritten by another")
	}
	if err := v.PutSecret(t.Context(), "k", "order", KindToken, token); err == nil {
		t.Error("a key was overwritten by a token")
	}
	got, _, err := v.Key(t.Context(), "k")
	if err != nil || !got.(equaler).Equal(key) {
		t.Error(err)
	}
}

func TestTheLedgerKnowsBeforeTheKeyring(t *testing.T) {
	b := &fake{}
	v, _ := newVault(t, b)
	b.fail = func(op string, _ int) error {
		if e, there := v.ledger.Entry("k"); op == "set" && (!there || e.Event != Reserved) {
			t.Errorf("the ledger says %v", e)
		}
		if _, there := v.ledger.Entry("k"); op == "delete" && !there {
			t.Error("struck before it was gone")
		}
		return nil
	}
	ok(t, v.PutKey(t.Context(), "k", "order", mustEC(elliptic.P256()), MadeHere))
	if e, _ := v.ledger.Entry("k"); e.Event != Stored || e.OrderID != "order" || e.Kind != KindKey || len(e.SPKI) != 64 {
		t.Errorf("after: %+v", e)
	}
	ok(t, v.Delete(t.Context(), "k"))
	if _, there := v.ledger.Entry("k"); there {
		t.Error("still there")
	}
	b.fail = nil
	ok(t, v.Delete(t.Context(), "k"))
	ok(t, v.Delete(t.Context(), "never"))
}

// A dark-mode signal during the unlock prompt makes go-keyring fail once.
// A call that waits for another one does not wait longer than its own time, and fails with the other.
// echo is a keyring that fails and repeats in its message what it was given.
func TestNewIDsAreLabels(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := NewID(rand.Reader)
		if seen[id] || !printable(id) || len(id) > 40 {
			t.Fatal(id)
		}
		seen[id] = true
	}
}
