package vault

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/vault/passfile"
)

var (
	phrase  = secret.FromString("correct horse battery staple")
	another = secret.FromString("an entirely different one")
)

// absent is a fake keyring's way of not being there.
func absent(string, int) error {
	return dbus.Error{Name: "org.freedesktop.DBus.Error.ServiceUnknown"}
}

// filed is a vault with a passphrase file in dir, which need not be there, in a new run.
func filed(t *testing.T, b Backend, dir string) *Vault {
	t.Helper()
	l, err := OpenLedger(filepath.Join(dir, LedgerName))
	ok(t, err)
	return New(b, l, Options{File: passfile.New(filepath.Join(dir, passfile.Name), passfile.Options{Work: 1})})
}

// customer answers what the vault asks.
type customer struct {
	unlock, choose func() error
	asked          string
}

func (c *customer) Unlock(context.Context) error { c.asked += "unlock "; return c.unlock() }
func (c *customer) Choose(context.Context) error { c.asked += "choose "; return c.choose() }

// TestWithoutAKeyring: nothing is kept anywhere before the customer has chosen, then the passphrase file keeps it; the
// next run asks for the passphrase once, when it is needed.
func TestWithoutAKeyring(t *testing.T) {
	ctx, dir, ring := t.Context(), t.TempDir(), &fake{fail: absent}
	v := filed(t, ring, dir)
	err := v.Probe(ctx)
	if !fault.Is(err, fault.KeyringAbsent) || fault.Of(err).Action != fault.ChoosePlace {
		t.Fatalf("nobody to ask: %v", err)
	}
	not := fault.New(fault.Cancelled, nil)
	c := &customer{choose: func() error { return not }}
	v.Attend(c)
	if err := v.PutSecret(ctx, "t", "o", KindToken, token); !fault.Is(err, fault.KeyringAbsent) || v.Places().InFile || v.Places().There {
		t.Fatalf("not chosen: %v", err)
	}
	if err := v.Probe(Quietly(ctx)); !fault.Is(err, fault.KeyringAbsent) || c.asked != "choose " {
		t.Fatalf("quietly: %v, asked %s", err, c.asked)
	}
	c.choose = func() error { return v.UseFile(ctx, phrase) }
	ok(t, v.Probe(ctx))
	key := mustEC(nistP256)
	ok(t, v.PutKey(ctx, "k", "o", key, MadeHere))
	ok(t, v.PutSecret(ctx, "t", "o", KindToken, token))
	if got := v.Places(); !got.InFile || !got.There || !got.Unlocked || ring.count() != 0 {
		t.Errorf("%+v", got)
	}
	for _, name := range []string{LedgerName, passfile.Name} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || strings.Contains(string(data), "canary") {
			t.Errorf("%s: %v", name, err)
		}
	}

	v = filed(t, ring, dir)
	if _, _, err := v.Key(Quietly(ctx), "k"); !fault.Is(err, fault.PassfileLocked) {
		t.Errorf("quietly: %v", err)
	}
	if f, err := v.Reconcile(ctx, func(string) bool { return true }); err != nil || len(f.Missing)+len(f.Orphans) > 0 {
		t.Errorf("an ordinary start: %+v %v", f, err)
	}
	if f, err := v.Reconcile(ctx, func(string) bool { return false }); !fault.Is(err, fault.PassfileLocked) || len(f.Dropped) > 0 {
		t.Errorf("a start with something left: %+v %v", f, err)
	}
	c = &customer{unlock: func() error { return v.Unlock(phrase) }}
	v.Attend(c)
	got, origin, err := v.Key(ctx, "k")
	if err != nil || origin != MadeHere || !key.Equal(got) {
		t.Fatalf("%v", err)
	}
	if s, err := v.Secret(ctx, "t"); err != nil || !s.Equal(token) || c.asked != "unlock " {
		t.Errorf("%v, asked %s", err, c.asked)
	}
	ok(t, v.Delete(ctx, "k"))
	if _, _, err := v.Key(ctx, "k"); !fault.Is(err, fault.KeyGone) {
		t.Errorf("deleted: %v", err)
	}
}

