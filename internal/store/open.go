package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"certdesk/internal/atomicfile"
	"certdesk/internal/fault"
)

const (
	// suspectName marks a database in which damage was seen while it was in use.
	suspectName = FileName + ".suspect"
	// carefulUpTo is the size in bytes up to which every start reads the whole database. A larger one is
	// read whole after a crash, when it is suspect, and for each weekly copy.
	carefulUpTo = 16 << 20
)

var errDamaged = errors.New("store: the database is damaged")

// kind is what a file is, by its first bytes.
type kind int

const (
	absent kind = iota
	empty
	ours
	newer
	broken
)

// open does everything that comes before the first query.
func (s *Store) open(ctx context.Context, steps []string) (Report, error) {
	if err := s.finishSwap(""); err != nil {
		return Report{}, err
	}
	s.sweep()
	path := s.path()
	what, err := s.inspect(ctx, path, len(steps))
	if err != nil {
		return Report{}, err
	}
	switch what {
	case newer:
		return Report{}, fault.New(fault.StoreNewer, errors.New("store: the database is of a later version"))
	case absent, empty:
		if len(s.listCopies()) > 0 {
			return s.repair(ctx, steps, what == absent)
		}
		if what == absent {
			// Made here, so that SQLite does not make it readable for others; its WAL takes after it.
			if err := atomicfile.Write(path, nil, atomicfile.Options{}); err != nil {
				return Report{}, err
			}
		}
	case broken:
		return s.repair(ctx, steps, false)
	case ours:
	}
	err = s.connect(ctx, steps)
	if isDamage(err) || errors.Is(err, errDamaged) {
		if err := s.disconnect(); err != nil && !isDamage(err) {
			return Report{}, err
		}
		return s.repair(ctx, steps, false)
	}
	if err != nil {
		return Report{}, err
	}
	return s.pendingReport(ctx)
}

// sweep removes what a crash has left half written: nothing else writes here while the lock is held. What can't be
// removed is in nobody's way.
func (s *Store) sweep() {
	_, _ = atomicfile.Sweep(s.dir)
	_ = s.pruneParts()
}

func (s *Store) path() string { return filepath.Join(s.dir, FileName) }

// inspect looks at the first bytes of a file and touches nothing: a database of a later version stays as it
// is. https://sqlite.org/fileformat2.html, 1.3: the version stands at 60, the application id at 68.
func (s *Store) inspect(ctx context.Context, path string, known int) (kind, error) {
	f, err := os.Open(path) // #nosec G304 -- the data directory's own file
	if errors.Is(err, os.ErrNotExist) {
		return absent, nil
	}
	if err != nil {
		return broken, err
	}
	defer func() { _ = f.Close() }()
	header := make([]byte, 100)
	n, err := io.ReadFull(f, header)
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return empty, nil
	case errors.Is(err, io.ErrUnexpectedEOF), err == nil && !bytes.HasPrefix(header, []byte("SQLite format 3\x00")):
		return broken, nil
	case err != nil:
		return broken, err
	}
	version, id := binary.BigEndian.Uint32(header[60:]), binary.BigEndian.Uint32(header[68:])
	if id != 0 && id != applicationID {
		return broken, nil
	}
	if id == applicationID && int64(version) > int64(known) {
		return newer, nil
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return inspectWAL(ctx, path, known), nil
	}
	return ours, nil
}

// inspectWAL asks for the version that a WAL may hold, over a connection that can't write.
func inspectWAL(ctx context.Context, path string, known int) kind {
	db, err := openReadOnly(path)
	if err != nil {
		return ours // opening it the usual way says what is wrong
	}
	defer func() { _ = db.Close() }()
	var version int
	if db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version) == nil && version > known {
		return newer
	}
	return ours
}

