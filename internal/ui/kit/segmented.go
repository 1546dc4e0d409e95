package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Segmented is a row of labels of which one is chosen. Tab enters and leaves it as a whole; arrows choose.
type Segmented struct {
	control
	segments []*segment
	selected int
	onSelect func(int)
}

// NewSegmented makes the row. Where the labels have no room beside each other they stand below each other.
func NewSegmented(labels []string, selected int, onSelect func(int)) *Segmented {
	s := &Segmented{selected: selected, onSelect: onSelect, control: control{ring: newRing(RadiusControl)}}
	objs := make([]fyne.CanvasObject, 0, len(labels)+2)
	for i, l := range labels {
		seg := newSegment(s, i, l)
		s.segments = append(s.segments, seg)
		objs = append(objs, seg)
	}
	objs = append(objs, s.ring)
	s.restyle = s.style
	s.init(s, &fyne.Container{Layout: &segmentedLayout{}, Objects: objs})
	s.style()
	return s
}

// Selected is the label that is chosen.
func (s *Segmented) Selected() int { return s.selected }

// Labels are the labels in their order.
func (s *Segmented) Labels() []string {
	out := make([]string, len(s.segments))
	for i, g := range s.segments {
		out[i] = g.text.Text()
	}
	return out
}

// SetSelected chooses; onSelect is not called.
func (s *Segmented) SetSelected(i int) {
	s.selected = i
	s.Refresh()
}

// Select does what a tap does.
func (s *Segmented) Select(i int) {
	if s.off || i < 0 || i >= len(s.segments) || i == s.selected {
		return
	}
	s.selected = i
	s.Refresh()
	if s.onSelect != nil {
		s.onSelect(i)
	}
}

// TypedKey is for Fyne.
func (s *Segmented) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyLeft, fyne.KeyUp:
		s.Select(s.selected - 1)
	case fyne.KeyRight, fyne.KeyDown:
		s.Select(s.selected + 1)
	case fyne.KeySpace:
	default:
		handOn(s, ev)
	}
}

func (s *Segmented) style() {
	for i, g := range s.segments {
		g.style(i == s.selected, s.off)
	}
}

type segment struct {
	composite
	of      *Segmented
	index   int
	ground  *panel
	text    *Text
	hovered bool
}

func newSegment(of *Segmented, index int, label string) *segment {
	g := &segment{of: of, index: index, ground: newPanel(ColorSurface, ColorInputBorder, 1, 0), text: NewBold(label).Centered()}
	g.init(g, newLayers(g.ground, NewInset(17, 8.5, 17, 8.5, g.text)))
	return g
}

func (g *segment) style(selected, off bool) {
	fill, edge, text := ColorSurface, ColorInputBorder, ColorForeground
	switch {
	case off:
		text = ColorMuted
	case selected:
		fill, edge, text = ColorAccent, ColorAccent, ColorOnAccent
	case g.hovered:
		fill = colorHover
	}
	g.ground.set(fill, edge, 1)
	g.text.Colored(text)
}

func (g *segment) Tapped(*fyne.PointEvent) {
	g.of.takeFocus()
	g.of.Select(g.index)
}

func (g *segment) MouseIn(*desktop.MouseEvent)    { g.hovered = true; g.of.style() }
func (g *segment) MouseMoved(*desktop.MouseEvent) {}
func (g *segment) MouseOut()                      { g.hovered = false; g.of.style() }

type segmentedLayout struct{ known }

func (l *segmentedLayout) split(objs []fyne.CanvasObject) (segs []fyne.CanvasObject, rest []fyne.CanvasObject) {
	return objs[:len(objs)-1], objs[len(objs)-1:]
}

func (l *segmentedLayout) row(segs []fyne.CanvasObject, width float32) bool {
	var w float32
	for _, s := range segs {
		w += NaturalWidth(s)
	}
	return w-float32(len(segs)-1) <= width
}

func (l *segmentedLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	segs, frames := l.split(objs)
	row := l.row(segs, size.Width)
	var x, y float32
	for i, s := range segs {
		w, h := NaturalWidth(s), l.heightFor(objs, size.Width)
		if !row {
			w, h = size.Width, HeightFor(s, size.Width)
		}
		place(s, x, y, w, h)
		round(s, row, i == 0, i == len(segs)-1)
		if row {
			x += w - 1
		} else {
			y += h - 1
		}
	}
	w, h := x+1, l.heightFor(objs, size.Width)
	if !row {
		w = size.Width
	}
	for _, f := range frames {
		place(f, 0, 0, w, h)
	}
}

func (l *segmentedLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	segs, _ := l.split(objs)
	if l.row(segs, width) {
		return widest(segs, func(o fyne.CanvasObject) float32 { return max(buttonHigh, HeightFor(o, NaturalWidth(o))) })
	}
	var h float32
	for _, s := range segs {
		h += HeightFor(s, width) - 1
	}
	return h + 1
}

func (l *segmentedLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	segs, _ := l.split(objs)
	var w float32
	for _, s := range segs {
		w += NaturalWidth(s) - 1
	}
	return w + 1
}

func (l *segmentedLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	segs, _ := l.split(objs)
	return l.minSize(l, objs, widest(segs, minWidth))
}

// round gives the outer corners of the row to its first and last segment.
func round(o fyne.CanvasObject, row, first, last bool) {
	g, ok := o.(*segment)
	if !ok {
		return
	}
	g.ground.corners = corners{
		chosen: true, topLeft: first, bottomLeft: first && row || last && !row,
		topRight: last && row || first && !row, bottomRight: last,
	}
	g.ground.radius = RadiusControl
	g.ground.Refresh()
}
