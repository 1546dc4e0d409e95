package main

import (
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/ui/kit/kittest"
)

// A customer with a file makes a test message, beside the file and its password, and what is written is right for
// OpenSSL and for "check a file"; once a word of it is changed, both say so. The order offers it as well.
func TestASignedTestMessage(t *testing.T) {
	w := start(t, setup{})
	w.toUse()
	w.makeFile("thunderbird")
	w.press("check.letter.make")
	w.until(w.word("check.letter.made"))
	w.see(w.word("use.password-note"))
	kittest.Button(t, w.root(), w.word("check.letter.open"))
	letters, err := filepath.Glob(filepath.Join(w.home, "*.eml"))
	if err != nil || len(letters) != 1 {
		t.Fatalf("%v: %v", letters, err)
	}
	openssl(t, "cms", "-verify", "-in", letters[0], "-noverify", "-out", filepath.Join(t.TempDir(), "text"))
	w.press("use.finish")
	w.until(w.word("check.letter.title"))
	w.button("check.letter.make")
	w.press("check.letter.mail")
	w.see(w.word("check.title"))
	w.drop(letters[0])
	w.see(w.word("check.note.mail-right"))
	w.see(w.word("check.note.mail-address", "from", "anna@example.ch"))
	changed := w.file("changed.eml", strings.Replace(read(t, letters[0]), "Certdesk", "Mallory", 1))
	w.drop(changed)
	w.see(w.word("check.note.mail-changed"))
	if kittest.HasText(w.root(), w.word("check.note.mail-right")) {
		t.Error("a changed text is said to be right")
	}
	w.press("journey.back")
	w.until(w.word("check.letter.title")) // the order, from which the way led here
}
