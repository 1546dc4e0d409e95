package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"certdesk/internal/fault"
)

// failure turns what SQLite and the system say into a fault. Errors that callers decide on stay as they are.
func failure(err error) error {
	var known *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known), errors.Is(err, ErrNotFound), errors.Is(err, ErrExists),
		errors.Is(err, ErrFrozen), errors.Is(err, ErrIncomplete):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Cancelled, err)
	case errors.Is(err, syscall.ENOSPC):
		return fault.New(fault.DiskFull, err)
	case errors.Is(err, fs.ErrPermission):
		return fault.New(fault.FolderReadOnly, err)
	}
	var s *sqlite.Error
	if errors.As(err, &s) {
		if code, ok := codeOf(s.Code()); ok {
			return fault.New(code, err)
		}
	}
	return err
}

// codeOf goes by the primary result code, the low byte (https://sqlite.org/rescode.html).
func codeOf(result int) (fault.Code, bool) {
	switch result {
	case lib.SQLITE_IOERR_SHORT_READ, lib.SQLITE_IOERR_CORRUPTFS, lib.SQLITE_IOERR_DATA:
		return fault.StoreDamaged, true // a file that was cut off, or that the file system can't read
	}
	switch result & 0xff {
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return fault.StoreDamaged, true
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_PROTOCOL:
		return fault.StoreLocked, true
	case lib.SQLITE_FULL:
		return fault.DiskFull, true
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_AUTH:
		return fault.FolderReadOnly, true
	case lib.SQLITE_CANTOPEN:
		return fault.FolderGone, true
	case lib.SQLITE_IOERR:
		return fault.FileWrite, true
	case lib.SQLITE_INTERRUPT:
		return fault.Cancelled, true
	}
	return "", false
}

// isConstraint reports whether a row was refused because one like it is there.
func isConstraint(err error) bool {
	var s *sqlite.Error
	return errors.As(err, &s) && (s.Code() == lib.SQLITE_CONSTRAINT_PRIMARYKEY || s.Code() == lib.SQLITE_CONSTRAINT_UNIQUE)
}

// isForeignKey reports whether a row was refused because the order it belongs to is not there.
func isForeignKey(err error) bool {
	var s *sqlite.Error
	return errors.As(err, &s) && s.Code() == lib.SQLITE_CONSTRAINT_FOREIGNKEY
}

// isDoubtful reports whether a row was refused for what stands in it.
func isDoubtful(err error) bool {
	var s *sqlite.Error
	return errors.As(err, &s) && (s.Code()&0xff == lib.SQLITE_CONSTRAINT || s.Code()&0xff == lib.SQLITE_MISMATCH)
}

// isMistake reports whether SQLite could make nothing of a statement: a table or column is missing.
func isMistake(err error) bool {
	var s *sqlite.Error
	return errors.As(err, &s) && s.Code()&0xff == lib.SQLITE_ERROR
}

func isDamage(err error) bool { return fault.Is(failure(err), fault.StoreDamaged) }
