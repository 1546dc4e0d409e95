package journey

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// documentForm is what the customer does about a document.
type documentForm struct {
	path  string // the file that was chosen
	busy  bool
	wrong *fault.Error

	title      string // of the form: which document it is
	asked      bool   // for the title
	dir        string // for the form
	making     bool
	made       string // the form's PDF
	wrongPaper *fault.Error
	folder     *kit.Entry
}

// documentExts are what the file chooser lists; what counts is the content.
var documentExts = []string{".pdf", ".jpg", ".jpeg", ".png"}

func (w *waiting) documentOf(task string) *documentForm {
	f := w.documents[task]
	if f == nil {
		f = &documentForm{dir: w.j.Desk.Exports.DefaultDir()}
		w.documents[task] = f
	}
	return f
}

// document offers what can be done: the form as a PDF, a file to upload, both.
func (w *waiting) document(t order.Task, can desk.Can) []fyne.CanvasObject {
	f := w.documentOf(t.ID)
	var rows []fyne.CanvasObject
	if can.Form != "" {
		w.askTitle(can.Form, f)
		if f.title != "" {
			rows = append(rows, kit.NewBold(f.title))
		}
		rows = append(rows, w.paper(t, can.Form, f)...)
	}
	if can.Upload {
		if can.Form != "" {
			rows = append(rows, kit.NewDivider())
		}
		rows = append(rows, w.upload(t, f)...)
	}
	return rows
}

// askTitle asks once which document a form is; without an answer the page says that it is one.
func (w *waiting) askTitle(form string, f *documentForm) {
	if f.asked {
		return
	}
	f.asked = true
	id := w.j.order.ID
	kit.Do(w.j.scene, func(ctx context.Context) (order.Form, error) { return w.j.Desk.Tasks.Form(ctx, id, form) }, func(got order.Form, err error) {
		if err == nil && w.j.now == page(w) {
			f.title = quoted(got.Title)
			w.draw(w.focused())
		}
	})
}

func (w *waiting) upload(t order.Task, f *documentForm) []fyne.CanvasObject {
	j := w.j
	rows := []fyne.CanvasObject{kit.NewText(j.Say.T("waiting.upload.what"))}
	choose := func() {
		kit.ChooseFile(j.Stage.Canvas(), j.Env, kit.FileSpec{
			Title: j.Say.T("waiting.upload.title"), Exts: documentExts,
			OnChoose: func(path string) { w.chose(t, f, path) },
		})
	}
	if f.path == "" {
		if f.wrong != nil {
			rows = append(rows, show.Finding(j.Say, f.wrong))
		}
		button := kit.NewButton(j.Say.T("waiting.upload.choose"), kit.Secondary, choose)
		w.mark("upload for "+t.ID, button)
		return append(rows, kit.NewFlow(12, button))
	}
	send := kit.NewButton(j.Say.T("waiting.upload.send"), kit.Secondary, func() { w.send(t, f) })
	send.SetBusy(f.busy)
	w.mark("upload for "+t.ID, send)
	rows = append(rows, kit.NewMono(i18n.Clean(filepath.Base(f.path), 200)))
	if f.wrong != nil {
		rows = append(rows, show.Finding(j.Say, f.wrong))
	}
	buttons := []fyne.CanvasObject{send}
	if !f.busy {
		buttons = append(buttons, kit.NewButton(j.Say.T("waiting.upload.other"), kit.Link, choose))
	}
	return append(rows, kit.NewFlow(12, buttons...))
}

func (w *waiting) chose(t order.Task, f *documentForm, path string) {
	f.path, f.wrong = path, nil
	w.draw("upload for " + t.ID)
}

// drop takes a file for the first document that can be uploaded.
func (w *waiting) drop(paths []string) {
	j := w.j
	if len(paths) == 0 || j.order.Snapshot == nil {
		return
	}
	for _, t := range j.order.Snapshot.Waiting() {
		if f := w.documentOf(t.ID); j.Desk.Tasks.Can(j.order, t).Upload && !f.busy {
			w.chose(t, f, paths[0])
			return
		}
	}
}

