package kit

import (
	"context"
	"time"
)

// Words renders the kit's own words; kv are the names and values of the gaps, in turn.
type Words interface {
	T(id string, kv ...any) string
}

// Clipboard is the part of fyne.Clipboard that the kit needs.
type Clipboard interface {
	Content() string
	SetContent(content string)
}

// Env is what some controls need from outside.
type Env struct {
	Words     Words
	Run       Dispatcher
	Now       func() time.Time
	Clipboard Clipboard
	// CopySecret puts a secret into the clipboard, marked so that other programs don't keep it. Where it is nil
	// or fails, the secret goes there as any text does.
	CopySecret func(text string) error
	// OpenURL opens an address in the browser. It must not block.
	OpenURL func(address string)
	// About says which program this is: its version and the system, for support.
	About string
	// Recent is where files were chosen last; nil: nobody remembers.
	Recent *Recent
}

func (e Env) t(id string, kv ...any) string {
	if e.Words == nil {
		return id
	}
	return e.Words.T(id, kv...)
}

func (e Env) now() time.Time {
	if e.Now == nil {
		return time.Now()
	}
	return e.Now()
}

// Dispatcher is the only way between the UI goroutine and others.
type Dispatcher interface {
	// Go runs work on a goroutine of its own. Work must end soon after ctx is done.
	Go(ctx context.Context, work func(ctx context.Context))
	// OnUI runs f on the UI goroutine, soon, after everything given to it before. It may be called from
	// any goroutine and does not wait.
	OnUI(f func())
	// After runs f on the UI goroutine once d has passed, unless stop is called before. Stop must be
	// called on the UI goroutine; after it f does not run any more.
	After(d time.Duration, f func()) (stop func())
}

// NewDispatcher makes the dispatcher of the running app. do runs a function on the UI goroutine without
// waiting for it (fyne.Do).
func NewDispatcher(do func(func())) Dispatcher { return dispatcher{do} }

type dispatcher struct{ do func(func()) }

func (d dispatcher) Go(ctx context.Context, work func(context.Context)) { go work(ctx) }

func (d dispatcher) OnUI(f func()) { d.do(f) }

func (d dispatcher) After(wait time.Duration, f func()) func() {
	stopped := false // written and read on the UI goroutine alone
	timer := time.AfterFunc(wait, func() {
		d.do(func() {
			if !stopped {
				stopped = true
				f()
			}
		})
	})
	return func() {
		stopped = true
		timer.Stop()
	}
}
