// Package passfile has the sheets about the passphrase file: choosing it on a computer without a keyring, opening it,
// changing its passphrase, going on without it, and moving between it and the keyring.
//
// They are sheets over whatever page is shown, since any press may need a secret: the page stays as it is, with all
// that was typed, and goes on after the answer.
package passfile

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// Deps is what the sheets are made of.
type Deps struct {
	Secrets *desk.Secrets
	Env     kit.Env
	Say     *i18n.Printer
	Canvas  fyne.Canvas
	// OnQuit has f called when the app is closed.
	OnQuit func(f func())
	// OpenFolder shows a folder; where it can't, nothing happens.
	OpenFolder func(dir string)
}

// sheet is what they share.
type sheet struct {
	Deps
	on    *kit.Sheet
	scene *kit.Scene
	busy  bool
	wrong *fault.Error // what went wrong last, where no field says it
	draw  func() kit.SheetSpec
}

// open shows what draw gives.
func (s *sheet) open(draw func() kit.SheetSpec) {
	s.scene, s.draw = kit.NewScene(s.Env.Run), draw
	s.on = kit.OpenSheet(s.Canvas, draw())
}

// again shows it anew, after something has changed.
func (s *sheet) again() {
	if !s.on.Closed() {
		s.on.Set(s.draw())
	}
}

// Close takes it away without an answer.
func (s *sheet) Close() {
	s.scene.Close()
	s.on.Close()
}

// work does what takes a moment, off the UI goroutine; nothing else can be pressed meanwhile. What was begun is
// brought to its end.
func (s *sheet) work(do func(ctx context.Context) error, done func()) {
	if s.busy {
		return
	}
	s.busy, s.wrong = true, nil
	s.again()
	kit.Do(s.scene, func(ctx context.Context) (struct{}, error) { return struct{}{}, do(context.WithoutCancel(ctx)) },
		func(_ struct{}, err error) {
			s.busy, s.wrong = false, fault.Of(err)
			if err == nil {
				done()
				return
			}
			s.again()
			s.on.FocusFirst()
		})
}

// below is what stands under the fields: what goes on, or what went wrong.
func (s *sheet) below(doing string) []fyne.CanvasObject {
	switch {
	case s.busy:
		return []fyne.CanvasObject{kit.NewLoading(s.Env, s.Say.T(doing), nil)}
	case s.wrong != nil:
		return []fyne.CanvasObject{show.Finding(s.Say, s.wrong)}
	}
	return nil
}

// leave is what a way out does, unless something is under way.
func (s *sheet) leave(then func()) func() {
	return func() {
		if s.busy {
			return
		}
		s.Close()
		if then != nil {
			then()
		}
	}
}

func (s *sheet) primary(id string, press func()) *kit.Button {
	b := kit.NewButton(s.Say.T(id), kit.Primary, press)
	b.SetBusy(s.busy)
	return b
}
