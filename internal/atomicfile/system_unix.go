//go:build unix

package atomicfile

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func openPrivate(path string, flags int) (*os.File, error) {
	return os.OpenFile(path, flags|os.O_CREATE, 0o600)
}

func replace(from, to string) error { return os.Rename(from, to) }

// moveIfAbsent prefers the system's exclusive rename, which is one step. A hard link and the removal of
// the old name are two: a crash between them leaves the temporary name as well, which Sweep removes.
func moveIfAbsent(from, to string) error {
	err := renameExclusive(from, to)
	if !unsupported(err) {
		return err
	}
	err = os.Link(from, to)
	if unsupported(err) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.EMLINK) {
		return errors.ErrUnsupported // FAT says EPERM
	}
	if err != nil {
		return err
	}
	return os.Remove(from)
}

func unsupported(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, unix.EINVAL) ||
		errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.EOPNOTSUPP)
}

// syncFolder makes a rename survive a power cut. Some file systems (network shares) can't sync a folder
// and say EINVAL or ENOTSUP; there is nothing more to do there.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if unsupported(err) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

func isDiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// isBusy reports whether another program has the file open. On a disk of this computer that is no hindrance; shares of
// Windows say so (the kernel's fs/smb/client/smb2maperror.c, STATUS_SHARING_VIOLATION).
func isBusy(err error) bool { return errors.Is(err, syscall.ETXTBSY) || errors.Is(err, syscall.EBUSY) }

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

func isFolderGone(err error) bool {
	return errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ESTALE)
}
