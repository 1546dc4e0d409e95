package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/demo"
	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// TestARestartAtEachStep ends the app at each step, starts it again and goes on from the list at home to a
// file: with what was typed, the same key and one order.
func TestARestartAtEachStep(t *testing.T) {
	for _, step := range []struct {
		name string
		to   func(w *walk) // in the demo, with its codes on the screen
	}{
		{"licence not looked up", func(w *walk) {
			w.unkind(9, demo.Unkind{Kind: demo.Fail, Call: callLicence})
			w.enter("DEMO-MAIL")
			w.see(w.word("journey.failed.licence"))
		}},
		{"licence", func(w *walk) { w.enter("DEMO-MAIL"); w.see(w.word("licence.need")) }},
		{"names half typed", func(w *walk) {
			w.enter("DEMO-MAIL")
			w.see(w.word("licence.need"))
			w.press("journey.continue")
			w.title(order.StepNames)
			w.typeInto("field.mailbox", "anna@example.ch")
		}},
		{"key asked", func(w *walk) {
			w.enter("DEMO-MAIL")
			w.see(w.word("licence.need"))
			w.press("journey.continue")
			w.mailbox()
			w.press("journey.continue")
			w.title(order.StepKey)
		}},
		{"key made", func(w *walk) {
			w.enter("DEMO-MAIL")
			w.toReviewFromLicence()
			w.press("journey.back")
			w.see(w.word("key.ready"))
		}},
		{"terms ticked", func(w *walk) { w.enter("DEMO-MAIL"); w.toReviewFromLicence(); w.accept() }},
		{"answer lost", func(w *walk) {
			w.enter("DEMO-MAIL")
			w.toReviewFromLicence()
			w.unkind(9, demo.Unkind{Kind: demo.LoseAnswer, Call: callSubmit})
			w.accept()
			w.press("review.send")
			w.see(w.word("review.no-answer"))
		}},
		{"prove", func(w *walk) {
			w.enter("DEMO-MAIL")
			w.toReviewFromLicence()
			w.accept()
			w.press("review.send")
			w.title(order.StepProve)
		}},
		{"use", func(w *walk) {
			w.enter("DEMO-MAIL")
			w.toReviewFromLicence()
			w.accept()
			w.press("review.send")
			w.title(order.StepProve)
			w.press("helper.confirm")
			w.until(w.word("use.title"))
		}},
	} {
		t.Run(step.name, func(t *testing.T) {
			ring, service := moodyKeyring()
			w := odd{setup: setup{keyring: service}}.open(t)
			w.enterDemo()
			step.to(w)
			w.q.Finish(t)
			before := w.kept()[0]
			w = odd{}.reopen(w)
			w.see(w.word("shell.demo"))
			if kittest.HasButton(w.root(), w.word("view.check")) {
				w.press("view.check") // the order opens without the journey, too
			}
			w.q.Finish(t)
			w.first()
			w.goes()
			w.ends()
			after := w.kept()[0]
			if after.ID != before.ID || before.KeyID != "" && after.KeyID != before.KeyID {
				t.Errorf("order %s with key %s became %s with key %s", before.ID, before.KeyID, after.ID, after.KeyID)
			}
			if a := after.Application; a.Mailbox != "anna@example.ch" || before.Application.Surname != "" && a.Surname != "Keller" {
				t.Errorf("the application is %+v", a)
			}
			// What is left in the keyring is the key and the token; a restart finds nothing without an order.
			if n := ring.count(); n != 2 {
				t.Errorf("%d records in the keyring", n)
			}
			w = odd{}.reopen(w)
			w.see(w.word("view.next.ready.title"))
			w.q.Finish(t)
			if w.has("home.ownerless", "n", 1) || ring.count() != 2 {
				t.Errorf("%d records in the keyring; the screen:\n%s", ring.count(), w.text())
			}
		})
	}
}

