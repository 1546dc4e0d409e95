package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// ListRow is a row of an [OrderList], or the heading of a group.
type ListRow struct {
	ID       string
	Heading  bool
	Title    string
	Sub      string
	PillKind Kind
	Pill     string
}

const (
	orderRowHigh     float32 = 58
	orderHeadingHigh float32 = 40
)

// OrderList is the list at the left of the home screen: groups with a heading, one height for all rows,
// one row selected. It has objects only for the rows that can be seen.
type OrderList struct {
	control
	rows     []ListRow
	list     *recycler
	selected string
	onSelect func(id string)
}

// NewOrderList makes an empty list; onSelect is called when the person selects a row.
func NewOrderList(onSelect func(id string)) *OrderList {
	l := &OrderList{onSelect: onSelect}
	l.list = newRecycler(
		func() fyne.CanvasObject { return newOrderRow(l) },
		func(o fyne.CanvasObject, i int) {
			if r, ok := o.(*orderRow); ok {
				r.bind(i)
			}
		})
	l.ring = newPanel("", ColorAccent, 2, 0)
	l.ring.outset = -1
	l.ring.Hide()
	l.init(l, newLayers(newPanel(ColorSurface, "", 0, 0), l.list, l.ring))
	return l
}

// SetRows replaces what is in the list. What was selected stays selected if it is still there.
func (l *OrderList) SetRows(rows []ListRow) {
	l.rows = rows
	l.list.setHeights(len(rows), func(i int) float32 {
		if rows[i].Heading {
			return orderHeadingHigh
		}
		return orderRowHigh
	})
}

// Rows are the rows of the list.
func (l *OrderList) Rows() []ListRow { return l.rows }

// Selected is the id of the selected row, or "".
func (l *OrderList) Selected() string { return l.selected }

// Select selects a row and shows it; onSelect is not called. "" selects none.
func (l *OrderList) Select(id string) {
	l.selected = id
	if i := l.index(id); i >= 0 {
		l.list.showRow(i)
	}
	l.list.update(true)
}

func (l *OrderList) index(id string) int {
	for i, r := range l.rows {
		if !r.Heading && r.ID == id {
			return i
		}
	}
	return -1
}

func (l *OrderList) pick(i int) {
	id := l.rows[i].ID
	changed := id != l.selected
	l.Select(id)
	if changed && l.onSelect != nil {
		l.onSelect(id)
	}
}

