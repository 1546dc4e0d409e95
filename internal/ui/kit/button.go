package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// ButtonKind is how much a button matters.
type ButtonKind int

// The kinds of button. A page has one Primary.
const (
	Primary ButtonKind = iota
	Secondary
	DangerButton
	Link
	DangerLink
)

const (
	buttonPad  float32 = 17 // at the sides; 16 and the edge
	buttonHigh float32 = 36
	linkHigh   float32 = 24
)

// Button does something when it is tapped, or on Return or Space. Its label wraps where there is no room
// for it in one line.
type Button struct {
	control
	kind   ButtonKind
	ground *panel
	label  *Text
	icon   *Icon
	tail   *Icon
	row    *fyne.Container
	onTap  func()
	busy   bool
}

// NewButton makes a button.
func NewButton(text string, kind ButtonKind, onTap func()) *Button {
	b := &Button{kind: kind, onTap: onTap}
	b.label = newText(text, SizeBody, ColorForeground)
	b.label.bold = !b.isLink()
	b.icon, b.tail = NewIcon("plus", ColorForeground, 14), NewIcon("triangle-down", ColorForeground, 12)
	b.icon.Hide()
	b.tail.Hide()
	radius := RadiusControl
	pad, high := buttonPad, buttonHigh
	if b.isLink() {
		radius, pad, high = 2, 0, linkHigh
	}
	b.ring = newRing(radius)
	b.ground = newPanel("", "", 1, radius)
	b.row = &fyne.Container{Layout: &buttonLayout{b: b, pad: pad, high: high}, Objects: []fyne.CanvasObject{b.icon, b.label, b.tail}}
	b.restyle = b.style
	b.init(b, newLayers(b.ground, b.row, b.ring))
	b.style()
	return b
}

func (b *Button) isLink() bool { return b.kind == Link || b.kind == DangerLink }

// Kind is what NewButton was given.
func (b *Button) Kind() ButtonKind { return b.kind }

// Text is the label.
func (b *Button) Text() string { return b.label.Text() }

// SetText changes the label.
func (b *Button) SetText(text string) {
	if b.Text() == text {
		return
	}
	b.label.SetText(text)
	b.Refresh()
	Relayout(b)
}

// SetIcon puts an icon before the label; "" takes it away.
func (b *Button) SetIcon(name string) *Button { return b.withIcon(b.icon, name) }

// SetTail puts an icon after the label; "" takes it away.
func (b *Button) SetTail(name string) *Button { return b.withIcon(b.tail, name) }

func (b *Button) withIcon(i *Icon, name string) *Button {
	if name == "" {
		i.Hide()
	} else {
		i.Set(name, i.color)
		i.Show()
	}
	b.Refresh()
	return b
}

// SetOnTap replaces what the button does.
func (b *Button) SetOnTap(onTap func()) { b.onTap = onTap }

// SetBusy makes the button show that its work is under way; it can't be tapped again until it is not.
func (b *Button) SetBusy(busy bool) {
	if b.busy != busy {
		b.busy = busy
		b.Refresh()
	}
}

// Busy reports what SetBusy was given.
func (b *Button) Busy() bool { return b.busy }

// Tap does what a tap does: nothing while the button is off, busy or hidden.
func (b *Button) Tap() {
	if b.off || b.busy || !b.Visible() || b.onTap == nil {
		return
	}
	b.onTap()
}

// Tapped is for Fyne.
func (b *Button) Tapped(*fyne.PointEvent) {
	b.takeFocus()
	b.Tap()
}

// TypedKey is for Fyne.
func (b *Button) TypedKey(ev *fyne.KeyEvent) {
	if isConfirm(ev) {
		b.Tap()
		return
	}
	handOn(b, ev)
}

// MouseIn is for Fyne.
func (b *Button) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved is for Fyne.
func (b *Button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (b *Button) MouseOut() { b.hovered = false; b.Refresh() }

// Cursor is for Fyne.
func (b *Button) Cursor() desktop.Cursor {
	if b.isLink() && !b.off {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

func (b *Button) colors() (fill, edge, text fyne.ThemeColorName) {
	idle := b.off || b.busy
	switch b.kind {
	case Primary:
		fill, text = ColorAccent, ColorOnAccent
		if b.hovered {
			fill = colorAccentHover
		}
	case DangerButton:
		fill, text = ColorDanger, ColorOnStatus
		if b.hovered {
			fill = colorDangerHover
		}
	case Secondary:
		fill, edge, text = ColorSurface, ColorInputBorder, ColorForeground
		if b.hovered {
			fill = colorHover
		}
		if idle {
			return ColorSurface, ColorBorder, ColorMuted
		}
	case Link, DangerLink:
		text = ColorAccent
		if b.kind == DangerLink {
			text = ColorDanger
		}
		if idle {
			text = ColorMuted
		}
		return "", "", text
	}
	if idle {
		return ColorBorder, "", ColorMuted
	}
	return fill, edge, text
}

func (b *Button) style() {
	fill, edge, text := b.colors()
	b.ground.set(fill, edge, 1)
	b.label.Colored(text)
	b.icon.Set(b.icon.name, text)
	b.tail.Set(b.tail.name, text)
}

// buttonLayout keeps icon, label and tail together, in the middle.
type buttonLayout struct {
	known
	b         *Button
	pad, high float32
}

// sides is the room that the icons take.
func (l *buttonLayout) sides() (before, after float32) {
	if l.b.icon.Visible() {
		before = l.b.icon.size + 7
	}
	if l.b.tail.Visible() {
		after = l.b.tail.size + 6
	}
	return before, after
}

func (l *buttonLayout) room(width float32) float32 {
	before, after := l.sides()
	return max(0, width-2*l.pad-before-after)
}

func (l *buttonLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	b := l.b
	before, after := l.sides()
	w := min(b.label.NaturalWidth(), l.room(size.Width))
	h := b.label.HeightFor(w)
	x := (size.Width - before - w - after) / 2
	if b.isLink() {
		x = l.pad
	}
	if !b.isLink() && h > b.label.lineHeight()+1 {
		b.label.align = fyne.TextAlignCenter
	}
	middle := func(h float32) float32 { return (size.Height - h) / 2 }
	place(b.icon, x, middle(b.icon.size), b.icon.size, b.icon.size)
	place(b.label, x+before, middle(h), w, h)
	place(b.tail, x+before+w+after-b.tail.size, middle(b.tail.size)+1, b.tail.size, b.tail.size)
}

func (l *buttonLayout) heightFor(_ []fyne.CanvasObject, width float32) float32 {
	return max(l.high, l.b.label.HeightFor(min(l.b.label.NaturalWidth(), l.room(width)))+l.high-l.b.label.lineHeight())
}

func (l *buttonLayout) naturalWidth([]fyne.CanvasObject) float32 {
	before, after := l.sides()
	return l.b.label.NaturalWidth() + 2*l.pad + before + after
}

func (l *buttonLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	before, after := l.sides()
	return l.minSize(l, objs, l.b.label.MinSize().Width+2*l.pad+before+after)
}
