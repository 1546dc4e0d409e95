package kit

import (
	"fyne.io/fyne/v2"
)

// ContentWidth is how wide the content of a page is at most.
const ContentWidth float32 = 640

// sideWide is the width of the list beside an order; sideNarrow in a small window.
const (
	sideWide   float32 = 330
	sideNarrow float32 = 280
)

// NewScreen is a screen that is not a page: a bar across the top, below it what the screen is about, and
// at its left a list, which may be nil.
func NewScreen(bar *TopBar, main, side fyne.CanvasObject) fyne.CanvasObject {
	ground := newPanel(ColorBackground, "", 0, 0)
	if side == nil {
		return newLayers(ground, &fyne.Container{Layout: screenLayout{}, Objects: []fyne.CanvasObject{bar, main}})
	}
	line := newPanel(ColorBorder, "", 0, 0)
	line.min = fyne.NewSize(1, 0)
	return newLayers(ground, &fyne.Container{
		Layout:  screenLayout{},
		Objects: []fyne.CanvasObject{bar, main, newLayers(newPanel(ColorSurface, "", 0, 0), side), line},
	})
}

// screenLayout places bar, main, and where there are any side and the line between.
type screenLayout struct{}

func (screenLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	top := HeightFor(objs[0], size.Width)
	place(objs[0], 0, 0, size.Width, top)
	high := max(0, size.Height-top)
	var x float32
	if len(objs) == 4 {
		x = sideWide
		if size.Width < 900 {
			x = sideNarrow
		}
		place(objs[2], 0, top, x-1, high)
		place(objs[3], x-1, top, 1, high)
	}
	place(objs[1], x, top, max(0, size.Width-x), high)
}

func (screenLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	var x float32
	if len(objs) == 4 {
		x = sideNarrow
	}
	return fyne.NewSize(max(minWidth(objs[0]), x+minWidth(objs[1])), 300)
}

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
