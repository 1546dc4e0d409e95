package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

const (
	pickRow     float32 = 34
	pickRowSub  float32 = 48
	pickHighest float32 = 290
)

// pickerPopup lies over the whole window while a picker is open: a field over the picker's own, in which
// one types, and the list. An overlay of its own, because in Fyne keys go to the overlay on top.
type pickerPopup struct {
	composite
	of      *Picker
	entry   *input
	field   *field
	list    *recycler
	empty   *Text
	matches []PickItem
	cursor  int
	panel   *panel
	anchor  fyne.Position
	width   float32
}

func newPickerPopup(of *Picker, c fyne.Canvas) *pickerPopup {
	q := &pickerPopup{of: of}
	q.anchor = fyne.CurrentApp().Driver().AbsolutePositionForObject(of.box)
	q.width = of.box.Size().Width
	q.entry = newInput(false)
	q.field = newField(q.entry, false)
	q.entry.SetPlaceHolder(of.placeholder)
	q.entry.OnChanged = q.filter
	q.entry.onKey, q.entry.keepsTab = q.key, true
	q.entry.onSubmit = func() bool { q.pickCursor(); return true }
	q.panel = newPanel(ColorSurface, ColorInputBorder, 1, RadiusControl)
	q.empty = NewMuted(of.env.t("kit.picker.none"))
	q.list = newRecycler(
		func() fyne.CanvasObject { return newPickRow(q) },
		func(o fyne.CanvasObject, i int) {
			if r, ok := o.(*pickRowView); ok {
				r.bind(i)
			}
		})
	q.init(q, &fyne.Container{Layout: &popupLayout{q}, Objects: []fyne.CanvasObject{q.panel, q.list, q.empty, q.field}})
	q.Resize(c.Size())
	return q
}

func (q *pickerPopup) filter(search string) {
	q.matches, q.cursor = matching(q.of.items, search), 0
	if search == "" {
		for i, it := range q.matches {
			if it.ID == q.of.picked {
				q.cursor = i
			}
		}
	}
	q.list.setHeights(len(q.matches), func(i int) float32 {
		if q.matches[i].Sub != "" {
			return pickRowSub
		}
		return pickRow
	})
	show(q.empty, len(q.matches) == 0)
	settle(q)
	q.list.scroll.ScrollToTop()
	if len(q.matches) > 0 {
		q.list.showRow(q.cursor)
	}
}

func (q *pickerPopup) key(ev *fyne.KeyEvent) bool {
	switch ev.Name {
	case fyne.KeyDown:
		q.move(1)
	case fyne.KeyUp:
		q.move(-1)
	case fyne.KeyPageDown:
		q.move(7)
	case fyne.KeyPageUp:
		q.move(-7)
	case fyne.KeyEscape:
		q.of.pick("")
	case fyne.KeyTab:
		q.leave()
	default:
		return false
	}
	return true
}

// leave goes on to what follows the picker, with what was found by typing.
func (q *pickerPopup) leave() {
	c := canvasOf(q.of)
	if q.entry.Text != "" {
		q.pickCursor()
	}
	q.of.pick("")
	if c != nil {
		c.FocusNext()
	}
}

func (q *pickerPopup) move(by int) {
	if len(q.matches) == 0 {
		return
	}
	q.cursor = max(0, min(q.cursor+by, len(q.matches)-1))
	q.list.showRow(q.cursor)
	q.list.update(true)
}

func (q *pickerPopup) pickCursor() {
	if q.cursor < len(q.matches) {
		q.of.pick(q.matches[q.cursor].ID)
	}
}

// handleKey closes the list on Escape after a click beside its field has taken the focus from it.
func (q *pickerPopup) handleKey(ev *fyne.KeyEvent) bool {
	if ev.Name != fyne.KeyEscape {
		return false
	}
	q.of.pick("")
	return true
}

// Tapped closes the list: the tap was beside it.
func (q *pickerPopup) Tapped(*fyne.PointEvent) { q.of.pick("") }

type popupLayout struct{ q *pickerPopup }

func (l *popupLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	q := l.q
	place(q.field, q.anchor.X, q.anchor.Y, q.width, inputHigh)
	high := min(pickHighest, q.list.tops[q.list.rows()])
	if len(q.matches) == 0 {
		high = 44
	}
	top := q.anchor.Y + inputHigh + 5
	below, above := size.Height-top-Space16, q.anchor.Y-5-Space16
	if below < min(high, 120) && above > below {
		high = min(high, above-8)
		top = q.anchor.Y - 5 - high - 8
	} else {
		high = min(high, below-8)
	}
	high = max(pickRow, high)
	place(q.panel, q.anchor.X, top, q.width, high+8)
	place(q.list, q.anchor.X+1, top+4, q.width-2, high)
	h := HeightFor(q.empty, q.width-26)
	place(q.empty, q.anchor.X+13, top+4+(high-h)/2, q.width-26, h)
	show(q.list, len(q.matches) > 0)
}

func (l *popupLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

type pickRowView struct {
	composite
	of         *pickerPopup
	at         int
	ground     *panel
	title, sub *line
	hovered    bool
}

func newPickRow(of *pickerPopup) *pickRowView {
	r := &pickRowView{of: of, ground: newPanel("", "", 0, 0)}
	r.title, r.sub = newLine(SizeBody, false, ColorForeground), newLine(SizeCaption, false, ColorMuted)
	r.init(r, &fyne.Container{Layout: &pickRowLayout{r}, Objects: []fyne.CanvasObject{r.ground, r.title, r.sub}})
	return r
}

func (r *pickRowView) bind(i int) {
	r.at = i
	it := r.of.matches[i]
	r.title.set(it.Title)
	r.sub.set(it.Sub)
	show(r.sub, it.Sub != "")
	r.style()
	settle(r)
}

func (r *pickRowView) style() {
	var fill fyne.ThemeColorName
	if r.at == r.of.cursor {
		fill = ColorAccentSoft
	} else if r.hovered {
		fill = colorHover
	}
	r.ground.set(fill, "", 0)
}

func (r *pickRowView) Tapped(*fyne.PointEvent) {
	if r.at < len(r.of.matches) {
		r.of.of.pick(r.of.matches[r.at].ID)
	}
}

func (r *pickRowView) MouseIn(*desktop.MouseEvent)    { r.hovered = true; r.style() }
func (r *pickRowView) MouseMoved(*desktop.MouseEvent) {}
func (r *pickRowView) MouseOut()                      { r.hovered = false; r.style() }

type pickRowLayout struct{ r *pickRowView }

func (l *pickRowLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	r := l.r
	place(r.ground, 0, 0, size.Width, size.Height)
	th, sh := r.title.face.height(), r.sub.face.height()
	top := (size.Height - th) / 2
	if r.sub.Visible() {
		top = (size.Height - th - sh) / 2
		place(r.sub, 12, top+th, max(0, size.Width-24), sh)
	}
	place(r.title, 12, top, max(0, size.Width-24), th)
}

func (l *pickRowLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(60, pickRow) }
