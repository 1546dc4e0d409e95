package main

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// toNamesOf goes from home into the demo with a code and on to the names.
func (w *walk) toNamesOf(code string) {
	w.t.Helper()
	w.enterDemo()
	w.enter(code)
	w.title(order.StepLicence)
	w.press("journey.continue")
	w.title(order.StepNames)
}

// says reports whether something is said about a name, with its next step.
func (w *walk) says(problem string) {
	w.t.Helper()
	all := kittest.All[*kit.Finding](w.root())
	for _, f := range all {
		if f.Visible() && strings.Contains(kittest.VisibleText(f), problem) {
			return
		}
	}
	w.t.Errorf("%q is not said; the screen:\n%s", problem, w.text())
}

// findings are the boxes on the screen that say something.
func (w *walk) findings() int {
	n := 0
	kittest.Walk(w.root(), func(o fyne.CanvasObject, _ fyne.Position) bool {
		if f, ok := o.(*kit.Finding); ok && f.Visible() {
			n++
		}
		return o.Visible()
	})
	return n
}

// badNames are names that no licence takes, and a part of what is said about each.
var badNames = []struct{ text, problem, instead string }{
	{"https://shop.example.ch/cart", "scheme", "shop.example.ch"},
	{"shop.example.ch:443", "port", "shop.example.ch"},
	{"shop.example.ch/cart", "path", "shop.example.ch"},
	{"anna@example.ch", "email", "example.ch"},
	{"shop .example.ch", "space", "shop.example.ch"},
	{"my_shop.example.ch", "underscore", ""},
	{"a.*.example.ch", "star", ""},
	{"*example.ch", "star", ""},
	{"*.example.ch", "wildcard-no", ""},
	{"co.uk", "suffix", ""},
	{"intranet", "intranet", ""},
	{"192.0.2.1", "ip", ""},
	{"2001:db8::1", "ip", ""},
	{"shop..example.ch", "dots", "shop.example.ch"},
	{"-shop.example.ch", "hyphen", ""},
	{"xn--a.example.ch", "punycode", ""},
	{strings.Repeat("a", 64) + ".ch", "label-long", ""},
	{strings.Repeat("abcdefg.", 40) + "ch", "long", ""},
}

// TestBadNames says what is wrong with each name, keeps it in the field, and goes on with a good one.
func TestBadNames(t *testing.T) {
	w := oddly(t)
	w.toNamesOf("DEMO-TLS-DV")
	area := kittest.EntryByLabel(t, w.root(), w.word("websites.field"))
	w.press("journey.continue")
	w.see(w.word("order.problem.names.empty.no.saw"))
	if !area.HasError() || !area.Focused() {
		t.Error("no name is taken, or the field is not shown")
	}
	for _, b := range badNames {
		w.fillIn("websites.field", b.text)
		w.press("journey.continue")
		w.q.Finish(t)
		w.title(order.StepNames)
		shown := b.text
		if len([]rune(shown)) > 70 {
			shown = string([]rune(shown)[:69]) + "…"
		}
		w.says(w.word("order.problem.names."+b.problem+".saw", "name", shown, "max", map[string]int{"label-long": 63, "long": 253}[b.problem]))
		if !area.HasError() || area.Text() != b.text {
			t.Errorf("%q: error %v, the field holds %q", b.text, area.HasError(), area.Text())
		}
		offered := kittest.HasButton(w.root(), w.word("websites.use", "name", b.instead))
		if offered != (b.instead != "") {
			t.Errorf("%q: offered %v, want %q", b.text, offered, b.instead)
		}
		kittest.TabTo(t, w.a.window.Canvas(), area)
	}
	w.fillIn("websites.field", "https://shop.example.ch/cart\na.ch\nb.ch\nc.ch")
	w.press("journey.continue")
	w.see(w.word("order.problem.names.too-many.saw", "n", 1, "have", 4, "max", 3))
	w.press("websites.use", "name", "shop.example.ch")
	w.fillIn("websites.field", strings.TrimSuffix(area.Text(), "\nc.ch"))
	w.press("journey.continue")
	w.title(order.StepKey)
	want := "shop.example.ch\na.ch\nb.ch"
	if got := w.kept()[0].Application.Domains; got != want {
		t.Errorf("kept is %q", got)
	}
	w.press("journey.back")
	w.title(order.StepNames)
	if got := w.holds("websites.field"); got != want {
		t.Errorf("after Back the field holds %q", got)
	}
}

