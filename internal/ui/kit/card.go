package kit

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Card is a surface with an edge, and a column of objects on it.
type Card struct {
	composite
	ground *panel
	column *fyne.Container
}

// NewCard puts objs, below each other, on a card.
func NewCard(objs ...fyne.CanvasObject) *Card {
	return newCard(ColorSurface, ColorBorder, Space16, Space8, objs)
}

// NewAccentCard is a card whose edge has the colour of kind: the one thing to do next.
func NewAccentCard(kind Kind, objs ...fyne.CanvasObject) *Card {
	return newCard(ColorSurface, kind.strong(), Space16, Space8, objs)
}

func newCard(fill, edge fyne.ThemeColorName, pad, gap float32, objs []fyne.CanvasObject) *Card {
	c := &Card{column: NewColumn(gap, objs...)}
	c.ground = newPanel(fill, edge, 1, RadiusCard)
	c.init(c, newLayers(c.ground, NewInset(pad, pad, pad, pad, c.column)))
	return c
}

// SetObjects replaces what is on the card.
func (c *Card) SetObjects(objs ...fyne.CanvasObject) {
	c.column.Objects = objs
	c.column.Refresh()
	Relayout(c)
}

// NewRowsCard is a card whose objects are rows with a line between them.
func NewRowsCard(rows ...fyne.CanvasObject) *Card {
	c := &Card{column: NewColumn(0, rowObjects(rows)...)}
	c.ground = newPanel(ColorSurface, ColorBorder, 1, RadiusCard)
	c.init(c, newLayers(c.ground, NewInset(1, 1, 1, 1, c.column)))
	return c
}

// SetRows replaces the rows of a card made by NewRowsCard.
func (c *Card) SetRows(rows ...fyne.CanvasObject) { c.SetObjects(rowObjects(rows)...) }

func rowObjects(rows []fyne.CanvasObject) []fyne.CanvasObject {
	var objs []fyne.CanvasObject
	for i, r := range rows {
		if i > 0 {
			objs = append(objs, NewDivider())
		}
		objs = append(objs, NewInset(Space16-1, 11, Space16-1, 11, r))
	}
	return objs
}

// NewDivider is a line across.
func NewDivider() fyne.CanvasObject {
	p := newPanel(ColorBorder, "", 0, 0)
	p.min = fyne.NewSize(0, 1)
	return p
}

// NewDashedBox is a box with a dashed edge and a small title, for what is not part of the real thing.
func NewDashedBox(title string, objs ...fyne.CanvasObject) *Card {
	c := &Card{column: NewColumn(Space8, append([]fyne.CanvasObject{newText(title, SizeCaption, ColorMuted)}, objs...)...)}
	if title == "" {
		c.column.Objects = objs
	}
	c.init(c, newLayers(newDashes(), NewInset(Space16, Space12, Space16, Space16, c.column)))
	return c
}

// dashes is a dashed edge with round corners.
type dashes struct {
	widget.BaseWidget
}

func newDashes() *dashes {
	d := &dashes{}
	d.ExtendBaseWidget(d)
	return d
}

func (d *dashes) MinSize() fyne.Size { return fyne.Size{} }

func (d *dashes) CreateRenderer() fyne.WidgetRenderer {
	img := &canvas.Image{FillMode: canvas.ImageFillStretch}
	return &dashesRenderer{d, img}
}

type dashesRenderer struct {
	d   *dashes
	img *canvas.Image
}

func (r *dashesRenderer) Layout(size fyne.Size) {
	w, h := int(size.Width), int(size.Height)
	if w < 20 || h < 20 {
		return
	}
	edge := hex(paint(ColorInputBorder))
	name := fmt.Sprintf("dashes-%dx%d%s.svg", w, h, edge)
	if r.img.Resource == nil || r.img.Resource.Name() != name {
		r.img.Resource = fyne.NewStaticResource(name, []byte(fmt.Sprintf(
			`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d"><rect x="0.5" y="0.5" width="%d" height="%d" rx="7.5" ry="7.5" fill="none" stroke="%s" stroke-width="1" stroke-dasharray="5 4"/></svg>`,
			w, h, w, h, w-1, h-1, edge)))
	}
	r.img.Resize(fyne.NewSize(float32(w), float32(h)))
	r.img.Refresh()
}

func (r *dashesRenderer) Refresh() {
	r.Layout(r.d.Size())
	canvas.Refresh(r.d)
}

func (r *dashesRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *dashesRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.img} }
func (r *dashesRenderer) Destroy()                     {}
