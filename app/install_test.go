package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/ui/kit/kittest"
)

// certutil runs NSS's certutil on the profile that the demo practises with.
func (w *walk) certutil(stdin string, args ...string) string {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), "certutil", append(args, "-d", "sql:"+w.practised())...) // #nosec G204 -- a test's arguments
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("certutil %q: %v: %s", args, err, out)
	}
	return string(out)
}

// practised is the folder of that profile.
func (w *walk) practised() string {
	return filepath.Join(w.data, "demo", "programs", ".thunderbird", "practice")
}

// TestPutIntoThunderbirdAndTakenOut goes from the code to a certificate that stands in a Thunderbird profile, with
// its key, as NSS itself says; what is in the way is said; undone, it is gone, and the story tells of it.
func TestPutIntoThunderbirdAndTakenOut(t *testing.T) {
	w := start(t, setup{})
	w.toUse()
	w.choose10("thunderbird")
	w.button("install.do")

	lock := filepath.Join(w.practised(), "lock")
	if err := os.Symlink("127.0.1.1:+1", lock); err != nil { // process 1 always runs
		t.Fatal(err)
	}
	w.press("install.do")
	w.press("install.yes")
	w.see(w.word("fault.install-running.saw", "program", "Thunderbird"))
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}

	w.press("install.do")
	w.press("install.no")
	w.q.Finish(t)
	if list := w.certutil("", "-L"); strings.Contains(list, "anna@example.ch") {
		t.Fatalf("put in without a yes:\n%s", list)
	}
	w.press("install.do")
	w.press("install.yes")
	w.see(w.word("install.there"))
	w.see(w.word("install.account-none", "address", "anna@example.ch"))
	if list := w.certutil("", "-L"); !strings.Contains(list, "anna@example.ch") || strings.Count(list, "u,u,u") != 1 {
		t.Errorf("the list:\n%s", list)
	}
	if keys := w.certutil("", "-K"); strings.Count(keys, " rsa ") != 1 {
		t.Errorf("the keys:\n%s", keys)
	}
	w.press("journey.save-close")
	w.see(w.word("install.there")) // the order's own page says so, too
	w.see(w.word("event.installed", "program", "Thunderbird"))
	w.press("install.undo")
	w.press("install.undo") // of the question
	w.see(w.word("event.uninstalled", "program", "Thunderbird"))
	w.button("install.do")
	w.q.Finish(t)
	if list := w.certutil("", "-L"); strings.Contains(list, "anna@example.ch") || strings.Contains(list, "Demo") {
		t.Errorf("left behind:\n%s", list)
	}
	if keys, err := exec.CommandContext(t.Context(), "certutil", "-K", "-d", "sql:"+w.practised()).CombinedOutput(); err == nil { // #nosec G204 -- a test's arguments
		t.Errorf("a key is left behind:\n%s", keys)
	}
}

// TestThePrimaryPasswordIsAskedFor: a wrong one is said where it was typed, the right one goes on, and neither is
// written anywhere.
func TestThePrimaryPasswordIsAskedFor(t *testing.T) {
	w := start(t, setup{})
	w.toUse()
	w.choose10("thunderbird")
	w.button("install.do")
	const secretWord = "nine brave otters"
	w.certutil("", "-W", "-f", writeTo(t, ""), "-@", writeTo(t, secretWord))
	w.press("install.do")
	w.press("install.yes")
	w.see(w.word("fault.install-password.saw", "program", "Thunderbird"))
	field := func() string { return w.word("install.primary", "program", "Thunderbird") }
	kittest.EntryByLabel(t, w.root(), field()).SetText("not this one")
	w.press("install.continue")
	w.see(w.word("fault.install-password.saw", "program", "Thunderbird"))
	w.q.Finish(t)
	kittest.EntryByLabel(t, w.root(), field()).SetText(secretWord)
	w.press("install.continue")
	w.see(w.word("install.there"))
	w.q.Finish(t)
	w.stop()
	for _, f := range holding(t, []string{w.data}, map[string]string{"the primary password": secretWord}) {
		t.Error(f)
	}
}

// writeTo is a file with a line.
func writeTo(t *testing.T, line string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "line")
	if err := os.WriteFile(path, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
