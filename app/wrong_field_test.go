package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// pastedKey is a private key in the clipboard that lands in the wrong field.
var pastedKey = "-----BEGIN PRIVATE KEY-----\n" + strings.Repeat(canary, 3) + "\n-----END PRIVATE KEY-----\n"

// TestAPrivateKeyInEveryField: wherever a private key is pasted by mistake, on the way of an order for a mailbox and of
// one for a website, and at home, it is written nowhere.
func TestAPrivateKeyInEveryField(t *testing.T) {
	for name, to := range map[string]func(w *walk){
		"the form of a mailbox": func(w *walk) {
			w.enterDemo()
			w.enter("DEMO-MAIL")
			w.see(w.word("licence.need"))
			w.press("journey.continue")
			w.title(order.StepNames)
		},
		"the form of websites": func(w *walk) {
			w.toNamesOf("demo-tls-dv")
		},
		"the form of an organization": func(w *walk) {
			w.toContactsOf("demo-tls-ov")
		},
		"home": func(w *walk) { w.see(w.word("home.title")) },
		"a restored file": func(w *walk) {
			w.see(w.word("home.title"))
			w.press("restore.offer")
			w.button("restore.open")
		},
		"the list": func(w *walk) {
			w.enterDemo()
			w.enter("DEMO-MAIL")
			w.see(w.word("licence.need"))
			w.press("journey.save-close")
			w.see(w.word("view.next.draft.title"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := oddly(t)
			to(w)
			w.q.Finish(t)
			n := len(kittest.All[*kit.Entry](w.root()))
			if n == 0 {
				t.Fatalf("there is no field:\n%s", w.text())
			}
			for i := range n {
				fields := kittest.All[*kit.Entry](w.root())
				if i >= len(fields) {
					break
				}
				kittest.TabTo(t, w.a.window.Canvas(), fields[i])
				kittest.Paste(t, w.a.window.Canvas(), pastedKey)
				w.q.Finish(t)
				if said := w.has("field.private-key.saw"); said != strings.HasPrefix(name, "the form of ") {
					t.Errorf("field %d: it is said: %v\n%s", i, said, w.text())
				}
			}
			if title := w.a.window.Title(); strings.Contains(title, canary) {
				t.Errorf("the title is %q", title)
			}
			w.stop()
			if found := holding(t, []string{w.data, w.home}, map[string]string{"private key": canary}); len(found) > 0 {
				t.Error(found)
			}
		})
	}
}

// TestSecretsThatDidNotWork: half a binding, a passphrase for a file that is no backup, and the password of a file as a
// search are written nowhere, also when the window is closed on them.
func TestSecretsThatDidNotWork(t *testing.T) {
	binding := strings.Repeat("cAnArY-_", 5)
	for name, do := range map[string]func(w *walk){
		"half a binding": func(w *walk) {
			w.beginWith("EAB key ID: kid-1\nEAB HMAC key: " + binding)
			w.press("journey.continue")
			w.saw("directory-missing")
			w.fill("acme.field.key", binding[3:20])
			w.press("journey.continue")
			w.saw("account-key-cut")
		},
		"a passphrase": func(w *walk) {
			file := filepath.Join(w.home, "backup.age")
			if err := os.WriteFile(file, []byte("age-encryption.org/v1\nnone"), 0o600); err != nil {
				t.Fatal(err)
			}
			w.see(w.word("home.title"))
			w.press("restore.offer")
			w.button("restore.open")
			w.retype("restore.file", file)
			w.retype("restore.passphrase", binding)
			w.press("restore.open")
			w.q.Finish(t)
		},
		"a password as a search": func(w *walk) {
			w.enterDemo()
			w.enter("DEMO-MAIL")
			w.see(w.word("licence.need"))
			w.press("journey.save-close")
			w.see(w.word("view.next.draft.title"))
			w.typeInto("home.search", binding)
			w.see(w.word("home.none-found"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := oddly(t)
			do(w)
			if title := w.a.window.Title(); strings.Contains(title, binding[3:20]) {
				t.Errorf("the title is %q", title)
			}
			w.stop()
			if found := holding(t, []string{w.data, w.home}, map[string]string{"secret": binding[3:20]}); len(found) > 0 {
				t.Error(found)
			}
		})
	}
}
