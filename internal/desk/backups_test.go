package desk_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"certdesk/internal/atomicfile"
	"certdesk/internal/atomicfile/atomicfiletest"
	"certdesk/internal/desk"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/vault"
)

const ownPhrase = "canary phrase of my own 42"

func plan(w *world, orders ...string) desk.BackupPlan {
	return desk.BackupPlan{Orders: orders, Dir: w.out, Passphrase: secret.FromString(ownPhrase), Say: func(m i18n.Message) string { return m.ID }}
}

// house is another computer with the same seller.
func (w *world) house(t testing.TB) (*world, *run) {
	t.Helper()
	other := newWorld(t)
	other.seller, other.clock = w.seller, w.clock
	r := other.start()
	t.Cleanup(func() { _ = r.store.Close() })
	return other, r
}

func (r *run) backUp(p desk.BackupPlan) desk.BackupMade {
	r.w.t.Helper()
	made := must(r.Backups.Make(context.Background(), p))(r.w.t)
	ok(r.w.t, r.Backups.Shown(context.Background(), made))
	return made
}

func (r *run) opened(path string) *desk.OpenedBackup {
	r.w.t.Helper()
	return must(r.Backups.Open(context.Background(), path, secret.FromString(ownPhrase)))(r.w.t)
}

func everything(b *desk.OpenedBackup) map[string]bool {
	all := map[string]bool{}
	for _, i := range b.Items {
		all[i.ID] = true
	}
	return all
}

func TestABackupMovesHouse(t *testing.T) {
	ctx := context.Background()
	w, r := fresh(t)
	id := r.ready()
	if n := must(r.Backups.Unsaved(ctx))(t); n != 1 {
		t.Errorf("%d certificates without a backup", n)
	}
	w.clock.advance(time.Minute)
	made := r.backUp(plan(w))
	if made.Orders != 1 || made.Keys != 1 || made.Certificates != 1 || made.Lost != 0 {
		t.Errorf("made %+v", made)
	}
	if n := must(r.Backups.Unsaved(ctx))(t); n != 0 {
		t.Errorf("%d certificates without a backup after it", n)
	}
	info := must(os.Stat(made.Path))(t)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	other, there := w.house(t)
	b := there.opened(made.Path)
	if len(b.Items) != 1 || b.Items[0].Standing != desk.BackupNew || b.Items[0].Keys != 1 {
		t.Fatalf("preview %+v", b.Items)
	}
	if got := must(there.Backups.Restore(ctx, b, everything(b), nil))(t); got != (desk.Restored{Orders: 1, Keys: 1, Certificates: 1}) {
		t.Errorf("restored %+v", got)
	}
	v := must(there.Orders.View(ctx, id))(t)
	if v.State != order.Ready || len(v.Keys) != 1 || v.Keys[0].Origin != string(vault.Imported) || len(v.Certificates) != 1 {
		t.Errorf("there: %s, keys %+v", v.State, v.Keys)
	}
	if made, err := there.Exports.Make(ctx, id, desk.ExportOptions{Destination: "thunderbird", Dir: other.out}); err != nil || len(made.Files) != 1 {
		t.Errorf("a file there: %v", err)
	}
	must(there.Refresher.Look(ctx, id))(t) // the token came along
	if f := must(there.again().Orders.Start(ctx))(t); len(f.Ownerless) != 0 {
		t.Errorf("without an order: %+v", f.Ownerless)
	}
	if len(other.ring.holds()["code"]) != 0 {
		t.Error("a code came along")
	}
}

// TestASubmissionOnTwoComputersIsOneOrder: what is on its way is sent from both, and the seller makes one order.
func TestASubmissionOnTwoComputersIsOneOrder(t *testing.T) {
	ctx := context.Background()
	w, r := fresh(t)
	id := r.keyed()
	w.seller.fail = func(string) error { return fault.New(fault.ServiceSlow, nil) }
	wantFault(t, r.Redeem.Submit(ctx, id), fault.ServiceSlow)
	w.seller.fail = nil
	made := r.backUp(plan(w, id))
	_, there := w.house(t)
	b := there.opened(made.Path)
	must(there.Backups.Restore(ctx, b, everything(b), nil))(t)
	if a, b := r.order(id), there.order(id); a.IdempotencyKey != b.IdempotencyKey || !bytes.Equal(a.Body, b.Body) || b.Phase != order.PhaseSubmitting {
		t.Fatalf("phase %s", b.Phase)
	}
	ok(t, there.Redeem.Submit(ctx, id))
	ok(t, r.Redeem.Submit(ctx, id))
	if len(w.seller.orders) != 1 || len(w.seller.keys) != 1 || len(w.seller.bodies) != 1 {
		t.Errorf("%d orders, %d keys, %d bodies", len(w.seller.orders), len(w.seller.keys), len(w.seller.bodies))
	}
}

