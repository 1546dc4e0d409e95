package kittest

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"certdesk/internal/ui/kit"
)

// span is from where to where a scroll area is on the screen.
type span struct{ top, bottom float32 }

// scrollAround is the nearest scroll area around o.
func scrollAround(root, o fyne.CanvasObject) (span, bool) {
	var at span
	found := false
	Walk(root, func(x fyne.CanvasObject, pos fyne.Position) bool {
		if s, ok := x.(*kit.VScroll); ok && contains(s, o) {
			at, found = span{pos.Y, pos.Y + s.Size().Height}, true
		}
		return true
	})
	return at, found
}

// shown is a text on the screen.
type shown struct {
	text string
	at   fyne.Position
	size fyne.Size
}

// room is what is around an object: how far it may reach before it is cut.
type room struct {
	left, right, top, bottom float32
	// seen is the part of the screen on which it would be seen.
	seen *room
}

// AssertLayout lays obj out at a size and fails when it needs more than that, when a text is cut or lies
// on another, or when a second layout moves anything.
func AssertLayout(t testing.TB, obj fyne.CanvasObject, size fyne.Size) {
	t.Helper()
	w := Show(t, obj, size)
	AssertScreen(t, w, size)
}

// AssertScreen is [AssertLayout] for what a window shows already.
func AssertScreen(t testing.TB, w fyne.Window, size fyne.Size) {
	t.Helper()
	w.Resize(size)
	root := Root(w.Canvas())
	if least := root.MinSize(); least.Width > size.Width || least.Height > size.Height {
		t.Errorf("needs %v, has %v: widest inside: %s", least, size, widest(root, size.Width))
	}
	before := places(root)
	texts := visibleTexts(t, root, size)
	for i, a := range texts {
		for _, b := range texts[i+1:] {
			if overlap(a, b) {
				t.Errorf("%q at %v %v lies on %q at %v %v", a.text, a.at, a.size, b.text, b.at, b.size)
			}
		}
	}
	w.Resize(size.AddWidthHeight(37, 23))
	w.Resize(size)
	kit.Relayout(root)
	after := places(root)
	if len(before) != len(after) {
		t.Errorf("a second layout has %d objects, the first %d", len(after), len(before))
		return
	}
	for i := range before {
		if before[i] != after[i] {
			t.Errorf("a second layout moves %s to %s", before[i], after[i])
			return
		}
	}
}

func places(root fyne.CanvasObject) []string {
	var out []string
	Walk(root, func(o fyne.CanvasObject, at fyne.Position) bool {
		name := fmt.Sprintf("%T", o)
		if c, ok := o.(*canvas.Text); ok {
			name = fmt.Sprintf("text %q", c.Text)
		}
		out = append(out, fmt.Sprintf("%s at %.1f %.1f size %.1f %.1f", name, at.X, at.Y, o.Size().Width, o.Size().Height))
		return !isEntry(o) // what is inside follows the cursor
	})
	return out
}

// visibleTexts are the texts on the screen; it reports those that are cut.
func visibleTexts(t testing.TB, root fyne.CanvasObject, size fyne.Size) []shown {
	t.Helper()
	var out []shown
	screen := room{0, size.Width, 0, size.Height, nil}
	around := screen
	around.seen = &screen
	collect(root, fyne.NewPos(0, 0), around, func(c *canvas.Text, at fyne.Position, in room) {
		need := fyne.MeasureText(c.Text, c.TextSize, c.TextStyle)
		if c.Size().Width > need.Width { // aligned inside a wider object
			switch c.Alignment {
			case fyne.TextAlignCenter:
				at.X += (c.Size().Width - need.Width) / 2
			case fyne.TextAlignTrailing:
				at.X += c.Size().Width - need.Width
			case fyne.TextAlignLeading:
			}
		}
		const slack = 1.5
		if at.X < in.left-slack || at.X+need.Width > in.right+slack || at.Y < in.top-slack || at.Y+need.Height > in.bottom+slack {
			t.Errorf("%q is cut: at %v, %v large, with room %+v", c.Text, at, need, in)
		}
		if s := in.seen; at.Y < s.bottom && at.Y+need.Height > s.top {
			from, to := max(at.Y, s.top), min(at.Y+need.Height, s.bottom)
			out = append(out, shown{text: c.Text, at: fyne.NewPos(at.X, from), size: fyne.NewSize(need.Width, to-from)})
		}
	})
	return out
}

const noEnd float32 = 1e6

// collect visits the visible texts with the room around each. A scroll area has room without end in the
// direction in which it scrolls; the text in an entry may be longer than the entry.
func collect(o fyne.CanvasObject, parent fyne.Position, in room, visit func(*canvas.Text, fyne.Position, room)) {
	if o == nil || !o.Visible() {
		return
	}
	at := parent.Add(o.Position())
	switch o := o.(type) {
	case *canvas.Text:
		if o.Text != "" {
			visit(o, at, in)
		}
		return
	case fyne.Widget, *fyne.Container:
		if isEntry(o) {
			return
		}
		in = in.inside(at, o.Size())
		if isScroll(o) {
			seen := in.seen.inside(at, o.Size())
			in.seen = &seen
			in.top, in.bottom = -noEnd, noEnd
		}
	}
	for _, c := range inside(o) {
		collect(c, at, in, visit)
	}
}

func isEntry(o fyne.CanvasObject) bool {
	_, entry := o.(interface{ CursorTextOffset() int })
	return entry
}

func isScroll(o fyne.CanvasObject) bool {
	_, scroll := o.(*container.Scroll)
	return scroll
}

func (r room) inside(at fyne.Position, size fyne.Size) room {
	return room{max(r.left, at.X), min(r.right, at.X+size.Width), max(r.top, at.Y), min(r.bottom, at.Y+size.Height), r.seen}
}

func overlap(a, b shown) bool {
	const slack = 2.5
	x := min(a.at.X+a.size.Width, b.at.X+b.size.Width) - max(a.at.X, b.at.X)
	y := min(a.at.Y+a.size.Height, b.at.Y+b.size.Height) - max(a.at.Y, b.at.Y)
	return x > slack && y > slack
}

// widest names what makes root wider than it may be.
func widest(root fyne.CanvasObject, width float32) string {
	name := "nothing"
	Walk(root, func(o fyne.CanvasObject, _ fyne.Position) bool {
		if o.MinSize().Width > width {
			name = fmt.Sprintf("%T %v", o, o.MinSize())
			if w, ok := o.(fyne.Widget); ok {
				_ = test.WidgetRenderer(w)
				name += " " + VisibleText(o)
			}
		}
		return true
	})
	return name
}
