package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// VScroll shows content that may be higher than the room for it. Its content is as wide as the area, and
// as high as it needs at that width.
type VScroll struct {
	widget.BaseWidget
	scroll  *container.Scroll
	content *fyne.Container
	area    *areaLayout
}

// NewVScroll makes a scroll area around obj.
func NewVScroll(obj fyne.CanvasObject) *VScroll {
	s := &VScroll{area: &areaLayout{}}
	s.content = &fyne.Container{Layout: s.area, Objects: []fyne.CanvasObject{obj}}
	s.scroll = container.NewVScroll(s.content)
	s.ExtendBaseWidget(s)
	return s
}

// SetContent replaces what is shown and goes to its top.
func (s *VScroll) SetContent(obj fyne.CanvasObject) {
	s.content.Objects = []fyne.CanvasObject{obj}
	s.settle()
	s.ScrollToTop()
}

// ScrollToTop shows the beginning.
func (s *VScroll) ScrollToTop() { s.scroll.ScrollToOffset(fyne.Position{}) }

// Offset is how far the content is scrolled.
func (s *VScroll) Offset() float32 { return s.scroll.Offset.Y }

// MinSize is the least width of the content, and a few lines of it.
func (s *VScroll) MinSize() fyne.Size {
	return fyne.NewSize(minWidth(s.content.Objects[0]), 64)
}

// HeightFor is the height at which nothing has to scroll.
func (s *VScroll) HeightFor(width float32) float32 { return HeightFor(s.content.Objects[0], width) }

// NaturalWidth is that of the content.
func (s *VScroll) NaturalWidth() float32 { return NaturalWidth(s.content.Objects[0]) }

func (s *VScroll) parts() []fyne.CanvasObject { return []fyne.CanvasObject{s.scroll} }

func (s *VScroll) settle() {
	s.area.width = s.Size().Width
	s.scroll.Resize(s.Size())
	s.content.Resize(s.content.MinSize().Max(s.Size()))
	s.area.Layout(s.content.Objects, s.content.Size())
	for _, o := range s.content.Objects {
		settle(o)
	}
	s.refreshBars()
}

// refreshBars makes the scroll bar fit the content. Refresh of the scroll would draw all of the content
// anew as well; setting the offset does not, but does nothing when it has that offset already.
func (s *VScroll) refreshBars() {
	at := s.scroll.Offset
	s.scroll.Offset.Y++
	s.scroll.ScrollToOffset(at)
}

// reveal scrolls so that the last object of the chain can be seen; the first is s.
func (s *VScroll) reveal(chain []fyne.CanvasObject) {
	var top float32
	for _, o := range chain[1:] {
		if o != s.scroll && o != fyne.CanvasObject(s.content) {
			top += o.Position().Y
		}
	}
	last := chain[len(chain)-1]
	bottom := top + last.Size().Height
	const air = Space12
	room, offset := s.Size().Height, s.scroll.Offset.Y
	switch {
	case bottom-top+2*air > room, top-air < offset:
		offset = top - air
	case bottom+air > offset+room:
		offset = bottom + air - room
	default:
		return
	}
	offset = max(0, min(offset, s.content.Size().Height-room))
	s.scroll.ScrollToOffset(fyne.NewPos(0, offset))
}

// handleKey scrolls by a page, where there is more than can be seen.
func (s *VScroll) handleKey(ev *fyne.KeyEvent) bool {
	if s.content.Size().Height <= s.Size().Height {
		return false
	}
	switch ev.Name {
	case fyne.KeyPageDown:
		s.page(1)
	case fyne.KeyPageUp:
		s.page(-1)
	default:
		return false
	}
	return true
}

// CreateRenderer is for Fyne.
func (s *VScroll) CreateRenderer() fyne.WidgetRenderer { return &vscrollRenderer{s} }

type vscrollRenderer struct{ s *VScroll }

func (r *vscrollRenderer) Layout(size fyne.Size) {
	r.s.area.width = size.Width
	r.s.scroll.Move(fyne.NewPos(0, 0))
	r.s.scroll.Resize(size)
}

func (r *vscrollRenderer) Refresh() {
	r.s.scroll.Refresh()
	canvas.Refresh(r.s)
}
func (r *vscrollRenderer) MinSize() fyne.Size           { return r.s.MinSize() }
func (r *vscrollRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.s.scroll} }
func (r *vscrollRenderer) Destroy()                     {}

// areaLayout gives the content of a scroll area the width of the area.
type areaLayout struct{ width float32 }

func (l *areaLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objs {
		place(o, 0, 0, size.Width, max(size.Height, HeightFor(o, size.Width)))
	}
}

func (l *areaLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objs {
		w := minWidth(o)
		s = s.Max(fyne.NewSize(w, HeightFor(o, max(w, l.width))))
	}
	return s
}

// page scrolls by what is seen, less a little that one knows again.
func (s *VScroll) page(by float32) {
	room := s.Size().Height
	y := s.scroll.Offset.Y + by*max(40, room-Space40)
	s.scroll.ScrollToOffset(fyne.NewPos(0, max(0, min(y, s.content.Size().Height-room))))
}
