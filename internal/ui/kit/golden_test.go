package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/ui/kit/kittest"
)

func TestGoldens(t *testing.T) {
	for _, s := range screens() {
		t.Run(s.name, func(t *testing.T) {
			kittest.NewApp(t)
			q := kittest.NewQueue()
			env, _ := kittest.NewEnv(t, q)
			w := kittest.Show(t, s.make(env), fyne.NewSize(1000, 700))
			if s.after != nil {
				s.after(w, q)
			}
			kittest.AssertGolden(t, s.name, w)
		})
	}
}

func TestKitWordsCanBeDrawn(t *testing.T) {
	kittest.NewApp(t)
	for _, lang := range []string{"en", "de"} {
		w := kittest.KitWords(t, lang)
		for _, id := range []string{"kit.copy", "kit.copied", "kit.cleared.in", "kit.seconds", "kit.cancel", "kit.failure.saw", "kit.failure.means", "kit.failure.do", "kit.failure.details", "kit.failure.copy", "kit.picker.none"} {
			text := w.T(id, "n", 3)
			if text == "["+id+"]" {
				t.Errorf("%s has no %s", lang, id)
			}
			if m := kittest.MissingRunes(t, text); len(m) > 0 {
				t.Errorf("%s: %s can't be drawn: %q", lang, id, m)
			}
		}
	}
	if m := kittest.MissingRunes(t, "✓ ▾"); len(m) == 0 {
		t.Error("the test that looks for missing runes finds none where there are")
	}
}
