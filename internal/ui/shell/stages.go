package shell

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/ui/home"
	"certdesk/internal/ui/kit"
)

// homeStage is the window as the home screen sees it.
type homeStage struct{ *Shell }

func (s homeStage) Show(title string, obj fyne.CanvasObject) { s.put(title, obj) }
func (s homeStage) Canvas() fyne.Canvas                      { return s.Window.Canvas() }
func (s homeStage) Settings()                                { s.settings(func() { s.goHome("") }) }
func (s homeStage) Demo()                                    { s.openDemo(func() { s.goHome("") }) }
func (s homeStage) Pane(id string) home.Pane                 { return s.pane(id) }

func (s homeStage) OpenFolder(path string, failed func(error)) { s.openFolder(path, failed) }

// Redeem begins a journey. A text that leaves nothing to ask is shown on step 1 all the same: the host is
// for the customer to say yes to.
func (s homeStage) Redeem(text string) {
	s.typed = ""
	s.journey().Begin(text, activation.Pasted)
}

// journeyStage is the window as a journey sees it.
type journeyStage struct{ *Shell }

func (s journeyStage) Show(title string, p *kit.Page) { s.put(title, p) }
func (s journeyStage) Canvas() fyne.Canvas            { return s.Window.Canvas() }
func (s journeyStage) Home()                          { s.goHome("") }
func (s journeyStage) Unsent(text string)             { s.typed = text }
func (s journeyStage) OpenOrder(id string)            { s.goHome(id) }

// Settings leads to the settings, and back to an order's journey.
func (s journeyStage) Settings(order string) { s.settings(func() { s.journey().Open(order) }) }

func (s journeyStage) OnQuit(f func()) { s.onQuit = append(s.onQuit, f) }

func (s journeyStage) Divert(t activation.Ticket, text string) bool {
	if s.inDemo || !s.Worlds.IsDemo(t) {
		return false
	}
	s.openDemo(func() { s.journey().Redeem(t, text) })
	return true
}

func (s journeyStage) OpenFolder(path string, failed func(error)) { s.openFolder(path, failed) }

func (s journeyStage) OpenMail(subject, body string, failed func(error)) {
	s.openMail(subject, body, failed)
}

// orderStage is the window as the view of an order sees it.
type orderStage struct{ *Shell }

func (s orderStage) Canvas() fyne.Canvas { return s.Window.Canvas() }
func (s orderStage) Continue(id string)  { s.journey().Open(id) }
func (s orderStage) Home()               { s.goHome("") }

func (s orderStage) OpenFolder(path string, failed func(error)) { s.openFolder(path, failed) }

// settingsStage is the window as the settings see it.
type settingsStage struct{ *Shell }

func (s settingsStage) Show(title string, p *kit.Page)                 { s.put(title, p) }
func (s settingsStage) Canvas() fyne.Canvas                            { return s.Window.Canvas() }
func (s settingsStage) Close()                                         { s.back() }
func (s settingsStage) OpenOrder(id string)                            { s.goHome(id) }
func (s settingsStage) OpenFolder(path string, failed func(err error)) { s.openFolder(path, failed) }
