package kit

import (
	"fyne.io/fyne/v2"
)

// TopBarSpec describes the bar of the home screen; what is nil or empty is not shown.
type TopBarSpec struct {
	// SearchPlaceholder shows a field for searching.
	SearchPlaceholder string
	OnSearch          func(text string)
	Buttons           []*Button // at the right
}

// TopBar is the bar of the home screen: mark, search, buttons.
type TopBar struct {
	composite
	search *Entry
}

const (
	topBarHigh float32 = 52
	// searchLeast is the room below which the name of the app makes way for the search.
	searchLeast float32 = 180
)

// NewTopBar makes it.
func NewTopBar(spec TopBarSpec) *TopBar {
	b := &TopBar{}
	right := &fyne.Container{Layout: &flowLayout{gap: Space12, right: true}}
	for _, x := range spec.Buttons {
		right.Objects = append(right.Objects, x)
	}
	var middle fyne.CanvasObject = NewSpacer(0)
	if spec.SearchPlaceholder != "" {
		b.search = NewEntry(EntrySpec{Placeholder: spec.SearchPlaceholder, OnChanged: spec.OnSearch, Icon: "search"})
		middle = b.search
	}
	line := newPanel(ColorBorder, "", 0, 0)
	line.min = fyne.NewSize(0, 1)
	seal := NewSeal(22, false)
	seal.ground = ColorSurface
	seal.Hide()
	b.init(b, &fyne.Container{Layout: &topBarLayout{}, Objects: []fyne.CanvasObject{
		newPanel(ColorSurface, "", 0, 0), newMark(ColorSurface), middle, right, line, seal,
	}})
	return b
}

// Search is the field, or nil.
func (b *TopBar) Search() *Entry { return b.search }

type topBarLayout struct{ known }

func (l *topBarLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	const side = 20
	end := float32(side)
	if right, ok := objs[3].(*fyne.Container); ok && len(right.Objects) > 0 {
		if b, ok := right.Objects[len(right.Objects)-1].(*Button); ok && b.isLink() {
			end += buttonPad // a link has no edge of its own
		}
	}
	h := size.Height - 1
	place(objs[0], 0, 0, size.Width, size.Height)
	place(objs[4], 0, h, size.Width, 1)
	mark := NaturalWidth(objs[1])
	place(objs[1], side, (h-24)/2, mark, 24)
	place(objs[5], side, (h-22)/2, 22, 22)
	right := min(NaturalWidth(objs[3]), max(0, size.Width-side-end-mark-Space16))
	rh := HeightFor(objs[3], right)
	place(objs[3], size.Width-end-right, (h-rh)/2, right, rh)
	from := float32(side) + mark + 36
	room := size.Width - end - right - Space24
	_, search := objs[2].(*Entry)
	if search && room-from < searchLeast {
		from = side + 22 + Space16
		objs[1].Hide()
		objs[5].Show()
	} else {
		objs[5].Hide()
		objs[1].Show()
	}
	w := max(0, min(313, room-from))
	eh := HeightFor(objs[2], w)
	place(objs[2], from, (h-eh)/2, w, eh)
}

func (l *topBarLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	right := min(NaturalWidth(objs[3]), max(0, width-57-NaturalWidth(objs[1])-Space16))
	return max(topBarHigh, HeightFor(objs[3], right)+13)
}

func (l *topBarLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	return NaturalWidth(objs[1]) + NaturalWidth(objs[3]) + 313 + 100
}

func (l *topBarLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, NaturalWidth(objs[1])+100+56+minWidth(objs[3]))
}
