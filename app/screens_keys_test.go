package main

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit/kittest"
)

// TestRunes: the fonts that come with the app can draw every letter of the catalogue.
func TestRunes(t *testing.T) {
	c := catalogue(t)
	if missing := kittest.MissingRunes(t, string(c.Runes())); len(missing) > 0 {
		t.Errorf("not in the bundled fonts: %q", missing)
	}
}

// TestEscapeGoesBack: Escape leads back from wherever on a page it is pressed, to where Back would lead.
func TestEscapeGoesBack(t *testing.T) {
	for _, c := range []struct {
		name    string
		step    order.Step
		settled func(w *walk) // the page is whole
		back    func(w *walk)
	}{
		{"names", order.StepNames, nil, func(w *walk) { w.title(order.StepLicence) }},
		{"key", order.StepKey, nil, func(w *walk) { w.title(order.StepNames) }},
		{"review", order.StepReview, nil, func(w *walk) { w.title(order.StepKey) }},
		{"licence", order.StepLicence, func(w *walk) { w.see(w.word("licence.need")) }, func(w *walk) { w.title(order.StepLink) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, setup{clock: noon, script: &script{orders: []store.Order{withKey(draft("01", c.step))}}})
			w.escapesEverywhere(func() {
				w.resume("draft")
				w.title(c.step)
				if c.settled != nil {
					c.settled(w)
				}
			}, func() {
				c.back(w)
				w.q.Finish(t)
				world := w.a.worlds.real
				if _, err := world.store.Update(t.Context(), "01", func(o *store.Order) error { o.Step = string(c.step); return nil }); err != nil {
					t.Fatal(err)
				}
				w.press("journey.save-close")
			})
		})
	}
}

// TestEscapeLeaves: where nothing can be gone back to, Escape closes the page, and nothing else.
func TestEscapeLeaves(t *testing.T) {
	t.Run("prove", func(t *testing.T) {
		w := start(t, setup{clock: noon, script: &script{orders: []store.Order{sent("01", waitingForMail())}}})
		w.escapesEverywhere(func() { w.resume("you"); w.see(w.word("prove.open-mail")); w.q.Finish(t) }, func() { w.button("view.next.you.button") })
	})
	t.Run("settings", func(t *testing.T) {
		w := start(t, setup{clock: noon, script: &script{}})
		w.escapesEverywhere(func() { w.press("home.settings"); w.see(w.word("settings.places")) }, func() { w.see(w.word("home.title")) })
	})
	t.Run("a question", func(t *testing.T) {
		w := start(t, setup{clock: noon, script: &script{orders: []store.Order{draft("01", order.StepNames)}}})
		w.escapesEverywhere(
			func() { w.press("view.discard"); w.button("view.discard.yes") },
			func() { w.button("view.discard") },
		)
	})
}

// escapesEverywhere presses Escape at each stop of Tab on a page that come opens; left then waits for what
// must be on the screen.
func (w *walk) escapesEverywhere(come, left func()) {
	w.t.Helper()
	stops := 1
	for at := 0; at < stops; at++ {
		come()
		w.q.Finish(w.t)
		canvas := w.a.window.Canvas()
		if at == 0 {
			stops = len(kittest.WalkByTab(w.t, canvas, nil))
		}
		canvas.Unfocus()
		for range at + 1 {
			kittest.Press(w.t, canvas, fyne.KeyTab)
		}
		kittest.Press(w.t, canvas, fyne.KeyEscape)
		left()
	}
	if stops < 2 {
		w.t.Errorf("only %d stops", stops)
	}
}

// TestTheCursorStandsBehindWhatWasPasted: one goes on typing behind a link that came from the home screen, or
// from another program.
func TestTheCursorStandsBehindWhatWasPasted(t *testing.T) {
	for _, text := range []string{exampleLink, exampleLink + strings.Repeat("0123456789", 12)} {
		w := start(t, setup{clock: noon, script: &script{}})
		w.beginWith(text)
		kittest.TypeText(t, w.a.window.Canvas(), "!")
		if got := kittest.EntryByLabel(t, w.root(), w.word("link.placeholder")).Text(); got != text+"!" {
			t.Errorf("typed into %q: %q", text, got)
		}
		w.stop()
	}
}

// TestAWrongFieldIsSeenWithWhatIsWrong: a field that gets the focus because it is wrong comes into view with
// the sentence about it, in the smallest window.
func TestAWrongFieldIsSeenWithWhatIsWrong(t *testing.T) {
	o := draft("01", order.StepNames)
	o.Application.Surname = "Keller; Meier"
	w := start(t, setup{clock: noon, script: &script{orders: []store.Order{o}}})
	w.a.window.Resize(fyne.NewSize(leastWidth, leastHeight))
	w.resume("draft")
	w.title(order.StepNames)
	w.press("journey.continue")
	want := w.word("order.problem.person.character.do")
	w.see(want)
	footer := kittest.Button(t, w.root(), w.word("journey.continue"))
	bottom := fyne.CurrentApp().Driver().AbsolutePositionForObject(footer).Y
	for _, line := range kittest.Lines(w.root()) {
		if line.Text == want {
			if at := fyne.CurrentApp().Driver().AbsolutePositionForObject(line).Y; at < 0 || at+line.Size().Height > bottom {
				t.Errorf("%q is at %v, above %v", want, at, bottom)
			}
			return
		}
	}
	t.Errorf("%q is not drawn", want)
}
