package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// SheetSpec is what stands on a sheet.
type SheetSpec struct {
	Title string
	Body  []fyne.CanvasObject
	// Left stands at the left of the buttons: a way out that is taken rarely. It may be nil.
	Left    *Button
	Buttons []*Button // the last one is the way on
	// OnEscape is called on Escape; nil: nothing happens then.
	OnEscape func()
}

// Sheet is a small page over the page: something must be answered before that one goes on. The focus can't leave it,
// and what is below stays as it is.
type Sheet struct {
	composite
	canvas fyne.Canvas
	spec   SheetSpec
	before fyne.Focusable
	body   *fyne.Container
	scroll *VScroll
	whole  *fyne.Container
	closed bool
}

// OpenSheet shows one. The focus is on its first field, or else on the way on.
func OpenSheet(c fyne.Canvas, spec SheetSpec) *Sheet {
	AttachKeys(c)
	s := &Sheet{canvas: c, before: c.Focused(), body: NewColumn(14)}
	s.scroll = NewVScroll(NewInset(sheetRing, sheetRing, sheetRing, sheetRing, s.body))
	s.whole = &fyne.Container{Layout: &sheetLayout{}, Objects: []fyne.CanvasObject{
		newPanel(ColorScrim, "", 0, 0), newPanel(ColorBackground, ColorBorder, 1, RadiusCard), s.scroll,
		newPanel(ColorBackground, "", 0, RadiusCard), newPanel(ColorBackground, "", 0, RadiusCard), &fyne.Container{}, &fyne.Container{},
	}}
	s.init(s, s.whole)
	s.fill(spec)
	c.Overlays().Add(s)
	s.Resize(c.Size())
	s.FocusFirst()
	return s
}

// Set puts something else on the sheet; the focus is the caller's to place.
func (s *Sheet) Set(spec SheetSpec) {
	s.fill(spec)
	s.whole.Refresh()
	s.hug()
}

func (s *Sheet) hug() { s.settle() }

func (s *Sheet) fill(spec SheetSpec) {
	s.spec = spec
	s.body.Objects = spec.Body
	s.whole.Objects[sheetTitle] = NewHeading(spec.Title)
	s.body.Refresh()
	buttons := make([]fyne.CanvasObject, len(spec.Buttons))
	for i, b := range spec.Buttons {
		buttons[i] = b
	}
	right := &fyne.Container{Layout: &flowLayout{gap: Space12, right: true}, Objects: buttons}
	var footer fyne.CanvasObject = right
	if spec.Left != nil {
		footer = NewSides(spec.Left, right)
	}
	s.whole.Objects[sheetButtons] = footer
}

// FocusFirst puts the focus on the first field, or else on the way on.
func (s *Sheet) FocusFirst() {
	if f := firstFocusable(s.body); f != nil {
		s.canvas.Focus(f)
		return
	}
	if n := len(s.spec.Buttons); n > 0 {
		s.canvas.Focus(s.spec.Buttons[n-1])
	}
}

// Primary is the way on, or nil.
func (s *Sheet) Primary() *Button {
	if n := len(s.spec.Buttons); n > 0 {
		return s.spec.Buttons[n-1]
	}
	return nil
}

// Close takes it away. What had the focus before has it again. It may be called twice.
func (s *Sheet) Close() {
	if s.closed {
		return
	}
	s.closed = true
	s.canvas.Overlays().Remove(s)
	if s.before != nil && canvasOf(s.before.(fyne.CanvasObject)) == s.canvas { //nolint:errcheck // what takes the focus is on the canvas
		s.canvas.Focus(s.before)
	}
}

// Closed reports whether it was taken away.
func (s *Sheet) Closed() bool { return s.closed }

func (s *Sheet) handleKey(ev *fyne.KeyEvent) bool {
	if ev.Name != fyne.KeyEscape || s.spec.OnEscape == nil {
		return false
	}
	s.spec.OnEscape()
	return true
}

// Tapped takes taps beside the card, so that nothing below gets them.
func (s *Sheet) Tapped(*fyne.PointEvent) {}

// MouseIn keeps what is below from being pointed at.
func (s *Sheet) MouseIn(*desktop.MouseEvent) {}

// MouseMoved is for Fyne.
func (s *Sheet) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (s *Sheet) MouseOut() {}

// The parts of a sheet that are replaced, among its objects.
const (
	sheetTitle   = 5
	sheetButtons = 6
)

const (
	sheetWidth float32 = 640
	sheetRing  float32 = 8 // room for what shows the focus, and for the bar
)

type sheetLayout struct{}

// Layout is for Fyne: the scrim everywhere, the card in the middle, title and buttons at its ends while the rest
// scrolls.
func (l *sheetLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	place(objs[0], 0, 0, size.Width, size.Height)
	w := min(sheetWidth, size.Width-2*Space24)
	inner := w - 2*Space24
	head, foot := HeightFor(objs[sheetTitle], inner)+Space8, HeightFor(objs[sheetButtons], inner)
	room := size.Height - 2*Space24 - 3*Space16 - head - foot
	body := min(HeightFor(objs[2], inner+2*sheetRing), room)
	high := head + body + foot + 3*Space16
	x, y := (size.Width-w)/2, (size.Height-high)/2
	place(objs[1], x, y, w, high)
	place(objs[2], x+Space24-sheetRing, y+Space16+head, inner+2*sheetRing, body)
	// What is scrolled away is not to be seen beside title and buttons.
	place(objs[3], x+1, y+1, w-2, Space16+head-1)
	place(objs[4], x+1, y+high-foot-2*Space16, w-2, foot+2*Space16-1)
	place(objs[sheetTitle], x+Space24, y+Space16, inner, head-Space8)
	place(objs[sheetButtons], x+Space24, y+2*Space16+head+body, inner, foot)
}

// MinSize is for Fyne.
func (l *sheetLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
