package demo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"certdesk/internal/atomicfile"
	"certdesk/internal/demo/authority"
)

// Wipe starts the demo of a folder over: orders, mails and the certificate authority go. The issuer has to
// be closed before; while one is running, here or in another process, the error is ErrRunning and nothing
// has been removed. Files of others are left alone.
func Wipe(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock := flock.New(filepath.Join(dir, fileLock), flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("demo: locking the demo's folder: %w", err)
	}
	if !locked {
		return ErrRunning
	}
	// The orders go first: without them the authority is of no use, without it they would never end.
	for _, remove := range []func() error{
		func() error { return os.Remove(filepath.Join(dir, fileLedger)) },
		func() error { return authority.Remove(filepath.Join(dir, fileAuthority)) },
		func() error { return os.Remove(filepath.Join(dir, fileAddress)) },
	} {
		if e := remove(); e != nil && !errors.Is(e, fs.ErrNotExist) && err == nil {
			err = fmt.Errorf("demo: starting the demo over: %w", e)
		}
	}
	_, swept := atomicfile.Sweep(dir)
	return errors.Join(err, swept, lock.Close())
}
