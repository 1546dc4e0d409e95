package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/e2e/pebble"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit/kittest"
)

// letterOf is what a seller writes about an account.
func letterOf(a *pebble.Authority, keyID string) string {
	return "Dear customer,\n\nACME directory URL: " + a.Directory + "\nEAB key ID: " + keyID + "\nEAB HMAC key:\n" + pebble.Keys[keyID] +
		"\n\nRegards\nYour shop"
}

// toAccountReview goes from a text with an account to step 7, for names.
func (w *walk) toAccountReview(text, names string) {
	w.t.Helper()
	w.beginWith(text)
	w.press("journey.continue")
	w.title(order.StepLicence)
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	w.title(order.StepNames)
	w.fill("websites.field", names)
	w.press("journey.continue")
	w.title(order.StepKey)
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.title(order.StepReview)
	w.see(w.word("acme.bill", "seller", strings.TrimSuffix(strings.TrimPrefix(w.authority.Directory, "https://"), "/dir")))
}

// toAccountProof goes on to step 8.
func (w *walk) toAccountProof(text, names string) {
	w.t.Helper()
	w.toAccountReview(text, names)
	w.accept()
	w.press("review.send")
	w.comes(w.word("prove.check"))
	w.title(order.StepProve)
	w.q.Finish(w.t)
}

// comes waits for a text that depends on the authority, a program of its own that has no clock of the test's.
func (w *walk) comes(text string) {
	w.t.Helper()
	for range 1000 {
		if kittest.HasText(w.root(), text) {
			return
		}
		w.q.Advance(time.Second)
		w.q.Finish(w.t)
		<-time.After(10 * time.Millisecond)
	}
	w.t.Fatalf("%q never came; the screen:\n%s\nthe authority:\n%s", text, kittest.VisibleText(w.root()), w.authority.Log())
}

// newest is the id of the customer's own order that changed last.
func (w *walk) newest() string {
	w.t.Helper()
	rows, err := w.a.worlds.real.Desk.Orders.Rows(context.Background())
	if err != nil || len(rows) == 0 {
		w.t.Fatalf("%d orders, %v", len(rows), err)
	}
	return rows[0].ID
}

// tasks are the proofs of the newest of the customer's own orders.
func (w *walk) tasks() []order.Task {
	w.t.Helper()
	o, err := w.a.worlds.real.Desk.Redeem.Order(context.Background(), w.newest())
	if err != nil {
		w.t.Fatal(err)
	}
	return o.Snapshot.Tasks
}

// TestAnAccountProvesThreeNamesByDNS is the whole journey with a real authority: from the e-mail with the account
// to a file, for three names with a wildcard.
func TestAnAccountProvesThreeNamesByDNS(t *testing.T) {
	a := pebble.Start(t, pebble.Options{OtherRoots: 1})
	w := start(t, setup{authority: a})
	w.toAccountProof(letterOf(a, "kid-1"), "example.ch\n*.example.ch\nbücher.example.ch")
	for _, task := range w.tasks() {
		a.SetTXT(t, task.Instruction.RecordName, task.Instruction.RecordValue)
	}
	w.press("prove.check")
	w.comes(w.word("use.title"))
	w.title(order.StepUse)
	if a.Issued() != 1 || a.Accounts() != 1 {
		t.Errorf("%d certificates, %d accounts", a.Issued(), a.Accounts())
	}
	w.press("journey.save-close")
	w.otherChain()
	w.press("view.revoke")
	w.see(w.word("view.revoke.cessation.sentence"))
	w.capture("order-revoke")
	w.press("view.revoke.yes")
	w.see(w.word("order.state.revoked"))
	view, err := w.a.worlds.real.Desk.Orders.View(t.Context(), w.newest())
	if err != nil || len(view.Certificates) != 1 {
		t.Fatalf("%+v, %v", view.Certificates, err)
	}
	leaf, err := x509.ParseCertificate(view.Certificates[0].DER)
	if err != nil || a.Status(t, leaf) != "Revoked" {
		t.Errorf("the authority has not heard of it: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(w.data, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%q, %v", files, err)
	}
	for _, f := range files {
		if data, err := os.ReadFile(f); err == nil && bytes.Contains(data, []byte(pebble.Keys["kid-1"])) {
			t.Errorf("the HMAC key stands in %s", f)
		}
	}
}

// otherChain has the other one of two chains go into files.
func (w *walk) otherChain() {
	w.t.Helper()
	chains := func() []desk.Chain {
		view, err := w.a.worlds.real.Desk.Orders.View(w.t.Context(), w.newest())
		if err != nil || len(view.Chains) != 2 {
			w.t.Fatalf("%+v, %v", view.Chains, err)
		}
		return view.Chains
	}
	before := chains()
	w.see(w.word("view.chain-in-use", "end", before[0].End))
	w.open("view.chains")
	kittest.ChoiceByTitle(w.t, w.root(), w.word("view.chain", "end", before[1].End)).Tapped(nil)
	w.see(w.word("view.chain-in-use", "end", before[1].End))
	if after := chains(); after[0].InUse || !after[1].InUse || before[0].End == before[1].End {
		w.t.Errorf("%+v, then %+v", before, after)
	}
}