func (w *waiting) send(t order.Task, f *documentForm) {
	j := w.j
	f.busy, f.wrong = true, nil
	w.draw("upload for " + t.ID)
	path, form := f.path, t.Instruction.Form
	kit.Do(j.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, j.Desk.Tasks.Upload(ctx, j.order.ID, t.ID, path, form)
	}, func(_ struct{}, err error) {
		f.busy, f.wrong = false, fault.Of(err)
		if err == nil {
			f.path = ""
		}
		w.did()
		w.draw("upload for " + t.ID)
	})
}

// paper offers the form, filled in, as a PDF to print and sign.
func (w *waiting) paper(t order.Task, form string, f *documentForm) []fyne.CanvasObject {
	j := w.j
	rows := []fyne.CanvasObject{kit.NewText(j.Say.T("waiting.form.what"))}
	if f.made != "" {
		folder := kit.NewButton(j.Say.T("use.open-folder"), kit.Link, func() {
			j.Stage.OpenFolder(filepath.Dir(f.made), func(err error) { f.wrongPaper = fault.Of(err); w.draw("form for " + t.ID) })
		})
		w.mark("form for "+t.ID, folder)
		rows = append(rows,
			kit.NewFlow(8, kit.NewPill(kit.Success, j.Say.T("waiting.form.made"))),
			kit.NewSides(kit.NewMono(i18n.Clean(filepath.Base(f.made), 200)), folder),
			kit.NewCaption(j.Say.T("use.in-folder", "dir", filepath.Dir(f.made))))
		if f.wrongPaper != nil {
			rows = append(rows, show.Finding(j.Say, f.wrongPaper))
		}
		return rows
	}
	f.folder = kit.NewEntry(kit.EntrySpec{
		Label: j.Say.T("waiting.form.folder"), Value: f.dir, Trailing: kit.NewButton(j.Say.T("use.folder-choose"), kit.Link, func() { w.chooseFolder(t, f) }),
		OnChanged: func(text string) { f.dir = text; f.folder.ClearError() },
		OnSubmit:  func(string) { w.print(t, form, f) },
	})
	w.markEntry("folder for "+t.ID, f.folder)
	if f.wrongPaper != nil {
		f.folder.SetError(j.Say.Say(f.wrongPaper.Saw()), j.Say.Say(f.wrongPaper.Do()))
	}
	button := kit.NewButton(j.Say.T("waiting.form.make"), kit.Secondary, func() { w.print(t, form, f) })
	button.SetBusy(f.making)
	w.mark("form for "+t.ID, button)
	return append(rows, f.folder, kit.NewFlow(12, button))
}

func (w *waiting) chooseFolder(t order.Task, f *documentForm) {
	kit.ChooseFile(w.j.Stage.Canvas(), w.j.Env, kit.FileSpec{
		Title: w.j.Say.T("waiting.form.folder"), Folder: f.dir, Folders: true,
		OnChoose: func(path string) { f.dir, f.wrongPaper = path, nil; w.draw("form for " + t.ID) },
	})
}

func (w *waiting) print(t order.Task, form string, f *documentForm) {
	j := w.j
	if f.making {
		return
	}
	f.making, f.wrongPaper = true, nil
	w.draw("form for " + t.ID)
	id, dir, subject := j.order.ID, f.dir, j.Say.Say(j.order.Application.ListTitle(j.order.Licence))
	kit.Do(j.scene, func(ctx context.Context) (string, error) {
		got, err := j.Desk.Tasks.Form(ctx, id, form)
		if err != nil {
			return "", err
		}
		return j.Desk.Papers.Save(ctx, dir, subject, got.Title, show.FormPaper(j.Say, got))
	}, func(path string, err error) {
		f.making, f.wrongPaper, f.made = false, fault.Of(err), path
		if err != nil {
			w.draw("folder for " + t.ID)
			return
		}
		w.draw("form for " + t.ID)
	})
}