// TestThePassphraseIsNotGiven: what was asked for fails, and nothing else happens.
func TestThePassphraseIsNotGiven(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	v := filed(t, &fake{fail: absent}, dir)
	ok(t, v.UseFile(ctx, phrase))
	ok(t, v.PutSecret(ctx, "t", "o", KindToken, token))
	v = filed(t, &fake{fail: absent}, dir)
	v.Attend(&customer{unlock: func() error { return fault.New(fault.PassfileLocked, nil) }})
	before := idsOf(v.ledger)
	if err := v.PutSecret(ctx, "u", "o", KindToken, token); !fault.Is(err, fault.PassfileLocked) {
		t.Errorf("putting: %v", err)
	}
	if err := v.Delete(ctx, "t"); !fault.Is(err, fault.PassfileLocked) {
		t.Errorf("deleting: %v", err)
	}
	if now := idsOf(v.ledger); now != before {
		t.Errorf("the ledger says %s", now)
	}
}

// TestAFileThatIsGone: what was in it is "gone" only once the customer has given it up; brought back, it is here again.
func TestAFileThatIsGone(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	ring := &fake{}
	v := filed(t, ring, dir)
	ok(t, v.UseFile(ctx, phrase))
	ok(t, v.PutKey(ctx, "k", "o", mustEC(nistP256), MadeHere))
	path := filepath.Join(dir, passfile.Name)
	ok(t, os.Rename(path, path+".elsewhere"))
	v = filed(t, ring, dir)
	if _, _, err := v.Key(ctx, "k"); !fault.Is(err, fault.PassfileGone) {
		t.Fatalf("gone: %v", err)
	}
	if err := v.Probe(ctx); !fault.Is(err, fault.PassfileGone) || ring.count() > 0 {
		t.Errorf("it went to the keyring unasked: %v", err)
	}
	_, err := v.GiveUpFile(ctx)
	ok(t, err)
	if _, _, err := v.Key(ctx, "k"); !fault.Is(err, fault.KeyGone) {
		t.Errorf("given up: %v", err)
	}
	ok(t, v.PutSecret(ctx, "t", "o", KindToken, token))
	if ring.count() != 1 {
		t.Error("new ones do not go into the keyring")
	}
	ok(t, os.Rename(path+".elsewhere", path))
	ok(t, v.Unlock(phrase))
	if _, _, err := v.Key(ctx, "k"); err != nil {
		t.Errorf("brought back: %v", err)
	}
	n, err := v.ToKeyring(ctx)
	if _, _, keyErr := v.Key(ctx, "k"); err != nil || n != 1 || keyErr != nil || v.Places().There {
		t.Errorf("moved: %d %v %v", n, err, keyErr)
	}
}

// TestAKeyringThatIsGoneForGood: with a passphrase file in its place, what was in it counts as gone, and can be put into
// the file; should the keyring come back, nothing is left in it.
func TestAKeyringThatIsGoneForGood(t *testing.T) {
	ctx, dir, ring := t.Context(), t.TempDir(), &fake{}
	v := filed(t, ring, dir)
	key := mustEC(nistP256)
	ok(t, v.PutKey(ctx, "k", "o", key, MadeHere))
	ok(t, v.PutSecret(ctx, "t", "o", KindToken, token))
	ok(t, v.PutSecret(ctx, "c", "o", KindCode, token))
	ring.fail = absent
	v = filed(t, ring, dir)
	if _, _, err := v.Key(ctx, "k"); !fault.Is(err, fault.KeyringAbsent) {
		t.Errorf("before a choice: %v", err)
	}
	ok(t, v.UseFile(ctx, phrase))
	if _, _, err := v.Key(ctx, "k"); !fault.Is(err, fault.KeyGone) {
		t.Errorf("the key: %v", err)
	}
	if _, err := v.Secret(ctx, "t"); !fault.Is(err, fault.SecretGone) {
		t.Errorf("the token: %v", err)
	}
	ok(t, v.PutKey(ctx, "k", "o", key, Imported)) // from a backup
	ok(t, v.Delete(ctx, "c"))                     // its draft was discarded
	if f, err := v.Reconcile(ctx, func(id string) bool { return id != "c" }); err != nil || len(f.Dropped)+len(f.Orphans)+len(f.Missing) > 0 {
		t.Errorf("what nobody can know: %+v %v", f, err)
	}
	if _, origin, err := v.Key(ctx, "k"); err != nil || origin != Imported {
		t.Errorf("put back: %v", err)
	}
	all := func(string) bool { return true }
	if _, err := v.Reconcile(ctx, all); err != nil {
		t.Errorf("still without a keyring: %v", err)
	}
	ring.fail = nil
	if s, err := v.Secret(ctx, "t"); err != nil || !s.Equal(token) {
		t.Errorf("the keyring is back: %v", err)
	}
	f, err := v.Reconcile(ctx, func(id string) bool { return id != "c" })
	if err != nil || ring.count() != 2 || len(f.Orphans) != 1 || f.Orphans[0].ID != "c" {
		t.Errorf("%d records in the keyring, %+v: %v", ring.count(), f, err)
	}
	if _, origin, err := v.Key(ctx, "k"); err != nil || origin != Imported {
		t.Errorf("afterwards: %v", err)
	}
}

