package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"time"

	"certdesk/internal/atomicfile"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
)

// FileName is the database in the data directory.
const FileName = "certdesk.db"

// Options of a [Store].
type Options struct {
	Dir  string // the data directory; made if need be
	Now  func() time.Time
	Lock Lock
	// NetworkShare reports whether a folder lies on another computer; nil: not asked. SQLite's locks and
	// its shared memory don't work there (https://sqlite.org/useovernet.html).
	NetworkShare func(dir string) bool
}

// Lock is the lock of the data directory. The store never takes it; it asserts that it is held.
type Lock interface{ Held() bool }

// Report says what Open had to repair. The zero Report: nothing.
type Report struct {
	Repaired bool
	Messages []i18n.Message // for the customer: what was restored, from when, what is missing
}

// Store is an open database.
type Store struct {
	dir   string
	now   func() time.Time
	lock  Lock
	edit  *sql.DB // one connection
	read  *sql.DB
	limit chan struct{}
}

// readers is how many queries may run at once beside the one change.
const readers = 4

var errNoLock = errors.New("store: the lock of the data directory is not held")

// Open opens the database of a data directory, or makes it. It repairs what is damaged, brings an older one
// up to date, and leaves a newer one alone (StoreNewer). Faults besides: StoreLocked (the lock is not
// held), StoreNetwork.
func Open(ctx context.Context, o Options) (*Store, Report, error) {
	if o.Lock == nil || !o.Lock.Held() {
		return nil, Report{}, fault.New(fault.StoreLocked, errNoLock)
	}
	if o.NetworkShare != nil && o.NetworkShare(o.Dir) {
		return nil, Report{}, fault.New(fault.StoreNetwork, errors.New("store: the data directory is on a network share"))
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := atomicfile.MkdirPrivate(o.Dir); err != nil {
		return nil, Report{}, err
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, Report{}, fault.New(fault.FolderGone, err)
	}
	s := &Store{dir: dir, now: o.Now, lock: o.Lock}
	report, err := s.open(ctx)
	if err != nil {
		return nil, Report{}, failure(err)
	}
	return s, report, nil
}

// Close ends the store. Everything is on the disk already.
func (s *Store) Close() error {
	return failure(errors.Join(s.read.Close(), s.edit.Close()))
}

// write makes one change. Until it has begun, ctx can end it; from then on it runs to its end.
func (s *Store) write(ctx context.Context, change func(tx *sql.Tx) error) error {
	if !s.lock.Held() {
		return fault.New(fault.StoreLocked, errNoLock)
	}
	conn, err := s.edit.Conn(ctx)
	if err != nil {
		return failure(err)
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return failure(err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit, and for a panic in change
	if err := change(tx); err != nil {
		return failure(err)
	}
	return failure(tx.Commit())
}
