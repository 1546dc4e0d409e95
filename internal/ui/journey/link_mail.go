package journey

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
)

// mailEndings are the saved e-mails that are listed first: what can be read, and what people take for it.
var mailEndings = []string{".eml", ".emlx", ".mht", ".html", ".htm", ".txt", ".msg"}

// BeginFiles shows step 1 and reads files that were dropped; nothing is done with them before Continue.
func (j *Journey) BeginFiles(paths []string) {
	l := newLink(j, "", activation.Typed)
	j.show(order.StepLink, l)
	l.readFiles(paths)
}

// openMail has a saved e-mail chosen.
func (l *link) openMail() {
	j := l.j
	kit.ChooseFile(j.Stage.Canvas(), j.Env, kit.FileSpec{
		Title: j.Say.T("mail.open.title"), Exts: mailEndings,
		OnChoose: func(path string) { l.readFiles([]string{path}) },
		OnCancel: func() { j.Stage.Canvas().Focus(l.open) },
	})
}

// readFiles reads saved e-mails. What stands in the field stays there, and counts again when the e-mail is
// removed.
func (l *link) readFiles(paths []string) {
	j := l.j
	if l.busy || l.stop != nil {
		return
	}
	l.found = nil
	l.loading = kit.NewLoading(j.Env, j.Say.T("mail.reading"), func() { l.stop() })
	l.stop = kit.Do(j.scene, func(ctx context.Context) (desk.Letter, error) {
		return j.Desk.Redeem.ReadFiles(ctx, paths)
	}, func(m desk.Letter, err error) {
		l.loading.Stop()
		l.stop, l.loading = nil, nil
		if err != nil {
			if !fault.Is(err, fault.Cancelled) {
				l.found = fault.Of(err)
			}
			l.draw()
			l.focus()
			return
		}
		l.take(&m)
		j.render()
		l.focus()
	})
	l.draw()
}

// take goes on with what an e-mail says instead of the text in the field.
func (l *link) take(m *desk.Letter) {
	if m == nil {
		return
	}
	l.letter = m
	l.read()
}

// remove goes back to the field.
func (l *link) remove() {
	l.letter = nil
	l.read()
	l.j.render()
}

// source is where the link comes from: the field, or a saved e-mail.
func (l *link) source() fyne.CanvasObject {
	if l.letter == nil {
		return l.field
	}
	j := l.j
	line := j.Say.T("mail.from-file")
	if n := l.letter.Others; n > 0 {
		line = j.Say.T("mail.from-file.others", "n", n)
	}
	return kit.NewCard(kit.NewSides(
		kit.NewTitled("mail", i18n.Clean(l.letter.Name, 120), line),
		kit.NewButton(j.Say.T("mail.remove"), kit.Link, l.remove)))
}

// focus puts the focus where the customer goes on.
func (l *link) focus() {
	canvas := l.j.Stage.Canvas()
	r := l.subject()
	switch {
	case l.letter == nil:
		l.field.Focus(canvas)
	case r.Kind == activation.Several:
		canvas.Focus(l.choices)
	case r.Kind == activation.Code && r.Ticket.Service == "":
		canvas.Focus(l.seller.picker)
	case l.tick != nil:
		canvas.Focus(l.tick)
	default:
		canvas.Focus(l.primary)
	}
}

// ways are what else one can begin with.
func (l *link) ways() []fyne.CanvasObject {
	j := l.j
	l.open = kit.NewButton(j.Say.T("mail.open"), kit.Link, l.openMail)
	if l.letter != nil || strings.TrimSpace(l.text) != "" || l.seller.asked {
		return []fyne.CanvasObject{kit.NewFlow(12, l.open)}
	}
	code := kit.NewButton(j.Say.T("link.only-code"), kit.Link, l.askSeller)
	return []fyne.CanvasObject{kit.NewFlow(12, l.open, code), l.howToSave()}
}

// howToSave says how the usual programs save an e-mail.
func (l *link) howToSave() fyne.CanvasObject {
	j := l.j
	how := func(program, id string) kit.Pair {
		return kit.Pair{Label: program, Value: kit.NewText(j.Say.T("mail.how." + id))}
	}
	return kit.NewDetails(j.Say.T("mail.how.title"), kit.NewPairs(
		how("Outlook", "outlook"), how("Gmail", "gmail"), how("Apple Mail", "apple"), how("Thunderbird", "thunder"),
	))
}
