package backups

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// Restore is the screen on which a backup is opened, looked at, and restored.
type Restore struct {
	base
	path    string
	file    *kit.Entry
	pass    passphrase
	busy    bool
	wrong   *fault.Error
	opened  *desk.OpenedBackup
	chosen  map[string]bool
	replace map[string]bool
	done    *desk.Restored
	query   string
	groups  *fyne.Container // of a backup with many orders
	cards   *fyne.Container
	primary *kit.Button
}

// NewRestore makes the screen.
func NewRestore(d Deps) *Restore { return &Restore{base: base{Deps: d}} }

// Open shows it.
func (r *Restore) Open() {
	r.open(r.render)
	r.file.Focus(r.Stage.Canvas())
}

func (r *Restore) render() {
	r.back = nil
	switch {
	case r.done != nil:
		r.primary = kit.NewButton(r.Say.T("backup.finish"), kit.Primary, func() { r.Stage.Home("") })
		r.page("restore.title", "", []fyne.CanvasObject{kit.NewCard(
			kit.NewFlow(8, kit.NewPill(kit.Success, r.Say.T("restore.done"))),
			kit.NewText(r.Say.T("restore.result", "orders", r.done.Orders, "keys", r.done.Keys, "certificates", r.done.Certificates)),
			kit.NewMuted(r.Say.T("restore.next")),
		)}, r.primary, false, nil)
	case r.opened != nil:
		r.back = func() {
			if !r.busy {
				r.opened, r.wrong = nil, nil
				r.render()
				r.file.Focus(r.Stage.Canvas())
			}
		}
		r.primary = kit.NewButton(r.Say.T("restore.restore"), kit.Primary, r.restore)
		r.primary.SetBusy(r.busy)
		r.page("restore.preview", "restore.preview-note", r.preview(), r.primary, true, nil)
		r.settle()
	default:
		r.primary = kit.NewButton(r.Say.T("restore.open"), kit.Primary, r.unlock)
		r.primary.SetBusy(r.busy)
		r.page("restore.title", "restore.sentence", r.asks(), r.primary, true, r.dropped)
	}
}

func (r *Restore) asks() []fyne.CanvasObject {
	r.file = kit.NewEntry(kit.EntrySpec{
		Label: r.Say.T("restore.file"), Hint: r.Say.T("restore.file-hint"), Value: r.path,
		Trailing:  kit.NewButton(r.Say.T("restore.choose"), kit.Link, r.choose),
		OnChanged: func(text string) { r.path = text; r.file.ClearError() },
		OnSubmit:  func(string) { r.unlock() },
	})
	body := append([]fyne.CanvasObject{r.file}, r.pass.fields(&r.base, r.Say.T("restore.passphrase"), r.Say.T("restore.passphrase-hint"), false, func() {}, r.unlock)...)
	switch {
	case r.busy:
		body = append(body, kit.NewLoading(r.Env, r.Say.T("restore.opening"), nil))
	case r.wrong == nil:
	case r.wrong.Code == fault.BackupPassphrase:
		wrongPassphrase(&r.base, r.pass.field, r.wrong)
	case atFile(r.wrong.Code):
		wrongPassphrase(&r.base, r.file, r.wrong)
	default:
		body = append(body, show.Finding(r.Say, r.wrong))
	}
	return body
}

// atFile reports whether a fault is about the file.
func atFile(c fault.Code) bool {
	switch c {
	case fault.BackupForeign, fault.BackupDamaged, fault.BackupNewer, fault.BackupDemo, fault.BackupReal, fault.FileGone,
		fault.FileIsFolder, fault.FileDenied, fault.FileTooLarge, fault.FileEmpty, fault.FileNotRegular, fault.FileUnreadable:
		return true
	}
	return false
}

func (r *Restore) choose() {
	kit.ChooseFile(r.Stage.Canvas(), r.Env, kit.FileSpec{Title: r.Say.T("restore.file"), Exts: []string{".age"}, OnChoose: r.take})
}

func (r *Restore) dropped(paths []string) {
	if len(paths) == 1 && !r.busy {
		r.take(paths[0])
	}
}

// take looks at a file before its passphrase is asked for.
func (r *Restore) take(path string) {
	r.path, r.wrong = path, nil
	kit.Do(r.scene, func(context.Context) (struct{}, error) { return struct{}{}, r.Desk.Backups.Recognise(path) }, func(_ struct{}, err error) {
		r.wrong = fault.Of(err)
		r.render()
		if err == nil {
			r.pass.field.Focus(r.Stage.Canvas())
		}
	})
}

