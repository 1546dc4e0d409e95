package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/godbus/dbus/v5"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
	"certdesk/internal/vault"
	"certdesk/internal/vault/passfile"
)

// noKeyring is a computer without one, until it is told otherwise.
type noKeyring struct{ *moody }

func (k noKeyring) Reaches() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.mood.do == nil
}

// without gives no keyring for any service; start brings one.
func without() (keyring func(string) vault.Backend, start func() *moody) {
	ring := &moody{memory: memory{records: map[string]string{}}, mood: &mood{do: func(string, string) (string, error) {
		return "", dbus.Error{Name: "org.freedesktop.DBus.Error.ServiceUnknown"}
	}}}
	return func(string) vault.Backend { return noKeyring{ring} }, func() *moody { ring.be(nil); return ring }
}

// tick ticks a box, given by the id of its words.
func (w *walk) tick(id string) {
	w.t.Helper()
	for _, c := range kittest.All[*kit.Check](w.root()) {
		if c.Text() == w.word(id) {
			kittest.TabTo(w.t, w.a.window.Canvas(), c)
			kittest.Press(w.t, w.a.window.Canvas(), fyne.KeySpace)
			return
		}
	}
	w.t.Fatalf("no box %q", w.word(id))
}

// choosePassfile answers the question that comes where there is no keyring, and gives the six words.
func (w *walk) choosePassfile() string {
	w.t.Helper()
	w.see(w.word("passfile.absent.title"))
	words := kittest.All[*kit.CopyField](w.root())[0].Value()
	if len(strings.Fields(words)) != 6 {
		w.t.Errorf("a passphrase of %d words", len(strings.Fields(words)))
	}
	w.press("passfile.use")
	w.see(w.word("passfile.noted-first"))
	w.tick("passfile.noted")
	w.press("passfile.use")
	return words
}

// unlock answers the question for the passphrase.
func (w *walk) unlock(words string) {
	w.t.Helper()
	w.see(w.word("passfile.unlock.text"))
	w.retype("passfile.phrase", words)
	w.press("passfile.open")
}

// TestAJourneyWithAPassphraseFile is the main job on a computer without a keyring: the file is chosen, nothing before;
// after a restart it is opened with its passphrase, and the file for a program is made.
func TestAJourneyWithAPassphraseFile(t *testing.T) {
	keyring, started := without()
	w := start(t, setup{keyring: keyring})
	file := filepath.Join(demoDir(w.data), passfile.Name)
	w.see(w.word("home.title"))
	kittest.TypeText(t, w.a.window.Canvas(), "demo-mail")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.press("journey.continue")
	w.see(w.word("passfile.absent.title"))
	w.press("passfile.not-now")
	w.saw("keyring-absent")
	w.see(w.word("link.keyring.title"))
	if _, err := os.Stat(file); err == nil {
		t.Fatal("a file was made unasked")
	}
	w.press("action.choose_place") // the one action leads to the choice again
	w.see(w.word("passfile.absent.title"))
	w.press("passfile.started")
	w.see(w.word("passfile.still-absent"))
	words := w.choosePassfile()
	w.title(order.StepLicence)
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	w.title(order.StepNames)
	w.typeInto("field.mailbox", "anna@example.ch")
	w.typeInto("field.given_name", "Anna")
	w.typeInto("field.surname", "Keller")
	w.press("journey.continue")
	w.title(order.StepKey)
	w.see(w.say.Variant("file").T("key.here-note"))
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.q.Finish(t)

	w = start(t, w.stopped())
	w.see(w.word("view.next.draft.title"))
	w.q.Finish(t) // nothing asks at the start
	if w.has("passfile.unlock.text") {
		t.Fatal("the passphrase is asked for at the start")
	}
	w.press("view.next.draft.button")
	w.title(order.StepKey)
	w.press("journey.continue")
	w.title(order.StepReview)
	w.accept()
	w.press("review.send")
	w.see(w.word("passfile.unlock.text"))
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyEscape)
	w.see(w.word("review.not-sent"))
	w.saw("passfile-locked")
	if n := w.orders(); n != 0 {
		t.Errorf("%d orders at the issuer", n)
	}
	w.press("action.retry")
	w.button("review.send")
	if !kittest.All[*kit.Check](w.root())[0].Checked() {
		w.accept()
	}
	w.press("review.send")
	w.unlock("not the right one at all")
	w.see(w.word("fault.passfile-passphrase.saw"))
	w.unlock(" " + strings.ReplaceAll(words, " ", "  "))
	w.goes()
	w.ends()
	w.opens("*.p12")

	ring := started()
	w = start(t, w.stopped())
	w.press("home.settings")
	w.see(w.word("settings.secrets.reaches"))
	w.press("settings.secrets.to-keyring")
	w.unlock(words)
	w.press("passfile.to-keyring.move")
	w.see(w.word("passfile.moved.title"))
	w.press("shell.ok")
	w.see(w.word("settings.secrets.keyring"))
	if _, err := os.Stat(file); err == nil || ring.count() == 0 {
		t.Errorf("the file is still there, %d records in the keyring", ring.count())
	}
	w.press("settings.done")
	w.press("view.next.ready.button")
	w.title(order.StepUse)
	w.makeFile("outlook")
	secrets := map[string]string{"passphrase": words}
	for _, found := range holding(t, []string{w.data, w.home}, secrets) {
		t.Error(found)
	}
}

