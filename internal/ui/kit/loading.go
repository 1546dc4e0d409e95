package kit

import (
	"time"

	"fyne.io/fyne/v2"
)

const loadingQuiet = 2 * time.Second // before this nothing is said about time, and nothing can be cancelled

// Loading says that something is on its way: a line, after two seconds the time that has passed, and a
// way out. Nothing in it moves.
type Loading struct {
	composite
	env    Env
	text   *Text
	clock  *Text
	cancel *Button
	start  time.Time
	stop   func()
}

// NewLoading makes it and starts its clock. onCancel may be nil: then it can't be cancelled.
func NewLoading(env Env, text string, onCancel func()) *Loading {
	l := &Loading{env: env, text: NewMuted(text), clock: NewMuted(""), start: env.now()}
	l.cancel = NewButton(env.t("kit.cancel"), Secondary, func() {
		l.Stop()
		if onCancel != nil {
			onCancel()
		}
	})
	l.cancel.Hide()
	l.clock.Hide()
	l.init(l, NewColumn(Space12, newLead(Space8, l.text.lineHeight(), 0, NewIcon("clock", ColorMuted, 16), NewSides(l.text, l.clock)), NewFlow(Space12, l.cancel)))
	l.stop = env.Run.After(loadingQuiet, func() {
		show(l.cancel, onCancel != nil)
		l.clock.Show()
		l.tick()
	})
	return l
}

// tick shows the time; the clock stops by itself once nobody sees it any more.
func (l *Loading) tick() {
	if len(ancestry(l)) == 0 {
		l.stop = nil
		return
	}
	l.clock.SetText(l.env.t("kit.seconds", "n", int(l.env.now().Sub(l.start)/time.Second)))
	Relayout(l)
	l.stop = l.env.Run.After(time.Second, l.tick)
}

// SetText changes the line.
func (l *Loading) SetText(text string) { l.text.SetText(text) }

// Stop stops the clock: when what was loaded has come, and when the page is left.
func (l *Loading) Stop() {
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
}

// NewSkeleton is the place of something that is not there yet: its text and a few empty lines.
func NewSkeleton(text string, lines int) fyne.CanvasObject {
	objs := []fyne.CanvasObject{NewMuted(text)}
	for i := range lines {
		bar := newPanel(ColorRail, "", 0, 4)
		bar.min = fyne.NewSize(0, 14)
		w := float32(420)
		if i%3 == 2 {
			w = 260
		}
		objs = append(objs, NewMaxWidth(w, 0, bar))
	}
	return NewColumn(Space12, objs...)
}
