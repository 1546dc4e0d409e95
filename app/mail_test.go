package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// letter writes a file as a customer has it.
func letter(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const demoMail = "From: shop@example.ch\r\nSubject: Your code\r\nContent-Type: text/plain\r\n\r\nYour code: DEMO-MAIL\r\n"

// TestAMailDroppedAtHome begins a journey with it, asks nobody before Continue, and leads to the end.
func TestAMailDroppedAtHome(t *testing.T) {
	w := oddly(t)
	w.enterDemo()
	w.drop(letter(t, t.TempDir(), "Your code.eml", demoMail))
	w.title(order.StepLink)
	w.see("Your code.eml")
	w.see(w.word("link.demo"))
	if len(w.kept()) > 0 {
		t.Error("there is a draft before Continue")
	}
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn) // Continue has the focus
	w.see(w.word("licence.need"))
	w.press("journey.back")
	w.title(order.StepLink)
	w.see("Your code.eml")
	w.press("journey.continue")
	w.goes()
	w.ends()
	if n := w.orders(); n != 1 {
		t.Errorf("%d orders", n)
	}
}

// TestAMailIsOpenedByKeyboard chooses it in the window for files, without a mouse.
func TestAMailIsOpenedByKeyboard(t *testing.T) {
	w := oddly(t)
	w.enterDemo()
	letter(t, w.home, "another.txt", "nothing")
	letter(t, w.home, "invitation.eml", demoMail)
	letter(t, w.home, "photo.jpg", "\xff\xd8\xff\xe0")
	w.put("x")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.title(order.StepLink)
	w.press("mail.open")
	w.see("invitation.eml")
	if kittest.HasText(w.root(), "photo.jpg") {
		t.Error("lists what is no e-mail")
	}
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyEscape)
	if !w.at(order.StepLink) || w.a.window.Canvas().Focused() != fyne.Focusable(kittest.Button(t, w.root(), w.word("mail.open"))) {
		t.Error("Escape does not lead back to the button")
	}
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see("invitation.eml")
	kittest.TypeText(t, w.a.window.Canvas(), "inv")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("mail.from-file"))
	w.press("journey.continue")
	w.see(w.word("licence.need"))
}

// TestAMailWithLargeAttachments is read as far as its text.
func TestAMailWithLargeAttachments(t *testing.T) {
	w := oddly(t)
	w.see(w.word("home.title"))
	path := letter(t, t.TempDir(), "large.eml", "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"+exampleLink+
		"\r\n--b\r\nContent-Type: video/mp4\r\nContent-Disposition: attachment\r\n\r\n")
	if err := os.Truncate(path, 60<<20); err != nil {
		t.Fatal(err)
	}
	w.drop(path)
	w.see("large.eml")
	w.see(w.word("link.expect"))
}

