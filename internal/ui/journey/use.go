package journey

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// use is step 10: the file for the program where the certificate will be used. The file counts as made only
// once its password has been on the screen.
type use struct {
	j            *Journey
	destinations []destination.Destination
	chosen       int // -1: none yet
	dir          string
	folder       *kit.Entry
	both         *kit.Button // where a file of that name is there
	below        *fyne.Container
	making       bool
	made         *desk.Made
	wrong        *fault.Error
	unkept       *fault.Error // why it could not be written that the password was seen
	password     *kit.CopyField
	primary      *kit.Button
}

func (u *use) build() *kit.Page {
	j := u.j
	if u.destinations == nil {
		u.destinations = j.Desk.Exports.Destinations(j.order)
		u.chosen = -1
		u.dir = j.Desk.Exports.DefaultDir()
	}
	specs := make([]kit.ChoiceSpec, len(u.destinations))
	for i, d := range u.destinations {
		specs[i] = kit.ChoiceSpec{Title: j.Say.Say(d.Label), Icon: iconOf(d.ID)}
	}
	u.below = kit.NewColumn(14)
	u.primary = kit.NewButton("", kit.Primary, nil)
	u.draw()
	return j.page(frame{
		title: j.Say.T("use.title"), sentence: j.Say.T("use.sentence"),
		body:    []fyne.CanvasObject{kit.NewChoices(specs, u.chosen, u.choose), u.below},
		primary: u.primary,
	})
}

func (u *use) choose(i int) {
	if u.making || i == u.chosen {
		return
	}
	u.chosen, u.made, u.wrong, u.unkept = i, nil, nil, nil
	u.draw()
}

// draw shows what belongs to the choice: the folder to write to, or the file that was made.
func (u *use) draw() {
	j := u.j
	u.below.Objects = u.parts()
	u.below.Refresh()
	u.primary.SetEnabled(u.chosen >= 0 && !u.making)
	if u.made != nil {
		u.primary.SetText(j.Say.T("use.finish"))
		u.primary.SetOnTap(j.saveAndClose)
	} else {
		u.primary.SetText(j.Say.T("use.make"))
		u.primary.SetOnTap(func() { u.start(false) })
	}
	kit.Relayout(u.below)
}

func (u *use) parts() []fyne.CanvasObject {
	j := u.j
	switch {
	case u.chosen < 0:
		return []fyne.CanvasObject{kit.NewMuted(j.Say.T("use.choose"))}
	case u.making:
		return []fyne.CanvasObject{kit.NewLoading(j.Env, j.Say.T("use.making"), nil)}
	case u.made != nil:
		return u.result()
	}
	u.folder = kit.NewEntry(kit.EntrySpec{
		Label: j.Say.T("use.folder"), Value: u.dir,
		OnChanged: func(text string) { u.dir = text; u.folder.ClearError(); u.warnSynchronised() },
		OnSubmit:  func(string) { u.start(false) },
	})
	u.warnSynchronised()
	out := []fyne.CanvasObject{u.folder}
	if u.wrong == nil {
		return out
	}
	if u.wrong.Code == fault.FileExists {
		u.both = kit.NewButton(j.Say.T("use.keep-both"), kit.Secondary, u.keepBoth)
		return append(out,
			kit.NewFinding(kit.Warning, j.Say.Say(u.wrong.Saw()), j.Say.T("use.exists.do")),
			kit.NewFlow(12,
				u.both,
				kit.NewButton(j.Say.T("use.replace"), kit.DangerLink, func() { u.start(true) }),
			))
	}
	return append(out, show.Finding(j.Say, u.wrong))
}

// warnSynchronised says when a folder is copied to somebody's servers: the promise that the key stays here
// ends there.
func (u *use) warnSynchronised() {
	if name := u.j.Desk.Exports.Synchronised(u.dir); name != "" {
		u.folder.SetFinding(kit.Warning, u.j.Say.T("use.synchronised.saw", "name", name), u.j.Say.T("use.synchronised.do"))
	}
}

func (u *use) start(replace bool) { u.export(desk.ExportOptions{Replace: replace}) }

