package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// put replaces what stands in the field that has the focus.
func (w *walk) put(text string) {
	w.t.Helper()
	canvas := w.a.window.Canvas()
	field, ok := canvas.Focused().(fyne.Shortcutable)
	if !ok {
		w.t.Fatalf("no field has the focus: %T", canvas.Focused())
	}
	field.TypedShortcut(&fyne.ShortcutSelectAll{})
	kittest.Press(w.t, canvas, fyne.KeyBackspace)
	kittest.Paste(w.t, canvas, text)
}

// fill replaces what stands in a field, given by the id of its label.
func (w *walk) fill(id, text string) {
	w.t.Helper()
	kittest.TabTo(w.t, w.a.window.Canvas(), kittest.EntryByLabel(w.t, w.root(), w.word(id)))
	w.put(text)
}

// TestContinueWithNothing stays where it is, at home and at step 1, and says what to do.
func TestContinueWithNothing(t *testing.T) {
	w := oddly(t)
	w.see(w.word("home.title"))
	w.press("journey.continue")
	w.saw("link-empty")
	w.see(w.word("home.title"))
	w.put("nonsense text without any code")
	if w.has("fault.link-empty.saw") {
		t.Error("it is still said while typing")
	}
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.title(order.StepLink)
	w.saw("text-no-link") // at once: "Continue" was pressed
	w.press("journey.save-close")
	w.see(w.word("home.title"))
	if text := kittest.All[*kit.Entry](w.root())[0].Text(); text != "nonsense text without any code" {
		t.Errorf("the field of the home screen holds %q", text)
	}
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.title(order.StepLink)
	w.put("")
	w.press("journey.continue")
	w.saw("link-empty")
}

// bad are texts that lead nowhere, and the fault that says so.
var bad = []struct{ text, code string }{
	{"nonsense text without any code", "text-no-link"},
	{"ab", "code-malformed"},
	{"http://shop.example.com/activate/" + canary, "link-insecure"},
	{"https://shop.example.com@evil.example/activate/" + canary, "link-userinfo"},
	{"ftp://shop.example.com/activate/" + canary, "link-scheme"},
	{"javascript:alert('" + canary + "')", "link-scheme"},
	{"https://shop.example.com/", "link-no-code"},
	{"https://shop.example.com/activate/" + strings.Repeat(canary, 200), "link-too-long"},
	{"certdesk:?file=" + canary, "link-not-for-app"},
	{"https//shop.example.com/activate/" + canary, "link-unreadable"},
	{"C:\\Users\\anna\\" + canary + ".eml", "text-file-name"},
	{"-----BEGIN PRIVATE KEY-----\n" + canary + "\n-----END PRIVATE KEY-----", "text-private-key"},
}

// canary stands for a code in texts that are refused; it must be found nowhere afterwards.
const canary = "7Q2KANARYX9FHM41XZ"

// TestBadInputAtStep1 says what is wrong below the field, keeps the text there, and keeps it nowhere else; a
// good code goes on from there.
func TestBadInputAtStep1(t *testing.T) {
	w := oddly(t)
	w.enterDemo()
	said := ""
	w.put("x")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.title(order.StepLink)
	for _, b := range bad {
		w.put(b.text)
		w.press("journey.continue")
		w.saw(b.code)
		w.title(order.StepLink)
		if got := kittest.All[*kit.Entry](w.root())[0].Text(); got != b.text && !strings.Contains(b.text, "\n") {
			t.Errorf("%s: the field holds %q", b.code, got)
		}
		said += w.word("fault."+b.code+".saw") + w.word("fault."+b.code+".means") + w.word("fault."+b.code+".do") + w.a.window.Title()
		kittest.TabTo(t, w.a.window.Canvas(), kittest.All[*kit.Entry](w.root())[0])
	}
	if strings.Contains(said, canary) {
		t.Error("what was pasted stands in what is said")
	}
	if len(w.kept()) > 0 {
		t.Error("there is a draft")
	}
	w.put("DEMO-MAIL")
	w.press("journey.continue")
	w.goes()
	w.ends()
	w.stop()
	if found := holding(t, []string{w.data, w.home}, map[string]string{"canary": canary}); len(found) > 0 {
		t.Error(found)
	}
}

