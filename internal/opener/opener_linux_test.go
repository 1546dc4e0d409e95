package opener

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/fault"
)

// launcher puts an xdg-open in PATH that writes down what it is given and ends with status.
func launcher(t *testing.T, status string) (noted func() string) {
	t.Helper()
	dir := t.TempDir()
	note := filepath.Join(dir, "note")
	script := "#!/bin/sh\necho chatter\necho chatter >&2\n" +
		`printf '%s|%s|%s|%s' "$#" "$1" "$APPIMAGE" "$LD_LIBRARY_PATH" > "` + note + "\"\nexit " + status + "\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	return func() string {
		b, err := os.ReadFile(note)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
}

func TestTheSystemsLauncher(t *testing.T) {
	t.Setenv("APPDIR", "/opt/.mount_cert")
	t.Setenv("APPIMAGE", "/opt/certdesk.AppImage")
	t.Setenv("ARGV0", "certdesk")
	t.Setenv("OWD", "/")
	t.Setenv("LD_LIBRARY_PATH", "/opt/.mount_cert/usr/lib:/usr/local/lib:/opt/.mount_certificates")
	noted := launcher(t, "0")
	o := New()
	if err := o.OpenURL(t.Context(), parse(t, "https://shop.example/a b?c=$(d)&e;f")); err != nil {
		t.Fatal(err)
	}
	if got, want := noted(), "1|https://shop.example/a%20b?c=$(d)&e;f||/usr/local/lib:/opt/.mount_certificates"; got != want {
		t.Errorf("launched with %s, want %s", got, want)
	}
	file := write(t, filepath.Join(t.TempDir(), "a 'b' $(c).p12"))
	o.Wrote(file)
	if err := o.OpenFile(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if got := noted(); !strings.HasPrefix(got, "1|"+file+"|") {
		t.Errorf("launched with %s", got)
	}
}

func TestTheSystemsLauncherFails(t *testing.T) {
	noted := launcher(t, "3") // xdg-open: a required tool could not be found
	err := New().OpenURL(t.Context(), parse(t, "https://shop.example/canary"))
	if !fault.Is(err, fault.OpenerFailed) || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), "3") {
		t.Errorf("%v", err)
	}
	if !strings.Contains(noted(), "canary") {
		t.Error("the launcher was not asked")
	}
	t.Setenv("PATH", t.TempDir())
	if err := New().OpenURL(t.Context(), parse(t, "https://shop.example/")); !fault.Is(err, fault.OpenerFailed) {
		t.Errorf("no launcher: %v", err)
	}
}
