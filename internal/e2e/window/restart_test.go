//go:build window

package window

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"certdesk/internal/demo"
	"certdesk/internal/ui/kit"
	"certdesk/internal/vault"
)

// TestWindowRestart is one journey whose program is killed at every step in turn and started again: what was
// typed, the key and the order are there each time, and in the end there is one order and one file.
func TestWindowRestart(t *testing.T) {
	r := &restarts{t: t, data: filepath.Join(t.TempDir(), "data"), folder: documents(t)}
	p := r.start()

	p.typeCode()
	p = r.again(p) // nothing is kept yet: the code is typed once more
	p.typeCode()
	p.toLicence()
	p = r.again(p, "Your licence")
	p.canGoOn()
	p.toNames()

	p.write(mailbox)
	p.tabs(1)
	p.write("Ann")
	until(t, "what was typed, on the disk", func() bool { return r.written(`"Ann"`) && r.written(mailbox) })
	p = r.again(p, "Names")
	p.canGoOn()
	p.tabs(1) // the mailbox is not typed again
	p.press("ctrl+a")
	p.write("Anna")
	p.tabs(1)
	p.write("Keller")
	p.toKey()

	p.press("Return")
	// Killed on the way into the keyring, or just after: the key is there whole, or asked for anew.
	until(t, "the line that announces a key", func() bool { return len(r.keys(vault.Reserved))+len(r.keys(vault.Stored)) > 0 })
	p = r.again(p, "Private key")
	p.canGoOn()
	if !p.shows(kit.ColorSuccessSoft, content, 1000) {
		p.makeKey()
	}
	key := r.theKey()
	p = r.again(p, "Private key")
	p.done("the key, after a restart")
	p.toReview()
	p = r.again(p, "Check and send")
	p.canGoOn()
	p.accept()
	r.send(p)

	p = r.again(p, "Prove control")
	p.canGoOn()
	p.confirm()
	until(t, "the confirmed mailbox", func() bool { return !p.mailWaits() })
	p = r.again(p, "Prove control", "Waiting", "Use it")
	p.toUse()
	p = r.again(p, "Use it")
	p.choose()
	p.tabs(2)
	p.press("Return")
	until(t, "the file", func() bool { return len(files(t, r.folder, ".p12")) > 0 })
	p = r.again(p, "Use it") // its password was not copied, and is kept nowhere
	p.choose()
	p.makeFileAgain()
	first := p.copyPassword()
	p = r.again(p, "Use it") // the password was on the screen: this file stays
	p.choose()
	p.makeFileAgain()
	password := p.copyPassword()
	p.finish()

	if n := p.orders(); n != 1 {
		t.Errorf("%d orders at the issuer", n)
	}
	p.quit()
	found := files(t, r.folder, "")
	if len(found) != 2 {
		t.Fatalf("files: %q", found)
	}
	got := open(t, newest(t, found), password)
	open(t, oldest(t, found), first)
	if got.spki() != key || r.theKey() != key {
		t.Errorf("the key changed on the way: made %s, now %s, in the file %s", key, r.theKey(), got.spki())
	}
	if !slices.Equal(got.leaf.EmailAddresses, []string{mailbox}) || !r.written(`"Anna"`) || !r.written(`"Keller"`) {
		t.Errorf("the certificate is for %q; or what was typed beside it is lost", got.leaf.EmailAddresses)
	}
	t.Logf("started %d times; files: %q", r.starts, found)
}

// restarts is one data directory on which the program is started again and again.
type restarts struct {
	t            *testing.T
	data, folder string
	starts       int
}

func (r *restarts) start() *program {
	r.t.Helper()
	r.starts++
	return start(r.t, r.data)
}

// again kills the program, starts it, and goes on from the list of the demo's orders, which it opens with, to
// one of the steps. Without steps it stays where it opens.
func (r *restarts) again(p *program, steps ...string) *program {
	r.t.Helper()
	p.kill()
	p = r.start()
	if len(steps) == 0 {
		return p
	}
	p.goOn(steps...)
	return p
}

