package kit

import (
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// recycler is a scrolling list that has objects only for the rows that can be seen.
type recycler struct {
	widget.BaseWidget
	scroll *container.Scroll
	body   *recyclerBody
	tops   []float32 // of each row, and the end of the last
	make   func() fyne.CanvasObject
	bind   func(o fyne.CanvasObject, row int)
	pool   []fyne.CanvasObject
	shown  map[int]fyne.CanvasObject
}

func newRecycler(makeRow func() fyne.CanvasObject, bind func(o fyne.CanvasObject, row int)) *recycler {
	r := &recycler{make: makeRow, bind: bind, shown: map[int]fyne.CanvasObject{}, tops: []float32{0}}
	r.body = &recyclerBody{r: r}
	r.body.ExtendBaseWidget(r.body)
	r.scroll = container.NewVScroll(r.body)
	r.scroll.OnScrolled = func(fyne.Position) { r.update(false) }
	r.ExtendBaseWidget(r)
	return r
}

// setHeights says how many rows there are and how high each is.
func (r *recycler) setHeights(n int, height func(row int) float32) {
	r.tops = make([]float32, n+1)
	for i := range n {
		r.tops[i+1] = r.tops[i] + height(i)
	}
	for i, o := range r.shown {
		r.pool = append(r.pool, o)
		delete(r.shown, i)
	}
	r.body.Resize(fyne.NewSize(r.Size().Width, max(r.tops[n], r.Size().Height)))
	r.scroll.Refresh()
	r.update(true)
}

func (r *recycler) rows() int { return len(r.tops) - 1 }

// rowAt is the row at a height of the whole list.
func (r *recycler) rowAt(y float32) int {
	return min(r.rows()-1, max(0, sort.Search(len(r.tops), func(i int) bool { return r.tops[i] > y })-1))
}

// update shows the rows that can be seen; all of them are bound anew when rebind is set. A scroll draws the window
// again by itself and binds only the rows that come into sight: refreshing the others too would have Fyne make the
// pictures of all their words once more, which takes longer than a frame.
func (r *recycler) update(rebind bool) {
	if r.rows() == 0 {
		r.body.Refresh()
		return
	}
	first, last := r.rowAt(r.scroll.Offset.Y), r.rowAt(r.scroll.Offset.Y+r.Size().Height)
	for i, o := range r.shown {
		if i < first || i > last {
			r.pool = append(r.pool, o)
			delete(r.shown, i)
		}
	}
	for i := first; i <= last; i++ {
		o := r.shown[i]
		fresh := o == nil
		if fresh {
			if n := len(r.pool); n > 0 {
				o, r.pool = r.pool[n-1], r.pool[:n-1]
			} else {
				o = r.make()
			}
			r.shown[i] = o
		}
		if fresh || rebind {
			r.bind(o, i)
		}
		place(o, 0, r.tops[i], r.Size().Width, r.tops[i+1]-r.tops[i])
	}
	if rebind {
		r.body.Refresh()
	}
}

// showRow scrolls so that the row can be seen.
func (r *recycler) showRow(i int) {
	if r.Size().Height == 0 { // not laid out: everything is still at its top
		return
	}
	top, bottom := r.tops[i], r.tops[i+1]
	y, room := r.scroll.Offset.Y, r.Size().Height
	switch {
	case top < y:
		y = top
	case bottom > y+room:
		y = bottom - room
	default:
		return
	}
	r.scroll.ScrollToOffset(fyne.NewPos(0, max(0, min(y, r.tops[r.rows()]-room))))
	r.update(false)
}

// visibleRows are the objects on screen in their order.
func (r *recycler) visibleRows() []fyne.CanvasObject {
	keys := make([]int, 0, len(r.shown))
	for i := range r.shown {
		keys = append(keys, i)
	}
	sort.Ints(keys)
	out := make([]fyne.CanvasObject, len(keys))
	for i, k := range keys {
		out[i] = r.shown[k]
	}
	return out
}

func (r *recycler) parts() []fyne.CanvasObject { return []fyne.CanvasObject{r.scroll} }

func (r *recycler) MinSize() fyne.Size { return fyne.NewSize(120, 60) }

func (r *recycler) HeightFor(float32) float32 { return r.MinSize().Height }

func (r *recycler) settle() { r.update(true) }

func (r *recycler) CreateRenderer() fyne.WidgetRenderer { return &recyclerRenderer{r} }

type recyclerRenderer struct{ r *recycler }

func (x *recyclerRenderer) Layout(size fyne.Size) {
	x.r.body.Resize(fyne.NewSize(size.Width, max(size.Height, x.r.tops[x.r.rows()])))
	place(x.r.scroll, 0, 0, size.Width, size.Height)
	x.r.update(false)
}

func (x *recyclerRenderer) Refresh() {
	x.r.update(true)
	x.r.scroll.Refresh()
	canvas.Refresh(x.r)
}

func (x *recyclerRenderer) MinSize() fyne.Size           { return x.r.MinSize() }
func (x *recyclerRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{x.r.scroll} }
func (x *recyclerRenderer) Destroy()                     {}

// recyclerBody is as high as all rows together and draws those that can be seen.
type recyclerBody struct {
	widget.BaseWidget
	r *recycler
}

func (b *recyclerBody) MinSize() fyne.Size { return fyne.NewSize(0, b.r.tops[b.r.rows()]) }

func (b *recyclerBody) parts() []fyne.CanvasObject { return b.r.visibleRows() }

func (b *recyclerBody) settle() {}

func (b *recyclerBody) CreateRenderer() fyne.WidgetRenderer { return &recyclerBodyRenderer{b} }

type recyclerBodyRenderer struct{ b *recyclerBody }

func (x *recyclerBodyRenderer) Layout(fyne.Size) {}
func (x *recyclerBodyRenderer) Refresh() {
	for _, o := range x.b.r.shown {
		o.Refresh()
	}
	canvas.Refresh(x.b)
}
func (x *recyclerBodyRenderer) MinSize() fyne.Size           { return x.b.MinSize() }
func (x *recyclerBodyRenderer) Objects() []fyne.CanvasObject { return x.b.r.visibleRows() }
func (x *recyclerBodyRenderer) Destroy()                     {}
