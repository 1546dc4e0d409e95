package kit

import "fyne.io/fyne/v2"

// Selectable is a text of several lines of which parts can be selected and copied. It looks like text, not
// like a field.
type Selectable struct {
	composite
	field *field
}

// NewSelectable makes it, in monospace: it stands in Details, where fields and fingerprints are.
func NewSelectable(text string) *Selectable {
	in := newInput(true)
	in.readOnly = true
	s := &Selectable{field: newField(in, true)}
	s.field.most = 1 << 20
	s.field.bare = true
	in.setText(text)
	s.field.style()
	s.init(s, s.field)
	return s
}

// NewCode is a Selectable whose lines stay whole: what is wider is scrolled to. A line of a configuration that is broken
// where the page ends reads like two.
func NewCode(text string) *Selectable {
	s := NewSelectable(text)
	s.field.in.Wrapping = fyne.TextWrapOff
	s.field.in.Scroll = fyne.ScrollHorizontalOnly
	return s
}

// SetText replaces the text.
func (s *Selectable) SetText(text string) {
	s.field.in.setText(text)
	Relayout(s)
}

// Text is what is shown.
func (s *Selectable) Text() string { return s.field.in.Text }
