package kit_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// disk is one that looks the same on every computer.
type disk struct {
	folders map[string][]kit.FileEntry
	made    []string
	slow    string // a folder of which the reading waits for hold
	hold    chan struct{}
}

func newDisk() *disk {
	day := time.Date(2026, 5, 18, 10, 12, 0, 0, time.Local)
	file := func(name string, size int64) kit.FileEntry { return kit.FileEntry{Name: name, Size: size, At: day} }
	folder := func(name string) kit.FileEntry { return kit.FileEntry{Name: name, Folder: true, At: day} }
	return &disk{folders: map[string][]kit.FileEntry{
		"/":          {folder("home"), folder("root")},
		"/home":      {folder("anna")},
		"/home/anna": {folder("Desktop"), folder("Documents"), folder("Downloads"), {Name: ".ssh", Folder: true, Hidden: true}},
		"/home/anna/Downloads": {
			folder("Invoices"), folder("Photos of the summer in the mountains, with everybody in them"),
			file("Certificate.eml", 18_432), file("certificate 2.eml", 900), file("invoice.pdf", 1_200_000),
			file("notes.txt", 2<<20),
			{Name: ".draft.eml", Hidden: true, Size: 10, At: day},
		},
		"/home/anna/Documents":          {},
		"/home/anna/Desktop":            {file("photo.jpg", 5<<30)},
		"/home/anna/Downloads/Invoices": {file("may.eml", 2048)},
	}}
}

func (d *disk) List(ctx context.Context, path string) (kit.Listing, error) {
	if path == d.slow {
		select {
		case <-d.hold:
		case <-ctx.Done():
			return kit.Listing{}, ctx.Err()
		}
	}
	path = filepath.Clean(path)
	if entries, ok := d.folders[path]; ok {
		return kit.Listing{Dir: path, Entries: entries}, nil
	}
	switch {
	case path == "/root":
		return kit.Listing{}, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
	case path == "/dev/null":
		return kit.Listing{}, kit.ErrNotRegular
	}
	dir, name := filepath.Split(path)
	dir = filepath.Clean(dir)
	if slices.ContainsFunc(d.folders[dir], func(e kit.FileEntry) bool { return e.Name == name && !e.Folder }) {
		return kit.Listing{Dir: dir, File: name, Entries: d.folders[dir]}, nil
	}
	return kit.Listing{}, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
}

func (d *disk) Places(context.Context) []kit.FilePlace {
	return []kit.FilePlace{
		{Path: "/home/anna", Name: "files.place.home", Icon: "user"},
		{Path: "/home/anna/Documents", Name: "files.place.documents", Icon: "file"},
		{Path: "/home/anna/Downloads", Name: "files.place.downloads", Icon: "download"},
		{Path: "/home/anna/Desktop", Name: "files.place.desktop", Icon: "monitor"},
		{Path: "/media/anna/STICK", Name: "STICK", Icon: "server"},
	}
}

func (d *disk) MakeFolder(_ context.Context, path string) error {
	if _, ok := d.folders[path]; ok {
		return fs.ErrExist
	}
	d.folders[path] = nil
	d.made = append(d.made, path)
	return nil
}

// atOnce does all work before it goes on.
type atOnce struct{ *kittest.Queue }

func (a atOnce) Go(ctx context.Context, work func(context.Context)) { work(ctx) }

// withChooser is a page of the gallery with a chooser over it.
func withChooser(name string, page func(kit.Env) fyne.CanvasObject, spec kit.FileSpec, press string) screen {
	var env kit.Env
	return screen{name: name, make: func(e kit.Env) fyne.CanvasObject {
		env = e
		return page(e)
	}, after: func(w fyne.Window, q *kittest.Queue) {
		env.Run, spec.Disk = atOnce{q}, newDisk()
		f := kit.ChooseFile(w.Canvas(), env, spec)
		q.Drain()
		for _, b := range kittest.All[*kit.Button](f) {
			if b.Text() == press {
				b.Tap()
			}
		}
	}}
}

// choosing is a chooser on the screen, and what was chosen in it.
type choosing struct {
	*frame
	q      *kittest.Queue
	disk   *disk
	env    kit.Env
	chosen []string
}

