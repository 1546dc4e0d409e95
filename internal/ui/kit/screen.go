package kit

import (
	"fyne.io/fyne/v2"
)

// ContentWidth is how wide the content of a page is at most.
const ContentWidth float32 = 640

// NewFill is a place whose content gets all of it; SetFill puts something there.
func NewFill(objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: fillLayout{}, Objects: objs}
}

// SetFill puts content into a place made by NewFill.
func SetFill(place *fyne.Container, content fyne.CanvasObject) {
	place.Objects = []fyne.CanvasObject{content}
	settle(place)
	place.Refresh()
}

type fillLayout struct{}

func (fillLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objs {
		place(o, 0, 0, size.Width, size.Height)
	}
}

func (fillLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(widest(objs, minWidth), 0)
}

// NewUnder puts a banner across the top of a screen; without one the screen is all there is.
func NewUnder(banner *Banner, screen fyne.CanvasObject) fyne.CanvasObject {
	if banner == nil {
		return screen
	}
	return &fyne.Container{Layout: underLayout{}, Objects: []fyne.CanvasObject{banner, screen}}
}

type underLayout struct{}

func (underLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	top := HeightFor(objs[0], size.Width)
	place(objs[0], 0, 0, size.Width, top)
	place(objs[1], 0, top, size.Width, max(0, size.Height-top))
}

func (underLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	m := objs[1].MinSize()
	return fyne.NewSize(max(minWidth(objs[0]), m.Width), m.Height+objs[0].MinSize().Height)
}

// Holds reports whether part is whole, or somewhere inside it.
func Holds(whole, part fyne.CanvasObject) bool { return path(whole, part) != nil }

// Shown reports whether something that can take the focus is part of what a canvas shows.
func Shown(c fyne.Canvas, f fyne.Focusable) bool {
	o, ok := f.(fyne.CanvasObject)
	return ok && path(c.Content(), o) != nil
}
