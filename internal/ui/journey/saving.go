package journey

import (
	"context"
	"sync"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
)

// Times of what is written by itself.
const (
	typeDelay  = 300 * time.Millisecond // after the last key
	againDelay = 5 * time.Second        // after a disk that could not be written to
)

// saving is what a journey knows of writing its form.
type saving struct {
	dirty bool   // the form has changed since it was given to be written last
	under int    // writes under way, as the UI goroutine knows
	stop  func() // of the timer that writes
	over  bool   // the journey has ended
	turn  turn
	saves sync.WaitGroup // writes under way
}

// turn has forms written in the order in which they were typed: each write is work of its own, and one that
// comes late must not replace a newer one.
type turn struct {
	mu     sync.Mutex
	given  int // on the UI goroutine alone
	newest int // that was written
}

// take gives the write of what is typed now, to be called off the UI goroutine.
func (t *turn) take(write func() error) func() error {
	t.given++
	mine := t.given
	return func() error {
		t.mu.Lock()
		defer t.mu.Unlock()
		if mine < t.newest {
			return nil
		}
		err := write()
		if err == nil {
			t.newest = mine
		}
		return err
	}
}

// write gives the writing of the form as it is now, and of the step where the customer is.
func (j *Journey) write(ctx context.Context, step order.Step) func() error {
	id, form := j.order.ID, apart(j.form)
	return j.turn.take(func() error { return j.Desk.Redeem.Save(context.WithoutCancel(ctx), id, form, step) })
}

// apart is a form that nobody types into any more.
func apart(form order.Application) order.Application {
	if form.Organization != nil {
		o := *form.Organization
		form.Organization = &o
	}
	return form
}

// typed notes that the form has changed; it is written a moment after the last key.
func (j *Journey) typed() {
	j.dirty = true
	j.saveIn(typeDelay)
}

func (j *Journey) saveIn(wait time.Duration) {
	if j.stop != nil {
		j.stop()
	}
	j.stop = j.Env.Run.After(wait, j.save)
}

// save writes the form now. It goes on when the screen closes.
func (j *Journey) save() {
	if j.stop != nil {
		j.stop()
		j.stop = nil
	}
	if !j.dirty || j.order.ID == "" {
		return
	}
	j.dirty = false
	id := j.order.ID
	j.order.Application, j.order.Step = apart(j.form), string(j.step)
	write := j.write(context.Background(), j.step)
	j.under++
	j.saves.Add(1)
	j.Env.Run.Go(context.Background(), func(context.Context) {
		err := write()
		j.saves.Done()
		j.Env.Run.OnUI(func() {
			j.under--
			if id == j.order.ID && !j.over {
				j.saved(err)
			}
		})
	})
}

// saved shows whether what was typed could be written. The fields keep what could not, and it is tried again.
func (j *Journey) saved(err error) {
	if err != nil {
		j.dirty = true
		j.saveIn(againDelay)
	}
	if s, ok := j.now.(interface {
		warn(*fault.Error, *kit.Button)
	}); ok {
		s.warn(fault.Of(err), nil)
	}
}

// saveAtMost is how long closing waits for the disk to take what was typed.
const saveAtMost = 3 * time.Second

// Close ends the journey, once what was typed is written: the app may be about to end.
func (j *Journey) Close() {
	j.leave()
	j.over = true
	written := make(chan struct{})
	go func() {
		j.saves.Wait()
		close(written)
	}()
	select {
	case <-written:
	case <-time.After(saveAtMost):
	}
}

// at writes where the customer is, so that the next start goes on there.
func (j *Journey) at(step order.Step) {
	if j.order.ID == "" || j.order.Phase != order.PhaseDraft {
		return
	}
	j.step, j.dirty = step, true
	j.save()
}

// saveAndClose is "Save and close": to the order's view where there is one, else home. A draft that can't be
// written stays on the screen, so that nothing is lost unsaid.
func (j *Journey) saveAndClose() {
	if !j.dirty && j.under == 0 || j.order.ID == "" || j.order.Phase != order.PhaseDraft {
		j.close()
		return
	}
	write := j.write(context.Background(), j.step)
	kit.Do(j.scene, func(context.Context) (struct{}, error) {
		return struct{}{}, write()
	}, func(_ struct{}, err error) {
		if err == nil {
			j.dirty = false
			j.close()
			return
		}
		j.dirty = true
		anyway := kit.NewButton(j.Say.T("journey.close-unsaved"), kit.DangerLink, func() { j.dirty = false; j.close() })
		if s, ok := j.now.(interface {
			warn(*fault.Error, *kit.Button)
		}); ok {
			s.warn(fault.Of(err), anyway)
			return
		}
		back := j.now
		j.failWith(&failed{
			j: j, fault: fault.Of(err), title: j.Say.T("journey.failed.names"), again: j.saveAndClose, other: anyway,
			back: func() { j.now = back; j.render() },
		})
	})
}

func (j *Journey) close() {
	j.leave()
	if j.order.ID == "" {
		if l, ok := j.now.(*link); ok && !fault.Is(l.readErr, fault.TextPrivateKey) {
			j.Stage.Unsent(l.text)
		}
		j.Stage.Home()
		return
	}
	j.Stage.OpenOrder(j.order.ID)
}