// TestNamesAreQuietWhileTheyAreTyped: a name that is not finished is not called wrong; the line before it is.
func TestNamesAreQuietWhileTheyAreTyped(t *testing.T) {
	w := oddly(t)
	w.toNamesOf("DEMO-TLS-DV")
	kittest.TabTo(t, w.a.window.Canvas(), kittest.EntryByLabel(t, w.root(), w.word("websites.field")))
	for _, r := range "shop.exa" {
		kittest.TypeText(t, w.a.window.Canvas(), string(r))
		if n := w.findings(); n > 0 {
			t.Fatalf("after %q something is said:\n%s", r, w.text())
		}
	}
	kittest.TypeText(t, w.a.window.Canvas(), "mple.ch/")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	kittest.TypeText(t, w.a.window.Canvas(), "b")
	w.says(w.word("websites.line", "line", 1, "saw", w.word("order.problem.names.path.saw", "name", "shop.example.ch/")))
	if w.has("order.problem.names.intranet.saw", "name", "b") {
		t.Error("half a name is called wrong")
	}
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyTab)
	w.says(w.word("order.problem.names.intranet.saw", "name", "b"))
	w.press("websites.use", "name", "shop.example.ch")
	if got := w.holds("websites.field"); got != "shop.example.ch\nb" {
		t.Errorf("the field holds %q", got)
	}
}

// TestWildcardNames is a licence for names with a star: the star is offered, and goes.
func TestWildcardNames(t *testing.T) {
	w := oddly(t)
	w.toNamesOf("DEMO-TLS-WILD")
	w.fillIn("websites.field", "bücher.example")
	w.press("journey.continue")
	w.says(w.word("order.problem.names.wildcard-only.saw", "name", "bücher.example"))
	w.fillIn("websites.field", "*.co.uk")
	w.press("journey.continue")
	w.says(w.word("order.problem.names.star-suffix.saw", "suffix", "co.uk"))
	w.fillIn("websites.field", "bücher.example")
	w.press("websites.use", "name", "*.bücher.example")
	w.see(w.word("websites.sent-as", "name", "*.bücher.example", "sent", "*.xn--bcher-kva.example"))
	w.press("journey.continue")
	w.title(order.StepKey)
}

// TestAHundredNames stays quick, says little at once, and lets each of the hundred through.
func TestAHundredNames(t *testing.T) {
	w := oddly(t)
	w.toNamesOf("DEMO-MULTI")
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "shop-%d.example.ch,\t", i)
	}
	w.fillIn("websites.field", b.String()+strings.Repeat("no-name ", 50))
	w.see(w.word("websites.count", "n", 100, "have", 150))
	if n := w.findings(); n == 0 || n > 6 {
		t.Errorf("%d findings at once", n)
	}
	w.fillIn("websites.field", b.String())
	w.see(w.word("websites.count", "n", 100, "have", 100))
	if n := w.findings(); n != 0 {
		t.Errorf("%d findings about good names", n)
	}
	w.press("journey.continue")
	w.title(order.StepKey)
}

// TestWhatCanNotBeWrittenStays in the fields of steps 3, 4 and 5, with what to do; drawn anew in another language
// too. Once the disk takes it, the journey goes on.
func TestWhatCanNotBeWrittenStays(t *testing.T) {
	for step, c := range map[order.Step]struct{ field, text string }{
		order.StepNames:        {"websites.field", "shop.example.ch"},
		order.StepContacts:     {"contacts.surname", "Keller-Meier"},
		order.StepOrganization: {"organization.legal_name", "Muster Holding AG"},
	} {
		t.Run(string(step), func(t *testing.T) {
			script := &script{orders: []store.Order{siteDraft(verifiedSite(order.ValidationExtended), step, filledSite())}}
			w := start(t, setup{clock: noon, script: script})
			w.begin(step)
			script.set(func() { script.write = fails(fault.DiskFull) })
			w.fillIn(c.field, c.text)
			w.press("journey.continue")
			w.saw("disk-full")
			w.title(step)
			w.a.shell.UseLanguage("de")
			w.q.Finish(t)
			w.a.shell.UseLanguage("en")
			w.q.Finish(t)
			if got := w.holds(c.field); got != c.text {
				t.Errorf("the field holds %q", got)
			}
			script.set(func() { script.write = nil })
			w.press("journey.continue")
			w.q.Await(t, func() bool { return !w.at(step) })
		})
	}
}
