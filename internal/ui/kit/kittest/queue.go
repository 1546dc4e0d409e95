package kittest

import (
	"context"
	"sort"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/ui/kit"
)

// Patience is how long [Queue.Await] waits before it gives up. It is generous: a test never fails because
// a machine is slow.
const Patience = 20 * time.Second

var _ kit.Dispatcher = (*Queue)(nil)

// Queue is a dispatcher whose UI work is run by the test's goroutine alone, and whose clock moves only by
// [Queue.Advance].
type Queue struct {
	mu     sync.Mutex
	jobs   []func()
	wake   chan struct{}
	now    time.Time
	timers []*timer
	seq    int
	work   int // on other goroutines
}

type timer struct {
	at   time.Time
	seq  int
	f    func()
	done bool
}

// NewQueue makes a queue whose clock stands at noon on 23 November 2026, UTC.
func NewQueue() *Queue {
	return &Queue{wake: make(chan struct{}, 1), now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
}

// Go is for [kit.Dispatcher].
func (q *Queue) Go(ctx context.Context, work func(context.Context)) {
	q.mu.Lock()
	q.work++
	q.mu.Unlock()
	go func() {
		defer q.signal()
		defer func() {
			q.mu.Lock()
			q.work--
			q.mu.Unlock()
		}()
		work(ctx)
	}()
}

// OnUI is for [kit.Dispatcher].
func (q *Queue) OnUI(f func()) {
	q.mu.Lock()
	q.jobs = append(q.jobs, f)
	q.mu.Unlock()
	q.signal()
}

func (q *Queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// After is for [kit.Dispatcher].
func (q *Queue) After(d time.Duration, f func()) func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.seq++
	t := &timer{at: q.now.Add(d), seq: q.seq, f: f}
	q.timers = append(q.timers, t)
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		t.done = true
	}
}

// Now is the time of the queue's clock.
func (q *Queue) Now() time.Time {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.now
}

// SetNow sets the clock without running anything.
func (q *Queue) SetNow(t time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.now = t
}

// Drain runs the UI work that waits, and what that adds, and reports how much it was. It does not wait for
// work on other goroutines.
func (q *Queue) Drain() int {
	n := 0
	for {
		q.mu.Lock()
		if len(q.jobs) == 0 {
			q.mu.Unlock()
			return n
		}
		f := q.jobs[0]
		q.jobs = q.jobs[1:]
		q.mu.Unlock()
		f()
		n++
	}
}

// Advance moves the clock, running each timer at its moment.
func (q *Queue) Advance(d time.Duration) {
	end := q.Now().Add(d)
	for {
		q.Drain()
		t := q.due(end)
		if t == nil {
			break
		}
		t.f()
	}
	q.SetNow(end)
	q.Drain()
}

// due takes the next timer up to end, and sets the clock to its moment.
func (q *Queue) due(end time.Time) *timer {
	q.mu.Lock()
	defer q.mu.Unlock()
	live := q.timers[:0]
	for _, t := range q.timers {
		if !t.done {
			live = append(live, t)
		}
	}
	q.timers = live
	sort.Slice(live, func(i, j int) bool {
		if live[i].at.Equal(live[j].at) {
			return live[i].seq < live[j].seq
		}
		return live[i].at.Before(live[j].at)
	})
	if len(live) == 0 || live[0].at.After(end) {
		return nil
	}
	t := live[0]
	t.done = true
	if t.at.After(q.now) {
		q.now = t.at
	}
	return t
}

// Timers is how many timers are set.
func (q *Queue) Timers() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, t := range q.timers {
		if !t.done {
			n++
		}
	}
	return n
}

// Await runs UI work until cond holds. cond is called on the test's goroutine.
func (q *Queue) Await(t testing.TB, cond func() bool) {
	t.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	// Most conditions change by UI work, which wakes us; some (what a server has seen) don't.
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		q.Drain()
		if cond() {
			return
		}
		select {
		case <-q.wake:
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("what was waited for did not happen; on the screen:\n%s", screens())
		}
	}
}

// Finish waits until all work on other goroutines has ended, running UI work meanwhile.
func (q *Queue) Finish(t testing.TB) {
	t.Helper()
	q.Await(t, func() bool {
		q.mu.Lock()
		defer q.mu.Unlock()
		return q.work == 0 && len(q.jobs) == 0
	})
}

func screens() string {
	var s string
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		s += VisibleText(Root(w.Canvas())) + "\n"
	}
	return s
}
