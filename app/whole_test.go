package main

import (
	"path/filepath"
	"testing"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit/kittest"
)

// enterCode enters the demo with a code and goes over its licence.
func (w *walk) enterCode(code string) {
	w.t.Helper()
	w.enterDemo()
	w.enter(code)
	w.title(order.StepLicence)
	w.see(w.word("licence.need"))
	w.press("journey.continue")
}

// TestAPersonsMailCertificate is DEMO-MAIL-ORG from the code to the file: person and organization, the form that
// arrives signed, the check of the organization, the mailbox.
func TestAPersonsMailCertificate(t *testing.T) {
	w := start(t, setup{demo: patient()})
	w.enterCode("DEMO-MAIL-ORG")
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
	w.title(order.StepProve)
	w.rail("step.waiting")
	w.title(order.StepWaiting)
	w.act("Let “")
	w.act(w.word("demo.action.checked", "organization", "Muster Handels AG"))
	w.rail("step.prove")
	w.button("helper.confirm")
	w.confirmFirst()
	w.until(w.word("use.title"))
	w.makeFile("thunderbird")
	if files, err := filepath.Glob(filepath.Join(w.home, "*(Thunderbird)*.p12")); err != nil || len(files) != 1 {
		t.Errorf("files: %v %v", files, err)
	}
	w.press("use.finish")
	w.see(w.word("view.certificate"))
	w.see("Muster Handels AG")
}

// TestACodeSigningCertificate is DEMO-CODE from the code to the files: the request comes from a token, and so the
// certificate goes there.
func TestACodeSigningCertificate(t *testing.T) {
	w := start(t, setup{demo: patient()})
	w.enterCode("DEMO-CODE")
	w.title(order.StepContacts)
	w.contact()
	w.fillIn("contacts.phone", "+41 44 668 18 00") // no name tells the country; from here on the number does
	w.press("journey.continue")
	w.title(order.StepOrganization)
	w.organization()
	w.press("journey.continue")
	w.title(order.StepKey)
	w.see(w.word("key.hardware.why"))
	if kittest.HasButton(w.root(), w.word("key.make")) {
		t.Error("a key is offered to be made here")
	}
	token := ownRequest(t, "rsa:3072", "/O=Muster Handels AG/CN=Muster Handels AG", "")
	w.pasteInto("key.own.label", token.request)
	w.press("key.own.use")
	w.see(w.word("key.own.stays"))
	w.press("journey.continue")
	w.title(order.StepReview)
	w.accept()
	w.press("review.send")
	w.title(order.StepWaiting)
	w.act("Let “")
	w.act(w.word("demo.action.call-answered"))
	w.act(w.word("demo.action.checked", "organization", "Muster Handels AG"))
	w.until(w.word("use.without.title"))
	w.press("use.make-files")
	w.see(w.word("use.done"))
	chain, err := filepath.Glob(filepath.Join(w.home, "*.fullchain.pem"))
	if err != nil || len(chain) != 1 {
		t.Fatalf("files: %v %v", chain, err)
	}
	key := w.file("token.key", token.key)
	if openssl(t, "x509", "-in", chain[0], "-noout", "-pubkey") != openssl(t, "pkey", "-in", key, "-pubout") {
		t.Error("the certificate is for another key")
	}
}
