package home

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// noted puts what the customer should know about the start of the app, and of deadlines, over the screen, until
// it was read.
func (h *Home) noted(screen fyne.CanvasObject) fyne.CanvasObject {
	if text := h.reminder(); text != "" && h.Reminded != nil && *h.Reminded != text {
		screen = h.notice(kit.Warning, text, func() { *h.Reminded = text }, screen)
	}
	if h.unsaved > 0 {
		screen = h.notice(kit.Warning, h.Say.T("home.unsaved", "n", h.unsaved), h.reminded, screen,
			kit.NewButton(h.Say.T("home.unsaved.backup"), kit.Link, h.Stage.Backup))
	}
	if h.keys > 0 && !h.keysRead {
		screen = h.notice(kit.Info, h.Say.T("home.ownerless", "n", h.keys), func() { h.keysRead = true }, screen,
			kit.NewButton(h.Say.T("home.ownerless.show"), kit.Link, h.Stage.Keys))
	}
	if len(h.Repaired) > 0 {
		text := h.Say.T("shell.repaired") + "."
		for _, m := range h.Repaired {
			text += " " + h.Say.Say(m)
		}
		screen = h.notice(kit.Info, text, func() { h.Repaired = nil; h.OnRead() }, screen)
	}
	if h.Crash != "" {
		screen = h.notice(kit.Warning, h.Say.T("home.crash"), h.crashRead, screen,
			kit.NewButton(h.Say.T("home.crash.show"), kit.Link, h.crashScreen))
	}
	return screen
}

func (h *Home) notice(kind kit.Kind, text string, read func(), below fyne.CanvasObject, more ...*kit.Button) fyne.CanvasObject {
	return kit.NewUnder(kit.NewBanner(kind, text, append(more, kit.NewButton(h.Say.T("shell.ok"), kit.Link, func() {
		read()
		h.render()
	}))...), below)
}

// crashScreen says what is known of the last run's end, and what support may have of it.
func (h *Home) crashScreen() {
	on := kit.NewButton(h.Say.T("crash.on"), kit.Primary, func() { h.crashRead(); h.backToList() })
	page := kit.NewPage(kit.PageSpec{
		Title: h.Say.T("crash.title"), Body: []fyne.CanvasObject{kit.NewFailure(h.Env, kit.FailureSpec{
			Saw: h.Say.T("crash.saw"), Means: h.Say.T("crash.means"), Do: h.Say.T("crash.do"), Details: h.Crash,
		})},
		Footer:   kit.Footer{Primary: on},
		OnEscape: h.backToList,
	})
	h.over(page, h.Say.T("crash.title"), h.crashScreen)
}

func (h *Home) crashRead() {
	h.Crash = ""
	h.OnCrashRead()
}

// reminded keeps that the reminder of backups was read: it does not come again for the same certificates.
func (h *Home) reminded() {
	h.unsaved = 0
	kit.Do(h.scene, func(ctx context.Context) (struct{}, error) { return struct{}{}, h.Desk.Backups.Reminded(ctx) },
		func(struct{}, error) {}) // one that can't be written comes again
}

// near reports whether a row's deadline is close enough to be reminded of.
func (h *Home) near(r desk.Row) bool {
	if r.State == order.Draft {
		return show.Near(h.Env.Now(), r.Deadline)
	}
	return show.NearTask(h.Env.Now(), r.Deadline)
}

// reminder names the deadline that comes first, and how many others are close; empty when none is.
func (h *Home) reminder() string {
	now := h.Env.Now()
	var first *desk.Row
	n := 0
	for i := range h.rows {
		r := &h.rows[i]
		if !h.near(*r) || now.After(r.Deadline) {
			continue
		}
		n++
		if first == nil || r.Deadline.Before(first.Deadline) {
			first = r
		}
	}
	if first == nil {
		return ""
	}
	id := "home.reminder.task"
	switch first.State {
	case order.Draft:
		id = "home.reminder.licence"
	case order.Ready:
		id = "home.reminder.renew"
	default:
	}
	text := h.Say.T(id, "title", h.title(*first), "when", i18n.Date(first.Deadline), "in", show.Left(h.Say, now, first.Deadline))
	if n > 1 {
		text += " " + h.Say.T("home.reminder.more", "n", n-1)
	}
	return text
}