// TestAHostThatMayDeceive needs a tick of its own before anything is asked there.
func TestAHostThatMayDeceive(t *testing.T) {
	for _, link := range []string{
		"https://shоp.example.com/activate/" + canary, // with a Cyrillic о
		"https://xn--shp-sdd.example.com/activate/" + canary,
	} {
		w := oddly(t)
		w.see(w.word("home.title"))
		w.put(link)
		kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
		w.title(order.StepLink)
		w.see(w.word("link.mixed.saw"))
		w.press("journey.continue")
		w.see(w.word("link.tick-first"))
		w.title(order.StepLink)
		w.q.Finish(t)
		if w.has("link.opening-keyring") {
			t.Error("it went on without the tick")
		}
		kittest.TabTo(t, w.a.window.Canvas(), kittest.All[*kit.Check](w.root())[0])
		kittest.Press(t, w.a.window.Canvas(), fyne.KeySpace)
		if w.has("link.tick-first") {
			t.Error("it is still said after the tick")
		}
		w.stop()
	}
	w := oddly(t)
	w.see(w.word("home.title"))
	w.put("https://bücher.example.com/activate/" + canary)
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("link.punycode.do"))
	w.see("xn--bcher-kva.example.com")
}

// TestServicesThatAreNone has a link to a computer that answers as a web site does: nothing Certdesk can talk
// to. It leads back to the field with the link in it.
func TestServicesThatAreNone(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"404": http.NotFound,
		"page": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("<!doctype html><title>Shop</title>"))
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.example/activate", http.StatusFound)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = append(got, r.URL.String()+" "+r.Header.Get("Authorization"))
				answer(w, r)
			}))
			defer site.Close()
			w := oddly(t)
			w.see(w.word("home.title"))
			link := site.URL + "/activate/" + canary
			w.put(link)
			kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
			w.see(w.word("link.loopback"))
			w.q.Finish(t)
			if len(got) > 0 {
				t.Errorf("asked before Continue: %v", got)
			}
			w.press("journey.continue")
			w.see(w.word("journey.failed.licence"))
			host := strings.TrimPrefix(site.URL, "http://")
			w.saw("service-web-only", "host", host)
			w.q.Finish(t)
			for _, g := range got {
				if strings.Contains(g, canary) {
					t.Errorf("the code was sent: %s", g)
				}
			}
			w.press("journey.back")
			w.title(order.StepLink)
			if text := kittest.All[*kit.Entry](w.root())[0].Text(); text != link {
				t.Errorf("the field holds %q", text)
			}
		})
	}
}

// TestLinksOfTheRunningDemo lead into the demo's world under its own name: the port is another one at the next
// start.
func TestLinksOfTheRunningDemo(t *testing.T) {
	for _, form := range []string{"/activate/DEMO-MAIL", "/activate#DEMO-MAIL", "#DEMO-MAIL"} {
		t.Run(form, func(t *testing.T) {
			w := oddly(t)
			w.enterDemo()
			url := w.issuer().URL()
			w.press("shell.demo.leave")
			w.see(w.word("home.title"))
			w.enter(url + form)
			w.see(w.word("licence.need"))
			w.see(w.word("shell.demo"))
			if o := w.kept(); len(o) != 1 || o[0].Service != "demo" {
				t.Fatalf("orders: %+v", o)
			}
			w = odd{}.reopen(w)
			w.takeUp()
			w.goes()
			w.ends()
		})
	}
}

