package desk_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	gopkcs12 "software.sslmate.com/src/go-pkcs12"

	"certdesk/internal/atomicfile"
	"certdesk/internal/atomicfile/atomicfiletest"
	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/spki"
	"certdesk/internal/store"
	"certdesk/internal/vault"
)

func to(d destination.ID, w *world) desk.ExportOptions {
	return desk.ExportOptions{Destination: d, Dir: w.out, Label: func(m i18n.Message) string { return m.ID }}
}

func (r *run) names() []string {
	r.w.t.Helper()
	var out []string
	for _, e := range must(os.ReadDir(r.w.out))(r.w.t) {
		out = append(out, e.Name())
	}
	return out
}

// TestFileOpens with its password, in a reader that is not ours, for every destination of the certificate.
func TestFileOpens(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	key, _, err := r.vault.Key(t.Context(), r.order(id).KeyID)
	ok(t, err)
	for _, d := range r.Exports.Destinations(r.order(id)) {
		made := must(r.Exports.Make(t.Context(), id, to(d.ID, w)))(t)
		for _, f := range made.Files {
			data := must(os.ReadFile(f.Path))(t)
			private, leaf, _, err := gopkcs12.DecodeChain(data, made.Password())
			if err != nil || leaf.EmailAddresses[0] != "anna@example.ch" || !spki.Equal(leaf.PublicKey, key.Public()) || private == nil {
				t.Errorf("%s: %v", d.ID, err)
			}
		}
	}
}

// TestFileThatIsThere: nothing is replaced unasked.
func TestFileThatIsThere(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	o := to(destination.Thunderbird, w)
	first := must(r.Exports.Make(t.Context(), id, o))(t)
	before := must(os.ReadFile(first.Files[0].Path))(t)
	_, err := r.Exports.Make(t.Context(), id, o)
	wantFault(t, err, fault.FileExists)
	if after := must(os.ReadFile(first.Files[0].Path))(t); string(after) != string(before) {
		t.Error("the file was touched")
	}
	if all := must(r.store.Exports(t.Context(), id))(t); len(all) != 1 {
		t.Errorf("exports %+v", all)
	}
	both := o
	both.KeepBoth = true
	if second := must(r.Exports.Make(t.Context(), id, both))(t); second.Files[0].Path == first.Files[0].Path || len(r.names()) != 2 {
		t.Errorf("files %v", r.names())
	}
	replaced := o
	replaced.Replace = true
	third := must(r.Exports.Make(t.Context(), id, replaced))(t)
	data := must(os.ReadFile(first.Files[0].Path))(t)
	if _, _, _, err := gopkcs12.DecodeChain(data, third.Password()); err != nil || len(r.names()) != 2 {
		t.Errorf("replaced: %v, %v", err, r.names())
	}
}

// device is a disk that fails.
type device struct {
	atomicfile.System
	fail error
}

func (d device) Create(path string) (atomicfile.File, error) {
	f, err := d.System.Create(path)
	return fullFile{f, d.fail}, err
}

type fullFile struct {
	atomicfile.File
	fail error
}

func (f fullFile) Write([]byte) (int, error) { return 0, f.fail }

