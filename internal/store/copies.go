package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"certdesk/internal/atomicfile"
	"certdesk/internal/fault"
)

const (
	copiesFolder = "copies"
	copyPrefix   = "certdesk-"
	copySuffix   = ".db"
	copyStamp    = "20060102T150405Z"
	partSuffix   = ".part"

	copyEvery    = 7 * 24 * time.Hour
	copyFirst    = 24 * time.Hour // of a database that has nothing in it yet
	copyRetry    = time.Hour
	copiesToKeep = 3
)

// copyFile is one copy, by its name.
type copyFile struct {
	path string
	at   time.Time
}

// listCopies gives the copies, the newest first.
func (s *Store) listCopies() []copyFile {
	entries, err := os.ReadDir(filepath.Join(s.dir, copiesFolder))
	if err != nil {
		return nil
	}
	var out []copyFile
	for _, e := range entries {
		middle, ok := strings.CutPrefix(e.Name(), copyPrefix)
		if !ok || !strings.HasSuffix(middle, copySuffix) || len(middle) < len(copyStamp) {
			continue
		}
		if at, err := time.Parse(copyStamp, middle[:len(copyStamp)]); err == nil {
			out = append(out, copyFile{filepath.Join(s.dir, copiesFolder, e.Name()), at})
		}
	}
	slices.SortFunc(out, func(a, b copyFile) int {
		if c := b.at.Compare(a.at); c != 0 {
			return c
		}
		return strings.Compare(b.path, a.path)
	})
	return out
}

// copyNow makes a copy and lets the oldest go. Only a copy that has proved to be whole gets its name; note,
// if any, becomes part of it.
func (s *Store) copyNow(ctx context.Context, note string) error {
	folder := filepath.Join(s.dir, copiesFolder)
	if err := atomicfile.MkdirPrivate(folder); err != nil {
		return err
	}
	name := copyPrefix + s.now().UTC().Format(copyStamp)
	if note != "" {
		name += "-" + note
	}
	final := filepath.Join(folder, name+copySuffix)
	if err := vacuumInto(ctx, s.path(), final+partSuffix); err != nil {
		return err
	}
	err := atomicfile.Rename(final+partSuffix, final, atomicfile.Options{})
	if fault.Is(err, fault.FileExists) { // made in the same second
		return os.Remove(final + partSuffix)
	}
	if err != nil {
		return err
	}
	return s.pruneCopies()
}

// vacuumInto writes a database compactly to a new file, private to its owner, and reads that whole.
func vacuumInto(ctx context.Context, from, to string) error {
	if err := os.Remove(to); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	// VACUUM INTO takes a file that is there as long as it is empty, and would make one that others can read.
	if err := atomicfile.Write(to, nil, atomicfile.Options{}); err != nil {
		return err
	}
	err := vacuum(ctx, from, to)
	if err != nil {
		_ = os.Remove(to)
	}
	return err
}

func vacuum(ctx context.Context, from, to string) error {
	source, err := openReadOnly(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	if _, err := source.ExecContext(ctx, `VACUUM INTO ?`, to); err != nil {
		return err
	}
	target, err := openReadOnly(to)
	if err != nil {
		return err
	}
	defer func() { _ = target.Close() }()
	return whole(ctx, target)
}

// whole reads everything in a database: only such a copy takes the place of an older one.
func whole(ctx context.Context, db *sql.DB) error {
	if err := integrity(ctx, db, "integrity_check"); err != nil {
		return err
	}
	return checkSums(ctx, db)
}

// pruneCopies keeps the newest ones.
func (s *Store) pruneCopies() error {
	for i, c := range s.listCopies() {
		if i >= copiesToKeep {
			if err := os.Remove(c.path); err != nil {
				return err
			}
		}
	}
	return s.pruneParts()
}

// pruneParts removes what a crash left of a copy.
func (s *Store) pruneParts() error {
	folder := filepath.Join(s.dir, copiesFolder)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), copyPrefix) && strings.Contains(e.Name(), copySuffix+partSuffix) {
			if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// copies makes the weekly copy beside the work.
type copies struct {
	mu      sync.Mutex
	next    time.Time
	running bool
	ended   bool
	cancel  context.CancelFunc
	done    sync.WaitGroup
}

// begin finds out when the next copy is due, and makes it if it is.
func (c *copies) begin(ctx context.Context, s *Store) {
	now := s.now()
	next := now.Add(copyFirst)
	var any bool
	if err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM orders)`).Scan(&any); err == nil && any {
		next = now
	}
	if list := s.listCopies(); len(list) > 0 && !list[0].at.After(now) { // else the clock was set back
		next = list[0].at.Add(copyEvery)
	}
	c.mu.Lock()
	c.next = next
	c.mu.Unlock()
	c.changed(s)
}

// changed starts a copy when one is due. It does not wait.
func (c *copies) changed(s *Store) {
	now := s.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running || c.ended || now.Before(c.next) {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.running, c.cancel = true, cancel
	c.done.Go(func() {
		defer cancel()
		err := s.failure(s.copyNow(ctx, "")) // damage that shows here is remembered
		c.mu.Lock()
		defer c.mu.Unlock()
		c.running, c.next = false, now.Add(copyEvery)
		if err != nil {
			c.next = now.Add(copyRetry)
		}
	})
}

// end gives up a copy under way and waits until it has stopped.
func (c *copies) end() {
	c.mu.Lock()
	c.ended = true
	if c.cancel != nil {
		c.cancel()
	}
	c.mu.Unlock()
	c.done.Wait()
}
