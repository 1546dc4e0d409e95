package vault

import (
	"context"
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"

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

func TestProbe(t *testing.T) {
	b := &fake{}
	v, _ := newVault(t, b)
	ok(t, v.Probe(t.Context()))
	if b.count() != 0 || len(v.ledger.Entries()) != 0 {
		t.Error("the probe left something")
	}
	for want, broken := range map[fault.Code]*fake{
		fault.KeyringAbsent: {fail: func(string, int) error { return keyring.ErrUnsupportedPlatform }},
		fault.KeyringLocked: {fail: func(string, int) error {
			return errors.New("failed to unlock correct collection '/org/freedesktop/secrets/collection/login'")
		}},
		fault.KeyringFull:   {fail: func(string, int) error { return keyring.ErrSetDataTooBig }},
		fault.KeyringDenied: {fail: func(string, int) error { return errBroken }},
		fault.KeyringLies:   {lie: func(r string) string { return r + " " }},
	} {
		v, _ := newVault(t, broken)
		if err := v.Probe(t.Context()); !fault.Is(err, want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// A dark-mode signal during the unlock prompt makes go-keyring fail once.
func TestOneFailureIsRepeatedAndNotFoundIsNot(t *testing.T) {
	b := &fake{fail: func(_ string, n int) error {
		if n%2 == 1 {
			return errors.New("failed to unlock correct collection")
		}
		return nil
	}}
	v, _ := newVault(t, b)
	ok(t, v.PutKey(t.Context(), "k", "order", mustEC(elliptic.P256()), MadeHere))
	if b.asked() != 4 {
		t.Errorf("%d calls", b.asked())
	}
	b.fail = nil
	b.reset()
	if _, _, err := v.Key(t.Context(), "gone"); !fault.Is(err, fault.KeyGone) || b.asked() != 1 {
		t.Errorf("%v after %d calls", err, b.asked())
	}
}

func TestAKeyringThatLies(t *testing.T) {
	for name, lie := range map[string]func(string) string{
		"cut":      func(r string) string { return r[:len(r)-1] },
		"a letter": func(r string) string { return strings.Replace(r, `"d":"`, `"d":"A`, 1) },
		"question": func(r string) string {
			return strings.Map(func(c rune) rune {
				if c == '-' {
					return '?'
				}
				return c
			}, r) + "?"
		},
		"nothing":   func(string) string { return "" },
		"elsewhere": func(string) string { return `{"v":1,"kind":"key"}` },
	} {
		b := &fake{lie: lie}
		v, _ := newVault(t, b)
		if err := v.PutKey(t.Context(), "k", "order", mustEC(elliptic.P256()), MadeHere); !fault.Is(err, fault.KeyringLies) {
			t.Errorf("%s: %v", name, err)
		}
		if e, _ := v.ledger.Entry("k"); e.Event != Reserved {
			t.Errorf("%s: the ledger says %q", name, e.Event)
		}
	}
	// It forgets at once.
	b := &fake{}
	b.fail = func(op string, _ int) error {
		if op == "get" {
			return ErrNotFound
		}
		return nil
	}
	v, _ := newVault(t, b)
	if err := v.PutSecret(t.Context(), "t", "order", KindToken, token); !fault.Is(err, fault.KeyringLies) {
		t.Errorf("forgetting: %v", err)
	}
	if _, there := v.Remembered("t"); there {
		t.Error("a token that was not kept is remembered")
	}
}

func TestARecordThatIsNotWholeIsNoKey(t *testing.T) {
	b := &fake{}
	v, _ := newVault(t, b)
	ok(t, v.PutKey(t.Context(), "k", "order", rsaKey(), MadeHere))
	ok(t, v.PutKey(t.Context(), "ec", "order", mustEC(elliptic.P256()), MadeHere))
	good, other := b.records["k"], b.records["ec"]
	for name, r := range map[string]string{
		"empty": "", "no JSON": "-----BEGIN", "later": strings.Replace(good, `"v":1`, `"v":2`, 1),
		"another key":     other,
		"a token":         `{"v":1,"kind":"token","value":"AAAA"}`,
		"p is 1":          strings.Replace(good, `"p":"`, `"p":"AQ","x":"`, 1),
		"a changed q":     strings.Replace(good, `"q":"`, `"q":"AQAB`, 1),
		"no prime":        strings.Replace(good, `"p":"`, `"p":"Ag","x":"`, 1),
		"another hash":    strings.Replace(good, `"spki_sha256":"`, `"spki_sha256":"0`, 1),
		"unknown kind":    strings.Replace(good, `"kty":"RSA"`, `"kty":"DSA"`, 1),
		"unknown curve":   strings.Replace(other, `P-256`, `P-255`, 1),
		"far too long":    good + strings.Repeat(" ", 2*maxRecord),
		"negative e":      strings.Replace(good, `"kty"`, `"e":-3,"kty"`, 1),
		"a huge exponent": strings.Replace(good, `"kty"`, `"e":99999999999,"kty"`, 1),
	} {
		b.records["k"] = r
		if _, _, err := v.Key(t.Context(), "k"); !fault.Is(err, fault.KeyUnusable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	delete(b.records, "k")
	if _, _, err := v.Key(t.Context(), "k"); !fault.Is(err, fault.KeyGone) {
		t.Errorf("lost: %v", err)
	}
	b.records["t"] = `{"v":1,"kind":"token","value":"!!"}`
	if _, err := v.Secret(t.Context(), "t"); !fault.Is(err, fault.SecretGone) {
		t.Errorf("a broken token: %v", err)
	}
}

func TestAKeyringThatBlocksIsAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		b := &fake{block: func(_ string, n int) chan struct{} {
			if n == 1 {
				return release
			}
			return nil
		}}
		v, _ := newVault(t, b)
		before := time.Now()
		if err := v.Probe(t.Context()); !fault.Is(err, fault.KeyringBlocked) {
			t.Errorf("got %v", err)
		}
		if waited := time.Since(before); waited != DefaultTimeout {
			t.Errorf("waited %v", waited)
		}
		before = time.Now()
		for range 5 {
			if _, _, err := v.Key(t.Context(), "k"); !fault.Is(err, fault.KeyringBlocked) {
				t.Errorf("got %v", err)
			}
			if err := v.PutSecret(t.Context(), "t", "", KindToken, token); !fault.Is(err, fault.KeyringBlocked) {
				t.Errorf("got %v", err)
			}
		}
		if waited := time.Since(before); waited != 0 || b.asked() != 1 {
			t.Errorf("waited %v more, %d calls: they pile up", waited, b.asked())
		}
		close(release) // the customer has found the prompt
		synctest.Wait()
		ok(t, v.Probe(t.Context()))
	})
}

// A call that waits for another one does not wait longer than its own time, and fails with the other.
func TestCallsWaitForTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		b := &fake{block: func(_ string, n int) chan struct{} {
			if n == 1 {
				return release
			}
			return nil
		}}
		v, _ := newVault(t, b)
		results := make(chan error, 2)
		go func() { results <- v.Probe(t.Context()) }()
		synctest.Wait()
		go func() { _, _, err := v.Key(t.Context(), "k"); results <- err }()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := v.Key(ctx, "k"); !fault.Is(err, fault.Cancelled) {
			t.Errorf("with less patience: %v", err)
		}
		if err := v.Delete(ctx, "k"); !fault.Is(err, fault.Cancelled) {
			t.Errorf("with no patience left: %v", err)
		}
		for range 2 {
			if err := <-results; !fault.Is(err, fault.KeyringBlocked) {
				t.Errorf("got %v", err)
			}
		}
		close(release)
		synctest.Wait()
		if _, _, err := v.Key(t.Context(), "k"); !fault.Is(err, fault.KeyGone) {
			t.Errorf("afterwards: %v", err)
		}
	})
}

