// Package backups has the screens on which orders and keys are backed up, restored and deleted.
package backups

import (
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/ui/kit"
)

// Stage is what the screens need of the window around them.
type Stage interface {
	Show(title string, page *kit.Page)
	Canvas() fyne.Canvas
	// Leave leads back to where the customer came from.
	Leave()
	// Home leads to the list, with an order chosen; empty: none.
	Home(order string)
	// Backup leads to a backup of these orders, nil for everything.
	Backup(orders []string)
	OpenFolder(path string, failed func(error))
	// OnQuit has f called when the app is closed.
	OnQuit(f func())
}

// Deps is what the screens are made of.
type Deps struct {
	Desk  *desk.Desk
	Env   kit.Env
	Say   *i18n.Printer
	Stage Stage
}

// base is what the screens share.
type base struct {
	Deps
	scene *kit.Scene
	draw  func()
	back  func() // to the page before; nil: to where the customer came from
}

func (b *base) open(draw func()) {
	b.scene = kit.NewScene(b.Env.Run)
	b.draw = draw
	draw()
}

// Close ends the screen.
func (b *base) Close() {
	if b.scene != nil {
		b.scene.Close()
	}
}

// Rerender draws the screen again in the words of say.
func (b *base) Rerender(say *i18n.Printer) {
	b.Say, b.Env.Words = say, say
	b.draw()
}

// page is the frame of the screens.
func (b *base) page(title, sentence string, body []fyne.CanvasObject, primary *kit.Button, back bool, drop func([]string)) *kit.Page {
	leave := b.back
	if leave == nil {
		leave = b.Stage.Leave
	}
	spec := kit.PageSpec{
		Title: b.Say.T(title), Body: body, OnEscape: leave, OnDrop: drop,
		Footer: kit.Footer{Primary: primary},
	}
	if sentence != "" {
		spec.Sentence = b.Say.T(sentence)
	}
	if back {
		spec.Footer.Back = kit.NewButton(b.Say.T("journey.back"), kit.Secondary, leave)
	}
	p := kit.NewPage(spec)
	b.Stage.Show(b.Say.T(title), p)
	return p
}

// passphrase is one that is typed: it can be shown, so that it need not be typed twice.
type passphrase struct {
	text, again   string
	shown         bool
	field, repeat *kit.Entry
	show          *kit.Check
}

func (p *passphrase) value() secret.Value { return secret.FromString(p.text) }

// fields are its fields. twice asks for it again while it is not shown.
func (p *passphrase) fields(b *base, label, hint string, twice bool, changed, submit func()) []fyne.CanvasObject {
	p.field = kit.NewEntry(kit.EntrySpec{
		Label: label, Hint: hint, Value: p.text, Password: !p.shown, Mono: p.shown,
		OnChanged: func(text string) { p.text = text; p.field.ClearError(); changed() },
		OnSubmit:  func(string) { submit() },
	})
	out := []fyne.CanvasObject{p.field}
	p.repeat = nil
	if twice && !p.shown {
		p.repeat = kit.NewEntry(kit.EntrySpec{
			Label: b.Say.T("use.own.again"), Value: p.again, Password: true,
			OnChanged: func(text string) { p.again = text; p.repeat.ClearError() },
			OnSubmit:  func(string) { submit() },
		})
		out = append(out, p.repeat)
	}
	p.show = kit.NewCheck(b.Say.T("backup.show"), p.shown, func(on bool) {
		p.shown = on
		b.draw()
		b.Stage.Canvas().Focus(p.show)
	})
	return append(out, p.show)
}

// differs says at the field that the two are not the same.
func (p *passphrase) differs(b *base) bool {
	if p.repeat == nil || p.again == p.text {
		return false
	}
	p.repeat.SetError(b.Say.T("backup.differs.saw"), b.Say.T("backup.differs.do"))
	p.repeat.Focus(b.Stage.Canvas())
	return true
}

// wrongAt says at a field what is wrong.
func wrongAt(b *base, e *kit.Entry, f *fault.Error) {
	e.SetError(b.Say.Say(f.Saw()), b.Say.Say(f.Do()))
}

// wrongPassphrase says both of what can't be told apart.
func wrongPassphrase(b *base, e *kit.Entry, f *fault.Error) {
	e.SetError(b.Say.Say(f.Saw()), b.Say.Say(f.Means())+" "+b.Say.Say(f.Do()))
}

// kindOf is what a key is, in a word.
func kindOf(algorithm string) i18n.Message { return order.KeyChoice{Algorithm: algorithm}.Name() }

func fileName(path string) string { return i18n.Clean(filepath.Base(path), 200) }

func title(say *i18n.Printer, text string) string {
	if text = strings.TrimSpace(text); text == "" {
		return say.T("backup.untitled")
	}
	return i18n.Clean(text, 120)
}
