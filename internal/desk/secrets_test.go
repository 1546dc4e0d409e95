package desk_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/godbus/dbus/v5"

	"certdesk/internal/atomicfile"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/vault"
	"certdesk/internal/vault/passfile"
)

var phrase = secret.FromString(ownPhrase)

// errNoKeyring is what a session bus says of a service that there is not.
var errNoKeyring = dbus.Error{Name: "org.freedesktop.DBus.Error.ServiceUnknown"}

// fused is a disk whose writes are moments.
type fused struct {
	atomicfile.System
	f *fuse
}

func (d fused) moment(name string, do func() error) error {
	if d.f.trip("> " + name) {
		return errDead
	}
	err := do()
	if d.f.trip("< " + name) {
		return errDead
	}
	return err
}

func (d fused) Replace(from, to string) error {
	return d.moment("file.Replace", func() error { return d.System.Replace(from, to) })
}

func (d fused) Remove(path string) error {
	return d.moment("file.Remove", func() error { return d.System.Remove(path) })
}

func (w *world) passfile(f *fuse) *passfile.File {
	o := passfile.Options{Work: 1}
	if f != nil {
		o.Device = fused{f: f}
	}
	return passfile.New(filepath.Join(w.dir, passfile.Name), o)
}

// unlock is the customer in a run with a passphrase file, which the first run makes.
func (w *world) unlock(v *vault.Vault) {
	w.t.Helper()
	w.ring.lock(errNoKeyring)
	if !v.Places().InFile {
		ok(w.t, v.UseFile(context.Background(), phrase))
		return
	}
	ok(w.t, v.Unlock(phrase))
}

// holds lists what is kept, by kind: in the keyring, or in the passphrase file.
func (w *world) holds() map[string][]string {
	w.t.Helper()
	if !w.filed {
		return w.ring.holds()
	}
	if len(w.ring.records) > 0 {
		w.t.Errorf("a keyring that is not there holds %v", w.ring.holds())
	}
	f, in := w.passfile(nil), ring{records: map[string]string{}}
	ok(w.t, f.Unlock(phrase))
	for _, id := range must(f.IDs())(w.t) {
		in.records[id] = must(f.Get(id))(w.t)
	}
	return in.holds()
}

// TestKilledWithAPassphraseFile: a redemption is killed around each write of the file.
func TestKilledWithAPassphraseFile(t *testing.T) {
	story{set: func(w *world) { w.filed = true }, goOn: (*run).goOn, judge: (*run).judge, only: "file.Replace"}.atEveryMoment(t)
}

// asked is a customer who answers.
type asked struct {
	t      *testing.T
	s      *desk.Secrets
	unlock int
	choose int
}

func (a *asked) Unlock(ctx context.Context) error { a.unlock++; return a.s.Unlock(ctx, phrase) }

func (a *asked) Choose(ctx context.Context) error { a.choose++; return a.s.UseFile(ctx, phrase) }

// TestNothingIsAskedAtTheStart: what the last run left waits for the press that has the file opened, and is then taken
// up: a key without an order is known.
func TestNothingIsAskedAtTheStart(t *testing.T) {
	w, r := fresh(t)
	w.ring.lock(errNoKeyring)
	a := &asked{t: t, s: r.Secrets}
	r.Secrets.Attend(a)
	id := r.keyed()
	if a.choose != 1 || a.unlock != 0 || !r.Secrets.Places().InFile {
		t.Fatalf("asked %d times where to keep secrets, %d times for the passphrase", a.choose, a.unlock)
	}
	lost := r.orphanKey("lost-order")
	r = r.again()
	a = &asked{t: t, s: r.Secrets}
	r.Secrets.Attend(a)
	f, err := r.Orders.Start(t.Context())
	if !fault.Is(err, fault.PassfileLocked) || a.unlock+a.choose != 0 || len(f.Ownerless) != 0 {
		t.Fatalf("the start asked %d times: %+v %v", a.unlock+a.choose, f, err)
	}
	r.Refresher.Tick(t.Context())
	must(r.Redeem.Start(t.Context(), ticket(), false))(t) // a press
	ok(t, r.Redeem.Submit(t.Context(), id))
	if a.unlock != 1 || a.choose != 0 {
		t.Errorf("asked %d times for the passphrase, %d times for a place", a.unlock, a.choose)
	}
	alone := must(r.Backups.Alone(t.Context()))(t)
	if len(alone) != 1 || alone[0].ID != lost {
		t.Errorf("keys without an order: %+v", alone)
	}
	if n := len(w.ring.records); n != 0 {
		t.Errorf("%d records in a keyring that is not there", n)
	}
}

