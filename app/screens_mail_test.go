package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
)

func init() { walks["mail"] = mailScreens }

// sample is a saved e-mail of testdata, copied to where customers keep such.
func sample(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "internal", "activation", "testdata", "mail", name))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// drop drops files on the window, as the system does.
func (w *walk) drop(paths ...string) {
	w.t.Helper()
	var uris []fyne.URI
	for _, p := range paths {
		uris = append(uris, storage.NewFileURI(p))
	}
	w.a.shell.Dropped(uris)
	w.q.Finish(w.t)
}

// mailScreens are what a saved e-mail, and another file, can be at step 1.
func mailScreens(t *testing.T, s setup) {
	s.script = &script{}
	w := start(t, s)
	w.see(w.word("home.title"))
	dir := t.TempDir()
	w.drop(sample(t, dir, "outlook-safelinks.eml"))
	w.see("outlook-safelinks.eml")
	w.see(w.word("link.expect"))
	w.screen("mail-wrapped")
	w.press("mail.remove")
	w.drop(sample(t, dir, "deceiving.eml"))
	w.see(w.word("mail.shown.do"))
	w.screen("mail-deceiving")
	w.press("mail.remove")
	w.drop(sample(t, dir, "two-licences.eml"), sample(t, dir, "meeting.ics"))
	w.see(w.word("link.several", "n", 2))
	w.screen("mail-several")
	w.press("mail.remove")
	w.open("mail.how.title")
	w.screen("mail-how")
	pdf := filepath.Join(dir, strings.Repeat("Rechnung ", 8)+"2026.pdf")
	if err := os.WriteFile(pdf, []byte("%PDF-1.7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.drop(pdf)
	w.see(w.word("fault.file-pdf.do"))
	w.screen("mail-pdf")
	w.press("link.only-code")
	w.screen("link-only-code")
}
