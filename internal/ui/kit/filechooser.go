package kit

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"certdesk/internal/i18n"
)

// FileSpec says what is to be chosen.
type FileSpec struct {
	Title  string
	Folder string   // where to begin; empty: where the last choice was made, or the home folder
	Exts   []string // endings of the files that are listed (".pem"); empty: all
	// Folders has a folder chosen instead of a file.
	Folders  bool
	OnChoose func(path string)
	OnCancel func() // may be nil
	// Disk is where to look; nil: this computer.
	Disk Disk
}

// Recent remembers the folder of the last choice, for as long as the app runs.
type Recent struct{ folder string }

// FileChooser is a window over the page in which a file or a folder is chosen, by keyboard alone as well:
// arrows and letters move, Return opens, Backspace or Alt with the up arrow goes to the folder around,
// Escape closes. The path can be typed. The focus can't leave it.
type FileChooser struct {
	composite
	canvas  fyne.Canvas
	env     Env
	spec    FileSpec
	scene   *Scene
	stop    func() // of the reading under way
	reading int    // how often it was read
	dir     string // the folder that is shown
	all     []FileEntry
	more    bool
	broken  bool // the folder can't be shown
	hidden  bool
	kinds   bool // files of all kinds
	closed  bool

	path    *Entry
	up      *Button
	places  *fyne.Container
	list    *fileList
	state   *Finding
	note    *Text
	choose  *Button
	making  *newFolder
	options *fyne.Container
}

// ChooseFile opens the window. Folders are read off the UI goroutine, through env.Run.
func ChooseFile(c fyne.Canvas, env Env, spec FileSpec) *FileChooser {
	if spec.Disk == nil {
		spec.Disk = computer{}
	}
	f := &FileChooser{canvas: c, env: env, spec: spec, scene: NewScene(env.Run)}
	f.build()
	c.Overlays().Add(f)
	f.Resize(c.Size())
	c.Focus(f.list)
	f.begin()
	return f
}

func (f *FileChooser) build() {
	t := f.env.t
	f.path = NewEntry(EntrySpec{OnSubmit: f.goTyped})
	f.up = NewButton(t("files.up"), Secondary, f.goUp).SetIcon("chevron-up")
	f.places = NewColumn(Space4)
	f.list = newFileList(f.env)
	f.list.moved, f.list.open, f.list.up = f.moved, f.open, f.goUp
	f.state = NewFinding(Info, "", "")
	f.note = NewCaption("")
	f.making = newNewFolder(f)
	label, text := "files.open", "files.show.hidden"
	if f.spec.Folders {
		label = "files.use-folder"
	}
	f.choose = NewButton(t(label), Primary, f.done)
	f.options = NewFlow(Space16, NewCheck(t(text), false, func(on bool) { f.hidden = on; f.fill(f.currentName()) }))
	if len(f.spec.Exts) > 0 && !f.spec.Folders {
		f.options.Objects = append(f.options.Objects, NewCheck(t("files.show.all"), false, func(on bool) { f.kinds = on; f.fill(f.currentName()) }))
	}
	if f.spec.Folders {
		f.options.Objects = append(f.options.Objects, NewButton(t("files.new"), Link, f.making.show))
	}
	buttons := NewFlow(Space12, NewButton(t("kit.cancel"), Secondary, f.cancel), f.choose)
	body := &fyne.Container{Layout: &chooserLayout{f: f}, Objects: []fyne.CanvasObject{
		NewHeading(f.spec.Title), NewSides(f.path, f.up), f.making, NewVScroll(NewInset(4, 4, 4, 4, f.places)), f.list, f.state, f.note, f.options, buttons,
	}}
	card := newLayers(newPanel(ColorBackground, ColorBorder, 1, RadiusCard), NewInset(Space24, Space16, Space24, Space16, body))
	f.note.Hide()
	f.state.Hide()
	f.init(f, &fyne.Container{Layout: chooserFrame{}, Objects: []fyne.CanvasObject{newPanel(ColorScrim, "", 0, 0), card}})
}

