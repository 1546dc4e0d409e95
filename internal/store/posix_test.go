//go:build unix

package store

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"certdesk/internal/fault"
)

func init() {
	syscall.Umask(0) // so that a file that relied on it shows
	children["read-only"] = childReadOnly
}

// childReadOnly opens a store in a folder that its user may not write to, and prints the fault.
func childReadOnly(dir string) {
	if os.Geteuid() == 0 {
		for _, id := range []error{syscall.Setgid(65534), syscall.Setuid(65534)} {
			if id != nil {
				fmt.Println(id)
				os.Exit(1)
			}
		}
	}
	s, _, err := Open(context.Background(), Options{Dir: dir, Lock: held{}})
	if err == nil {
		err = s.Create(context.Background(), sample("late"))
	}
	_ = json.NewEncoder(os.Stdout).Encode(fault.Of(err).Code)
}

func TestEverythingIsPrivate(t *testing.T) {
	s, dir := fresh(t) // with a umask of 0
	ok(t, s.Create(t.Context(), full("a")))
	ok(t, s.copyNow(t.Context(), ""))
	files := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if e.IsDir() {
			want = 0o700
		} else {
			files++
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has %o", filepath.Base(path), info.Mode().Perm())
		}
		return nil
	})
	ok(t, err)
	if files < 4 {
		t.Errorf("%d files; a database, its WAL, its index and a copy were expected", files)
	}
}

// The data directory can't be made, or its files can't be written to.
func TestAReadOnlyFolder(t *testing.T) {
	for _, used := range []bool{false, true} {
		base := t.TempDir()
		dir := filepath.Join(base, "closed", "data")
		ok(t, os.Mkdir(filepath.Dir(dir), 0o755))
		if used {
			s, _ := openAt(t, dir, newClock())
			ok(t, s.Create(t.Context(), sample("a")))
			ok(t, s.Close())
		}
		// The child has no rights of its own: everybody may pass up to the data, which is made the child's.
		for p := base; len(p) > len(os.TempDir()); p = filepath.Dir(p) {
			ok(t, os.Chmod(p, 0o755))
		}
		ok(t, os.Chmod(filepath.Dir(dir), 0o555))
		if used {
			ok(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
				if err == nil && !e.IsDir() {
					err = os.Chmod(path, 0o400)
				}
				if err == nil && os.Geteuid() == 0 {
					err = os.Lchown(path, 65534, 65534)
				}
				return err
			}))
		}
		out, err := child(t, "read-only", dir).Output()
		ok(t, err)
		var got fault.Code
		ok(t, json.Unmarshal(out, &got))
		if got != fault.FolderReadOnly {
			t.Errorf("used before: %v: %s", used, got)
		}
		ok(t, os.Chmod(filepath.Dir(dir), 0o700))
	}
}

// The folder is moved away under the running app, as a drive is that is unplugged: nothing counts as written that
// could not be found again, and all is well once it is back.
func TestTheFolderVanishes(t *testing.T) {
	s, dir := fresh(t)
	ok(t, s.Create(t.Context(), sample("a")))
	ok(t, os.Rename(dir, dir+" away"))
	if err := s.Create(t.Context(), sample("b")); !fault.Is(err, fault.FolderGone) {
		t.Errorf("written into nowhere: %v", err)
	}
	ok(t, os.Mkdir(dir, 0o700))
	if err := s.Create(t.Context(), sample("b")); !fault.Is(err, fault.FolderGone) {
		t.Errorf("written beside another folder: %v", err)
	}
	ok(t, os.Remove(dir))
	ok(t, os.Rename(dir+" away", dir))
	ok(t, s.Create(t.Context(), sample("b")))
}
