//go:build window

package window

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// canary stands for a code that must not be seen where it does not belong.
const canary = "7Q2K9FHM41XZ"

// service listens where a link leads to, and counts who calls.
func service(t *testing.T) (link string, calls func() int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	called := make(chan struct{}, 100)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
			called <- struct{}{}
		}
	}()
	return "http://" + l.Addr().String() + "/activate#" + canary, func() int { return len(called) }
}

// TestWindowSecondStart: a second start hands its link to the window that is open, and ends well. The link
// only fills in the first step; it does not replace what is being filled in.
func TestWindowSecondStart(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	link, calls := service(t)
	p := start(t, data)
	p.askingForCode()
	second(t, data, link)
	p.at("Link or code")
	p.canGoOn()
	if got := p.field(); got != link {
		t.Errorf("the field holds %q", got)
	}
	second(t, data, "https://other.example.ch/#"+canary)
	second(t, data)
	if got := p.field(); got != link {
		t.Errorf("the field holds %q after another link", got)
	}
	if n := calls(); n != 0 {
		t.Errorf("%d calls before Continue", n)
	}
	p.quit()
	noTrace(t, map[string][]byte{"code": []byte(canary)}, []string{data})
}

// second starts the program once more on the same data, which hands over what it was given.
func second(t *testing.T, data string, args ...string) {
	t.Helper()
	if out, err := tool(nil, certdesk(t), append([]string{"--data", data}, args...)...); err != nil || len(out) > 0 {
		t.Fatalf("the second start: %v\n%s", err, out)
	}
}

// field is what stands in the field that has the focus.
func (p *program) field() string {
	p.t.Helper()
	before := clipboard()
	p.press("ctrl+a", "ctrl+c")
	got := before
	within(20*look, func() bool {
		got = clipboard()
		return got != before
	})
	return got
}

// TestWindowOpenedByALink: what the system calls for a certdesk: link fills in the first step and goes no
// further; no other flag counts beside it.
func TestWindowOpenedByALink(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	uri := "certdesk:?link=https%3A%2F%2Fshop.example.ch%2Fa%23" + canary
	p := launch(t, nil, filepath.Join(os.Getenv("XDG_DATA_HOME"), "io.certdesk.Certdesk"), "--data", elsewhere, "--open", uri)
	p.at("Link or code")
	p.canGoOn()
	if got := p.field(); got != uri {
		t.Errorf("the field holds %q", got)
	}
	p.at("Link or code")
	if _, err := os.Stat(elsewhere); err == nil {
		t.Error("--data counted beside --open")
	}
	p.quit()
	noTrace(t, map[string][]byte{"code": []byte(canary)}, []string{p.data})
}

// TestWindowCodeFromStandardInput: a code that other programs must not read comes this way.
func TestWindowCodeFromStandardInput(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	p := launch(t, strings.NewReader(canary+"\n"), data, "--data", data, "--code-stdin")
	p.at("Link or code")
	p.canGoOn()
	if got := p.field(); got != canary {
		t.Errorf("the field holds %q", got)
	}
	p.unseen(map[string][]byte{"code": []byte(canary)})
	p.quit()
	noTrace(t, map[string][]byte{"code": []byte(canary)}, []string{p.data})
}

// TestWindowCommandLine is what the program does without a window.
func TestWindowCommandLine(t *testing.T) {
	for _, c := range []struct {
		name  string
		args  []string
		stdin string
		code  int
		says  string
	}{
		{"version", []string{"--version"}, "", 0, "certdesk "},
		{"licences", []string{"--licences"}, "", 0, "fyne.io/fyne/v2"},
		{"help", []string{"--help"}, "", 2, "Usage: certdesk"},
		{"a bare code", []string{canary}, "", 2, "--code-stdin"},
		{"two links", []string{"https://a.example.ch/#1", "https://b.example.ch/#2"}, "", 2, "one link at a time"},
		{"no such flag", []string{"--code=" + canary}, "", 2, "Usage: certdesk"},
		{"no code on standard input", []string{"--code-stdin"}, "\n", 2, "no code"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			run := exec.CommandContext(ctx, certdesk(t), append([]string{"--data", data}, c.args...)...)
			run.Stdin = strings.NewReader(c.stdin)
			out, err := run.CombinedOutput()
			if run.ProcessState == nil || run.ProcessState.ExitCode() != c.code || !strings.Contains(string(out), c.says) {
				t.Errorf("%v, says:\n%s", err, out)
			}
			if bytes.Contains(out, []byte(canary)) {
				t.Errorf("repeats the code:\n%s", out)
			}
			if _, err := os.Stat(data); err == nil {
				t.Error("made a data directory")
			}
		})
	}
}

// linkForm is what the demo issuer prints a link as.
var linkForm = regexp.MustCompile(`http://127\.0\.0\.1:\d+/\S*` + code + `\b`)

// TestWindowDemoIssuer: a link of an issuer that runs by itself leads the app to its licence.
func TestWindowDemoIssuer(t *testing.T) {
	issuer := exec.CommandContext(context.Background(), certdesk(t), "--demo-issuer", "--data", filepath.Join(t.TempDir(), "issuer"))
	out, err := issuer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := issuer.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = issuer.Process.Kill(); _ = issuer.Wait() })
	link := ""
	for lines := bufio.NewScanner(out); link == "" && lines.Scan(); {
		link = linkForm.FindString(lines.Text())
	}
	if link == "" {
		t.Fatal("the issuer prints no link")
	}
	p := start(t, filepath.Join(t.TempDir(), "data"))
	p.askingForCode()
	p.write(link)
	p.press("Return")
	p.at("Link or code")
	p.canGoOn()
	p.press("Return")
	p.at("Your licence")
	p.canGoOn()
	p.quit()
	if err := issuer.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := issuer.Wait(); err != nil {
		t.Errorf("the issuer ended with %v", err)
	}
}
