package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// composite is a widget made of other objects: the base of most controls.
type composite struct {
	widget.BaseWidget
	self fyne.Widget
	root fyne.CanvasObject
	// restyle is called before the parts are drawn anew.
	restyle func()
}

func (c *composite) init(self fyne.Widget, root fyne.CanvasObject) {
	c.self, c.root = self, root
	c.ExtendBaseWidget(self)
}

func (c *composite) parts() []fyne.CanvasObject { return []fyne.CanvasObject{c.root} }

// HeightFor is the height that the control needs at a width.
func (c *composite) HeightFor(width float32) float32 { return HeightFor(c.root, width) }

// NaturalWidth is the width at which nothing in the control wraps.
func (c *composite) NaturalWidth() float32 { return NaturalWidth(c.root) }

func (c *composite) settle() {
	c.root.Resize(c.Size())
	settle(c.root)
}

// CreateRenderer is for Fyne.
func (c *composite) CreateRenderer() fyne.WidgetRenderer { return &compositeRenderer{c} }

type compositeRenderer struct{ c *composite }

func (r *compositeRenderer) Layout(size fyne.Size) {
	r.c.root.Move(fyne.NewPos(0, 0))
	r.c.root.Resize(size)
}

func (r *compositeRenderer) Refresh() {
	if r.c.restyle != nil {
		r.c.restyle()
	}
	r.c.root.Refresh()
	canvas.Refresh(r.c.self)
}

func (r *compositeRenderer) MinSize() fyne.Size           { return r.c.root.MinSize() }
func (r *compositeRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.c.root} }
func (r *compositeRenderer) Destroy()                     {}

// control is a composite that can take the focus, be pointed at and be switched off. What embeds it has a
// TypedKey of its own, which hands on the keys that it does not use.
type control struct {
	composite
	ring      *panel
	focused   bool
	byPointer bool // the focus came by a click: no ring until it comes by the keyboard
	hovered   bool
	off       bool
}

// FocusGained is for Fyne.
func (c *control) FocusGained() {
	c.focused = true
	c.showRing()
	c.self.Refresh()
	reveal(c.self)
}

// FocusLost is for Fyne.
func (c *control) FocusLost() {
	c.focused, c.byPointer = false, false
	c.showRing()
	c.self.Refresh()
}

func (c *control) showRing() {
	if c.ring == nil {
		return
	}
	if c.focused && !c.byPointer {
		c.ring.Show()
	} else {
		c.ring.Hide()
	}
}

// ShowsFocus reports whether the control has the focus and shows it.
func (c *control) ShowsFocus() bool { return c.focused && c.ring != nil && c.ring.Visible() }

// TypedRune is for Fyne.
func (c *control) TypedRune(rune) {}

// Enable is for Fyne; use SetEnabled.
func (c *control) Enable() { c.SetEnabled(true) }

// Disable is for Fyne; use SetEnabled.
func (c *control) Disable() { c.SetEnabled(false) }

// Disabled reports whether the control is switched off.
func (c *control) Disabled() bool { return c.off }

// SetEnabled switches the control on or off. One that is off can't take the focus.
func (c *control) SetEnabled(on bool) {
	if c.off == !on {
		return
	}
	c.off = !on
	if c.off && c.focused {
		if cv := canvasOf(c.self); cv != nil {
			cv.Unfocus()
		}
	}
	c.self.Refresh()
}

// takeFocus is what a click does.
func (c *control) takeFocus() {
	if c.focused || c.off {
		return
	}
	f, ok := c.self.(fyne.Focusable)
	cv := canvasOf(c.self)
	if !ok || cv == nil {
		return
	}
	c.byPointer = true
	cv.Focus(f)
	if !c.focused { // not on this canvas
		c.byPointer = false
	}
}

func isConfirm(ev *fyne.KeyEvent) bool {
	return ev.Name == fyne.KeyReturn || ev.Name == fyne.KeyEnter || ev.Name == fyne.KeySpace
}
