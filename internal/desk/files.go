package desk

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
)

// Files reads files that the customer has chosen or dropped.
type Files struct{}

// Read reads a regular file of at most limit bytes, following links. It never opens a device or a pipe, which
// may have no end, and ends with ctx even where the system does not answer. Its errors are faults with the
// file's name: gone, a folder, no permission, too large, empty, not regular, unreadable.
func (f *Files) Read(ctx context.Context, path string, limit int64) ([]byte, error) {
	return readFile(ctx, path, limit, false)
}

// ReadStart is Read, but that of a larger file it gives the first limit bytes: what counts in an e-mail stands
// before its attachments.
func (f *Files) ReadStart(ctx context.Context, path string, limit int64) ([]byte, error) {
	return readFile(ctx, path, limit, true)
}

func readFile(ctx context.Context, path string, limit int64, start bool) ([]byte, error) {
	name := filepath.Base(path)
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		data, err := readRegular(path, limit, start)
		done <- result{data, err}
	}()
	select {
	case r := <-done:
		return r.data, fileFault(r.err, name, limit)
	case <-ctx.Done():
		return nil, fault.New(fault.Cancelled, ctx.Err())
	}
}

// What is no failure of the system.
var (
	errFolder     = errors.New("a folder")
	errNotRegular = errors.New("not a regular file")
	errTooLarge   = errors.New("too large")
	errEmpty      = errors.New("empty")
)

func readRegular(path string, limit int64, start bool) ([]byte, error) {
	info, err := os.Stat(path) // before it is opened: opening a pipe waits for whoever writes into it
	if err != nil {
		return nil, err
	}
	if err := fits(info, limit, start); err != nil {
		return nil, err
	}
	file, err := os.Open(path) // #nosec G304 -- chosen by the customer
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if info, err = file.Stat(); err != nil {
		return nil, err
	}
	if err := fits(info, limit, start); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(data)) > limit && start:
		return data[:limit], nil
	case int64(len(data)) > limit:
		return nil, errTooLarge
	case len(data) == 0:
		return nil, errEmpty
	}
	return data, nil
}

func fits(info fs.FileInfo, limit int64, start bool) error {
	switch {
	case info.IsDir():
		return errFolder
	case !info.Mode().IsRegular():
		return errNotRegular
	case info.Size() > limit && !start:
		return errTooLarge
	}
	return nil
}

// fileFault puts a failure into words. Errors of the system name the whole path, so they are not wrapped.
func fileFault(err error, name string, limit int64) error {
	if err == nil {
		return nil
	}
	var cause error
	var inSystem *fs.PathError
	if errors.As(err, &inSystem) {
		cause = inSystem.Err
	}
	code := fault.FileUnreadable
	switch {
	case errors.Is(err, errFolder):
		code = fault.FileIsFolder
	case errors.Is(err, errNotRegular):
		code = fault.FileNotRegular
	case errors.Is(err, errTooLarge):
		return fault.New(fault.FileTooLarge, nil, "name", name, "size", sizeOf(limit))
	case errors.Is(err, errEmpty):
		code = fault.FileEmpty
	case errors.Is(err, fs.ErrNotExist):
		code = fault.FileGone
	case errors.Is(err, fs.ErrPermission):
		code = fault.FileDenied
	}
	return fault.New(code, cause, "name", name)
}

// sizeOf is a limit in words.
func sizeOf(limit int64) i18n.Message {
	for _, unit := range []struct {
		id   string
		size int64
	}{{"size.mb", 1 << 20}, {"size.kb", 1 << 10}} {
		if limit >= unit.size {
			return i18n.M(unit.id, "size", strconv.FormatInt(limit/unit.size, 10))
		}
	}
	return i18n.M("size.bytes", "n", int(limit))
}
