package orderview

import (
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
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
	row := kit.NewSidesTop(kit.NewColumn(2, lines...), kit.NewButton(v.Say.T("use.open-folder"), kit.Link, func() {
		v.Stage.OpenFolder(dir, func(err error) { v.wrong = fault.Of(err); v.draw() })
	}))
	return kit.NewColumn(4, append([]fyne.CanvasObject{row}, v.guide(e)...)...)
}

// guide is what leads to the steps for the program of an export, and the steps when they are wanted.
func (v *View) guide(e store.Export) []fyne.CanvasObject {
	guides := v.guidesOf(e)
	if len(guides) == 0 {
		return nil
	}
	open := v.guided == e.ID
	word := "guide.show"
	if open {
		word = "guide.hide"
	}
	button := kit.NewButton(v.Say.T(word), kit.Link, func() {
		v.guided = e.ID
		if open {
			v.guided = ""
		}
		v.draw()
		if b := v.guideButtons[e.ID]; b != nil {
			v.Stage.Canvas().Focus(b)
		}
	})
	if v.guideButtons == nil {
		v.guideButtons = map[string]*kit.Button{}
	}
	v.guideButtons[e.ID] = button
	out := []fyne.CanvasObject{kit.NewFlow(12, button)}
	if open {
		out = append(out, show.Guides(v.Env, v.Say, guides))
	}
	return out
}

// installed is the card of the programs of this computer, for a mail certificate whose key is here.
func (v *View) installed() []fyne.CanvasObject {
	if _, ok := v.v.Current(); !ok || v.v.Licence.Product.Type != order.SMIME || v.v.KeyID == "" {
		return nil
	}
	if v.installs == nil {
		v.installs = show.NewInstalls(v.Env, v.Say, v.Desk, v.scene, v.Stage.Canvas(), v.id, "")
	}
	return []fyne.CanvasObject{v.installs.Object()}
}

// guidesOf are the guides for an export's program that name its files.
func (v *View) guidesOf(e store.Export) []destination.Guide {
	d, ok := destination.Find(destination.ID(e.Destination), v.v.Licence.Product.Type)
	if !ok {
		return nil
	}
	for _, c := range v.v.Certificates {
		if c.SHA256 != e.CertificateSHA256 {
			continue
		}
		about, err := desk.ContentsOf(v.v.Order, c)
		if err != nil {
			return nil
		}
		var paths []string
		for _, f := range e.Files {
			paths = append(paths, f.Path)
		}
		names := destination.NamesOf(paths, about.Websites, about.Alias)
		if d.ID == destination.Certificate && v.v.Licence.KeyInHardware() {
			return []destination.Guide{destination.Hardware(names, about.Thumbprint)}
		}
		return d.Guides(names)
	}
	return nil
}