func (u *use) keepBoth() { u.export(desk.ExportOptions{KeepBoth: true}) }

func (u *use) export(o desk.ExportOptions) {
	j := u.j
	if u.chosen < 0 || u.making {
		return
	}
	o.Destination, o.Dir, o.Label = u.destinations[u.chosen].ID, u.dir, j.Say.Say
	u.making, u.wrong = true, nil
	u.draw()
	id := j.order.ID
	kit.Do(j.scene, func(ctx context.Context) (desk.Made, error) {
		return j.Desk.Exports.Make(ctx, id, o)
	}, func(m desk.Made, err error) {
		u.making = false
		if err != nil {
			u.wrong = fault.Of(err)
			u.draw()
			u.focusWayOn()
			return
		}
		u.made = &m
		u.draw()
		u.password.FocusCopy(j.Stage.Canvas())
		u.seen(m)
	})
}

// focusWayOn brings what can be done about a failure into view.
func (u *use) focusWayOn() {
	if u.wrong.Code == fault.FileExists {
		u.j.Stage.Canvas().Focus(u.both)
		return
	}
	u.folder.Focus(u.j.Stage.Canvas())
}

// seen tells the desk that the password is on the screen.
func (u *use) seen(m desk.Made) {
	j := u.j
	kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		if err := j.Desk.Exports.Shown(ctx, m.ID); err != nil {
			return store.Order{}, err
		}
		return j.Desk.Redeem.Order(ctx, j.order.ID)
	}, func(o store.Order, err error) {
		before := u.unkept
		u.unkept = fault.Of(err)
		if err == nil {
			j.take(o)
		}
		if before != nil || err != nil {
			u.draw()
			u.password.FocusCopy(j.Stage.Canvas())
		}
	})
}

func (u *use) result() []fyne.CanvasObject {
	j := u.j
	rows := []fyne.CanvasObject{kit.NewFlow(8, kit.NewPill(kit.Success, j.Say.T("use.done")))}
	for i, f := range u.made.Files {
		name := fyne.CanvasObject(kit.NewMono(filepath.Base(f.Path)))
		if i == 0 {
			name = kit.NewSides(name, kit.NewButton(j.Say.T("use.open-folder"), kit.Link, func() {
				j.Stage.OpenFolder(u.made.Dir, func(err error) { u.folderFailed(err) })
			}))
		}
		rows = append(rows, name)
		if len(u.made.Files) > 1 {
			rows = append(rows, kit.NewCaption(j.Say.Say(f.Encryption())))
		}
	}
	rows = append(rows, kit.NewCaption(j.Say.T("use.in-folder", "dir", u.made.Dir)))
	u.password = kit.NewSecretCopyField(j.Env, j.Say.T("use.password"), u.made.Password)
	// The countdown goes on when the page is left: the customer is on the way to paste it.
	j.Stage.OnQuit(u.password.ClearNow)
	rows = append(rows, u.password, kit.NewCaption(j.Say.T("use.password-note")))
	out := []fyne.CanvasObject{kit.NewCard(rows...)}
	if u.wrong != nil {
		out = append(out, show.Finding(j.Say, u.wrong))
	}
	if u.unkept != nil {
		m := *u.made
		out = append(out, show.Finding(j.Say, u.unkept), kit.NewMuted(j.Say.T("use.unkept")),
			kit.NewFlow(12, kit.NewButton(j.Say.T("action.retry"), kit.Secondary, func() { u.seen(m) })))
	}
	return append(out, kit.NewFinding(kit.Info, j.Say.T("use.next"), j.Say.Say(u.made.Next)))
}

func (u *use) folderFailed(err error) {
	u.wrong = fault.Of(err)
	u.draw()
}

// iconOf is the picture on a destination's card.
func iconOf(id destination.ID) string {
	switch id {
	case destination.Outlook:
		return "monitor"
	case destination.Apple:
		return "laptop"
	case destination.Thunderbird:
		return "mail"
	case destination.Android:
		return "phone"
	case destination.Another:
		return "more"
	default:
		return "question"
	}
}
