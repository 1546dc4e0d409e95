package kittest

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"certdesk/internal/ui/kit"
)

// Root is what a canvas takes input on: the overlay on top, or the content.
func Root(c fyne.Canvas) fyne.CanvasObject {
	if top := c.Overlays().Top(); top != nil {
		return top
	}
	return c.Content()
}

// Walk visits every visible object below root, parents first, with its position on the screen. visit says
// whether to go on inside the object.
func Walk(root fyne.CanvasObject, visit func(o fyne.CanvasObject, at fyne.Position) bool) {
	walk(root, fyne.NewPos(0, 0), visit)
}

func walk(o fyne.CanvasObject, parent fyne.Position, visit func(fyne.CanvasObject, fyne.Position) bool) {
	if o == nil || !o.Visible() {
		return
	}
	at := parent.Add(o.Position())
	if !visit(o, at) {
		return
	}
	for _, c := range inside(o) {
		walk(c, at, visit)
	}
}

func inside(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case fyne.Widget:
		return test.WidgetRenderer(o).Objects()
	}
	return nil
}

// VisibleText is every text below root, one a line, in the order of the tree.
func VisibleText(root fyne.CanvasObject) string {
	var lines []string
	Walk(root, func(o fyne.CanvasObject, _ fyne.Position) bool {
		switch o := o.(type) {
		case *kit.Text:
			if s := o.Text(); s != "" {
				lines = append(lines, s)
			}
			return false
		case interface{ FullText() string }: // a line of a list, of which the end may be cut
			if s := o.FullText(); s != "" {
				lines = append(lines, s)
			}
			return false
		case *canvas.Text:
			if o.Text != "" {
				lines = append(lines, o.Text)
			}
		}
		return true
	})
	return strings.Join(lines, "\n")
}

// HasText reports whether a text below root contains s.
func HasText(root fyne.CanvasObject, s string) bool { return strings.Contains(VisibleText(root), s) }

// All are the visible objects of type T below root.
func All[T fyne.CanvasObject](root fyne.CanvasObject) []T {
	var out []T
	Walk(root, func(o fyne.CanvasObject, _ fyne.Position) bool {
		if x, ok := o.(T); ok {
			out = append(out, x)
		}
		return true
	})
	return out
}

// one is the only visible object of type T for which match holds; the test fails when there is none, or
// more than one.
func one[T fyne.CanvasObject](t testing.TB, root fyne.CanvasObject, what string, match func(T) bool) T {
	t.Helper()
	var found []T
	for _, x := range All[T](root) {
		if match(x) {
			found = append(found, x)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d of %s on the screen:\n%s", len(found), what, VisibleText(root))
	}
	return found[0]
}

// Button finds a button by its label.
func Button(t testing.TB, root fyne.CanvasObject, text string) *kit.Button {
	t.Helper()
	return one(t, root, "button "+text, func(b *kit.Button) bool { return b.Text() == text })
}

// HasButton reports whether there is a button with that label.
func HasButton(root fyne.CanvasObject, text string) bool {
	for _, b := range All[*kit.Button](root) {
		if b.Text() == text {
			return true
		}
	}
	return false
}

// EntryByLabel finds a field by the label above it, or else by its placeholder.
func EntryByLabel(t testing.TB, root fyne.CanvasObject, label string) *kit.Entry {
	t.Helper()
	return one(t, root, "field "+label, func(e *kit.Entry) bool {
		return e.Label() == label || e.Label() == "" && e.Placeholder() == label
	})
}

// CheckByText finds a check by its label.
func CheckByText(t testing.TB, root fyne.CanvasObject, text string) *kit.Check {
	t.Helper()
	return one(t, root, "check "+text, func(c *kit.Check) bool { return c.Text() == text })
}

// ChoiceByTitle finds a choice card by its title.
func ChoiceByTitle(t testing.TB, root fyne.CanvasObject, title string) *kit.Choice {
	t.Helper()
	return one(t, root, "choice "+title, func(c *kit.Choice) bool { return c.Title() == title })
}

// CopyFieldByLabel finds a value to copy by the label beside it.
func CopyFieldByLabel(t testing.TB, root fyne.CanvasObject, label string) *kit.CopyField {
	t.Helper()
	return one(t, root, "copy field "+label, func(c *kit.CopyField) bool { return c.Label() == label })
}

// PickerByLabel finds a picker by its label.
func PickerByLabel(t testing.TB, root fyne.CanvasObject, label string) *kit.Picker {
	t.Helper()
	return one(t, root, "picker "+label, func(p *kit.Picker) bool { return p.Label() == label })
}

// DetailsByTitle finds a disclosure by its title.
func DetailsByTitle(t testing.TB, root fyne.CanvasObject, title string) *kit.Details {
	t.Helper()
	return one(t, root, "details "+title, func(d *kit.Details) bool { return d.Title() == title })
}

// SegmentedWith finds the row of labels that holds a label.
func SegmentedWith(t testing.TB, root fyne.CanvasObject, label string) *kit.Segmented {
	t.Helper()
	return one(t, root, "row with "+label, func(s *kit.Segmented) bool {
		for _, l := range s.Labels() {
			if l == label {
				return true
			}
		}
		return false
	})
}

// RailStep finds a step of a rail by its title.
func RailStep(t testing.TB, root fyne.CanvasObject, title string) *kit.RailRow {
	t.Helper()
	return one(t, root, "step "+title, func(r *kit.RailRow) bool { return r.Text() == title })
}

// Lines are the texts that o draws, in their order.
func Lines(o fyne.CanvasObject) []*canvas.Text {
	var out []*canvas.Text
	Walk(o, func(x fyne.CanvasObject, _ fyne.Position) bool {
		if c, ok := x.(*canvas.Text); ok {
			out = append(out, c)
		}
		return true
	})
	return out
}
