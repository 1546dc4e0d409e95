package shell

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/home"
	"certdesk/internal/ui/journey"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// World is one of the two worlds.
type World struct {
	Desk   *desk.Desk
	Helper journey.Helper  // nil in the real one
	Codes  []home.DemoCode // the demo's licences; none in the real one
	// Repaired is what had to be done to open the orders; empty when nothing was.
	Repaired []i18n.Message
	// Ownerless counts the keys in the keyring that belong to no order here. It waits until that is known.
	Ownerless func(ctx context.Context) int
}

// Worlds opens them. Both may take a moment and are called off the UI goroutine.
type Worlds interface {
	// Real is the customer's own.
	Real(ctx context.Context) (World, error)
	// Demo starts the built-in issuer where it does not run yet.
	Demo(ctx context.Context) (World, error)
	// RestartDemo throws the demo's orders, keys and licences away.
	RestartDemo(ctx context.Context) (World, error)
	// IsDemo reports whether a ticket belongs to the demo's world.
	IsDemo(t activation.Ticket) bool
}

// Start opens the customer's own world. With a link, the journey begins with it in the field of step 1.
func (s *Shell) Start(text string, from activation.Origin) {
	kit.AttachKeys(s.Window.Canvas())
	s.Window.SetOnDropped(func(_ fyne.Position, uris []fyne.URI) { s.Dropped(uris) })
	s.waitFor("shell.opening")
	s.do(s.Worlds.Real, func(w World, err error) {
		if err != nil {
			s.failed(err, func() { s.Start(text, from) })
			return
		}
		s.real = w
		s.choices(func() {
			s.enter(w, false)
			switch {
			case text != "":
				s.journey().Begin(text, from)
			case s.wasDemo:
				// The last run ended in the demo: what was begun there is found where it was left.
				s.openDemo(func() { s.goHome("") })
			default:
				s.goHome("")
			}
		})
	})
}

// choices reads language and appearance before the first screen is drawn.
func (s *Shell) choices(then func()) {
	type kept struct {
		language, appearance string
		demo, downloads      bool
	}
	var k kept
	s.after(func(ctx context.Context) {
		set := s.real.Desk.Settings
		k = kept{set.Language(ctx), set.Appearance(ctx), set.InDemo(ctx), set.Downloads(ctx)}
	}, func() {
		s.wasDemo = k.demo
		if k.downloads {
			_ = s.watch(true) // where it can't be, the tick in the settings is off
		}
		s.speak(k.language)
		s.System.Theme(kit.NewTheme(appearanceOf(k.appearance)))
		then()
	})
}

func (s *Shell) do(open func(ctx context.Context) (World, error), done func(World, error)) {
	s.Env.Run.Go(s.ctx, func(ctx context.Context) {
		w, err := open(ctx)
		s.Env.Run.OnUI(func() {
			if s.ctx.Err() == nil {
				done(w, err)
			}
		})
	})
}

func (s *Shell) enter(w World, demo bool) {
	s.world, s.inDemo = w, demo
	s.begun = true
	w.Desk.Secrets.Attend(&asker{s: s, secrets: w.Desk.Secrets})
	s.speak(s.tag) // the other world may keep its secrets elsewhere
}

func (s *Shell) waitFor(what string) {
	s.put(s.say.T("shell.opening"), kit.NewPage(kit.PageSpec{
		Title: "Certdesk", Body: []fyne.CanvasObject{kit.NewLoading(s.Env, s.say.T(what), nil)},
	}))
	s.waiting = true
}

// failed shows what keeps a world from opening.
func (s *Shell) failed(err error, again func()) {
	f := fault.Of(err)
	spec := show.Failure(s.say, f, again)
	if spec.Primary == nil {
		spec.Primary = kit.NewButton(s.say.T("shell.quit"), kit.Primary, s.Window.Close)
	}
	if s.begun {
		spec.Secondary = kit.NewButton(s.say.T("shell.demo.leave"), kit.Secondary, s.leaveDemo)
	}
	page := kit.NewPage(kit.PageSpec{
		Title: s.say.T("shell.failed"), Body: []fyne.CanvasObject{kit.NewFailure(s.Env, spec)},
	})
	s.put(s.say.T("shell.failed"), page)
	page.FocusFirst(s.Window.Canvas())
}

// read notes that the customer has seen what was repaired in this world.
func (s *Shell) read() {
	s.world.Repaired = nil
	if !s.inDemo {
		s.real.Repaired = nil
	}
}

// openDemo leads into the demo, and on with what.
func (s *Shell) openDemo(then func()) {
	s.change(nil)
	s.waitFor("shell.demo.opening")
	s.do(s.Worlds.Demo, func(w World, err error) {
		if err != nil {
			s.failed(err, func() { s.openDemo(then) })
			return
		}
		s.enter(w, true)
		s.remember(true)
		then()
	})
}

func (s *Shell) leaveDemo() {
	s.change(nil)
	s.enter(s.real, false)
	s.remember(false)
	s.goHome("")
}

// remember keeps which world the window shows, for the next start. It is not worth a failure.
func (s *Shell) remember(demo bool) {
	s.demoNow.Store(demo)
	settings := s.real.Desk.Settings
	s.Env.Run.Go(context.Background(), func(ctx context.Context) {
		s.keeping.Lock() // who writes last writes what is so by then
		defer s.keeping.Unlock()
		settings.SetInDemo(ctx, s.demoNow.Load())
	})
}

func (s *Shell) askRestart() {
	kit.Confirm(s.Window.Canvas(), kit.ConfirmSpec{
		Title: s.say.T("shell.demo.over.title"), Text: s.say.T("shell.demo.over.text"),
		Yes: s.say.T("shell.demo.over"), No: s.say.T("shell.demo.over.no"), Danger: true,
		OnYes: s.restartDemo,
	})
}

func (s *Shell) restartDemo() {
	s.change(nil)
	s.waitFor("shell.demo.opening")
	s.do(s.Worlds.RestartDemo, func(w World, err error) {
		if err != nil {
			s.failed(err, s.restartDemo)
			return
		}
		s.enter(w, true)
		s.goHome("")
	})
}
