// Package shell is the window: it holds the screen that is shown, the world it belongs to, the language and
// the appearance, and leads from screen to screen.
//
// There are two worlds, the customer's real orders and the demo, each with a desk of its own; the window
// shows one at a time, and over the demo a bar that says so.
package shell

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/home"
	"certdesk/internal/ui/journey"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/orderview"
	"certdesk/internal/ui/settings"
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

// System is what the window needs of the system around it.
type System interface {
	// Ask reports whether there is an order to open a link with at once: it opens a folder or an address.
	OpenFolder(ctx context.Context, path string) error
	OpenFile(ctx context.Context, path string) error
	// OpenMail opens a new e-mail whose addressee is left open.
	OpenMail(ctx context.Context, subject, body string) error
	// Downloads is the folder into which browsers put files, empty where there is none.
	Downloads() string
	// Watch tells found of each new file in a folder that wanted takes by its name, on any goroutine, until ctx ends.
	Watch(ctx context.Context, dir string, wanted func(name string) bool, found func(path string)) error
	// Theme puts an appearance on the app.
	Theme(t fyne.Theme)
}

// Deps is what the window is made of.
type Deps struct {
	Window    fyne.Window
	Env       kit.Env // Words is set by the shell
	Catalogue *i18n.Catalogue
	Worlds    Worlds
	System    System
	Places    []settings.Place
	About     settings.About
}

// screen is what the window shows.
type screen interface {
	Close()
	// Rerender draws it again in the words of say; what is in its fields stays.
	Rerender(say *i18n.Printer)
}

// Shell is the window.
type Shell struct {
	Deps
	say      *i18n.Printer
	real     World
	world    World
	inDemo   bool
	current  screen
	shown    fyne.CanvasObject
	title    string
	notice   string // stands over the screen until it is read, or left
	typed    string // at home, for as long as the app runs
	reminded string // the reminder of deadlines that was read last
	back     func() // out of the settings
	begun    bool
	waiting  bool // for a world to open
	wasDemo  bool // the window was in the demo when it was closed last
	demoNow  atomic.Bool
	downloads
	keeping sync.Mutex // which world is shown
	onQuit  []func()
	ctx     context.Context
	cancel  context.CancelFunc
}

// New makes the window's shell. Start shows its first screen.
func New(d Deps) *Shell {
	s := &Shell{Deps: d}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.speak("")
	return s
}

func (s *Shell) speak(tag string) {
	s.say = s.Catalogue.Printer(tag)
	s.Env.Words = s.say
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

// after does work off the UI goroutine, then goes on, unless the window is closed.
func (s *Shell) after(work func(ctx context.Context), then func()) {
	s.Env.Run.Go(s.ctx, func(ctx context.Context) {
		work(ctx)
		s.Env.Run.OnUI(func() {
			if s.ctx.Err() == nil {
				then()
			}
		})
	})
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
}

// Close ends what is on the screen: what was typed is written, a copied password is taken off the
// clipboard.
func (s *Shell) Close() {
	if s.current != nil {
		s.current.Close()
	}
	for _, f := range s.onQuit {
		f()
	}
	s.cancel()
}

// Link brings a link that a second start of the app has handed over. It never replaces what is being
// filled in.
func (s *Shell) Link(text string) {
	s.Window.RequestFocus()
	if !s.begun || strings.TrimSpace(text) == "" {
		return
	}
	if _, busy := s.current.(*journey.Journey); busy {
		s.note(s.say.T("shell.links-waiting"))
		return
	}
	s.journey().Begin(text, activation.Scheme)
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

// Dropped hands files to the page that is shown; on the home screen they begin a journey.
func (s *Shell) Dropped(uris []fyne.URI) {
	if !s.begun || s.waiting {
		return
	}
	var paths []string
	for _, u := range uris {
		if u.Scheme() == "file" {
			paths = append(paths, u.Path())
		}
	}
	switch {
	case s.Window.Canvas().Overlays().Top() != nil:
		s.note(s.say.T("drop.over"))
	case len(paths) == 0:
		s.note(s.say.T("drop.no-files"))
	case s.checking():
		s.dropOn(paths)
	case slices.ContainsFunc(paths, s.world.Desk.Intake.MayHold):
		s.takeIn(paths)
	default:
		s.dropOn(paths)
	}
}

// dropOn hands files to the page that is shown.
func (s *Shell) dropOn(paths []string) {
	page, isPage := s.page()
	_, atHome := s.current.(*home.Home)
	switch {
	case isPage && page.TakesDrops():
		if s.notice != "" {
			s.note("")
		}
		page.Drop(paths)
	case atHome:
		s.journey().BeginFiles(paths)
	default:
		s.note(s.say.T("drop.not-here"))
	}
}

// takeIn looks whether files hold a certificate of an order here, which is where they lead then. Anything else is for
// the page that is shown, as far as it takes files; else it is said what they are.
func (s *Shell) takeIn(paths []string) {
	intake, current := s.world.Desk.Intake, s.current
	_, atHome := s.current.(*home.Home)
	page, isPage := s.page()
	taken := isPage && page.TakesDrops()
	here := ""
	if j, ok := s.current.(*journey.Journey); ok {
		here = j.OrderID()
	}
	var t desk.Taken
	var err error
	s.after(func(ctx context.Context) {
		var b desk.Brings
		if b, err = intake.ReadFiles(ctx, paths); err != nil {
			return
		}
		if len(b.Certificates) == 0 && taken { // a private key is for the page that asks for one
			b.Wipe()
			err = fault.New(fault.KeyNoOrder, nil)
			return
		}
		t, err = intake.Take(ctx, b, here)
	}, func() {
		switch {
		case s.current != current: // the customer has gone on
		case err == nil:
			s.arrive(t)
		case taken, !slices.ContainsFunc(paths, intake.Looks), atHome && fault.Is(err, fault.CertificateNone):
			s.dropOn(paths)
		default:
			f := fault.Of(err)
			if atHome && forNoOrder(f) {
				s.inspect(paths[0])
			}
			s.note(s.say.T("handoff.drop.note", "saw", f.Saw(), "do", f.Do()))
		}
	})
}

// arrive goes on with the order to which something was given.
func (s *Shell) arrive(t desk.Taken) {
	if j, ok := s.current.(*journey.Journey); ok && j.OrderID() == t.OrderID {
		s.notice = ""
		j.Arrive(t)
		return
	}
	s.journey().Arrive(t)
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

func (s *Shell) waitFor(what string) {
	s.put(s.say.T("shell.opening"), kit.NewPage(kit.PageSpec{
		Title: "Certdesk", Body: []fyne.CanvasObject{kit.NewLoading(s.Env, s.say.T(what), nil)},
	}))
	s.waiting = true
}

// Ready reports whether the first screen is there, with all that belongs on it.
func (s *Shell) Ready() bool {
	if h, ok := s.current.(*home.Home); ok {
		return h.Loaded()
	}
	return !s.waiting
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

func (s *Shell) goHome(selected string) {
	h := home.New(home.Deps{
		Desk: s.world.Desk, Env: s.Env, Say: s.say, Stage: homeStage{s}, DemoCodes: s.world.Codes, Typed: &s.typed, Reminded: &s.reminded,
		Repaired: s.world.Repaired, OnRead: s.read, Ownerless: s.world.Ownerless,
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
	here := s.real.Desk.Settings
	if s.world.Desk != nil {
		here = s.world.Desk.Settings
	}
	set := settings.New(settings.Deps{
		Settings: s.real.Desk.Settings, Remembered: here, Env: s.Env, Say: func() *i18n.Printer { return s.say },
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
