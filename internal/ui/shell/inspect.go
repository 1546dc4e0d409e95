package shell

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/ui/inspect"
	"certdesk/internal/ui/kit"
)

// inspect looks into a file; without a path, it asks for one. leave leads to where the customer came from.
func (s *Shell) inspect(path string, leave func()) {
	screen := inspect.New(inspect.Deps{Inspector: s.world.Desk.Inspector, Env: s.Env, Say: s.say, Stage: inspectStage{s, leave}})
	s.change(screen)
	screen.Open(path)
}

// checking reports whether the customer is looking into files: what is dropped is for that.
func (s *Shell) checking() bool {
	_, ok := s.current.(*inspect.Screen)
	return ok
}

// forNoOrder reports whether a file that was brought is sound, and belongs to no order here.
func forNoOrder(f *fault.Error) bool {
	return slices.Contains([]fault.Code{fault.CertificateNotOurs, fault.CertificateChain, fault.KeyNoOrder}, f.Code)
}

// inspectStage is the window as "check a file" sees it.
type inspectStage struct {
	*Shell
	leave func()
}

func (s inspectStage) Show(title string, p *kit.Page) { s.put(title, p) }
func (s inspectStage) Canvas() fyne.Canvas            { return s.Window.Canvas() }
func (s inspectStage) Close()                         { s.leave() }

// Inspect leads from an order to "check a file", and back to the order.
func (s orderStage) Inspect(order string) { s.inspect("", func() { s.goHome(order) }) }

func (s orderStage) OpenFile(path string, failed func(error)) { s.openFile(path, failed) }

func (s journeyStage) OpenFile(path string, failed func(error)) { s.openFile(path, failed) }

// openFile opens a file that was made here with the system's program for it.
func (s *Shell) openFile(path string, failed func(error)) {
	s.Env.Run.Go(s.ctx, func(ctx context.Context) {
		if err := s.System.OpenFile(ctx, path); err != nil {
			s.Env.Run.OnUI(func() { failed(err) })
		}
	})
}

// Inspect leads from the home screen to "check a file".
func (s homeStage) Inspect() { s.inspect("", func() { s.goHome("") }) }
