package main

import (
	"sync"
	"time"

	"fyne.io/fyne/v2"
)

// early does the work for the window while the window's loop does not run yet, so that the first frame shows
// the first screen already. Drawing a frame takes much longer than opening the orders: without it the window
// would draw "Opening…" first, and the screen that a customer waits for after that.
type early struct {
	mu    sync.Mutex
	queue []func()
	news  chan struct{} // holds one: something is in the queue
	loop  func(func())  // hands work to the window's loop; nil while that is not to have any
}

func newEarly() *early { return &early{news: make(chan struct{}, 1)} }

// do runs f on the UI goroutine, after everything that was given to it before, and does not wait.
func (e *early) do(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.loop != nil {
		e.loop(f)
		return
	}
	e.queue = append(e.queue, f)
	select {
	case e.news <- struct{}{}:
	default:
	}
}

// until does the work on the calling goroutine, which is to be the UI goroutine, until ready, but for at
// most limit. All further work goes to the window's loop.
func (e *early) until(ready func() bool, limit time.Duration) {
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	for late := false; !late && !ready(); {
		select {
		case <-e.news:
			for _, f := range e.take() {
				f()
			}
		case <-timeout.C:
			late = true
		}
	}
	e.handOver(fyne.Do)
}

func (e *early) take() []func() {
	e.mu.Lock()
	defer e.mu.Unlock()
	queue := e.queue
	e.queue = nil
	return queue
}

func (e *early) handOver(loop func(func())) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range e.queue {
		loop(f)
	}
	e.queue, e.loop = nil, loop
}
