package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
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

// contact fills the first contact of step 4 in.
func (w *walk) contact() {
	w.t.Helper()
	w.fillIn("contacts.given_name", "Anna")
	w.fillIn("contacts.surname", "Keller")
	w.fillIn("contacts.email", "anna@example.ch")
	w.fillIn("contacts.phone", "044 668 18 00")
}

// organization fills step 5 in, by keyboard.
func (w *walk) organization() {
	w.t.Helper()
	w.fillIn("organization.legal_name", "Muster Handels AG")
	w.pickFrom("organization.scheme", w.word("organization.scheme.NTR"))
	w.fillIn("organization.number.NTR", "CHE-123.456.788")
	w.fillIn("organization.street", "Hauptstrasse 1")
	w.fillIn("organization.postal_code", "CH-8001")
	w.fillIn("organization.locality", "Zürich")
	w.fillIn("organization.phone", "044 668 18 00")
	if box := kittest.All[*kit.Check](w.root())[0]; !box.Checked() {
		kittest.TabTo(w.t, w.a.window.Canvas(), box)
		kittest.Press(w.t, w.a.window.Canvas(), fyne.KeySpace)
	}
}

// toContactsOf goes on to step 4 with a name of a Swiss domain.
func (w *walk) toContactsOf(code string) {
	w.t.Helper()
	w.toNamesOf(code)
	w.fillIn("websites.field", "shop.example.ch")
	w.press("journey.continue")
	w.title(order.StepContacts)
}

// TestBadContactsAndOrganizations says what is wrong at each field of steps 4 and 5, keeps what was typed, also over
// a start, and goes on with what is right, to the sent request.
func TestBadContactsAndOrganizations(t *testing.T) {
	w := oddly(t)
	w.toContactsOf("DEMO-TLS-OV")
	w.contact()
	for _, b := range []struct{ field, text, problem string }{
		{"contacts.given_name", "", "contact.empty.given_name"},
		{"contacts.surname", strings.Repeat("Keller", 11), "person.long"},
		{"contacts.surname", "Keller <b>", "person.character"},
		{"contacts.email", "anna", "mailbox.no-at"},
		{"contacts.email", "änna@example.ch", "mailbox.local-letters"},
		{"contacts.email", "anna@firma.local", "mailbox.reserved"},
		{"contacts.phone", "", "phone.empty"},
		{"contacts.phone", "12", "phone.short"},
		{"contacts.phone", "call me", "phone.letters"},
		{"contacts.phone", "+999 1234567", "phone.unreadable-abroad"},
		{"contacts.job_title", strings.Repeat("Leiterin ", 9), "organization.long"},
	} {
		w.badField(b.field, b.text, b.problem, order.StepContacts)
	}
	// What is wrong stays over a start as well.
	w.fillIn("contacts.phone", "12")
	w.press("journey.save-close")
	w = odd{}.reopen(w)
	w.takeUp()
	w.title(order.StepContacts)
	if got := w.holds("contacts.phone"); got != "12" {
		t.Errorf("after a start the field holds %q", got)
	}
	w.fillIn("contacts.job_title", "")
	w.contact()
	w.see("+41446681800")
	w.press("journey.continue")
	w.title(order.StepOrganization)
	w.press("journey.continue")
	w.see(w.word("order.problem.organization.empty.legal_name.saw"))
	w.organization()
	for _, b := range []struct{ field, text, problem string }{
		{"organization.legal_name", "", "organization.empty.legal_name"},
		{"organization.legal_name", strings.Repeat("Muster ", 10), "organization.long"},
		{"organization.legal_name", "-", "organization.nothing"},
		{"organization.number.NTR", "", "number.empty.NTR"},
		{"organization.number.NTR", "Zürich", "number.no-digit"},
		{"organization.postal_code", "", "organization.empty.postal_code"},
		{"organization.postal_code", "80011", "organization.postcode-digits"},
		{"organization.locality", strings.Repeat("Zürich ", 20), "organization.long"},
		{"organization.street", "", "organization.empty.lines"},
		{"organization.phone", "044", "phone.short"},
	} {
		w.badField(b.field, b.text, b.problem, order.StepOrganization)
	}
	w.organization()
	w.pickFrom("organization.scheme", "LEI")
	w.badField("organization.number.LEI", "5493 00T8 BM49 AURS DO56", "number.lei-check", order.StepOrganization)
	w.fillIn("organization.number.LEI", "5493 00T8 BM49 AURS DO55")
	w.press("journey.continue")
	w.title(order.StepKey)
	w.sends()
	a := w.kept()[0].Application
	if a.Organization.Registration.Scheme != "LEI" || a.Organization.Address.Country != "CH" || a.Administrative.Phone != "044 668 18 00" {
		t.Errorf("kept is %+v, %+v", a.Administrative, a.Organization)
	}
}