// TestAnAccountProvesANameByAFile, and orders again without its binding.
func TestAnAccountProvesANameByAFile(t *testing.T) {
	a := pebble.Start(t, pebble.Options{})
	w := start(t, setup{authority: a})
	w.toAccountProof(letterOf(a, "kid-2"), "shop.example.ch")
	w.method("proof.method.http_file")
	w.press("names.switch-do", "method", w.word("proof.method.http_file"))
	w.see(w.word("names.field.file"))
	in := w.tasks()[0].Instruction
	a.SetFile(t, in.URL[strings.LastIndexByte(in.URL, '/')+1:], in.Body)
	w.press("prove.check")
	w.comes(w.word("use.title"))
	w.title(order.StepUse)

	view, err := w.a.worlds.real.Desk.Orders.View(t.Context(), w.newest())
	if err != nil || len(view.Certificates) != 1 || view.Snapshot.Renewal == nil {
		t.Fatalf("%+v, %v", view.Snapshot, err)
	}
	leaf, err := x509.ParseCertificate(view.Certificates[0].DER)
	if err != nil {
		t.Fatal(err)
	}
	until := w.now().Add(24 * time.Hour).Truncate(time.Second)
	a.Suggest(t, leaf, w.now().Add(-time.Hour), until)
	w.press("journey.save-close")
	w.a.worlds.real.Desk.Refresher.Suggest(t.Context())
	w.q.Advance(7 * time.Hour)
	w.a.worlds.real.Desk.Refresher.Suggest(t.Context())
	w.see(w.word("home.sub.renew", "kind", w.say.Say(order.Product{Type: order.TLS}.Kind()), "when", i18n.Date(until)))

	// The certificate is renewed with the same account; the name is still proved there.
	w.press("view.renew")
	w.title(order.StepLicence)
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	w.title(order.StepNames)
	if got := w.field("websites.field"); got != "shop.example.ch" {
		t.Errorf("names: %q", got)
	}
	w.press("journey.continue")
	w.title(order.StepKey)
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.title(order.StepReview)
	w.accept()
	w.press("review.send")
	w.comes(w.word("use.title"))
	if a.Accounts() != 1 || a.Issued() != 2 || !strings.Contains(a.Log(), "is a replacement of") {
		t.Errorf("%d accounts, %d certificates", a.Accounts(), a.Issued())
	}
}

// TestAnAccountThatIsNotWhole is asked for at its fields; a wrong key, too.
func TestAnAccountThatIsNotWhole(t *testing.T) {
	a := pebble.Start(t, pebble.Options{})
	w := start(t, setup{authority: a})
	w.beginWith("EAB key ID: kid-1\nEAB HMAC key: " + pebble.Keys["kid-1"][:30])
	w.press("journey.continue")
	w.saw("directory-missing")
	w.saw("account-key-cut")
	w.fill("acme.field.directory", a.Directory)
	w.fill("acme.field.key", pebble.Keys["kid-2"])
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("acme.leads-to"))
	w.press("journey.continue")
	w.title(order.StepLicence)
}

// TestAWrongBindingIsEnteredAgain: what was typed meanwhile stays.
func TestAWrongBindingIsEnteredAgain(t *testing.T) {
	a := pebble.Start(t, pebble.Options{})
	w := start(t, setup{authority: a})
	wrong := strings.Replace(letterOf(a, "kid-1"), pebble.Keys["kid-1"], pebble.Keys["kid-2"], 1)
	w.toAccountReview(wrong, "shop.example.ch")
	w.accept()
	w.press("review.send")
	w.saw("binding-wrong", "host", strings.TrimSuffix(strings.TrimPrefix(a.Directory, "https://"), "/dir"))
	w.press("acme.enter")
	w.title(order.StepLink)
	w.paste(letterOf(a, "kid-1"))
	w.press("journey.continue")
	w.title(order.StepLicence)
	w.see(w.word("licence.need"))
	w.press("journey.continue")
	w.title(order.StepNames)
	if got := w.field("websites.field"); got != "shop.example.ch" {
		t.Errorf("names: %q", got)
	}
	w.press("journey.continue")
	w.title(order.StepKey)
	w.press("journey.continue")
	w.title(order.StepReview)
	w.press("review.send")
	w.comes(w.word("prove.check"))
	w.title(order.StepProve)
	if rows, err := w.a.worlds.real.Desk.Orders.Rows(t.Context()); err != nil || len(rows) != 1 {
		t.Errorf("%d orders, %v", len(rows), err)
	}
	w.q.Finish(t)
}
