package kit

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
)

// newFolder is the row in which a new folder gets its name.
type newFolder struct {
	composite
	f    *FileChooser
	name *Entry
}

func newNewFolder(f *FileChooser) *newFolder {
	n := &newFolder{f: f}
	n.name = NewEntry(EntrySpec{
		Label: f.env.t("files.new.name"), MaxRunes: 200,
		OnChanged: func(string) { n.name.ClearError() },
		OnSubmit:  func(string) { n.make() },
		Trailing:  NewButton(f.env.t("files.new.make"), Secondary, func() { n.make() }),
	})
	n.init(n, n.name)
	n.Hide()
	return n
}

func (n *newFolder) show() {
	n.name.SetText("")
	n.name.ClearError()
	n.Show()
	settle(n.f)
	n.name.Focus(n.f.canvas)
}

func (n *newFolder) hide() {
	n.Hide()
	settle(n.f)
	n.f.canvas.Focus(n.f.list)
}

func (n *newFolder) make() {
	f := n.f
	name := strings.TrimSpace(n.name.Text())
	if name == "" || strings.Trim(name, ".") == "" || strings.ContainsAny(name, `/\:*?"<>|`) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		n.wrong("files.new.wrong")
		return
	}
	path := filepath.Join(f.dir, name)
	Do(f.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, f.spec.Disk.MakeFolder(ctx, path)
	}, func(_ struct{}, err error) {
		switch {
		case err == nil:
			n.hide()
			f.goTo(path, "")
		case errors.Is(err, fs.ErrExist):
			n.wrong("files.new.exists")
		default:
			n.wrong("files.new.failed")
		}
	})
}

func (n *newFolder) wrong(id string) {
	n.name.SetError(n.f.env.t(id+".saw"), n.f.env.t(id+".do"))
	n.name.Focus(n.f.canvas)
}

const (
	chooserWidth  float32 = 780
	chooserHeight float32 = 560
	placesWidth   float32 = 150
)

// chooserFrame puts the card into the middle of the window.
type chooserFrame struct{}

func (chooserFrame) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	place(objs[0], 0, 0, size.Width, size.Height)
	w, h := min(chooserWidth, size.Width-2*Space24), min(chooserHeight, size.Height-2*Space24)
	place(objs[1], (size.Width-w)/2, (size.Height-h)/2, w, h)
}

func (chooserFrame) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// chooserLayout: heading, path, new folder, places beside the list, and what is under it.
type chooserLayout struct{ f *FileChooser }

func (l *chooserLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	heading, path, making, places, list, state, note, options, buttons := objs[0], objs[1], objs[2], objs[3], objs[4], objs[5], objs[6], objs[7], objs[8]
	var y float32
	for _, o := range visible([]fyne.CanvasObject{heading, path, making}) {
		h := HeightFor(o, size.Width)
		place(o, 0, y, size.Width, h)
		y += h + Space12
	}
	bottom := size.Height
	right := NaturalWidth(buttons)
	bh, oh := HeightFor(buttons, right), HeightFor(options, size.Width-right-Space16)
	foot := max(bh, oh)
	place(options, 0, bottom-foot+(foot-oh)/2, size.Width-right-Space16, oh)
	place(buttons, size.Width-right, bottom-foot+(foot-bh)/2, right, bh)
	bottom -= foot + Space12
	x := placesWidth + Space16
	if note.Visible() {
		h := HeightFor(note, size.Width-x)
		bottom -= h
		place(note, x, bottom, size.Width-x, h)
		bottom -= Space4
	}
	place(places, -4, y-4, placesWidth+8, bottom-y+8)
	place(list, x, y, size.Width-x, bottom-y)
	const pad = Space12
	place(state, x+pad, y+pad, size.Width-x-2*pad, HeightFor(state, size.Width-x-2*pad))
}

func (l *chooserLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
