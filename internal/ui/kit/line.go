package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// line is a text of one line that ends with an ellipsis where there is no room: in rows of lists, which
// have one height.
type line struct {
	widget.BaseWidget
	text  string
	face  face
	color fyne.ThemeColorName
}

func newLine(size float32, bold bool, colorName fyne.ThemeColorName) *line {
	l := &line{face: face{size, fyne.TextStyle{Bold: bold}}, color: colorName}
	l.ExtendBaseWidget(l)
	return l
}

func (l *line) set(text string) {
	if l.text != text {
		l.text = text
		l.Refresh()
	}
}

// FullText is the whole text, with what is cut.
func (l *line) FullText() string { return l.text }

func (l *line) NaturalWidth() float32 { return ceil(l.face.width(l.text)) }

func (l *line) HeightFor(float32) float32 { return l.face.height() }

func (l *line) MinSize() fyne.Size { return fyne.NewSize(0, l.face.height()) }

const ellipsis = "…"

// fitted is the text, or as much of its beginning as has room, with an ellipsis.
func (f face) fitted(text string, width float32) string {
	if width <= 0 || f.width(text) <= width+0.5 {
		return text
	}
	r := []rune(text)
	room := width - f.width(ellipsis)
	lo, hi := 0, len(r)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if f.width(string(r[:mid])) <= room {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return string(r[:lo]) + ellipsis
}

func (l *line) CreateRenderer() fyne.WidgetRenderer {
	r := &lineRenderer{l, canvas.NewText("", paint(l.color))}
	r.Layout(l.Size())
	return r
}

type lineRenderer struct {
	l *line
	c *canvas.Text
}

func (r *lineRenderer) Layout(size fyne.Size) {
	r.c.Color = paint(r.l.color)
	r.l.face.write(r.c, r.l.face.fitted(r.l.text, size.Width))
	place(r.c, 0, 0, size.Width, r.l.face.height())
}

func (r *lineRenderer) Refresh() {
	r.Layout(r.l.Size())
	canvas.Refresh(r.l)
}

func (r *lineRenderer) MinSize() fyne.Size           { return r.l.MinSize() }
func (r *lineRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.c} }
func (r *lineRenderer) Destroy()                     {}
