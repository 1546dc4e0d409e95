package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// ChoiceSpec describes one of several things to choose from.
type ChoiceSpec struct {
	Title    string
	Sentence string // small, below the title; may be empty
	Icon     string // name of an icon; may be empty
}

// Choice is the card of one thing in [Choices].
type Choice struct {
	composite
	group    *Choices
	index    int
	spec     ChoiceSpec
	ground   *panel
	ring     *panel
	tile     *panel
	icon     *Icon
	tick     *Icon
	title    *Text
	sentence *Text
	hovered  bool
}

// NewChoice makes a card that stands alone; [NewChoices] makes those of a group.
func NewChoice(spec ChoiceSpec) *Choice {
	c := &Choice{spec: spec, ground: newPanel(ColorSurface, ColorInputBorder, 1, RadiusCard), ring: newRing(RadiusCard)}
	c.title, c.sentence = NewText(spec.Title), NewCaption(spec.Sentence)
	if spec.Sentence == "" {
		c.sentence.Hide()
	}
	icon := spec.Icon
	if icon == "" {
		icon = "more"
	}
	c.tile, c.icon = newPanel(ColorAccentSoft, "", 0, RadiusControl), NewIcon(icon, ColorAccent, 18)
	c.tile.min = fyne.NewSquareSize(30)
	tile := newLayers(c.tile, NewCentered(0, c.icon))
	if spec.Icon == "" {
		tile.Hide()
	}
	c.tick = NewIcon("tick", ColorAccent, 16)
	c.tick.Hide()
	words := newLead(Space12, 0, 0, tile, NewColumn(0, c.title, c.sentence))
	content := &fyne.Container{Layout: &cardRowLayout{}, Objects: []fyne.CanvasObject{words, c.tick}}
	inset := NewInset(15, 10, 15, 10, content)
	if l, ok := inset.Layout.(*insetLayout); ok {
		l.least = 60
		if spec.Sentence == "" && spec.Icon == "" {
			l.least = 48
		}
	}
	c.init(c, newLayers(c.ground, inset, c.ring))
	return c
}

// NewIconTile is the icon on its soft square that heads a card.
func NewIconTile(icon string) fyne.CanvasObject {
	tile := newPanel(ColorAccentSoft, "", 0, RadiusControl)
	tile.min = fyne.NewSquareSize(30)
	return newLayers(tile, NewCentered(0, NewIcon(icon, ColorAccent, 18)))
}

// NewTitled is a tile with an icon beside a title and a line below it: the head of a card.
func NewTitled(icon, title, line string) *fyne.Container {
	body := NewColumn(0, NewHeading(title), NewMuted(line))
	return newLead(Space12, 0, 0, NewIconTile(icon), body)
}

// Title is what the card says.
func (c *Choice) Title() string { return c.spec.Title }

