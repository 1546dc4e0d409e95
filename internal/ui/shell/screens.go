package shell

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/home"
	"certdesk/internal/ui/journey"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/orderview"
	"certdesk/internal/ui/settings"
)

// screen is what the window shows.
type screen interface {
	Close()
	// Rerender draws it again in the words of say; what is in its fields stays.
	Rerender(say *i18n.Printer)
}

func appearanceOf(a string) kit.Appearance {
	switch a {
	case desk.AppearanceLight:
		return kit.Light
	case desk.AppearanceDark:
		return kit.Dark
	}
	return kit.System
}

// note shows a line over the screen, or takes it away.
func (s *Shell) note(text string) {
	s.notice = text
	s.redraw()
}

// redraw puts what is shown into the window anew, under what stands over it. What has the focus keeps it.
func (s *Shell) redraw() {
	canvas := s.Window.Canvas()
	focused := canvas.Focused()
	s.put(s.title, s.shown)
	if focused != nil {
		canvas.Focus(focused)
	}
}

func (s *Shell) page() (*kit.Page, bool) {
	p, ok := s.shown.(*kit.Page)
	return p, ok
}

// put shows a screen, in the demo under its bar.
func (s *Shell) put(title string, obj fyne.CanvasObject) {
	s.shown, s.title, s.waiting = obj, title, false
	var banner *kit.Banner
	if s.inDemo {
		banner = kit.NewBanner(kit.Warning, s.say.T("shell.demo"),
			kit.NewButton(s.say.T("shell.demo.over"), kit.Link, s.askRestart),
			kit.NewButton(s.say.T("shell.demo.leave"), kit.Link, s.leaveDemo))
	}
	under := obj
	if s.notice != "" {
		under = kit.NewUnder(kit.NewBanner(kit.Info, s.notice, kit.NewButton(s.say.T("shell.ok"), kit.Link, func() { s.note("") })), obj)
	}
	if offer := s.offered(); offer != nil {
		under = kit.NewUnder(offer, under)
	}
	s.Window.SetTitle(s.say.T("shell.window", "screen", title))
	s.Window.SetContent(kit.NewUnder(banner, under))
}

func (s *Shell) change(to screen) {
	s.notice = ""
	if s.current != nil && s.current != to {
		s.current.Close()
	}
	s.current = to
}

// Ready reports whether the first screen is there, with all that belongs on it.
func (s *Shell) Ready() bool {
	if h, ok := s.current.(*home.Home); ok {
		return h.Loaded()
	}
	return !s.waiting
}

func (s *Shell) goHome(selected string) {
	h := home.New(home.Deps{
		Desk: s.world.Desk, Env: s.Env, Say: s.say, Stage: homeStage{s}, DemoCodes: s.world.Codes, Typed: &s.typed, Reminded: &s.reminded,
		Repaired: s.world.Repaired, OnRead: s.read, Ownerless: s.world.Ownerless,
		Crash: s.Crash, OnCrashRead: func() { s.Crash = "" },
	})
	s.change(h)
	h.Open(selected)
}

func (s *Shell) journey() *journey.Journey {
	j := journey.New(journey.Deps{
		Desk: s.world.Desk, Env: s.Env, Say: s.say, Stage: journeyStage{s}, Helper: s.world.Helper,
	})
	s.change(j)
	return j
}

// UseLanguage speaks another language from here on.
func (s *Shell) UseLanguage(tag string) {
	s.speak(tag)
	s.rerender()
}

// UseAppearance looks like that from here on.
func (s *Shell) UseAppearance(a string) {
	s.System.Theme(kit.NewTheme(appearanceOf(a)))
	s.rerender()
}

func (s *Shell) rerender() {
	if s.current != nil {
		s.current.Rerender(s.say)
	}
}

func (s *Shell) settings(back func()) {
	s.back = back
	here := s.real.Desk
	if s.world.Desk != nil {
		here = s.world.Desk
	}
	set := settings.New(settings.Deps{
		Settings: s.real.Desk.Settings, Remembered: here.Settings, Authorities: here.Authorities, Secrets: here.Secrets, Env: s.Env, Say: func() *i18n.Printer { return s.say },
		Stage: settingsStage{s}, Tags: s.Catalogue.Languages(), Places: s.Places, About: s.About,
	})
	s.change(set)
	set.Open()
}

func (s *Shell) pane(id string) home.Pane {
	return orderview.New(orderview.Deps{Desk: s.world.Desk, Env: s.Env, Say: s.say, Stage: orderStage{s}}, id)
}

func (s *Shell) openFolder(path string, failed func(error)) {
	s.Env.Run.Go(s.ctx, func(ctx context.Context) {
		if err := s.System.OpenFolder(ctx, path); err != nil {
			s.Env.Run.OnUI(func() { failed(err) })
		}
	})
}

func (s *Shell) openMail(subject, body string, failed func(error)) {
	s.Env.Run.Go(s.ctx, func(ctx context.Context) {
		if err := s.System.OpenMail(ctx, subject, body); err != nil {
			s.Env.Run.OnUI(func() { failed(err) })
		}
	})
}
