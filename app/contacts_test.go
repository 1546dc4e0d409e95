package main

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

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
