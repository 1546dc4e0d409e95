package journey

import (
	"reflect"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// waiting is step 9: what the order waits for, at whom, since when and how long it usually takes; and each task
// with what the customer can do about it here. It is safe to close: what was typed for a task stays with the
// page, nothing else is asked.
type waiting struct {
	j     *Journey
	watch *watch
	other *otherSide

	calls     map[string]*callForm     // by task
	documents map[string]*documentForm // by task
	agreed    map[string]*agreement    // by task
	resent    map[string]bool          // by task
	wrong     *fault.Error             // of cancelling
	busy      bool
	places    map[string]place // what can have the focus, by what it does for which task
}

// place is something on the page that can have the focus.
type place struct {
	object fyne.CanvasObject
	focus  func()
}

func (w *waiting) build() *kit.Page {
	j := w.j
	if w.watch == nil {
		w.watch = newWatch(j, w.moved)
		w.other = newOtherSide(j, w.pressed)
		w.calls, w.documents = map[string]*callForm{}, map[string]*documentForm{}
		w.agreed, w.resent = map[string]*agreement{}, map[string]bool{}
	}
	w.places = map[string]place{}
	switch {
	case j.order.Phase == order.PhaseEnded:
		return w.ended()
	case j.order.Phase == order.PhaseReady:
		return w.finished()
	}
	title, sentence := j.Say.T("waiting.title"), j.Say.T("waiting.sentence")
	yours := w.yours()
	if yours > 0 {
		title, sentence = j.Say.T("waiting.title-you", "n", yours), j.Say.T("waiting.sentence-you")
	}
	body := []fyne.CanvasObject{w.status()}
	body = append(body, w.tasks()...)
	body = append(body, show.Messages(j.Say, j.order.Snapshot)...)
	if story := show.Timeline(j.Say, j.Env.Now(), j.order, nil); story != nil {
		body = append(body, kit.NewCard(kit.NewHeading(j.Say.T("view.story")), story))
	}
	body = append(body, w.watch.object())
	if box := w.other.object(); box != nil {
		body = append(body, box)
	}
	if w.wrong != nil {
		body = append(body, show.Finding(j.Say, w.wrong))
	}
	if j.Desk.Tasks.CanCancel(j.order) {
		cancel := kit.NewButton(j.Say.T("waiting.cancel"), kit.DangerLink, w.askCancel)
		w.mark("cancel", cancel)
		body = append(body, kit.NewFlow(12, cancel))
	}
	return j.page(frame{
		title: title, sentence: sentence, body: body, drop: w.drop,
		primary: kit.NewButton(j.Say.T("prove.check"), kit.Primary, w.watch.press),
	})
}

// yours counts the tasks that lie at the customer.
func (w *waiting) yours() int {
	if w.j.order.Snapshot == nil {
		return 0
	}
	n := 0
	for _, t := range w.j.order.Snapshot.Waiting() {
		if t.At() == order.AtCustomer {
			n++
		}
	}
	return n
}

// status says where the order stands: at whom, since when, how long it usually takes.
func (w *waiting) status() fyne.CanvasObject {
	j := w.j
	state := order.StateOf(j.order.Phase, j.order.Snapshot, j.Env.Now(), j.Env.Now())
	return kit.NewCard(append([]fyne.CanvasObject{kit.NewFlow(8, kit.NewPill(show.PillKind(state), j.Say.Say(state.Word())))},
		show.Standing(j.Say, j.Env.Now(), j.order)...)...)
}

// moved takes over what the seller has said, and draws the page again when something is different.
func (w *waiting) moved(o store.Order) {
	j := w.j
	before := j.order
	j.take(o)
	if step := j.resume(); step == order.StepUse {
		j.Go(step)
		return
	}
	if before.Phase != o.Phase || !sameStory(before.Snapshot, o.Snapshot) {
		w.other.read()
		w.draw(w.focused())
	}
}

// mark notes what can have the focus again when the page is drawn anew; key says what it does for which task.
func (w *waiting) mark(key string, o fyne.Focusable) {
	if object, ok := o.(fyne.CanvasObject); ok {
		w.places[key] = place{object, func() { w.j.Stage.Canvas().Focus(o) }}
	}
}

func (w *waiting) markEntry(key string, e *kit.Entry) {
	w.places[key] = place{e, func() { e.Focus(w.j.Stage.Canvas()) }}
}

// focused is the key of what has the focus now, empty for anything else.
func (w *waiting) focused() string {
	has, ok := w.j.Stage.Canvas().Focused().(fyne.CanvasObject)
	if !ok {
		return ""
	}
	for key, p := range w.places {
		if kit.Holds(p.object, has) {
			return key
		}
	}
	return ""
}

// draw draws the page anew and puts the focus on that of key, where there still is one: what is said about a
// press stands beside it and comes into view.
func (w *waiting) draw(key string) {
	w.j.render()
	if p, ok := w.places[key]; ok {
		p.focus()
	}
}

// sameStory reports whether a page would show the same of two answers.
func sameStory(a, b *order.Snapshot) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, y := *a, *b
	x.ETag, x.ServerDate, y.ETag, y.ServerDate = "", nil, "", nil
	return reflect.DeepEqual(x, y)
}

// did is what follows a change that the customer has made from here: the order is read anew.
func (w *waiting) did() {
	w.watch.read()
	w.other.read()
}

// pressed is what follows a press on the other side.
func (w *waiting) pressed(err error) {
	if err != nil {
		w.watch.show(fault.Of(err))
		return
	}
	w.watch.press()
}

// quoted is a text from outside, cut to what a page has room for.
func quoted(text string) string { return i18n.Clean(text, 400) }
