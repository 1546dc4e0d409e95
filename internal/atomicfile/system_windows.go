package atomicfile

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// ownerOnly gives a protected access list (nothing is inherited from the folder) in which the current user
// alone has an entry. inherit, "OICI" for folders, hands it on to what is made inside.
func ownerOnly(inherit string) (*windows.SecurityAttributes, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	sd, err := windows.SecurityDescriptorFromString("D:P(A;" + inherit + ";FA;;;" + user.User.Sid.String() + ")")
	if err != nil {
		return nil, err
	}
	sa := &windows.SecurityAttributes{SecurityDescriptor: sd}
	sa.Length = uint32(unsafe.Sizeof(*sa))
	return sa, nil
}

// openPrivate creates with the access list in one step, so that at no moment somebody else can open the
// file. os.OpenFile can't: it takes no security attributes.
func openPrivate(path string, flags int) (*os.File, error) {
	sa, err := ownerOnly("")
	if err != nil {
		return nil, err
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	disposition := uint32(windows.CREATE_NEW)
	if flags&os.O_APPEND != 0 {
		disposition = windows.OPEN_ALWAYS
	}
	// Others may read but not write meanwhile, so that a seek to the end is as good as O_APPEND, which
	// would take away the right to cut a half-written piece off again.
	h, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, windows.FILE_SHARE_READ, sa,
		disposition, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	f := os.NewFile(uintptr(h), path)
	if flags&os.O_APPEND != 0 {
		if _, err := f.Seek(0, io.SeekEnd); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	return f, nil
}

// replace says that a file is busy where Windows says "access denied" of a file that is there and may be written: a
// program has it open, and does not share it.
func replace(from, to string) error {
	err := move(from, to, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
	if !errors.Is(err, windows.ERROR_ACCESS_DENIED) {
		return err
	}
	if info, statErr := os.Lstat(to); statErr != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o200 == 0 {
		return err
	}
	return &os.LinkError{Op: "move", Old: from, New: to, Err: windows.ERROR_SHARING_VIOLATION}
}

// moveIfAbsent fails with ERROR_ALREADY_EXISTS, which is an fs.ErrExist, when to exists.
func moveIfAbsent(from, to string) error { return move(from, to, windows.MOVEFILE_WRITE_THROUGH) }

func move(from, to string, flags uint32) error {
	a, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	b, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	for wait := time.Millisecond; ; wait *= 2 {
		err = windows.MoveFileEx(a, b, flags)
		if err == nil {
			return nil
		}
		if !busy(err) || wait > longestWait {
			return &os.LinkError{Op: "move", Old: from, New: to, Err: err}
		}
		<-time.After(wait)
	}
}

// longestWait ends the attempts to move a file after a quarter of a second in all.
const longestWait = 128 * time.Millisecond

// busy reports whether somebody may just be looking at one of the files: a virus scanner or the search
// index opens a new file for a moment, and Windows then refuses to move it. The go command waits, too
// (cmd/internal/robustio).
func busy(err error) bool {
	return errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION) ||
		errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}

// syncFolder has nothing to do: Windows can't flush a folder, and MOVEFILE_WRITE_THROUGH returns only
// after the move is on the disk.
func syncFolder(string) error { return nil }

func isDiskFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) ||
		errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED) || errors.Is(err, syscall.ENOSPC)
}

func isBusy(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}

func isReadOnly(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

func isFolderGone(err error) bool {
	return errors.Is(err, windows.ERROR_PATH_NOT_FOUND) || errors.Is(err, windows.ERROR_BAD_NETPATH) ||
		errors.Is(err, windows.ERROR_BAD_NET_NAME) || errors.Is(err, windows.ERROR_NOT_READY)
}
