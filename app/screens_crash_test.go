package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/atomicfile"
)

// rawCrash is what the Go runtime leaves of a run that died in the code of a library.
const rawCrash = `panic: can't draw "` + canary + `" at 0x7Q2K

goroutine 17 [running, locked to thread]:
fyne.io/fyne/v2/internal/painter/gl.(*painter).drawText(0xc000412345, {0xc0007Q2K, 0x12})
	/home/` + canary + `/go/pkg/mod/fyne.io/fyne/v2@v2.8.1/internal/painter/gl/draw.go:218 +0x1d
main.(*application).show(...)
	certdesk/app/app.go:170
`

// crashScreens are the start after a crash: a line over the screen, and what support may have, which is shown before
// it is copied and holds nothing of what the program was working on.
func crashScreens(t *testing.T, s setup) {
	s.data = filepath.Join(t.TempDir(), "data")
	log := filepath.Join(s.data, "log")
	if err := atomicfile.MkdirPrivate(log); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(log, "crash.log"), []byte(rawCrash), 0o600); err != nil {
		t.Fatal(err)
	}
	s.script = &script{}
	w := start(t, s)
	w.see(w.word("home.crash"))
	w.screen("crash-notice")
	w.press("home.crash.show")
	w.see(w.word("crash.means"))
	w.screen("crash")
	w.press("kit.failure.details")
	w.capture("crash-details-" + w.lang + "-" + w.appearance) // no golden: it names this system
	shown := w.text()
	w.press("kit.failure.copy")
	copied := fyne.CurrentApp().Clipboard().Content()
	for _, want := range []string{"Certdesk " + version, "painter/gl.(*painter).drawText(…)", "gl/draw.go:218"} {
		if !strings.Contains(copied, want) || !strings.Contains(shown, want) {
			t.Errorf("%q is not copied, or not shown before:\n%s", want, copied)
		}
	}
	if strings.Contains(copied, canary) || strings.Contains(copied, "0x") {
		t.Errorf("what is copied holds more than the trace:\n%s", copied)
	}
	w.press("crash.on")
	w.see(w.word("home.title"))
	if w.has("home.crash") {
		t.Error("it is said again after it was read")
	}
	w.stop()
	if found := holding(t, []string{w.data}, map[string]string{"canary": canary}); len(found) > 0 {
		t.Error(found)
	}
	s.data = w.data
	if w = start(t, s); w.has("home.crash") {
		t.Error("it is said again at the next start")
	}
}
