package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Details hides what most people don't need behind a line with a triangle.
type Details struct {
	composite
	head    *disclosure
	content fyne.CanvasObject
	open    bool
	onOpen  func(bool)
}

// NewDetails makes it, closed.
func NewDetails(title string, content fyne.CanvasObject) *Details {
	d := &Details{content: content}
	d.head = newDisclosure(title, d.Toggle)
	content.Hide()
	d.init(d, NewColumn(Space8, d.head, content))
	return d
}

// OnToggle is called when it was opened or closed.
func (d *Details) OnToggle(f func(open bool)) *Details {
	d.onOpen = f
	return d
}

// Title is the line that is always shown.
func (d *Details) Title() string { return d.head.label.Text() }

// Open reports whether the content is shown.
func (d *Details) Open() bool { return d.open }

// Toggle does what a tap does.
func (d *Details) Toggle() { d.SetOpen(!d.open) }

// SetOpen shows or hides the content.
func (d *Details) SetOpen(open bool) {
	if d.open == open {
		return
	}
	d.open = open
	show(d.content, open)
	name := "triangle-right"
	if open {
		name = "triangle-down"
	}
	d.head.icon.Set(name, ColorAccent)
	Relayout(d)
	if d.onOpen != nil {
		d.onOpen(open)
	}
}

// disclosure is the line of [Details].
type disclosure struct {
	control
	label *Text
	icon  *Icon
	onTap func()
}

func newDisclosure(title string, onTap func()) *disclosure {
	h := &disclosure{onTap: onTap, label: NewText(title).Colored(ColorAccent), icon: NewIcon("triangle-right", ColorAccent, 11)}
	h.ring = newRing(2)
	row := &fyne.Container{Layout: &tailLayout{gap: 3, high: linkHigh}, Objects: []fyne.CanvasObject{h.label, h.icon, h.ring}}
	h.init(h, row)
	return h
}

func (h *disclosure) Tapped(*fyne.PointEvent) {
	h.takeFocus()
	h.onTap()
}

func (h *disclosure) TypedKey(ev *fyne.KeyEvent) {
	if isConfirm(ev) {
		h.onTap()
		return
	}
	handOn(h, ev)
}

func (h *disclosure) MouseIn(*desktop.MouseEvent)    {}
func (h *disclosure) MouseMoved(*desktop.MouseEvent) {}
func (h *disclosure) MouseOut()                      {}
func (h *disclosure) Cursor() desktop.Cursor         { return desktop.PointerCursor }

// tailLayout is a text with something small right behind it, and a ring around both.
type tailLayout struct {
	known
	gap, high float32
}

func (l *tailLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	m := objs[1].MinSize()
	w := min(NaturalWidth(objs[0]), size.Width-m.Width-l.gap)
	h := HeightFor(objs[0], w)
	place(objs[0], 0, (size.Height-h)/2, w, h)
	place(objs[1], w+l.gap, (size.Height-m.Height)/2+1, m.Width, m.Height)
	place(objs[2], 0, 0, w+l.gap+m.Width, size.Height)
}

func (l *tailLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	return max(l.high, HeightFor(objs[0], min(NaturalWidth(objs[0]), width-objs[1].MinSize().Width-l.gap)))
}

func (l *tailLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	return NaturalWidth(objs[0]) + l.gap + objs[1].MinSize().Width
}

func (l *tailLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, minWidth(objs[0])+l.gap+objs[1].MinSize().Width)
}
