package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"certdesk/internal/atomicfile"
	"certdesk/internal/fault"
)

// LedgerName is the file name of the ledger, beside the database.
const LedgerName = "keys.jsonl"

// Event is what happened to an id.
type Event string

// The events of a ledger line.
const (
	Reserved Event = "reserved" // a record may be in the keyring
	Stored   Event = "stored"   // it was read back
	Deleted  Event = "deleted"  // it is gone, wanted so
)

// Entry is one line of the ledger. Nothing in it is secret.
type Entry struct {
	V       int       `json:"v"`
	ID      string    `json:"id"`
	Kind    Kind      `json:"kind"`
	SPKI    string    `json:"spki,omitempty"` // SHA-256 of the public key, lower-case hexadecimal
	OrderID string    `json:"order,omitempty"`
	At      time.Time `json:"at"`
	Event   Event     `json:"event"`
	// In is where the record is, Also where it may be as well, after a move that was not finished: there it is to go.
	In   Place `json:"in,omitempty"`
	Also Also  `json:"also,omitempty"`
}

// A line is written in the lowest version that says it: what an older reader must not ignore raises it.
const (
	ledgerVersion      = 2
	ledgerVersionPlain = 1 // a ledger of records that are all in the keyring
)

// Place is where a record is kept.
type Place string

// The places.
const (
	InKeyring Place = ""
	InFile    Place = "file" // the passphrase file
)

// Also is where a second copy of a record may be.
type Also string

// AlsoKeyring says that a copy may be in the keyring.
const AlsoKeyring Also = "keyring"

// kindPlace is the kind of the one line that is about no record: In is where new records go. With the event Reserved
// the passphrase file is still to be removed: all that was in it has been moved.
const (
	kindPlace Kind   = "place"
	placeID   string = "place"
)

// compactAt is how many lines may be of no use any more before the file is written anew.
const compactAt = 256

// Ledger is the list of ids that may have a record in the keyring, which itself can't be listed. It is a
// journal: one JSON object a line, appended and synced; the last line for an id counts. The methods are
// safe for concurrent use; only one Ledger may be open for a file.
type Ledger struct {
	path string
	disk atomicfile.Writer

	mu      sync.Mutex
	live    map[string]Entry
	order   []string // ids of live, as they came
	place   Entry    // where new records go; the zero Entry: into the keyring
	lines   int      // in the file
	torn    bool     // the file doesn't end with a line end
	foreign bool     // there are lines that we can't read: never written anew
}

// OpenLedger reads the ledger at path; a missing file is an empty ledger. A torn last line (a crash while
// writing it) is ignored: what it announced had not begun. A line of a later version is StoreNewer; the
// file is not touched then.
func OpenLedger(path string) (*Ledger, error) {
	l := &Ledger{path: path, live: map[string]Entry{}}
	data, err := os.ReadFile(path) // #nosec G304 -- the data directory's own file
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, fault.New(fault.FolderReadOnly, errors.New("vault: the ledger can't be read"))
	}
	if err := l.read(data); err != nil {
		return nil, err
	}
	_ = l.compact() // a full disk does not keep the app from starting: the long file is as good
	return l, nil
}

func (l *Ledger) read(data []byte) error {
	l.torn = len(data) > 0 && data[len(data)-1] != '\n'
	for line := range bytes.Lines(data) {
		l.lines++
		whole := line[len(line)-1] == '\n'
		if err := l.readLine(bytes.TrimSpace(line), whole); err != nil {
			return err
		}
	}
	return nil
}

func (l *Ledger) readLine(line []byte, whole bool) error {
	if len(line) == 0 {
		return nil
	}
	var e Entry
	if json.Unmarshal(line, &e) != nil || e.ID == "" {
		l.foreign = l.foreign || whole
		return nil
	}
	if e.V > ledgerVersion {
		return fault.New(fault.StoreNewer, errors.New("vault: the ledger is of a later version"))
	}
	if e.Kind == kindPlace {
		l.place = e
		return nil
	}
	l.apply(e)
	return nil
}

func (l *Ledger) apply(e Entry) {
	old, known := l.live[e.ID]
	if e.Event == Deleted {
		delete(l.live, e.ID)
		l.order = slices.DeleteFunc(l.order, func(id string) bool { return id == e.ID })
		return
	}
	if !known {
		l.order = append(l.order, e.ID)
	} else if e.Event == Stored {
		e.Kind, e.OrderID = old.Kind, old.OrderID
		if e.SPKI == "" {
			e.SPKI = old.SPKI
		}
	}
	l.live[e.ID] = e
}

// add writes a line and syncs it before it counts.
func (l *Ledger) add(e Entry) error {
	e.V, e.At = ledgerVersionPlain, e.At.UTC()
	if e.In != InKeyring || e.Also != "" || e.Kind == kindPlace {
		e.V = ledgerVersion
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.torn {
		line = append([]byte{'\n'}, line...)
	}
	if err := l.disk.Append(l.path, append(line, '\n')); err != nil {
		return err
	}
	l.torn = false
	l.lines++
	if e.Kind == kindPlace {
		l.place = e
	} else {
		l.apply(e)
	}
	return nil
}

// compact writes the file anew without the lines that no longer count, when they are many.
func (l *Ledger) compact() error {
	if l.foreign || l.lines-len(l.live) < compactAt {
		return nil
	}
	text, err := l.text()
	if err != nil {
		return err
	}
	if err := l.disk.Write(l.path, text, atomicfile.Options{Replace: true}); err != nil {
		return err
	}
	l.lines, l.torn = len(l.live), false
	return nil
}

// text is the shortest file that says the same.
func (l *Ledger) text() ([]byte, error) {
	var b bytes.Buffer
	lines := make([]Entry, 0, len(l.order)+1)
	if l.place.In != InKeyring || l.place.Event == Reserved {
		lines = append(lines, l.place)
	}
	for _, id := range l.order {
		lines = append(lines, l.live[id])
	}
	for _, e := range lines {
		line, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		b.Write(append(line, '\n'))
	}
	return b.Bytes(), nil
}

// Entries lists every id that may have a record, oldest first, each with its last event.
func (l *Ledger) Entries() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Entry, 0, len(l.order))
	for _, id := range l.order {
		out = append(out, l.live[id])
	}
	return out
}

// Place is where new records go, and whether a passphrase file is left that is to be removed.
func (l *Ledger) Place() (in Place, leaving bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.place.In, l.place.Event == Reserved
}

// setPlace writes where new records go from here on.
func (l *Ledger) setPlace(in Place, leaving bool, at time.Time) error {
	e := Entry{ID: placeID, Kind: kindPlace, In: in, At: at, Event: Stored}
	if leaving {
		e.Event = Reserved
	}
	return l.add(e)
}

// Entry gives what the ledger knows of id.
func (l *Ledger) Entry(id string) (Entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.live[id]
	return e, ok
}

// printable reports whether id may be a label: what NewID makes, and nothing that a shell, a path or a
// viewer could take for something else.
func printable(id string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	return id != "" && len(id) <= 64 && strings.Trim(id, allowed) == ""
}
