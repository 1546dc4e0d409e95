//go:build unix

package desk_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
)

func TestReadsRegularFilesAlone(t *testing.T) {
	dir := t.TempDir()
	put := func(name, content string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := put("good.eml", "12345678", 0o600)
	link, pipe := filepath.Join(dir, "link.eml"), filepath.Join(dir, "pipe")
	if err := os.Symlink(good, link); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		code fault.Code
	}{
		{good, ""},
		{link, ""},
		{put("long.eml", "123456789", 0o600), fault.FileTooLarge},
		{put("empty.eml", "", 0o600), fault.FileEmpty},
		{dir, fault.FileIsFolder},
		{filepath.Join(dir, "gone.eml"), fault.FileGone},
		{filepath.Join(good, "x"), fault.FileUnreadable},
		{pipe, fault.FileNotRegular},
		{"/dev/zero", fault.FileNotRegular},
	} {
		data, err := (&desk.Files{}).Read(t.Context(), c.path, 8)
		switch {
		case c.code == "":
			if err != nil || string(data) != "12345678" {
				t.Errorf("%s: %q, %v", c.path, data, err)
			}
		case !fault.Is(err, c.code):
			t.Errorf("%s: %v, want %s", c.path, err, c.code)
		case strings.Contains(err.Error(), dir):
			t.Errorf("the path is in the error: %v", err)
		case fault.Of(err).Args["name"] != filepath.Base(c.path):
			t.Errorf("%s: named %v", c.path, fault.Of(err).Args["name"])
		}
	}
}

func TestReadingEndsWhenTheScreenCloses(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "gone")
	_, err := (&desk.Files{}).Read(ctx, path, 8)
	if !errors.Is(err, context.Canceled) && !fault.Is(err, fault.FileGone) {
		t.Errorf("%v", err)
	}
}
