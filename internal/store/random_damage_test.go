package store

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"certdesk/internal/fault"
)

// Wherever bytes change, are lost or come from elsewhere: the store opens, every order that it lists can be
// read or is told to be damaged, and after one more start all of them can be read, no fewer than the copy
// had, each as it was at some time.
func TestWhateverIsDamagedEndsRepaired(t *testing.T) {
	newWorld(t)
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		ok(t, err)
		w := world{filepath.Join(dir, "data"), newClock(), start}
		copyFiles(t, filepath.Join(template, "data"), w.dir)
		w.damage(t, func(b []byte) []byte {
			for range rapid.IntRange(1, 4).Draw(r, "places") {
				at := rapid.IntRange(0, len(b)-1).Draw(r, "at")
				end := min(len(b), at+rapid.SampledFrom([]int{1, 16, 4096, 40000}).Draw(r, "bytes"))
				from := rapid.IntRange(0, len(b)-(end-at)).Draw(r, "from")
				copy(b[at:end], b[from:])
			}
			return b[:len(b)-rapid.SampledFrom([]int{0, 0, 1, 4096, 100000}).Draw(r, "cut")]
		})
		s, _, err := Open(t.Context(), Options{Dir: w.dir, Now: w.clock.now, Lock: held{}})
		if fault.Is(err, fault.StoreNewer) {
			return // the damage made it say so; nothing is touched
		}
		ok(t, err)
		rows, err := s.Rows(t.Context())
		if err != nil && !fault.Is(err, fault.StoreDamaged) {
			r.Fatal(err)
		}
		for _, row := range rows {
			if _, err := s.Get(t.Context(), row.ID); err != nil && !fault.Is(err, fault.StoreDamaged) {
				r.Fatalf("%s: %v", row.ID, err)
			}
		}
		ok(t, s.Close())
		s, _ = openAt(t, w.dir, w.clock)
		all, _ := counts(t, s)
		if all < before || all > after {
			r.Errorf("%d orders", all)
		}
		ok(t, s.Close())
		for _, path := range w.aside(t) {
			if !strings.HasPrefix(filepath.Base(path), copyPrefix) {
				r.Errorf("set aside as %s", path)
			}
		}
	})
}

// An index that leads to a row that is not there: the order can't be read, and the next start mends it.
func TestAnIndexThatLeadsNowhere(t *testing.T) {
	w := newWorld(t)
	entry := append([]byte{3, 13 + 2*9, 1}, "order-041"...) // a record of a text of 9 letters and a row of one byte
	w.damage(t, func(b []byte) []byte {
		found := 0
		for at := 0; ; found++ {
			next := bytes.Index(b[at:], entry)
			if next < 0 {
				break
			}
			at += next + len(entry)
			b[at] = 0x7f
		}
		if found == 0 {
			t.Fatal("no index holds the order")
		}
		return b
	})
	s, _ := openAt(t, w.dir, w.clock)
	if _, err := s.Get(t.Context(), "order-041"); !fault.Is(err, fault.StoreDamaged) {
		t.Fatalf("reading it: %v", err)
	}
	ok(t, s.Close())
	s, _ = openAt(t, w.dir, w.clock)
	if all, _ := counts(t, s); all != after {
		t.Errorf("%d orders", all)
	}
	ok(t, s.Close())
}
