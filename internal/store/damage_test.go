package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
)

// world is a data directory with a copy and with changes after the copy.
type world struct {
	dir   string
	clock *clock
	copy  time.Time
}

const before, after = 30, 60 // orders in the copy; orders at the end

// template is a world that is made once; each test gets a copy of it.
var template string

func newWorld(t *testing.T) world {
	t.Helper()
	if template == "" {
		dir, err := os.MkdirTemp("", "certdesk-store-test-")
		ok(t, err)
		makeWorld(t, world{filepath.Join(dir, "data"), newClock(), start})
		template = dir
	}
	w := world{filepath.Join(t.TempDir(), "data"), newClock(), start}
	copyFiles(t, filepath.Join(template, "data"), w.dir)
	w.clock.t = start.Add(time.Hour)
	return w
}

func makeWorld(t *testing.T, w world) {
	t.Helper()
	s, _ := openAt(t, w.dir, w.clock)
	for i := range before {
		ok(t, s.Create(t.Context(), bulky(i)))
	}
	ok(t, s.copyNow(t.Context(), ""))
	w.clock.t = start.Add(time.Hour)
	for i := before; i < after; i++ {
		ok(t, s.Create(t.Context(), bulky(i)))
	}
	for i := range after {
		id := bulky(i).ID
		_, err := s.Update(t.Context(), id, func(o *Order) error { o.Step = "later"; return nil })
		ok(t, err)
		ok(t, s.AddKey(t.Context(), Key{ID: "key-" + id, OrderID: id, Kind: "key", SPKI: "spki-" + id}))
		ok(t, s.Log(t.Context(), id, w.clock.t, i18n.M("event.key")))
		ok(t, s.BeginExport(t.Context(), Export{ID: "export-" + id, OrderID: id}))
		der := []byte(id)
		ok(t, s.AddCertificate(t.Context(), Certificate{SHA256: fmt.Sprintf("%x", sha256.Sum256(der)), OrderID: id, DER: der, NotAfter: w.clock.t}))
	}
	ok(t, s.SetSetting(t.Context(), "language", "de"))
	ok(t, s.Close())
}

// bulky is an order that fills some pages of its own.
func bulky(i int) Order {
	o := sample(fmt.Sprintf("order-%03d", i))
	o.Body = bytes.Repeat([]byte{byte('a' + i%26)}, 9000)
	return o
}

func (w world) path() string { return filepath.Join(w.dir, FileName) }

// damage changes the bytes of the database.
func (w world) damage(t *testing.T, change func([]byte) []byte) []byte {
	t.Helper()
	data := must[[]byte](t)(os.ReadFile(w.path()))
	data = change(data)
	ok(t, os.WriteFile(w.path(), data, 0o600))
	return data
}

// pageOf is a page in the middle of what an order sends, the last one that is full of letter.
func pageOf(b []byte, letter byte) []byte {
	const page = 4096
	at := bytes.LastIndex(b, bytes.Repeat([]byte{letter}, page-100)) / page * page
	return b[at : at+page]
}

// counts says how many orders there are, and how many of them are as they were at the end.
func counts(t *testing.T, s *Store) (all, late int) {
	t.Helper()
	for _, r := range must[[]Row](t)(s.Rows(t.Context())) {
		o := must[Order](t)(s.Get(t.Context(), r.ID))
		var i int
		if _, err := fmt.Sscanf(o.ID, "order-%03d", &i); err != nil || !bytes.Equal(o.Body, bulky(i).Body) {
			t.Errorf("%s is not what it was", o.ID)
		}
		all++
		if o.Step == "later" {
			late++
		}
	}
	return all, late
}

func ids(messages []i18n.Message) string {
	var out []string
	for _, m := range messages {
		out = append(out, strings.TrimPrefix(m.ID, "store."))
	}
	return strings.Join(out, " ")
}

func (w world) aside(t *testing.T) []string {
	t.Helper()
	return must[[]string](t)(filepath.Glob(filepath.Join(w.dir, damagedFolder, "*.db")))
}

