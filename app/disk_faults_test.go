package main

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/instance"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit/kittest"
)

// disk is a store on a disk that can be full: then it can be read, and not written to.
type disk struct {
	full  atomic.Bool
	busy  atomic.Bool // somebody else has the database
	atEnd atomic.Bool // full from when a file is made until its password is noted
}

func (d *disk) under(s desk.Store) desk.Store { return &fullStore{Store: s, disk: d} }

type fullStore struct {
	desk.Store
	disk *disk
}

func (f *fullStore) room() error {
	switch {
	case f.disk.full.Load():
		return fault.New(fault.DiskFull, nil)
	case f.disk.busy.Load():
		return fault.New(fault.StoreLocked, nil)
	}
	return nil
}

func (f *fullStore) Create(ctx context.Context, o store.Order) error {
	if err := f.room(); err != nil {
		return err
	}
	return f.Store.Create(ctx, o)
}

func (f *fullStore) Update(ctx context.Context, id string, change func(*store.Order) error) (store.Order, error) {
	if err := f.room(); err != nil {
		return store.Order{}, err
	}
	return f.Store.Update(ctx, id, change)
}

func (f *fullStore) BeginExport(ctx context.Context, e store.Export) error {
	if err := f.room(); err != nil {
		return err
	}
	return f.Store.BeginExport(ctx, e)
}

func (f *fullStore) FinishExport(ctx context.Context, id string, at time.Time) error {
	if f.disk.atEnd.CompareAndSwap(true, false) {
		return fault.New(fault.DiskFull, nil)
	}
	return f.Store.FinishExport(ctx, id, at)
}

// onDisk starts the app with a disk that can be filled.
func onDisk(t *testing.T) (*walk, *disk) {
	t.Helper()
	d := &disk{}
	return odd{disk: d}.open(t), d
}

// toNamesInDemo goes to step 3.
func (w *walk) toNamesInDemo() {
	w.t.Helper()
	w.enterDemo()
	w.enter("DEMO-MAIL")
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	w.title(order.StepNames)
}

// TestDiskFullWhileTyping: the fields keep what is typed, the page says what is wrong, and it is written by
// itself once there is room.
func TestDiskFullWhileTyping(t *testing.T) {
	w, d := onDisk(t)
	w.toNamesInDemo()
	d.full.Store(true)
	w.mailbox()
	w.q.Advance(300 * time.Millisecond)
	w.saw("disk-full")
	w.press("journey.continue")
	w.saw("disk-full")
	w.title(order.StepNames)
	w.holdsTheMailbox()
	w.press("journey.save-close")
	w.see(w.word("journey.close-unsaved"))
	w.title(order.StepNames)
	d.full.Store(false)
	w.keepsTheMailbox("disk-full")
	w.press("journey.save-close")
	w.takeUp()
	w.goes()
	w.ends()
}

// TestDiskFullAndLeft: who leaves all the same is told before what is lost.
func TestDiskFullAndLeft(t *testing.T) {
	w, d := onDisk(t)
	w.toNamesInDemo()
	d.full.Store(true)
	w.mailbox()
	w.press("journey.back")
	w.see(w.word("licence.need"))
	w.press("journey.save-close")
	w.saw("disk-full")
	w.press("journey.back")
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	w.title(order.StepNames)
	if got := w.field("field.surname"); got != "Keller" {
		t.Errorf("the field holds %q", got)
	}
	w.press("journey.save-close")
	w.press("journey.close-unsaved")
	w.see(w.word("view.next.draft.title"))
	d.full.Store(false)
	w.takeUp()
	w.goes()
	w.ends()
}

