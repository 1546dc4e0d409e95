//go:build unix

package atomicfile

import (
	"io/fs"
	"os"
)

func makeFolder(path string) error { return os.Mkdir(path, 0o700) }

// makePrivate takes the rights of others away. A folder with the sticky bit is everybody's: taking it
// from them would break the computer, keeping it would let them see names and times.
func makePrivate(path string, info fs.FileInfo) error {
	if info.Mode()&fs.ModeSticky != 0 {
		return &fs.PathError{Op: "chmod", Path: path, Err: ErrShared}
	}
	if info.Mode().Perm() == 0o700 {
		return nil
	}
	return os.Chmod(path, 0o700) //nolint:gosec // a folder needs its x bit
}