func TestADamagedDatabaseIsRepaired(t *testing.T) {
	const page = 4096
	zero := func(from, to int) func([]byte) []byte {
		return func(b []byte) []byte { clear(b[from*page : to*page]); return b }
	}
	for _, c := range []struct {
		name     string
		change   func([]byte) []byte
		minLate  int // at least so many orders are as they were at the end
		messages string
	}{
		{"no database at all", func([]byte) []byte { return []byte("<html>not found</html>") }, 0, "was-damaged from-copy stale may-be-missing"},
		{"first page lost", zero(0, 1), 0, "was-damaged from-copy stale may-be-missing"},
		{"cut to nothing", func([]byte) []byte { return nil }, 0, "was-damaged from-copy stale may-be-missing"},
		{"cut in the middle", func(b []byte) []byte { return b[:len(b)/2/page*page] }, 15, ""},
		{"cut inside a page", func(b []byte) []byte { return b[:len(b)-page/2] }, 50, ""},
		{"some pages in the middle", zero(90, 94), 50, ""},
		{"one page of an order", func(b []byte) []byte { clear(pageOf(b, 'c')); return b }, after - 1, ""},
		{"one byte of an order", func(b []byte) []byte { pageOf(b, 'c')[2000] = 'x'; return b }, after - 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			damaged := w.damage(t, c.change)
			if strings.HasPrefix(c.name, "one ") { // no structure of SQLite's is hurt: seen when it is read
				w.seeDamage(t)
			}
			s, report := openAt(t, w.dir, w.clock)
			if !report.Repaired || !report.From.Equal(w.copy) {
				t.Fatalf("report: %+v", report)
			}
			if got := ids(report.Messages); c.messages != "" && got != c.messages {
				t.Errorf("it says %q", got)
			}
			all, late := counts(t, s)
			if all < before || late < c.minLate {
				t.Errorf("%d orders, %d of them as they were last", all, late)
			}
			if all-late != len(report.Stale) {
				t.Errorf("%d orders are as in the copy, %d are told", all-late, len(report.Stale))
			}
			t.Logf("%d orders, %d as they were last: %s", all, late, ids(report.Messages))
			aside := w.aside(t)
			if len(aside) != 1 || !bytes.Equal(must[[]byte](t)(os.ReadFile(aside[0])), damaged) {
				t.Errorf("the damaged file is not there as it was: %v", aside)
			}
			ok(t, s.Create(t.Context(), sample("new")))
			ok(t, s.Close())
			if _, report := openAt(t, w.dir, w.clock); report.Repaired {
				t.Error("repaired again")
			}
		})
	}
}

// seeDamage reads every order until one is damaged, as a customer would by opening it.
func (w world) seeDamage(t *testing.T) {
	t.Helper()
	s, report := openAt(t, w.dir, w.clock)
	if report.Repaired {
		t.Fatal("the damage was to be one that only reading shows")
	}
	found := 0
	for _, r := range must[[]Row](t)(s.Rows(t.Context())) {
		if _, err := s.Get(t.Context(), r.ID); err != nil {
			found++
			if !fault.Is(err, fault.StoreDamaged) {
				t.Error(err)
			}
		}
	}
	if found != 1 {
		t.Fatalf("%d orders are damaged", found)
	}
	ok(t, s.Close())
}

func TestDamageWithoutACopyLosesOnlyWhatCanNotBeRead(t *testing.T) {
	w := newWorld(t)
	ok(t, os.RemoveAll(filepath.Join(w.dir, copiesFolder)))
	w.damage(t, func(b []byte) []byte { clear(pageOf(b, 'c')); return b })
	w.seeDamage(t)
	if len((&Store{dir: w.dir}).listCopies()) != 0 {
		t.Fatal("a copy was made of a damaged database")
	}
	s, report := openAt(t, w.dir, w.clock)
	all, late := counts(t, s)
	if all != after-1 || late != all || len(report.Stale) != 0 || !report.From.IsZero() {
		t.Errorf("%d orders, %d as they were last, %+v", all, late, report)
	}
	if !strings.Contains(ids(report.Messages), "no-copy salvaged lost may-be-missing") {
		t.Error(ids(report.Messages))
	}
	if v, _, err := s.Setting(t.Context(), "language"); v != "de" || err != nil {
		t.Errorf("a setting: %q %v", v, err)
	}
	const id = "order-059"
	if len(must[[]Key](t)(s.Keys(t.Context(), id))) != 1 || len(must[[]Entry](t)(s.Timeline(t.Context(), id))) != 1 ||
		len(must[[]Export](t)(s.Exports(t.Context(), id))) != 1 || len(must[[]Certificate](t)(s.Certificates(t.Context(), id))) != 1 {
		t.Error("what belongs to an order is missing")
	}
	if r := must[[]Row](t)(s.Rows(t.Context())); r[0].NotAfter.IsZero() {
		t.Error("the list has no end of a certificate")
	}
}

func TestANewDatabaseWhereCopiesAre(t *testing.T) {
	w := newWorld(t)
	ok(t, os.Remove(w.path()))
	s, report := openAt(t, w.dir, w.clock)
	if got := ids(report.Messages); got != "was-missing from-copy stale may-be-missing" {
		t.Error(got)
	}
	if all, late := counts(t, s); all != before || late != 0 || len(report.Stale) != before {
		t.Errorf("%d orders, %d late, %d stale", all, late, len(report.Stale))
	}
}

func TestABadCopyIsPassedOver(t *testing.T) {
	w := newWorld(t)
	s, _ := openAt(t, w.dir, w.clock)
	ok(t, s.copyNow(t.Context(), ""))
	copies := s.listCopies()
	ok(t, s.Close())
	ok(t, os.Truncate(copies[0].path, 8192))
	w.damage(t, func([]byte) []byte { return []byte("gone") })
	_, report := openAt(t, w.dir, w.clock)
	if !report.From.Equal(copies[1].at) {
		t.Errorf("restored from %v", report.From)
	}
}

