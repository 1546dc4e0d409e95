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
type corners struct{ topLeft, topRight, bottomLeft, bottomRight bool }

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

func (p *panel) CreateRenderer() fyne.WidgetRenderer {
	r := &panelRenderer{panel: p, rect: canvas.NewRectangle(color.Transparent)}
	r.style()
	return r
}

type panelRenderer struct {
	panel *panel
	rect  *canvas.Rectangle
}

func (r *panelRenderer) style() {
	r.rect.FillColor = paint(r.panel.fill)
	r.rect.StrokeColor = paint(r.panel.stroke)
	r.rect.StrokeWidth = r.panel.width
	if r.panel.stroke == "" {
		r.rect.StrokeWidth = 0
	}
	// Fyne strokes the middle of the outline.
	radius := max(0, r.panel.radius-r.rect.StrokeWidth/2)
	if r.panel.corners == (corners{}) {
		r.rect.CornerRadius = radius
		return
	}
	of := func(round bool) float32 {
		if round {
			return radius
		}
		return 0
	}
	r.rect.CornerRadius = 0
	r.rect.TopLeftCornerRadius, r.rect.TopRightCornerRadius = of(r.panel.corners.topLeft), of(r.panel.corners.topRight)
	r.rect.BottomLeftCornerRadius, r.rect.BottomRightCornerRadius = of(r.panel.corners.bottomLeft), of(r.panel.corners.bottomRight)
}

func (r *panelRenderer) Layout(size fyne.Size) {
	d := r.rect.StrokeWidth/2 - r.panel.outset
	r.rect.Move(fyne.NewPos(d, d))
	r.rect.Resize(fyne.NewSize(size.Width-2*d, size.Height-2*d))
}

func (r *panelRenderer) Refresh() {
	r.style()
	r.Layout(r.panel.Size())
	canvas.Refresh(r.panel)
}

func (r *panelRenderer) MinSize() fyne.Size           { return r.panel.min }
func (r *panelRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.rect} }
func (r *panelRenderer) Destroy()                     {}