func choose(t *testing.T, spec kit.FileSpec) *choosing {
	t.Helper()
	c := &choosing{frame: show(t, kit.NewText("the page")), q: kittest.NewQueue(), disk: newDisk()}
	c.env, _ = kittest.NewEnv(t, c.q)
	c.env.Recent = &kit.Recent{}
	c.open(t, spec)
	return c
}

func (c *choosing) open(t *testing.T, spec kit.FileSpec) {
	t.Helper()
	if spec.Disk == nil {
		spec.Disk = c.disk
	}
	spec.Title = "Choose"
	spec.OnChoose = func(path string) { c.chosen = append(c.chosen, path) }
	kit.ChooseFile(c.w.Canvas(), c.env, spec)
	c.q.Finish(t)
}

func (c *choosing) root() fyne.CanvasObject { return kittest.Root(c.w.Canvas()) }

func (c *choosing) shows(t *testing.T, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !kittest.HasText(c.root(), s) {
			t.Fatalf("no %q on the screen:\n%s", s, kittest.VisibleText(c.root()))
		}
	}
}

func (c *choosing) press(t *testing.T, keys ...fyne.KeyName) {
	t.Helper()
	for _, k := range keys {
		kittest.Press(t, c.w.Canvas(), k)
		c.q.Finish(t)
	}
}

func (c *choosing) path() string { return kittest.All[*kit.Entry](c.root())[0].Text() }

func TestAFileIsChosenByArrowsAndReturn(t *testing.T) {
	c := choose(t, kit.FileSpec{Folder: "/home/anna/Downloads", Exts: []string{".EML"}})
	c.shows(t, "Certificate.eml", "18 KB · 18 May 2026", "900 bytes")
	if kittest.HasText(c.root(), "invoice.pdf") || kittest.HasText(c.root(), ".draft.eml") {
		t.Errorf("lists what does not fit:\n%s", kittest.VisibleText(c.root()))
	}
	c.press(t, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if len(c.chosen) != 1 || c.chosen[0] != "/home/anna/Downloads/certificate 2.eml" {
		t.Errorf("chosen: %q", c.chosen)
	}
	if c.w.Canvas().Overlays().Top() != nil {
		t.Error("still open")
	}
	c.open(t, kit.FileSpec{})
	if c.path() != "/home/anna/Downloads" {
		t.Errorf("the next choice begins in %s", c.path())
	}
}

func TestBackspaceAndAltUpGoToTheFolderAround(t *testing.T) {
	c := choose(t, kit.FileSpec{Folder: "/home/anna/Downloads/Invoices"})
	c.press(t, fyne.KeyBackspace)
	if c.path() != "/home/anna/Downloads" {
		t.Fatalf("Backspace leads to %s", c.path())
	}
	c.press(t, fyne.KeyReturn) // on the folder it came from
	if c.path() != "/home/anna/Downloads/Invoices" {
		t.Fatalf("the cursor was not on the folder it came from: %s", c.path())
	}
	for range 6 { // and no further than the top
		c.w.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyUp, Modifier: fyne.KeyModifierAlt})
		c.q.Finish(t)
	}
	if c.path() != "/" || len(c.chosen) > 0 {
		t.Errorf("Alt and up lead to %s, chosen %q", c.path(), c.chosen)
	}
}

func TestLettersGoToTheNextNameThatBeginsSo(t *testing.T) {
	c := choose(t, kit.FileSpec{Folder: "/home/anna/Downloads"})
	kittest.TypeText(t, c.w.Canvas(), "certificate 2")
	c.press(t, fyne.KeyReturn)
	c.open(t, kit.FileSpec{Folder: "/home/anna/Downloads"})
	kittest.TypeText(t, c.w.Canvas(), "i") // from Invoices on: the next with an i
	c.press(t, fyne.KeyReturn)
	c.open(t, kit.FileSpec{Folder: "/home/anna/Downloads"})
	kittest.TypeText(t, c.w.Canvas(), "p")
	c.q.Advance(2 * time.Second)
	kittest.TypeText(t, c.w.Canvas(), "n")
	c.press(t, fyne.KeyReturn)
	want := []string{"/home/anna/Downloads/certificate 2.eml", "/home/anna/Downloads/invoice.pdf", "/home/anna/Downloads/notes.txt"}
	if !slices.Equal(c.chosen, want) {
		t.Errorf("chosen: %q", c.chosen)
	}
}

