package main

import (
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/ui/kit/kittest"
)

// What won't do for a file is said at its field, with what to do; nothing is written, and nothing typed is lost.
func TestFoldersAndPasswordsThatWontDo(t *testing.T) {
	w := start(t, setup{shared: func(dir string) bool { return strings.HasPrefix(dir, "/mnt/nas") }})
	w.toUse()
	w.choose10("outlook")
	for _, dir := range []string{"/mnt/nas/keys", "smb://nas/keys"} {
		w.retype("use.folder", dir)
		w.see(w.word("use.network.saw"))
		w.see(w.word("use.network.do"))
		w.press("use.make")
		w.see(w.word("fault.folder-gone.saw"))
		if got := w.field("use.folder"); got != dir {
			t.Errorf("the field holds %q", got)
		}
	}
	w.retype("use.folder", w.home)
	if kittest.HasText(w.root(), w.word("use.network.saw")) {
		t.Error("this computer is a network drive")
	}
	w.open("use.own.title")
	for _, c := range []struct{ text, saw, do string }{
		{"fifteen letters", w.word("fault.password-short.saw", "n", 16), w.word("fault.password-short.do", "n", 16)},
		{"Zürich Zürich Zürich", w.word("fault.password-not-ascii.saw"), w.word("fault.password-not-ascii.do")},
		{"key \U0001F511 key \U0001F511 key \U0001F511", w.word("fault.password-not-ascii.saw"), w.word("fault.password-not-ascii.do")},
	} {
		w.retype("use.own.label", c.text)
		w.retype("use.own.again", c.text)
		w.press("use.make")
		w.see(c.saw)
		w.see(c.do)
		if kittest.HasText(w.root(), w.word("fault.folder-gone.saw")) {
			t.Error("what was wrong with another folder is still there")
		}
		if got := w.field("use.own.label"); got != c.text {
			t.Errorf("the field holds %q", got)
		}
	}
	w.retype("use.own.label", "x") // and once more something: an empty password was not meant
	kittest.Press(t, w.a.window.Canvas(), fyne.KeyBackspace)
	w.retype("use.own.again", "once more")
	w.press("use.make")
	w.see(w.word("fault.password-short.saw", "n", 16))
	w.retype("use.own.label", "passwordpassword1")
	w.see(w.word("use.own.weak.saw"))
	w.see(w.word("use.own.weak.do"))
	w.retype("use.own.label", "wild geese over cold lakes")
	if kittest.HasText(w.root(), w.word("use.own.weak.saw")) {
		t.Error("a strong password is warned of")
	}
	w.press("use.make")
	w.see(w.word("use.own.differs.saw"))
	w.see(w.word("use.own.differs.do"))
	if files, err := filepath.Glob(filepath.Join(w.home, "*.p12")); err != nil || len(files) != 0 {
		t.Errorf("files %v, %v", files, err)
	}
	w.retype("use.own.again", "wild geese over cold lakes")
	w.press("use.make")
	w.see(w.word("use.own.used"))
}