// send presses the one button that sends, and kills the program twice: when the request is on its way, and
// when the issuer has the order. Whether the answer was here by then is left to chance.
func (r *restarts) send(p *program) {
	r.t.Helper()
	if r.written("submitting") {
		r.t.Error("the request is on its way before the press")
	}
	p.press("Return")
	until(r.t, "the request on its way", func() bool { return r.written("submitting") })
	p.kill()
	p = r.start()
	p.demoOrder()
	until(r.t, "the order at the issuer", func() bool {
		if p.orders() == 1 {
			return true
		}
		if p.title() == "Certdesk – Home" && p.shows(kit.ColorAccent, pane, 1500) { // the press is needed: the code is read from the keyring for it
			p.press("Return")
			p.at("Check and send", "Prove control")
		}
		return false
	})
	p.kill()
}

// written reports whether the demo's database has a text in it.
func (r *restarts) written(text string) bool {
	for _, name := range []string{"certdesk.db", "certdesk.db-wal"} {
		data, err := os.ReadFile(filepath.Join(r.data, "demo", name))
		if err == nil && bytes.Contains(data, []byte(text)) {
			return true
		}
	}
	return false
}

// keys are the private keys in the demo's list whose last event is this.
func (r *restarts) keys(event vault.Event) []string {
	r.t.Helper()
	data, _ := os.ReadFile(filepath.Join(r.data, "demo", vault.LedgerName))
	last := map[string]vault.Entry{}
	for line := range bytes.Lines(data) {
		var e vault.Entry
		if json.Unmarshal(line, &e) != nil {
			continue // the last line, half written
		}
		if before, ok := last[e.ID]; ok {
			e.Kind = before.Kind
			if e.SPKI == "" {
				e.SPKI = before.SPKI
			}
		}
		last[e.ID] = e
	}
	var out []string
	for _, e := range last {
		if e.Kind == vault.KindKey && e.Event == event {
			out = append(out, e.SPKI)
		}
	}
	return out
}

// theKey is the public key of the one private key that there is.
func (r *restarts) theKey() string {
	r.t.Helper()
	stored := r.keys(vault.Stored)
	if reserved := r.keys(vault.Reserved); len(stored) != 1 || len(reserved) > 0 {
		r.t.Fatalf("keys in the list: %q, and %q of which nobody knows", stored, reserved)
	}
	return stored[0]
}

// makeFileAgain makes the file once more. The one of the run that was killed is gone, since nobody has its
// password; unless the password had been on the screen, and then the new one is to stand beside it.
func (p *program) makeFileAgain() {
	p.t.Helper()
	p.tabs(2)
	p.press("Return")
	var asks bool
	until(p.t, "the file, or the question about the old one", func() bool {
		asks = p.shows(kit.ColorWarningSoft, content, 3000)
		return asks || p.shows(kit.ColorSuccessSoft, content, 1000)
	})
	if asks {
		p.press("Return") // "Keep both" has the focus
		p.done("the file beside the old one")
	}
}

// mailWaits reports whether there is a mail at the demo that is to be confirmed.
func (p *program) mailWaits() bool {
	p.t.Helper()
	mails, err := p.issuer().Helper(http.DefaultClient).Inbox(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	return slices.ContainsFunc(mails, func(m demo.Mail) bool { return m.ConfirmTask != "" })
}

// newest and oldest are by when they were written.
func newest(t *testing.T, list []string) string { return slices.MaxFunc(list, byAge(t)) }
func oldest(t *testing.T, list []string) string { return slices.MinFunc(list, byAge(t)) }

func byAge(t *testing.T) func(a, b string) int {
	t.Helper()
	written := func(file string) time.Time {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		return info.ModTime()
	}
	return func(a, b string) int { return written(a).Compare(written(b)) }
}
