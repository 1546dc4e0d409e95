package journey

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/certificate"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
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
	// locked is a PKCS #12 file that is to be opened by its password; in memory until it is, or is given up.
	locked   []byte
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

// bring is where the certificate comes back.
func (h *handoff) bring() fyne.CanvasObject {
	j := h.j
	h.field = kit.NewTextArea(kit.EntrySpec{
		Label: j.Say.T("handoff.bring.label"), Hint: j.Say.T("handoff.bring.hint"), Value: h.text, Mono: true, Rows: 5,
		OnChanged: h.typed,
	})
	if h.wrong != nil && h.locked == nil {
		h.field.SetError(j.Say.Say(h.wrong.Saw()), j.Say.Say(h.wrong.Do()))
	}
	rows := []fyne.CanvasObject{
		kit.NewHeading(j.Say.T("handoff.bring.title")), kit.NewMuted(j.Say.T("handoff.bring.text")), h.field,
		kit.NewFlow(12, kit.NewButton(j.Say.T("handoff.bring.open"), kit.Secondary, func() {
			kit.ChooseFile(j.Stage.Canvas(), j.Env, kit.FileSpec{
				Title: j.Say.T("handoff.bring.open"), Exts: j.Desk.Intake.Endings(), OnChoose: func(path string) { h.read([]string{path}) },
			})
		})),
	}
	return kit.NewCard(append(append(rows, h.unlocking()...), h.downloads()...)...)
}

// downloads offers to look into new files in the folder of downloads.
func (h *handoff) downloads() []fyne.CanvasObject {
	j := h.j
	dir, on := j.Stage.Downloads()
	if dir == "" {
		return nil
	}
	out := []fyne.CanvasObject{
		kit.NewCheck(j.Say.T("handoff.downloads.allow", "dir", filepath.Base(dir)), on, func(on bool) {
			j.Stage.AllowDownloads(on, func(err error) {
				if j.now != h {
					return
				}
				h.unwatched = fault.Of(err)
				if err != nil {
					j.render()
				}
			})
		}),
		kit.NewCaption(j.Say.T("handoff.downloads.note")),
	}
	if h.unwatched != nil {
		out = append(out, show.Finding(j.Say, h.unwatched))
	}
	return out
}

// typed takes what is in the field. A private key goes from the screen at once, and is asked about.
func (h *handoff) typed(text string) {
	j := h.j
	if !j.Desk.Redeem.HoldsPrivateKey([]byte(text)) {
		h.text, h.wrong = text, nil
		h.field.ClearError()
		return
	}
	h.text = ""
	h.field.SetText("")
	data := []byte(text)
	j.scene.OnUI(func() {
		h.take(func(context.Context) (desk.Brings, error) { return j.Desk.Intake.ReadText(data) })
	})
}

// use takes what was pasted.
func (h *handoff) use() {
	data := []byte(h.text)
	h.take(func(context.Context) (desk.Brings, error) { return h.j.Desk.Intake.ReadText(data) })
}

// read takes files.
func (h *handoff) read(paths []string) {
	h.take(func(ctx context.Context) (desk.Brings, error) { return h.j.Desk.Intake.ReadFiles(ctx, paths) })
}

func (h *handoff) take(read func(ctx context.Context) (desk.Brings, error)) {
	j := h.j
	if h.busy {
		return
	}
	h.busy, h.wrong = true, nil
	j.render()
	id := j.order.ID
	var locked []byte
	kit.Do(j.scene, func(ctx context.Context) (desk.Taken, error) {
		b, err := read(ctx)
		if err != nil {
			return desk.Taken{}, err
		}
		if locked = j.Desk.Intake.Locked(b); locked != nil {
			return desk.Taken{}, nil
		}
		t, err := j.Desk.Intake.Take(ctx, b, id)
		locked = t.Locked
		return t, err
	}, func(t desk.Taken, err error) {
		h.busy = false
		switch {
		case locked != nil:
			h.lock(locked)
		case err != nil:
			h.failed(fault.Of(err))
		case t.Foreign != nil:
			h.forget()
			h.askForeign(t.Foreign)
		default:
			h.forget()
			j.Arrive(t)
		}
	})
}

// lock asks for the password of a file.
func (h *handoff) lock(data []byte) {
	h.forget()
	h.locked = data
	h.j.render()
	h.password.Focus(h.j.Stage.Canvas())
}

