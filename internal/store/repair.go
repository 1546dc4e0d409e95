package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"certdesk/internal/atomicfile"
)

// A repair builds the new database beside the old one and changes places only when it is whole:
//
//	certdesk.db.rebuilding   being built; of no value after a crash
//	certdesk.db.rebuilt      whole; from here on a crash is finished by the next Open
//	damaged/…                the old one, its WAL and its index of it, kept for good
const (
	rebuildingName = FileName + ".rebuilding"
	rebuiltName    = FileName + ".rebuilt"
	damagedFolder  = "damaged"
)

// repair puts a database together from the newest good copy and from what can be read of the damaged one,
// puts it in place and connects to it. missing: there is no damaged one.
func (s *Store) repair(ctx context.Context, steps []string, missing bool) (Report, error) {
	aside := s.asideName()
	report, err := s.rebuild(ctx, steps, tally{missing: missing, aside: aside, complete: true})
	if err != nil {
		return Report{}, fmt.Errorf("repairing the database: %w", err)
	}
	rebuilding, rebuilt := filepath.Join(s.dir, rebuildingName), filepath.Join(s.dir, rebuiltName)
	if err := atomicfile.Rename(rebuilding, rebuilt, atomicfile.Options{Replace: true}); err != nil {
		return Report{}, err
	}
	if err := s.finishSwap(aside); err != nil {
		return Report{}, err
	}
	if err := s.connect(ctx, steps); err != nil {
		return Report{}, err
	}
	if _, err := s.pendingReport(ctx); err != nil {
		return Report{}, err
	}
	return report, nil
}

// rebuild makes certdesk.db.rebuilding.
func (s *Store) rebuild(ctx context.Context, steps []string, t tally) (Report, error) {
	path := filepath.Join(s.dir, rebuildingName)
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return Report{}, err
		}
	}
	copied, err := s.restoreCopy(ctx, path, len(steps))
	if err != nil {
		return Report{}, err
	}
	t.from = copied.at
	db, err := pool(path, 1)
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = db.Close() }()
	var version int
	if err := db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return Report{}, err
	}
	if err := migrate(ctx, db, version, steps); err != nil {
		return Report{}, err
	}
	var report Report
	err = inTransaction(ctx, db, func(tx *sql.Tx) error {
		if err := s.merge(ctx, tx, &t); err != nil {
			return err
		}
		report = t.report()
		text, err := json.Marshal(report)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO settings (key, value, updated) VALUES (?,?,?)`,
			reportKey, string(text), millis(s.now()))
		return err
	})
	if err != nil {
		return Report{}, err
	}
	if err := whole(ctx, db); err != nil {
		return Report{}, err
	}
	return report, fold(ctx, db)
}

// fold writes the WAL into the file, so that the file can be moved alone.
func fold(ctx context.Context, db *sql.DB) error {
	var busy, frames, done int
	if err := db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &done); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("store: the WAL of the new database can't be folded in")
	}
	return db.Close()
}

// restoreCopy writes the newest copy that is whole and not of a later version to path, or an empty file.
func (s *Store) restoreCopy(ctx context.Context, path string, known int) (copyFile, error) {
	for _, c := range s.listCopies() {
		if !goodCopy(ctx, c.path, known) {
			continue
		}
		err := vacuumInto(ctx, c.path, path)
		if isDamage(err) || errors.Is(err, errDamaged) {
			continue
		}
		return c, err
	}
	return copyFile{}, atomicfile.Write(path, nil, atomicfile.Options{})
}

func goodCopy(ctx context.Context, path string, known int) bool {
	db, err := openReadOnly(path)
	if err != nil {
		return false
	}
	defer func() { _ = db.Close() }()
	var version, id int
	if db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version) != nil ||
		db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id) != nil {
		return false
	}
	if version < 1 || version > known || id != applicationID || whole(ctx, db) != nil {
		return false
	}
	return version < known || complete(ctx, db) == nil
}

func (s *Store) asideName() string {
	base := copyPrefix + s.now().UTC().Format(copyStamp)
	for n := 1; ; n++ {
		name := base + copySuffix
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", base, n, copySuffix)
		}
		if _, err := os.Lstat(filepath.Join(s.dir, damagedFolder, name)); errors.Is(err, os.ErrNotExist) {
			return name
		}
	}
}

// finishSwap lets a whole new database take its place, if there is one. The old one's WAL has to be away
// before: SQLite would take it for the new one's. It can be called again after a crash at any point.
// name is the damaged one's from now on; empty: found here.
func (s *Store) finishSwap(name string) error {
	rebuilt := filepath.Join(s.dir, rebuiltName)
	if _, err := os.Lstat(rebuilt); errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	folder := filepath.Join(s.dir, damagedFolder)
	if err := atomicfile.MkdirPrivate(folder); err != nil {
		return err
	}
	if name == "" {
		name = s.asideName()
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		from := s.path() + suffix
		if _, err := os.Lstat(from); errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err := atomicfile.Rename(from, filepath.Join(folder, name+suffix), atomicfile.Options{}); err != nil {
			return err
		}
	}
	if err := os.Remove(filepath.Join(s.dir, suspectName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return atomicfile.Rename(rebuilt, s.path(), atomicfile.Options{})
}

func inTransaction(ctx context.Context, db *sql.DB, change func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := change(tx); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}