// stopped ends a walk and gives what the next one begins with.
func (w *walk) stopped() setup {
	w.t.Helper()
	w.stop()
	return w.setup
}

// TestAForgottenPassphraseFile: it is set aside, not deleted; its order says that the key is gone, and a backup brings
// the key back, into a new file.
func TestAForgottenPassphraseFile(t *testing.T) {
	keyring, _ := without()
	w := start(t, setup{keyring: keyring})
	w.see(w.word("home.title"))
	kittest.TypeText(t, w.a.window.Canvas(), "demo-mail")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.press("journey.continue")
	words := w.choosePassfile()
	w.title(order.StepLicence)
	w.see(w.word("licence.need"))
	w.toReviewFromLicence()
	w.accept()
	w.press("review.send")
	w.title(order.StepProve)

	w = start(t, w.stopped())
	w.press("view.next.you.button")
	w.see(w.word("passfile.unlock.text"))
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyEscape)
	w.title(order.StepProve)
	w.see(w.word("fault.passfile-locked.saw"))
	for range 20 {
		w.q.Advance(time.Second)
		w.q.Finish(t)
	}
	if w.has("passfile.unlock.text") {
		t.Fatal("the passphrase is asked for without a press")
	}
	w.press("prove.check")
	w.unlock(words)
	w.press("helper.confirm")
	w.until(w.word("use.title"))
	path, passphrase := w.backUp()

	w = start(t, w.stopped())
	w.press("view.next.ready.button")
	w.title(order.StepUse)
	w.see(w.word("use.title"))
	kittest.ChoiceByTitle(t, w.root(), w.word("destination.thunderbird.label")).Tapped(nil)
	w.press("use.make")
	w.see(w.word("passfile.unlock.text"))
	w = start(t, w.stopped()) // the window can be closed while the question stands
	w.press("view.next.ready.button")
	w.title(order.StepUse)
	w.see(w.word("use.title"))
	kittest.ChoiceByTitle(t, w.root(), w.word("destination.thunderbird.label")).Tapped(nil)
	w.press("use.make")
	w.see(w.word("passfile.unlock.text"))
	w.press("passfile.forgotten")
	w.press("passfile.give-up.yes")
	w.see(w.word("lost.title"))
	w.press("lost.restore")
	w.button("restore.open")
	w.retype("restore.file", path)
	w.retype("restore.passphrase", passphrase)
	w.press("restore.open")
	w.button("restore.restore")
	w.press("restore.restore")
	w.choosePassfile()
	w.see(w.say.Variant("file").T("restore.next"))
	w.press("backup.finish")
	w.press("view.next.ready.button")
	w.title(order.StepUse)
	w.makeFile("thunderbird")
	w.opens("*.p12")
	kept, err := filepath.Glob(filepath.Join(demoDir(w.data), "secrets*.certdesk"))
	if err != nil || len(kept) != 2 {
		t.Errorf("files: %v %v", kept, err)
	}
}