// TestEachOrganizationIsSent goes through the steps of what names an organization by keyboard, to the sent request.
func TestEachOrganizationIsSent(t *testing.T) {
	t.Run("DEMO-TLS-EV", func(t *testing.T) {
		w := oddly(t)
		w.toContactsOf("DEMO-TLS-EV")
		w.contact()
		box := kittest.CheckByText(t, w.root(), w.word("contacts.same"))
		kittest.TabTo(t, w.a.window.Canvas(), box)
		kittest.Press(t, w.a.window.Canvas(), fyne.KeySpace)
		w.press("journey.continue")
		w.see(w.word("order.problem.contact.empty.given_name.saw")) // of the technical contact
		kittest.TypeText(t, w.a.window.Canvas(), "Beat")
		for _, text := range []string{"Moser", "", "beat@example.ch"} {
			kittest.Press(t, w.a.window.Canvas(), fyne.KeyTab)
			kittest.TypeText(t, w.a.window.Canvas(), text)
		}
		kittest.Press(t, w.a.window.Canvas(), fyne.KeyTab)
		kittest.Press(t, w.a.window.Canvas(), fyne.KeyTab)
		kittest.TypeText(t, w.a.window.Canvas(), "+49 30 901820")
		w.press("journey.continue")
		w.title(order.StepOrganization)
		w.organization()
		w.press("journey.continue")
		w.see(w.word("order.problem.organization.empty.category.saw"))
		w.pickFrom("organization.category", w.word("organization.category.private_organization"))
		w.pickFrom("organization.place-country", "Schweiz")
		w.fillIn("organization.number.NTR", "")
		w.press("journey.continue")
		w.see(w.word("order.problem.number.empty.NTR.saw"))
		w.fillIn("organization.incorporated_on", "31.2.1999")
		w.press("journey.continue")
		w.see(w.word("order.problem.organization.date.saw"))
		w.fillIn("organization.incorporated_on", "31.12.1999") // stands for the number that there is none
		w.press("journey.continue")
		w.title(order.StepKey)
		w.sends()
		if a := w.kept()[0].Application; a.Technical.Surname != "Moser" || a.Organization.BusinessCategory != "private_organization" {
			t.Errorf("kept is %+v, %+v", a.Technical, a.Organization)
		}
	})
	t.Run("DEMO-MAIL-ORG", func(t *testing.T) {
		w := oddly(t)
		w.enterDemo()
		w.enter("DEMO-MAIL-ORG")
		w.title(order.StepLicence)
		w.press("journey.continue")
		w.mailbox()
		w.press("journey.continue")
		w.title(order.StepContacts)
		w.contact()
		w.press("journey.continue")
		w.title(order.StepOrganization)
		if w.has("organization.department") {
			t.Error("the department is spoken of where it is allowed")
		}
		w.organization()
		w.press("journey.continue")
		w.title(order.StepKey)
		w.press("key.make")
		w.see(w.word("key.ready"))
		w.press("journey.continue")
		w.title(order.StepReview)
		w.see("Muster Handels AG")
		w.accept()
		w.press("review.send")
		w.q.Await(t, func() bool { return w.at(order.StepProve) || w.at(order.StepWaiting) })
	})
}

// TestARefusalIsSaidAtItsField: what the service refuses is said where it was entered, until it is changed.
func TestARefusalIsSaidAtItsField(t *testing.T) {
	w := oddly(t)
	w.enterDemo()
	w.enter("DEMO-MAIL-ORG")
	w.title(order.StepLicence)
	w.press("journey.continue")
	w.mailbox()
	w.press("journey.continue")
	w.title(order.StepContacts)
	w.contact()
	w.press("journey.continue")
	w.title(order.StepOrganization)
	w.organization()
	w.pickFrom("organization.register-country", "Germany") // the demo wants the country where it sits
	w.press("journey.continue")
	w.title(order.StepKey)
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.title(order.StepReview)
	w.accept()
	w.press("review.send")
	w.see(w.word("review.refused"))
	w.press("journey.back")
	w.title(order.StepOrganization)
	w.see(w.word("refused.saw", "seller", "Certdesk Demo Shop", "why", w.word("refused.mismatch")))
	w.pickFrom("organization.register-country", "Switzerland")
	if w.has("refused.saw", "seller", "Certdesk Demo Shop", "why", w.word("refused.mismatch")) {
		t.Error("it is still said after it was changed")
	}
	w.press("journey.continue")
	w.title(order.StepKey)
	w.press("journey.continue")
	w.title(order.StepReview)
	w.press("review.send")
	w.q.Await(t, func() bool { return w.at(order.StepProve) || w.at(order.StepWaiting) })
	if n := w.orders(); n != 1 {
		t.Errorf("%d orders", n)
	}
}

