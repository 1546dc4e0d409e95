package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Selectable is a text of several lines of which parts can be selected and copied.
type Selectable struct {
	composite
	label *widget.Label
}

// NewSelectable makes it, in monospace: it stands in Details, where fields and fingerprints are.
func NewSelectable(text string) *Selectable {
	s := &Selectable{label: widget.NewLabel(text)}
	s.label.Selectable = true
	s.label.Wrapping = fyne.TextWrapBreak
	s.label.TextStyle.Monospace = true
	s.init(s, container.NewThemeOverride(s.label, &selectableTheme{inputTheme{mono: true}}))
	return s
}

// SetText replaces the text.
func (s *Selectable) SetText(text string) {
	s.label.SetText(text)
	Relayout(s)
}

// Text is what is shown.
func (s *Selectable) Text() string { return s.label.Text }

// HeightFor is the height of its lines at that width.
func (s *Selectable) HeightFor(width float32) float32 {
	n := len(wrapSpans([]Span{{Text: s.label.Text, Mono: true}}, []face{{SizeMono, fyne.TextStyle{Monospace: true}}}, width))
	lines := float32(n) * face{SizeMono, fyne.TextStyle{Monospace: true}}.height()
	if s.label.Size().Width != width {
		s.label.Resize(fyne.NewSize(width, lines))
	}
	return max(lines, s.label.MinSize().Height)
}

// NaturalWidth is as wide as it may get.
func (s *Selectable) NaturalWidth() float32 { return assumedWidth }

// selectableTheme takes away the padding of Fyne's label.
type selectableTheme struct{ inputTheme }

func (t *selectableTheme) Size(n fyne.ThemeSizeName) float32 {
	if n == theme.SizeNameInnerPadding || n == theme.SizeNamePadding {
		return 0
	}
	return t.inputTheme.Size(n)
}
