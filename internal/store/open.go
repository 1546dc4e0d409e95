package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"certdesk/internal/atomicfile"
)

func (s *Store) open(ctx context.Context) (Report, error) {
	path := filepath.Join(s.dir, FileName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		// Made here, so that SQLite does not make it readable for others; its WAL takes after it.
		if err := atomicfile.Write(path, nil, atomicfile.Options{}); err != nil {
			return Report{}, err
		}
	}
	var err error
	if s.edit, err = pool(path, 1); err != nil {
		return Report{}, err
	}
	if s.read, err = pool(path, readers); err != nil {
		return Report{}, err
	}
	steps, err := migrations()
	if err != nil {
		return Report{}, err
	}
	var version int
	if err := s.edit.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return Report{}, err
	}
	return Report{}, migrate(ctx, s.edit, version, steps)
}
