package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Text is a text that wraps at words, and inside words that are wider than a line. Links in it can be
// reached by Tab.
type Text struct {
	widget.BaseWidget
	spans []Span
	size  float32
	bold  bool
	mono  bool
	color fyne.ThemeColorName
	align fyne.TextAlign
	fixed bool // what is around it has a height of its own: rows of lists

	links  []*textLink // one for each span with OnTap
	cached textCache
}

// textCache keeps what was measured last: Fyne asks every object for its least size before each frame.
type textCache struct {
	size       float32
	bold, mono bool
	width      float32
	lines      []textLine
	natural    float32 // 0 is not measured
}

// fresh empties the cache when the style has changed since.
func (t *Text) fresh() *textCache {
	c := &t.cached
	if c.size != t.size || c.bold != t.bold || c.mono != t.mono {
		*c = textCache{size: t.size, bold: t.bold, mono: t.mono}
	}
	return c
}

func newText(text string, size float32, colorName fyne.ThemeColorName) *Text {
	t := &Text{size: size, color: colorName, spans: []Span{{Text: text}}}
	t.ExtendBaseWidget(t)
	return t
}

// NewTitle is the title of a page.
func NewTitle(text string) *Text {
	t := newText(text, SizeTitle, ColorForeground)
	t.bold = true
	return t
}

// NewHeading is the heading of a card.
func NewHeading(text string) *Text {
	t := newText(text, SizeHeading, ColorForeground)
	t.bold = true
	return t
}

// NewText is plain text.
func NewText(text string) *Text { return newText(text, SizeBody, ColorForeground) }

// NewMuted is text that explains.
func NewMuted(text string) *Text { return newText(text, SizeBody, ColorMuted) }

// NewCaption is small text that explains.
func NewCaption(text string) *Text { return newText(text, SizeCaption, ColorMuted) }

// NewMono is text that is compared letter by letter: records, codes, file names.
func NewMono(text string) *Text {
	t := newText(text, SizeMono, ColorForeground)
	t.mono = true
	return t
}

// NewBold is text that matters.
func NewBold(text string) *Text {
	t := newText(text, SizeBody, ColorForeground)
	t.bold = true
	return t
}

// NewRich is a text of several styles, with links where a span has OnTap.
func NewRich(spans ...Span) *Text {
	t := newText("", SizeBody, ColorForeground)
	t.SetSpans(spans...)
	return t
}

// Colored sets the colour of the text and returns it.
func (t *Text) Colored(name fyne.ThemeColorName) *Text {
	if t.color != name {
		t.color = name
		t.Refresh()
	}
	return t
}

// Centered puts its lines in the middle and returns it.
func (t *Text) Centered() *Text {
	t.align = fyne.TextAlignCenter
	return t
}

// Trailing puts its lines at the right and returns it.
func (t *Text) Trailing() *Text {
	t.align = fyne.TextAlignTrailing
	return t
}

// SetText replaces the text.
func (t *Text) SetText(text string) {
	if len(t.spans) == 1 && t.spans[0].OnTap == nil && t.spans[0].Text == text {
		return
	}
	t.SetSpans(Span{Text: text})
}

// SetSpans replaces the text by one of several styles.
func (t *Text) SetSpans(spans ...Span) {
	before := t.HeightFor(t.Size().Width)
	t.spans, t.cached = spans, textCache{}
	t.links = nil
	for i, s := range spans {
		if s.OnTap != nil {
			t.links = append(t.links, newTextLink(t, i))
		}
	}
	t.Refresh()
	if !t.fixed && t.Size().Width > 0 && t.HeightFor(t.Size().Width) != before {
		Relayout(t)
	}
}

