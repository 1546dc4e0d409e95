package journey

import (
	"context"
	"crypto/x509"
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// pageOf is the address of the page of an order that is made in the browser.
func pageOf(o store.Order) string { return activation.PageOrigin(o.Service) }

// stepTitle is what a step is called in the rail and in the window's title.
func (j *Journey) stepTitle(step order.Step) string {
	if j.order.Licence.Web && (step == order.StepReview || step == order.StepWaiting) {
		return j.Say.T("step." + string(step) + "-web")
	}
	return j.Say.T("step." + string(step))
}

// handoff is step 9 of an order that is made on a page in the browser: the page is opened, the request handed over
// there, and what was issued is brought back. It asks nobody anything.
type handoff struct {
	j       *Journey
	opens   bool // the page is opened as soon as its address is known: the press was on the step before
	asked   bool
	page    *seller.Page
	pageErr *fault.Error // why the address is not known
	copied  bool
	saved   string // path of the request's file
	unsaved *fault.Error
	text    string // that was pasted
	wrong   *fault.Error
	busy    bool
	field   *kit.Entry
	copy    *kit.Button
	// locked is a PKCS #12 file, or a key for the certificates beside it, that is to be opened by its password; in memory
	// until it is, or is given up.
	locked   []byte
	beside   []*x509.Certificate
	password *kit.Entry
	open     *kit.Button // nil while the address is not known
	// unwatched is why the folder of downloads can't be looked into.
	unwatched *fault.Error
}

func (h *handoff) build() *kit.Page {
	j := h.j
	if !h.asked {
		h.asked = true
		h.ask()
	}
	primary := kit.NewButton(j.Say.T("handoff.take"), kit.Primary, h.use)
	primary.SetBusy(h.busy)
	h.open = nil
	begin := primary
	defer func() {
		if h.open != nil {
			begin = h.open
		}
		if h.wrong == nil {
			j.first = begin
		}
	}()
	return j.page(frame{
		title: j.Say.T("handoff.title", "seller", j.sellerName()), sentence: j.Say.T("handoff.sentence"),
		body:    []fyne.CanvasObject{h.opening(), h.request(), h.bring()},
		primary: primary, drop: h.read,
	})
}

// ask reads the address: that of an activation link opens the order, so it is kept like a password.
func (h *handoff) ask() {
	j := h.j
	id := j.order.ID
	h.pageErr = nil
	kit.Do(j.scene, func(ctx context.Context) (seller.Page, error) { return j.Desk.Handoff.Page(ctx, id) }, func(p seller.Page, err error) {
		if err != nil {
			h.pageErr = fault.Of(err)
		} else {
			h.page = &p
			if h.opens {
				h.opens = false
				j.Env.OpenURL(p.URL)
			}
		}
		j.render()
	})
}

// opening is the page with its address.
func (h *handoff) opening() fyne.CanvasObject {
	j := h.j
	rows := []fyne.CanvasObject{kit.NewHeading(j.Say.T("handoff.open.title"))}
	switch {
	case h.pageErr != nil:
		rows = append(rows, show.Finding(j.Say, h.pageErr), kit.NewMuted(j.Say.T("handoff.open.without")),
			kit.NewFlow(12, kit.NewButton(j.Say.T("action.retry"), kit.Secondary, func() { h.ask(); j.render() })))
	case h.page == nil:
		rows = append(rows, kit.NewLoading(j.Env, j.Say.T("handoff.open.reading"), nil))
	default:
		address := kit.NewCopyField(j.Env, kit.CopySpec{Label: j.Say.T("handoff.open.address"), Value: h.page.URL, Mono: true})
		rows = append(rows, kit.NewMuted(j.Say.T("handoff.open.text", "host", i18n.Clean(h.page.Host, 120))), address)
		if h.page.Code != "" {
			code := kit.NewCopyField(j.Env, kit.CopySpec{Label: j.Say.T("handoff.open.code"), Value: h.page.Code, Mono: true})
			kit.AlignCopyFields(address, code)
			rows = append(rows, code)
		}
		h.open = kit.NewButton(j.Say.T("handoff.open"), kit.Secondary, func() { j.Env.OpenURL(h.page.URL) }).SetTail("external")
		rows = append(rows, kit.NewFlow(12, h.open))
	}
	return kit.NewAccentCard(kit.Warning, rows...)
}

// request is what is handed over, and how this page takes it.
func (h *handoff) request() fyne.CanvasObject {
	j := h.j
	rows := []fyne.CanvasObject{kit.NewHeading(j.Say.T("handoff.request.title"))}
	for _, line := range h.guide() {
		rows = append(rows, kit.NewText(line))
	}
	copyWord, tail := "handoff.request.copy", ""
	if h.copied {
		copyWord, tail = "handoff.request.copied", "tick"
	}
	h.copy = kit.NewButton(j.Say.T(copyWord), kit.Secondary, func() {
		j.Env.Clipboard.SetContent(j.Desk.Handoff.RequestText(j.order))
		h.copied = true
		h.copy.SetTail("tick")
		h.copy.SetText(j.Say.T("handoff.request.copied"))
	}).SetTail(tail)
	rows = append(rows, kit.NewFlow(12, h.copy, kit.NewButton(j.Say.T("handoff.request.save"), kit.Secondary, h.chooseFolder)))
	if h.saved != "" {
		dir := filepath.Dir(h.saved)
		rows = append(rows, kit.NewSides(kit.NewText(j.Say.T("handoff.request.saved", "name", filepath.Base(h.saved))),
			kit.NewButton(j.Say.T("use.open-folder"), kit.Link, func() {
				j.Stage.OpenFolder(dir, func(err error) { h.unsaved = fault.Of(err); j.render() })
			})))
	}
	if h.unsaved != nil {
		rows = append(rows, show.Finding(j.Say, h.unsaved))
	}
	return kit.NewCard(append(rows,
		kit.NewDetails(j.Say.T("handoff.request.show"), kit.NewSelectable(j.Desk.Handoff.RequestText(j.order))))...)
}

// guide is how the page takes a request: what is known of this seller's, else what is true of any.
func (h *handoff) guide() []string {
	j := h.j
	id, steps := "general", 2
	if h.page != nil && h.page.Guide != "" {
		id, steps = h.page.Guide, h.page.Steps
	}
	var out []string
	for n := 1; n <= steps; n++ {
		out = append(out, j.Say.T("handoff.step", "n", n, "what", j.Say.T("handoff.guide."+id+"."+string(rune('0'+n)))))
	}
	return out
}

func (h *handoff) chooseFolder() {
	j := h.j
	kit.ChooseFile(j.Stage.Canvas(), j.Env, kit.FileSpec{
		Title: j.Say.T("handoff.request.folder"), Folder: j.Desk.Exports.DefaultDir(), Folders: true,
		OnChoose: func(dir string) {
			id := j.order.ID
			kit.Do(j.scene, func(ctx context.Context) (string, error) { return j.Desk.Handoff.SaveRequest(ctx, id, dir) },
				func(path string, err error) {
					h.saved, h.unsaved = path, fault.Of(err)
					j.render()
				})
		},
	})
}
