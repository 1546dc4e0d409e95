package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

const checkSize float32 = 18

// Check is a question of yes or no with a label that wraps.
type Check struct {
	control
	checked  bool
	box      *panel
	tick     *Icon
	label    *Text
	finding  *Finding
	wrong    bool
	onChange func(bool)
}

// NewCheck makes a check; onChange is called when the person changes it.
func NewCheck(text string, value bool, onChange func(bool)) *Check {
	return NewRichCheck(value, onChange, Span{Text: text})
}

// NewRichCheck is a check whose label has several styles, or links.
func NewRichCheck(value bool, onChange func(bool), label ...Span) *Check {
	c := &Check{checked: value, onChange: onChange, label: NewRich(label...)}
	c.box, c.tick = newPanel(ColorSurface, ColorInputBorder, 1, 4), NewIcon("tick", ColorOnAccent, 12)
	c.ring = newRing(4)
	mark := newLayers(c.box, &fyne.Container{Layout: &centerLayout{}, Objects: []fyne.CanvasObject{c.tick}}, c.ring)
	c.box.min = fyne.NewSquareSize(checkSize)
	c.finding = NewFinding(Danger, "", "")
	c.finding.Hide()
	c.restyle = c.style
	c.init(c, NewColumn(Space8, newLead(Space12, c.label.lineHeight(), 28, mark, c.label), c.finding))
	c.style()
	return c
}

func (c *Check) style() {
	fill, edge := ColorSurface, ColorInputBorder
	switch {
	case c.off:
		fill, edge = ColorBackground, ColorBorder
		if c.checked {
			fill = ColorBorder
		}
	case c.checked:
		fill, edge = ColorAccent, ColorAccent
	case c.wrong:
		edge = ColorDanger
	case c.hovered:
		fill, edge = colorHover, ColorAccent
	}
	c.box.set(fill, edge, 1)
	if c.off {
		c.tick.Set("tick", ColorMuted)
		c.label.Colored(ColorMuted)
	} else {
		c.tick.Set("tick", ColorOnAccent)
		c.label.Colored(ColorForeground)
	}
	if c.checked {
		c.tick.Show()
	} else {
		c.tick.Hide()
	}
}

// Checked reports the answer.
func (c *Check) Checked() bool { return c.checked }

// SetChecked sets the answer; onChange is not called.
func (c *Check) SetChecked(on bool) {
	if c.checked != on {
		c.checked = on
		c.Refresh()
	}
}

// Text is the label.
func (c *Check) Text() string { return c.label.Text() }

// SetLabel changes the label.
func (c *Check) SetLabel(label ...Span) { c.label.SetSpans(label...) }

// SetError shows what is wrong and what to do.
func (c *Check) SetError(saw, do string) {
	c.wrong = true
	c.finding.Set(Danger, saw, do)
	c.finding.Show()
	c.Refresh()
	Relayout(c)
}

// ClearError takes the error away.
func (c *Check) ClearError() {
	if !c.wrong {
		return
	}
	c.wrong = false
	c.finding.Hide()
	c.Refresh()
	Relayout(c)
}

// HasError reports whether an error is shown.
func (c *Check) HasError() bool { return c.wrong }

// Toggle does what a tap does.
func (c *Check) Toggle() {
	if c.off {
		return
	}
	c.checked = !c.checked
	c.ClearError()
	c.Refresh()
	if c.onChange != nil {
		c.onChange(c.checked)
	}
}

// Tapped is for Fyne.
func (c *Check) Tapped(*fyne.PointEvent) {
	c.takeFocus()
	c.Toggle()
}

// TypedKey is for Fyne.
func (c *Check) TypedKey(ev *fyne.KeyEvent) {
	if isConfirm(ev) {
		c.Toggle()
		return
	}
	handOn(c, ev)
}

// MouseIn is for Fyne.
func (c *Check) MouseIn(*desktop.MouseEvent) { c.hovered = true; c.Refresh() }

// MouseMoved is for Fyne.
func (c *Check) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (c *Check) MouseOut() { c.hovered = false; c.Refresh() }