// Text is the text without its styles.
func (t *Text) Text() string {
	var b strings.Builder
	for _, s := range t.spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

func (t *Text) face(i int) face {
	s := t.spans[i]
	f := face{size: t.size, style: fyne.TextStyle{Bold: t.bold || s.Bold, Monospace: t.mono || s.Mono}}
	if f.style.Monospace {
		f.style.Bold = false // the bundled monospace has one weight
		if t.size == SizeBody {
			f.size = SizeMono
		}
	}
	return f
}

func (t *Text) faces() []face {
	out := make([]face, len(t.spans))
	for i := range t.spans {
		out[i] = t.face(i)
	}
	return out
}

func (t *Text) lineHeight() float32 {
	return face{size: t.size, style: fyne.TextStyle{Bold: t.bold}}.height()
}

func (t *Text) lines(width float32) []textLine {
	c := t.fresh()
	if c.lines == nil || c.width != width {
		c.lines, c.width = wrapSpans(t.spans, t.faces(), width), width
	}
	return c.lines
}

// HeightFor is the height of its lines at that width. An empty text has none.
func (t *Text) HeightFor(width float32) float32 {
	if t.Text() == "" {
		return 0
	}
	if width <= 0 {
		return t.lineHeight()
	}
	return float32(len(t.lines(width))) * t.lineHeight()
}

// NaturalWidth is the width of its longest line when nothing wraps.
func (t *Text) NaturalWidth() float32 {
	c := t.fresh()
	if c.natural == 0 {
		for _, l := range wrapSpans(t.spans, t.faces(), 1e6) {
			c.natural = max(c.natural, ceil(l.w))
		}
	}
	return c.natural
}

// ceil rounds up, so that a text given its natural width never wraps for a fraction.
func ceil(v float32) float32 {
	if n := float32(int(v)); n < v {
		return n + 1
	}
	return v
}

// textLeast is the width below which a text is not read any more.
const textLeast float32 = 48

// MinSize is its height at the width it has.
func (t *Text) MinSize() fyne.Size {
	w := min(t.NaturalWidth(), textLeast)
	at := t.Size().Width
	if at == 0 {
		at = max(w, assumedWidth)
	}
	return fyne.NewSize(w, t.HeightFor(at))
}

func (t *Text) parts() []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, len(t.links))
	for i, l := range t.links {
		out[i] = l
	}
	return out
}

// CreateRenderer is for Fyne.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	r := &textRenderer{t: t}
	r.Layout(t.Size())
	return r
}

type textRenderer struct {
	t     *Text
	texts []*canvas.Text
	objs  []fyne.CanvasObject
}

func (r *textRenderer) Layout(size fyne.Size) {
	t := r.t
	r.texts, r.objs = r.texts[:0], nil
	width := size.Width
	if width <= 0 {
		width = assumedWidth
	}
	faces, high := t.faces(), t.lineHeight()
	for _, l := range t.links {
		l.clear()
	}
	var y float32
	for _, line := range t.lines(width) {
		var x float32
		switch t.align {
		case fyne.TextAlignCenter:
			x = (size.Width - line.w) / 2
		case fyne.TextAlignTrailing:
			x = size.Width - line.w
		}
		for _, p := range line.pieces {
			c := canvas.NewText("", paint(t.color))
			f := faces[p.span]
			f.write(c, p.text)
			if n := t.spans[p.span].Color; n != "" {
				c.Color = paint(n)
			}
			// A smaller face stands on the line of the larger.
			dy := (high - f.height()) * 0.25
			if link := t.linkOf(p.span); link != nil {
				c.Color = paint(ColorAccent)
				link.add(c, fyne.NewPos(x+p.x, y), fyne.NewSize(p.w, high), dy)
				continue
			}
			placeExactly(c, x+p.x, y+dy, p.w, f.height())
			r.texts = append(r.texts, c)
			r.objs = append(r.objs, c)
		}
		y += high
	}
	for _, l := range t.links {
		l.settle()
		r.objs = append(r.objs, l)
	}
}

func (t *Text) linkOf(span int) *textLink {
	for _, l := range t.links {
		if l.span == span {
			return l
		}
	}
	return nil
}

func (r *textRenderer) Refresh() {
	r.t.cached = textCache{}
	r.Layout(r.t.Size())
	canvas.Refresh(r.t)
}

func (r *textRenderer) MinSize() fyne.Size           { return r.t.MinSize() }
func (r *textRenderer) Objects() []fyne.CanvasObject { return r.objs }
func (r *textRenderer) Destroy()                     {}
