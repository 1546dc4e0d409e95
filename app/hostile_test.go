package main

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit/kittest"
)

// hostileWalk is at step 2 of a licence that a seller in between has sold.
func hostileWalk(t *testing.T) (*walk, *between) {
	t.Helper()
	w := oddly(t)
	w.enterDemo()
	b := stand(w)
	return w, b
}

func (w *walk) buy(b *between) {
	w.t.Helper()
	w.enter(b.site.URL + "/activate/DEMO-MAIL")
	w.see(w.word("licence.need"))
}

// untilTheSellerWaits goes from step 2 until the seller waits for the mailbox.
func (w *walk) untilTheSellerWaits() {
	w.t.Helper()
	w.toReviewFromLicence()
	w.accept()
	w.press("review.send")
	w.title(order.StepProve)
	w.q.Await(w.t, func() bool { return kittest.HasButton(w.root(), w.word("helper.confirm")) })
}

// plain fails the test when a character is on the screen that turns text around, hides or ends it.
func (w *walk) plain(where string) {
	w.t.Helper()
	w.q.Finish(w.t)
	for _, r := range w.text() {
		if r != '\n' && r != '\t' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Bidi_Control, r)) {
			w.t.Fatalf("%s: %U is on the screen:\n%q", where, r, w.text())
		}
	}
	for _, size := range []fyne.Size{fyne.NewSize(leastWidth, leastHeight), fyne.NewSize(windowWidth, windowHeight)} {
		w.a.window.Resize(size)
		kittest.AssertScreen(w.t, w.a.window, size)
	}
}

const evil = "<b>x</b>\u202egpj.exe\u0000\x1b[31m\r\n{{.n}} **[free](javascript:alert(1))** "

// everywhere puts a text into each text of an answer that is for people.
func everywhere(v any, text string) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			s, isText := member.(string)
			switch name {
			case "name", "title", "state_note", "reference", "comment", "description", "subject", "text", "from", "detail", "state_reason", "amount", "currency":
				if isText {
					v[name] = text + s
					continue
				}
			}
			v[name] = everywhere(member, text)
		}
	case []any:
		for i := range v {
			v[i] = everywhere(v[i], text)
		}
	}
	return v
}

// TestTextFromAHostileSeller has control, bidirectional and endless text in all that a seller says for people, through
// the whole journey: it is shown as what it is, every page fits, and the file is made.
func TestTextFromAHostileSeller(t *testing.T) {
	w, b := hostileWalk(t)
	b.inAnswers(func(m map[string]any) { everywhere(m, evil+strings.Repeat("W", 3000)) })
	w.buy(b)
	w.plain("the licence")
	if !strings.Contains(w.text(), "[U+202E]") {
		t.Errorf("nothing shows that the text is turned around:\n%s", w.text())
	}
	w.toReviewFromLicence()
	w.plain("the review")
	w.accept()
	w.press("review.send")
	w.title(order.StepProve)
	w.plain("the proof")
	w.press("helper.confirm")
	w.until(w.word("use.title"))
	w.makeFile("thunderbird")
	w.plain("the file")
	w.ends()
	if title := w.a.window.Title(); strings.ContainsAny(title, "\u202e\x1b\n") || len(title) > 200 {
		t.Errorf("the window's title is %q", title)
	}
}

// TestAThousandMessages from a seller, each long, are read and shown, and the window answers.
func TestAThousandMessages(t *testing.T) {
	w, b := hostileWalk(t)
	w.buy(b)
	b.inAnswers(func(m map[string]any) {
		var all []any
		for i := range 1000 {
			all = append(all, map[string]any{
				"id": "m" + strconv.Itoa(i), "at": time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC), "from": evil, "subject": evil + strconv.Itoa(i),
				"text": strings.Repeat("line\n", 100),
			})
		}
		m["messages"] = all
	})
	w.untilTheSellerWaits()
	w.press("journey.save-close")
	w.see(w.word("view.story"))
	w.q.Finish(t)
	if !strings.Contains(w.text(), "[U+202E]gpj.exe") {
		t.Errorf("no message is shown:\n%.2000s", w.text())
	}
	objects := 0
	kittest.Walk(w.root(), func(fyne.CanvasObject, fyne.Position) bool { objects++; return true })
	if objects > 5000 {
		t.Errorf("%d objects are on the screen", objects)
	}
	w.plain("the order")
}

