package kit_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

func TestMain(m *testing.M) { kittest.Main(m) }

func TestDispatcherRunsUIWorkByTheGivenWay(t *testing.T) {
	ui := make(chan func(), 10)
	d := kit.NewDispatcher(func(f func()) { ui <- f })
	ctx, cancel := context.WithCancel(t.Context())
	d.Go(ctx, func(ctx context.Context) {
		<-ctx.Done()
		d.OnUI(func() {})
	})
	cancel()
	(<-ui)()
	fired := false
	d.After(time.Millisecond, func() { fired = true })
	(<-ui)()
	if !fired {
		t.Error("the timer did not run its work")
	}
}

// A timer that is on its way to the UI goroutine when it is stopped does not run any more.
func TestStoppedTimerDoesNotRunEvenWhenItHasFired(t *testing.T) {
	ui := make(chan func(), 10)
	d := kit.NewDispatcher(func(f func()) { ui <- f })
	fired := false
	stop := d.After(0, func() { fired = true })
	f := <-ui
	stop()
	f()
	if fired {
		t.Error("ran after it was stopped")
	}
}

func TestQueueRunsTimersInTheirOrderAtTheirTime(t *testing.T) {
	q := kittest.NewQueue()
	begin := q.Now()
	var got []string
	at := func(name string) func() {
		return func() { got = append(got, name+" "+q.Now().Sub(begin).String()) }
	}
	q.After(3*time.Second, at("c"))
	q.After(time.Second, func() {
		at("a")()
		q.After(time.Second, at("b"))
	})
	stop := q.After(2500*time.Millisecond, at("stopped"))
	q.After(9*time.Second, at("later"))
	stop()
	q.OnUI(at("ui"))
	q.Advance(5 * time.Second)
	want := []string{"ui 0s", "a 1s", "b 2s", "c 3s"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if q.Timers() != 1 || q.Now().Sub(begin) != 5*time.Second {
		t.Errorf("%d timers at %v", q.Timers(), q.Now().Sub(begin))
	}
}

func TestAwaitRunsWhatOtherGoroutinesSend(t *testing.T) {
	kittest.NewApp(t)
	q := kittest.NewQueue()
	n := 0
	for range 20 {
		q.Go(t.Context(), func(context.Context) { q.OnUI(func() { n++ }) })
	}
	q.Await(t, func() bool { return n == 20 })
	q.Finish(t)
}
