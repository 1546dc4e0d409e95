package main

import (
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit/kittest"
)

// moods are the ways in which a keyring can't be used, by the fault that says so.
func moods(t *testing.T) map[string]func(op, id string) (string, error) {
	ended := make(chan struct{})
	t.Cleanup(func() { close(ended) })
	says := func(err error) func(op, id string) (string, error) {
		return func(string, string) (string, error) { return "", err }
	}
	return map[string]func(op, id string) (string, error){
		"keyring-absent": says(dbus.Error{Name: "org.freedesktop.DBus.Error.ServiceUnknown"}),
		"keyring-locked": says(dbus.Error{Name: "org.freedesktop.Secret.Error.IsLocked"}),
		"keyring-denied": says(dbus.Error{Name: "org.freedesktop.DBus.Error.AccessDenied"}),
		"keyring-full": func(op, _ string) (string, error) {
			if op == "set" {
				return "", keyring.ErrSetDataTooBig
			}
			return "", errHonest
		},
		"keyring-lies": func(op, _ string) (string, error) {
			if op == "get" {
				return "something else", nil
			}
			return "", errHonest
		},
		"keyring-blocked": func(string, string) (string, error) {
			<-ended
			return "", keyring.ErrNotFound
		},
	}
}

// blocked is how long a keyring may take in these tests.
const blocked = 50 * time.Millisecond

// notNow declines a passphrase file, which is offered where there is no keyring.
func (w *walk) notNow(code string) {
	w.t.Helper()
	if code == "keyring-absent" {
		w.press("passfile.not-now")
	}
}

// again is the button that does the same again: without a keyring it leads to the choice of another place.
func again(code string) string {
	if code == "keyring-absent" {
		return "action.choose_place"
	}
	return "action.retry"
}

// TestKeyringFaultsAtTheCode has the keyring fail when the code is to be kept: the customer tries again, or
// goes on without keeping it.
func TestKeyringFaultsAtTheCode(t *testing.T) {
	for code, mood := range moods(t) {
		t.Run(code+"/again", func(t *testing.T) {
			ring, service := moodyKeyring()
			w := odd{setup: setup{keyring: service}, patience: blocked}.open(t)
			w.enterDemo()
			ring.be(mood)
			w.enter("DEMO-MAIL")
			w.notNow(code)
			w.saw(code)
			ring.be(nil)
			if code == "keyring-blocked" {
				return // the call never comes back: the next start asks anew
			}
			w.press(again(code))
			w.goes()
			w.ends()
		})
		t.Run(code+"/without", func(t *testing.T) {
			ring, service := moodyKeyring()
			w := odd{setup: setup{keyring: service}, patience: blocked}.open(t)
			w.enterDemo()
			ring.be(mood)
			w.enter("DEMO-MAIL")
			w.notNow(code)
			w.saw(code)
			w.press("link.keyring.without")
			w.see(w.word("licence.need"))
			w.press("journey.continue")
			w.mailbox()
			w.press("journey.continue")
			w.title(order.StepKey)
			w.press("key.make")
			w.notNow(code)
			w.saw(code) // a key is never made without a place for it
			ring.be(nil)
			w = odd{patience: blocked}.reopen(w)
			w.forgotten()
			w.ends()
			if n := len(w.kept()); n != 1 {
				t.Errorf("%d orders", n)
			}
		})
	}
}

// forgotten takes a draft up whose code is gone, at home: the page asks for the code, which leads back to the
// same draft with what was typed in it, and on to the end.
func (w *walk) forgotten() {
	w.t.Helper()
	w.takeUp()
	w.q.Finish(w.t)
	w.press("key.make")
	w.see(w.word("key.ready"))
	w.press("journey.continue")
	w.title(order.StepReview)
	w.accept()
	w.press("review.send")
	w.saw("code-forgotten")
	w.press("link.again")
	w.title(order.StepLink)
	w.saw("code-forgotten")
	kittest.Paste(w.t, w.a.window.Canvas(), "demo-mail")
	w.press("journey.continue")
	w.title(order.StepReview)
	w.goes()
}

// TestKeyringFaultsAtTheKey has the keyring fail at step 6.
func TestKeyringFaultsAtTheKey(t *testing.T) {
	for code, mood := range moods(t) {
		if code == "keyring-blocked" {
			continue
		}
		t.Run(code, func(t *testing.T) {
			ring, service := moodyKeyring()
			w := odd{setup: setup{keyring: service}, patience: blocked}.open(t)
			w.enterDemo()
			w.enter("DEMO-MAIL")
			w.see(w.word("licence.need"))
			w.press("journey.continue")
			w.mailbox()
			w.press("journey.continue")
			w.title(order.StepKey)
			ring.be(mood)
			w.press("key.make")
			w.notNow(code)
			w.see(w.word("journey.failed.key"))
			w.saw(code)
			ring.be(nil)
			w.press(again(code))
			w.goes()
			w.ends()
		})
	}
}

