//go:build unix

package install

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// running reports whether a program has a store open. Mozilla's programs hold a lock on .parentlock in the
// profile; where locks don't work they leave a link "lock" to "ADDRESS:+PROCESS" (toolkit/profile/
// nsProfileLock.cpp). Chrome's store has no lock: NSS opens it anew each time.
func running(t Target) bool {
	if t.Program == Chrome {
		return false
	}
	if f, err := os.Open(filepath.Join(t.Dir, ".parentlock")); err == nil {
		defer func() { _ = f.Close() }()
		lock := unix.Flock_t{Type: unix.F_WRLCK}
		if unix.FcntlFlock(f.Fd(), unix.F_GETLK, &lock) == nil {
			return lock.Type != unix.F_UNLCK
		}
	}
	to, err := os.Readlink(filepath.Join(t.Dir, "lock"))
	if err != nil {
		return false
	}
	_, process, ok := strings.Cut(to, ":+")
	id, err := strconv.Atoi(process)
	if !ok || err != nil || id <= 0 {
		return true // somebody's lock, in a form that we don't know
	}
	return unix.Kill(id, 0) != unix.ESRCH
}
