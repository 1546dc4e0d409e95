//go:build window

package window

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pulse asks the window whether it still answers, until it is called; then it logs how long the answers took.
func (p *program) pulse(during string) (stop func()) {
	p.t.Helper()
	var said bytes.Buffer
	c := exec.CommandContext(p.t.Context(), os.Getenv("CERTDESK_PULSE"), p.id)
	c.Stdout, c.Stderr = &said, &said
	in, err := c.StdinPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		p.t.Fatal(err)
	}
	return func() {
		p.t.Helper()
		_ = in.Close()
		if err := c.Wait(); err != nil {
			p.t.Fatalf("%v\n%s", err, said.String())
		}
		p.t.Logf("%s: %s", during, said.String())
	}
}

// TestPulse is not a test but a measurement that .ci/bench-window makes: how long the window of the journey, in
// which a key of RSA-4096 is made, goes without answering. CERTDESK_PULSE names the program that asks.
func TestPulse(t *testing.T) {
	folder := documents(t)
	p := start(t, filepath.Join(t.TempDir(), "data"))
	p.askingForCode()
	stop := p.pulse("from the code to the file")
	p.typeCode()
	p.toLicence()
	p.toNames()
	p.typeNames()
	p.toKey()
	p.chooseRSA4096()
	made := p.pulse("a key of RSA-4096")
	p.makeKey()
	made()
	p.toReview()
	p.accept()
	p.send()
	p.confirm()
	p.toUse()
	p.choose()
	p.makeFile()
	if n := len(files(t, folder, ".p12")); n != 1 {
		t.Errorf("%d files", n)
	}
	stop()
	p.quit()
}

// chooseRSA4096 takes the second kind of key, behind Details, which is the stop after the two cards, and goes to
// the primary button: after the kinds, "Save and close" and "Back".
func (p *program) chooseRSA4096() {
	p.t.Helper()
	p.tabs(1)
	p.press("Return")
	p.tabs(1)
	p.press("Right")
	p.tabs(3)
}

// TestPulseOfScrolling is a measurement like it: a list of many orders goes down and up, by the mouse's wheel, then
// page by page with the keyboard, which opens an order each time. CERTDESK_BENCH_DATA is the folder with the orders,
// CERTDESK_BARE the program that it is compared with: a list of as many rows that are one word each.
func TestPulseOfScrolling(t *testing.T) {
	wheel := func(p *program, during string) {
		must(t, "xdotool", "mousemove", "--window", p.id, "150", "400")
		stop := p.pulse(during)
		for _, button := range []string{"5", "4"} {
			must(t, "xdotool", "click", "--repeat", "100", "--delay", "20", button)
		}
		stop()
	}
	bare, arguments, _ := strings.Cut(os.Getenv("CERTDESK_BARE"), " ")
	t.Run("bare", func(t *testing.T) {
		t.Setenv("CERTDESK", bare)
		wheel(launch(t, nil, t.TempDir(), arguments), "a bare list, by the wheel")
	})
	p := start(t, os.Getenv("CERTDESK_BENCH_DATA"))
	p.at("Home")
	wheel(p, "a list of orders, by the wheel")
	must(t, "xdotool", "click", "1") // the list has the focus
	stop := p.pulse("a list of orders, page by page")
	for _, key := range []string{"Next", "Prior"} {
		for range 30 {
			p.press(key)
		}
	}
	stop()
	p.quit()
}
