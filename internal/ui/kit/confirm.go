package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// ConfirmSpec is a question of yes or no.
type ConfirmSpec struct {
	Title  string
	Text   string
	Yes    string
	No     string
	Danger bool // yes can't be taken back
	OnYes  func()
	OnNo   func()
	// Body stands between the text and the buttons.
	Body fyne.CanvasObject
}

// Dialog is a question over the page. Escape means no; the focus can't leave it.
type Dialog struct {
	composite
	canvas  fyne.Canvas
	spec    ConfirmSpec
	yes, no *Button
	closed  bool
}

// Confirm asks. The focus is on the safe answer.
func Confirm(c fyne.Canvas, spec ConfirmSpec) *Dialog {
	d := &Dialog{canvas: c, spec: spec}
	kind := Primary
	if spec.Danger {
		kind = DangerButton
	}
	d.yes = NewButton(spec.Yes, kind, func() { d.close(spec.OnYes) })
	buttons := []fyne.CanvasObject{d.yes}
	if spec.No != "" {
		d.no = NewButton(spec.No, Secondary, func() { d.close(spec.OnNo) })
		buttons = []fyne.CanvasObject{d.no, d.yes}
	}
	objs := []fyne.CanvasObject{NewHeading(spec.Title)}
	if spec.Text != "" {
		objs = append(objs, NewText(spec.Text))
	}
	if spec.Body != nil {
		objs = append(objs, spec.Body)
	}
	objs = append(objs, NewSpacer(Space4), &fyne.Container{Layout: &flowLayout{gap: Space12, right: true}, Objects: buttons})
	card := newCard(ColorBorder, Space24, Space12, objs)
	scroll := NewVScroll(NewInset(4, 4, 4, 4, card))
	d.init(d, &fyne.Container{Layout: &dialogLayout{}, Objects: []fyne.CanvasObject{newPanel(ColorScrim, "", 0, 0), scroll}})
	c.Overlays().Add(d)
	d.Resize(c.Size())
	if d.no != nil {
		c.Focus(d.no)
	} else {
		c.Focus(d.yes)
	}
	return d
}

// Yes is the button that agrees.
func (d *Dialog) Yes() *Button { return d.yes }

// No is the button that does not, or nil.
func (d *Dialog) No() *Button { return d.no }

// Close closes the question without an answer.
func (d *Dialog) Close() { d.close(nil) }

func (d *Dialog) close(then func()) {
	if d.closed {
		return
	}
	d.closed = true
	d.canvas.Overlays().Remove(d)
	if then != nil {
		then()
	}
}

func (d *Dialog) handleKey(ev *fyne.KeyEvent) bool {
	if ev.Name != fyne.KeyEscape {
		return false
	}
	d.close(d.spec.OnNo)
	return true
}

// Tapped takes taps beside the card, so that nothing below gets them.
func (d *Dialog) Tapped(*fyne.PointEvent) {}

// MouseIn keeps what is below from being pointed at.
func (d *Dialog) MouseIn(*desktop.MouseEvent) {}

// MouseMoved is for Fyne.
func (d *Dialog) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (d *Dialog) MouseOut() {}

const dialogWidth float32 = 460

type dialogLayout struct{}

func (l *dialogLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	place(objs[0], 0, 0, size.Width, size.Height)
	w := min(dialogWidth, size.Width-2*Space24)
	h := min(HeightFor(objs[1], w), size.Height-2*Space24)
	place(objs[1], (size.Width-w)/2, (size.Height-h)/2, w, h)
}

func (l *dialogLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