// TestAForgottenPassphrase: the file is kept under another name.
func TestAForgottenPassphrase(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	v := filed(t, &fake{}, dir)
	key := mustEC(nistP256)
	ok(t, v.UseFile(ctx, phrase))
	ok(t, v.PutKey(ctx, "k", "o", key, MadeHere))
	name, err := v.GiveUpFile(ctx)
	ok(t, err)
	if err := passfile.New(filepath.Join(dir, name), passfile.Options{}).Unlock(phrase); err != nil {
		t.Errorf("what was set aside: %v", err)
	}
	ok(t, v.UseFile(ctx, another))
	if _, _, err := v.Key(ctx, "k"); !fault.Is(err, fault.KeyGone) {
		t.Errorf("in the new file: %v", err)
	}
	ok(t, v.PutKey(ctx, "k", "o", key, MadeHere)) // brought back from a backup
}

// TestAKeyringThatLiesDuringTheMove: nothing is lost.
func TestAKeyringThatLiesDuringTheMove(t *testing.T) {
	for name, spoil := range map[string]func(*fake){
		"lies": func(f *fake) { f.lie = func(string) string { return "x" } },
		"full": func(f *fake) {
			f.fail = func(op string, _ int) error {
				if op == "set" {
					return errBroken
				}
				return nil
			}
		},
		"absent": func(f *fake) { f.fail = absent },
	} {
		ctx, dir, ring := t.Context(), t.TempDir(), &fake{}
		v := filed(t, ring, dir)
		ok(t, v.UseFile(ctx, phrase))
		ok(t, v.PutSecret(ctx, "t", "o", KindToken, token))
		spoil(ring)
		if _, err := v.ToKeyring(ctx); err == nil {
			t.Errorf("%s: it was moved", name)
		}
		v = filed(t, ring, dir)
		ok(t, v.Unlock(phrase))
		if s, err := v.Secret(ctx, "t"); err != nil || !s.Equal(token) {
			t.Errorf("%s: %v", name, err)
		}
		ring.fail, ring.lie = nil, nil
		n, err := v.ToKeyring(ctx)
		if s, getErr := v.Secret(ctx, "t"); err != nil || n != 1 || getErr != nil || !s.Equal(token) || ring.count() != 1 {
			t.Errorf("%s: again: %d %v %v", name, n, err, getErr)
		}
	}
}

// TestAnOlderApp does not take a ledger with a passphrase file for one without.
func TestAnOlderApp(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	v := filed(t, &fake{}, dir)
	ok(t, v.PutSecret(ctx, "t", "o", KindToken, token))
	data, err := os.ReadFile(filepath.Join(dir, LedgerName))
	if err != nil || strings.Contains(string(data), `"v":2`) {
		t.Errorf("without a file: %v\n%s", err, data)
	}
	_, err = v.ToFile(ctx, phrase)
	ok(t, err)
	data, err = os.ReadFile(filepath.Join(dir, LedgerName))
	if err != nil || !strings.Contains(string(data), `"v":2`) {
		t.Errorf("with a file: %v\n%s", err, data)
	}
	for range compactAt {
		ok(t, v.PutSecret(ctx, "u", "o", KindToken, token))
	}
	if v = filed(t, &fake{}, dir); !v.Places().InFile || len(v.ledger.Entries()) != 2 {
		t.Errorf("written anew: %+v", v.Places())
	}
}

var errDead = errors.New("the power is off")
