package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// textLink is a span of a [Text] that does something. It may stand in several lines.
type textLink struct {
	widget.BaseWidget
	text    *Text
	span    int
	focused bool
	pieces  []linkPiece
}

type linkPiece struct {
	text *canvas.Text
	ring *panel
	pos  fyne.Position // in the Text
	size fyne.Size
	dy   float32
}

func newTextLink(t *Text, span int) *textLink {
	l := &textLink{text: t, span: span}
	l.ExtendBaseWidget(l)
	return l
}

func (l *textLink) clear() { l.pieces = nil }

func (l *textLink) add(c *canvas.Text, pos fyne.Position, size fyne.Size, dy float32) {
	ring := newRing(2)
	l.pieces = append(l.pieces, linkPiece{c, ring, pos, size, dy})
}

// settle makes the link as large as what is around all its pieces.
func (l *textLink) settle() {
	if len(l.pieces) == 0 {
		l.Resize(fyne.Size{})
		return
	}
	from, to := l.pieces[0].pos, fyne.Position{}
	for _, p := range l.pieces {
		from = fyne.NewPos(min(from.X, p.pos.X), min(from.Y, p.pos.Y))
		to = fyne.NewPos(max(to.X, p.pos.X+p.size.Width), max(to.Y, p.pos.Y+p.size.Height))
	}
	l.Move(from)
	l.Resize(fyne.NewSize(to.X-from.X, to.Y-from.Y))
	for _, p := range l.pieces {
		at := p.pos.Subtract(from)
		placeExactly(p.text, at.X, at.Y+p.dy, p.size.Width, p.size.Height-p.dy)
		place(p.ring, at.X, at.Y, p.size.Width, p.size.Height)
		if l.focused {
			p.ring.Show()
		} else {
			p.ring.Hide()
		}
	}
}

// Text is what the link says.
func (l *textLink) Text() string { return l.text.spans[l.span].Text }

func (l *textLink) ShowsFocus() bool { return l.focused }

func (l *textLink) FocusGained() {
	l.focused = true
	l.Refresh()
	reveal(l)
}

func (l *textLink) FocusLost() {
	l.focused = false
	l.Refresh()
}

func (l *textLink) TypedRune(rune) {}

func (l *textLink) TypedKey(ev *fyne.KeyEvent) {
	if isConfirm(ev) {
		l.text.spans[l.span].OnTap()
		return
	}
	handOn(l, ev)
}

func (l *textLink) Tapped(ev *fyne.PointEvent) {
	for _, p := range l.pieces {
		at := ev.Position.Add(l.Position()).Subtract(p.pos)
		if at.X >= 0 && at.Y >= 0 && at.X <= p.size.Width && at.Y <= p.size.Height {
			l.text.spans[l.span].OnTap()
			return
		}
	}
}

func (l *textLink) Cursor() desktop.Cursor { return desktop.PointerCursor }

func (l *textLink) MinSize() fyne.Size { return fyne.Size{} }

func (l *textLink) CreateRenderer() fyne.WidgetRenderer { return &textLinkRenderer{l} }

type textLinkRenderer struct{ l *textLink }

func (r *textLinkRenderer) Layout(fyne.Size) {}

func (r *textLinkRenderer) Refresh() {
	r.l.settle()
	for _, p := range r.l.pieces {
		p.text.Color = paint(ColorAccent)
		p.ring.Refresh()
	}
	canvas.Refresh(r.l)
}

func (r *textLinkRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *textLinkRenderer) Objects() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, p := range r.l.pieces {
		out = append(out, p.text, p.ring)
	}
	return out
}

func (r *textLinkRenderer) Destroy() {}
