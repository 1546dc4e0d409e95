package kit

import (
	"fyne.io/fyne/v2"
)

// Pair is a row of label and value.
type Pair struct {
	Label string
	Value fyne.CanvasObject
}

const (
	pairsLabel  float32 = 150
	pairsNarrow float32 = 380 // below this the value goes under its label
	pairsGap    float32 = 9
)

// NewPairs is a table of labels (muted, in a column of their own) and values. Where it is narrow the
// values stand below their labels.
func NewPairs(rows ...Pair) *fyne.Container {
	objs := make([]fyne.CanvasObject, 0, 2*len(rows))
	for _, r := range rows {
		objs = append(objs, NewMuted(r.Label), r.Value)
	}
	return &fyne.Container{Layout: &pairsLayout{label: pairsLabel, gap: pairsGap}, Objects: objs}
}

// SetPairs replaces the rows of a container made by NewPairs.
func SetPairs(c *fyne.Container, rows ...Pair) {
	c.Objects = NewPairs(rows...).Objects
	c.Refresh()
	Relayout(c)
}

type pairsLayout struct {
	known
	label, gap float32
}

type pairRow struct{ label, value fyne.CanvasObject }

func pairRows(objs []fyne.CanvasObject) []pairRow {
	var rows []pairRow
	for i := 0; i+1 < len(objs); i += 2 {
		if objs[i+1].Visible() {
			objs[i].Show()
			rows = append(rows, pairRow{objs[i], objs[i+1]})
		} else {
			objs[i].Hide()
		}
	}
	return rows
}

func (l *pairsLayout) widths(width float32) (label, value float32, stacked bool) {
	if width < pairsNarrow {
		return width, width, true
	}
	return l.label - Space8, width - l.label, false
}

func (l *pairsLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	lw, vw, stacked := l.widths(size.Width)
	var y float32
	for _, r := range pairRows(objs) {
		lh, vh := HeightFor(r.label, lw), HeightFor(r.value, vw)
		if stacked {
			place(r.label, 0, y, lw, lh)
			place(r.value, 0, y+lh, vw, vh)
			y += lh + vh + l.gap
			continue
		}
		// A value of one line stands in the line of its label; a higher control has its label beside
		// its first line.
		first := min(vh, lh)
		if vh > lh && vh < 2*lh {
			first = vh
		}
		place(r.label, 0, y+max(0, (first-lh)/2), lw, lh)
		place(r.value, l.label, y, vw, vh)
		y += max(lh, vh) + l.gap
	}
}

func (l *pairsLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	lw, vw, stacked := l.widths(width)
	var y float32
	for _, r := range pairRows(objs) {
		lh, vh := HeightFor(r.label, lw), HeightFor(r.value, vw)
		if stacked {
			y += lh + vh + l.gap
		} else {
			y += max(lh, vh) + l.gap
		}
	}
	return max(0, y-l.gap)
}

func (l *pairsLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	var w float32
	for _, r := range pairRows(objs) {
		w = max(w, NaturalWidth(r.value))
	}
	return l.label + w
}

func (l *pairsLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, widest(visible(objs), minWidth))
}

const gridNarrow float32 = 200 // a cell is never narrower than this in a grid of several columns

// NewGridCards is a grid of cells of equal width; a row is as high as its highest cell. It has fewer
// columns, down to one, where it is narrow.
func NewGridCards(cols int, objs ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &gridLayout{cols: max(1, cols), gap: 10}, Objects: objs}
}

type gridLayout struct {
	known
	cols int
	gap  float32
}

func (l *gridLayout) columns(width float32) (cols int, cell float32) {
	cols = l.cols
	for cols > 1 && (width-l.gap*float32(cols-1))/float32(cols) < gridNarrow {
		cols--
	}
	return cols, (width - l.gap*float32(cols-1)) / float32(cols)
}

func (l *gridLayout) rows(objs []fyne.CanvasObject, width float32, each func(row []fyne.CanvasObject, y, cell, h float32)) float32 {
	cols, cell := l.columns(width)
	objs = visible(objs)
	var y float32
	for i := 0; i < len(objs); i += cols {
		row := objs[i:min(i+cols, len(objs))]
		h := widest(row, func(o fyne.CanvasObject) float32 { return HeightFor(o, cell) })
		if each != nil {
			each(row, y, cell, h)
		}
		y += h + l.gap
	}
	return max(0, y-l.gap)
}

func (l *gridLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.rows(objs, size.Width, func(row []fyne.CanvasObject, y, cell, h float32) {
		for i, o := range row {
			place(o, float32(i)*(cell+l.gap), y, cell, h)
		}
	})
}

func (l *gridLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	return l.rows(objs, width, nil)
}

func (l *gridLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	w := widest(visible(objs), NaturalWidth)
	return w*float32(l.cols) + l.gap*float32(l.cols-1)
}

func (l *gridLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, widest(visible(objs), minWidth))
}
