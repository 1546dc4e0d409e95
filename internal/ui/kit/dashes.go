package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

const (
	dash    float32 = 5
	dashGap float32 = 4
)

// dashes is a dashed edge. Its corners are open: Fyne has no dashed outline.
type dashes struct {
	widget.BaseWidget
}

func newDashes() *dashes {
	d := &dashes{}
	d.ExtendBaseWidget(d)
	return d
}

func (d *dashes) MinSize() fyne.Size { return fyne.Size{} }

func (d *dashes) HeightFor(float32) float32 { return 0 }

func (d *dashes) CreateRenderer() fyne.WidgetRenderer { return &dashesRenderer{d: d} }

type dashesRenderer struct {
	d    *dashes
	size fyne.Size
	objs []fyne.CanvasObject
}

func (r *dashesRenderer) Layout(size fyne.Size) {
	if r.size == size {
		return
	}
	r.size, r.objs = size, nil
	for _, x := range marks(size.Width) {
		r.add(x[0], 0, x[1], 1)
		r.add(x[0], size.Height-1, x[1], 1)
	}
	for _, y := range marks(size.Height) {
		r.add(0, y[0], 1, y[1])
		r.add(size.Width-1, y[0], 1, y[1])
	}
}

// marks are the beginnings and lengths of the dashes along an edge, the same from both ends.
func marks(length float32) [][2]float32 {
	const corner = 4
	n := int((length - 2*corner + dashGap) / (dash + dashGap))
	if n < 1 {
		return nil
	}
	step := (length - 2*corner + dashGap) / float32(n)
	out := make([][2]float32, n)
	for i := range out {
		from := ceil(corner + float32(i)*step)
		out[i] = [2]float32{from, ceil(corner+float32(i+1)*step-dashGap) - from}
	}
	return out
}

func (r *dashesRenderer) add(x, y, w, h float32) {
	c := canvas.NewRectangle(paint(ColorInputBorder))
	place(c, x, y, w, h)
	r.objs = append(r.objs, c)
}

func (r *dashesRenderer) Refresh() {
	r.size = fyne.Size{}
	r.Layout(r.d.Size())
	canvas.Refresh(r.d)
}

func (r *dashesRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *dashesRenderer) Objects() []fyne.CanvasObject { return r.objs }
func (r *dashesRenderer) Destroy()                     {}