// TestAnOrderThatVanishes is not thrown away here: key, application and order stay, the screen says what is wrong, and
// it goes on when the seller has it again.
func TestAnOrderThatVanishes(t *testing.T) {
	w, b := hostileWalk(t)
	w.buy(b)
	w.untilTheSellerWaits()
	b.lies(func(path string, h http.Header, status int, body []byte) (int, []byte) {
		if !strings.HasPrefix(path, "/api/orders") {
			return status, body
		}
		h.Set("Content-Type", "application/problem+json")
		return http.StatusNotFound, []byte(`{"type":"tag:certdesk.io,2026:problem/not-found","title":"x","status":404,"detail":"` + canary + `"}`)
	})
	before := w.kept()[0]
	w.q.Advance(2 * time.Minute)
	w.q.Finish(t)
	w.press("journey.save-close")
	w.see(w.word("view.story"))
	if after := w.kept()[0]; after.Phase != before.Phase || after.KeyID != before.KeyID || after.Application.Mailbox != before.Application.Mailbox {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
	if !w.has("fault.not-found.saw") {
		t.Errorf("the screen:\n%s", w.text())
	}
	b.lies(nil)
	w.press("view.next.you.button")
	w.goes()
	w.ends()
}

// TestWhatAHostileSellerSendsAsTimes: times of the beginning and the end of the world, and a clock that goes back.
func TestWhatAHostileSellerSendsAsTimes(t *testing.T) {
	w, b := hostileWalk(t)
	w.buy(b)
	n := 0
	b.inAnswers(func(m map[string]any) {
		n++
		at := []string{"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z"}[n%3]
		for _, name := range []string{"created", "updated", "activation_expires"} {
			if m[name] != nil {
				m[name] = at
			}
		}
		m["expected"] = map[string]any{"earliest": "9999-12-31T23:59:59Z", "latest": "0001-01-01T00:00:00Z"}
		m["timeline"] = []any{map[string]any{"at": at, "event": "received", "by": "customer"}, map[string]any{"at": "9999-12-31T23:59:59Z", "event": "approved", "by": "authority"}}
		m["term"] = map[string]any{"from": "2030-01-01", "until": "1999-01-01"}
	})
	w.untilTheSellerWaits()
	w.plain("the proof")
	w.press("helper.confirm")
	w.until(w.word("use.title"))
	w.makeFile("thunderbird")
	w.plain("the file")
	w.ends()
}

// TestChangedElsewhereWithoutAnEnd: a seller whose orders have another version at each look doesn't have the app ask
// for ever.
func TestChangedElsewhereWithoutAnEnd(t *testing.T) {
	w, b := hostileWalk(t)
	w.buy(b)
	w.untilTheSellerWaits()
	n := 0
	b.lies(func(path string, h http.Header, status int, body []byte) (int, []byte) {
		n++
		h.Set("ETag", strconv.Quote("v"+strconv.Itoa(n)))
		if strings.Contains(path, "/tasks/") {
			h.Set("Content-Type", "application/problem+json")
			return http.StatusPreconditionFailed, []byte(`{"type":"tag:certdesk.io,2026:problem/changed-elsewhere","title":"x","status":412}`)
		}
		return status, body
	})
	w.press("prove.resend")
	w.q.Finish(t)
	if n == 0 || n > 10 {
		t.Errorf("%d calls after one press", n)
	}
	b.lies(nil)
	w.press("helper.confirm")
	w.until(w.word("use.title"))
	w.goes()
	w.ends()
}

// TestNothingOfAHostileSellerIsAPath: what a seller calls things becomes no name of a file but a harmless one, in the
// folder that was chosen.
func TestNothingOfAHostileSellerIsAPath(t *testing.T) {
	w, b := hostileWalk(t)
	b.inAnswers(func(m map[string]any) {
		everywhere(m, "../../../../tmp/x\\..\\evil.exe\u202e")
		if m["reference"] != nil {
			m["reference"] = "../../" + canary
		}
	})
	w.buy(b)
	w.see("evil.exe")
	w.goes()
	w.ends()
	for _, dir := range []string{w.home, w.data} {
		err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
			if name := filepath.Base(path); strings.Contains(name, "evil") || strings.Contains(name, canary) || strings.Contains(name, "\u202e") {
				t.Errorf("there is %q", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestCertificatesFromAHostileSeller are for the right key, and wrong in all else: each is said on the page, in words
// that hold no tricks, and the file is named after what the customer asked for.
func TestCertificatesFromAHostileSeller(t *testing.T) {
	now := time.Now()
	for name, tc := range map[string]struct {
		template x509.Certificate
		says     []string
	}{
		"other names": {
			x509.Certificate{
				Subject: pkix.Name{CommonName: "../../../\u202e" + canary + "\n"}, EmailAddresses: []string{"eve@evil.example"},
				NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
			},
			[]string{"eve@evil.example", "anna@example.ch"},
		},
		"not yet valid": {
			x509.Certificate{EmailAddresses: []string{"anna@example.ch"}, NotBefore: now.AddDate(2, 0, 0), NotAfter: now.AddDate(3, 0, 0)},
			[]string{"certificate.finding.not-yet-valid.do"},
		},
		"expired": {
			x509.Certificate{EmailAddresses: []string{"anna@example.ch"}, NotBefore: now.AddDate(-2, 0, 0), NotAfter: now.AddDate(-1, 0, 0)},
			[]string{"certificate.finding.expired.do"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, b := hostileWalk(t)
			w.buy(b)
			w.untilTheSellerWaits()
			f := newForger(t)
			f.issue(b.submission(), &tc.template)
			b.gives(f)
			w.q.Advance(2 * time.Minute)
			w.until(w.word("use.title"))
			w.plain("the page")
			for _, text := range tc.says {
				if said := w.word(text); !strings.Contains(w.text(), said) && !strings.Contains(w.text(), text) {
					t.Errorf("%q is not said:\n%s", text, w.text())
				}
			}
			w.makeFile("thunderbird")
			w.plain("the file")
			for _, file := range w.files() {
				if strings.Contains(file, canary) || strings.ContainsAny(filepath.Base(file), "/\\\u202e\n") {
					t.Errorf("the file is %q", file)
				}
			}
			if len(w.files()) != 1 {
				t.Errorf("files %q", w.files())
			}
		})
	}
}
