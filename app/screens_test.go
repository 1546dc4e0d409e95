package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"

	"certdesk/internal/atomicfile"
	"certdesk/internal/desk"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

func init() {
	time.Local = time.UTC // the pictures show times
}

// TestScreens walks through every screen and state, in every language: it must fit the window at both
// sizes, be whole by keyboard, and look as its golden says. With CERTDESK_SCREENS it also writes pictures
// into that folder, light and dark; UPDATE_GOLDENS=1 writes the goldens instead of comparing.
func TestScreens(t *testing.T) {
	appearances := []string{desk.AppearanceLight}
	if os.Getenv("CERTDESK_SCREENS") != "" {
		appearances = append(appearances, desk.AppearanceDark)
	}
	for _, lang := range catalogue(t).Languages() {
		for _, appearance := range appearances {
			for name, through := range walks {
				t.Run(lang+"/"+appearance+"/"+name, func(t *testing.T) {
					through(t, setup{lang: lang, appearance: appearance, clock: noon})
				})
			}
		}
	}
}

// walks are the ways through the screens, each in an app of its own.
var walks = map[string]func(t *testing.T, s setup){
	"journey":     journeyScreens,
	"home":        homeScreens,
	"home-failed": homeFailedScreens,
	"link":        linkScreens,
	"account":     accountScreens,
	"keyring":     keyringScreens,
	"licence":     licenceScreens,
	"names":       namesScreens,
	"key":         keyScreens,
	"review":      reviewScreens,
	"prove":       proveScreens,
	"prove-dns":   proveRecordScreens,
	"prove-net":   proveNetScreens,
	"prove-file":  proveFileScreens,
	"prove-mail":  proveMailScreens,
	"prove-many":  proveManyScreens,
	"waiting":     waitingScreens,
	"ended":       endedScreens,
	"order":       orderScreens,
	"settings":    settingsScreens,
	"cannot-open": cannotOpenScreens,
	"notices":     noticeScreens,
	"use-failed":  useFailedScreens,
	"expired":     expiredScreens,
	"crash":       crashScreens,
}

// screen is a screen or state that a walk has come to. In light it is checked; either way a picture is
// taken where pictures are wanted.
func (w *walk) screen(name string) {
	w.t.Helper()
	w.q.Finish(w.t)
	w.busyScreen(name)
}

// busyScreen is a screen on which work goes on that does not end.
func (w *walk) busyScreen(name string) {
	w.t.Helper()
	w.q.Drain()
	canvas := w.a.window.Canvas()
	focus := canvas.Focused()
	light := w.appearance == desk.AppearanceLight
	if light {
		w.golden(name)
	}
	for _, small := range []bool{false, true} {
		size, suffix := fyne.NewSize(windowWidth, windowHeight), ""
		if small {
			size, suffix = fyne.NewSize(leastWidth, leastHeight), "-small"
		}
		w.a.window.Resize(size)
		if focus != nil {
			canvas.Unfocus()
			canvas.Focus(focus) // what has the focus comes into view
		}
		w.capture(name + "-" + w.lang + "-" + w.appearance + suffix)
		if light {
			for _, scroll := range kittest.All[*kit.VScroll](w.root()) {
				scroll.ScrollToTop() // a larger window would show less of what is above
			}
			w.check(name+suffix, func() { kittest.AssertScreen(w.t, w.a.window, size) })
			if small { // where more has to be scrolled to
				w.check(name+suffix, w.byKeyboard)
			}
		}
	}
	w.a.window.Resize(fyne.NewSize(windowWidth, windowHeight))
	canvas.Unfocus()
	if focus != nil {
		canvas.Focus(focus)
	}
}

// check names the screen when what is checked fails.
func (w *walk) check(name string, what func()) {
	w.t.Helper()
	failed := w.t.Failed()
	what()
	if w.t.Failed() && !failed {
		w.t.Errorf("^ on the screen %s, as the first", name)
	}
}

