// Package shell is the window: it holds the screen that is shown, the world it belongs to, the language and
// the appearance, and leads from screen to screen.
//
// There are two worlds, the customer's real orders and the demo, each with a desk of its own; the window
// shows one at a time, and over the demo a bar that says so.
//
// worlds.go opens and leaves them, screens.go says which screen is shown and what stands over it, stages.go is what
// each screen asks of the window, brought.go is what comes from outside while it is open: files and links, secrets.go
// is what the vault asks the customer.
package shell

import (
	"context"
	"sync"
	"sync/atomic"

	"fyne.io/fyne/v2"

	"certdesk/internal/i18n"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/settings"
)

// System is what the window needs of the system around it.
type System interface {
	// OpenFolder and OpenFile open them in the program that the system has for them.
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
	// Crash is the report of the last run's crash; empty when it ended well.
	Crash string
}

// Shell is the window.
type Shell struct {
	Deps
	say      *i18n.Printer
	tag      string // of the language that was chosen
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

// speak has the words of a language, as they are where secrets are kept in this world.
func (s *Shell) speak(tag string) {
	s.tag = tag
	s.say = s.Catalogue.Printer(tag)
	if s.world.Desk != nil && s.world.Desk.Secrets.Places().InFile {
		s.say = s.say.Variant("file")
	}
	s.Env.Words = s.say
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
