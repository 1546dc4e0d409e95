package home

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// report is the page on which the list of all certificates is saved as a file.
type report struct {
	dir    string
	folder *kit.Entry
	saving bool
	made   *desk.ReportMade
	wrong  *fault.Error
}

// reportScreen asks where the list goes, and says where it is.
func (h *Home) reportScreen() {
	if h.report == nil {
		h.report = &report{dir: h.Desk.Exports.DefaultDir()}
	}
	r := h.report
	var primary *kit.Button
	var body []fyne.CanvasObject
	if r.made != nil {
		body = h.reportMade(r)
		primary = kit.NewButton(h.Say.T("report.close"), kit.Primary, h.backToList)
	} else {
		body = h.reportAsks(r)
		primary = kit.NewButton(h.Say.T("report.save"), kit.Primary, h.saveReport)
		primary.SetBusy(r.saving)
	}
	back := kit.NewButton(h.Say.T("journey.back"), kit.Secondary, h.backToList)
	if r.made != nil {
		back = nil
	}
	page := kit.NewPage(kit.PageSpec{
		Title: h.Say.T("report.title"), Sentence: h.Say.T("report.sentence"), Body: body,
		Footer: kit.Footer{Back: back, Primary: primary}, OnEscape: h.backToList,
	})
	h.over(page, h.Say.T("report.title"), h.reportScreen)
}

func (h *Home) reportAsks(r *report) []fyne.CanvasObject {
	r.folder = kit.NewEntry(kit.EntrySpec{
		Label: h.Say.T("report.folder"), Value: r.dir, Trailing: kit.NewButton(h.Say.T("use.folder-choose"), kit.Link, func() { h.chooseFolder(r) }),
		OnChanged: func(text string) { r.dir = text; r.folder.ClearError() },
		OnSubmit:  func(string) { h.saveReport() },
	})
	body := []fyne.CanvasObject{r.folder}
	switch {
	case r.saving:
		body = append(body, kit.NewLoading(h.Env, h.Say.T("report.saving"), nil))
	case r.wrong != nil:
		r.folder.SetError(h.Say.Say(r.wrong.Saw()), h.Say.Say(r.wrong.Do()))
	}
	return append(body, kit.NewInfo(kit.Success, h.Say.T("report.secret")))
}

func (h *Home) chooseFolder(r *report) {
	kit.ChooseFile(h.Stage.Canvas(), h.Env, kit.FileSpec{
		Title: h.Say.T("report.folder"), Folder: r.dir, Folders: true,
		OnChoose: func(path string) { r.dir, r.wrong = path, nil; h.reportScreen() },
	})
}

func (h *Home) reportMade(r *report) []fyne.CanvasObject {
	rows := []fyne.CanvasObject{
		kit.NewFlow(8, kit.NewPill(kit.Success, h.Say.T("report.done"))),
		kit.NewSides(kit.NewMono(i18n.Clean(filepath.Base(r.made.Path), 200)), kit.NewButton(h.Say.T("use.open-folder"), kit.Link, func() {
			h.Stage.OpenFolder(filepath.Dir(r.made.Path), func(err error) { r.wrong = fault.Of(err); h.reportScreen() })
		})),
		kit.NewCaption(h.Say.T("use.in-folder", "dir", filepath.Dir(r.made.Path))),
		kit.NewMuted(h.Say.T("report.count", "n", r.made.Certificates)),
	}
	if r.wrong != nil {
		rows = append(rows, show.Finding(h.Say, r.wrong))
	}
	return []fyne.CanvasObject{kit.NewCard(rows...)}
}

func (h *Home) saveReport() {
	r := h.report
	if r == nil || r.saving || r.made != nil {
		return
	}
	r.saving, r.wrong = true, nil
	h.reportScreen()
	dir, say := r.dir, h.Say.Say
	kit.Do(h.scene, func(ctx context.Context) (desk.ReportMade, error) {
		return h.Desk.Report.Save(ctx, dir, say)
	}, func(made desk.ReportMade, err error) {
		r.saving, r.wrong = false, fault.Of(err)
		if err == nil {
			r.made = &made
		}
		if h.report == r {
			h.reportScreen()
		}
	})
}
