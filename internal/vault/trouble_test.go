package vault

import (
	"context"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"

	"certdesk/internal/fault"
)

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
		if _, there := v.ledger.Entry("k"); there || b.count() != 0 {
			t.Errorf("%s: it was not taken back", name)
		}
	}
	// A key that was kept before it began to lie stays.
	b := &fake{}
	v, _ := newVault(t, b)
	key := mustEC(elliptic.P256())
	ok(t, v.PutKey(t.Context(), "k", "order", key, MadeHere))
	b.lie = func(string) string { return "" }
	if err := v.PutKey(t.Context(), "k", "order", key, MadeHere); !fault.Is(err, fault.KeyringLies) {
		t.Errorf("again: %v", err)
	}
	if _, there := v.ledger.Entry("k"); !there || b.count() != 1 {
		t.Error("a key that was kept was taken back")
	}
	// It forgets at once.
	b = &fake{}
	b.fail = func(op string, _ int) error {
		if op == "get" {
			return ErrNotFound
		}
		return nil
	}
	v, _ = newVault(t, b)
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

type echo struct {
	*fake
	seen *[]string
}

func (e echo) Set(id, record string) error {
	*e.seen = append(*e.seen, record)
	return errors.New("cannot store \"" + record + "\" for " + id)
}