// TestCodesTravelOnlyWhenTicked: those of licences that were not used yet.
func TestCodesTravelOnlyWhenTicked(t *testing.T) {
	for _, ticked := range []bool{false, true} {
		w, r := fresh(t)
		id := r.draft()
		p := plan(w)
		p.Codes = ticked
		made := r.backUp(p)
		other, there := w.house(t)
		b := there.opened(made.Path)
		must(there.Backups.Restore(context.Background(), b, everything(b), nil))(t)
		if got := len(other.ring.holds()["code"]) == 1; got != ticked {
			t.Errorf("ticked %v, a code there: %v", ticked, got)
		}
		err := there.Redeem.MakeKey(context.Background(), id, order.KeyChoice{}, func(desk.KeyStage) {})
		ok(t, err)
		err = there.Redeem.Submit(context.Background(), id)
		if ticked {
			ok(t, err)
		} else {
			wantFault(t, err, fault.CodeForgotten)
		}
	}
}

// TestADiscardedDraftIsForgotten: nothing is noted of it any more.
func TestADiscardedDraftIsForgotten(t *testing.T) {
	w, r := fresh(t)
	ids := r.many(1)
	draft := r.draft()
	r.backUp(plan(w))
	ok(t, r.Redeem.Discard(t.Context(), draft))
	if text, _, err := r.store.Setting(t.Context(), "backups"); err != nil || strings.Contains(text, draft) || !strings.Contains(text, ids[0]) {
		t.Errorf("noted: %s %v", text, err)
	}
}

// TestNothingNewerIsOverwritten: what is older here goes only after a yes, what is newer here never.
func TestNothingNewerIsOverwritten(t *testing.T) {
	ctx := context.Background()
	w, r := fresh(t)
	id := r.keyed()
	early := r.backUp(plan(w))
	ok(t, r.Redeem.Submit(ctx, id))
	w.clock.advance(time.Minute)
	late := r.backUp(plan(w))
	yes := map[string]bool{id: true}

	b := r.opened(early.Path)
	if b.Items[0].Standing != desk.BackupNewerHere {
		t.Errorf("the early one stands %d", b.Items[0].Standing)
	}
	must(r.Backups.Restore(ctx, b, yes, yes))(t)
	if o := r.order(id); o.Phase != order.PhaseSent {
		t.Fatalf("the newer order became %s", o.Phase)
	}
	if b = r.opened(late.Path); b.Items[0].Standing != desk.BackupSame || b.Items[0].Lacks {
		t.Errorf("its own backup: %+v", b.Items[0])
	}

	_, there := w.house(t)
	b = there.opened(early.Path)
	must(there.Backups.Restore(ctx, b, yes, nil))(t)
	b = there.opened(late.Path)
	if b.Items[0].Standing != desk.BackupNewerThere {
		t.Errorf("the late one stands %d", b.Items[0].Standing)
	}
	must(there.Backups.Restore(ctx, b, yes, nil))(t)
	if o := there.order(id); o.Phase != order.PhaseDraft {
		t.Fatalf("overwritten without a question: %s", o.Phase)
	}
	must(there.Backups.Restore(ctx, b, nil, yes))(t)
	if o := there.order(id); o.Phase != order.PhaseSent {
		t.Fatalf("not replaced: %s", o.Phase)
	}
	if b = there.opened(late.Path); b.Items[0].Standing != desk.BackupSame {
		t.Errorf("after it: %d", b.Items[0].Standing)
	}
}