func (c *Choice) style(selected, ring, off bool) {
	fill, edge, width := ColorSurface, ColorInputBorder, float32(1)
	switch {
	case off:
		edge = ColorBorder
	case selected:
		fill, edge, width = ColorAccentSoft, ColorAccent, 2
	case c.hovered:
		fill = colorHover
	}
	c.ground.set(fill, edge, width)
	if c.title.bold != selected {
		c.title.bold = selected
		c.title.Refresh()
	}
	if off {
		c.title.Colored(ColorMuted)
	} else {
		c.title.Colored(ColorForeground)
	}
	show(c.tick, selected)
	show(c.ring, ring)
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// Tapped is for Fyne.
func (c *Choice) Tapped(*fyne.PointEvent) {
	if c.group == nil || c.group.off {
		return
	}
	c.group.takeFocus()
	c.group.choose(c.index)
}

// MouseIn is for Fyne.
func (c *Choice) MouseIn(*desktop.MouseEvent) { c.hover(true) }

// MouseMoved is for Fyne.
func (c *Choice) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (c *Choice) MouseOut() { c.hover(false) }

func (c *Choice) hover(on bool) {
	c.hovered = on
	if c.group != nil {
		c.group.style()
		c.ground.Refresh()
	}
}

// Choices is a grid of cards of which one can be chosen. Tab enters and leaves it as a whole; arrows move
// in it, Return and Space choose; Return on the card that is chosen is the page's main button.
type Choices struct {
	control
	cards    []*Choice
	grid     *gridLayout
	selected int
	cursor   int
	onSelect func(int)
}

// NewChoices makes the cards, two beside each other where there is room. selected is -1 for none.
func NewChoices(specs []ChoiceSpec, selected int, onSelect func(int)) *Choices {
	g := &Choices{selected: selected, cursor: max(0, selected), onSelect: onSelect}
	objs := make([]fyne.CanvasObject, len(specs))
	for i, s := range specs {
		c := NewChoice(s)
		c.group, c.index = g, i
		g.cards = append(g.cards, c)
		objs[i] = c
	}
	g.grid = &gridLayout{cols: 2, gap: 10}
	g.restyle = g.style
	g.init(g, &fyne.Container{Layout: g.grid, Objects: objs})
	g.style()
	return g
}

// InOneColumn puts the cards below each other and returns the group.
func (g *Choices) InOneColumn() *Choices {
	g.grid.cols = 1
	return g
}

func (g *Choices) style() {
	for i, c := range g.cards {
		c.style(i == g.selected, g.focused && !g.byPointer && i == g.cursor, g.off)
	}
}

// Selected is the card that is chosen, or -1.
func (g *Choices) Selected() int { return g.selected }

// Cards are the cards in their order, for tests.
func (g *Choices) Cards() []*Choice { return g.cards }

// SetSelected chooses a card; onSelect is not called.
func (g *Choices) SetSelected(i int) {
	g.selected, g.cursor = i, max(0, i)
	g.Refresh()
}

// FocusGained is for Fyne. Where the group is higher than the page it is the card that one stands on that
// has to be seen.
func (g *Choices) FocusGained() {
	g.control.FocusGained()
	if len(g.cards) > 0 {
		reveal(g.cards[g.cursor])
	}
}

// ShowsFocus reports whether the group has the focus and shows it on a card.
func (g *Choices) ShowsFocus() bool { return g.focused && !g.byPointer }

func (g *Choices) choose(i int) {
	if g.off || i < 0 || i >= len(g.cards) {
		return
	}
	g.cursor = i
	changed := g.selected != i
	g.selected = i
	g.Refresh()
	if changed && g.onSelect != nil {
		g.onSelect(i)
	}
}

// Select does what a tap on a card does.
func (g *Choices) Select(i int) { g.choose(i) }

// TypedKey is for Fyne.
func (g *Choices) TypedKey(ev *fyne.KeyEvent) {
	cols, _ := g.grid.columns(g.Size().Width)
	switch ev.Name {
	case fyne.KeyLeft:
		g.move(-1)
	case fyne.KeyRight:
		g.move(1)
	case fyne.KeyUp:
		g.move(-cols)
	case fyne.KeyDown:
		g.move(cols)
	case fyne.KeyHome:
		g.move(-g.cursor)
	case fyne.KeyEnd:
		g.move(len(g.cards) - 1 - g.cursor)
	default:
		// Return on the card that is chosen already goes on, as in a field.
		if isConfirm(ev) && (ev.Name == fyne.KeySpace || g.cursor != g.selected) {
			g.choose(g.cursor)
			return
		}
		handOn(g, ev)
	}
}

func (g *Choices) move(by int) {
	g.byPointer = false
	if to := g.cursor + by; to >= 0 && to < len(g.cards) {
		g.cursor = to
	}
	g.Refresh()
	if len(g.cards) > 0 {
		reveal(g.cards[g.cursor])
	}
}

// cardRowLayout is the words of a card with room for a tick at the right.
type cardRowLayout struct{ known }

func (l *cardRowLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	m := objs[1].MinSize()
	place(objs[0], 0, 0, size.Width-m.Width-Space8, size.Height)
	place(objs[1], size.Width-m.Width, (size.Height-m.Height)/2, m.Width, m.Height)
}

func (l *cardRowLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	return HeightFor(objs[0], width-objs[1].MinSize().Width-Space8)
}

func (l *cardRowLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	return NaturalWidth(objs[0]) + objs[1].MinSize().Width + Space8
}

func (l *cardRowLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, minWidth(objs[0])+objs[1].MinSize().Width+Space8)
}
