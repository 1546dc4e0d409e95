package main

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/assets"
	"certdesk/internal/activation"
	"certdesk/internal/certificate"
	"certdesk/internal/demo"
	"certdesk/internal/desk"
	"certdesk/internal/e2e/pebble"
	"certdesk/internal/httpclient"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
	"certdesk/internal/vault"
)

// walk is the app under a test: the real wiring, the real demo issuer, the clock and the UI goroutine in the
// test's hands.
type walk struct {
	setup
	t   *testing.T
	q   *kittest.Queue
	a   *application
	say *i18n.Printer
	now func() time.Time

	opened []string // in the browser
	// arrives tells of a new file in a folder that is watched; nil: none is.
	arrives func(path string)
}

// setup is how a walk begins.
type setup struct {
	keyring    func(service string) vault.Backend // nil: one in memory
	lang       string                             // as the customer has chosen; empty: English
	appearance string
	data       string                // of an earlier walk; empty: a new one
	home       string                // where files go; empty: a new one
	demo       *demo.Options         // nil: everything at once
	clock      time.Time             // when the walk begins; zero: now
	script     *script               // nil: the real desk and its sellers
	authority  *pebble.Authority     // its HTTPS is trusted, and its zones and websites are all there are
	issuer     certificate.Fetch     // of certificates that are missing; nil: from the network
	serve      desk.Serve            // what websites serve; nil: the network
	stores     *stores               // where certificates are put; nil: the demo's practice
	shared     func(dir string) bool // which folders are on a network drive; nil: asks the system
	lockErr    error                 // what kept the data directory from being locked
}

var appearances = map[string]kit.Appearance{desk.AppearanceLight: kit.Light, desk.AppearanceDark: kit.Dark}

// start starts the app.
func start(t *testing.T, s setup) *walk {
	t.Helper()
	if s.data == "" {
		s.data = filepath.Join(t.TempDir(), "data")
	}
	if s.home == "" {
		s.home = t.TempDir()
	}
	if s.keyring == nil {
		s.keyring = memoryKeyring()
	}
	if s.lang == "" {
		s.lang = "en"
	}
	if s.demo == nil {
		s.demo = &demo.Options{MailDelay: -1, IssueDelay: -1}
	}
	t.Setenv("HOME", s.home)
	t.Setenv("XDG_DOCUMENTS_DIR", s.home)
	t.Setenv("LC_ALL", s.lang+"_CH.UTF-8")
	w := &walk{t: t, q: kittest.NewQueue(), setup: s, say: catalogue(t).Printer(s.lang)}
	lock, err := acquire(s.data)
	if err != nil {
		t.Fatal(err)
	}
	// The queue's clock runs on from now: the demo's certificates are valid from today.
	began, zero := time.Now(), w.q.Now()
	if !s.clock.IsZero() {
		began = s.clock
	}
	now := func() time.Time { return began.Add(w.q.Now().Sub(zero)) }
	w.now = now
	issuer := *s.demo
	if !s.clock.IsZero() {
		issuer.Now = now
	}
	p := parts{run: w.q, now: now, keyring: s.keyring, demo: issuer, backupWork: 1, browse: w.browse, watch: w.watch, issuer: s.issuer, serve: s.serve, stores: s.stores, share: s.shared}
	if a := s.authority; a != nil {
		p.roots = a.Roots
		p.network = proof.Loopback(func() string { return a.DNS }, func() string { return a.Web }, httpclient.Options{})
	}
	w.a = newApp(options{data: s.data}, p, lock, s.lockErr)
	if s.appearance != "" { // also where the choice can't be read
		fyne.CurrentApp().Settings().SetTheme(kit.NewTheme(appearances[s.appearance]))
	}
	w.a.window.Resize(fyne.NewSize(windowWidth, windowHeight))
	if s.lockErr == nil {
		w.choose()
	}
	if s.script != nil {
		s.script.play(w)
	}
	w.a.shell.Start("", activation.Typed)
	t.Cleanup(w.stop)
	return w
}

// watch stands for the system's notice of new files.
func (w *walk) watch(ctx context.Context, _ string, wanted func(string) bool, found func(string)) error {
	w.arrives = func(path string) {
		if ctx.Err() == nil && wanted(filepath.Base(path)) {
			found(path)
		}
	}
	return nil
}

// browse stands for the customer's browser.
func (w *walk) browse(address string) { w.opened = append(w.opened, address) }

func catalogue(t *testing.T) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// choose writes the choices of language and appearance, as the settings do.
func (w *walk) choose() {
	w.t.Helper()
	world, err := w.a.worlds.Real(context.Background())
	if err != nil {
		return // what keeps the orders from opening is what the test is about
	}
	settings := world.Desk.Settings
	if err := errors.Join(settings.SetLanguage(context.Background(), w.lang), settings.SetAppearance(context.Background(), w.appearance)); err != nil {
		w.t.Fatal(err)
	}
}

