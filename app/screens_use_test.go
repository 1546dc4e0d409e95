package main

import (
	"os"
	"path/filepath"
	"testing"

	"certdesk/internal/ui/kit/kittest"
)

func init() { walks["install"] = installScreens }

// installScreens are the states of putting a certificate into a program of this computer.
func installScreens(t *testing.T, s setup) {
	w := start(t, s)
	w.toUse()
	w.choose10("thunderbird")
	w.press("install.do")
	w.button("install.yes")
	w.screen("install-question")
	lock := filepath.Join(w.practised(), "lock")
	if err := os.Symlink("127.0.1.1:+1", lock); err != nil {
		t.Fatal(err)
	}
	w.press("install.yes")
	w.see(w.word("fault.install-running.saw", "program", "Thunderbird"))
	w.screen("install-running")
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	w.certutil("", "-W", "-f", writeTo(t, ""), "-@", writeTo(t, "nine brave otters"))
	w.press("install.do")
	w.press("install.yes")
	w.see(w.word("fault.install-password.saw", "program", "Thunderbird"))
	w.screen("install-password")
	kittest.EntryByLabel(t, w.root(), w.word("install.primary", "program", "Thunderbird")).SetText("nine brave otters")
	w.press("install.continue")
	w.see(w.word("install.there"))
	w.screen("install-there")
}
