package instance

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/fault"
)

// TestMain is another app when it is told to: one that says what it hears.
func TestMain(m *testing.M) {
	dir := os.Getenv("INSTANCE_HOLD")
	if dir == "" {
		os.Exit(m.Run())
	}
	i, err := Acquire(dir)
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	fmt.Println("held:", i.Held(), i.Listening())
	for link := range i.Links() {
		fmt.Println("link:", link)
	}
}

// folders gives a data directory, and has sockets made in a folder of the test's own.
func folders(t *testing.T) (data string) {
	t.Helper()
	runtime, err := os.MkdirTemp("", "cd") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(runtime) })
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	t.Setenv("TMPDIR", runtime)
	return t.TempDir()
}

// another starts another app on dir and gives its lines.
func another(t *testing.T, dir string) (lines func() string, kill func()) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), program)
	child.Env = append(os.Environ(), "INSTANCE_HOLD="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() { _ = child.Process.Kill(); _ = child.Wait() }
	t.Cleanup(kill)
	r := bufio.NewScanner(out)
	return func() string { r.Scan(); return r.Text() }, kill
}

func acquire(t *testing.T, dir string) *Instance {
	t.Helper()
	i, err := Acquire(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close() })
	if err := i.Listening(); err != nil || !i.Held() {
		t.Fatalf("held %v, listening %v", i.Held(), err)
	}
	return i
}

func TestTheSecondStartHandsItsLinkToTheFirst(t *testing.T) {
	dir := folders(t)
	lines, kill := another(t, dir)
	if got := lines(); got != "held: true <nil>" {
		t.Fatal(got)
	}
	if i, err := Acquire(dir); !errors.Is(err, ErrRunning) {
		t.Fatalf("%v, %v", i, err)
	}
	for _, link := range []string{"https://shop.example/activate#ä<>&\"{{", ""} {
		if err := Send(t.Context(), dir, link); err != nil {
			t.Fatal(err)
		}
		if got := lines(); got != "link: "+link {
			t.Errorf("the first heard %q, want %q", got, link)
		}
	}
	// kill -9 leaves the socket behind and must not keep the next start out.
	kill()
	i := acquire(t, dir)
	if err := Send(t.Context(), dir, "after the crash"); err != nil {
		t.Fatal(err)
	}
	if got := <-i.Links(); got != "after the crash" {
		t.Errorf("heard %q", got)
	}
}

func TestOneDirectoryByEveryPath(t *testing.T) {
	dir := folders(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	i := acquire(t, dir)
	for _, path := range []string{link, dir + "/.", filepath.Join(dir, "..", filepath.Base(dir))} {
		if _, err := Acquire(path); !errors.Is(err, ErrRunning) {
			t.Errorf("%s: %v", path, err)
		}
		if err := Send(t.Context(), path, path); err != nil {
			t.Fatal(err)
		}
		if got := <-i.Links(); got != path {
			t.Errorf("heard %q", got)
		}
	}
	other := acquire(t, t.TempDir())
	if err := Send(t.Context(), dir, "for the first"); err != nil {
		t.Fatal(err)
	}
	<-i.Links()
	if len(other.Links()) != 0 {
		t.Error("another directory's app heard it")
	}
}

func TestCloseGivesEverythingBack(t *testing.T) {
	dir := folders(t)
	for range 3 {
		i := acquire(t, dir)
		if err := errors.Join(i.Close(), i.Close()); err != nil {
			t.Fatal(err)
		}
		if _, open := <-i.Links(); open || i.Held() {
			t.Error("it goes on after Close")
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Send(ctx, dir, "anybody"); !fault.Is(err, fault.AnotherRunning) {
		t.Errorf("sent to nobody: %v", err)
	}
}

func TestAnAppThatLooksAtNothingSaysSo(t *testing.T) {
	dir := folders(t)
	acquire(t, dir)
	for range waiting {
		if err := Send(t.Context(), dir, ""); err != nil {
			t.Fatal(err)
		}
	}
	message, err := newMessage("")
	if err != nil {
		t.Fatal(err)
	}
	if err := tell(t.Context(), dir, message); !errors.Is(err, errAnswer) {
		t.Errorf("one too many: %v", err)
	}
}

// Whoever connects can't make the app do or keep anything.
func TestStrangersAreNotHeard(t *testing.T) {
	dir := folders(t)
	i := acquire(t, dir)
	for name, line := range map[string]string{
		"nothing":               "",
		"no JSON":               "GET / HTTP/1.1\r\n\r\n",
		"half a line":           `{"version":1,"link":"x"}`,
		"another version":       `{"version":2,"link":"x"}` + "\n",
		"no version":            `{"link":"x"}` + "\n",
		"another field":         `{"version":1,"link":"x","run":"y"}` + "\n",
		"two at once":           `{"version":1,"link":"x"}{"version":1,"link":"y"}` + "\n",
		"a link with a line":    `{"version":1,"link":"x\ny"}` + "\n",
		"a long link":           `{"version":1,"link":"` + strings.Repeat("x", maxLink+1) + `"}` + "\n",
		"a line without an end": strings.Repeat("x", 3*maxMessage),
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := dial(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			_, _ = conn.Write([]byte(line))
			if c, ok := conn.(*net.UnixConn); ok {
				_ = c.CloseWrite()
			}
			if readTaken(conn) == nil || len(i.Links()) != 0 {
				t.Error("it was taken")
			}
		})
	}
	for _, link := range []string{"a\nb", "\x00", "\xff", strings.Repeat("x", maxLink+1)} {
		if err := Send(t.Context(), dir, link); !errors.Is(err, errLink) {
			t.Errorf("%.10q: %v", link, err)
		}
	}
}

func TestMessagesSurviveTheWay(t *testing.T) {
	for _, link := range []string{"", "https://shop.example/#a", strings.Repeat("\"", 1900), strings.Repeat("ü", 1024)} {
		data, err := newMessage(link)
		if err != nil {
			t.Fatalf("%.10q: %v", link, err)
		}
		if got, err := readMessage(strings.NewReader(string(data))); got != link || err != nil {
			t.Errorf("%.10q came as %.10q: %v", link, got, err)
		}
	}
}

func FuzzReadMessage(f *testing.F) {
	f.Add(`{"version":1,"link":"https://shop.example/"}` + "\n")
	f.Add(`{"version":1,"link":null,"link":"\u0000"}` + "\n")
	f.Add(`[1]` + "\n")
	f.Fuzz(func(t *testing.T, s string) {
		link, err := readMessage(strings.NewReader(s))
		if err != nil {
			if link != "" || !errors.Is(err, errMessage) {
				t.Errorf("%q, %v", link, err)
			}
			return
		}
		data, err := newMessage(link)
		if err != nil {
			return // what JSON escapes can be too long to be written again
		}
		if again, err := readMessage(strings.NewReader(string(data))); again != link || err != nil {
			t.Errorf("%q became %q: %v", link, again, err)
		}
	})
}

func TestNetworkShare(t *testing.T) {
	dir := t.TempDir()
	if OnNetworkShare(dir) || OnNetworkShare(filepath.Join(dir, "not", "there", "yet")) {
		t.Error("a folder for temporary files is on this computer")
	}
}
