package kit

import (
	"fyne.io/fyne/v2"
)

// Footer is the bar at the end of a page. Any of its buttons may be nil.
type Footer struct {
	Left    *Button // "Save and close"
	Back    *Button
	Primary *Button // the default: Return in a field of one line taps it
}

// PageSpec describes a page.
type PageSpec struct {
	Title    string
	Sentence string
	Body     []fyne.CanvasObject
	Rail     *Rail // nil is none
	Footer   Footer
	// OnEscape is called on Escape, unless something on the page used it.
	OnEscape func()
	// OnDrop is called with the paths of files that were dropped on the window.
	OnDrop func(paths []string)
}

// Page is the frame of every step: rail, title, sentence, body, and a footer that stays while the body
// scrolls.
type Page struct {
	composite
	spec     PageSpec
	primary  func()
	title    *Text
	sentence *Text
	body     *fyne.Container
	scroll   *VScroll
	footer   *footer
}

const (
	contentWidest float32 = 640
	footerHigh    float32 = 64
	bodyGap       float32 = 16
)

// NewPage makes a page.
func NewPage(spec PageSpec) *Page {
	p := &Page{spec: spec, title: NewTitle(spec.Title), sentence: NewMuted(spec.Sentence)}
	p.body = NewColumn(bodyGap, spec.Body...)
	show(p.title, spec.Title != "")
	show(p.sentence, spec.Sentence != "")
	head := NewColumn(0, p.title, p.sentence)
	column := NewColumn(bodyGap+2, head, p.body)
	p.scroll = NewVScroll(&fyne.Container{Layout: &insetLayout{left: Space40, top: 28, right: Space24, bottom: Space24, widest: contentWidest}, Objects: []fyne.CanvasObject{column}})
	p.footer = newFooter(spec.Footer)
	objs := []fyne.CanvasObject{newPanel(ColorBackground, "", 0, 0), p.scroll, p.footer}
	if spec.Rail != nil {
		objs = append([]fyne.CanvasObject{spec.Rail}, objs...)
	}
	p.init(p, &fyne.Container{Layout: &pageLayout{rail: spec.Rail != nil}, Objects: objs})
	return p
}

// SetTitle changes title and sentence.
func (p *Page) SetTitle(title, sentence string) {
	p.title.SetText(title)
	p.sentence.SetText(sentence)
	show(p.title, title != "")
	show(p.sentence, sentence != "")
	p.scroll.settle()
}

// Title is the title of the page.
func (p *Page) Title() string { return p.title.Text() }

// SetBody replaces the body.
func (p *Page) SetBody(objs ...fyne.CanvasObject) {
	p.body.Objects = objs
	p.body.Refresh()
	p.scroll.settle()
}

// Body is what stands between the sentence and the footer.
func (p *Page) Body() []fyne.CanvasObject { return p.body.Objects }

// SetFooter replaces the buttons of the footer.
func (p *Page) SetFooter(f Footer) {
	p.spec.Footer = f
	p.footer.set(f)
}

// Footer is the buttons of the footer.
func (p *Page) Footer() Footer { return p.spec.Footer }

// SetPrimaryAction sets what Return does; nil is the primary button of the footer.
func (p *Page) SetPrimaryAction(f func()) { p.primary = f }

// Scroll is the part of the page that scrolls.
func (p *Page) Scroll() *VScroll { return p.scroll }

// Rail is the rail of the page, or nil.
func (p *Page) Rail() *Rail { return p.spec.Rail }

// TakesDrops reports whether files can be dropped on the page.
func (p *Page) TakesDrops() bool { return p.spec.OnDrop != nil }

// Drop hands files that were dropped on the window to the page.
func (p *Page) Drop(paths []string) {
	if p.spec.OnDrop != nil && len(paths) > 0 {
		p.spec.OnDrop(paths)
	}
}

// FocusFirst puts the focus on the first input of the body, or else on the primary button, and lets the
// page have the keys that are pressed while nothing has the focus. The canvas must show the page already.
func (p *Page) FocusFirst(c fyne.Canvas) {
	AttachKeys(c)
	if f := firstFocusable(p.body); f != nil {
		c.Focus(f)
		return
	}
	for _, b := range []*Button{p.spec.Footer.Primary, p.spec.Footer.Back, p.spec.Footer.Left} {
		if b != nil && !b.Disabled() && b.Visible() {
			c.Focus(b)
			return
		}
	}
}