// TypedKey is for Fyne.
func (l *OrderList) TypedKey(ev *fyne.KeyEvent) {
	page := max(1, int(l.Size().Height/orderRowHigh)-1)
	at := l.index(l.selected)
	switch ev.Name {
	case fyne.KeyUp:
		l.move(at, -1)
	case fyne.KeyDown:
		l.move(at, 1)
	case fyne.KeyPageUp:
		l.move(at, -page)
	case fyne.KeyPageDown:
		l.move(at, page)
	case fyne.KeyHome:
		l.move(-1, 1)
	case fyne.KeyEnd:
		l.move(len(l.rows), -1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if at >= 0 && l.onSelect != nil {
			l.onSelect(l.selected)
		}
	default:
		handOn(l, ev)
	}
}

// move goes by that many rows, over headings, and stops at the ends.
func (l *OrderList) move(from, by int) {
	step, last := 1, -1
	if by < 0 {
		step, by = -1, -by
	}
	for i := from + step; i >= 0 && i < len(l.rows) && by > 0; i += step {
		if !l.rows[i].Heading {
			last = i
			by--
		}
	}
	if last >= 0 {
		l.pick(last)
		if first := last - 1; first >= 0 && l.rows[first].Heading {
			l.list.showRow(first)
		}
	}
}

// orderRow draws a row or a heading.
type orderRow struct {
	composite
	of      *OrderList
	at      int
	ground  *panel
	bar     *panel
	title   *line
	sub     *line
	heading *line
	pill    *Pill
	hovered bool
}

func newOrderRow(of *OrderList) *orderRow {
	r := &orderRow{of: of, ground: newPanel("", "", 0, 0), bar: newPanel(ColorAccent, "", 0, 0)}
	r.title, r.sub = newLine(SizeBody, true, ColorForeground), newLine(SizeCaption, false, ColorMuted)
	r.heading = newLine(SizeCaption, true, ColorMuted)
	r.pill = NewPill(Neutral, "")
	r.pill.text.fixed = true
	r.init(r, &fyne.Container{Layout: &orderRowLayout{r}, Objects: []fyne.CanvasObject{r.ground, r.bar, r.title, r.sub, r.heading, r.pill}})
	return r
}

func (r *orderRow) bind(i int) {
	r.at = i
	row := r.of.rows[i]
	selected := !row.Heading && row.ID == r.of.selected
	for _, o := range []fyne.CanvasObject{r.title, r.sub} {
		show(o, !row.Heading)
	}
	show(r.heading, row.Heading)
	show(r.bar, selected)
	show(r.pill, !row.Heading && row.Pill != "")
	if row.Heading {
		r.heading.set(row.Title)
	} else {
		r.title.set(row.Title)
		r.sub.set(row.Sub)
		r.pill.Set(row.PillKind, row.Pill)
		r.pill.icon.Hide()
	}
	r.style(selected, row.Heading)
	settle(r)
}

func (r *orderRow) style(selected, heading bool) {
	var fill fyne.ThemeColorName
	switch {
	case selected:
		fill = ColorAccentSoft
	case r.hovered && !heading:
		fill = colorHover
	}
	r.ground.set(fill, "", 0)
}

func (r *orderRow) Tapped(*fyne.PointEvent) {
	if r.at < len(r.of.rows) && !r.of.rows[r.at].Heading {
		r.of.takeFocus()
		r.of.pick(r.at)
	}
}

func (r *orderRow) hover(on bool) {
	r.hovered = on
	if r.at < len(r.of.rows) {
		row := r.of.rows[r.at]
		r.style(row.ID == r.of.selected && !row.Heading, row.Heading)
	}
}

func (r *orderRow) MouseIn(*desktop.MouseEvent)    { r.hover(true) }
func (r *orderRow) MouseMoved(*desktop.MouseEvent) {}
func (r *orderRow) MouseOut()                      { r.hover(false) }

type orderRowLayout struct{ r *orderRow }

func (l *orderRowLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	r := l.r
	place(r.ground, 0, 0, size.Width, size.Height)
	place(r.bar, 0, 0, 3, size.Height)
	const left, right = 21, 18
	place(r.heading, 18, 24-r.heading.face.height()/2, max(0, size.Width-18-right), r.heading.face.height())
	titleEnd, subEnd := size.Width-right, size.Width-right
	if r.pill.Visible() {
		// Beside the title; below, where the title would be cut for it.
		w, y := r.fitPill(whole(size.Width*0.62)), float32(9)
		if left+NaturalWidth(r.title) <= titleEnd-w-Space8 {
			titleEnd -= w + Space8
		} else {
			subEnd -= w + Space8
			y = 30
		}
		place(r.pill, size.Width-right-w, y, w, pillHigh)
	}
	th, sh := r.title.face.height(), r.sub.face.height()
	place(r.title, left, 20-th/2, max(0, titleEnd-left), th)
	place(r.sub, left, 40.5-sh/2, max(0, subEnd-left), sh)
}

// fitPill gives the width of the pill, whose word ends with an ellipsis where it is wider than most.
func (r *orderRow) fitPill(most float32) float32 {
	if r.at >= len(r.of.rows) {
		return 0
	}
	r.pill.text.SetText(r.of.rows[r.at].Pill)
	natural := NaturalWidth(r.pill)
	if natural <= most {
		return natural
	}
	pad := natural - r.pill.text.NaturalWidth()
	r.pill.text.SetText(face{size: SizeCaption}.fitted(r.of.rows[r.at].Pill, most-pad))
	return most
}

func (l *orderRowLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(80, orderRowHigh)
}