// openReadOnly opens a database, damaged perhaps, so that nothing of it is changed.
func openReadOnly(path string, more ...string) (*sql.DB, error) {
	query := "mode=ro&_pragma=busy_timeout(5000)&_pragma=trusted_schema(OFF)"
	for _, pragma := range more {
		query += "&_pragma=" + pragma
	}
	db, err := sql.Open("sqlite", fileURI(path, query))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// connect opens the pools, looks whether the database is whole, and brings it up to date.
func (s *Store) connect(ctx context.Context, steps []string) error {
	path := s.path()
	careful, sums := s.mustCheck(path)
	var err error
	if s.file, err = os.Stat(path); err != nil {
		return err
	}
	if s.edit, err = pool(path, 1); err != nil {
		return err
	}
	if s.read, err = pool(path, readers); err != nil {
		return err
	}
	version, err := s.sound(ctx, careful, sums, len(steps))
	if isMistake(err) { // these statements are right, so the file isn't ("unsupported file format")
		return errDamaged
	}
	if err != nil {
		return err
	}
	if version > 0 && version < len(steps) {
		if err := s.copyNow(ctx, fmt.Sprintf("v%d", version)); err != nil {
			return fmt.Errorf("copying before a migration: %w", err)
		}
	}
	if err := migrate(ctx, s.edit, version, steps); err != nil {
		return err
	}
	if err := complete(ctx, s.edit); err != nil {
		return err
	}
	if sums {
		if err := checkSums(ctx, s.edit); err != nil {
			return err
		}
		if err := os.Remove(filepath.Join(s.dir, suspectName)); !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// sound looks at a database that has not been brought up to date yet, and gives its version. Where it is suspect, its
// indexes are held against its tables too: an index that leads nowhere is a sound tree to quick_check.
func (s *Store) sound(ctx context.Context, careful, suspect bool, known int) (version int, err error) {
	if err := s.edit.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return 0, err
	}
	if version > known {
		return 0, fault.New(fault.StoreNewer, errors.New("store: the database is of a later version"))
	}
	which := "quick_check"
	if suspect {
		which = "integrity_check"
	}
	if careful {
		if err := integrity(ctx, s.edit, which); err != nil {
			return 0, err
		}
	}
	return version, plausible(ctx, s.edit, version)
}

// mustCheck says whether the database is to be read whole before it is used, and whether every order is.
func (s *Store) mustCheck(path string) (careful, sums bool) {
	_, err := os.Lstat(filepath.Join(s.dir, suspectName))
	sums = err == nil
	info, err := os.Stat(path)
	small := err == nil && info.Size() <= carefulUpTo
	sums = sums || err == nil && info.Size()%4096 != 0 // no page ends there: something was cut off
	wal, err := os.Stat(path + "-wal")
	crashed := err == nil && wal.Size() > 0 // a store that was closed leaves none
	return sums || small || crashed, sums
}

// integrity runs quick_check or integrity_check (https://sqlite.org/pragma.html#pragma_integrity_check).
func integrity(ctx context.Context, db *sql.DB, which string) error {
	var first string
	if err := db.QueryRowContext(ctx, "PRAGMA "+which+"(1)").Scan(&first); err != nil {
		return err
	}
	if first != "ok" {
		return errDamaged
	}
	return nil
}

// plausible compares the version with what is there: no version means no tables, and the other way round.
func plausible(ctx context.Context, db *sql.DB, version int) error {
	var tables int
	if err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return err
	}
	if (version > 0) != (tables > 0) {
		return errDamaged
	}
	return nil
}

// complete finds out whether every table and column is there. A schema that lost a row is still a sound
// database to SQLite.
func complete(ctx context.Context, db *sql.DB) error {
	tables := append([]belonging{
		{name: "orders", columns: []string{"id", "phase", "not_after"}},
		{name: "documents", columns: []string{"order_id", "doc", "csr", "body", "sum"}},
	}, belongings...)
	for _, b := range tables {
		query := fmt.Sprintf(`SELECT %s FROM %s LIMIT 0`, strings.Join(b.columns, ","), b.name) // #nosec G201 -- names of this package's own tables
		rows, err := db.QueryContext(ctx, query)
		if isMistake(err) {
			return errDamaged
		}
		if err != nil {
			return err
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
	}
	return nil
}

// checkSums reads every order. What integrity_check looks at is the structure; a changed letter is none.
func checkSums(ctx context.Context, db *sql.DB) error {
	var bare int
	err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM orders LEFT JOIN documents ON order_id = id WHERE order_id IS NULL`).Scan(&bare)
	if err == nil && bare > 0 {
		err = errDamaged
	}
	if err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, `SELECT order_id, doc, csr, body, sum FROM documents`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, doc string
		var csr, body, want []byte
		if err := rows.Scan(&id, &doc, &csr, &body, &want); err != nil {
			return err
		}
		if _, err := decodeOrder(id, doc, csr, body, want); err != nil {
			return err
		}
	}
	return rows.Err()
}

// reportKey is the setting that holds a repair's report until an Open has told it: the app may have crashed
// between the repair and its words.
const reportKey = "store.report"

func (s *Store) pendingReport(ctx context.Context) (Report, error) {
	text, ok, err := s.Setting(ctx, reportKey)
	if err != nil || !ok {
		return Report{}, err
	}
	var r Report
	if json.Unmarshal([]byte(text), &r) != nil {
		r = Report{Repaired: true}
	}
	return r, s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM settings WHERE key = ?`, reportKey)
		return err
	})
}
