package main

import (
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/e2e/pebble"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit/kittest"
)

// TestAnAccountFromItsOpeningToItsEnd: its HMAC key is kept and its address given with it; it is closed in the settings
// once nothing is under way, and the kept key opens another one.
func TestAnAccountFromItsOpeningToItsEnd(t *testing.T) {
	a := pebble.Start(t, pebble.Options{})
	w := start(t, setup{authority: a})
	w.toAccountReview(letterOf(a, "kid-1"), "shop.example.ch")
	kittest.TabTo(t, w.a.window.Canvas(), kittest.EntryByLabel(t, w.root(), w.word("field.optional", "label", w.word("acme.account.contact"))))
	kittest.TypeText(t, w.a.window.Canvas(), "Anna <anna@bücher.ch>")
	kittest.TabTo(t, w.a.window.Canvas(), kittest.CheckByText(t, w.root(), w.word("acme.account.keep")))
	kittest.Press(t, w.a.window.Canvas(), fyne.KeySpace)
	w.accept()
	w.press("review.send")
	w.comes(w.word("prove.check"))
	authorities := w.a.worlds.real.Desk.Authorities
	accounts, err := authorities.Accounts(t.Context())
	if err != nil || len(accounts) != 1 || accounts[0].Contact != "anna@xn--bcher-kva.ch" || accounts[0].Terms == "" || accounts[0].Open() != 1 {
		t.Fatalf("%+v, %v", accounts, err)
	}
	if kept, err := authorities.Bindings(t.Context()); err != nil || len(kept) != 1 || kept[0].KeyID != "kid-1" {
		t.Fatalf("%+v, %v", kept, err)
	}

	w.press("journey.save-close")
	w.press("home.settings")
	w.see(w.word("settings.accounts"))
	w.details(0).Tapped(nil)
	w.see(w.word("settings.account-in-use"))
	w.see("anna@bücher.ch")
	kittest.Button(t, w.root(), "shop.example.ch").Tapped(nil)
	w.press("waiting.cancel")
	w.press("waiting.cancel.yes")
	w.see(w.word("order.state.cancelled"))
	w.press("home.settings")
	w.see(w.word("settings.accounts"))
	w.details(0).Tapped(nil)
	w.press("settings.account-close")
	w.press("settings.account-close.yes")
	w.see(w.word("settings.language"))
	if accounts, err := authorities.Accounts(t.Context()); err != nil || len(accounts) != 0 {
		t.Errorf("%+v, %v", accounts, err)
	}

	w.press("settings.done")
	w.press("home.redeem")
	w.title(order.StepLink)
	w.paste("EAB\nACME directory: " + a.Directory + "\nKey ID: kid-1")
	w.see(w.word("acme.kept-key"))
	w.press("journey.continue")
	w.title(order.StepLicence)
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	w.fill("websites.field", "mail.example.ch")
	w.press("journey.continue")
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.title(order.StepReview)
	if kittest.HasText(w.root(), w.word("acme.account.keep")) {
		t.Error("it is asked again whether to keep what is kept")
	}
	w.accept()
	w.press("review.send")
	w.comes(w.word("prove.check"))
	if n := a.Accounts(); n != 2 {
		t.Errorf("%d accounts", n)
	}
	w.q.Finish(t)
}
