package atomicfile_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"certdesk/internal/atomicfile"
	"certdesk/internal/atomicfile/atomicfiletest"
	"certdesk/internal/fault"
)

const oldText = "what was there before"

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "anna@example.ch.p12")
	if err := atomicfile.Write(path, []byte("one"), atomicfile.Options{}); err != nil {
		t.Fatal(err)
	}
	err := atomicfile.Write(path, []byte("two"), atomicfile.Options{})
	if !errors.Is(err, atomicfile.ErrExists) || !fault.Is(err, fault.FileExists) {
		t.Fatalf("a second file of the same name: %v", err)
	}
	if name := fault.Of(err).Args["name"]; name != "anna@example.ch.p12" {
		t.Errorf("the fault names %v", name)
	}
	if got := content(t, path); got != "one" {
		t.Errorf("without Replace the file became %q", got)
	}
	if err := atomicfile.Write(path, []byte("three"), atomicfile.Options{Replace: true}); err != nil {
		t.Fatal(err)
	}
	if got := content(t, path); got != "three" {
		t.Errorf("with Replace the file is %q", got)
	}
	if names := list(t, dir); len(names) != 1 {
		t.Errorf("left in the folder: %q", names)
	}
}

// Whoever comes second must lose, also when both have seen that no file exists.
func TestOneOfManyWritersWins(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	const writers = 8
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			errs[i] = atomicfile.Write(path, bytes.Repeat([]byte{byte('a' + i)}, 4096), atomicfile.Options{})
		})
	}
	wg.Wait()
	won := -1
	for i, err := range errs {
		switch {
		case err == nil && won >= 0:
			t.Fatal("two writers were told that they wrote the file")
		case err == nil:
			won = i
		case !fault.Is(err, fault.FileExists):
			t.Errorf("writer %d: %v", i, err)
		}
	}
	if won < 0 || content(t, path) != strings.Repeat(string(rune('a'+won)), 4096) {
		t.Errorf("the file is not the winner's (%d)", won)
	}
	if names := list(t, dir); len(names) != 1 {
		t.Errorf("left in the folder: %q", names)
	}
}

// noExclusive is a FAT file system: no exclusive rename, no links.
type noExclusive struct{ atomicfile.System }

func (noExclusive) MoveIfAbsent(string, string) error { return errors.ErrUnsupported }

func TestFileSystemWithoutExclusiveRename(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	w := atomicfile.Writer{Device: noExclusive{}}
	if err := w.Write(path, []byte("one"), atomicfile.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(path, []byte("two"), atomicfile.Options{}); !fault.Is(err, fault.FileExists) {
		t.Errorf("a second file: %v", err)
	}
	if got := content(t, path); got != "one" {
		t.Errorf("the file is %q", got)
	}
	if names := list(t, dir); len(names) != 1 {
		t.Errorf("left in the folder: %q", names)
	}
}

// After every kind of failure at every step the old file is untouched and nothing else is left.
func TestAFailureLeavesTheOldFileAlone(t *testing.T) {
	causes := []struct {
		err  error
		code fault.Code
	}{
		{syscall.ENOSPC, fault.DiskFull},
		{syscall.EROFS, fault.FolderReadOnly},
		{syscall.EACCES, fault.FolderReadOnly},
		{syscall.ENOENT, fault.FolderGone},
		{syscall.ETXTBSY, fault.FileBusy},
		{syscall.EIO, fault.FileWrite},
	}
	for _, step := range []string{"create", "write", "sync", "close", "replace"} {
		for _, c := range causes {
			t.Run(step+" "+c.err.Error(), func(t *testing.T) {
				dir := t.TempDir()
				path := filepath.Join(dir, "file")
				if err := os.WriteFile(path, []byte(oldText), 0o600); err != nil {
					t.Fatal(err)
				}
				at := &fs.PathError{Op: step, Path: path, Err: c.err}
				w := atomicfile.Writer{Device: atomicfiletest.FailAt(step, at)}
				err := w.Write(path, []byte("new"), atomicfile.Options{Replace: true})
				if !fault.Is(err, c.code) {
					t.Errorf("got %v, want the fault %s", err, c.code)
				}
				if !errors.Is(err, c.err) {
					t.Errorf("the cause is lost: %v", err)
				}
				if strings.Contains(err.Error(), path) {
					t.Errorf("the error shows the path: %v", err)
				}
				if got := content(t, path); got != oldText {
					t.Errorf("the old file became %q", got)
				}
				if names := list(t, dir); len(names) != 1 {
					t.Errorf("left in the folder: %q", names)
				}
			})
		}
	}
}

func TestAFailureAtTheFirstFileLeavesNothing(t *testing.T) {
	for _, step := range []string{"create", "write", "sync", "close", "move"} {
		dir := t.TempDir()
		w := atomicfile.Writer{Device: atomicfiletest.FailAt(step, syscall.EIO)}
		if err := w.Write(filepath.Join(dir, "file"), []byte("new"), atomicfile.Options{}); !fault.Is(err, fault.FileWrite) {
			t.Errorf("%s: %v", step, err)
		}
		if names := list(t, dir); len(names) != 0 {
			t.Errorf("%s: left in the folder: %q", step, names)
		}
	}
}

func TestADiskThatFillsUpAtAnyByte(t *testing.T) {
	data := []byte(strings.Repeat("0123456789", 10))
	for n := range int64(len(data) + 1) {
		dir := t.TempDir()
		path := filepath.Join(dir, "file")
		if err := os.WriteFile(path, []byte(oldText), 0o600); err != nil {
			t.Fatal(err)
		}
		w := atomicfile.Writer{Device: atomicfiletest.FullAfter(n)}
		err := w.Write(path, data, atomicfile.Options{Replace: true})
		want := oldText
		if n == int64(len(data)) {
			want = string(data)
		}
		if (err == nil) != (want == string(data)) || err != nil && !fault.Is(err, fault.DiskFull) {
			t.Errorf("full after %d bytes: %v", n, err)
		}
		if got := content(t, path); got != want {
			t.Errorf("full after %d bytes: the file is %q", n, got)
		}
		if names := list(t, dir); len(names) != 1 {
			t.Errorf("full after %d bytes: left in the folder: %q", n, names)
		}
	}
}

func TestAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.jsonl")
	for _, line := range []string{"{\"id\":1}\n", "{\"id\":2}\n"} {
		if err := atomicfile.Append(path, []byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	if got := content(t, path); got != "{\"id\":1}\n{\"id\":2}\n" {
		t.Errorf("the journal is %q", got)
	}
	full := atomicfile.Writer{Device: atomicfiletest.FullAfter(4)}
	if err := full.Append(path, []byte("{\"id\":3}\n")); !fault.Is(err, fault.DiskFull) {
		t.Errorf("full disk: %v", err)
	}
	if got := content(t, path); got != "{\"id\":1}\n{\"id\":2}\n" {
		t.Errorf("half a line stayed: %q", got)
	}
	if err := atomicfile.Append(filepath.Join(filepath.Dir(path), "gone", "x"), nil); !fault.Is(err, fault.FolderGone) {
		t.Errorf("a folder that is gone: %v", err)
	}
}

func TestFolderGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "stick")
	err := atomicfile.Write(filepath.Join(dir, "file"), []byte("x"), atomicfile.Options{})
	if !fault.Is(err, fault.FolderGone) {
		t.Errorf("a missing folder: %v", err)
	}
}

