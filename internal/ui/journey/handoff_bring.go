package journey

import (
	"context"
	"crypto/x509"
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

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
			h.lock(locked, t.Beside)
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
func (h *handoff) lock(data []byte, beside []*x509.Certificate) {
	h.forget()
	h.locked, h.beside = data, beside
	h.j.render()
	h.password.Focus(h.j.Stage.Canvas())
}

// forget drops the bytes of a file with a private key.
func (h *handoff) forget() {
	clear(h.locked)
	h.locked, h.beside = nil, nil
}

// unlocking asks for the password of a PKCS #12 file, or of a key.
func (h *handoff) unlocking() []fyne.CanvasObject {
	j := h.j
	h.password = nil
	if h.locked == nil {
		return nil
	}
	hint := "handoff.locked.hint"
	if len(h.beside) > 0 {
		hint = "handoff.locked.hint-beside"
	}
	h.password = kit.NewEntry(kit.EntrySpec{
		Label: j.Say.T("use.key.password"), Hint: j.Say.T(hint), Password: true,
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
	data, beside, password := h.locked, h.beside, secret.FromString(h.password.Text())
	h.take(func(context.Context) (desk.Brings, error) { return h.j.Desk.Intake.Unlock(data, password, beside) })
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