// TestAKeyThatTheKeyringHasLostComesBack.
func TestAKeyThatTheKeyringHasLostComesBack(t *testing.T) {
	ctx := context.Background()
	w, r := fresh(t)
	id := r.ready()
	made := r.backUp(plan(w))
	for _, key := range w.ring.holds()["key"] {
		delete(w.ring.records, key)
	}
	p := plan(w)
	if again := must(r.Backups.Make(ctx, p))(t); again.Lost != 1 || again.Keys != 0 {
		t.Errorf("a backup without the key: %+v", again)
	}
	b := r.opened(made.Path)
	if !b.Items[0].Lacks || b.Items[0].Standing != desk.BackupSame {
		t.Fatalf("preview %+v", b.Items[0])
	}
	must(r.Backups.Restore(ctx, b, everything(b), nil))(t)
	if _, err := r.Exports.Make(ctx, id, desk.ExportOptions{Destination: "thunderbird", Dir: w.out}); err != nil {
		t.Error(err)
	}
}

func TestAKeyIsNotDeletedWhileItsOrderIsOpen(t *testing.T) {
	ctx := context.Background()
	w, r := fresh(t)
	id := r.sent()
	v := must(r.Orders.View(ctx, id))(t)
	wantFault(t, r.Backups.DeleteKey(ctx, v.Keys[0]), fault.KeyInUse)
	w.seller.issue()
	w.clock.advance(time.Minute)
	must(r.Refresher.Look(ctx, id))(t)
	ok(t, r.Backups.DeleteKey(ctx, v.Keys[0]))
	if len(w.ring.holds()["key"]) != 0 {
		t.Error("the key is still in the keyring")
	}
	if here := must(r.Exports.KeyHere(ctx, r.order(id)))(t); here {
		t.Error("the key is said to be here")
	}
	if f := must(r.again().Orders.Start(ctx))(t); len(f.Ownerless) != 0 {
		t.Errorf("without an order: %+v", f.Ownerless)
	}
}

func TestTheReminderComesOnce(t *testing.T) {
	ctx := context.Background()
	w, r := fresh(t)
	r.ready()
	w.clock.advance(time.Minute)
	ok(t, r.Backups.Reminded(ctx))
	if n := must(r.Backups.Unsaved(ctx))(t); n != 0 {
		t.Errorf("reminded again of %d", n)
	}
}

// TestABackupThatCannotBeOpened: each with its own fault, and nothing changes.
func TestABackupThatCannotBeOpened(t *testing.T) {
	ctx := context.Background()
	w, r := fresh(t)
	r.ready()
	made := r.backUp(plan(w))
	whole := must(os.ReadFile(made.Path))(t)
	changed := bytes.Clone(whole)
	changed[len(changed)-5] ^= 1
	dir := t.TempDir()
	file := func(data []byte) string {
		path := filepath.Join(dir, fmt.Sprintf("%d.age", len(must(os.ReadDir(dir))(t))))
		ok(t, os.WriteFile(path, data, 0o600))
		return path
	}
	_, there := w.house(t)
	for name, c := range map[string]struct {
		path, phrase string
		want         fault.Code
	}{
		"wrong":     {made.Path, "another phrase than that", fault.BackupPassphrase},
		"cut short": {file(whole[:len(whole)/2]), ownPhrase, fault.BackupDamaged},
		"changed":   {file(changed), ownPhrase, fault.BackupDamaged},
		"foreign":   {file([]byte("PK\x03\x04 something else")), ownPhrase, fault.BackupForeign},
		"empty":     {file(nil), ownPhrase, fault.FileEmpty},
		"gone":      {filepath.Join(dir, "gone.age"), ownPhrase, fault.FileGone},
		"folder":    {dir, ownPhrase, fault.FileIsFolder},
	} {
		if _, err := there.Backups.Open(ctx, c.path, secret.FromString(c.phrase)); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		} else if strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: the error holds the passphrase", name)
		}
	}
	if _, err := there.Backups.Open(ctx, made.Path, secret.FromString("  canary phrase\nof my own  42 ")); err != nil {
		t.Errorf("with other blanks: %v", err)
	}
	demo := newWorld(t)
	demo.name = "demo"
	in := demo.start()
	t.Cleanup(in.end)
	if _, err := in.Backups.Open(ctx, made.Path, secret.FromString(ownPhrase)); !fault.Is(err, fault.BackupReal) {
		t.Errorf("in the demo: %v", err)
	}
}

