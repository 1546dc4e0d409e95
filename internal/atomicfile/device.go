package atomicfile

import (
	"errors"
	"io/fs"
	"os"
)

// File is an open file of a [Device].
type File interface {
	Write(p []byte) (int, error)
	Sync() error
	Size() (int64, error)
	Truncate(size int64) error
	Close() error
}

// Device is what a [Writer] needs of a file system: the operating system's ([System]), or in tests one
// that fails.
type Device interface {
	Lstat(path string) (fs.FileInfo, error)
	Create(path string) (File, error)     // exclusively, private to the owner
	OpenAppend(path string) (File, error) // creates it private to the owner
	Replace(from, to string) error        // atomic; to may exist
	MoveIfAbsent(from, to string) error   // fs.ErrExist if to exists; errors.ErrUnsupported if it can't
	Remove(path string) error
	SyncFile(path string) error
	SyncFolder(dir string) error
}

// System is the operating system's file system.
type System struct{}

type osFile struct{ *os.File }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Lstat implements [Device].
func (System) Lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }

// Create implements [Device].
func (System) Create(path string) (File, error) {
	return asFile(openPrivate(path, os.O_WRONLY|os.O_EXCL))
}

// OpenAppend implements [Device].
func (System) OpenAppend(path string) (File, error) {
	return asFile(openPrivate(path, os.O_WRONLY|os.O_APPEND))
}

func asFile(f *os.File, err error) (File, error) {
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// Replace implements [Device].
func (System) Replace(from, to string) error { return replace(from, to) }

// MoveIfAbsent implements [Device].
func (System) MoveIfAbsent(from, to string) error { return moveIfAbsent(from, to) }

// Remove implements [Device].
func (System) Remove(path string) error { return os.Remove(path) }

// SyncFile implements [Device].
func (System) SyncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// SyncFolder implements [Device].
func (System) SyncFolder(dir string) error { return syncFolder(dir) }