// firstFocusable is the first field, check or group in o; buttons and links are not where one begins.
func firstFocusable(o fyne.CanvasObject) fyne.Focusable {
	if o == nil || !o.Visible() {
		return nil
	}
	switch f := o.(type) {
	case *Failure: // the way on stands with it
		if b := f.spec.Primary; b != nil && !b.Disabled() {
			return b
		}
		return nil
	case *Button, *textLink, *disclosure:
		return nil
	case *input:
		if f.readOnly || f.Disabled() {
			return nil
		}
		return f
	case fyne.Focusable:
		if d, ok := f.(fyne.Disableable); !ok || !d.Disabled() {
			return f
		}
	}
	for _, c := range children(o) {
		if f := firstFocusable(c); f != nil {
			return f
		}
	}
	return nil
}

func (p *Page) handleKey(ev *fyne.KeyEvent) bool {
	switch ev.Name {
	case fyne.KeyEscape:
		if p.spec.OnEscape != nil {
			p.spec.OnEscape()
			return true
		}
	case fyne.KeyReturn, fyne.KeyEnter:
		if p.primary != nil {
			p.primary()
			return true
		}
		if b := p.spec.Footer.Primary; b != nil {
			b.Tap()
			return true
		}
	case fyne.KeyPageDown:
		p.scroll.page(1)
		return true
	case fyne.KeyPageUp:
		p.scroll.page(-1)
		return true
	}
	return false
}

// pageLayout is the rail, the body and the footer.
type pageLayout struct{ rail bool }

func (l *pageLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	var x float32
	if l.rail {
		x = railWide
		if size.Width < 900 {
			x = railNarrow
		}
		place(objs[0], 0, 0, x, size.Height)
		objs = objs[1:]
	}
	w := max(0, size.Width-x)
	foot := max(footerHigh, HeightFor(objs[2], w))
	if !objs[2].Visible() {
		foot = 0
	}
	place(objs[0], x, 0, w, size.Height)
	place(objs[1], x, 0, w, max(0, size.Height-foot))
	place(objs[2], x, size.Height-foot, w, foot)
}

func (l *pageLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	var x float32
	if l.rail {
		x = railNarrow
		objs = objs[1:]
	}
	return fyne.NewSize(x+max(minWidth(objs[1]), minWidth(objs[2])), footerHigh+200)
}

// footer is the bar at the end of a page.
type footer struct {
	composite
	row *fyne.Container
}

func newFooter(f Footer) *footer {
	b := &footer{}
	line := newPanel(ColorBorder, "", 0, 0)
	line.min = fyne.NewSize(0, 1)
	b.row = &fyne.Container{Layout: &footerLayout{}}
	b.init(b, NewColumn(0, line, newLayers(newPanel(ColorSurface, "", 0, 0), b.row)))
	b.set(f)
	return b
}

func (b *footer) set(f Footer) {
	b.row.Objects = nil
	right := &fyne.Container{Layout: &flowLayout{gap: 10, right: true}}
	for _, x := range []*Button{f.Back, f.Primary} {
		if x != nil {
			right.Objects = append(right.Objects, x)
		}
	}
	var left fyne.CanvasObject = NewSpacer(0)
	if f.Left != nil {
		left = f.Left
	}
	b.row.Objects = []fyne.CanvasObject{left, right}
	show(b, f.Left != nil || len(right.Objects) > 0)
	settle(b)
	b.Refresh()
}

// footerLayout is a link at the left and buttons at the right; in two lines where it is too narrow.
type footerLayout struct{ known }

func (l *footerLayout) split(objs []fyne.CanvasObject, width float32) (left, right float32, one bool) {
	inner := width - Space40 - Space24
	left, right = NaturalWidth(objs[0]), NaturalWidth(objs[1])
	if left+right+Space16 <= inner {
		return left, right, true
	}
	return inner, inner, false
}

func (l *footerLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	left, right, one := l.split(objs, size.Width)
	lh, rh := HeightFor(objs[0], left), HeightFor(objs[1], right)
	if one {
		place(objs[0], Space40, (size.Height-lh)/2, left, lh)
		place(objs[1], size.Width-Space24-right, (size.Height-rh)/2, right, rh)
		return
	}
	place(objs[1], Space40, 10, right, rh)
	place(objs[0], Space40, 10+rh+Space4, left, lh)
}

func (l *footerLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	left, right, one := l.split(objs, width)
	if one {
		return footerHigh - 1
	}
	return 10 + HeightFor(objs[1], right) + Space4 + HeightFor(objs[0], left) + 10
}

func (l *footerLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	return NaturalWidth(objs[0]) + NaturalWidth(objs[1]) + Space16 + Space40 + Space24
}

func (l *footerLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, widest(objs, minWidth)+Space40+Space24)
}