// TestKeyringFaultsWhileSending has the keyring fail at Send: nothing is sent, and the press after it sends.
func TestKeyringFaultsWhileSending(t *testing.T) {
	for code, mood := range moods(t) {
		if code == "keyring-blocked" || code == "keyring-lies" {
			continue // a lie about a key is "unusable": see TestTheKeyIsLost
		}
		t.Run(code, func(t *testing.T) {
			ring, service := moodyKeyring()
			w := odd{setup: setup{keyring: service}, patience: blocked}.open(t)
			w.enterDemo()
			w.enter("DEMO-MAIL")
			w.toReviewFromLicence()
			ring.be(mood)
			w.accept()
			w.press("review.send")
			w.see(w.word("review.not-sent"))
			w.saw(code)
			if n := w.orders(); n != 0 {
				t.Errorf("%d orders at the issuer", n)
			}
			ring.be(nil)
			w.press("action.retry")
			w.goes()
			w.ends()
		})
	}
}

// TestKeyringFaultsAtUse has the keyring fail when the file is to be made.
func TestKeyringFaultsAtUse(t *testing.T) {
	for code, mood := range moods(t) {
		if code == "keyring-full" || code == "keyring-lies" {
			continue // nothing is kept here; a lie about a key is "unusable"
		}
		t.Run(code, func(t *testing.T) {
			ring, service := moodyKeyring()
			w := odd{setup: setup{keyring: service}, patience: blocked}.open(t)
			w.enterDemo()
			w.enter("DEMO-MAIL")
			w.toReviewFromLicence()
			w.accept()
			w.press("review.send")
			w.title(order.StepProve)
			w.press("helper.confirm")
			w.until(w.word("use.title"))
			ring.be(mood)
			kittest.ChoiceByTitle(t, w.root(), w.word("destination.thunderbird.label")).Tapped(nil)
			w.press("use.make")
			w.saw(code)
			ring.be(nil)
			if code == "keyring-blocked" {
				w = odd{patience: blocked}.reopen(w)
				w.press("view.next.ready.button")
			}
			w.goes()
			w.ends()
		})
	}
}

// TestTheKeyIsLost has the keyring lose the key, or damage it, before the request is sent: another one can
// take its place, since nothing was sent with it.
func TestTheKeyIsLost(t *testing.T) {
	for code, spoil := range map[string]func(m *moody, id string){
		"key-gone":     func(m *moody, id string) { delete(m.records, id) },
		"key-unusable": func(m *moody, id string) { m.records[id] = strings.Repeat("x", 40) },
	} {
		t.Run(code, func(t *testing.T) {
			ring, service := moodyKeyring()
			w := odd{setup: setup{keyring: service}}.open(t)
			w.enterDemo()
			w.enter("DEMO-MAIL")
			w.toReviewFromLicence()
			lost := w.kept()[0].KeyID
			ring.mu.Lock()
			spoil(ring, lost)
			ring.mu.Unlock()
			w.accept()
			w.press("review.send")
			w.see(w.word("fault." + code + ".saw"))
			w.press("key.another")
			w.title(order.StepKey)
			w.press("key.make")
			w.see(w.word("key.ready"))
			w.goes()
			w.ends()
			if w.kept()[0].KeyID == lost {
				t.Error("it is still the lost key")
			}
		})
	}
	t.Run("at use", func(t *testing.T) {
		ring, service := moodyKeyring()
		w := odd{setup: setup{keyring: service}}.open(t)
		w.enterDemo()
		w.enter("DEMO-MAIL")
		w.toReviewFromLicence()
		w.accept()
		w.press("review.send")
		w.title(order.StepProve)
		w.press("helper.confirm")
		w.until(w.word("use.title"))
		if ring.Delete(w.kept()[0].KeyID) != nil {
			t.Fatal("no key")
		}
		kittest.ChoiceByTitle(t, w.root(), w.word("destination.thunderbird.label")).Tapped(nil)
		w.press("use.make")
		w.see(w.word("fault.key-gone.saw"))
		w.see(w.word("lost.title"))
		for _, way := range []string{"lost.restore", "lost.add-button", "action.retry"} {
			w.button(way)
		}
		if len(w.files()) > 0 {
			t.Error("a file without its key")
		}
	})
}

// TestTheCodeIsLost has the keyring lose the code of a draft: it is asked for, and leads back to the draft.
func TestTheCodeIsLost(t *testing.T) {
	ring, service := moodyKeyring()
	w := odd{setup: setup{keyring: service}}.open(t)
	w.enterDemo()
	w.enter("DEMO-MAIL")
	w.toReviewFromLicence()
	id := w.kept()[0].ID
	if ring.Delete(w.kept()[0].CodeID) != nil {
		t.Fatal("no code")
	}
	w = odd{}.reopen(w)
	w.takeUp()
	w.title(order.StepReview)
	w.accept()
	w.press("review.send")
	w.saw("code-forgotten")
	w.press("link.again")
	w.title(order.StepLink)
	kittest.Paste(t, w.a.window.Canvas(), "DEMO-MAIL")
	w.press("journey.continue")
	w.goes()
	w.ends()
	if w.kept()[0].ID != id {
		t.Error("it is another draft")
	}
}