func TestGivingUpLeavesTheLedgerRight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		b := &fake{block: func(op string, n int) chan struct{} {
			if n == 1 {
				return release
			}
			return nil
		}}
		v, path := newVault(t, b)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		key := mustEC(elliptic.P256())
		if err := v.PutKey(ctx, "k", "order", key, MadeHere); !fault.Is(err, fault.Cancelled) {
			t.Errorf("got %v", err)
		}
		close(release) // the record arrives after all
		synctest.Wait()
		if b.count() != 1 {
			t.Fatal("the test is wrong")
		}
		next := vaultAt(t, b, path)
		f, err := next.Reconcile(t.Context(), func(string) bool { return false })
		if err != nil || len(f.Orphans) != 1 || f.Orphans[0].ID != "k" || f.Orphans[0].OrderID != "order" {
			t.Errorf("a key that nobody knows of: %+v %v", f, err)
		}
		got, _, err := next.Key(t.Context(), "k")
		if err != nil || !got.(equaler).Equal(key) {
			t.Error(err)
		}
	})
}

func TestReconcile(t *testing.T) {
	b := &fake{}
	v, path := newVault(t, b)
	for _, id := range []string{"fine", "ownerless", "lost", "given-up"} {
		ok(t, v.PutKey(t.Context(), id, "order", mustEC(elliptic.P256()), MadeHere))
	}
	ok(t, v.PutSecret(t.Context(), "token", "order", KindToken, token))
	// Crashes: after the reservation, and between record and line.
	for _, id := range []string{"never-made", "wanted", "made"} {
		ok(t, v.ledger.add(Entry{ID: id, Kind: KindKey, OrderID: "order", Event: Reserved, At: start}))
	}
	b.records["made"] = b.records["fine"]
	delete(b.records, "lost")
	delete(b.records, "given-up")

	next := vaultAt(t, b, path)
	b.reset()
	known := func(id string) bool { return slices.Contains([]string{"fine", "token", "made", "lost", "wanted"}, id) }
	f, err := next.Reconcile(t.Context(), known)
	ok(t, err)
	names := func(list []Entry) (out string) {
		for _, e := range list {
			out += e.ID + " "
		}
		return out
	}
	if got := strings.Join(f.Dropped, " "); got != "given-up never-made" {
		t.Errorf("dropped: %s", got)
	}
	if got := names(f.Orphans); got != "ownerless " {
		t.Errorf("orphans: %s", got)
	}
	if got := names(f.Missing); got != "wanted " {
		t.Errorf("missing: %s", got)
	}
	if b.asked() != 5 {
		t.Errorf("%d calls: what is confirmed and known must not be asked for", b.asked())
	}
	if e, _ := next.ledger.Entry("made"); e.Event != Stored {
		t.Errorf("made: %s", e.Event)
	}
	if _, _, err := next.Key(t.Context(), "lost"); !fault.Is(err, fault.KeyGone) {
		t.Errorf("lost: %v", err)
	}
	again, err := vaultAt(t, b, path).Reconcile(t.Context(), known)
	if err != nil || len(again.Dropped) != 0 || names(again.Orphans) != "ownerless " || names(again.Missing) != "wanted " {
		t.Errorf("a second time: %+v %v", again, err)
	}
}