// TestAnUnknownCode leads back to the field, with what was typed in it; of the draft nothing is left.
func TestAnUnknownCode(t *testing.T) {
	for code, by := range map[string]string{"DEMO-CANARY": "licence.other-code", canary: "journey.back"} {
		ring, service := moodyKeyring()
		w := odd{setup: setup{keyring: service}}.open(t)
		w.enterDemo()
		w.enter(w.issuer().URL() + "/activate/" + code)
		w.see(w.word("licence.other-code"))
		if !w.has("fault.code-unknown.saw") && !w.has("fault.code-malformed.saw") {
			t.Errorf("the screen:\n%s", w.text())
		}
		w.press(by)
		w.title(order.StepLink)
		w.q.Finish(t)
		if text := kittest.All[*kit.Entry](w.root())[0].Text(); !strings.HasSuffix(text, code) {
			t.Errorf("the field holds %q", text)
		}
		if n := ring.count(); n != 0 || len(w.kept()) > 0 {
			t.Errorf("%d records in the keyring, %d drafts", n, len(w.kept()))
		}
		w.put("DEMO-MAIL")
		w.press("journey.continue")
		w.goes()
		w.ends()
		w.stop()
		if found := holding(t, []string{w.data, w.home}, map[string]string{"code": code}); len(found) > 0 {
			t.Error(found)
		}
	}
}

// TestACodeUsedElsewhere says so and cannot be sent.
func TestACodeUsedElsewhere(t *testing.T) {
	w := oddly(t)
	w.enterDemo()
	w.enter("DEMO-MAIL")
	w.toReviewFromLicence()
	w.accept()
	w.press("review.send")
	w.title(order.StepProve)
	forgetOrders(t, w) // as on another computer
	w.press("shell.demo.leave")
	w.see(w.word("home.title"))
	w.enterDemo()
	w.enter("DEMO-MAIL")
	w.see(w.word("licence.unusable"))
	w.see(w.word("licence.state.reserved.saw"))
	if kittest.HasButton(w.root(), w.word("journey.continue")) {
		t.Error("it goes on")
	}
	w.press("journey.save-close")
	w.press("view.discard")
	w.press("view.discard.yes")
	w.see(w.word("home.demo-codes"))
	if n := w.orders(); n != 1 {
		t.Errorf("%d orders at the issuer", n)
	}
}

// TestBadMailboxes says what is wrong with the field, keeps the text, and goes on with a good one.
func TestBadMailboxes(t *testing.T) {
	w := oddly(t)
	w.toNamesInDemo()
	w.press("journey.continue")
	w.title(order.StepNames)
	entry := kittest.EntryByLabel(t, w.root(), w.word("field.mailbox"))
	if !entry.HasError() || !entry.Focused() {
		t.Error("an empty mailbox is taken, or the field is not shown")
	}
	for _, mailbox := range []string{
		"anna", "@example.ch", "anna@", "müller@example.ch", "anna@@example.ch", "anna@beta@example.ch", "anna@co.uk",
		"anna@localhost", "anna@example", "anna@192.0.2.7", "anna keller@example.ch", strings.Repeat("a", 65) + "@example.ch",
		"a@" + strings.Repeat("long.", 60) + "ch",
	} {
		w.fill("field.mailbox", mailbox)
		w.press("journey.continue")
		w.q.Finish(t)
		w.title(order.StepNames)
		if !entry.HasError() || entry.Text() != mailbox {
			t.Errorf("%q: error %v, the field holds %q", mailbox, entry.HasError(), entry.Text())
		}
	}
	w.fill("field.mailbox", "anna@example.ch")
	long := strings.Repeat("Maximiliane", 12)
	w.typeInto("field.given_name", long)
	w.press("journey.continue")
	w.q.Finish(t)
	if given := kittest.EntryByLabel(t, w.root(), w.word("field.given_name")); !given.HasError() || given.Text() != long {
		t.Errorf("a name of %d letters is taken, or lost", len(long))
	}
	w.fill("field.given_name", "Anna")
	w.typeInto("field.surname", "Keller")
	w.press("journey.continue")
	w.title(order.StepKey)
	w.goes()
	w.ends()
}

