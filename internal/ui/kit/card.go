package kit

import (
	"fyne.io/fyne/v2"
)

// Card is a surface with an edge, and a column of objects on it.
type Card struct {
	composite
	ground *panel
	column *fyne.Container
}

// NewCard puts objs, below each other, on a card.
func NewCard(objs ...fyne.CanvasObject) *Card {
	return newCard(ColorBorder, Space16, Space8, objs)
}

// NewAccentCard is a card whose edge has the colour of kind: the one thing to do next.
func NewAccentCard(kind Kind, objs ...fyne.CanvasObject) *Card {
	return newCard(kind.strong(), Space16, Space8, objs)
}

func newCard(edge fyne.ThemeColorName, pad, gap float32, objs []fyne.CanvasObject) *Card {
	pad++ // the edge
	c := &Card{column: NewColumn(gap, objs...)}
	c.ground = newPanel(ColorSurface, edge, 1, RadiusCard)
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
		objs = append(objs, NewInset(Space16, 11, Space16, 11, r))
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