// forget drops the bytes of a file with a private key.
func (h *handoff) forget() {
	clear(h.locked)
	h.locked = nil
}

// unlocking asks for the password of a PKCS #12 file.
func (h *handoff) unlocking() []fyne.CanvasObject {
	j := h.j
	h.password = nil
	if h.locked == nil {
		return nil
	}
	h.password = kit.NewEntry(kit.EntrySpec{
		Label: j.Say.T("use.key.password"), Hint: j.Say.T("handoff.locked.hint"), Password: true,
		OnChanged: func(string) { h.password.ClearError() }, OnSubmit: func(string) { h.unlock() },
	})
	if h.wrong != nil {
		h.password.SetError(j.Say.Say(h.wrong.Saw()), j.Say.Say(h.wrong.Do()))
	}
	open := kit.NewButton(j.Say.T("use.key.unlock"), kit.Secondary, h.unlock)
	open.SetBusy(h.busy)
	return []fyne.CanvasObject{h.password, kit.NewFlow(12, open)}
}

// unlock opens the file and takes what is in it.
func (h *handoff) unlock() {
	if h.locked == nil || h.busy {
		return
	}
	data, password := h.locked, secret.FromString(h.password.Text())
	h.take(func(context.Context) (desk.Brings, error) { return h.j.Desk.Intake.Unlock(data, password) })
}

func (h *handoff) failed(f *fault.Error) {
	h.wrong = f
	if f.Code != fault.KeyFilePassword {
		h.forget()
	}
	h.j.render()
	if h.password != nil {
		h.password.Focus(h.j.Stage.Canvas())
		return
	}
	h.field.Focus(h.j.Stage.Canvas())
}

// Arrive goes on with the order to which something was given that the customer has brought.
func (j *Journey) Arrive(t desk.Taken) {
	j.arrived = &t
	j.Open(t.OrderID)
}

// arrivedParts say what has come, on the page for using it.
func (u *use) arrivedParts() []fyne.CanvasObject {
	j := u.j
	t := j.arrived
	if t == nil || t.OrderID != j.order.ID {
		return nil
	}
	var out []fyne.CanvasObject
	switch {
	case t.New:
		out = append(out, kit.NewInfo(kit.Success, j.Say.T("handoff.arrived")))
	case t.Key == nil:
		out = append(out, kit.NewInfo(kit.Info, j.Say.T("handoff.arrived-again")))
	}
	if !t.Mended.IsZero() {
		out = append(out, kit.NewInfo(kit.Info, j.Say.Say(t.Mended)))
	}
	if u.whole {
		out = append(out, kit.NewInfo(kit.Success, j.Say.T("handoff.issuer.whole")))
	}
	if t.Gap.Host != "" {
		out = append(out, u.missing(t)...)
	}
	if t.Others > 0 {
		out = append(out, kit.NewInfo(kit.Info, j.Say.T("handoff.arrived-others", "n", t.Others)))
	}
	return out
}

// missing offers to get the certificate that is missing above this one, or may be: the press is the consent.
func (u *use) missing(t *desk.Taken) []fyne.CanvasObject {
	out := show.Gap(u.j.Say, t.Gap, u.completing, func() { u.complete(t) })
	if u.incomplete != nil {
		out = append(out, show.Finding(u.j.Say, u.incomplete))
	}
	return out
}

func (u *use) complete(t *desk.Taken) {
	j := u.j
	if u.completing || u.making {
		return
	}
	u.completing, u.incomplete = true, nil
	j.render()
	id := t.OrderID
	kit.Do(j.scene, func(ctx context.Context) (int, error) {
		return j.Desk.Intake.Complete(ctx, id)
	}, func(added int, err error) {
		u.completing, u.incomplete = false, fault.Of(err)
		if err == nil {
			t.Gap, u.whole = certificate.Gap{}, added == 0
		}
		j.render()
	})
}

// arrivedKey asks about a private key that came along.
func (u *use) arrivedKey() {
	t := u.j.arrived
	if t == nil || t.OrderID != u.j.order.ID || len(t.Key) == 0 || u.j.order.Licence.KeyInHardware() {
		return
	}
	data := t.Key
	t.Key = nil
	if !u.away {
		clear(data)
		return
	}
	u.readKeyFrom(func(context.Context) ([]byte, error) { return data, nil })
}
