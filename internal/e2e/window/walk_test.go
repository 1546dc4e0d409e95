//go:build window

package window

import (
	"context"
	"image"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/internal/demo"
)

// What the journeys type.
const (
	code    = "DEMO-MAIL"
	mailbox = "anna@example.ch"
)

// typeCode enters the code on the home screen, which leads to step 1 with the code in its field.
func (p *program) typeCode() {
	p.t.Helper()
	p.askingForCode()
	p.snap("home")
	p.write(code)
	p.press("Return")
	p.at("Link or code")
	p.canGoOn()
	p.snap("link")
}

// toLicence says yes to the demo, and waits until it has told what the code is for.
func (p *program) toLicence() {
	p.t.Helper()
	p.press("Return")
	p.at("Your licence")
	p.canGoOn()
	p.snap("licence")
}

func (p *program) toNames() {
	p.t.Helper()
	p.press("Return")
	p.at("Names")
	p.canGoOn()
}

// typeNames fills in the three fields of the page; the first has the focus.
func (p *program) typeNames() {
	p.t.Helper()
	for i, text := range []string{mailbox, "Anna", "Keller"} {
		if i > 0 {
			p.tabs(1)
		}
		p.press("ctrl+a")
		p.write(text)
	}
	p.snap("names")
}

func (p *program) toKey() {
	p.t.Helper()
	p.press("Return")
	p.at("Private key")
	p.canGoOn()
	p.snap("key")
}

func (p *program) makeKey() {
	p.t.Helper()
	p.press("Return")
	p.done("the key")
	p.snap("key-ready")
}

func (p *program) toReview() {
	p.t.Helper()
	p.press("Return")
	p.at("Check and send")
	p.canGoOn()
}

// accept ticks the terms, which have the focus, and goes to the one button that sends: after the link to
// the terms, "Save and close" and "Back".
func (p *program) accept() {
	p.t.Helper()
	p.press("space")
	p.tabs(4)
	p.snap("review")
}

func (p *program) send() {
	p.t.Helper()
	p.press("Return")
	p.at("Prove control")
	p.canGoOn()
}

// confirm presses "Confirm" in the demo's inbox on the page. It stands four stops before the primary button,
// which has the focus, as soon as the inbox has been read; what says so is the ring around it, at the end of
// its row.
func (p *program) confirm() {
	p.t.Helper()
	endOfRow := func(r image.Rectangle) image.Rectangle {
		c := content(r)
		c.Min.X, c.Max.X = c.Max.X-230, c.Max.X-88
		return c
	}
	until(p.t, "the mail in the demo's inbox", func() bool {
		p.tabs(-4)
		if within(10*look, func() bool { return p.ringed(endOfRow) }) {
			return true
		}
		p.tabs(4)
		return false
	})
	p.snap("prove")
	p.letItWait()
	p.press("Return")
}

// letItWait returns at a moment at which the step "Waiting" will be seen: the authority takes two seconds,
// the app looks five to six after the order was made, so only a confirmation that comes four to five after
// it is found before its certificate is. It is for the pictures alone: a slow computer misses it, and the
// journey goes from "Prove control" to "Use it".
func (p *program) letItWait() {
	p.t.Helper()
	if p.pictures == "" {
		return
	}
	list, err := p.issuer().Orders(context.Background(), http.DefaultClient)
	if err != nil || len(list) != 1 {
		p.t.Fatalf("orders at the issuer: %v %v", list, err)
	}
	within(6*time.Second, func() bool {
		return time.Since(list[0].Created) > 4200*time.Millisecond
	})
}

func (p *program) toUse() {
	p.t.Helper()
	if p.at("Waiting", "Use it") == "Waiting" {
		p.canGoOn()
		p.snap("waiting")
	}
	p.at("Use it")
}

// choose takes Thunderbird: the first of the second row of programs, which have the focus.
func (p *program) choose() {
	p.t.Helper()
	p.press("Down", "Return")
	p.canGoOn()
	p.snap("use")
}

// makeFile presses Return in the field for the folder, behind the offer of a backup.
func (p *program) makeFile() {
	p.t.Helper()
	p.tabs(2)
	p.press("Return")
	p.done("the file")
}

// copyPassword presses "Copy", which has the focus, and takes the password from the clipboard.
func (p *program) copyPassword() string {
	p.t.Helper()
	p.press("Return")
	var password string
	until(p.t, "the password in the clipboard", func() bool {
		password = clipboard()
		return password != ""
	})
	p.snap("file")
	p.press("Next") // Page Down, to what to do with the file
	p.snap("what-next")
	return password
}

// finish goes back from "Copy" to the primary button, which is the last stop of all: over the password, "Open
// folder", the offer of a backup, the programs, "Sent" in the rail and the two of the demo's bar. How many stops lie
// the other way depends on the guide, and on what can be installed.
func (p *program) finish() {
	p.t.Helper()
	p.tabs(-8)
	p.press("Return")
	p.demoOrder()
	p.snap("order")
}

// goOn presses the button of the order that is chosen in the demo's list, which has the focus.
func (p *program) goOn(at ...string) string {
	p.t.Helper()
	p.demoOrder()
	p.press("Return")
	return p.at(at...)
}

// clipboard is what another program would paste; empty without anything.
func clipboard() string {
	out, _ := tool(nil, "xclip", "-o", "-selection", "clipboard")
	return strings.TrimSpace(string(out))
}

// issuer is the demo issuer that the program runs.
func (p *program) issuer() *demo.Issuer {
	p.t.Helper()
	i, err := demo.Start(context.Background(), demo.Options{Dir: filepath.Join(p.data, "demo", "issuer")})
	if err != nil {
		p.t.Fatal(err)
	}
	if i.Own() {
		_ = i.Close()
		p.t.Fatal("the program runs no demo issuer")
	}
	return i
}

// orders is how many orders the issuer has.
func (p *program) orders() int {
	p.t.Helper()
	list, err := p.issuer().Orders(context.Background(), http.DefaultClient)
	if err != nil {
		p.t.Fatal(err)
	}
	return len(list)
}

// documents makes the folder that the program offers for files.
func documents(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(os.Getenv("HOME"), "Documents")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// files are those of a folder that end so.
func files(t *testing.T, dir, ending string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ending) {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	return out
}
