package store

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certdesk/assets"
	"certdesk/internal/i18n"
)

// What a later migration adds has to be salvaged too.
func TestEveryTableAndColumnIsMerged(t *testing.T) {
	s, _ := fresh(t)
	rows, err := s.read.QueryContext(t.Context(), `SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c
WHERE m.type = 'table' AND m.name NOT IN ('orders', 'documents') AND c.name <> 'id' ORDER BY 1`)
	want := must[[]string](t)(collect(s, rows, err, scanText))
	var got []string
	for _, b := range belongings {
		for _, c := range b.columns {
			if c != "id" {
				got = append(got, b.name+"."+c)
			}
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
		t.Error(diff)
	}
}

// A repair that can't be done (here: its name is taken; else a full disk) leaves everything as it was, for
// the next start.
func TestARepairThatFailsTouchesNothing(t *testing.T) {
	w := newWorld(t)
	w.damage(t, func(b []byte) []byte { clear(b[:4096]); return b })
	blocked := filepath.Join(w.dir, rebuildingName)
	ok(t, os.MkdirAll(filepath.Join(blocked, "x"), 0o700))
	files := read(t, w.dir)
	if _, _, err := Open(t.Context(), Options{Dir: w.dir, Now: w.clock.now, Lock: held{}}); err == nil {
		t.Fatal("it opened")
	}
	if diff := cmp.Diff(files, read(t, w.dir)); diff != "" {
		t.Error("something was changed")
	}
	ok(t, os.RemoveAll(blocked))
	if _, report := openAt(t, w.dir, w.clock); !report.Repaired {
		t.Error("not repaired afterwards")
	}
}

func TestTheWordsOfARepair(t *testing.T) {
	catalogue, err := i18n.Load(assets.Translations)
	ok(t, err)
	for _, lang := range []string{"en", "de"} {
		p := catalogue.Printer(lang)
		for _, c := range []tally{
			{missing: true, from: start, stale: []string{"a"}},
			{aside: "certdesk-x.db", salvaged: 1, lost: 1},
			{aside: "certdesk-x.db", salvaged: 2, lost: 2, stale: []string{"a", "b"}, from: start},
			{aside: "certdesk-x.db", salvaged: 2, complete: true},
		} {
			for _, m := range c.report().Messages {
				if text := p.Say(m); strings.Contains(text, m.ID) || strings.Contains(text, "{{") || strings.Contains(text, "<no value>") {
					t.Errorf("%s: %s says %q", lang, m.ID, text)
				}
			}
		}
		if got := p.Say(tally{aside: "certdesk-x.db"}.report().Messages[0]); !strings.Contains(got, "certdesk-x.db") {
			t.Error(got)
		}
	}
}