// TestFileThatCanNotBeWritten leaves no file and no record of one.
func TestFileThatCanNotBeWritten(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(w *world, o *desk.ExportOptions)
		want    fault.Code
	}{
		"the folder is gone":    {func(w *world, o *desk.ExportOptions) { o.Dir = filepath.Join(w.out, "gone") }, fault.FolderGone},
		"no whole path":         {func(_ *world, o *desk.ExportOptions) { o.Dir = "Documents" }, fault.FolderGone},
		"the disk is full":      {func(w *world, _ *desk.ExportOptions) { w.files.Files.Device = device{fail: syscall.ENOSPC} }, fault.DiskFull},
		"the disk is read-only": {func(w *world, _ *desk.ExportOptions) { w.files.Files.Device = device{fail: syscall.EROFS} }, fault.FolderReadOnly},
		"it does not open again": {func(w *world, _ *desk.ExportOptions) {
			w.files.Open = func(string) (io.ReadCloser, error) { return nil, errors.New("gone") }
		}, fault.ExportUnproven},
		"the key is gone": {func(w *world, _ *desk.ExportOptions) { delete(w.ring.records, w.ring.holds()["key"][0]) }, fault.KeyGone},
		"another key is there": {func(w *world, _ *desk.ExportOptions) {
			other := newWorld(w.t)
			r := other.start()
			defer r.end()
			r.orphanKey("another")
			w.ring.records[w.ring.holds()["key"][0]] = other.ring.records[other.ring.holds()["key"][0]]
		}, fault.KeyUnusable},
		"the keyring is locked": {func(w *world, _ *desk.ExportOptions) { w.ring.lock(errLocked) }, fault.KeyringLocked},
		"the store is full": {func(w *world, _ *desk.ExportOptions) {
			w.fuse.failing(func(name string) error {
				if name == "store.AddExportFile" {
					return fault.New(fault.DiskFull, nil)
				}
				return nil
			})
		}, fault.DiskFull},
	} {
		t.Run(name, func(t *testing.T) {
			w, r := fresh(t)
			id := r.ready()
			o := to(destination.Thunderbird, w)
			c.prepare(w, &o)
			r = r.again() // with the files of the world
			_, err := r.Exports.Make(t.Context(), id, o)
			wantFault(t, err, c.want)
			if all := must(r.store.Exports(t.Context(), id))(t); len(all) != 0 || len(r.names()) != 0 {
				t.Errorf("exports %+v, files %v", all, r.names())
			}
		})
	}
}

// TestTheOldFileStays as it was, to the byte, when the one that is to replace it can't be written; nothing else is left.
func TestTheOldFileStays(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	o := to(destination.Thunderbird, w)
	made := must(r.Exports.Make(t.Context(), id, o))(t)
	ok(t, r.Exports.Shown(t.Context(), made.ID))
	path := made.Files[0].Path
	before := must(os.ReadFile(path))(t)
	o.Replace = true
	for name, c := range map[string]struct {
		device atomicfile.Device
		want   fault.Code
	}{
		"no space":          {atomicfiletest.FullAfter(100), fault.DiskFull},
		"a quota":           {atomicfiletest.FailAt("sync", syscall.EDQUOT), fault.DiskFull},
		"read-only":         {atomicfiletest.FailAt("create", syscall.EROFS), fault.FolderReadOnly},
		"somebody else's":   {atomicfiletest.FailAt("replace", syscall.EACCES), fault.FolderReadOnly},
		"open elsewhere":    {atomicfiletest.FailAt("replace", syscall.ETXTBSY), fault.FileBusy},
		"the drive is gone": {atomicfiletest.FailAt("create", syscall.ENOENT), fault.FolderGone},
		"a stale share":     {atomicfiletest.FailAt("replace", syscall.ESTALE), fault.FolderGone},
		"a broken drive":    {atomicfiletest.FailAt("write", syscall.EIO), fault.FileWrite},
	} {
		t.Run(name, func(t *testing.T) {
			w.files.Files.Device = c.device
			r = r.again()
			_, err := r.Exports.Make(t.Context(), id, o)
			wantFault(t, err, c.want)
			if c.want == fault.FileBusy && fault.Of(err).Args["name"] != filepath.Base(path) {
				t.Errorf("it names %v", fault.Of(err).Args)
			}
			if after := must(os.ReadFile(path))(t); string(after) != string(before) || len(r.names()) != 1 {
				t.Errorf("the file was touched; in the folder: %v", r.names())
			}
		})
	}
}

