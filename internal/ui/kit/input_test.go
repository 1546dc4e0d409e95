package kit

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"pgregory.net/rapid"
)

// The kit counts lines to give a field its height before Fyne's entry has wrapped its text. It may count
// one too many, never one too few: that line would be hidden.
func TestFieldIsAsHighAsItsTextNeeds(t *testing.T) {
	app := test.NewApp()
	app.Settings().SetTheme(NewTheme(Light))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([a-zA-Z0-9äöü:/#.-]{1,30}[ \n]?){1,30}`).Draw(t, "text")
		width := float32(rapid.IntRange(120, 700).Draw(t, "width"))
		in := newInput(true)
		f := newField(in, rapid.Bool().Draw(t, "mono"))
		f.most = 1000
		in.setText(text)
		f.Resize(fyne.NewSize(width, f.HeightFor(width)))
		in.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
		if lines := in.CursorRow + 1; f.rows(width) < lines {
			t.Fatalf("counts %d lines of %d", f.rows(width), lines)
		}
	})
}

func TestAWholeMailIsNotMeasured(t *testing.T) {
	f := newField(newInput(true), false)
	f.most = 6
	f.in.setText(strings.Repeat("x", longPaste+1))
	if got := f.rows(1e9); got != 6 {
		t.Errorf("%d lines", got)
	}
}
