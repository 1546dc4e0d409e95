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

func (p *panel) CreateRenderer() fyne.WidgetRenderer {
	r := &panelRenderer{panel: p, rect: canvas.NewRectangle(color.Transparent), inner: canvas.NewRectangle(color.Transparent)}
	r.style()
	return r
}

// panelRenderer paints an edge around a ground as one filled rectangle on another, which is sharp at every
// scale; a stroke, which Fyne centres on the outline, lies between two rows of pixels. Only a ring, which
// has no ground, is a stroke.
type panelRenderer struct {
	panel *panel
	rect  *canvas.Rectangle
	inner *canvas.Rectangle
}

func (r *panelRenderer) stroked() bool { return r.panel.stroke != "" && r.panel.width > 0 }

func (r *panelRenderer) style() {
	p := r.panel
	r.rect.StrokeColor, r.rect.StrokeWidth = color.Transparent, 0
	r.inner.Hidden = true
	switch {
	case r.stroked() && p.fill != "":
		r.rect.FillColor, r.inner.FillColor = paint(p.stroke), paint(p.fill)
		r.inner.Hidden = false
		p.round(r.rect, p.radius)
		p.round(r.inner, max(0, p.radius-p.width))
	case r.stroked():
		r.rect.FillColor = color.Transparent
		r.rect.StrokeColor, r.rect.StrokeWidth = paint(p.stroke), p.width
		p.round(r.rect, max(0, p.radius-p.width/2))
	default:
		r.rect.FillColor = paint(p.fill)
		p.round(r.rect, p.radius)
	}
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
	d := r.rect.StrokeWidth/2 - r.panel.outset
	place(r.rect, d, d, size.Width-2*d, size.Height-2*d)
	w := r.panel.width
	place(r.inner, w, w, max(0, size.Width-2*w), max(0, size.Height-2*w))
}

func (r *panelRenderer) Refresh() {
	r.style()
	r.Layout(r.panel.Size())
	canvas.Refresh(r.panel)
}

func (r *panelRenderer) MinSize() fyne.Size           { return r.panel.min }
func (r *panelRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.rect, r.inner} }
func (r *panelRenderer) Destroy()                     {}