// begin shows the first folder: of those that may be meant, the first that is there.
func (f *FileChooser) begin() {
	start := []string{f.spec.Folder}
	if f.spec.Folder == "" && f.env.Recent != nil {
		start = append(start, f.env.Recent.folder)
	}
	Do(f.scene, func(ctx context.Context) ([]FilePlace, error) {
		return f.spec.Disk.Places(ctx), nil
	}, func(places []FilePlace, _ error) {
		f.showPlaces(places)
		for _, p := range places {
			if f.dir == "" && f.stop == nil {
				f.read(p.Path, "")
			}
		}
		if f.dir == "" && f.stop == nil {
			f.read(string(filepath.Separator), "")
		}
	})
	for _, s := range start {
		if s != "" {
			f.read(s, "")
			return
		}
	}
}

func (f *FileChooser) showPlaces(places []FilePlace) {
	for _, p := range places {
		name := p.Name
		if strings.HasPrefix(name, "files.place.") {
			name = f.env.t(name)
		}
		f.places.Objects = append(f.places.Objects, NewButton(i18n.Clean(name, 40), Link, func() { f.goTo(p.Path, "") }).SetIcon(p.Icon))
	}
	settle(f)
	f.places.Refresh()
}

// read shows a folder, with the cursor on name. What was being read is given up.
func (f *FileChooser) read(path, name string) {
	if f.stop != nil {
		f.stop()
	}
	f.reading++
	this := f.reading
	quiet := f.env.Run.After(300*time.Millisecond, func() { f.say(Neutral, f.env.t("files.reading"), "") })
	f.stop = Do(f.scene, func(ctx context.Context) (Listing, error) {
		return f.spec.Disk.List(ctx, path)
	}, func(l Listing, err error) {
		quiet()
		if this != f.reading {
			return
		}
		f.stop = nil
		if err != nil {
			f.failed(path, err)
			return
		}
		f.shown(l, name)
	})
}

func (f *FileChooser) shown(l Listing, name string) {
	f.dir, f.all, f.more, f.broken = l.Dir, l.Entries, l.More, false
	f.setPath(l.Dir)
	f.fill(name)
	if l.File != "" && !f.spec.Folders { // its whole path was typed
		f.take(filepath.Join(l.Dir, l.File))
	}
}

func (f *FileChooser) setPath(path string) {
	f.path.ClearError()
	f.path.SetText(path)
	f.path.field.in.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
}

// fill lists what is wanted of the folder.
func (f *FileChooser) fill(name string) {
	if f.broken {
		return
	}
	var entries []FileEntry
	for _, e := range f.all {
		if f.wants(e) {
			entries = append(entries, e)
		}
	}
	f.list.set(entries, name)
	switch {
	case len(entries) > 0:
		f.say(Neutral, "", "")
	case len(f.all) == 0:
		f.say(Neutral, f.env.t("files.empty"), "")
	case f.spec.Folders:
		f.say(Neutral, f.env.t("files.no-folders"), "")
	default:
		f.say(Neutral, f.env.t("files.none"), f.env.t("files.none.do", "kinds", strings.Join(f.spec.Exts, ", ")))
	}
	f.note.SetText("")
	if f.more {
		f.note.SetText(f.env.t("files.more", "n", mostEntries))
	}
	show(f.note, f.more)
	f.moved()
	settle(f)
}

// wants says whether an entry is listed.
func (f *FileChooser) wants(e FileEntry) bool {
	switch {
	case e.Hidden && !f.hidden:
		return false
	case e.Folder:
		return true
	case f.spec.Folders:
		return false
	case f.kinds || len(f.spec.Exts) == 0:
		return true
	}
	for _, x := range f.spec.Exts {
		if strings.HasSuffix(strings.ToLower(e.Name), strings.ToLower(x)) {
			return true
		}
	}
	return false
}

func (f *FileChooser) currentName() string {
	e, _ := f.list.current()
	return e.Name
}

// say shows how the folder stands instead of its list; without a head the list is there.
func (f *FileChooser) say(kind Kind, head, body string) {
	f.state.Set(kind, head, body)
	show(f.state, head != "")
	show(f.list.list, head == "")
	settle(f)
}