func TestRename(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "copy"), filepath.Join(dir, "file")
	for _, path := range []string{from, to} {
		if err := os.WriteFile(path, []byte(filepath.Base(path)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := atomicfile.Rename(from, to, atomicfile.Options{}); !fault.Is(err, fault.FileExists) {
		t.Errorf("over an existing file: %v", err)
	}
	if content(t, from) != "copy" || content(t, to) != "file" {
		t.Error("a refused rename changed something")
	}
	if err := atomicfile.Rename(from, to, atomicfile.Options{Replace: true}); err != nil || content(t, to) != "copy" {
		t.Errorf("Replace: %v", err)
	}
	aside := filepath.Join(dir, "aside")
	if err := atomicfile.MkdirPrivate(aside); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Rename(to, filepath.Join(aside, "file"), atomicfile.Options{}); err != nil {
		t.Errorf("into another folder: %v", err)
	}
	if names := list(t, dir); len(names) != 1 || content(t, filepath.Join(aside, "file")) != "copy" {
		t.Errorf("in the folder: %q", names)
	}
}

func TestSweepTakesOnlyItsOwn(t *testing.T) {
	dir := t.TempDir()
	keep := []string{".certdesk-notes.part", "anna.p12", ".certdesk-00112233445566778899aabb.txt"}
	ours := ".certdesk-00112233445566778899aabb.part"
	for _, name := range append([]string{ours}, keep...) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := atomicfile.SweepBefore(dir, time.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("SweepBefore removed %d that are younger, %v", n, err)
	}
	n, err := atomicfile.SweepBefore(dir, time.Now().Add(time.Hour))
	if err != nil || n != 1 {
		t.Errorf("SweepBefore removed %d, %v", n, err)
	}
	if names := list(t, dir); len(names) != len(keep) {
		t.Errorf("left: %q", names)
	}
}

// What a crash leaves is what Sweep knows: the name of a temporary file is looked at while it is there.
func TestSweepKnowsTheTemporaryName(t *testing.T) {
	dir := t.TempDir()
	w := atomicfile.Writer{Device: crashed{}}
	if err := w.Write(filepath.Join(dir, "file"), []byte("x"), atomicfile.Options{}); err == nil {
		t.Fatal("the write did not fail")
	}
	if names := list(t, dir); len(names) != 1 {
		t.Fatalf("in the folder: %q", names)
	}
	if n, err := atomicfile.Sweep(dir); n != 1 || err != nil {
		t.Errorf("Sweep removed %d, %v", n, err)
	}
}

// crashed fails at the rename and removes nothing, as after a crash.
type crashed struct{ atomicfile.System }

func (crashed) MoveIfAbsent(string, string) error { return syscall.EIO }
func (crashed) Remove(string) error               { return nil }