func TestThePathCanBeTyped(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"/home/anna/Documents", "/home/anna/Documents"},
		{" \"/home/anna/Desktop/\" ", "/home/anna/Desktop"},
		{"Invoices", "/home/anna/Downloads/Invoices"},
		{"file:///home/anna/Documents", "/home/anna/Documents"},
		{"", "/home/anna/Downloads"},
		{"file:///home/anna/Downloads/notes%2Etxt", "chosen"},
		{"/home/anna/Downloads/Invoices/../may.eml", "/home/anna/Downloads/may.eml"}, // gone, and stays in the field
	} {
		typed, want := c.typed, c.want
		c := choose(t, kit.FileSpec{Folder: "/home/anna/Downloads"})
		e := kittest.All[*kit.Entry](c.root())[0]
		e.SetText(typed)
		e.Focus(c.w.Canvas())
		c.press(t, fyne.KeyReturn)
		if want == "chosen" {
			if len(c.chosen) != 1 || c.chosen[0] != "/home/anna/Downloads/notes.txt" {
				t.Errorf("%q chose %q", typed, c.chosen)
			}
			continue
		}
		if c.path() != want || len(c.chosen) != 0 {
			t.Errorf("%q leads to %s, chosen %q", typed, c.path(), c.chosen)
		}
	}
}

func TestWhatCannotBeShownIsSaidAndLeavesAWayOn(t *testing.T) {
	for path, says := range map[string]string{
		"/home/anna/gone":      "There is no such folder or file.",
		"/root":                "Your account may not look into this folder.",
		"/dev/null":            "This is no file",
		"/home/anna/Documents": "This folder is empty.",
		"/home/anna/Desktop":   "There is no fitting file in this folder.",
	} {
		c := choose(t, kit.FileSpec{Folder: path, Exts: []string{".eml"}})
		c.shows(t, says)
		if kittest.Button(t, c.root(), "Open").Tap(); len(c.chosen) != 0 {
			t.Errorf("%s: chose %q", path, c.chosen)
		}
		kittest.Button(t, c.root(), "Downloads").Tap()
		c.q.Finish(t)
		c.shows(t, "Certificate.eml")
	}
}

func TestTheWayOutOfAFolderThatIsGoneIsUp(t *testing.T) {
	c := choose(t, kit.FileSpec{Folder: "/home/anna/gone"})
	c.press(t, fyne.KeyBackspace)
	if c.path() != "/home/anna" {
		t.Errorf("up leads to %s", c.path())
	}
}

func TestEscapeClosesAndChoosesNothing(t *testing.T) {
	c := choose(t, kit.FileSpec{Folder: "/home/anna/Downloads"})
	c.press(t, fyne.KeyEscape)
	if c.w.Canvas().Overlays().Top() != nil || len(c.chosen) != 0 || c.escapes != 0 {
		t.Errorf("chosen %q, %d escapes of the page", c.chosen, c.escapes)
	}
}

func TestTabStaysInTheChooser(t *testing.T) {
	for _, spec := range []kit.FileSpec{{Exts: []string{".eml"}}, {Folders: true}} {
		for suffix, size := range sizes {
			c := choose(t, spec)
			c.w.Resize(size)
			stops := kittest.WalkByTab(t, c.w.Canvas(), nil)
			if len(stops) < 10 {
				t.Errorf("%d stops%s", len(stops), suffix)
			}
			for _, s := range stops {
				if kit.Shown(c.w.Canvas(), s) {
					t.Errorf("Tab leads to the page: %T", s)
				}
			}
		}
	}
}

func TestAFolderIsChosenAndMade(t *testing.T) {
	c := choose(t, kit.FileSpec{Folder: "/home/anna", Folders: true})
	kittest.Button(t, c.root(), "New folder").Tap()
	kittest.TypeText(t, c.w.Canvas(), "a/b")
	c.press(t, fyne.KeyReturn)
	c.shows(t, "A folder can't have this name.")
	kittest.EntryByLabel(t, c.root(), "Name of the new folder").SetText("Documents")
	c.press(t, fyne.KeyReturn)
	c.shows(t, "There is a folder or a file of this name already.")
	kittest.EntryByLabel(t, c.root(), "Name of the new folder").SetText("Certificates")
	c.press(t, fyne.KeyReturn)
	if !slices.Equal(c.disk.made, []string{"/home/anna/Certificates"}) || c.path() != "/home/anna/Certificates" {
		t.Fatalf("made %q, in %s", c.disk.made, c.path())
	}
	kittest.Button(t, c.root(), "Use this folder").Tap()
	if !slices.Equal(c.chosen, []string{"/home/anna/Certificates"}) {
		t.Errorf("chosen %q", c.chosen)
	}
}