// badField fills a field in wrongly and presses Continue: it is said there, the text stays, and so does the step.
// Then what was there is put back.
func (w *walk) badField(id, text, problem string, step order.Step) {
	w.t.Helper()
	before := w.holds(id)
	w.fillIn(id, text)
	w.press("journey.continue")
	w.q.Finish(w.t)
	w.title(step)
	field := kittest.EntryByLabel(w.t, w.root(), w.label(id))
	head, _, _ := strings.Cut(w.word("order.problem."+problem+".saw"), "[") // up to the first gap
	if !field.HasError() || field.Text() != text || !strings.Contains(kittest.VisibleText(field), strings.TrimSpace(head)) {
		w.t.Errorf("%s: with %q the field says %q", id, text, kittest.VisibleText(field))
	}
	w.fillIn(id, before)
}

// label is the text above a field, which says of some that they may stay empty.
func (w *walk) label(id string) string {
	plain := w.word(id)
	for _, e := range kittest.All[*kit.Entry](w.root()) {
		if e.Label() == plain || e.Label() == w.word("field.optional", "label", plain) {
			return e.Label()
		}
	}
	return plain
}

// fillIn replaces what stands in a field, given by the id of its label, also of one that may stay empty.
func (w *walk) fillIn(id, text string) {
	w.t.Helper()
	kittest.TabTo(w.t, w.a.window.Canvas(), kittest.EntryByLabel(w.t, w.root(), w.label(id)))
	w.put(text)
}

// holds is what stands in such a field.
func (w *walk) holds(id string) string {
	w.t.Helper()
	return kittest.EntryByLabel(w.t, w.root(), w.label(id)).Text()
}

// sends makes the key and sends the request.
func (w *walk) sends() {
	w.t.Helper()
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.title(order.StepReview)
	w.press("review.send")
	w.see(w.word("order.problem.approver.empty.saw"))
	w.pickFrom("review.approver-question", "hostmaster")
	w.accept()
	w.press("review.send")
	w.q.Await(w.t, func() bool { return w.at(order.StepProve) || w.at(order.StepWaiting) })
}

// TestContactsAreRemembered in the world where they were sent: offered in the next request, changed and forgotten in
// the settings.
func TestContactsAreRemembered(t *testing.T) {
	w := oddly(t)
	w.toContactsOf("DEMO-TLS-OV")
	w.contact()
	w.press("journey.continue")
	w.title(order.StepOrganization)
	w.organization()
	w.press("journey.continue")
	w.title(order.StepKey)
	w.sends()
	w.press("journey.save-close")
	w = odd{}.reopen(w)
	w.see(w.word("shell.demo"))

	w.press("home.settings")
	w.see("Anna Keller")
	w.see("Muster Handels AG")
	w.pressFirst("settings.remembered-edit")
	w.fillIn("contacts.surname", "Keller <b>")
	w.press("settings.remembered-save")
	w.says(w.word("order.problem.person.character.saw", "character", "<"))
	w.fillIn("contacts.surname", "Keller-Meier")
	w.press("settings.remembered-save")
	w.see("Anna Keller-Meier")
	w.press("settings.done")

	w.press("home.redeem")
	w.title(order.StepLink)
	w.redeem("DEMO-TLS-EV")
	w.press("journey.continue")
	w.title(order.StepNames)
	w.fillIn("websites.field", "example.com")
	w.press("journey.continue")
	w.title(order.StepContacts)
	w.see(w.word("contacts.remembered"))
	if got := w.holds("contacts.surname"); got != "Keller-Meier" {
		t.Errorf("the surname is %q", got)
	}
	w.press("journey.continue")
	w.title(order.StepOrganization)
	w.see(w.word("contacts.remembered"))
	if got := w.holds("organization.legal_name"); got != "Muster Handels AG" {
		t.Errorf("the legal name is %q", got)
	}
	w.press("contacts.clear")
	if got := w.holds("organization.legal_name"); got != "" {
		t.Errorf("emptied, the legal name is %q", got)
	}
	w.press("journey.save-close")

	w.press("home.settings")
	w.button("settings.remembered-forget")
	w.pressFirst("settings.remembered-forget")
	w.q.Finish(t)
	w.pressFirst("settings.remembered-forget")
	w.see(w.word("settings.remembered-none"))
	w.press("settings.done")
	w.press("shell.demo.leave")
	w.press("home.settings")
	w.see(w.word("settings.remembered-none")) // nothing of the demo's is offered for real orders
}

// TestCountriesAreFound by their names in both languages and by their codes.
func TestCountriesAreFound(t *testing.T) {
	w := oddly(t)
	w.toContactsOf("DEMO-TLS-OV")
	for search, want := range map[string]string{"Österreich": "Austria", "tr": "Türkiye", "Swasiland": "Eswatini", "gb": "United Kingdom", "schweiz": "Switzerland"} {
		canvas := w.a.window.Canvas()
		picker := kittest.PickerByLabel(t, w.root(), w.word("contacts.phone-country"))
		kittest.TabTo(t, canvas, picker)
		kittest.TypeText(t, canvas, search)
		if !kittest.HasText(w.root(), want) {
			t.Errorf("%q does not find %s", search, want)
		}
		kittest.Press(t, canvas, fyne.KeyEscape)
		w.q.Advance(time.Millisecond)
	}
}