// TestDiskFullAtEachPress fills the disk before each press that writes: the page says so, and the press works
// once there is room.
func TestDiskFullAtEachPress(t *testing.T) {
	ring, service := moodyKeyring()
	d := &disk{}
	w := odd{setup: setup{keyring: service}, disk: d}.open(t)
	w.enterDemo()
	d.full.Store(true)
	w.enter("DEMO-MAIL")
	w.saw("disk-full")
	if n := ring.count(); n != 0 {
		t.Errorf("%d records in the keyring without a draft", n)
	}
	d.full.Store(false)
	w.press("action.retry")
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	w.mailbox()
	w.press("journey.continue")
	w.title(order.StepKey)
	d.full.Store(true)
	w.press("key.make")
	w.see(w.word("journey.failed.key"))
	w.saw("disk-full")
	d.full.Store(false)
	w.press("action.retry")
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.title(order.StepReview)
	w.accept()
	d.full.Store(true)
	w.press("review.send")
	w.see(w.word("review.not-sent"))
	w.saw("disk-full")
	if n := w.orders(); n != 0 {
		t.Errorf("%d orders at the issuer", n)
	}
	d.full.Store(false)
	w.press("action.retry")
	w.press("review.send")
	w.title(order.StepProve)
	w.press("helper.confirm")
	w.until(w.word("use.title"))
	d.full.Store(true)
	kittest.ChoiceByTitle(t, w.root(), w.word("destination.thunderbird.label")).Tapped(nil)
	w.press("use.make")
	w.saw("disk-full")
	d.full.Store(false)
	w.goes()
	w.ends()
	w = odd{}.reopen(w)
	w.q.Finish(t)
	if w.has("home.ownerless", "n", 1) {
		w.press("shell.ok") // the key that was made while the disk was full
	}
	w.see(w.word("view.next.ready.title"))
}

// TestThePasswordCanNotBeNoted: the file is made, its password on the screen, and only then the disk is full.
// The password stays there, and the file is safe once it could be noted.
func TestThePasswordCanNotBeNoted(t *testing.T) {
	for _, noted := range []bool{true, false} {
		d := &disk{}
		w := odd{disk: d}.open(t)
		w.toUseInDemo()
		kittest.ChoiceByTitle(t, w.root(), w.word("destination.thunderbird.label")).Tapped(nil)
		d.atEnd.Store(true)
		w.press("use.make")
		w.see(w.word("use.done"))
		w.see(w.word("use.unkept"))
		w.see(w.word("use.password"))
		if noted {
			w.press("action.retry")
			w.q.Finish(t)
			if w.has("use.unkept") {
				t.Errorf("it is still said:\n%s", w.text())
			}
		}
		w = odd{}.reopen(w)
		w.see(w.word("view.next.ready.title"))
		w.q.Finish(t)
		if n := len(w.files()); noted != (n == 1) {
			t.Errorf("noted %v: %d files", noted, n)
		}
		w.press("view.next.ready.button")
		w.title(order.StepUse)
		w.stop()
	}
}

// toUseInDemo goes to step 10.
func (w *walk) toUseInDemo() {
	w.t.Helper()
	w.enterDemo()
	w.enter("DEMO-MAIL")
	w.toReviewFromLicence()
	w.accept()
	w.press("review.send")
	w.title(order.StepProve)
	w.press("helper.confirm")
	w.until(w.word("use.title"))
	w.title(order.StepUse)
}

// TestFolderFaults has the folder for the file be missing, read-only, or with such a file in it already.
func TestFolderFaults(t *testing.T) {
	w := oddly(t)
	w.toUseInDemo()
	kittest.ChoiceByTitle(t, w.root(), w.word("destination.thunderbird.label")).Tapped(nil)
	folder := func(path string) {
		t.Helper()
		entry := kittest.EntryByLabel(t, w.root(), w.word("use.folder"))
		kittest.TabTo(t, w.a.window.Canvas(), entry)
		entry.SetText("")
		kittest.Paste(t, w.a.window.Canvas(), path)
	}
	folder(filepath.Join(w.home, "not-there"))
	w.press("use.make")
	w.saw("folder-gone")
	if got := w.field("use.folder"); got != filepath.Join(w.home, "not-there") {
		t.Errorf("the field holds %q", got)
	}
	folder("/sys") // takes no files, whoever asks; permissions hold nothing back from root
	w.press("use.make")
	w.saw("folder-read-only")
	folder("relative")
	w.press("use.make")
	w.see(w.word("fault.folder-gone.saw"))
	folder(w.home)
	w.press("use.make")
	w.see(w.word("use.done"))
	w.q.Finish(t)
	first := w.files()
	w.press("use.finish")
	w.press("view.next.ready.button")
	w.title(order.StepUse)
	kittest.ChoiceByTitle(t, w.root(), w.word("destination.thunderbird.label")).Tapped(nil)
	before, err := os.ReadFile(first[0])
	if err != nil {
		t.Fatal(err)
	}
	w.press("use.make")
	w.see(w.word("use.keep-both"))
	if now, err := os.ReadFile(first[0]); err != nil || string(now) != string(before) {
		t.Error("the old file was touched unasked")
	}
	w.press("use.keep-both")
	w.see(w.word("use.done"))
	if n := len(w.files()); n != 2 {
		t.Errorf("%d files", n)
	}
	w.q.Finish(t)
}