// TestADamagedOrderDoesNotHoldUpTheOthers: everything else is in the backup, and it is said which one is not.
func TestADamagedOrderDoesNotHoldUpTheOthers(t *testing.T) {
	ctx := context.Background()
	w, r := fresh(t)
	ids := r.many(3)
	gets := 0
	damaged := func(name string) error { // the first that is read
		if name == "store.Get" {
			if gets++; gets == 1 {
				return fault.New(fault.StoreDamaged, nil)
			}
		}
		return nil
	}
	w.fuse.failing(damaged)
	made := r.backUp(plan(w))
	if made.Orders != 2 || made.Keys != 2 || len(made.Damaged) != 1 || made.Damaged[0] != "anna@example.ch" {
		t.Errorf("made %+v", made)
	}
	in := map[string]bool{}
	for _, i := range r.opened(made.Path).Items {
		in[i.ID] = true
	}
	for _, id := range ids {
		at := must(r.Backups.Made(ctx, id))(t)
		if at.IsZero() == in[id] {
			t.Errorf("%s: in the backup %v, backed up %v", id, in[id], at)
		}
	}
	gets = 0
	if _, err := r.Backups.Make(ctx, plan(w, ids[0])); !fault.Is(err, fault.StoreDamaged) {
		t.Errorf("alone: %v", err)
	}
}