// A crash after the new database was whole, at each step of the exchange.
func TestAnInterruptedExchangeIsFinished(t *testing.T) {
	for stage := range 4 {
		w := newWorld(t)
		// What a repair leaves just before the exchange.
		s, _ := openAt(t, w.dir, w.clock)
		ok(t, vacuumInto(t.Context(), s.path(), filepath.Join(w.dir, rebuiltName)))
		ok(t, s.Close())
		w.damage(t, func([]byte) []byte { return []byte("damaged") })
		ok(t, os.WriteFile(w.path()+"-wal", []byte("the damaged one's WAL"), 0o600))
		aside := filepath.Join(w.dir, damagedFolder)
		switch stage {
		case 1:
			ok(t, os.Mkdir(aside, 0o700))
		case 2:
			ok(t, os.Mkdir(aside, 0o700))
			ok(t, os.Rename(w.path(), filepath.Join(aside, "certdesk-x.db")))
		case 3:
			ok(t, os.Mkdir(aside, 0o700))
			ok(t, os.Rename(w.path(), filepath.Join(aside, "certdesk-x.db")))
			ok(t, os.Rename(w.path()+"-wal", filepath.Join(aside, "certdesk-x.db-wal")))
		}
		again, _ := openAt(t, w.dir, w.clock)
		if all, late := counts(t, again); all != after || late != after {
			t.Errorf("stage %d: %d orders, %d late", stage, all, late)
		}
		for name, want := range map[string]string{"*.db": "damaged", "*-wal": "the damaged one's WAL"} {
			found := must[[]string](t)(filepath.Glob(filepath.Join(aside, name)))
			if len(found) != 1 || string(must[[]byte](t)(os.ReadFile(found[0]))) != want {
				t.Errorf("stage %d: %s: %v", stage, name, found)
			}
		}
		ok(t, again.Close())
	}
}

// The words of a repair are told even when the app ended between the repair and its words.
func TestAReportIsToldOnce(t *testing.T) {
	w := newWorld(t)
	w.damage(t, func(b []byte) []byte { return b[:len(b)/2/4096*4096] })
	steps := must[[]string](t)(migrations())
	s := &Store{dir: w.dir, now: w.clock.now, lock: held{}}
	want, err := s.rebuild(t.Context(), steps, tally{aside: "certdesk-a.db", complete: true})
	ok(t, err)
	ok(t, os.Rename(filepath.Join(w.dir, rebuildingName), filepath.Join(w.dir, rebuiltName)))
	again, report := openAt(t, w.dir, w.clock)
	if diff := cmp.Diff(want, report); diff != "" || len(report.Messages) == 0 {
		t.Error(diff)
	}
	ok(t, again.Close())
	if _, report := openAt(t, w.dir, w.clock); report.Repaired {
		t.Error("told twice")
	}
}

func TestANewerDatabaseIsRefusedAndUntouched(t *testing.T) {
	for _, inWAL := range []bool{false, true} {
		w := newWorld(t)
		db := must2(pool(w.path(), 1))(t)
		_, err := db.ExecContext(t.Context(), `PRAGMA user_version = 99`)
		ok(t, err)
		if inWAL { // a crash left it in the WAL alone
			copyFiles(t, w.dir, w.dir+"-crashed")
			w.dir += "-crashed"
		}
		ok(t, db.Close())
		files := read(t, w.dir)
		_, _, err = Open(t.Context(), Options{Dir: w.dir, Now: w.clock.now, Lock: held{}})
		if !fault.Is(err, fault.StoreNewer) {
			t.Errorf("in the WAL: %v: %v", inWAL, err)
		}
		if diff := cmp.Diff(files, read(t, w.dir)); diff != "" {
			t.Errorf("in the WAL: %v: touched", inWAL)
		}
	}
}

func must2[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T { t.Helper(); ok(t, err); return v }
}

// read gives the content of every file but SQLite's shared memory, which is rebuilt from the WAL.
func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	ok(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, "-shm") {
			return err
		}
		data, err := os.ReadFile(path)
		out[strings.TrimPrefix(path, dir)] = string(data)
		return err
	}))
	return out
}

func copyFiles(t *testing.T, from, to string) {
	t.Helper()
	ok(t, os.CopyFS(to, os.DirFS(from)))
	ok(t, os.Chmod(to, 0o700))
}

// A database is unreadable because the folder is: that is no damage, and nothing is set aside.
func TestTroubleThatIsNoDamageRepairsNothing(t *testing.T) {
	w := newWorld(t)
	ok(t, os.Remove(w.path()))
	ok(t, os.Mkdir(w.path(), 0o700))
	_, _, err := Open(t.Context(), Options{Dir: w.dir, Now: w.clock.now, Lock: held{}})
	if err == nil || fault.Is(err, fault.StoreDamaged) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(w.dir, damagedFolder)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something was set aside")
	}
}