// TestACodeThatIsNotKeptAsksNobody: who goes on without keeping it has answered.
func TestACodeThatIsNotKeptAsksNobody(t *testing.T) {
	w, r := fresh(t)
	w.ring.lock(errNoKeyring)
	a := &asked{t: t, s: r.Secrets}
	r.Secrets.Attend(a)
	s := must(r.Redeem.Start(t.Context(), ticket(), true))(t)
	if !s.InMemory || a.choose+a.unlock != 0 || r.Secrets.Places().There {
		t.Errorf("%+v, asked %d times", s, a.choose+a.unlock)
	}
}

// TestPassphrasesThatAreTooShort make no file.
func TestPassphrasesThatAreTooShort(t *testing.T) {
	_, r := fresh(t)
	short := secret.FromString("eleven char")
	if err := r.Secrets.UseFile(t.Context(), short); !fault.Is(err, fault.PasswordShort) || r.Secrets.Places().There {
		t.Errorf("using: %v", err)
	}
	if _, err := r.Secrets.ToFile(t.Context(), short); !fault.Is(err, fault.PasswordShort) || r.Secrets.Places().There {
		t.Errorf("moving: %v", err)
	}
	ok(t, r.Secrets.UseFile(t.Context(), phrase))
	if err := r.Secrets.Change(t.Context(), phrase, short); !fault.Is(err, fault.PasswordShort) {
		t.Errorf("changing: %v", err)
	}
	words := must(r.Secrets.Words())(t)
	if _, err := r.Secrets.Judge(r.Secrets.Text(words)); err != nil || words.Len() > 54 {
		t.Errorf("six words: %d letters, %v", words.Len(), err)
	}
}

// TestABackupAfterTheKeyringHasGone: on a computer that offers none any more, the keys come back into a passphrase file.
func TestABackupAfterTheKeyringHasGone(t *testing.T) {
	ctx := t.Context()
	w, r := fresh(t)
	id := r.ready()
	made := r.backUp(plan(w))
	r = r.again()
	w.ring.lock(errNoKeyring)
	if _, err := r.Exports.Make(ctx, id, desk.ExportOptions{Destination: "thunderbird", Dir: w.out}); !fault.Is(err, fault.KeyringAbsent) {
		t.Errorf("before a choice: %v", err)
	}
	ok(t, r.Secrets.UseFile(ctx, phrase))
	if _, err := r.Exports.Make(ctx, id, desk.ExportOptions{Destination: "thunderbird", Dir: w.out}); !fault.Is(err, fault.KeyGone) {
		t.Errorf("with an empty file: %v", err)
	}
	b := r.opened(made.Path)
	if len(b.Items) != 1 || !b.Items[0].Lacks {
		t.Fatalf("the preview: %+v", b.Items)
	}
	if done := must(r.Backups.Restore(ctx, b, everything(b), nil))(t); done.Keys != 1 {
		t.Errorf("restored %+v", done)
	}
	must(r.Exports.Make(ctx, id, desk.ExportOptions{Destination: "thunderbird", Dir: w.out}))(t)
	must(r.Refresher.Look(ctx, id))(t) // the token came back too
	w.filed = true
	if h := w.ring.holds(); len(h["key"]) != 1 {
		t.Errorf("the keyring that is not there holds %v", h)
	}
	r = r.again()
	must(r.Exports.Make(ctx, id, desk.ExportOptions{Destination: "outlook", Dir: w.out, KeepBoth: true}))(t)
}

// TestMovingToAComputerWithoutAKeyring: the backup is looked at before anything is asked, and restored into the file
// that is then chosen, with the keys that belong to no order.
func TestMovingToAComputerWithoutAKeyring(t *testing.T) {
	ctx := t.Context()
	w, r := fresh(t)
	id := r.ready()
	r.orphanKey("lost-order")
	must(r.Orders.Start(ctx))(t)
	made := r.backUp(plan(w))
	other, there := w.house(t)
	other.ring.lock(errNoKeyring)
	a := &asked{t: t, s: there.Secrets}
	there.Secrets.Attend(a)
	b := there.opened(made.Path)
	if len(b.Items) != 1 || b.Keys != 1 || a.choose != 0 {
		t.Fatalf("%d orders, %d keys without one; asked %d times", len(b.Items), b.Keys, a.choose)
	}
	if done := must(there.Backups.Restore(ctx, b, everything(b), nil))(t); done.Keys != 2 || a.choose != 1 {
		t.Errorf("restored %+v, asked %d times", done, a.choose)
	}
	must(there.Exports.Make(ctx, id, desk.ExportOptions{Destination: "thunderbird", Dir: other.out}))(t)
	if alone := must(there.Backups.Alone(ctx))(t); len(alone) != 1 {
		t.Errorf("keys without an order: %+v", alone)
	}
}