// TestABackupThatCannotBeWritten leaves nothing, and what was there as it was.
func TestABackupThatCannotBeWritten(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	old := r.backUp(plan(w))
	before := must(os.ReadFile(old.Path))(t)
	for name, c := range map[string]struct {
		change func(*desk.BackupPlan)
		want   fault.Code
	}{
		"no folder": {func(p *desk.BackupPlan) { p.Dir = filepath.Join(w.out, "gone") }, fault.FolderGone},
		"relative":  {func(p *desk.BackupPlan) { p.Dir = "here" }, fault.FolderGone},
		"short":     {func(p *desk.BackupPlan) { p.Passphrase = secret.FromString("short") }, fault.PasswordShort},
	} {
		p := plan(w)
		c.change(&p)
		_, err := r.Backups.Make(context.Background(), p)
		wantFault(t, err, c.want)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	for _, cause := range []struct {
		device atomicfile.Device
		want   fault.Code
	}{
		{atomicfiletest.FullAfter(100), fault.DiskFull},
		{atomicfiletest.FailAt("create", syscall.EROFS), fault.FolderReadOnly},
	} {
		w.files = export.Maker{Files: atomicfile.Writer{Device: cause.device}}
		_, err := r.again().Backups.Make(context.Background(), plan(w))
		wantFault(t, err, cause.want)
	}
	if got := must(os.ReadDir(w.out))(t); len(got) != 1 {
		t.Errorf("left in the folder: %v", got)
	}
	w.files = export.Maker{}
	r = w.start()
	t.Cleanup(func() { _ = r.store.Close() })
	next := r.backUp(plan(w, id))
	if next.Path == old.Path || !bytes.Equal(before, must(os.ReadFile(old.Path))(t)) {
		t.Error("the old file was touched")
	}
}

// TestNoSecretOfABackupIsSaid: neither in the log nor in the file as it lies there.
func TestNoSecretOfABackupIsSaid(t *testing.T) {
	w, r := fresh(t)
	r.draft()
	p := plan(w)
	p.Codes = true
	made := r.backUp(p)
	_, _ = r.Backups.Open(context.Background(), made.Path, secret.FromString("canary-wrong phrase"))
	for what, text := range map[string]string{"log": w.log.String(), "file": string(must(os.ReadFile(made.Path))(t))} {
		if strings.Contains(text, "canary") {
			t.Errorf("the %s holds a secret", what)
		}
	}
	entries := must(filepath.Glob(filepath.Join(w.out, "*")))(t)
	if hidden := must(os.ReadDir(w.out))(t); len(entries) != 1 || len(hidden) != 1 {
		t.Errorf("files: %v", entries)
	}
}

// TestKilledInARestore: done again, it ends as if nothing had happened.
func TestKilledInARestore(t *testing.T) {
	ctx := context.Background()
	w, r := fresh(t)
	id := r.ready()
	made := r.backUp(plan(w))
	story{
		here: true, alone: true,
		set: func(other *world) { other.seller, other.clock = w.seller.beside(other.fuse), w.clock },
		goOn: func(r *run) error {
			b, err := r.Backups.Open(ctx, made.Path, secret.FromString(ownPhrase))
			if err == nil {
				_, err = r.Backups.Restore(ctx, b, everything(b), nil)
			}
			return err
		},
		judge: func(r *run) {
			t := r.w.t
			v := must(r.Orders.View(ctx, id))(t)
			if v.State != order.Ready || len(v.Keys) != 1 || v.Keys[0].ID != v.KeyID || len(v.Certificates) != 1 {
				t.Errorf("state %s, keys %+v, %d certificates", v.State, v.Keys, len(v.Certificates))
			}
			if alone := must(r.store.Keys(ctx, ""))(t); len(alone) != 0 {
				t.Errorf("without an order: %+v", alone)
			}
			if h := r.w.ring.holds(); len(h["key"]) != 1 || len(h["token"]) != 1 {
				t.Errorf("the keyring holds %v", h)
			}
			must(r.Refresher.Look(ctx, id))(t)
		},
	}.atEveryMoment(t)
}

// TestKilledInABackup: there is no file, or one that opens; one whose passphrase nobody has seen does not stay.
func TestKilledInABackup(t *testing.T) {
	ctx := context.Background()
	for name, own := range map[string]bool{"with a passphrase of one's own": true, "with one that was made": false} {
		t.Run(name, func(t *testing.T) {
			story{
				here:   true,
				before: func(r *run) { r.ready() },
				goOn: func(r *run) error {
					for _, f := range r.names() {
						if own {
							r.opened(filepath.Join(r.w.out, f))
							continue
						}
						if at := must(r.Backups.Made(ctx, r.rowIDs()[0]))(r.w.t); at.IsZero() {
							r.w.t.Errorf("%s can be opened by nobody", f)
						}
					}
					p := plan(r.w)
					if !own {
						p.Passphrase = secret.Value{}
					}
					made, err := r.Backups.Make(ctx, p)
					if err == nil {
						err = r.Backups.Shown(ctx, made)
					}
					return err
				},
				judge: func(r *run) {
					if at := must(r.Backups.Made(ctx, r.rowIDs()[0]))(r.w.t); at.IsZero() || len(r.names()) == 0 {
						r.w.t.Errorf("backed up at %s, files %v", at, r.names())
					}
				},
			}.atEveryMoment(t)
		})
	}
}

// TestAKeyWithoutAnOrderIsPartOfEverything.
func TestAKeyWithoutAnOrderIsPartOfEverything(t *testing.T) {
	ctx := context.Background()
	w, r := fresh(t)
	id := r.keyed()
	v := must(r.Orders.View(ctx, id))(t)
	ok(t, r.store.Delete(ctx, id)) // as if lost with the database
	r = r.again()
	must(r.Orders.Start(ctx))(t)
	alone := must(r.Backups.Alone(ctx))(t)
	if len(alone) != 1 || alone[0].ID != v.KeyID {
		t.Fatalf("alone %+v", alone)
	}
	made := r.backUp(plan(w))
	other := r.draft() // the same code again: its order is gone
	keys := must(r.Backups.AloneKeys(ctx))(t)
	if len(keys) != 1 || len(keys[0].Fits) != 1 || keys[0].Fits[0].ID != other {
		t.Fatalf("fits %+v", keys)
	}
	ok(t, r.Backups.UseKey(ctx, alone[0].ID, other))
	if o := r.order(other); o.KeyID != alone[0].ID || len(must(r.Backups.Alone(ctx))(t)) != 0 {
		t.Error("the draft has not got the key")
	}
	ok(t, r.Redeem.Discard(ctx, other))
	if len(w.ring.holds()["key"]) != 0 {
		t.Error("the key of a discarded draft stayed")
	}
	r = r.again()
	b := r.opened(made.Path)
	if b.Keys != 1 {
		t.Fatalf("%d keys in the preview", b.Keys)
	}
	must(r.Backups.Restore(ctx, b, nil, nil))(t)
	alone = must(r.Backups.Alone(ctx))(t)
	if len(alone) != 1 {
		t.Fatalf("after the restore: %+v", alone)
	}
	ok(t, r.Backups.DeleteKey(ctx, alone[0]))
	if len(w.ring.holds()["key"]) != 0 {
		t.Error("still in the keyring")
	}
}
