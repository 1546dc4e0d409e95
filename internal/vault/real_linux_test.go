package vault

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"certdesk/internal/fault"
)

// The tests below run against a real D-Bus and a real gnome-keyring. They start both for themselves, with a
// home of their own, so that no keyring of the person who runs the tests is touched: each is run again in
// a second process, which this variable tells from the first.
const insideSession = "CERTDESK_VAULT_TEST_INSIDE"

// again runs the calling test once more inside a session that is started by the words of wrapper ("$0" is
// the test binary). It reports true in the second process, which is to do the work.
func again(t *testing.T, env []string, wrapper ...string) bool {
	t.Helper()
	if os.Getenv(insideSession) == t.Name() {
		return true
	}
	self, err := os.Executable()
	ok(t, err)
	home, run := filepath.Join(t.TempDir(), "home"), filepath.Join(t.TempDir(), "run")
	for _, dir := range []string{home, run} {
		ok(t, os.Mkdir(dir, 0o700))
	}
	args := slices.Concat(wrapper, []string{self, "-test.run=^" + t.Name() + "$", "-test.v"})
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_RUNTIME_DIR=" + run, "TMPDIR=" + os.TempDir(), insideSession + "=" + t.Name(),
	}, env...)
	// A keyring that outlives its session would hold the pipe open.
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("inside: %v\n%s", err, out)
	}
	return false
}

func TestRealKeyring(t *testing.T) {
	if !again(t, nil, "dbus-run-session", "--", "sh", "-c", `printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$0" "$@"`) {
		return
	}
	keepsKeys(t, filepath.Join(t.TempDir(), LedgerName))
}

// A keyring that was never unlocked, on a computer that can't show its prompt: whatever it does, it ends,
// and with a fault that says so.
func TestRealKeyringThatIsLocked(t *testing.T) {
	if !again(t, nil, "dbus-run-session", "--", "sh", "-c", `gnome-keyring-daemon --start --components=secrets >/dev/null; exec "$0" "$@"`) {
		return
	}
	l, err := OpenLedger(filepath.Join(t.TempDir(), LedgerName))
	ok(t, err)
	v := New(System(DemoService), l, Options{Timeout: 3 * time.Second})
	err = v.Probe(t.Context())
	if !fault.Is(err, fault.KeyringLocked) && !fault.Is(err, fault.KeyringBlocked) {
		t.Errorf("got %v", err)
	}
}

func TestNoSessionBus(t *testing.T) {
	if !again(t, nil) {
		return
	}
	v, _ := newVault(t, System(DemoService))
	if v.Reaches() {
		t.Error("a keyring is found where there is none")
	}
	if err := v.Probe(t.Context()); !fault.Is(err, fault.KeyringAbsent) {
		t.Errorf("got %v", err)
	}
}

func TestASessionBusThatIsGone(t *testing.T) {
	if !again(t, []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus"}) {
		return
	}
	v, _ := newVault(t, System(DemoService))
	if v.Reaches() {
		t.Error("a keyring is found where there is none")
	}
	if err := v.Probe(t.Context()); !fault.Is(err, fault.KeyringAbsent) {
		t.Errorf("got %v", err)
	}
}

// A minimal desktop: a session bus that knows no Secret Service.
func TestASessionBusWithoutAKeyring(t *testing.T) {
	config := filepath.Join(t.TempDir(), "session.conf")
	if os.Getenv(insideSession) == "" {
		text := fmt.Sprintf(`<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=%s</listen><policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`, os.TempDir())
		ok(t, os.WriteFile(config, []byte(text), 0o600))
	}
	if !again(t, nil, "dbus-run-session", "--config-file="+config, "--") {
		return
	}
	v, _ := newVault(t, System(DemoService))
	if v.Reaches() {
		t.Error("a keyring is found where there is none")
	}
	if err := v.Probe(t.Context()); !fault.Is(err, fault.KeyringAbsent) {
		t.Errorf("got %v", err)
	}
}
