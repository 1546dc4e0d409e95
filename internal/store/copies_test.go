package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/fault"
)

// steady waits until a copy under way is done, by closing.
func copiesAfter(t *testing.T, dir string, c *clock, work func(*Store)) []time.Time {
	t.Helper()
	s, _ := openAt(t, dir, c)
	work(s)
	s.copies.done.Wait()
	ok(t, s.Close())
	var out []time.Time
	for _, f := range s.listCopies() {
		out = append(out, f.at)
	}
	return out
}

func TestACopyAWeekAndThreeAreKept(t *testing.T) {
	dir, c := filepath.Join(t.TempDir(), "data"), newClock()
	n := 0
	create := func(s *Store) { n++; ok(t, s.Create(t.Context(), sample(fmt.Sprint(n)))) }
	if got := copiesAfter(t, dir, c, create); len(got) != 0 {
		t.Errorf("a copy of a store that was empty at its start: %v", got)
	}
	if got := copiesAfter(t, dir, c, func(*Store) {}); len(got) != 1 {
		t.Errorf("no copy at the start after: %v", got)
	}
	var want []time.Time
	day := 24 * time.Hour
	for week := 1; week <= 4; week++ {
		c.t = start.Add(time.Duration(week)*7*day - time.Minute)
		before := copiesAfter(t, dir, c, create)
		c.t = start.Add(time.Duration(week) * 7 * day)
		got := copiesAfter(t, dir, c, create)
		want = append([]time.Time{c.t}, before...)
		if diff := cmp.Diff(want[:min(3, len(want))], got); diff != "" {
			t.Errorf("week %d: %s", week, diff)
		}
	}
	// An app that runs for weeks makes them too.
	got := copiesAfter(t, dir, c, func(s *Store) { c.t = c.t.Add(8 * day); create(s) })
	if len(got) != 3 || !got[0].Equal(c.t) {
		t.Errorf("while running: %v", got)
	}
	// The clock was wrong when the last copy was made.
	c.t = start.Add(time.Hour)
	if got := copiesAfter(t, dir, c, create); len(got) != 3 {
		t.Errorf("%v", got)
	}
}

func TestACopyThatWasLeftHalfDoneIsRemoved(t *testing.T) {
	s, dir := fresh(t)
	ok(t, s.Create(t.Context(), sample("a")))
	ok(t, s.copyNow(t.Context(), ""))
	half := filepath.Join(dir, copiesFolder, "certdesk-20260101T000000Z.db.part")
	ok(t, os.WriteFile(half, []byte("half"), 0o600))
	if len(s.listCopies()) != 1 {
		t.Error("half a copy counts")
	}
	ok(t, s.copyNow(t.Context(), "again"))
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Error("it is still there")
	}
	if len(s.listCopies()) != 2 {
		t.Error("copies were removed")
	}
}

// Every older version of the schema: testdata/vN.sql fills a database of version N.
func TestEveryOlderVersionIsBroughtUpToDate(t *testing.T) {
	steps := must[[]string](t)(migrations())
	for version := 1; version <= len(steps); version++ {
		dir := filepath.Join(t.TempDir(), "data")
		ok(t, os.Mkdir(dir, 0o700))
		db := must2(pool(filepath.Join(dir, FileName), 1))(t)
		ok(t, migrate(t.Context(), db, 0, steps[:version]))
		_, err := db.ExecContext(t.Context(), string(must[[]byte](t)(os.ReadFile(fmt.Sprintf("testdata/v%d.sql", version)))))
		ok(t, err)
		ok(t, db.Close())
		s, report := openAt(t, dir, newClock())
		if report.Repaired {
			t.Errorf("version %d: %+v", version, report)
		}
		o := must[Order](t)(s.Get(t.Context(), "order-1"))
		if o.Application.Mailbox != "anna@example.ch" || o.KeyID != "k-1" || string(o.Body) != "{}" {
			t.Errorf("version %d: %+v", version, o)
		}
		if len(must[[]Key](t)(s.Keys(t.Context(), "order-1"))) != 2 || len(must[[]Certificate](t)(s.Certificates(t.Context(), "order-1"))) != 2 ||
			len(must[[]Entry](t)(s.Timeline(t.Context(), "order-1"))) != 1 || len(must[[]Export](t)(s.Unfinished(t.Context()))) != 1 {
			t.Errorf("version %d: belongings are missing", version)
		}
		if v, _, _ := s.Setting(t.Context(), "language"); v != "de" {
			t.Errorf("version %d: a setting is missing", version)
		}
	}
}

func TestAMigrationCopiesFirstAndAFailedOneChangesNothing(t *testing.T) {
	dir, c := filepath.Join(t.TempDir(), "data"), newClock()
	steps := must[[]string](t)(migrations())
	s, _ := openAt(t, dir, c)
	ok(t, s.Create(t.Context(), sample("a")))
	ok(t, s.Close())
	c.t = c.t.Add(time.Minute)
	options := Options{Dir: dir, Now: c.now, Lock: held{}}

	_, _, err := open(t.Context(), options, append(steps, "ALTER TABLE orders ADD COLUMN colour TEXT; SELECT nonsense"))
	if err == nil || fault.Is(err, fault.StoreDamaged) {
		t.Fatalf("a broken migration: %v", err)
	}
	list := s.listCopies()
	if len(list) != 1 || !strings.HasSuffix(list[0].path, fmt.Sprintf("-v%d.db", len(steps))) {
		t.Fatalf("copies: %v", list)
	}
	again, _ := openAt(t, dir, c) // still of the old version, and as it was
	ok(t, again.Close())

	c.t = c.t.Add(time.Minute)
	next, _, err := open(t.Context(), options, append(steps, "ALTER TABLE orders ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'"))
	ok(t, err)
	var colour string
	ok(t, next.read.QueryRowContext(t.Context(), `SELECT colour FROM orders WHERE id = 'a'`).Scan(&colour))
	ok(t, next.Close())
	if _, _, err := Open(t.Context(), options); !fault.Is(err, fault.StoreNewer) {
		t.Errorf("after a migration, the older app: %v", err)
	}
}

// A damaged file of a version without a table lacks nothing for that.
func TestATableThatAnOlderVersionHasNotIsNotMissed(t *testing.T) {
	steps := must[[]string](t)(migrations())
	for version := 1; version <= len(steps); version++ {
		db := must2(pool(filepath.Join(t.TempDir(), FileName), 1))(t)
		ok(t, migrate(t.Context(), db, 0, steps[:version]))
		for _, b := range belongings {
			if b.since <= version {
				continue
			}
			m := merger{ctx: t.Context(), source: db}
			if whole := must[bool](t)(m.table(b)); !whole {
				t.Errorf("version %d: %s", version, b.name)
			}
		}
		ok(t, db.Close())
	}
}
