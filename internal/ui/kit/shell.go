package kit

import (
	"fyne.io/fyne/v2"
)

const sidebarWide float32 = 330

// NewShell is the frame of a screen that is not a journey: a bar at the top, a list at the left (nil is
// none), and the content, which gets the rest and has to scroll by itself.
func NewShell(top, sidebar, content fyne.CanvasObject) *fyne.Container {
	if top == nil {
		top = NewSpacer(0)
	}
	objs := []fyne.CanvasObject{newPanel(ColorBackground, "", 0, 0), content, top}
	if sidebar != nil {
		objs = append(objs, sidebar, newPanel(ColorBorder, "", 0, 0))
	}
	return &fyne.Container{Layout: &shellLayout{}, Objects: objs}
}

type shellLayout struct{}

func (l *shellLayout) side(width float32) float32 {
	if width < 900 {
		return whole(max(240, width*0.34))
	}
	return sidebarWide
}

func (l *shellLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	var high float32
	if objs[2].Visible() {
		high = HeightFor(objs[2], size.Width)
	}
	var x float32
	if len(objs) > 3 && objs[3].Visible() {
		x = l.side(size.Width)
		place(objs[3], 0, high, x-1, size.Height-high)
		place(objs[4], x-1, high, 1, size.Height-high)
	}
	place(objs[0], 0, 0, size.Width, size.Height)
	place(objs[1], x, high, size.Width-x, size.Height-high)
	place(objs[2], 0, 0, size.Width, high)
}

func (l *shellLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	w := minWidth(objs[1])
	if len(objs) > 3 && objs[3].Visible() {
		w += max(240, minWidth(objs[3]))
	}
	return fyne.NewSize(max(w, minWidth(objs[2])), 300)
}

// NewMiddle puts obj, width wide where there is room, into the middle of what is around it.
func NewMiddle(width float32, obj fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &centerLayout{widest: width, full: true}, Objects: []fyne.CanvasObject{obj}}
}

// NewMarked is a text with the icon of its kind before it: a check that was passed.
func NewMarked(kind Kind, text string) *fyne.Container {
	t := NewText(text)
	return newLead(10, t.lineHeight(), 22, NewIcon(kind.icon(), kind.strong(), 14), t)
}
