//go:build unix

package atomicfile_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"certdesk/internal/atomicfile"
	"certdesk/internal/fault"
)

func TestModes(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := atomicfile.MkdirPrivate(dir); err != nil {
		t.Fatal(err)
	}
	file, journal := filepath.Join(dir, "file"), filepath.Join(dir, "journal")
	if err := atomicfile.Write(file, []byte("x"), atomicfile.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(file, []byte("y"), atomicfile.Options{Replace: true}); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Append(journal, []byte("x")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{
		filepath.Dir(dir): 0o700, dir: 0o700, file: 0o600, journal: 0o600,
	} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s is %o, want %o", filepath.Base(path), got, want)
		}
	}
}

func TestMkdirPrivateTightensButNotWhatIsShared(t *testing.T) {
	dir := t.TempDir()
	open, shared := filepath.Join(dir, "open"), filepath.Join(dir, "shared")
	for path, mode := range map[string]fs.FileMode{open: 0o755, shared: 0o777 | fs.ModeSticky} {
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := atomicfile.MkdirPrivate(open); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(open); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder stayed open: %v, %v", info.Mode(), err)
	}
	if err := atomicfile.MkdirPrivate(shared); !fault.Is(err, fault.FolderReadOnly) {
		t.Errorf("a shared folder: %v", err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.MkdirPrivate(file); !fault.Is(err, fault.FileExists) {
		t.Errorf("a file in the way: %v", err)
	}
}

// A link in the way is neither followed nor replaced unasked.
func TestALinkIsAFileToo(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "target"), link); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(link, []byte("x"), atomicfile.Options{}); !fault.Is(err, fault.FileExists) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "target")); err == nil {
		t.Error("the link was followed")
	}
}
