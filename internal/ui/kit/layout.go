package kit

import (
	"math"

	"fyne.io/fyne/v2"
)

// Heighter is something whose height depends on its width.
type Heighter interface {
	// HeightFor is the height needed at that width. It changes nothing that can be seen.
	HeightFor(width float32) float32
}

// widthKnower is something that knows at which width nothing in it wraps.
type widthKnower interface{ NaturalWidth() float32 }

// flexLayout is a layout whose height depends on its width.
type flexLayout interface {
	fyne.Layout
	heightFor(objs []fyne.CanvasObject, width float32) float32
	naturalWidth(objs []fyne.CanvasObject) float32
}

// assumedWidth is what a layout takes for its width as long as it was never laid out.
const assumedWidth float32 = 640

// HeightFor is the height that o needs when it is width wide. What does not know is given the width and
// asked again: wrapped text of Fyne is right only then.
func HeightFor(o fyne.CanvasObject, width float32) float32 {
	switch o := o.(type) {
	case Heighter:
		return o.HeightFor(width)
	case *fyne.Container:
		if l, ok := o.Layout.(flexLayout); ok {
			return l.heightFor(o.Objects, width)
		}
	}
	size := o.Size()
	if size.Width == width {
		return o.MinSize().Height
	}
	o.Resize(fyne.NewSize(width, max(size.Height, o.MinSize().Height)))
	h := o.MinSize().Height
	o.Resize(size) // a question moves nothing
	return h
}

// NaturalWidth is the width at which nothing in o wraps; never below its minimum.
func NaturalWidth(o fyne.CanvasObject) float32 {
	switch o := o.(type) {
	case widthKnower:
		return o.NaturalWidth()
	case *fyne.Container:
		if l, ok := o.Layout.(flexLayout); ok {
			return l.naturalWidth(o.Objects)
		}
	}
	return o.MinSize().Width
}

func visible(objs []fyne.CanvasObject) []fyne.CanvasObject {
	for i, o := range objs {
		if o.Visible() {
			continue
		}
		out := append(make([]fyne.CanvasObject, 0, len(objs)), objs[:i]...)
		for _, o := range objs[i+1:] {
			if o.Visible() {
				out = append(out, o)
			}
		}
		return out
	}
	return objs
}

// place puts o on whole units: an edge of one unit between two of them is two dim lines.
func place(o fyne.CanvasObject, x, y, w, h float32) {
	left, top := whole(x), whole(y)
	placeExactly(o, left, top, whole(x+w)-left, whole(y+h)-top)
}

func whole(v float32) float32 { return float32(math.Floor(float64(v) + 0.5)) }

// placeExactly is for text, whose letters stand where they stand.
func placeExactly(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

func widest(objs []fyne.CanvasObject, of func(fyne.CanvasObject) float32) float32 {
	var w float32
	for _, o := range objs {
		w = max(w, of(o))
	}
	return w
}

func minWidth(o fyne.CanvasObject) float32 { return o.MinSize().Width }

// known remembers the width of the last layout for MinSize, which Fyne asks without one.
type known struct{ width float32 }

func (k *known) minSize(l flexLayout, objs []fyne.CanvasObject, least float32) fyne.Size {
	w := k.width
	if w == 0 {
		w = assumedWidth
	}
	return fyne.NewSize(least, l.heightFor(objs, max(w, least)))
}

// columnLayout puts objects below each other, each as wide as the column and as high as it needs then.
type columnLayout struct {
	known
	gap float32
}

// NewColumn is a column: each object gets the full width, then the height that it needs at that width.
func NewColumn(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &columnLayout{gap: gap}, Objects: objs}
}

func (l *columnLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	var y float32
	for _, o := range visible(objs) {
		h := HeightFor(o, size.Width)
		place(o, 0, y, size.Width, h)
		y += h
		if h > 0 {
			y += l.gap
		}
	}
}

func (l *columnLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	var y float32
	for _, o := range visible(objs) {
		if h := HeightFor(o, width); h > 0 {
			y += h + l.gap
		}
	}
	return max(0, y-l.gap)
}

func (l *columnLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	return widest(visible(objs), NaturalWidth)
}

func (l *columnLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, widest(visible(objs), minWidth))
}

// layersLayout puts objects over each other, all of the same size: grounds below, content above.
type layersLayout struct{ known }

func newLayers(objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &layersLayout{}, Objects: objs}
}

func (l *layersLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	for _, o := range objs {
		place(o, 0, 0, size.Width, size.Height)
	}
}

func (l *layersLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	return widest(visible(objs), func(o fyne.CanvasObject) float32 { return HeightFor(o, width) })
}

func (l *layersLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	return widest(visible(objs), NaturalWidth)
}

func (l *layersLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, widest(visible(objs), minWidth))
}

// insetLayout keeps a distance around one object.
type insetLayout struct {
	known
	left, top, right, bottom float32
	least                    float32 // height
	widest                   float32 // of the content; 0 is any
}

// NewInset keeps a distance around obj.
func NewInset(left, top, right, bottom float32, obj fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &insetLayout{left: left, top: top, right: right, bottom: bottom}, Objects: []fyne.CanvasObject{obj}}
}

// NewMaxWidth keeps obj at most width wide, and inset from the left edge (and from the right edge, where
// there is no more room than that).
func NewMaxWidth(width, inset float32, obj fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &insetLayout{left: inset, right: inset, widest: width}, Objects: []fyne.CanvasObject{obj}}
}

func (l *insetLayout) inner(width float32) float32 {
	w := max(0, width-l.left-l.right)
	if l.widest > 0 {
		w = min(w, l.widest)
	}
	return w
}

func (l *insetLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	w := l.inner(size.Width)
	for _, o := range objs {
		h := HeightFor(o, w)
		top := l.top
		if room := size.Height - l.top - l.bottom; l.least > 0 && room > h {
			top += (room - h) / 2
		} else {
			h = max(h, room)
		}
		place(o, l.left, top, w, h)
	}
}

func (l *insetLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	h := widest(visible(objs), func(o fyne.CanvasObject) float32 { return HeightFor(o, l.inner(width)) })
	return max(l.least, h+l.top+l.bottom)
}

func (l *insetLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	return widest(visible(objs), NaturalWidth) + l.left + l.right
}

func (l *insetLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, widest(visible(objs), minWidth)+l.left+l.right)
}

// NewSpacer is an empty space of that height.
func NewSpacer(height float32) fyne.CanvasObject {
	p := newPanel("", "", 0, 0)
	p.min = fyne.NewSize(0, height)
	return p
}

// NewCentered puts obj, at its natural width but at most widest, into the middle; of the height too when
// there is more than it needs.
func NewCentered(widest float32, obj fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &centerLayout{widest: widest}, Objects: []fyne.CanvasObject{obj}}
}

type centerLayout struct {
	known
	widest float32
	full   bool // always as wide as it may be
}

func (l *centerLayout) inner(o fyne.CanvasObject, width float32) float32 {
	if l.full {
		return min(l.widest, width)
	}
	w := NaturalWidth(o)
	if l.widest > 0 {
		w = min(w, l.widest)
	}
	return min(w, width)
}

func (l *centerLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	for _, o := range objs {
		w := l.inner(o, size.Width)
		h := HeightFor(o, w)
		place(o, (size.Width-w)/2, max(0, (size.Height-h)/2), w, h)
	}
}

func (l *centerLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	return widest(visible(objs), func(o fyne.CanvasObject) float32 { return HeightFor(o, l.inner(o, width)) })
}

func (l *centerLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	return widest(visible(objs), NaturalWidth)
}

func (l *centerLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, widest(visible(objs), minWidth))
}
