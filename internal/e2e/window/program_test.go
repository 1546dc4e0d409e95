//go:build window

package window

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything may take: much longer than it does, because it only has to end a test that
// would otherwise wait for ever.
const patience = 60 * time.Second

// look is how often a test looks whether what it waits for is there.
const look = 40 * time.Millisecond

// until returns when done reports true, and fails the test when it never does.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	if !within(patience, done) {
		t.Fatalf("%s: not within %v", what, patience)
	}
}

func within(limit time.Duration, done func() bool) bool {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for end := time.Now().Add(limit); ; <-tick.C {
		if done() {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

// tool runs a program of the desktop and returns what it writes.
func tool(stdin []byte, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, name, args...)
	var out, wrong bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(stdin), &out, &wrong
	if err := c.Run(); err != nil {
		return out.Bytes(), errors.Join(err, errors.New(name+": "+strings.TrimSpace(wrong.String())))
	}
	return out.Bytes(), nil
}

func must(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	out, err := tool(nil, name, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// program is Certdesk, running.
type program struct {
	t     *testing.T
	data  string
	cmd   *exec.Cmd
	said  *bytes.Buffer // standard output and error
	id    string        // of its window
	gone  chan struct{} // closed when the program has ended; ended says how
	ended error
	over  bool
	// pictures is the folder for pictures, look their first word; none are taken where it is empty.
	pictures, look string
	taken          int
}

// certdesk is the program under test.
func certdesk(t *testing.T) string {
	t.Helper()
	path := os.Getenv("CERTDESK")
	if path == "" {
		t.Fatal("CERTDESK names no program: run `make journey` or `make test-window`")
	}
	return path
}

// start starts the program on a data directory and waits for its window.
func start(t *testing.T, data string) *program {
	t.Helper()
	return launch(t, nil, data, "--data", data)
}

// launch starts the program with arguments that lead to this data directory.
func launch(t *testing.T, stdin io.Reader, data string, args ...string) *program {
	t.Helper()
	must(t, "xdotool", "mousemove", "0", "0") // what is pointed at looks different
	p := &program{t: t, data: data, said: &bytes.Buffer{}, gone: make(chan struct{})}
	command := ordinary(append([]string{certdesk(t)}, args...)...)
	p.cmd = exec.CommandContext(context.Background(), command[0], command[1:]...)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = stdin, p.said, p.said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.gone)
		p.ended = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		if t.Failed() {
			p.keepEvidence()
		}
		p.kill()
	})
	until(t, "the window", func() bool {
		p.alive()
		out, _ := tool(nil, "xdotool", "search", "--onlyvisible", "--pid", strconv.Itoa(p.cmd.Process.Pid), "--name", "^(Certdesk|Bare window)")
		p.id, _, _ = strings.Cut(string(out), "\n")
		return p.id != ""
	})
	until(t, "the focus", func() bool {
		out, _ := tool(nil, "xdotool", "getwindowfocus")
		return strings.TrimSpace(string(out)) == p.id
	})
	return p
}

// alive fails the test when the program has ended by itself.
func (p *program) alive() {
	p.t.Helper()
	select {
	case <-p.gone:
		p.over = true
		p.t.Fatalf("the program ended: %v\n%s", p.ended, p.said)
	default:
	}
}

// kill ends the program as a crash or a power cut does.
func (p *program) kill() {
	if p.over {
		return
	}
	p.over = true
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	<-p.gone
}

// crash has the program end by the signal at which the Go runtime writes what all goroutines are doing, with the
// values of their arguments. The program says and writes which functions were running, and no value.
func (p *program) crash() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.gone:
		p.over = true
	case <-time.After(patience):
		p.t.Fatal("the program does not end")
	}
	report, err := os.ReadFile(filepath.Join(p.data, "log", "crash.log"))
	if err != nil {
		p.t.Fatal(err)
	}
	for where, text := range map[string]string{"the report": string(report), "what the program said": p.said.String()} {
		if !strings.Contains(text, "goroutine ") || !strings.Contains(text, "main.main(…)") {
			p.t.Errorf("%s does not say what was running:\n%s", where, text)
		}
		if strings.Contains(text, "0x") {
			p.t.Errorf("%s holds values:\n%s", where, text)
		}
	}
}

// quit closes the window by the keyboard and waits until the program has ended, well.
func (p *program) quit() {
	p.t.Helper()
	p.press("alt+F4")
	select {
	case <-p.gone:
		p.over = true
		if p.ended != nil {
			p.t.Errorf("the program ended with %v\n%s", p.ended, p.said)
		}
	case <-time.After(patience):
		p.t.Fatalf("the window does not close")
	}
	// Fyne says so when the window is worked on from elsewhere than its own goroutine; so does the runtime
	// of a program that crashes on its way out.
	for _, bad := range []string{"Error in Fyne call thread", "panic:", "DATA RACE"} {
		if strings.Contains(p.said.String(), bad) {
			p.t.Errorf("the program said %q:\n%s", bad, p.said)
		}
	}
}

// press presses keys, one after the other.
func (p *program) press(keys ...string) {
	p.t.Helper()
	must(p.t, "xdotool", append([]string{"key", "--clearmodifiers", "--delay", "20"}, keys...)...)
}

// tabs presses Tab n times, backwards where n is negative.
func (p *program) tabs(n int) {
	p.t.Helper()
	key := "Tab"
	if n < 0 {
		key, n = "shift+Tab", -n
	}
	for range n {
		p.press(key)
	}
}

func (p *program) write(text string) {
	p.t.Helper()
	must(p.t, "xdotool", "type", "--clearmodifiers", "--delay", "20", text)
}

func (p *program) title() string {
	p.t.Helper()
	p.alive()
	out, _ := tool(nil, "xdotool", "getwindowname", p.id)
	return strings.TrimSuffix(string(out), "\n")
}

// at waits until the window's title names a screen, and says which one of several it is.
func (p *program) at(screens ...string) string {
	p.t.Helper()
	var found string
	var title string
	if !within(patience, func() bool {
		title = p.title()
		for _, s := range screens {
			if title == "Certdesk – "+s {
				found = s
			}
		}
		return found != ""
	}) {
		p.t.Fatalf("the window's title is %q; waited for %q", title, screens)
	}
	return found
}

// keepEvidence leaves a picture of what a failed test saw last.
func (p *program) keepEvidence() {
	if p.said.Len() > 0 {
		p.t.Logf("the program said:\n%s", p.said)
	}
	if p.over || p.id == "" {
		return
	}
	dir := os.Getenv("CERTDESK_EVIDENCE")
	if png, err := tool(nil, "import", "-silent", "-window", p.id, "png:-"); err == nil && dir != "" {
		_ = os.MkdirAll(dir, 0o700)
		file := filepath.Join(dir, "failed "+strings.ReplaceAll(p.t.Name(), "/", " ")+".png")
		_ = os.WriteFile(file, png, 0o600)
		p.t.Logf("what it looked like: %s", file)
	}
}
