//go:build unix

package instance

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Somebody else may have made the folder first, to be told our links.
func TestASocketLiesOnlyInAFolderOfOurs(t *testing.T) {
	dir := folders(t)
	runtime := filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "certdesk")
	elsewhere := t.TempDir()
	for name, spoil := range map[string]func() error{
		"a folder that others may enter": func() error { return errors.Join(os.Mkdir(runtime, 0o700), os.Chmod(runtime, 0o755)) },
		"a link":                         func() error { return os.Symlink(elsewhere, runtime) },
		"a file":                         func() error { return os.WriteFile(runtime, nil, 0o600) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		if err := private(runtime); !errors.Is(err, errFolder) {
			t.Errorf("%s: %v", name, err)
		}
		if path, err := socketPath(dir, true); err != nil || strings.HasPrefix(path, runtime+"/") {
			t.Errorf("%s: %s, %v", name, path, err)
		}
		if err := os.RemoveAll(runtime); err != nil {
			t.Fatal(err)
		}
	}
	path, err := socketPath(dir, true)
	if err != nil || filepath.Dir(path) != runtime {
		t.Errorf("%s, %v", path, err)
	}
}

func TestPathsOfSocketsAreShort(t *testing.T) {
	dir := folders(t)
	long := filepath.Join(t.TempDir(), strings.Repeat("x", 100))
	if err := os.Mkdir(long, 0o700); err != nil {
		t.Fatal(err)
	}
	short := os.Getenv("TMPDIR")
	t.Setenv("XDG_RUNTIME_DIR", long)
	path, err := socketPath(dir, true)
	if err != nil || len(path) > maxPath || !strings.HasPrefix(path, short) {
		t.Errorf("%s, %v", path, err)
	}
	t.Setenv("XDG_RUNTIME_DIR", "relative")
	if path, err := socketPath(dir, true); err != nil || !strings.HasPrefix(path, short) {
		t.Errorf("%s, %v", path, err)
	}
}

func TestTheFilesArePrivate(t *testing.T) {
	dir := folders(t)
	acquire(t, dir)
	path, err := socketPath(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{path, filepath.Join(dir, lockName)} {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info, err)
		}
	}
}

// A lock file that can't be made is an error, not "another app".
func TestAFolderThatIsNotThere(t *testing.T) {
	i, err := Acquire(filepath.Join(folders(t), "none"))
	if err == nil || errors.Is(err, ErrRunning) {
		t.Errorf("%v, %v", i, err)
	}
}