// TestWhatIsTypedStays through Back and Continue, Save and close, drawing anew, and starts; also what is wrong.
func TestWhatIsTypedStays(t *testing.T) {
	w := oddly(t)
	w.toNamesInDemo()
	const typed = "anna@exam" // no domain yet
	w.typeInto("field.mailbox", typed)
	holds := func(after string) {
		t.Helper()
		w.title(order.StepNames)
		if got := w.field("field.mailbox"); got != typed {
			t.Errorf("after %s the field holds %q", after, got)
		}
	}
	w.press("journey.back")
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	holds("Back and Continue")
	w.a.shell.UseLanguage("en")
	holds("drawing anew")
	w.press("journey.save-close")
	w.takeUp()
	holds("Save and close")
	w = odd{}.reopen(w)
	w.takeUp()
	holds("a start")

	entry := kittest.EntryByLabel(t, w.root(), w.word("field.mailbox"))
	kittest.TabTo(t, w.a.window.Canvas(), entry)
	kittest.TypeText(t, w.a.window.Canvas(), "ple.c")
	w.q.Advance(300 * time.Millisecond)
	w.q.Finish(t)
	if got := w.kept()[0].Application.Mailbox; got != typed+"ple.c" {
		t.Errorf("300 ms after the last key %q is kept", got)
	}
	kittest.TypeText(t, w.a.window.Canvas(), "h")
	// Closing at once, as the window does: nothing else may run before.
	w.a.shell.Close()
	kittest.Close(w.a.window)
	w.a.close()
	w.a = nil
	w = odd{}.reopen(w)
	w.takeUp()
	w.title(order.StepNames)
	if got := w.field("field.mailbox"); got != "anna@example.ch" {
		t.Errorf("after closing at once the field holds %q", got)
	}
	w.typeInto("field.given_name", "Anna")
	w.typeInto("field.surname", "Keller")
	w.press("journey.continue")
	w.goes()
	w.ends()
}

// TestEachScreenIsDrawnAnew in another language, with everything that was typed and made still there.
func TestEachScreenIsDrawnAnew(t *testing.T) {
	w := oddly(t)
	w.see(w.word("home.title"))
	german := catalogue(t).Printer("de")
	both := func(step order.Step, id string, kv ...any) {
		t.Helper()
		w.q.Finish(t)
		w.a.shell.UseLanguage("de")
		w.q.Finish(t)
		w.see(german.T(id, kv...))
		if step != "" && w.a.window.Title() != german.T("shell.window", "screen", german.T("step."+string(step))) {
			t.Errorf("%s: the title is %q", id, w.a.window.Title())
		}
		w.a.shell.UseLanguage("en")
		w.q.Finish(t)
		w.see(w.word(id, kv...))
	}
	kittest.TypeText(t, w.a.window.Canvas(), "DEMO-M")
	both("", "home.title")
	if got := kittest.All[*kit.Entry](w.root())[0].Text(); got != "DEMO-M" {
		t.Errorf("home: the field holds %q", got)
	}
	w.press("home.settings")
	both("", "settings.title")
	w.press("settings.done")
	w.see(w.word("home.title"))
	if got := kittest.All[*kit.Entry](w.root())[0].Text(); got != "DEMO-M" {
		t.Errorf("after the settings the field holds %q", got)
	}
	w.put("DEMO-MAIL")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.title(order.StepLink)
	both(order.StepLink, "link.demo")
	w.press("journey.continue")
	w.see(w.word("licence.need"))
	both(order.StepLicence, "licence.need")
	w.press("journey.continue")
	w.mailbox()
	both(order.StepNames, "mailbox.title")
	if got := w.field("field.surname"); got != "Keller" {
		t.Errorf("the field holds %q", got)
	}
	w.press("journey.continue")
	w.title(order.StepKey)
	both(order.StepKey, "key.title")
	w.press("key.make")
	w.see(w.word("key.ready"))
	both(order.StepKey, "key.ready")
	w.press("journey.continue")
	w.title(order.StepReview)
	w.accept()
	both(order.StepReview, "review.title")
	w.press("review.send")
	w.title(order.StepProve)
	both(order.StepProve, "prove.open-mail")
	w.press("helper.confirm")
	w.until(w.word("use.title"))
	both(order.StepUse, "use.title")
	w.makeFile("thunderbird")
	both(order.StepUse, "use.done")
	w.press("use.finish")
	w.see(w.word("view.next.ready.title"))
	both("", "view.next.ready.title")
	w.ends()
}