func TestReconcileDropsNothingThatItCanNotAskFor(t *testing.T) {
	b := &fake{fail: func(string, int) error { return errors.New("failed to unlock correct collection") }}
	v, _ := newVault(t, b)
	ok(t, v.ledger.add(Entry{ID: "k", Kind: KindKey, Event: Reserved, At: start}))
	if _, err := v.Reconcile(t.Context(), func(string) bool { return false }); !fault.Is(err, fault.KeyringLocked) {
		t.Errorf("got %v", err)
	}
	if len(v.ledger.Entries()) != 1 {
		t.Error("dropped")
	}
}

func TestNothingSecretInLedgerAndErrors(t *testing.T) {
	var recorded []string
	v, path := newVault(t, echo{&fake{}, &recorded})
	key := rsaKey()
	var texts []string
	for _, err := range []error{
		v.PutKey(t.Context(), "k", "order", key, MadeHere),
		v.PutSecret(t.Context(), "t", "order", KindToken, token),
	} {
		if err == nil {
			t.Fatal("the keyring was to fail")
		}
		texts = append(texts, err.Error())
		for e := err; e != nil; e = errors.Unwrap(e) {
			texts = append(texts, e.Error())
		}
	}
	ledger, err := os.ReadFile(path)
	ok(t, err)
	texts = append(texts, string(ledger))
	k := key.(*rsa.PrivateKey)
	canaries := []string{string(token.Reveal()), encode(token.Reveal()), encode(k.Primes[0].Bytes())[:40], encode(k.Primes[1].Bytes())[:40], k.D.String()[:40]}
	for _, text := range texts {
		for _, canary := range canaries {
			if strings.Contains(text, canary) {
				t.Errorf("a secret stands in %.60q", text)
			}
		}
	}
	if len(recorded) == 0 || len(ledger) == 0 {
		t.Error("nothing was tried")
	}
}

// echo is a keyring that fails and repeats in its message what it was given.
type echo struct {
	*fake
	seen *[]string
}

func (e echo) Set(id, record string) error {
	*e.seen = append(*e.seen, record)
	return errors.New("cannot store \"" + record + "\" for " + id)
}

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
