package kittest

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"text/template"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/BurntSushi/toml"

	"certdesk/internal/i18n"
	"certdesk/internal/ui/kit"
)

// NewApp makes the app of a test, in the light theme. There is one app a process: tests that use it don't
// run in parallel.
func NewApp(t testing.TB) fyne.App { return NewAppWith(t, kit.Light) }

// NewAppWith makes the app of a test.
func NewAppWith(t testing.TB, appearance kit.Appearance) fyne.App {
	t.Helper()
	return newApp(appearance)
}

func newApp(appearance kit.Appearance) fyne.App {
	app := test.NewApp()
	app.Settings().SetTheme(kit.NewTheme(appearance))
	return app
}

// Main runs the tests of a package with an app from the beginning, so that controls can be made before a
// test makes its own: func TestMain(m *testing.M) { kittest.Main(m) }.
func Main(m *testing.M) {
	newApp(kit.Light)
	os.Exit(m.Run())
}

// Show shows a screen in a window of that size, without padding.
func Show(t testing.TB, content fyne.CanvasObject, size fyne.Size) fyne.Window {
	t.Helper()
	w := fyne.CurrentApp().NewWindow("")
	w.SetPadded(false)
	w.SetContent(content)
	w.Resize(size)
	kit.AttachKeys(w.Canvas())
	t.Cleanup(func() { Close(w) })
	return w
}

// Close closes a window, once: Fyne's test driver can't take a second time.
func Close(w fyne.Window) {
	for _, open := range fyne.CurrentApp().Driver().AllWindows() {
		if open == w {
			w.Close()
			return
		}
	}
}

// Clipboard is a clipboard of a test.
type Clipboard struct{ Text string }

// Content is for [kit.Clipboard].
func (c *Clipboard) Content() string { return c.Text }

// SetContent is for [kit.Clipboard].
func (c *Clipboard) SetContent(text string) { c.Text = text }

// NewEnv is what controls need, in English, with a clipboard of its own and the queue's clock.
func NewEnv(t testing.TB, q *Queue) (kit.Env, *Clipboard) {
	t.Helper()
	clip := &Clipboard{}
	return kit.Env{Words: KitWords(t, "en"), Run: q, Now: q.Now, Clipboard: clip, OpenURL: func(string) {}}, clip
}

// KitWords are the kit's own words in a language.
func KitWords(t testing.TB, lang string) kit.Words {
	t.Helper()
	var paths []string
	for _, room := range []string{"kit", "files", "dates"} {
		paths = append(paths, filepath.Join("assets", "translations", room+"."+lang+".toml"))
	}
	return LoadWords(t, paths...)
}

// words renders messages of one file.
type words map[string]map[string]string

// LoadWords reads files of translations, given by their paths in the project.
func LoadWords(t testing.TB, paths ...string) kit.Words {
	t.Helper()
	w := words{}
	for _, path := range paths {
		if _, err := toml.DecodeFile(filepath.Join(projectRoot(), path), &w); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func projectRoot() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "..", "..")
}

// T is for [kit.Words].
func (w words) T(id string, kv ...any) string {
	args, form := map[string]any{}, "other"
	for i := 0; i+1 < len(kv); i += 2 {
		args[fmt.Sprint(kv[i])] = kv[i+1]
		if d, ok := kv[i+1].(i18n.Date); ok {
			args[fmt.Sprint(kv[i])] = time.Time(d).Format("2 January 2006")
		}
	}
	if n, ok := args["n"].(int); ok && n == 1 && w[id]["one"] != "" {
		form = "one"
	}
	text, ok := w[id][form]
	if !ok {
		return "[" + id + "]"
	}
	var b bytes.Buffer
	if err := template.Must(template.New(id).Parse(text)).Execute(&b, args); err != nil {
		return "[" + id + ": " + err.Error() + "]"
	}
	return b.String()
}

// Capture writes what the window shows into a PNG file, whose folder is made.
func Capture(w fyne.Window, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // #nosec G304 -- a picture of a test
	if err != nil {
		return err
	}
	if err := png.Encode(f, w.Canvas().Capture()); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