// TestFileThatCanNotBeRemoved is left to the next start.
func TestFileThatCanNotBeRemoved(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	away := w.out + "-away"
	w.files.Open = func(path string) (io.ReadCloser, error) { // while it is proven, the folder goes: a stick is pulled
		return nil, errors.Join(errors.New("gone"), os.Rename(w.out, away))
	}
	r = r.again()
	_, err := r.Exports.Make(t.Context(), id, to(destination.Thunderbird, w))
	wantFault(t, err, fault.ExportUnproven)
	ok(t, os.Rename(away, w.out))
	if len(r.names()) != 1 {
		t.Fatalf("files %v", r.names())
	}
	if open := must(r.store.Unfinished(t.Context()))(t); len(open) != 1 {
		t.Fatalf("unfinished %+v", open)
	}
	w.files = export.Maker{}
	r = r.again()
	if f := must(r.Orders.Start(t.Context()))(t); f.Removed != 1 || len(r.names()) != 0 {
		t.Errorf("%+v, files %v", f, r.names())
	}
}

// TestNothingToExport before there is a certificate.
func TestNothingToExport(t *testing.T) {
	w, r := fresh(t)
	id := r.sent()
	_, err := r.Exports.Make(t.Context(), id, to(destination.Thunderbird, w))
	wantFault(t, err, fault.NotYet)
	ok(t, r.store.AddCertificate(t.Context(), store.Certificate{SHA256: "00", OrderID: id, DER: []byte("x"), SetAside: true}))
	_, err = r.Exports.Make(t.Context(), id, to(destination.Thunderbird, w))
	wantFault(t, err, fault.NotYet)
}

// TestTheKeyOfTheCertificateIsTaken, also after the order has a newer one.
func TestTheKeyOfTheCertificateIsTaken(t *testing.T) {
	w, r := fresh(t)
	id := r.ready()
	newer := vault.NewID(nil)
	ok(t, r.vault.PutKey(t.Context(), newer, id, newKey(), vault.MadeHere))
	must(r.store.Update(t.Context(), id, func(o *store.Order) error { o.KeyID = newer; return nil }))(t)
	must(r.Exports.Make(t.Context(), id, to(destination.Thunderbird, w)))(t)
}

// overlapping watches that work on one order is done one after the other.
type overlapping struct {
	mu      sync.Mutex
	running int
	met     bool
}

func (o *overlapping) during(work func()) {
	o.mu.Lock()
	o.running++
	o.met = o.met || o.running > 1
	o.mu.Unlock()
	work()
	o.mu.Lock()
	o.running--
	o.mu.Unlock()
}

// TestWorkOnOneOrderNeverOverlaps: a submission, looks, a task and an export at once.
func TestWorkOnOneOrderNeverOverlaps(t *testing.T) {
	w, r := fresh(t)
	id := r.keyed()
	w.seller.floor = 0
	var o overlapping
	busy := func(string) error {
		o.during(func() {
			for range 3 {
				_, _ = r.store.Rows(t.Context()) // takes a moment
			}
		})
		return nil
	}
	w.seller.failing(busy)
	w.fuse.failing(func(name string) error {
		if name == "store.BeginExport" || name == "store.AddCertificate" {
			return busy(name)
		}
		return nil
	})
	submitOnce := func() { _ = r.Redeem.Submit(context.Background(), id) }
	var all sync.WaitGroup
	for range 4 {
		all.Go(submitOnce)
	}
	all.Wait()
	w.seller.issue()
	for range 3 {
		all.Go(func() { _, _ = r.Refresher.Look(context.Background(), id) })
		all.Go(func() { r.Refresher.Tick(context.Background()) })
		all.Go(func() { _ = r.Proofs.Check(context.Background(), id, "task_1") })
		all.Go(func() {
			options := to(destination.Thunderbird, w)
			options.KeepBoth = true
			_, _ = r.Exports.Make(context.Background(), id, options)
		})
	}
	all.Wait()
	if o.met {
		t.Error("two things were done to one order at once")
	}
	if len(w.seller.orders) != 1 || w.seller.count("Submit") != 1 || r.order(id).Phase != order.PhaseReady {
		t.Errorf("%d submissions, phase %s", w.seller.count("Submit"), r.order(id).Phase)
	}
}
