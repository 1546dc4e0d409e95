package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
	"pgregory.net/rapid"

	"certdesk/internal/fault"
	"certdesk/internal/order"
)

func TestEveryConnectionHasEveryPragma(t *testing.T) {
	s, _ := fresh(t)
	check := func(c *sql.Conn) {
		for _, p := range pragmas {
			var got string
			ok(t, c.QueryRowContext(t.Context(), "PRAGMA "+p.name).Scan(&got))
			if got != p.want {
				t.Errorf("%s is %s", p.name, got)
			}
		}
	}
	var open []*sql.Conn
	for range readers { // all at once, so that each is one of its own
		c := must[*sql.Conn](t)(s.read.Conn(t.Context()))
		check(c)
		open = append(open, c)
	}
	c := must[*sql.Conn](t)(s.edit.Conn(t.Context()))
	check(c)
	for _, c := range append(open, c) {
		ok(t, c.Close())
	}
	if n := s.edit.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d connections write", n)
	}
}

func TestAConnectionWithoutAPragmaIsRefused(t *testing.T) {
	s, _ := fresh(t)
	whole := dsn(s.path())
	for _, p := range pragmas {
		changed := strings.Replace(whole, "_pragma="+p.name+"%28"+p.set+"%29", "_pragma="+p.name+"%28"+map[string]string{
			"busy_timeout": "1", "journal_mode": "DELETE", "synchronous": "NORMAL", "trusted_schema": "ON",
		}[p.name]+"%29", 1)
		if p.set == "ON" {
			changed = strings.Replace(whole, p.name+"%28ON", p.name+"%28OFF", 1)
		}
		if changed == whole {
			t.Fatal("the test does not change", p.name)
		}
		base, err := sqlite.NewConnector(changed)
		ok(t, err)
		db := sql.OpenDB(connector{base})
		err = db.PingContext(t.Context())
		if err == nil || !strings.Contains(err.Error(), p.name) && !fault.Is(failure(err), fault.StoreLocked) {
			t.Errorf("%s: %v", p.name, err)
		}
		ok(t, db.Close())
	}
}

func TestAFullDisk(t *testing.T) {
	s, _ := fresh(t)
	ok(t, s.Create(t.Context(), full("a")))
	var pages int
	ok(t, s.edit.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages))
	limit := func(n int) {
		_, err := s.edit.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", n))
		ok(t, err)
	}
	limit(pages + 1)
	large := bulky(1)
	if err := s.Create(t.Context(), large); !fault.Is(err, fault.DiskFull) {
		t.Errorf("creating: %v", err)
	}
	_, err := s.Update(t.Context(), "a", func(o *Order) error { o.Phase, o.Body = order.PhaseDraft, large.Body; return nil })
	if !fault.Is(err, fault.DiskFull) {
		t.Errorf("changing: %v", err)
	}
	if diff := cmp.Diff(full("a"), must[Order](t)(s.Get(t.Context(), "a"))); diff != "" {
		t.Error(diff)
	}
	limit(1 << 20)
	ok(t, s.Create(t.Context(), large))
}

func TestResultCodes(t *testing.T) {
	for code, want := range map[int]fault.Code{
		lib.SQLITE_CORRUPT_INDEX: fault.StoreDamaged, lib.SQLITE_NOTADB: fault.StoreDamaged,
		lib.SQLITE_IOERR_SHORT_READ: fault.StoreDamaged, lib.SQLITE_IOERR_WRITE: fault.FileWrite,
		lib.SQLITE_BUSY_SNAPSHOT: fault.StoreLocked, lib.SQLITE_FULL: fault.DiskFull,
		lib.SQLITE_READONLY_DIRECTORY: fault.FolderReadOnly, lib.SQLITE_CANTOPEN_ISDIR: fault.FolderGone,
		lib.SQLITE_INTERRUPT: fault.Cancelled,
	} {
		if got, _ := codeOf(code); got != want {
			t.Errorf("%d: %s", code, got)
		}
	}
	if got, known := codeOf(lib.SQLITE_ERROR); known {
		t.Errorf("a mistake in SQL became %s", got)
	}
}

