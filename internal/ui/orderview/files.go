package orderview

import (
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
)

// shownFiles is how many of the files that were made stand in the overview, the newest first.
const shownFiles = 5

// files are the files that were made: for which program, when, and where they were put.
func (v *View) files() []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, e := range v.v.Exports { // the newest first
		if !e.Finished.IsZero() {
			rows = append(rows, v.file(e))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	objs := append([]fyne.CanvasObject{kit.NewHeading(v.Say.T("view.files"))}, rows[:min(len(rows), shownFiles)]...)
	if len(rows) > shownFiles {
		objs = append(objs, kit.NewDetails(v.Say.T("view.files-more", "n", len(rows)-shownFiles), kit.NewColumn(12, rows[shownFiles:]...)))
	}
	return []fyne.CanvasObject{kit.NewCard(objs...)}
}

func (v *View) file(e store.Export) fyne.CanvasObject {
	lines := []fyne.CanvasObject{}
	dir := ""
	for _, f := range e.Files {
		lines = append(lines, kit.NewMono(i18n.Clean(filepath.Base(f.Path), 200)))
		dir = filepath.Dir(f.Path)
	}
	label := v.Say.T("view.file-line", "when", e.Finished)
	if d, ok := destination.Find(destination.ID(e.Destination), v.v.Licence.Product.Type); ok && d.ID != destination.Unknown {
		label = v.Say.T("view.file-for", "program", d.Label, "when", e.Finished)
	}
	lines = append(lines, kit.NewCaption(label))
	if dir == "" {
		return kit.NewColumn(2, lines...)
	}
	return kit.NewSidesTop(kit.NewColumn(2, lines...), kit.NewButton(v.Say.T("use.open-folder"), kit.Link, func() {
		v.Stage.OpenFolder(dir, func(err error) { v.wrong = fault.Of(err); v.draw() })
	}))
}