// TestFilesThatAreNoMail are said in words, change nothing, and are kept nowhere.
func TestFilesThatAreNoMail(t *testing.T) {
	w := oddly(t)
	w.see(w.word("home.title"))
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	secret := strings.Repeat("MIGHAgEAMBMGByqGSM49"+canary, 3)
	many := make([]string, 21)
	for i := range many {
		many[i] = filepath.Join(dir, "many.eml")
	}
	kittest.TypeText(t, w.a.window.Canvas(), "typed before")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.title(order.StepLink)
	for _, c := range []struct {
		code  string
		paths []string
	}{
		{"file-private-key", []string{letter(t, dir, "server.key", "-----BEGIN RSA PRIVATE KEY-----\n"+secret+"\n-----END RSA PRIVATE KEY-----\n")}},
		{"file-request", []string{letter(t, dir, "server.csr", "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n")}},
		{"file-certificate", []string{letter(t, dir, "server.crt", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")}},
		{"file-no-link", []string{letter(t, dir, "news.eml", "From: a@example.ch\nSubject: x\n\nNothing for you.\n")}},
		{"file-is-folder", []string{filepath.Join(dir, "folder")}},
		{"file-gone", []string{filepath.Join(dir, "gone.eml")}},
		{"file-empty", []string{letter(t, dir, "empty.eml", "")}},
		{"file-pdf", []string{letter(t, dir, "a.pdf", "%PDF-1.7"), filepath.Join(dir, "gone.eml")}},
	} {
		w.drop(c.paths...)
		w.saw(c.code, "name", filepath.Base(c.paths[0]))
		if got := kittest.All[*kit.Entry](w.root())[0].Text(); got != "typed before" {
			t.Errorf("%s: the field holds %q", c.code, got)
		}
	}
	w.drop(many...)
	w.saw("files-many", "n", 20)
	w.drop(append(many[:0], letter(t, dir, "good.eml", demoMail), filepath.Join(dir, "a.pdf"), filepath.Join(dir, "gone.eml"))...)
	w.see(w.word("mail.from-file.others", "n", 2))
	w.press("mail.remove")
	if got := kittest.All[*kit.Entry](w.root())[0].Text(); got != "typed before" {
		t.Errorf("after removing the e-mail the field holds %q", got)
	}
	w.stop()
	if found := holding(t, []string{w.data, w.home}, map[string]string{"key": canary}); len(found) > 0 {
		t.Error(found)
	}
}

// TestALinkThatShowsAnotherHost needs a tick of its own.
func TestALinkThatShowsAnotherHost(t *testing.T) {
	w := oddly(t)
	w.see(w.word("home.title"))
	w.drop(sample(t, t.TempDir(), "deceiving.eml"))
	w.see(w.word("mail.shown.saw", "shown", "shop.example.ch", "host", "renew.example.net"))
	w.press("journey.continue")
	w.see(w.word("link.tick-first"))
	w.q.Finish(t)
	w.title(order.StepLink)
	if len(w.kept()) > 0 {
		t.Error("there is a draft")
	}
}

// TestOneOfSeveralMailsIsChosen, and another one after that.
func TestOneOfSeveralMailsIsChosen(t *testing.T) {
	w := oddly(t)
	w.see(w.word("home.title"))
	dir := t.TempDir()
	w.drop(sample(t, dir, "outlook-safelinks.eml"), letter(t, dir, "b.eml", "Subject: x\n\nhttps://other.example.com/activate#4WPD-77ZC-B2NK-QX3V"))
	w.see(w.word("link.several", "n", 2))
	w.press("journey.continue")
	w.see(w.word("link.choose"))
	kittest.ChoiceByTitle(t, w.root(), "other.example.com").Tapped(nil)
	w.see(w.word("link.expect"))
	w.press("link.other-candidate")
	w.see(w.word("link.several", "n", 2))
	kittest.ChoiceByTitle(t, w.root(), "shop.example.ch").Tapped(nil)
	w.see(w.word("link.unwrapped", "host", "eur03.safelinks.protection.outlook.com"))
}

// TestAFileDroppedWhereItMakesNoSense is said kindly, and nothing typed is lost.
func TestAFileDroppedWhereItMakesNoSense(t *testing.T) {
	w := oddly(t)
	w.toNamesInDemo()
	w.typeInto("field.mailbox", "anna@exam")
	path := letter(t, t.TempDir(), "x.eml", demoMail)
	w.drop(path)
	w.see(w.word("drop.not-here"))
	if got := w.field("field.mailbox"); got != "anna@exam" {
		t.Errorf("the field holds %q", got)
	}
	kittest.TypeText(t, w.a.window.Canvas(), "ple.ch") // the focus has stayed
	if got := w.field("field.mailbox"); got != "anna@example.ch" {
		t.Errorf("the field holds %q", got)
	}
	w.press("shell.ok")
	w.press("journey.save-close")
	w.see(w.word("view.discard"))
	w.press("view.discard")
	w.drop(path)
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyEscape) // the question
	w.see(w.word("drop.over"))
	w.drop(path) // with orders in the list, too
	w.title(order.StepLink)
	w.see("x.eml")
}

// TestABareCodeAsksForItsSeller, and goes to that one alone.
func TestABareCodeAsksForItsSeller(t *testing.T) {
	var got []string
	site := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = append(got, r.Host) }))
	defer site.Close()
	host := strings.TrimPrefix(site.URL, "http://")
	w := oddly(t)
	w.see(w.word("home.title"))
	w.put(" “7q2k 9fhm 41xz m8tr.” ")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("link.seller.question"))
	w.press("journey.continue")
	w.see(w.word("link.seller.wrong.saw"))
	w.typeInto("link.seller.label", site.URL)
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("link.code-goes-to"))
	w.see(host)
	w.press("link.other-seller")
	picker := kittest.PickerByLabel(t, w.root(), w.word("link.seller.pick"))
	kittest.TabTo(t, w.a.window.Canvas(), picker)
	kittest.TypeText(t, w.a.window.Canvas(), "demo")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("link.demo"))
	w.press("link.other-seller")
	kittest.TabTo(t, w.a.window.Canvas(), kittest.PickerByLabel(t, w.root(), w.word("link.seller.pick")))
	kittest.TypeText(t, w.a.window.Canvas(), "another")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	if text := w.field("link.seller.label"); text != site.URL {
		t.Errorf("the address that was typed is %q", text)
	}
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.q.Finish(t)
	if len(got) > 0 {
		t.Errorf("asked before Continue: %q", got)
	}
	w.press("journey.continue")
	w.saw("service-web-only", "host", host)
	w.press("journey.back")
	w.title(order.StepLink)
	if text := kittest.All[*kit.Entry](w.root())[0].Text(); !strings.Contains(text, "7q2k 9fhm") {
		t.Errorf("the field holds %q", text)
	}
}

// TestTheSellerBeforeTheCode is the way of those who begin with "I only have a code".
func TestTheSellerBeforeTheCode(t *testing.T) {
	w := oddly(t)
	w.see(w.word("home.title"))
	w.put("x")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.put("")
	w.press("link.only-code")
	w.typeInto("link.seller.label", "shop.example.ch")
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyReturn)
	w.see(w.word("link.only-code.then"))
	kittest.TypeText(t, w.a.window.Canvas(), "7Q2K-9FHM-41XZ") // the cursor is in the field
	w.see(w.word("link.code-goes-to"))
	w.see("shop.example.ch")
	if w.has("link.seller.question") {
		t.Error("the seller is asked for again")
	}
}
