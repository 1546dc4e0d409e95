package passfile

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// Unlock is the sheet on which the passphrase is asked for, once a run.
type Unlock struct {
	sheet
	typed  typed
	giving bool // it is asked whether to go on without the file
	why    *fault.Error
}

// NewUnlock opens it. done is called when the file is open, or was given up; not when the customer wants neither.
func NewUnlock(d Deps, done, not func()) *Unlock {
	u := &Unlock{sheet: sheet{Deps: d}}
	if !d.Secrets.Places().There {
		u.wrong = fault.New(fault.PassfileGone, nil)
	}
	u.open(func() kit.SheetSpec {
		switch {
		case u.giving:
			return u.giveUp(done)
		case u.wrong != nil && u.wrong.Code != fault.PassfilePassphrase && !u.busy:
			return u.broken(not)
		}
		return u.asks(done, not)
	})
	return u
}

func (u *Unlock) asks(done, not func()) kit.SheetSpec {
	open := func() {
		p := u.typed.value()
		u.work(func(ctx context.Context) error { return u.Secrets.Unlock(ctx, p) }, u.leave(done))
	}
	body := append([]fyne.CanvasObject{kit.NewText(u.Say.T("passfile.unlock.text"))}, u.typed.fields(&u.sheet, "passfile.phrase", nil, open)...)
	if u.wrong != nil {
		u.typed.wrong(&u.sheet, u.wrong, u.Say.Say(u.wrong.Means())+" ")
	}
	if u.busy {
		body = append(body, kit.NewLoading(u.Env, u.Say.T("passfile.opening"), nil))
	}
	spec := kit.SheetSpec{
		Title: u.Say.T("passfile.unlock.title"), Body: body,
		Buttons:  []*kit.Button{kit.NewButton(u.Say.T("kit.cancel"), kit.Secondary, u.leave(not)), u.primary("passfile.open", open)},
		OnEscape: u.leave(not),
	}
	if !u.busy {
		spec.Left = kit.NewButton(u.Say.T("passfile.forgotten"), kit.Link, u.askGiveUp)
	}
	return spec
}

// broken is a file that no passphrase opens.
func (u *Unlock) broken(not func()) kit.SheetSpec {
	retry := func() {
		u.wrong = nil
		if !u.Secrets.Places().There {
			u.wrong = fault.New(fault.PassfileGone, nil)
		}
		u.again()
		u.on.FocusFirst()
	}
	path := u.Secrets.Places().File
	return kit.SheetSpec{
		Title: u.Say.T("passfile.unlock.title"), Body: []fyne.CanvasObject{
			show.Finding(u.Say, u.wrong), kit.NewText(u.Say.Say(u.wrong.Means())),
			kit.NewSides(kit.NewMono(filepath.Base(path)), kit.NewButton(u.Say.T("use.open-folder"), kit.Link, func() { u.OpenFolder(filepath.Dir(path)) })),
		},
		Left: kit.NewButton(u.Say.T("passfile.without"), kit.Link, u.askGiveUp),
		Buttons: []*kit.Button{
			kit.NewButton(u.Say.T("kit.cancel"), kit.Secondary, u.leave(not)), kit.NewButton(u.Say.T("action.retry"), kit.Primary, retry),
		},
		OnEscape: u.leave(not),
	}
}

func (u *Unlock) askGiveUp() {
	u.giving, u.why, u.wrong = true, u.wrong, nil
	u.again()
	u.on.FocusFirst()
}

// giveUp asks whether to go on without the file.
func (u *Unlock) giveUp(done func()) kit.SheetSpec {
	back := func() {
		if !u.busy {
			u.giving, u.wrong = false, u.why
			u.again()
			u.on.FocusFirst()
		}
	}
	body := []fyne.CanvasObject{kit.NewText(u.Say.T("passfile.give-up.text"))}
	if u.Secrets.Places().There {
		body = append(body, kit.NewText(u.Say.T("passfile.give-up.kept")))
	}
	yes := kit.NewButton(u.Say.T("passfile.give-up.yes"), kit.DangerButton, func() {
		u.work(func(ctx context.Context) error {
			_, err := u.Secrets.GiveUp(ctx)
			return err
		}, u.leave(done))
	})
	yes.SetBusy(u.busy)
	return kit.SheetSpec{
		Title: u.Say.T("passfile.give-up.title"), Body: append(body, u.below("passfile.making")...),
		Buttons:  []*kit.Button{yes, kit.NewButton(u.Say.T("journey.back"), kit.Primary, back)},
		OnEscape: back,
	}
}
