package backups

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// Alone is the screen of the keys that belong to no order here.
type Alone struct {
	base
	remove func(store.Key)
	keys   []desk.AloneKey
	loaded bool
	wrong  *fault.Error
}

// NewAlone makes the screen; remove leads to the page on which a key is deleted.
func NewAlone(d Deps, remove func(store.Key)) *Alone {
	return &Alone{base: base{Deps: d}, remove: remove}
}

// Open shows it.
func (a *Alone) Open() {
	a.open(a.render)
	a.load()
}

func (a *Alone) load() {
	kit.Do(a.scene, a.Desk.Backups.AloneKeys, func(keys []desk.AloneKey, err error) {
		a.keys, a.loaded, a.wrong = keys, true, fault.Of(err)
		a.render()
	})
}

func (a *Alone) render() {
	var body []fyne.CanvasObject
	switch {
	case !a.loaded:
		body = append(body, kit.NewLoading(a.Env, a.Say.T("backup.loading"), nil))
	case len(a.keys) == 0 && a.wrong == nil:
		body = append(body, kit.NewText(a.Say.T("keys.none")))
	}
	for _, k := range a.keys {
		body = append(body, a.card(k))
	}
	if a.wrong != nil {
		body = append(body, show.Finding(a.Say, a.wrong))
	}
	p := a.page("keys.title", "keys.sentence", body, kit.NewButton(a.Say.T("backup.finish"), kit.Primary, a.Stage.Leave), false, nil)
	p.FocusFirst(a.Stage.Canvas())
}

func (a *Alone) card(k desk.AloneKey) fyne.CanvasObject {
	rows := []fyne.CanvasObject{
		kit.NewBold(a.Say.T("keys.line", "kind", kindOf(k.Algorithm), "when", i18n.Date(k.Created))),
		kit.NewCaption(a.Say.T("keys.fingerprint", "hash", shortHash(k.SPKI))),
	}
	var buttons []fyne.CanvasObject
	for _, o := range k.Fits {
		buttons = append(buttons, kit.NewButton(a.Say.T("keys.use", "title", title(a.Say, o.Title)), kit.Secondary, func() { a.use(k, o.ID) }))
	}
	if len(k.Fits) == 0 {
		rows = append(rows, kit.NewMuted(a.Say.T("keys.fits-none")))
	}
	buttons = append(buttons,
		kit.NewButton(a.Say.T("keys.backup"), kit.Link, func() { a.Stage.Backup(nil) }),
		kit.NewButton(a.Say.T("keys.delete"), kit.DangerLink, func() { a.remove(k.Key) }),
	)
	return kit.NewCard(append(rows, kit.NewFlow(12, buttons...))...)
}

// shortHash is the beginning of a key's fingerprint, enough to tell two apart.
func shortHash(hash string) string { return strings.ToUpper(hash[:min(16, len(hash))]) }

func (a *Alone) use(k desk.AloneKey, orderID string) {
	kit.Do(a.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, a.Desk.Backups.UseKey(ctx, k.ID, orderID)
	}, func(_ struct{}, err error) {
		if err == nil {
			a.Stage.Home(orderID)
			return
		}
		a.wrong = fault.Of(err)
		a.render()
	})
}

// Delete is the page on which a key is deleted: a backup is offered first, and a word is typed.
type Delete struct {
	base
	key     store.Key
	of      string // the order's title; empty for a key without one
	typed   string
	field   *kit.Entry
	busy    bool
	wrong   *fault.Error
	primary *kit.Button
}

// NewDelete makes the page; of names the order.
func NewDelete(d Deps, k store.Key, of string) *Delete {
	return &Delete{base: base{Deps: d}, key: k, of: of}
}

// Open shows it.
func (d *Delete) Open() { d.open(d.render) }

func (d *Delete) render() {
	word := d.Say.T("keys.delete-word")
	d.field = kit.NewEntry(kit.EntrySpec{
		Label: d.Say.T("keys.delete-type", "word", word), Value: d.typed,
		OnChanged: func(text string) { d.typed = text; d.field.ClearError() },
		OnSubmit:  func(string) { d.remove() },
	})
	text := d.Say.T("keys.delete-alone")
	orders := []string(nil)
	if d.key.OrderID != "" {
		text, orders = d.Say.T("keys.delete-of", "title", title(d.Say, d.of)), []string{d.key.OrderID}
	}
	body := []fyne.CanvasObject{
		kit.NewText(d.Say.T("keys.line", "kind", kindOf(d.key.Algorithm), "when", i18n.Date(d.key.Created))),
		kit.NewFinding(kit.Warning, text, d.Say.T("keys.delete-gone")),
		kit.NewFlow(12, kit.NewButton(d.Say.T("keys.backup-first"), kit.Secondary, func() { d.Stage.Backup(orders) })),
		d.field,
	}
	if d.wrong != nil {
		body = append(body, show.Finding(d.Say, d.wrong))
	}
	d.primary = kit.NewButton(d.Say.T("keys.delete-yes"), kit.DangerButton, d.remove)
	d.primary.SetBusy(d.busy)
	p := d.page("keys.delete-title", "", body, d.primary, true, nil)
	p.FocusFirst(d.Stage.Canvas())
}

func (d *Delete) remove() {
	if d.busy {
		return
	}
	if word := d.Say.T("keys.delete-word"); !strings.EqualFold(strings.TrimSpace(d.typed), word) {
		d.field.SetError(d.Say.T("keys.delete-differs"), d.Say.T("keys.delete-differs-do", "word", word))
		d.field.Focus(d.Stage.Canvas())
		return
	}
	d.busy, d.wrong = true, nil
	d.render()
	kit.Do(d.scene, func(ctx context.Context) (struct{}, error) { return struct{}{}, d.Desk.Backups.DeleteKey(ctx, d.key) },
		func(_ struct{}, err error) {
			d.busy, d.wrong = false, fault.Of(err)
			if err == nil {
				d.Stage.Leave()
				return
			}
			d.render()
		})
}