func (r *Restore) unlock() {
	if r.busy {
		return
	}
	if r.path == "" {
		r.file.SetError(r.Say.T("restore.no-file"), r.Say.T("restore.no-file-do"))
		r.file.Focus(r.Stage.Canvas())
		return
	}
	r.busy, r.wrong = true, nil
	r.render()
	path, pass := r.path, r.pass.value()
	kit.Do(r.scene, func(ctx context.Context) (*desk.OpenedBackup, error) { return r.Desk.Backups.Open(ctx, path, pass) },
		func(opened *desk.OpenedBackup, err error) {
			r.busy, r.wrong = false, fault.Of(err)
			if err == nil {
				r.offer(opened)
			}
			r.render()
			switch {
			case err == nil:
				r.Stage.Canvas().Focus(r.primary)
			case atFile(r.wrong.Code):
				r.file.Focus(r.Stage.Canvas())
			default:
				r.pass.field.Focus(r.Stage.Canvas())
			}
		})
}

// offer ticks what is not here; nothing that is here is replaced before it is ticked.
func (r *Restore) offer(opened *desk.OpenedBackup) {
	r.opened, r.pass, r.query = opened, passphrase{}, ""
	r.chosen, r.replace = map[string]bool{}, map[string]bool{}
	for _, i := range opened.Items {
		r.chosen[i.ID] = i.Standing == desk.BackupNew || i.Lacks
	}
}

func (r *Restore) preview() []fyne.CanvasObject {
	body := []fyne.CanvasObject{kit.NewMuted(r.Say.T("restore.made", "when", r.opened.Made))}
	if n := r.opened.Unreadable; n > 0 {
		body = append(body, kit.NewFinding(kit.Warning, r.Say.T("restore.unreadable", "n", n), r.Say.T("restore.unreadable-do")))
	}
	if len(r.opened.Items) > shownRows {
		body = append(body, r.many()...)
	} else {
		for _, i := range r.opened.Items {
			body = append(body, r.card(i))
		}
	}
	if r.opened.Keys > 0 {
		body = append(body, kit.NewInfo(kit.Info, r.Say.T("restore.keys", "n", r.opened.Keys)))
	}
	if len(r.opened.Items) == 0 && r.opened.Keys == 0 {
		body = append(body, kit.NewText(r.Say.T("restore.empty")))
	}
	if r.busy {
		body = append(body, kit.NewLoading(r.Env, r.Say.T("restore.restoring"), nil))
	} else if r.wrong != nil {
		body = append(body, show.Finding(r.Say, r.wrong))
	}
	return body
}

// card is one order of the backup: what it is, and how it stands to what is here.
func (r *Restore) card(i desk.BackupItem) fyne.CanvasObject {
	head := r.Say.T("backup.row", "title", title(r.Say, r.Say.Say(i.Title)), "product", i.Product)
	word, kind := "new", kit.Info
	switch i.Standing {
	case desk.BackupNew:
	case desk.BackupSame:
		word, kind = "same", kit.Neutral
	case desk.BackupNewerThere:
		word, kind = "newer-there", kit.Warning
	case desk.BackupNewerHere:
		word, kind = "newer-here", kit.Neutral
	}
	var rows []fyne.CanvasObject
	if i.Standing == desk.BackupNew || i.Lacks {
		rows = append(rows, kit.NewCheck(head, r.chosen[i.ID], func(on bool) { r.chosen[i.ID] = on; r.counted() }))
	} else {
		rows = append(rows, kit.NewBold(head))
	}
	rows = append(rows, kit.NewFlow(8, kit.NewPill(kind, r.Say.T("restore.standing."+word))),
		kit.NewCaption(r.Say.T("restore.has", "keys", i.Keys, "certificates", i.Certificates)))
	if i.Lacks {
		rows = append(rows, kit.NewText(r.Say.T("restore.lacks")))
	}
	if i.Over && i.Type == order.SMIME {
		rows = append(rows, kit.NewText(r.Say.T("restore.old-mail", "when", i18n.Date(i.NotAfter))))
	}
	if i.Standing == desk.BackupNewerThere {
		rows = append(rows, kit.NewCheck(r.Say.T("restore.replace"), r.replace[i.ID], func(on bool) { r.replace[i.ID] = on; r.counted() }))
	}
	return kit.NewCard(rows...)
}

func (r *Restore) settle() {
	some := r.opened.Keys > 0
	for _, m := range []map[string]bool{r.chosen, r.replace} {
		for _, on := range m {
			some = some || on
		}
	}
	r.primary.SetEnabled(some && !r.busy)
}

func (r *Restore) restore() {
	if r.busy {
		return
	}
	r.busy, r.wrong = true, nil
	r.render()
	kit.Do(r.scene, func(ctx context.Context) (desk.Restored, error) {
		return r.Desk.Backups.Restore(ctx, r.opened, r.chosen, r.replace)
	}, func(done desk.Restored, err error) {
		r.busy, r.wrong = false, fault.Of(err)
		if err == nil {
			r.done, r.opened = &done, nil
		}
		r.render()
		r.Stage.Canvas().Focus(r.primary)
	})
}
