package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/demo"
	"certdesk/internal/instance"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
	"certdesk/internal/vault"
)

// walk is the app under a test: the real wiring, the real demo issuer, the clock and the UI goroutine in the
// test's hands.
type walk struct {
	t     *testing.T
	q     *kittest.Queue
	a     *application
	data  string
	clock time.Duration
}

// start starts the app on a data directory.
func start(t *testing.T, data string, keyring func(string) vault.Backend) *walk {
	t.Helper()
	q := kittest.NewQueue()
	lock, err := acquire(data)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	// The queue's clock shows the day on which the demo's certificates are valid.
	now := func() time.Time { return began.Add(q.Now().Sub(kittest.NewQueue().Now())) }
	w := &walk{t: t, q: q, data: data}
	w.a = newApp(options{data: data}, parts{
		run: q, now: now, keyring: keyring, demo: demo.Options{MailDelay: -1, IssueDelay: -1},
	}, lock, nil)
	w.a.window.Resize(fyne.NewSize(windowWidth, windowHeight))
	w.a.shell.Start("", activation.Typed)
	t.Cleanup(w.stop)
	return w
}

// stop ends the app as closing the window does.
func (w *walk) stop() {
	if w.a == nil {
		return
	}
	w.a.shell.Close()
	w.q.Finish(w.t)
	kittest.Close(w.a.window)
	w.a.close()
	w.a = nil
}

// again starts the app anew on the same data.
func (w *walk) again(keyring func(string) vault.Backend) *walk {
	w.stop()
	return start(w.t, w.data, keyring)
}

func (w *walk) root() fyne.CanvasObject { return kittest.Root(w.a.window.Canvas()) }

// see waits until a text is on the screen.
func (w *walk) see(text string) {
	w.t.Helper()
	w.q.Await(w.t, func() bool { return kittest.HasText(w.root(), text) })
}

// title waits until the window's title names a step.
func (w *walk) title(step string) {
	w.t.Helper()
	w.q.Await(w.t, func() bool { return w.a.window.Title() == "Certdesk – "+step })
}

// press presses a button by the keyboard alone.
func (w *walk) press(label string) {
	w.t.Helper()
	w.q.Await(w.t, func() bool { return kittest.HasButton(w.root(), label) })
	b := kittest.Button(w.t, w.root(), label)
	kittest.TabTo(w.t, w.a.window.Canvas(), b)
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
}

func (w *walk) typeInto(label, text string) {
	w.t.Helper()
	kittest.TabTo(w.t, w.a.window.Canvas(), kittest.EntryByLabel(w.t, w.root(), label))
	kittest.TypeText(w.t, w.a.window.Canvas(), text)
}

// until moves the clock on until a text is there: a seller's floor is at least five seconds.
func (w *walk) until(text string) {
	w.t.Helper()
	for range 40 {
		if kittest.HasText(w.root(), text) {
			return
		}
		w.q.Advance(time.Second)
		w.q.Finish(w.t)
	}
	w.t.Fatalf("%q never came; the screen:\n%s", text, kittest.VisibleText(w.root()))
}

// toLicence types the demo's code at home and goes on to the licence.
func (w *walk) toLicence() {
	w.t.Helper()
	w.see("Redeem your certificate")
	kittest.TypeText(w.t, w.a.window.Canvas(), "demo-mail")
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see("The built-in demo")
	w.press("Continue")
	w.see("Demo: nothing here is real")
	w.title("Your licence")
	w.see("What you will need")
}

func (w *walk) toKey() {
	w.toLicence()
	w.press("Continue")
	w.title("Names")
	w.typeInto("E-mail address", "anna@example.ch")
	w.typeInto("Given name", "Anna")
	w.typeInto("Surname", "Keller")
	w.press("Continue")
	w.title("Private key")
}

func (w *walk) toReview() {
	w.toKey()
	w.press("Make the key")
	w.see("Your key is ready")
	w.press("Continue")
	w.title("Check and send")
}

func (w *walk) toProve() {
	w.toReview()
	check := kittest.All[*kit.Check](w.root())[0]
	kittest.TabTo(w.t, w.a.window.Canvas(), check)
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeySpace)
	w.press("Send the request")
	w.until("Confirm in your mailbox")
	w.title("Prove control")
}

func (w *walk) toUse() {
	w.toProve()
	w.q.Await(w.t, func() bool { return kittest.HasButton(w.root(), "Confirm") })
	w.press("Confirm")
	w.until("Where will you use it?")
}

// TestJourneyThroughTheScreens is the main job, from the code to a file, with the system's own keyring.
func TestJourneyThroughTheScreens(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_DOCUMENTS_DIR", home)
	w := start(t, filepath.Join(t.TempDir(), "data"), vault.System)
	t.Cleanup(func() { forget(t, w) })
	w.toUse()
	kittest.ChoiceByTitle(t, w.root(), "Thunderbird").Tapped(nil)
	w.press("Make the file")
	w.see("Done, and opened again to be sure")
	files, err := filepath.Glob(filepath.Join(home, "*.p12"))
	if err != nil || len(files) != 1 || !strings.Contains(files[0], "anna@example.ch (Thunderbird)") {
		t.Fatalf("files: %v %v", files, err)
	}
}

// forget takes what the test has put into the keyring out again.
func forget(t *testing.T, w *walk) {
	if w.a == nil {
		w.a = start(t, w.data, vault.System).a
	}
	world, err := w.a.worlds.Demo(context.Background())
	if err == nil {
		err = world.Desk.Orders.Forget(context.Background())
	}
	if err != nil {
		t.Error(err)
	}
}

var _ = instance.ErrRunning
