package downloads_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/internal/downloads"
	"certdesk/internal/fault"
)

// A file is told once it is whole: also one that a browser has written under another name first.
func TestNewFilesAreTold(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("old.crt", "lies there already")
	told := make(chan string, 10)
	if err := downloads.Watch(t.Context(), dir, func(name string) bool { return strings.HasSuffix(name, ".crt") }, func(path string) { told <- path }); err != nil {
		t.Fatal(err)
	}
	next := func() string {
		t.Helper()
		select {
		case path := <-told:
			return filepath.Base(path)
		case <-time.After(20 * time.Second):
			t.Fatal("nothing was told")
		}
		return ""
	}
	write("notes.txt", "of no interest")
	part := write("shop.crt.part", "a certificate")
	if err := os.Rename(part, filepath.Join(dir, "shop.crt")); err != nil {
		t.Fatal(err)
	}
	if got := next(); got != "shop.crt" {
		t.Errorf("told of %s", got)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.crt"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("empty.crt", "")
	write("anna.crt", "another")
	if got := next(); got != "anna.crt" {
		t.Errorf("told of %s", got)
	}
	write("shop.crt", "the same name, another file")
	if got := next(); got != "shop.crt" {
		t.Errorf("told of %s", got)
	}
}

func TestAFolderThatIsNotThere(t *testing.T) {
	err := downloads.Watch(t.Context(), filepath.Join(t.TempDir(), "gone"), nil, nil)
	if !fault.Is(err, fault.FolderGone) || strings.Contains(err.Error(), "gone/") {
		t.Error(err)
	}
}