// A second process that has the database open is waited for, then told about; nothing is changed.
func TestABusyDatabase(t *testing.T) {
	s, _ := fresh(t)
	other := must2(pool(s.path(), 1))(t)
	tx := must[*sql.Tx](t)(other.BeginTx(t.Context(), nil))
	_, err := s.edit.ExecContext(t.Context(), "PRAGMA busy_timeout = 1")
	ok(t, err)
	if err := s.Create(t.Context(), sample("a")); !fault.Is(err, fault.StoreLocked) {
		t.Errorf("got %v", err)
	}
	ok(t, tx.Rollback())
	ok(t, other.Close())
	ok(t, s.Create(t.Context(), sample("a")))
}

// Whatever is done, in whatever order, and however often the store is opened again, it holds what a map
// would.
func TestAStoreIsAMap(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir, c := t.TempDir()+"/data", newClock()
		s, _ := openAt(t, dir, c)
		defer func() { ok(t, s.Close()) }()
		model := map[string]string{}
		id := rapid.SampledFrom([]string{"a", "b", "c"})
		r.Repeat(map[string]func(*rapid.T){
			"create": func(r *rapid.T) {
				id := id.Draw(r, "id")
				err := s.Create(context.Background(), sample(id))
				if _, there := model[id]; there != (err != nil) {
					r.Fatalf("create: %v", err)
				}
				if err == nil {
					model[id] = "names"
				}
			},
			"update": func(r *rapid.T) {
				id, step := id.Draw(r, "id"), rapid.String().Draw(r, "step")
				_, err := s.Update(context.Background(), id, func(o *Order) error { o.Step = step; return nil })
				if _, there := model[id]; there == (err != nil) {
					r.Fatalf("update: %v", err)
				}
				if err == nil {
					model[id] = step
				}
			},
			"delete": func(r *rapid.T) {
				id := id.Draw(r, "id")
				if err := s.Delete(context.Background(), id); err != nil {
					r.Fatal(err)
				}
				delete(model, id)
			},
			"reopen": func(r *rapid.T) {
				if err := s.Close(); err != nil {
					r.Fatal(err)
				}
				s, _ = openAt(t, dir, c)
			},
			"": func(r *rapid.T) {
				rows, err := s.Rows(context.Background())
				if err != nil || len(rows) != len(model) {
					r.Fatalf("%d rows of %d: %v", len(rows), len(model), err)
				}
				for _, row := range rows {
					o, err := s.Get(context.Background(), row.ID)
					if err != nil || o.Step != model[row.ID] {
						r.Fatalf("%s: %q, not %q: %v", row.ID, o.Step, model[row.ID], err)
					}
				}
			},
		})
	})
}

func filled(b *testing.B, n int) (*Store, string) {
	b.Helper()
	dir := b.TempDir() + "/data"
	s, _, err := Open(b.Context(), Options{Dir: dir, Lock: held{}})
	if err != nil {
		b.Fatal(err)
	}
	err = s.write(b.Context(), func(ctx context.Context, tx *sql.Tx) error {
		for i := range n {
			o := full(fmt.Sprintf("order-%06d", i))
			if err := putOrder(ctx, tx, &o); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s, dir
}

// The list of 10,000 orders has to be open within 300 ms, of which this is the store's part.
func BenchmarkRows10000(b *testing.B) {
	s, _ := filled(b, 10_000)
	for b.Loop() {
		rows, err := s.Rows(b.Context())
		if err != nil || len(rows) != 10_000 {
			b.Fatal(len(rows), err)
		}
	}
}

func BenchmarkOpen10000(b *testing.B) {
	s, dir := filled(b, 10_000)
	_ = s.copyNow(b.Context(), "")
	_ = s.Close()
	for b.Loop() {
		again, _, err := Open(b.Context(), Options{Dir: dir, Lock: held{}})
		if err != nil {
			b.Fatal(err)
		}
		_ = again.Close()
	}
}

func BenchmarkUpdate(b *testing.B) {
	s, _ := filled(b, 100)
	i := 0
	for b.Loop() {
		i++
		_, err := s.Update(b.Context(), "order-000050", func(o *Order) error { o.Step = fmt.Sprint(i); return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkConcurrentReaders(b *testing.B) {
	s, _ := filled(b, 1000)
	for b.Loop() {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := s.Rows(b.Context()); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
	}
}
