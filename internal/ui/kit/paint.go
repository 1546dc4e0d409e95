package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// paint looks a colour up; the empty name is no colour.
func paint(name fyne.ThemeColorName) color.Color {
	if name == "" {
		return color.Transparent
	}
	return theme.Color(name)
}

// panel is a painted rectangle: the ground, edge or focus ring of a control. It is not a control itself.
type panel struct {
	widget.BaseWidget
	fill, stroke fyne.ThemeColorName
	width        float32 // of the stroke, which lies inside the panel
	radius       float32
	corners      corners // which ones are round; none chosen is all
	outset       float32 // how far it is painted beyond its own bounds
	min          fyne.Size
}

// corners says which corners of a panel are round.
type corners struct{ chosen, topLeft, topRight, bottomLeft, bottomRight bool }

func newPanel(fill, stroke fyne.ThemeColorName, width, radius float32) *panel {
	p := &panel{fill: fill, stroke: stroke, width: width, radius: radius}
	p.ExtendBaseWidget(p)
	return p
}

// newRing is the mark of focus around a control with corners of radius: two wide, one off.
func newRing(radius float32) *panel {
	p := newPanel("", ColorAccent, 2, radius+3)
	p.outset = 3
	p.Hide()
	return p
}

func (p *panel) set(fill, stroke fyne.ThemeColorName, width float32) {
	if p.fill == fill && p.stroke == stroke && p.width == width {
		return
	}
	p.fill, p.stroke, p.width = fill, stroke, width
	p.Refresh()
}

func (p *panel) MinSize() fyne.Size { return p.min }

func (p *panel) HeightFor(float32) float32 { return p.min.Height }

// Painted is how a ground is painted, by the names of the palette; for tests.
type Painted struct {
	Fill, Stroke  fyne.ThemeColorName
	Width, Radius float32
}

// Painted says how the panel is painted.
func (p *panel) Painted() Painted {
	out := Painted{Fill: p.fill, Stroke: p.stroke, Width: p.width, Radius: p.radius}
	if p.stroke == "" || p.width == 0 {
		out.Stroke, out.Width = "", 0
	}
	return out
}

// panelRenderer paints an edge around a ground as one filled rectangle on another, and the straight parts
// of the edge once more as lines: Fyne's OpenGL painter softens everything that has a round corner, by
// which an edge of one unit loses a third of its contrast. Only a ring, which has no ground, is a stroke.
type panelRenderer struct {
	panel *panel
	rect  *canvas.Rectangle
	inner *canvas.Rectangle
	lines [4]*canvas.Rectangle // left, top, right, bottom
}

func (p *panel) CreateRenderer() fyne.WidgetRenderer {
	r := &panelRenderer{panel: p, rect: canvas.NewRectangle(color.Transparent), inner: canvas.NewRectangle(color.Transparent)}
	for i := range r.lines {
		r.lines[i] = canvas.NewRectangle(color.Transparent)
	}
	r.style()
	return r
}

func (r *panelRenderer) style() {
	p := r.panel
	look := p.Painted()
	edged := look.Stroke != "" && look.Fill != ""
	r.inner.Hidden = !edged
	for _, l := range r.lines {
		l.Hidden = !edged
		l.FillColor = paint(look.Stroke)
	}
	r.rect.StrokeColor, r.rect.StrokeWidth = color.Transparent, 0
	switch {
	case edged:
		r.rect.FillColor, r.inner.FillColor = paint(look.Stroke), paint(look.Fill)
		p.round(r.rect, p.radius)
		p.round(r.inner, max(0, p.radius-p.width))
	case look.Stroke != "":
		r.rect.FillColor = color.Transparent
		r.rect.StrokeColor, r.rect.StrokeWidth = paint(look.Stroke), look.Width
		p.round(r.rect, p.radius)
	default:
		r.rect.FillColor = paint(look.Fill)
		p.round(r.rect, p.radius)
	}
}

// at is the radius of a corner.
func (p *panel) at(round bool) float32 {
	if round || !p.corners.chosen {
		return p.radius
	}
	return 0
}

func (p *panel) round(rect *canvas.Rectangle, radius float32) {
	if !p.corners.chosen {
		rect.CornerRadius = radius
		return
	}
	of := func(round bool) float32 {
		if round {
			return radius
		}
		return 0
	}
	rect.CornerRadius = 0
	rect.TopLeftCornerRadius, rect.TopRightCornerRadius = of(p.corners.topLeft), of(p.corners.topRight)
	rect.BottomLeftCornerRadius, rect.BottomRightCornerRadius = of(p.corners.bottomLeft), of(p.corners.bottomRight)
}

func (r *panelRenderer) Layout(size fyne.Size) {
	p := r.panel
	d, w := -p.outset, p.width
	place(r.rect, d, d, size.Width-2*d, size.Height-2*d)
	place(r.inner, w, w, max(0, size.Width-2*w), max(0, size.Height-2*w))
	tl, tr, bl, br := p.at(p.corners.topLeft), p.at(p.corners.topRight), p.at(p.corners.bottomLeft), p.at(p.corners.bottomRight)
	place(r.lines[0], 0, tl, w, max(0, size.Height-tl-bl))
	place(r.lines[1], tl, 0, max(0, size.Width-tl-tr), w)
	place(r.lines[2], size.Width-w, tr, w, max(0, size.Height-tr-br))
	place(r.lines[3], bl, size.Height-w, max(0, size.Width-bl-br), w)
}

func (r *panelRenderer) Refresh() {
	r.style()
	r.Layout(r.panel.Size())
	canvas.Refresh(r.panel)
}

func (r *panelRenderer) MinSize() fyne.Size { return r.panel.min }

func (r *panelRenderer) Objects() []fyne.CanvasObject {
	if r.inner.Hidden {
		return []fyne.CanvasObject{r.rect}
	}
	return []fyne.CanvasObject{r.rect, r.inner, r.lines[0], r.lines[1], r.lines[2], r.lines[3]}
}

func (r *panelRenderer) Destroy() {}
