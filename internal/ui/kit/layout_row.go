package kit

import (
	"fyne.io/fyne/v2"
)

// flowLayout puts objects beside each other, at their natural width, and goes on in the next line where
// there is no more room. One that is wider than a whole line gets the line, and wraps inside.
type flowLayout struct {
	known
	gap    float32
	center bool
	right  bool
}

// NewFlow is a row that wraps: for buttons, pills and links. Long words never widen the window.
func NewFlow(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &flowLayout{gap: gap}, Objects: objs}
}

// NewCenteredFlow is a flow whose lines stand in the middle.
func NewCenteredFlow(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &flowLayout{gap: gap, center: true}, Objects: objs}
}

// spread is the distance between two neighbours: a link has no edge and needs more air.
func (l *flowLayout) spread(before, o fyne.CanvasObject) float32 {
	if b, ok := o.(*Button); !ok || !b.isLink() {
		return l.gap
	}
	if _, ok := before.(*Button); ok {
		return l.gap + Space16
	}
	return max(l.gap, Space16)
}

type flowItem struct {
	obj     fyne.CanvasObject
	x, w, h float32
}

type flowLine struct {
	items []flowItem
	w, h  float32
}

func (l *flowLayout) lines(objs []fyne.CanvasObject, width float32) []flowLine {
	var out []flowLine
	var cur flowLine
	for _, o := range visible(objs) {
		w := min(NaturalWidth(o), width)
		x := cur.w
		if len(cur.items) > 0 {
			x += l.spread(cur.items[len(cur.items)-1].obj, o)
			if x+w > width+0.5 {
				out = append(out, cur)
				cur, x = flowLine{}, 0
			}
		}
		h := HeightFor(o, w)
		cur.items = append(cur.items, flowItem{o, x, w, h})
		cur.w, cur.h = x+w, max(cur.h, h)
	}
	if len(cur.items) > 0 {
		out = append(out, cur)
	}
	return out
}

func (l *flowLayout) lineGap() float32 { return max(Space4, min(l.gap, Space8)) }

func (l *flowLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	var y float32
	for _, line := range l.lines(objs, size.Width) {
		var left float32
		if l.center {
			left = (size.Width - line.w) / 2
		} else if l.right {
			left = size.Width - line.w
		}
		for _, it := range line.items {
			place(it.obj, left+it.x, y+(line.h-it.h)/2, it.w, it.h)
		}
		y += line.h + l.lineGap()
	}
}

func (l *flowLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	var y float32
	for _, line := range l.lines(objs, width) {
		y += line.h + l.lineGap()
	}
	return max(0, y-l.lineGap())
}

func (l *flowLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	var w float32
	objs = visible(objs)
	for i, o := range objs {
		if i > 0 {
			w += l.spread(objs[i-1], o)
		}
		w += NaturalWidth(o)
	}
	return w
}

func (l *flowLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, widest(visible(objs), minWidth))
}

// sidesLayout puts two objects beside each other: the left one gets what the right one leaves. Where that
// is too little for the left one, the right one goes below.
type sidesLayout struct {
	known
	gap float32
	top bool // side by side at the top instead of in the middle
}

// NewSides is a flexible object at the left and one at the right at its own width.
func NewSides(left, right fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &sidesLayout{gap: Space16}, Objects: []fyne.CanvasObject{left, right}}
}

// NewSidesTop is NewSides with both at the top.
func NewSidesTop(left, right fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &sidesLayout{gap: Space16, top: true}, Objects: []fyne.CanvasObject{left, right}}
}

// split gives the widths of the two; stacked when they don't fit beside each other.
func (l *sidesLayout) split(objs []fyne.CanvasObject, width float32) (left, right float32, stacked bool) {
	right = min(NaturalWidth(objs[1]), width)
	left = width - right - l.gap
	wanted := min(NaturalWidth(objs[0]), 160)
	if left < max(wanted, minWidth(objs[0])) {
		return width, right, true
	}
	return left, right, false
}

func (l *sidesLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	if len(objs) != 2 || !objs[0].Visible() || !objs[1].Visible() {
		for _, o := range visible(objs) {
			place(o, 0, 0, size.Width, HeightFor(o, size.Width))
		}
		return
	}
	left, right, stacked := l.split(objs, size.Width)
	h0, h1 := HeightFor(objs[0], left), HeightFor(objs[1], right)
	switch {
	case stacked:
		place(objs[0], 0, 0, left, h0)
		place(objs[1], 0, h0+Space8, right, h1)
	case l.top:
		place(objs[0], 0, 0, left, h0)
		place(objs[1], size.Width-right, 0, right, h1)
	default:
		h := max(h0, h1)
		place(objs[0], 0, (h-h0)/2, left, h0)
		place(objs[1], size.Width-right, (h-h1)/2, right, h1)
	}
}

func (l *sidesLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	if len(objs) != 2 || !objs[0].Visible() || !objs[1].Visible() {
		return widest(visible(objs), func(o fyne.CanvasObject) float32 { return HeightFor(o, width) })
	}
	left, right, stacked := l.split(objs, width)
	h0, h1 := HeightFor(objs[0], left), HeightFor(objs[1], right)
	if stacked {
		return h0 + Space8 + h1
	}
	return max(h0, h1)
}

func (l *sidesLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	var w float32
	for i, o := range visible(objs) {
		if i > 0 {
			w += l.gap
		}
		w += NaturalWidth(o)
	}
	return w
}

func (l *sidesLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, widest(visible(objs), minWidth))
}

// leadLayout puts a small object (an icon, a box) at the left of the first line of another.
type leadLayout struct {
	known
	gap   float32
	line  float32 // height of a line of the other; the small one stands in its middle
	least float32 // height
}

func newLead(gap, line, least float32, lead, body fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &leadLayout{gap: gap, line: line, least: least}, Objects: []fyne.CanvasObject{lead, body}}
}

func (l *leadLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	lead := objs[0].MinSize()
	var x float32
	if objs[0].Visible() {
		x = lead.Width + l.gap
	}
	h := HeightFor(objs[1], size.Width-x)
	top := max(0, (size.Height-h)/2)
	line := l.line
	if line == 0 || h < line {
		line = h
	}
	place(objs[0], 0, top+(line-lead.Height)/2, lead.Width, lead.Height)
	place(objs[1], x, top, size.Width-x, h)
}

func (l *leadLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	lead := objs[0].MinSize()
	if !objs[0].Visible() {
		return max(l.least, HeightFor(objs[1], width))
	}
	return max(l.least, lead.Height, HeightFor(objs[1], width-lead.Width-l.gap))
}

func (l *leadLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	if !objs[0].Visible() {
		return NaturalWidth(objs[1])
	}
	return objs[0].MinSize().Width + l.gap + NaturalWidth(objs[1])
}

func (l *leadLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, objs[0].MinSize().Width+l.gap+minWidth(objs[1]))
}
