package logfile

import (
	"bufio"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/fault"
	"certdesk/internal/secret"
)

const canary = "canary-77ab"

// TestMain crashes instead of testing when it is told to: that can't be tried in the test's own process.
func TestMain(m *testing.M) {
	if dir := os.Getenv("LOGFILE_CRASH_IN"); dir != "" {
		crashNow(dir, os.Getenv("LOGFILE_CRASH"))
	}
	os.Exit(m.Run())
}

func opened(t *testing.T, dir string, limit int64) *Log {
	t.Helper()
	l, err := open(dir, limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func content(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// records are the lines of a log without their times.
func records(t *testing.T, text string) []map[string]any {
	t.Helper()
	var all []map[string]any
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		var r map[string]any
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		if _, ok := r["time"]; !ok {
			t.Errorf("no time in %q", lines.Text())
		}
		delete(r, "time")
		all = append(all, r)
	}
	return all
}

func TestOnlyWhatTheTableHasIsWritten(t *testing.T) {
	dir := t.TempDir()
	l := opened(t, dir, maxSize)
	to := l.Logger()
	type person struct{ Name string }

	to.Info(string(AppStarted), "version", "1.0", "system", "linux", "user", canary)
	to.Warn(string(FaultShown), "code", fault.ServiceDown, "cause", fault.New(fault.ServiceDown, errors.New("status 500")), "page", person{canary})
	to.With("order", "o-1", "name", canary).Info(string(KeyMade), "took", 1500*time.Millisecond, "size", 3072)
	to.WithGroup(canary).Info(string(OrderMoved), "order", canary)
	to.With("order", "o-2").WithGroup("g").With("from", canary).Info(string(OrderMoved), "to", canary)
	to.Info(string(OrderMoved), slog.Group("order", "x", canary), "from", secret.FromString(canary), "to", &person{canary})
	to.Info(canary, "order", canary)
	to.Debug(string(OrderMoved), "order", "not at this level")
	to.Error(string(PanicCaught), "cause", errors.New("Get \"https://shop.example/?code="+canary+"\": refused"), "where", "certdesk:?link="+canary)
	to.Error(string(PanicCaught), "cause", "bad key -----BEGIN PRIVATE KEY-----\n"+canary+"\n", "where", "a\nb\xff")

	slog.NewLogLogger(to.Handler(), slog.LevelError).Printf("Unsolicited response: %s", canary) // as net/http does

	want := []map[string]any{
		{"level": "INFO", "msg": "app.started", "version": "1.0", "system": "linux"},
		{"level": "WARN", "msg": "fault.shown", "cause": "service-down: status 500"},
		{"level": "INFO", "msg": "key.made", "order": "o-1", "took": "1.5s", "size": 3072.0},
		{"level": "INFO", "msg": "order.moved"},
		{"level": "INFO", "msg": "order.moved", "order": "o-2"},
		{"level": "INFO", "msg": "order.moved", "from": "[secret]"},
		{"level": "ERROR", "msg": "panic.caught", "cause": "Get \"[address] refused", "where": "[address]"},
		{"level": "ERROR", "msg": "panic.caught", "cause": "bad key [PEM]", "where": "a\nb?"},
	}
	text := content(t, dir, current)
	if diff := cmp.Diff(want, records(t, text)); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(text, canary) {
		t.Errorf("the canary is in the log:\n%s", text)
	}
	if got := l.Dropped(); got != 11 {
		t.Errorf("%d values and records dropped", got)
	}
}

func TestALongTextIsCut(t *testing.T) {
	if got := scrub(strings.Repeat("ä", 400)); len(got) > maxText+len("…") || !strings.HasSuffix(got, "ä…") {
		t.Errorf("%q", got)
	}
}

func TestTheLogIsBoundedAndPrivate(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, current), []byte("{\"time\":0}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	const limit = 1000
	l := opened(t, dir, limit)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				l.Logger().Info(string(OrderMoved), "order", "o-1", "from", "draft", "to", "sent")
			}
		})
	}
	wg.Wait()
	l.Logger().Info(string(OrderMoved), "order", "the last")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	l.Logger().Info(string(OrderMoved), "order", "too late")
	both := content(t, dir, previous) + content(t, dir, current)
	if r := records(t, both); r[len(r)-1]["msg"] != string(LogClosed) || r[len(r)-2]["order"] != "the last" {
		t.Errorf("the end is %v", r[len(r)-2:])
	}
	for _, name := range []string{current, previous, crash} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > limit || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %d bytes, %v", name, info.Size(), info.Mode())
		}
	}
}

func TestTheNextRunGoesOnInTheSameLog(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		l := opened(t, dir, maxSize)
		l.Logger().Info(string(AppStarted), "crashed", l.Crashed())
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if r := records(t, content(t, dir, current)); len(r) != 4 || r[2]["crashed"] != false {
		t.Errorf("%v", r)
	}
}

func TestAFolderThatIsNotThere(t *testing.T) {
	if l, err := Open(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Errorf("opened %v", l)
	}
}
