package vault

import (
	"crypto"
	"crypto/elliptic"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"certdesk/internal/fault"
)

func line(id string, e Event) string {
	b, err := json.Marshal(Entry{V: 1, ID: id, Kind: KindKey, OrderID: "o", At: start, Event: e})
	if err != nil {
		panic(err)
	}
	return string(b) + "\n"
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), LedgerName)
	ok(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func idsOf(l *Ledger) (out string) {
	for _, e := range l.Entries() {
		out += e.ID + ":" + string(e.Event) + " "
	}
	return out
}

// A crash at any byte of a line: what came before counts, and the next line is whole again.
func TestATornLineIsIgnored(t *testing.T) {
	whole := line("a", Reserved) + line("a", Stored)
	last := line("b", Reserved)
	for cut := range len(last) {
		path := write(t, whole+last[:cut])
		l, err := OpenLedger(path)
		ok(t, err)
		want := "a:stored "
		if cut == len(last)-1 {
			want += "b:reserved " // only its end is missing
		}
		if got := idsOf(l); got != want {
			t.Fatalf("cut at %d: %s", cut, got)
		}
		ok(t, l.add(Entry{ID: "c", Kind: KindKey, At: start, Event: Reserved}))
		l, err = OpenLedger(path)
		ok(t, err)
		if got := idsOf(l); got != want+"c:reserved " {
			t.Fatalf("cut at %d, then a line: %s", cut, got)
		}
	}
}

func TestLinesOfOthers(t *testing.T) {
	path := write(t, line("a", Stored)+"not JSON\n\n{}\n"+line("b", Stored)+line("a", Deleted))
	l, err := OpenLedger(path)
	ok(t, err)
	if got := idsOf(l); got != "b:stored " {
		t.Error(got)
	}
	before, err := os.ReadFile(path)
	ok(t, err)
	path = write(t, string(before)+`{"v":3,"id":"c"}`+"\n")
	if _, err := OpenLedger(path); !fault.Is(err, fault.StoreNewer) {
		t.Errorf("a later version: %v", err)
	}
}

func TestTheLedgerIsPrivateAndWrittenAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), LedgerName)
	l, err := OpenLedger(path)
	ok(t, err)
	ok(t, l.add(Entry{ID: "stays", Kind: KindKey, SPKI: "aa", OrderID: "o", At: start, Event: Reserved}))
	for i := range compactAt {
		e := Entry{ID: fmt.Sprint("id", i), Kind: KindToken, At: start, Event: Reserved}
		ok(t, l.add(e))
		e.Event = Deleted
		ok(t, l.add(e))
	}
	ok(t, l.add(Entry{ID: "stays", At: start, Event: Stored}))
	size := func() int64 {
		info, err := os.Stat(path)
		ok(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may read it: %v", info.Mode())
		}
		return info.Size()
	}
	before := size()
	l, err = OpenLedger(path)
	ok(t, err)
	if after := size(); after*100 > before {
		t.Errorf("%d bytes became %d", before, after)
	}
	if e, there := l.Entry("stays"); !there || e.SPKI != "aa" || e.OrderID != "o" || e.Kind != KindKey || e.Event != Stored {
		t.Errorf("%+v", e)
	}
	ok(t, l.add(Entry{ID: "new", Kind: KindKey, At: start, Event: Reserved}))
	l, err = OpenLedger(path)
	ok(t, err)
	if got := idsOf(l); got != "stays:stored new:reserved " {
		t.Error(got)
	}
}

func TestALedgerWithForeignLinesIsNeverWrittenAnew(t *testing.T) {
	text := "what is this\n" + strings.Repeat(line("a", Reserved), 2*compactAt)
	path := write(t, text)
	_, err := OpenLedger(path)
	ok(t, err)
	after, err := os.ReadFile(path)
	ok(t, err)
	if string(after) != text {
		t.Error("it was")
	}
}

func TestAFailedLineDoesNotCount(t *testing.T) {
	dir := t.TempDir()
	l, err := OpenLedger(filepath.Join(dir, "gone", LedgerName))
	ok(t, err)
	if err := l.add(Entry{ID: "a", Event: Reserved}); !fault.Is(err, fault.FolderGone) {
		t.Errorf("got %v", err)
	}
	if len(l.Entries()) != 0 {
		t.Error("it counts")
	}
}

// However often it is opened again, the ledger holds what a map would.
func TestALedgerIsAMap(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		path := filepath.Join(t.TempDir(), LedgerName)
		l, err := OpenLedger(path)
		ok(t, err)
		model := map[string]Event{}
		for range rapid.IntRange(1, 15).Draw(r, "lines") {
			id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "id")
			event := rapid.SampledFrom([]Event{Reserved, Stored, Deleted}).Draw(r, "event")
			ok(t, l.add(Entry{ID: id, Kind: KindKey, At: start, Event: event}))
			model[id] = event
			if event == Deleted {
				delete(model, id)
			}
			if rapid.Bool().Draw(r, "reopen") {
				l, err = OpenLedger(path)
				ok(t, err)
			}
			if len(l.Entries()) != len(model) {
				r.Fatalf("%s of %v", idsOf(l), model)
			}
			for _, e := range l.Entries() {
				if model[e.ID] != e.Event {
					r.Fatalf("%s of %v", idsOf(l), model)
				}
			}
		}
	})
}

func FuzzLedger(f *testing.F) {
	f.Add([]byte(line("a", Reserved) + line("a", Stored) + line("b", Reserved)[:20]))
	f.Add([]byte("\n\n{}\n" + line("a", Deleted)))
	f.Add([]byte(`{"v":2,"id":"place","kind":"place","in":"file","event":"stored"}` + "\n" + `{"v":2,"id":"a","in":"file","also":"keyring","event":"stored"}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l := &Ledger{live: map[string]Entry{}}
		if l.read(data) != nil {
			return
		}
		text, err := l.text()
		if err != nil {
			return // a year that JSON reads and can't write: compact fails and leaves the file as it is
		}
		again := &Ledger{live: map[string]Entry{}}
		ok(t, again.read(text))
		was, wasLeaving := l.Place()
		is, isLeaving := again.Place()
		if idsOf(again) != idsOf(l) || again.torn || again.foreign || was != is || wasLeaving != isLeaving {
			t.Errorf("%q became %q", idsOf(l), idsOf(again))
		}
	})
}

func FuzzDecodeKey(f *testing.F) {
	for _, key := range []crypto.Signer{rsaKey(), mustEC(elliptic.P256()), mustEd()} {
		text, _, err := encodeKey(key, MadeHere)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add(`{"v":1,"kind":"key","kty":"EC","crv":"P-256","d":"AA"}`)
	f.Add(`{"v":1,"kind":"key","kty":"RSA","p":"Aw","q":"BQ"}`)
	f.Fuzz(func(t *testing.T, text string) {
		key, origin, hash, err := decodeKey(text)
		if err != nil {
			return
		}
		again, hash2, err := encodeKey(key, origin)
		if err != nil || hash2 != hash {
			t.Fatalf("%v", err)
		}
		if _, _, _, err := decodeKey(again); err != nil {
			t.Fatal(err)
		}
	})
}
