package kittest

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
)

// Press presses a key as a desktop does: Tab moves the focus unless the focused object wants it; other
// keys go to the focused object, or to the canvas when nothing has the focus.
func Press(t testing.TB, c fyne.Canvas, key fyne.KeyName) {
	t.Helper()
	ev := &fyne.KeyEvent{Name: key}
	focused := c.Focused()
	if key == fyne.KeyTab {
		if tabbable, ok := focused.(fyne.Tabbable); !ok || !tabbable.AcceptsTab() {
			c.FocusNext()
			return
		}
	}
	if focused != nil {
		focused.TypedKey(ev)
		if key == fyne.KeySpace {
			if f := c.Focused(); f == focused {
				f.TypedRune(' ')
			}
		}
		return
	}
	if f := c.OnTypedKey(); f != nil {
		f(ev)
	}
}

// PressBack presses Shift and Tab.
func PressBack(c fyne.Canvas) { c.FocusPrevious() }

// TypeText types into what has the focus.
func TypeText(t testing.TB, c fyne.Canvas, text string) {
	t.Helper()
	for _, r := range text {
		f := c.Focused()
		if f == nil {
			t.Fatalf("nothing has the focus to type %q into", text)
		}
		if r == '\n' {
			f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
			continue
		}
		f.TypedRune(r)
	}
}

// Paste pastes text into what has the focus.
func Paste(t testing.TB, c fyne.Canvas, text string) {
	t.Helper()
	s, ok := c.Focused().(fyne.Shortcutable)
	if !ok {
		t.Fatalf("nothing that can be pasted into has the focus: %T", c.Focused())
	}
	s.TypedShortcut(&fyne.ShortcutPaste{Clipboard: &Clipboard{Text: text}})
}

// Focused is what has the focus, or nil.
func Focused(c fyne.Canvas) fyne.Focusable { return c.Focused() }

// focusRing is implemented by everything of the kit that can take the focus.
type focusRing interface{ ShowsFocus() bool }

const mostStops = 500

// TabTo presses Tab until the focus is on or inside target.
func TabTo(t testing.TB, c fyne.Canvas, target fyne.CanvasObject) {
	t.Helper()
	for range mostStops {
		if f, ok := c.Focused().(fyne.CanvasObject); ok && contains(target, f) {
			return
		}
		Press(t, c, fyne.KeyTab)
	}
	t.Fatalf("Tab never gets to %T", target)
}

func contains(o, part fyne.CanvasObject) bool {
	found := false
	Walk(o, func(x fyne.CanvasObject, _ fyne.Position) bool {
		found = found || x == part
		return !found
	})
	return found
}

// WalkByTab presses Tab until it is back where it began, and returns the stops. It fails when a stop does
// not show that it has the focus, when one can't be seen because it is scrolled away, when Tab never comes
// back, or when Escape pressed at a stop does not get to escaped (nil: not checked).
func WalkByTab(t testing.TB, c fyne.Canvas, escaped func() int) []fyne.Focusable {
	t.Helper()
	c.Unfocus()
	var stops []fyne.Focusable
	for range mostStops {
		Press(t, c, fyne.KeyTab)
		f := c.Focused()
		if f == nil {
			return stops
		}
		if len(stops) > 0 && f == stops[0] {
			return stops
		}
		stops = append(stops, f)
		checkStop(t, c, f)
		if escaped != nil {
			before := escaped()
			Press(t, c, fyne.KeyEscape)
			if escaped() != before+1 {
				t.Errorf("Escape at %s does not reach the page", describe(f))
			}
			if c.Focused() != f {
				c.Focus(f)
			}
		}
	}
	t.Errorf("Tab does not come back to its start in %d steps", mostStops)
	return stops
}

func checkStop(t testing.TB, c fyne.Canvas, f fyne.Focusable) {
	t.Helper()
	ring, ok := f.(focusRing)
	if !ok || !ring.ShowsFocus() {
		t.Errorf("%s has the focus and does not show it", describe(f))
	}
	o, ok := f.(fyne.CanvasObject)
	if !ok {
		return
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	size, window := o.Size(), c.Size()
	if at.Y < -1 || at.X < -1 || at.Y+min(size.Height, 60) > window.Height+1 || at.X+min(size.Width, 60) > window.Width+1 {
		t.Errorf("%s has the focus outside the window, at %v", describe(f), at)
	}
	clip, ok := scrollAround(Root(c), o)
	if tall := clip.bottom - clip.top; ok && size.Height > tall { // what is taller than the window is there for the most part
		size.Height = tall / 2
	}
	if ok && (at.Y < clip.top-1 || at.Y+size.Height > clip.bottom+1) {
		t.Errorf("%s has the focus and is scrolled away: %v to %v of %v to %v", describe(f), at.Y, at.Y+size.Height, clip.top, clip.bottom)
	}
}

func describe(f fyne.Focusable) string {
	if x, ok := f.(interface{ Text() string }); ok {
		return fmt.Sprintf("%T %q", f, x.Text())
	}
	return fmt.Sprintf("%T", f)
}