func (w *walk) capture(name string) {
	w.t.Helper()
	if dir := os.Getenv("CERTDESK_SCREENS"); dir != "" {
		if err := kittest.Capture(w.a.window, filepath.Join(dir, name+".png")); err != nil {
			w.t.Fatal(err)
		}
	}
}

// byKeyboard presses Tab through the screen: every control must be reached and show its focus.
func (w *walk) byKeyboard() {
	w.t.Helper()
	canvas := w.a.window.Canvas()
	reached := map[fyne.CanvasObject]bool{}
	for _, f := range kittest.WalkByTab(w.t, canvas, nil) {
		if o, ok := f.(fyne.CanvasObject); ok {
			kittest.Walk(o, func(part fyne.CanvasObject, _ fyne.Position) bool { reached[part] = true; return true })
		}
	}
	kittest.Walk(w.root(), func(o fyne.CanvasObject, _ fyne.Position) bool {
		f, ok := o.(fyne.Focusable)
		if d, can := o.(fyne.Disableable); !ok || can && d.Disabled() {
			return true
		}
		if !reached[o] {
			w.t.Errorf("Tab does not get to %T %s", f, kittest.VisibleText(o))
		}
		return true
	})
}

// random is what differs from run to run, and what stands for it in the goldens.
var random = []struct {
	is    *regexp.Regexp
	shown string
}{
	{regexp.MustCompile(`[0-9A-Za-z]{4}(-[0-9A-Za-z]{4}){3,}`), "PASSWORD"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`\b[0-9A-F]{40}\b`), "FINGERPRINT"},
	// A path that is longer than its field is scrolled; how far depends on the name of the temporary folder.
	{regexp.MustCompile(`text -?\d+,(\d+) 14 foreground "HOME`), `text SCROLLED,$1 14 foreground "HOME`},
	{regexp.MustCompile(`"[0-9A-F]{2}([ :][0-9A-F]{2}){3,}[ :]?"`), `"HEXADECIMAL"`},
	{regexp.MustCompile(`mono foreground "(:[0-9A-F:]+|[0-9A-F])"`), `mono foreground "HEXADECIMAL"`}, // what is left of one on a further line
}

// golden compares what is on the screen with testdata/goldens/NAME-LANG.txt.
func (w *walk) golden(name string) {
	w.t.Helper()
	got := kittest.Markup(w.a.window.Canvas())
	got = strings.ReplaceAll(got, w.home, "HOME")
	got = strings.ReplaceAll(got, w.data, "DATA")
	for _, r := range random {
		got = r.is.ReplaceAllString(got, r.shown)
	}
	path := filepath.Join("testdata", "goldens", fmt.Sprintf("%s-%s.txt", name, w.lang))
	if os.Getenv("UPDATE_GOLDENS") == "1" {
		if err := atomicfile.MkdirPrivate(filepath.Dir(path)); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			w.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path) // #nosec G304 -- named by the test
	if err != nil {
		w.t.Errorf("%v (UPDATE_GOLDENS=1 writes it)", err)
		return
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		w.t.Errorf("%s looks different (- as it was, + as it is):\n%s", name, diff)
	}
}

// button waits until there is a button, given by the id of its label.
func (w *walk) button(id string, kv ...any) {
	w.t.Helper()
	label := w.word(id, kv...)
	w.q.Await(w.t, func() bool { return kittest.HasButton(w.root(), label) })
}

// retype types text into a field in the place of what is there.
func (w *walk) retype(id, text string) {
	w.t.Helper()
	field := kittest.EntryByLabel(w.t, w.root(), w.word(id))
	kittest.TabTo(w.t, w.a.window.Canvas(), field)
	field.SetText("")
	kittest.TypeText(w.t, w.a.window.Canvas(), text)
}

// open opens the details on the screen.
func (w *walk) open(id string) {
	w.t.Helper()
	kittest.DetailsByTitle(w.t, w.root(), w.word(id)).SetOpen(true)
}
