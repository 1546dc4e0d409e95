package kit

import (
	"fyne.io/fyne/v2"
)

// Pill is a state in a word, with a colour and, for what is done or wrong, an icon.
type Pill struct {
	composite
	kind   Kind
	ground *panel
	icon   *Icon
	text   *Text
}

// NewPill makes a pill. A neutral one is a word without a ground.
func NewPill(kind Kind, text string) *Pill {
	p := &Pill{kind: kind, ground: newPanel("", "", 0, 11), icon: NewIcon("tick", ColorSuccess, 12)}
	p.text = newText(text, SizeCaption, ColorMuted)
	p.init(p, newLayers(p.ground, &fyne.Container{Layout: &pillLayout{p: p}, Objects: []fyne.CanvasObject{p.icon, p.text}}))
	p.Set(kind, text)
	return p
}

// Set changes the state.
func (p *Pill) Set(kind Kind, text string) {
	p.kind = kind
	p.ground.set(kind.soft(), "", 0)
	p.icon.Set(kind.icon(), kind.strong())
	if kind == Success || kind == Danger {
		p.icon.Show()
	} else {
		p.icon.Hide()
	}
	p.text.Colored(kind.strong())
	p.text.SetText(text)
	p.Refresh()
}

// Text is the word.
func (p *Pill) Text() string { return p.text.Text() }

// Kind is the state's kind.
func (p *Pill) Kind() Kind { return p.kind }

type pillLayout struct {
	known
	p *Pill
}

const pillHigh float32 = 22

func (l *pillLayout) sides() (pad, before float32) {
	if l.p.kind != Neutral {
		pad = 10
	}
	if l.p.icon.Visible() {
		before = l.p.icon.size + 3
	}
	return pad, before
}

func (l *pillLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	pad, before := l.sides()
	w := max(0, size.Width-2*pad-before)
	h := l.p.text.HeightFor(w)
	place(l.p.icon, pad-1, (size.Height-l.p.icon.size)/2, l.p.icon.size, l.p.icon.size)
	place(l.p.text, pad+before, (size.Height-h)/2, w, h)
}

func (l *pillLayout) heightFor(_ []fyne.CanvasObject, width float32) float32 {
	pad, before := l.sides()
	return max(pillHigh, l.p.text.HeightFor(max(1, width-2*pad-before))+6)
}

func (l *pillLayout) naturalWidth([]fyne.CanvasObject) float32 {
	pad, before := l.sides()
	return l.p.text.NaturalWidth() + 2*pad + before
}

func (l *pillLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	pad, before := l.sides()
	return l.minSize(l, objs, l.p.text.MinSize().Width+2*pad+before)
}

// Finding is a soft box under the thing that it is about: what we see, and what to do.
type Finding struct {
	composite
	kind   Kind
	ground *panel
	icon   *Icon
	head   *Text
	body   *Text
	column *fyne.Container
	lead   *leadLayout
}

// NewFinding makes a finding; head is bold when there is a body as well.
func NewFinding(kind Kind, head, body string) *Finding {
	f := &Finding{ground: newPanel("", "", 0, RadiusCard), icon: NewIcon("info", ColorAccent, 14)}
	f.head, f.body = NewBold(head), NewText(body)
	f.column = NewColumn(0, f.head, f.body)
	f.lead = &leadLayout{line: f.body.lineHeight()}
	f.init(f, newLayers(f.ground, NewInset(11, Space12, 14, Space12, &fyne.Container{Layout: f.lead, Objects: []fyne.CanvasObject{f.icon, f.column}})))
	f.Set(kind, head, body)
	return f
}

// NewRichFinding is a finding whose body has several styles.
func NewRichFinding(kind Kind, head string, body ...Span) *Finding {
	f := NewFinding(kind, head, " ")
	for i := range body {
		if body[i].Color == "" && body[i].OnTap == nil {
			body[i].Color = kind.strong()
		}
	}
	f.body.SetSpans(body...)
	return f
}

// Set changes what the finding says.
func (f *Finding) Set(kind Kind, head, body string) {
	f.kind = kind
	ground := kind.soft()
	if ground == "" {
		ground = ColorRail
	}
	f.ground.set(ground, "", 0)
	f.icon.Set(kind.icon(), kind.strong())
	f.lead.gap = Space4
	if kind == Success { // its icon is wider
		f.lead.gap = Space8
	}
	f.head.bold = body != "" && head != ""
	f.head.Colored(kind.strong())
	f.body.Colored(kind.strong())
	f.head.SetText(head)
	f.body.SetText(body)
	f.Refresh()
	Relayout(f)
}

// Head is its first line.
func (f *Finding) Head() string { return f.head.Text() }

// Body is what follows.
func (f *Finding) Body() string { return f.body.Text() }

// NewInfo is a finding of one sentence.
func NewInfo(kind Kind, sentence string) *Finding { return NewFinding(kind, sentence, "") }
