package main

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit/kittest"
)

// shoot writes what is on the screen into the folder that CERTDESK_SCREENS names, at both sizes.
func (w *walk) shoot(name string) {
	w.t.Helper()
	dir := os.Getenv("CERTDESK_SCREENS")
	if dir == "" {
		return
	}
	for _, size := range []fyne.Size{fyne.NewSize(windowWidth, windowHeight), fyne.NewSize(leastWidth, leastHeight)} {
		w.a.window.Resize(size)
		w.q.Finish(w.t)
		suffix := "-" + w.lang + "-" + w.appearance
		if size.Width == leastWidth {
			suffix += "-small"
		}
		if err := kittest.Capture(w.a.window, filepath.Join(dir, name+suffix+".png")); err != nil {
			w.t.Fatal(err)
		}
	}
	w.a.window.Resize(fyne.NewSize(windowWidth, windowHeight))
}

// TestScreens walks through every screen, in light and dark and in both languages.
func TestScreens(t *testing.T) {
	for _, lang := range []string{"en", "de"} {
		for _, appearance := range []string{desk.AppearanceLight, desk.AppearanceDark} {
			t.Run(lang+"-"+appearance, func(t *testing.T) { everyScreen(t, setup{lang: lang, appearance: appearance}) })
		}
	}
}

func everyScreen(t *testing.T, s setup) {
	w := start(t, s)
	w.see(w.word("home.title"))
	w.shoot("home-empty")
	w.press("home.demo")
	w.see(w.word("home.demo-codes"))
	w.shoot("home-demo")
	w.press("shell.demo.leave")
	w.toNames()
	w.shoot("names-empty")
	w.press("journey.continue")
	w.shoot("names-wrong")
	w.press("journey.back")
	w.see(w.word("licence.need"))
	w.shoot("licence")
	w.press("journey.continue")
	w.title(order.StepNames)
	w.typeInto("field.mailbox", "anna@example.ch")
	w.typeInto("field.given_name", "Anna")
	w.typeInto("field.surname", "Keller")
	w.shoot("names")
	w.press("journey.continue")
	w.title(order.StepKey)
	w.shoot("key")
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.shoot("key-ready")
	w.press("journey.continue")
	w.title(order.StepReview)
	w.shoot("review")
	w.press("review.send")
	w.shoot("review-terms")
	w.accept()
	w.press("review.send")
	w.until(w.word("prove.open-mail"))
	w.q.Await(w.t, func() bool { return kittest.HasButton(w.root(), w.word("helper.confirm")) })
	w.shoot("prove")
	w.press("journey.save-close")
	w.see(w.word("view.next.you.button"))
	w.shoot("home-list")
	w.press("view.next.you.button")
	w.q.Await(t, func() bool { return kittest.HasButton(w.root(), w.word("helper.confirm")) })
	w.press("helper.confirm")
	w.until(w.word("use.title"))
	w.shoot("use-choose")
	kittest.ChoiceByTitle(t, w.root(), w.word("destination.thunderbird.label")).Tapped(nil)
	w.shoot("use-folder")
	w.press("use.make")
	w.see(w.word("use.done"))
	w.shoot("use")
	w.press("use.finish")
	w.see(w.word("view.next.ready.title"))
	w.shoot("order-ready")
	w.press("home.settings")
	w.see(w.word("settings.places"))
	w.shoot("settings")
}