// first presses the one next step of the order that home shows.
func (w *walk) first() {
	w.t.Helper()
	for _, word := range []string{"draft", "submitting", "you", "authority", "ready"} {
		if id := "view.next." + word + ".button"; kittest.HasButton(w.root(), w.word(id)) {
			w.press(id)
			return
		}
	}
	w.t.Fatalf("no next step; the screen:\n%s", w.text())
}

// TestALinkIsKeptNowhere: what stands in the field of step 1 is gone after a start, and was on no disk.
func TestALinkIsKeptNowhere(t *testing.T) {
	w := oddly(t)
	w.see(w.word("home.title"))
	w.put("https://shop.example.com/activate/" + canary)
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.title(order.StepLink)
	w.see("shop.example.com")
	w.stop()
	if found := holding(t, []string{w.data, w.home}, map[string]string{"code": canary}); len(found) > 0 {
		t.Error(found)
	}
	w = odd{}.reopen(w)
	w.see(w.word("home.title"))
	if got := kittest.All[*kit.Entry](w.root())[0].Text(); got != "" {
		t.Errorf("the field holds %q", got)
	}
}

// TestAFileWhosePasswordNobodySaw is removed by the next start, which says so in the order.
func TestAFileWhosePasswordNobodySaw(t *testing.T) {
	w := oddly(t)
	w.toUseInDemo()
	world, err := w.a.worlds.Demo(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	made, err := world.Desk.Exports.Make(context.Background(), w.kept()[0].ID, desk.ExportOptions{
		Destination: destination.Thunderbird, Dir: w.home, Label: func(m i18n.Message) string { return w.say.Say(m) },
	})
	if err != nil || len(w.files()) != 1 {
		t.Fatal(made, err, w.files())
	}
	other := filepath.Join(w.home, "other.p12")
	if err := os.WriteFile(other, []byte("the customer's own"), 0o600); err != nil {
		t.Fatal(err)
	}
	w = odd{}.reopen(w)
	w.see(w.word("event.export-removed"))
	if files := w.files(); len(files) != 1 || files[0] != other {
		t.Errorf("files: %v", files)
	}
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	w.press("view.next.ready.button")
	w.goes()
	w.ends()
}

// TestDiscardADraft removes the draft with its code and key; the code can be used again.
func TestDiscardADraft(t *testing.T) {
	ring, service := moodyKeyring()
	w := odd{setup: setup{keyring: service}}.open(t)
	w.enterDemo()
	for _, withKey := range []bool{false, true} {
		w.enter("DEMO-MAIL")
		w.see(w.word("licence.need"))
		question := "view.discard.text"
		if withKey {
			question = "view.discard.text-key"
			w.toReviewFromLicence()
		}
		w.press("journey.save-close")
		w.press("view.discard")
		w.see(w.word(question, "seller", "Certdesk Demo Shop"))
		w.press("view.discard.no")
		w.q.Finish(t)
		if len(w.kept()) != 1 {
			t.Fatal("it was discarded")
		}
		w.press("view.discard")
		w.press("view.discard.yes")
		w.see(w.word("home.demo-codes"))
		if n := ring.count(); n != 0 || len(w.kept()) > 0 {
			t.Errorf("%d records in the keyring, %d drafts", n, len(w.kept()))
		}
	}
	w.enter("DEMO-MAIL")
	w.toReviewFromLicence()
	w.accept()
	w.press("review.send")
	w.title(order.StepProve)
	w.press("journey.save-close")
	w.see(w.word("view.next.you.button"))
	if kittest.HasButton(w.root(), w.word("view.discard")) {
		t.Error("an order that was sent can be discarded")
	}
	world, err := w.a.worlds.Demo(context.Background())
	if err == nil {
		err = world.Desk.Redeem.Discard(context.Background(), w.kept()[0].ID)
	}
	if err == nil {
		t.Error("the desk discards what was sent")
	}
}

// TestTheDemoStartsOver with an empty keyring and codes that can be used again; the customer's own orders are
// another world.
func TestTheDemoStartsOver(t *testing.T) {
	ring, service := moodyKeyring()
	w := odd{setup: setup{keyring: service}}.open(t)
	w.enterDemo()
	w.enter("DEMO-MAIL")
	w.toReviewFromLicence()
	w.accept()
	w.press("review.send")
	w.title(order.StepProve)
	w.press("shell.demo.leave")
	w.see(w.word("home.title"))
	if w.has("shell.demo") || kittest.HasText(w.root(), "anna@example.ch") {
		t.Errorf("the demo is still there:\n%s", w.text())
	}
	w.press("home.demo")
	w.see("anna@example.ch")
	w.press("shell.demo.over")
	w.press("shell.demo.over.no")
	w.see("anna@example.ch")
	w.press("shell.demo.over")
	w.see(w.word("shell.demo.over.text"))
	kittest.Button(t, w.root(), w.word("shell.demo.over")).Tap()
	w.see(w.word("home.demo-codes"))
	if n := ring.count(); n != 0 || w.orders() != 0 {
		t.Errorf("%d records in the keyring, %d orders at the issuer", n, w.orders())
	}
	w.enter("DEMO-MAIL")
	w.goes()
	w.ends()
}

// TestTheDemoCanNotStartOver while the keyring can't be used: nothing is removed, and there is a way back.
func TestTheDemoCanNotStartOver(t *testing.T) {
	ring, service := moodyKeyring()
	w := odd{setup: setup{keyring: service}}.open(t)
	w.enterDemo()
	w.enter("DEMO-MAIL")
	w.toReviewFromLicence()
	ring.be(func(string, string) (string, error) {
		return "", errors.New("failed to unlock correct collection '/a'")
	})
	w.press("shell.demo.over")
	kittest.Button(t, w.root(), w.word("shell.demo.over")).Tap()
	w.saw("keyring-locked")
	ring.be(nil)
	w.press("action.retry")
	w.see(w.word("home.demo-codes"))
	w.enter("DEMO-MAIL")
	w.goes()
	w.ends()
}

// TestASecondLink does not replace what is being filled in, and the customer is told.
func TestASecondLink(t *testing.T) {
	w := oddly(t)
	w.toNamesInDemo()
	w.typeInto("field.mailbox", "anna@exam")
	w.a.shell.Link("https://shop.example.com/activate/" + canary)
	w.see(w.word("shell.links-waiting"))
	kittest.TypeText(t, w.a.window.Canvas(), "ple.ch") // the field has kept the focus
	if got := w.field("field.mailbox"); got != "anna@example.ch" {
		t.Errorf("the field holds %q", got)
	}
	if kittest.HasText(w.root(), "shop.example.com") {
		t.Errorf("it is on the screen:\n%s", w.text())
	}
	w.press("shell.ok")
	if w.has("shell.links-waiting") {
		t.Error("it is still said")
	}
	w.title(order.StepNames)
	if got := w.field("field.mailbox"); got != "anna@example.ch" {
		t.Errorf("the field holds %q", got)
	}
	w.press("journey.save-close")
	w.see(w.word("view.next.draft.title"))
	w.a.shell.Link("certdesk:?link=https%3A%2F%2Fshop.example.com%2Factivate%2F" + canary)
	w.title(order.StepLink)
	w.see("shop.example.com")
}

// TestALinkAtTheStart stands in the field of step 1, and nothing is done with it.
func TestALinkAtTheStart(t *testing.T) {
	w := odd{link: "https://shop.example.com/activate/" + canary}.open(t)
	w.title(order.StepLink)
	w.see("shop.example.com")
	world, err := w.a.worlds.Real(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := world.Desk.Orders.Rows(context.Background()); err != nil || len(rows) > 0 {
		t.Errorf("drafts: %v %v", rows, err)
	}
}
