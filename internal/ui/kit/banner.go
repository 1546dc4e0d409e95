package kit

import (
	"fyne.io/fyne/v2"
)

// Banner is a bar across the window that says something about everything below it.
type Banner struct {
	composite
	text *Text
	line *panel
}

// NewBanner makes a bar; its buttons stand at the right.
func NewBanner(kind Kind, text string, buttons ...*Button) *Banner {
	b := &Banner{text: NewText(text).Colored(kind.strong())}
	ground := kind.soft()
	if ground == "" {
		ground = ColorRail
	}
	objs := make([]fyne.CanvasObject, len(buttons))
	for i, x := range buttons {
		objs[i] = x
	}
	var content fyne.CanvasObject = newLead(10, b.text.lineHeight(), 0, NewIcon(kind.icon(), kind.strong(), 14), b.text)
	if len(objs) > 0 {
		content = NewSides(content, NewFlow(Space8, objs...))
	}
	b.line = newPanel(ColorBorder, "", 0, 0)
	b.line.min = fyne.NewSize(0, 1)
	b.init(b, NewColumn(0, newLayers(newPanel(ground, "", 0, 0), NewInset(20, 7, 20, 7, content)), b.line))
	return b
}

// SetText changes what the bar says.
func (b *Banner) SetText(text string) { b.text.SetText(text) }
