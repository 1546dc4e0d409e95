package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/demo"
	"certdesk/internal/desk"
	"certdesk/internal/instance"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
	"certdesk/internal/vault"
)

// odd is a start under circumstances that a walk does not have.
type odd struct {
	setup
	patience time.Duration // with the keyring
	lock     *instance.Instance
	lockErr  error // what keeps the data directory from being locked
	link     string
	disk     *disk
	more     func(*parts) // what else is in the place of something
}

// open starts the app as odd has it. Nothing sleeps between calls that are repeated.
func (o odd) open(t *testing.T) *walk {
	t.Helper()
	if o.data == "" {
		o.data = filepath.Join(t.TempDir(), "data")
	}
	if o.home == "" {
		o.home = t.TempDir()
	}
	if o.keyring == nil {
		o.keyring = memoryKeyring()
	}
	if o.lang == "" {
		o.lang = "en"
	}
	t.Setenv("HOME", o.home)
	t.Setenv("XDG_DOCUMENTS_DIR", o.home)
	t.Setenv("LC_ALL", o.lang+"_CH.UTF-8")
	w := &walk{t: t, q: kittest.NewQueue(), setup: o.setup, say: catalogue(t).Printer(o.lang)}
	lock, err := o.lock, o.lockErr
	if lock == nil && err == nil {
		if lock, err = acquire(o.data); err != nil {
			t.Fatal(err)
		}
	}
	began, zero := time.Now(), w.q.Now()
	var under func(desk.Store) desk.Store
	if o.disk != nil {
		under = o.disk.under
	}
	p := parts{
		disk: under,
		run:  w.q, keyring: o.keyring, patience: o.patience,
		now:   func() time.Time { return began.Add(w.q.Now().Sub(zero)) },
		demo:  demo.Options{MailDelay: -1, IssueDelay: -1},
		sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	if o.more != nil {
		o.more(&p)
	}
	w.a = newApp(options{data: o.data}, p, lock, err)
	w.a.window.Resize(fyne.NewSize(windowWidth, windowHeight))
	w.a.shell.Start(o.link, activation.Pasted)
	t.Cleanup(w.stop)
	return w
}

// oddly starts the app in English with nothing special but that nothing sleeps.
func oddly(t *testing.T) *walk { return odd{}.open(t) }

// reopen starts the app anew on the data of w.
func (o odd) reopen(w *walk) *walk {
	w.t.Helper()
	w.stop()
	o.setup = w.setup
	return o.open(w.t)
}

// enterDemo goes into the demo, whose issuer then runs.
func (w *walk) enterDemo() {
	w.t.Helper()
	w.press("home.demo")
	w.see(w.word("home.demo-codes"))
}

// enter types a code or link at home, inside the demo, and goes on to step 1 and beyond.
func (w *walk) enter(text string) {
	w.t.Helper()
	kittest.Paste(w.t, w.a.window.Canvas(), text)
	kittest.Press(w.t, w.a.window.Canvas(), fyne.KeyReturn)
	w.title(order.StepLink)
	w.press("journey.continue")
}

// issuer is the demo's, running.
func (w *walk) issuer() *demo.Issuer {
	w.t.Helper()
	w.a.worlds.mu.Lock()
	defer w.a.worlds.mu.Unlock()
	if w.a.worlds.issuer == nil {
		w.t.Fatal("no issuer runs")
	}
	return w.a.worlds.issuer
}

// unkind has the issuer be unkind to so many calls.
func (w *walk) unkind(times int, u demo.Unkind) {
	w.t.Helper()
	for range times {
		if err := w.issuer().Unkind(u); err != nil {
			w.t.Fatal(err)
		}
	}
}

// orders asks the issuer how many orders it has.
func (w *walk) orders() int {
	w.t.Helper()
	list, err := w.issuer().Orders(context.Background(), doer{w.a.worlds.http()})
	if err != nil {
		w.t.Fatal(err)
	}
	return len(list)
}

// kept are the drafts and orders of the demo's world, as they are on the disk.
func (w *walk) kept() []store.Order {
	w.t.Helper()
	world, err := w.a.worlds.Demo(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	rows, err := world.Desk.Orders.Rows(context.Background())
	var out []store.Order
	for _, r := range rows {
		o, getErr := world.Desk.Redeem.Order(context.Background(), r.ID)
		err = errors.Join(err, getErr)
		out = append(out, o)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// text is all that the screen says.
func (w *walk) text() string { return kittest.VisibleText(w.root()) }

// has reports whether a text of the catalogue is on the screen.
func (w *walk) has(id string, kv ...any) bool { return kittest.HasText(w.root(), w.word(id, kv...)) }

// saw waits for a fault on the screen: what was seen and what to do.
func (w *walk) saw(code string, kv ...any) {
	w.t.Helper()
	w.see(w.word("fault."+code+".saw", kv...))
	w.see(w.word("fault."+code+".do", kv...))
}

// mailbox fills step 3 in.
func (w *walk) mailbox() {
	w.t.Helper()
	w.title(order.StepNames)
	w.typeInto("field.mailbox", "anna@example.ch")
	w.typeInto("field.given_name", "Anna")
	w.typeInto("field.surname", "Keller")
}

// field is what stands in a field.
func (w *walk) field(id string) string {
	w.t.Helper()
	return kittest.EntryByLabel(w.t, w.root(), w.word(id)).Text()
}

// takeUp goes on with the draft that home shows.
func (w *walk) takeUp() {
	w.t.Helper()
	w.see(w.word("view.next.draft.title")) // a step's own button has the same label
	w.press("view.next.draft.button")
}

// goes walks on from whatever step is on the screen until the file is made, pressing what each page offers.
func (w *walk) goes() {
	w.t.Helper()
	for range 400 {
		w.q.Finish(w.t)
		switch {
		case w.at(order.StepLicence) && kittest.HasButton(w.root(), w.word("journey.continue")):
			w.press("journey.continue")
		case w.at(order.StepNames):
			for id, text := range map[string]string{
				"field.mailbox": "anna@example.ch", "field.given_name": "Anna", "field.surname": "Keller",
			} {
				if w.field(id) == "" {
					w.typeInto(id, text)
				}
			}
			w.press("journey.continue")
		case w.at(order.StepKey):
			id := "journey.continue"
			if kittest.HasButton(w.root(), w.word("key.make")) {
				id = "key.make"
			}
			w.press(id)
		case w.at(order.StepReview) && kittest.HasButton(w.root(), w.word("review.send")):
			if check := kittest.All[*kit.Check](w.root())[0]; !check.Checked() {
				w.accept()
			}
			w.press("review.send")
		case w.at(order.StepProve) && kittest.HasButton(w.root(), w.word("helper.confirm")):
			w.press("helper.confirm")
		case w.at(order.StepUse):
			w.makeFile("thunderbird")
			w.q.Finish(w.t)
			return
		default:
			w.q.Advance(time.Second)
		}
	}
	w.t.Fatalf("the journey does not go on; the screen:\n%s", w.text())
}

// at reports whether the window names a step.
func (w *walk) at(step order.Step) bool {
	return w.a.window.Title() == w.word("shell.window", "screen", w.word("step."+string(step)))
}

// ends asserts what a journey leaves: one order at the issuer, one here, and one file.
func (w *walk) ends() {
	w.t.Helper()
	if n := w.orders(); n != 1 {
		w.t.Errorf("the issuer has %d orders", n)
	}
	kept := w.kept()
	if len(kept) != 1 || kept[0].Phase != order.PhaseReady {
		w.t.Errorf("%d orders here: %+v", len(kept), kept)
	}
	if files := w.files(); len(files) != 1 {
		w.t.Errorf("files: %v", files)
	}
}

// files are those that were made.
func (w *walk) files() []string {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.home, "*.p12"))
	if err != nil {
		w.t.Fatal(err)
	}
	return files
}

// holding lists the files below dirs that hold one of the texts.
func holding(t *testing.T, dirs []string, texts map[string]string) []string {
	t.Helper()
	var out []string
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(path)
			for what, text := range texts {
				if text != "" && strings.Contains(string(data), text) {
					out = append(out, fmt.Sprintf("%s in %s", what, path))
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// moody is a keyring in memory that misbehaves when it is told to.
type moody struct {
	memory
	mood *mood
}

// mood is what the keyrings of a test do instead of answering; nil: they answer.
type mood struct {
	do func(op, id string) (string, error)
}

// errHonest is a mood's way of answering after all.
var errHonest = errors.New("honest")

func (m *moody) act(op, id string, honest func() (string, error)) (string, error) {
	m.mu.Lock()
	do := m.mood.do
	m.mu.Unlock()
	if do != nil {
		if text, err := do(op, id); !errors.Is(err, errHonest) {
			return text, err
		}
	}
	return honest()
}

func (m *moody) Set(id, record string) error {
	_, err := m.act("set", id, func() (string, error) { return "", m.memory.Set(id, record) })
	return err
}

func (m *moody) Get(id string) (string, error) {
	return m.act("get", id, func() (string, error) { return m.memory.Get(id) })
}

func (m *moody) Delete(id string) error {
	_, err := m.act("delete", id, func() (string, error) { return "", m.memory.Delete(id) })
	return err
}

// count is how many records are kept.
func (m *moody) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.records)
}

// be sets the mood; nil is a good one.
func (m *moody) be(do func(op, id string) (string, error)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mood.do = do
}

// moodyKeyring gives a keyring for every service; the demo's is the one that is returned.
func moodyKeyring() (*moody, func(service string) vault.Backend) {
	inDemo := &moody{memory: memory{records: map[string]string{}}, mood: &mood{}}
	other := memoryKeyring()
	return inDemo, func(service string) vault.Backend {
		if service == vault.DemoService {
			return inDemo
		}
		return other(service)
	}
}