func TestHiddenFilesAreShownOnRequest(t *testing.T) {
	c := choose(t, kit.FileSpec{Folder: "/home/anna/Downloads", Exts: []string{".eml"}})
	kittest.CheckByText(t, c.root(), "Show hidden ones").Toggle()
	c.shows(t, ".draft.eml")
	kittest.CheckByText(t, c.root(), "Show all kinds of files").Toggle()
	c.shows(t, "invoice.pdf")
}

func TestASecondTapOpens(t *testing.T) {
	c := choose(t, kit.FileSpec{Folder: "/home/anna"})
	var at fyne.Position
	kittest.Walk(c.root(), func(o fyne.CanvasObject, p fyne.Position) bool {
		if x, ok := o.(interface{ FullText() string }); ok && x.FullText() == "Downloads" {
			at = p.AddXY(10, 10)
		}
		return true
	})
	test.TapCanvas(c.w.Canvas(), at)
	c.q.Advance(time.Second)
	test.TapCanvas(c.w.Canvas(), at)
	if c.path() != "/home/anna" {
		t.Fatal("two slow taps open")
	}
	test.TapCanvas(c.w.Canvas(), at)
	c.q.Finish(t)
	if c.path() != "/home/anna/Downloads" {
		t.Errorf("after a double tap in %s", c.path())
	}
}

func TestASlowFolderIsSaidAndCanBeLeft(t *testing.T) {
	c := choose(t, kit.FileSpec{Folder: "/home/anna"})
	c.disk.slow, c.disk.hold = "/home/anna/Downloads", make(chan struct{})
	kittest.Button(t, c.root(), "Downloads").Tap()
	c.q.Advance(time.Second)
	c.shows(t, "Reading the folder…")
	kittest.Button(t, c.root(), "Documents").Tap() // the first is given up
	c.q.Finish(t)
	close(c.disk.hold)
	c.q.Finish(t)
	if c.path() != "/home/anna/Documents" {
		t.Errorf("in %s", c.path())
	}
	c.shows(t, "This folder is empty.")
}

func TestThousandsOfFilesCostWhatThirtyCost(t *testing.T) {
	few, many := t.TempDir(), t.TempDir()
	for dir, n := range map[string]int{few: 30, many: 3000} {
		for i := range n {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("mail-%04d.eml", i)), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	c := choose(t, kit.FileSpec{Folder: few, Disk: kit.Computer})
	small := objects(c.root())
	c.press(t, fyne.KeyEscape)
	c.open(t, kit.FileSpec{Folder: many, Disk: kit.Computer})
	if large := objects(c.root()); large > small+20 {
		t.Errorf("%d objects for 3,000 files, %d for 30", large, small)
	}
	c.press(t, fyne.KeyEnd)
	c.shows(t, "mail-2999.eml")
}

func TestTheDiskListsWhatCanBeRead(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.eml", "A.eml", ".hidden"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "z"), 0o700); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"link": "z", "broken": "nowhere", "device": "/dev/null"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	l, err := kit.Computer.List(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range l.Entries {
		got = append(got, fmt.Sprintf("%s %t %t", e.Name, e.Folder, e.Hidden))
	}
	want := []string{"link true false", "z true false", ".hidden false true", "A.eml false false", "b.eml false false"}
	if !slices.Equal(got, want) {
		t.Errorf("listed %q", got)
	}
	if l, err := kit.Computer.List(t.Context(), filepath.Join(dir, "b.eml")); err != nil || l.Dir != dir || l.File != "b.eml" {
		t.Errorf("of a file: %+v, %v", l, err)
	}
	if _, err := kit.Computer.List(t.Context(), "/dev/null"); err == nil {
		t.Error("a device is listed")
	}
}
