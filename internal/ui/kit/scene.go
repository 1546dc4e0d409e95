package kit

import "context"

// Scene is the life of one screen: work that was started for it ends with it, and what it brings arrives
// only while the screen is there.
type Scene struct {
	run    Dispatcher
	ctx    context.Context
	cancel context.CancelFunc
	stops  []func()
	closed bool
}

// NewScene opens a scene. Everything of a scene is called on the UI goroutine.
func NewScene(run Dispatcher) *Scene {
	ctx, cancel := context.WithCancel(context.Background())
	return &Scene{run: run, ctx: ctx, cancel: cancel}
}

// Close ends the scene: its context is cancelled and nothing arrives any more. It may be called twice.
func (s *Scene) Close() {
	if s.closed {
		return
	}
	s.closed = true
	s.cancel()
	for _, stop := range s.stops {
		stop()
	}
}

// Closed reports whether the scene is over.
func (s *Scene) Closed() bool { return s.closed }

// Context is done when the scene is over.
func (s *Scene) Context() context.Context { return s.ctx }

// OnClose has f called when the scene ends.
func (s *Scene) OnClose(f func()) { s.stops = append(s.stops, f) }

// OnUI runs f on the UI goroutine if the scene is still there by then. It may be called from anywhere.
func (s *Scene) OnUI(f func()) {
	s.run.OnUI(func() {
		if !s.closed {
			f()
		}
	})
}

// Do runs work off the UI goroutine and hands what it gave to done, on the UI goroutine, if the scene is
// still there. The function it returns stops the work; done is then called with the context's error.
func Do[T any](s *Scene, work func(ctx context.Context) (T, error), done func(T, error)) (stop func()) {
	ctx, cancel := context.WithCancel(s.ctx)
	s.run.Go(ctx, func(ctx context.Context) {
		value, err := work(ctx)
		s.OnUI(func() {
			cancel()
			done(value, err)
		})
	})
	return cancel
}