// TestTheDataFolderCanNotBeUsed says so at the start, and opens once it can be.
func TestTheDataFolderCanNotBeUsed(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "parent")
	data := filepath.Join(parent, "data")
	if err := os.WriteFile(parent, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := acquire(data)
	if err == nil {
		t.Fatal("a folder below a file")
	}
	w := odd{setup: setup{data: data}, lockErr: err}.open(t)
	w.see(w.word("shell.failed"))
	w.saw("folder-gone")
	w.press("action.retry")
	w.saw("folder-gone")
	if err := os.Remove(parent); err != nil {
		t.Fatal(err)
	}
	w.press("action.retry")
	w.see(w.word("home.title"))
	w.enterDemo()
	w.enter("DEMO-MAIL")
	w.goes()
	w.ends()
	if _, err := acquire(data); err == nil {
		t.Error("the folder is not locked")
	}
}

// TestAnotherAppRunsAndDoesNotAnswer says so, instead of ending without a word.
func TestAnotherAppRunsAndDoesNotAnswer(t *testing.T) {
	w := odd{lockErr: instance.ErrRunning}.open(t)
	w.see(w.word("shell.failed"))
	w.saw("another-running")
	if !kittest.HasButton(w.root(), w.word("shell.quit")) {
		t.Error("no way to close it")
	}
}

// database is the file of the customer's own orders.
func (w *walk) database() string {
	w.t.Helper()
	found, err := filepath.Glob(filepath.Join(w.data, "*.db"))
	if err != nil || len(found) != 1 {
		w.t.Fatalf("databases: %v %v", found, err)
	}
	return found[0]
}

// TestANewerStore is left untouched, and said.
func TestANewerStore(t *testing.T) {
	w := oddly(t)
	w.see(w.word("home.title"))
	path := w.database()
	w.stop()
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.Exec("PRAGMA user_version=999")
		_ = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	w = odd{}.reopen(w)
	w.see(w.word("shell.failed"))
	w.saw("store-newer")
	if !kittest.HasButton(w.root(), w.word("shell.quit")) {
		t.Error("no way to close it")
	}
}

// TestADamagedStore is set aside; home says what was done until it was read.
func TestADamagedStore(t *testing.T) {
	w := oddly(t)
	w.see(w.word("home.title"))
	path := w.database()
	w.stop()
	for _, more := range []string{"-wal", "-shm"} {
		_ = os.Remove(path + more)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("damage ", 4096)), 0o600); err != nil {
		t.Fatal(err)
	}
	w = odd{}.reopen(w)
	w.see(w.word("home.title"))
	w.see(w.word("shell.repaired"))
	w.press("home.settings")
	w.see(w.word("settings.places"))
	w.press("settings.done")
	w.see(w.word("shell.repaired"))
	w.press("shell.ok")
	w.see(w.word("home.title"))
	if w.has("shell.repaired") {
		t.Error("it is said again")
	}
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyEscape)
	w.press("home.settings")
	w.press("settings.done")
	w.see(w.word("home.title"))
	if w.has("shell.repaired") {
		t.Error("it is said again")
	}
}

// holdsTheMailbox fails the test unless the fields of the page hold what [walk.mailbox] typed.
func (w *walk) holdsTheMailbox() {
	w.t.Helper()
	if got := w.field("field.mailbox") + w.field("field.surname"); got != "anna@example.chKeller" {
		w.t.Errorf("the fields hold %q", got)
	}
}

// keepsTheMailbox lets the page try again: a fault is no longer said, and what was typed is kept.
func (w *walk) keepsTheMailbox(code string) {
	w.t.Helper()
	w.q.Advance(6 * time.Second)
	w.q.Finish(w.t)
	if w.has("fault." + code + ".saw") {
		w.t.Errorf("it is still said:\n%s", w.text())
	}
	if a := w.kept()[0].Application; a.Mailbox != "anna@example.ch" || a.Surname != "Keller" {
		w.t.Errorf("kept: %+v", a)
	}
}
