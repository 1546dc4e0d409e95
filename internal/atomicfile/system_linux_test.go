package atomicfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"certdesk/internal/atomicfile"
	"certdesk/internal/fault"
)

// full hands out /dev/full, on which the kernel itself says that the disk is full.
type full struct{ atomicfile.System }

func (full) Create(path string) (atomicfile.File, error) {
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		return nil, err
	}
	return atomicfile.System{}.OpenAppend("/dev/full")
}

func TestTheKernelSaysThatTheDiskIsFull(t *testing.T) {
	dir := t.TempDir()
	err := atomicfile.Writer{Device: full{}}.Write(filepath.Join(dir, "file"), []byte("x"), atomicfile.Options{})
	if !fault.Is(err, fault.DiskFull) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Write: %v", err)
	}
	if names := list(t, dir); len(names) != 0 {
		t.Errorf("left in the folder: %q", names)
	}
	if err := atomicfile.Append("/dev/full", []byte("x")); !fault.Is(err, fault.DiskFull) {
		t.Errorf("Append: %v", err)
	}
}

// /proc is read-only to everybody, the superuser included.
func TestTheKernelRefusesToCreate(t *testing.T) {
	err := atomicfile.Write("/proc/certdesk-test", []byte("x"), atomicfile.Options{})
	if !fault.Is(err, fault.FolderGone) && !fault.Is(err, fault.FolderReadOnly) {
		t.Errorf("got %v", err)
	}
}