// stop ends the app as closing the window does.
func (w *walk) stop() {
	if w.a == nil {
		return
	}
	title, log := w.a.window.Title(), w.a.log
	w.a.shell.Close()
	w.q.Finish(w.t)
	kittest.Close(w.a.window)
	w.a.close()
	if n := log.Dropped(); n > 0 {
		w.t.Errorf("%d things were logged that the list of events doesn't have", n)
	}
	w.a = nil
	w.leavesNothing(title)
}

// word is a text of the catalogue in the language of the walk.
func (w *walk) word(id string, kv ...any) string { return w.say.T(id, kv...) }

func (w *walk) root() fyne.CanvasObject { return kittest.Root(w.a.window.Canvas()) }

// see waits until a text is on the screen.
func (w *walk) see(text string) {
	w.t.Helper()
	w.q.Await(w.t, func() bool { return kittest.HasText(w.root(), text) })
}

// title waits until the window's title names a step.
func (w *walk) title(step order.Step) {
	w.t.Helper()
	want := w.word("shell.window", "screen", w.word("step."+string(step)))
	w.q.Await(w.t, func() bool { return w.a.window.Title() == want })
}

// press presses a button, given by the id of its label, by the keyboard alone.
func (w *walk) press(id string, kv ...any) {
	w.t.Helper()
	label := w.word(id, kv...)
	w.q.Await(w.t, func() bool { return kittest.HasButton(w.root(), label) })
	kittest.TabTo(w.t, w.a.window.Canvas(), kittest.Button(w.t, w.root(), label))
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
}

// typeInto types into a field, given by the id of its label.
func (w *walk) typeInto(id, text string) {
	w.t.Helper()
	kittest.TabTo(w.t, w.a.window.Canvas(), kittest.EntryByLabel(w.t, w.root(), w.word(id)))
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
	w.see(w.word("home.title"))
	kittest.TypeText(w.t, w.a.window.Canvas(), "demo-mail")
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("link.demo"))
	w.press("journey.continue")
	w.see(w.word("shell.demo"))
	w.title(order.StepLicence)
	w.see(w.word("licence.need"))
}

func (w *walk) toNames() {
	w.t.Helper()
	w.toLicence()
	w.press("journey.continue")
	w.title(order.StepNames)
}

func (w *walk) toKey() {
	w.t.Helper()
	w.toNames()
	w.typeInto("field.mailbox", "anna@example.ch")
	w.typeInto("field.given_name", "Anna")
	w.typeInto("field.surname", "Keller")
	w.press("journey.continue")
	w.title(order.StepKey)
}

func (w *walk) toReview() {
	w.t.Helper()
	w.toKey()
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.title(order.StepReview)
}

func (w *walk) accept() {
	w.t.Helper()
	checks := kittest.All[*kit.Check](w.root())
	kittest.TabTo(w.t, w.a.window.Canvas(), checks[len(checks)-1]) // that of the terms stands last
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeySpace)
}

func (w *walk) toProve() {
	w.t.Helper()
	w.toReview()
	w.accept()
	w.press("review.send")
	w.until(w.word("prove.open-mail"))
	w.title(order.StepProve)
	w.q.Await(w.t, func() bool { return kittest.HasButton(w.root(), w.word("helper.confirm")) })
}

func (w *walk) toUse() {
	w.t.Helper()
	w.toProve()
	w.press("helper.confirm")
	w.until(w.word("use.title"))
	w.title(order.StepUse)
}

// makeFile chooses a destination and makes its file.
func (w *walk) makeFile(destination string) {
	w.t.Helper()
	kittest.ChoiceByTitle(w.t, w.root(), w.word("destination."+destination+".label")).Tapped(nil)
	w.press("use.make")
	w.see(w.word("use.done"))
}

// TestJourneyThroughTheScreens is the main job, from the code to a file, with the system's own keyring.
func TestJourneyThroughTheScreens(t *testing.T) {
	w := start(t, setup{keyring: vault.System})
	w.toUse()
	w.makeFile("thunderbird")
	files, err := filepath.Glob(filepath.Join(w.home, "*.p12"))
	if err != nil || len(files) != 1 || filepath.Base(files[0])[:29] != "anna@example.ch (Thunderbird)" {
		t.Fatalf("files: %v %v", files, err)
	}
	forgetOrders(t, w)
}

// forgetOrders takes what a walk has put into the system's keyring out again.
func forgetOrders(t *testing.T, w *walk) {
	t.Helper()
	world, err := w.a.worlds.Demo(context.Background())
	if err == nil {
		err = world.Desk.Orders.Forget(context.Background())
	}
	if err != nil {
		t.Error(err)
	}
}