// failed says why a path can't be shown. What was typed stays.
func (f *FileChooser) failed(path string, err error) {
	id := "files.unreadable"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		id = "files.gone"
	case errors.Is(err, fs.ErrPermission):
		id = "files.denied"
	case errors.Is(err, ErrNotRegular):
		id = "files.device"
	}
	f.dir, f.all, f.broken, f.more = path, nil, true, false
	f.list.set(nil, "")
	show(f.note, false)
	f.path.SetText(path)
	f.say(Warning, f.env.t(id+".saw"), f.env.t(id+".do"))
	f.moved()
}

// moved is after the cursor has moved: what can be opened.
func (f *FileChooser) moved() {
	_, any := f.list.current()
	f.choose.SetEnabled(!f.broken && f.dir != "" && (f.spec.Folders || any))
}

func (f *FileChooser) goTo(path, name string) {
	f.canvas.Focus(f.list)
	f.read(path, name)
}

// goUp goes to the folder around this one, with the cursor on the one it came from.
func (f *FileChooser) goUp() {
	if f.dir == "" {
		return
	}
	if parent := filepath.Dir(f.dir); parent != f.dir {
		f.goTo(parent, filepath.Base(f.dir))
	}
}

// goTyped goes to the path in the field.
func (f *FileChooser) goTyped(text string) {
	path := typedPath(text, f.dir)
	if path == "" {
		f.setPath(f.dir)
		f.canvas.Focus(f.list)
		return
	}
	f.goTo(path, "")
}

// typedPath reads a path as people type and paste it: in quotes, as a file: address, with ~ for the home
// folder, or as a name in the folder that is shown.
func typedPath(text, dir string) string {
	text = strings.Trim(strings.TrimSpace(text), `"'`)
	if rest, ok := strings.CutPrefix(text, "file://"); ok {
		if plain, err := url.PathUnescape(rest); err == nil {
			text = plain
			if runtime.GOOS == "windows" {
				text = strings.TrimPrefix(text, "/")
			}
		}
	}
	if text == "" || strings.ContainsRune(text, 0) {
		return ""
	}
	if text == "~" || strings.HasPrefix(text, "~/") || strings.HasPrefix(text, `~\`) {
		if home, err := os.UserHomeDir(); err == nil {
			text = home + text[1:]
		}
	}
	if !filepath.IsAbs(text) {
		text = filepath.Join(dir, text)
	}
	return filepath.Clean(text)
}

// open is Return on a row, or a second tap.
func (f *FileChooser) open(e FileEntry) {
	path := filepath.Join(f.dir, e.Name)
	if e.Folder {
		f.goTo(path, "")
		return
	}
	f.take(path)
}

// done is the primary button: the folder that is shown, or what the cursor is on.
func (f *FileChooser) done() {
	if f.spec.Folders {
		if f.dir != "" { // else it is still being read
			f.take(f.dir)
		}
		return
	}
	f.list.openCurrent()
}

func (f *FileChooser) take(path string) {
	if f.env.Recent != nil {
		f.env.Recent.folder = f.dir
	}
	f.close()
	if f.spec.OnChoose != nil {
		f.spec.OnChoose(path)
	}
}

func (f *FileChooser) cancel() {
	f.close()
	if f.spec.OnCancel != nil {
		f.spec.OnCancel()
	}
}

// Close closes the window without a choice.
func (f *FileChooser) Close() { f.close() }

func (f *FileChooser) close() {
	if f.closed {
		return
	}
	f.closed = true
	f.scene.Close()
	f.canvas.Overlays().Remove(f)
}

func (f *FileChooser) handleKey(ev *fyne.KeyEvent) bool {
	if ev.Name != fyne.KeyEscape {
		return false
	}
	if f.making.Visible() {
		f.making.hide()
		return true
	}
	f.cancel()
	return true
}

// Tapped takes taps beside the card, so that nothing below gets them.
func (f *FileChooser) Tapped(*fyne.PointEvent) {}

// MouseIn keeps what is below from being pointed at.
func (f *FileChooser) MouseIn(*desktop.MouseEvent) {}

// MouseMoved is for Fyne.
func (f *FileChooser) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (f *FileChooser) MouseOut() {}
