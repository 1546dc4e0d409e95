package main

import (
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// journeyScreens is the main job in the demo, from the code to the file.
func journeyScreens(t *testing.T, s setup) {
	w := start(t, s)
	w.see(w.word("home.title"))
	w.screen("home-empty")
	w.press("home.demo")
	w.see(w.word("home.demo-codes"))
	w.screen("home-demo")
	w.press("shell.demo.over")
	w.button("shell.demo.over.no")
	w.screen("home-start-over")
	w.press("shell.demo.over.no")
	w.press("shell.demo.leave")
	w.toLicence()
	w.screen("licence-demo")
	w.press("journey.continue")
	w.title(order.StepNames)
	w.typeInto("field.mailbox", "anna@example.ch")
	w.typeInto("field.given_name", "Anna")
	w.typeInto("field.surname", "Keller")
	w.press("journey.continue")
	w.title(order.StepKey)
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.title(order.StepReview)
	w.screen("review-demo")
	w.accept()
	w.press("review.send")
	w.until(w.word("prove.open-mail"))
	w.button("helper.confirm")
	w.screen("prove-helper")
	w.press("prove.resend")
	w.see(w.word("prove.resent"))
	w.screen("prove-resent")
	w.confirmFirst()
	w.until(w.word("use.title"))
	w.useScreens()
	w.press("use.finish")
	w.see(w.word("view.next.ready.title"))
	w.screen("order-ready")
	w.open("view.details")
	w.screen("order-ready-details")
	w.pressFirst("guide.show")
	w.screen("order-guide")
}

// confirmFirst confirms the first of the mails in the demo's inbox.
func (w *walk) confirmFirst() { w.t.Helper(); w.pressFirst("helper.confirm") }

// pressFirst presses the first of several buttons, given by the id of their label.
func (w *walk) pressFirst(id string) {
	w.t.Helper()
	label := w.word(id)
	for _, b := range kittest.All[*kit.Button](w.root()) {
		if b.Text() == label {
			kittest.TabTo(w.t, w.a.window.Canvas(), b)
			kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
			return
		}
	}
	w.t.Fatalf("no %s", label)
}

func (w *walk) choose10(destination string) {
	w.t.Helper()
	kittest.ChoiceByTitle(w.t, w.root(), w.word("destination."+destination+".label")).Tapped(nil)
}

// useScreens are the states of step 10.
func (w *walk) useScreens() {
	w.t.Helper()
	w.screen("use-choose")
	w.choose10("thunderbird")
	w.screen("use-folder")
	w.retype("use.folder", filepath.Join(w.home, "Dropbox", "Certificates"))
	w.screen("use-synchronised")
	w.retype("use.folder", filepath.Join(w.home, "gone"))
	w.press("use.make")
	w.see(w.word("fault.folder-gone.saw"))
	w.screen("use-folder-gone")
	w.retype("use.folder", w.home)
	w.press("use.make")
	w.see(w.word("use.done"))
	w.screen("use-made")
	kittest.TabTo(w.t, w.a.window.Canvas(), kittest.Button(w.t, w.root(), w.word("guide.copy")))
	w.screen("use-guide")
	w.press("guide.copy")
	if got := fyne.CurrentApp().Clipboard().Content(); !strings.Contains(got, "\n2. ") || !strings.Contains(got, "anna@example.ch (Thunderbird)") {
		w.t.Errorf("copied %q", got)
	}
	w.choose10("outlook")
	w.choose10("thunderbird")
	w.press("use.make")
	w.button("use.keep-both")
	w.screen("use-exists")
	w.choose10("unknown")
	w.press("use.make-files")
	w.see(w.word("use.done"))
	w.screen("use-made-two")
}

// useFailedScreens is step 10 while the file is made, and without the key.
func useFailedScreens(t *testing.T, s setup) {
	o := sent("01", order.Snapshot{State: order.Issued})
	c := issued(t, &o, noon.AddDate(1, 0, 0))
	script := &script{orders: []store.Order{o}, certs: []store.Certificate{c}, key: hold}
	s.script = script
	w := start(t, s)
	w.resume("ready")
	w.see(w.word("use.title"))
	w.q.Finish(t) // what the page looks up for itself is there
	w.choose10("outlook")
	w.press("use.make")
	w.see(w.word("use.making"))
	w.busyScreen("use-making")
	w.stop()
	s.data = ""
	script.key = fails(fault.KeyGone)
	w = start(t, s)
	w.resume("ready")
	w.see(w.word("use.title"))
	w.choose10("outlook")
	w.press("use.make")
	w.see(w.word("fault.key-gone.saw"))
	w.screen("use-key-gone")
}

// TestTheDemoWritesInTheChosenLanguage: what comes from a service is asked for in the language that was
// chosen in the settings, whatever the system's is.
func TestTheDemoWritesInTheChosenLanguage(t *testing.T) {
	w := start(t, setup{lang: "de"})
	t.Setenv("LC_ALL", "en_GB.UTF-8")
	w.toProve()
	w.see(w.word("demo.mail.subject"))
}
