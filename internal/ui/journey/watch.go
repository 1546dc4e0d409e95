package journey

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// watch keeps a page of the order current: it says when the seller was asked and will be asked next, asks
// by itself when the seller's floor allows, and on a press.
type watch struct {
	j     *Journey
	line  *kit.Text
	box   *fyne.Container
	moved func(store.Order)
	busy  bool
	asked bool // pressed before the seller's floor had passed
	shut  bool // the customer did not give the passphrase: it is asked for again by a press, not every second
	wrong *fault.Error
	held  bool // a call of this page is under way: what it brings is read when it has ended
	// each is called every second, where the page looks at something else, too; apart then says that these
	// times are the seller's.
	each  func()
	apart bool
}

// newWatch starts watching; moved gets the order after each look.
func newWatch(j *Journey, moved func(store.Order)) *watch {
	w := &watch{j: j, moved: moved}
	unsubscribe := j.Desk.Orders.Changed().Subscribe(func(id string) {
		j.scene.OnUI(func() {
			if id == j.order.ID && !w.busy && !w.held {
				w.read()
			}
		})
	})
	j.scene.OnClose(unsubscribe)
	w.tick()
	w.look() // opening the page is a press: the order's token is read from the keyring now
	return w
}

func (w *watch) object() fyne.CanvasObject {
	w.line = kit.NewCaption("")
	w.box = kit.NewColumn(8)
	w.draw()
	return w.box
}

// tick redraws the times each second, so that they don't go stale, and looks when the seller's floor has
// passed.
func (w *watch) tick() {
	j := w.j
	stop := j.Env.Run.After(time.Second, func() {
		if j.scene.Closed() {
			return
		}
		if w.due() && !w.shut {
			w.lookWith(j.Desk.Refresher.LookByItself)
		} else if w.line != nil {
			w.line.SetText(w.times())
		}
		if w.each != nil {
			w.each()
		}
		w.tick()
	})
	j.scene.OnClose(stop)
}

// due reports whether the seller may be asked again.
func (w *watch) due() bool {
	return !w.busy && !w.j.Env.Now().Before(w.j.order.Receipt.NextPoll)
}

// press is "Check now": it looks now, or says when the seller's floor allows it.
func (w *watch) press() {
	w.asked = !w.due()
	w.look()
}

// look asks the seller; before its floor has passed it only reads what is known here.
func (w *watch) look() { w.lookWith(w.j.Desk.Refresher.Look) }

func (w *watch) lookWith(look func(ctx context.Context, id string) (store.Order, error)) {
	j := w.j
	if w.busy {
		return
	}
	w.busy = true
	w.draw()
	id := j.order.ID
	kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		return look(ctx, id)
	}, func(o store.Order, err error) {
		w.busy = false
		if w.due() || err == nil && o.LastLooked.After(j.order.LastLooked) {
			w.asked = false
		}
		wrong := fault.Of(err)
		w.shut = wrong != nil && wrong.Code == fault.PassfileLocked
		if wrong == nil {
			wrong = show.Kept(o.LastFault) // before the seller's floor nobody is asked: what was wrong still is
		}
		w.show(wrong)
		if o.ID != "" { // also after a failure the order may have moved on
			w.moved(o)
		}
	})
}

// hold keeps what a call changes from the page until release.
func (w *watch) hold() { w.held = true }

// release takes over what has changed since hold, and shows what was wrong with the call.
func (w *watch) release(wrong error) {
	w.held = false
	w.show(fault.Of(wrong))
	w.readWith(fault.Of(wrong))
}

// read takes over what a look in the background has brought.
func (w *watch) read() { w.readWith(nil) }

// readWith is read; what was wrong with a call is shown rather than what the last look met.
func (w *watch) readWith(wrong *fault.Error) {
	j := w.j
	id := j.order.ID
	kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		return j.Desk.Redeem.Order(ctx, id)
	}, func(o store.Order, err error) {
		if err != nil {
			w.show(fault.Of(err))
			return
		}
		if wrong == nil {
			wrong = show.Kept(o.LastFault)
		}
		w.show(wrong)
		w.moved(o)
	})
}

// show puts a failure under the page, or takes it away.
func (w *watch) show(f *fault.Error) {
	w.wrong = f
	w.draw()
}

func (w *watch) draw() {
	if w.box == nil {
		return
	}
	w.line.SetText(w.times())
	w.box.Objects = []fyne.CanvasObject{w.line}
	if w.wrong != nil {
		w.box.Objects = append(w.box.Objects, show.Finding(w.j.Say, w.wrong))
		if w.wrong.Action == fault.ContactSeller {
			w.box.Objects = append(w.box.Objects, show.Reach(w.j.Say, w.j.sellerName(), w.j.order.Seller.Support)...)
		}
	}
	w.box.Refresh()
	kit.Relayout(w.box)
}

// times is when the seller was asked and will be asked next.
func (w *watch) times() string {
	j := w.j
	now := j.Env.Now()
	switch {
	case w.busy && w.apart:
		return j.Say.T("watch.asking")
	case w.busy:
		return j.Say.T("watch.looking")
	case j.order.LastLooked.IsZero():
		return ""
	}
	looked := j.Say.Ago(now, j.order.LastLooked)
	wait := j.order.Receipt.NextPoll.Sub(now)
	words := [...]string{"watch.looked", "watch.looked-next", "watch.queued"}
	if w.apart {
		words = [...]string{"watch.asked", "watch.asked-next", "watch.asked-queued"}
	}
	if wait <= 0 {
		return j.Say.T(words[0], "ago", looked)
	}
	id := words[1]
	if w.asked {
		id = words[2]
	}
	return j.Say.T(id, "ago", looked, "wait", wait.Round(time.Second))
}
