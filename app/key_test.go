package main

import (
	"testing"

	"fyne.io/fyne/v2/test"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit/kittest"
)

// TestThePageNamesTheKeyThatIsChosen: what the page says will be made is what was chosen behind Details, and what
// is made.
func TestThePageNamesTheKeyThatIsChosen(t *testing.T) {
	w := oddly(t)
	w.enterDemo()
	w.enter("DEMO-MAIL")
	w.title(order.StepLicence)
	w.press("journey.continue")
	w.mailbox()
	w.press("journey.continue")
	w.title(order.StepKey)
	w.see(w.word("key.kind", "kind", "RSA 3072"))
	kittest.DetailsByTitle(t, w.root(), w.word("key.details")).SetOpen(true)
	test.Tap(kittest.ChoiceByTitle(t, w.root(), "P-384"))
	w.see(w.word("key.kind", "kind", "P-384"))
	w.press("key.make")
	w.see(w.word("key.kept", "kind", "P-384"))
}
