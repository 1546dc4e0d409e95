package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"certdesk/internal/atomicfile"
	"certdesk/internal/fault"
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

// Store is an open database.
type Store struct {
	dir  string
	now  func() time.Time
	lock Lock
	file os.FileInfo // the database when it was opened
	edit *sql.DB     // one connection
	read *sql.DB

	copies  copies
	suspect sync.Once
}

// readers is how many queries may run at once beside the one change.
const readers = 4

var errNoLock = errors.New("store: the lock of the data directory is not held")

// Open opens the database of a data directory, or makes it. It repairs what is damaged, brings an older one
// up to date, and leaves a newer one alone (StoreNewer). Faults besides: StoreLocked (the lock is not
// held), StoreNetwork.
func Open(ctx context.Context, o Options) (*Store, Report, error) {
	steps, err := migrations()
	if err != nil {
		return nil, Report{}, err
	}
	return open(ctx, o, steps)
}

func open(ctx context.Context, o Options, steps []string) (*Store, Report, error) {
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
	report, err := s.open(ctx, steps)
	if err != nil {
		_ = s.disconnect() // what went wrong first is what counts
		return nil, Report{}, failure(err)
	}
	s.copies.begin(ctx, s)
	return s, report, nil
}

// Close ends the store. Everything is on the disk already; a copy under way is given up.
func (s *Store) Close() error {
	s.copies.end()
	return failure(s.disconnect())
}

func (s *Store) disconnect() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.edit} { // the last one to close folds the WAL into the file
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	s.read, s.edit = nil, nil
	return errors.Join(errs...)
}

// write makes one change. Until it has begun, ctx can end it; from then on it runs to its end.
func (s *Store) write(ctx context.Context, change func(ctx context.Context, tx *sql.Tx) error) error {
	if !s.lock.Held() {
		return fault.New(fault.StoreLocked, errNoLock)
	}
	if err := s.present(); err != nil {
		return err
	}
	conn, err := s.edit.Conn(ctx)
	if err != nil {
		return s.failure(err)
	}
	defer func() { _ = conn.Close() }()
	ctx = context.WithoutCancel(ctx)
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return s.failure(err)
	}
	defer func() { _ = tx.Rollback() }() // for a failure, and for a panic in change
	if err := change(ctx, tx); err != nil {
		return s.failure(err)
	}
	if err := tx.Commit(); err != nil {
		return s.failure(err)
	}
	s.copies.changed(s)
	return nil
}

var errVanished = errors.New("store: the database is no longer where it was opened")

// present makes sure that what is written can be found again. Where the folder was moved or removed under the running
// app, the system goes on writing into a file that nobody can open any more.
func (s *Store) present() error {
	now, err := os.Stat(s.path())
	if err == nil && os.SameFile(now, s.file) {
		return nil
	}
	return fault.New(fault.FolderGone, errVanished)
}

// failure is the package's failure; damage is also remembered for the next start, which looks closely then.
func (s *Store) failure(err error) error {
	err = failure(err)
	if fault.Is(err, fault.StoreDamaged) {
		s.suspect.Do(func() {
			_ = atomicfile.Write(filepath.Join(s.dir, suspectName), nil, atomicfile.Options{Replace: true})
		})
	}
	return err
}
