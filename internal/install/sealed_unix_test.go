//go:build unix

package install

import (
	"io"
	"os"
	"testing"
)

// Where there are no files in memory, the one that is read has no name any more.
func TestAFileWithoutAName(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	f, err := unnamedFile([]byte("sealed"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil || info.Size() != 6 || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if got, err := io.ReadAll(f); err != nil || string(got) != "sealed" {
		t.Errorf("%q %v", got, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("it has a name: %v %v", left, err)
	}
}
