package kit

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

// SetText replaces the text.
func (s *Selectable) SetText(text string) {
	s.field.in.setText(text)
	Relayout(s)
}

// Text is what is shown.
func (s *Selectable) Text() string { return s.field.in.Text }
