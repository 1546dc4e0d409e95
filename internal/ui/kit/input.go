package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

const (
	inputHigh float32 = 38
	inputPad  float32 = 9 // above and below the text, inside the edge
	inputSide float32 = 4 // added to inputPad at the sides
	iconGap   float32 = 12

	longPaste = 4096 // bytes
)

// input is Fyne's entry without its frame, with the keys of the kit.
type input struct {
	widget.Entry
	readOnly bool
	submits  bool // Return in a multi-line input submits
	keepsTab bool // Tab is a key for onKey
	maxRunes int
	onFocus  func(bool)
	focused  bool
	onSubmit func() bool // reports whether it did something
	onKey    func(*fyne.KeyEvent) bool
	onCopy   func() // copies in place of the entry
	quiet    bool   // the text is being set by the program
}

func newInput(multi bool) *input {
	in := &input{}
	in.MultiLine = multi
	in.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	if multi {
		in.Wrapping = fyne.TextWrapWord
	}
	in.ExtendBaseWidget(in)
	return in
}

// AcceptsTab gives Tab back to the page: it moves on, in a text area too.
func (in *input) AcceptsTab() bool { return in.keepsTab }

// ShowsFocus reports whether the cursor is in the field, which is then ringed.
func (in *input) ShowsFocus() bool { return in.focused }

func (in *input) FocusGained() {
	in.focused = true
	if !in.MultiLine && !in.readOnly && in.CursorColumn == 0 {
		in.CursorColumn = len([]rune(in.Text)) // one goes on typing; a click puts it elsewhere afterwards
	}
	if in.submits && in.Text != "" && in.CursorRow == 0 && in.CursorColumn == 0 {
		in.Refresh()                                              // wraps what was put in before the field was drawn
		in.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown}) // to the end, over lines that were wrapped
	}
	in.Entry.FocusGained()
	if in.onFocus != nil {
		in.onFocus(true)
	}
}

func (in *input) FocusLost() {
	in.focused = false
	in.Entry.FocusLost()
	if in.onFocus != nil {
		in.onFocus(false)
	}
}

func (in *input) TypedRune(r rune) {
	if in.readOnly || (in.maxRunes > 0 && len([]rune(in.Text)) >= in.maxRunes && in.SelectedText() == "") {
		return
	}
	in.Entry.TypedRune(r)
}

func (in *input) TypedKey(ev *fyne.KeyEvent) {
	if in.onKey != nil && in.onKey(ev) {
		return
	}
	switch ev.Name {
	case fyne.KeyEscape:
		handOn(in, ev)
		return
	case fyne.KeyReturn, fyne.KeyEnter:
		if in.MultiLine && !in.submits && !in.readOnly {
			break
		}
		if in.onSubmit == nil || !in.onSubmit() {
			handOn(in, ev)
		}
		return
	case fyne.KeyBackspace, fyne.KeyDelete, fyne.KeyTab:
		if in.readOnly {
			return
		}
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown:
		if !in.MultiLine { // one line has no other line: the page moves
			handOn(in, ev)
			return
		}
	}
	in.Entry.TypedKey(ev)
}

func (in *input) TypedShortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutCopy); ok && in.onCopy != nil {
		in.onCopy()
		return
	}
	if in.readOnly {
		switch s.(type) {
		case *fyne.ShortcutCopy, *fyne.ShortcutSelectAll:
		default:
			return
		}
	}
	in.Entry.TypedShortcut(s)
}

// setText sets the text without telling the screen, which knows.
func (in *input) setText(text string) {
	in.quiet = true
	in.SetText(text)
	in.quiet = false
}

// CreateRenderer takes box and border, which Fyne puts first, away from the entry: field paints them.
func (in *input) CreateRenderer() fyne.WidgetRenderer {
	return &inputRenderer{in.Entry.CreateRenderer()}
}

type inputRenderer struct{ fyne.WidgetRenderer }

func (r *inputRenderer) Objects() []fyne.CanvasObject { return r.WidgetRenderer.Objects()[2:] }

// field is an input with its frame, its ring and, in front of its end, a control of its own.
type field struct {
	composite
	in    *input
	frame *panel
	ring  *panel
	lead  *Icon
	wrong bool
	bare  bool // without a frame
	lines int  // least number of lines
	most  int  // lines up to which it grows
	mono  bool
	width float32
}

func newField(in *input, mono bool) *field {
	f := &field{in: in, mono: mono, lines: 1, most: 1}
	in.TextStyle.Monospace = mono
	f.frame = newPanel(ColorSurface, ColorInputBorder, 1, RadiusControl)
	f.ring = newRing(RadiusControl)
	f.lead = NewIcon("search", ColorMuted, 16)
	f.lead.Hide()
	f.restyle = f.style
	f.init(f, &fyne.Container{Layout: &fieldLayout{f: f}, Objects: []fyne.CanvasObject{f.frame, f.lead, in, f.ring}})
	in.onFocus = func(on bool) { f.focus(on) }
	return f
}

func (f *field) focus(on bool) {
	if on {
		f.ring.Show()
		reveal(f)
	} else {
		f.ring.Hide()
	}
	f.style()
	f.ring.Refresh()
}

func (f *field) style() {
	fill, edge := ColorSurface, ColorInputBorder
	switch {
	case f.wrong:
		edge = ColorDanger
		f.ring.stroke = ColorDanger
	default:
		f.ring.stroke = ColorAccent
	}
	if f.in.Disabled() {
		fill, edge = ColorBackground, ColorBorder
	}
	if f.bare {
		fill, edge = ColorBackground, ""
	}
	f.frame.set(fill, edge, 1)
}

func (f *field) setWrong(wrong bool) {
	if f.wrong != wrong {
		f.wrong = wrong
		f.style()
		f.ring.Refresh()
	}
}

func (f *field) face() face {
	// Of one size: Fyne has another size of text only for a widget with a theme of its own, for which it reads the
	// fonts anew and keeps them until the app ends, 2 MB for each field that was ever shown.
	return face{SizeBody, fyne.TextStyle{Monospace: f.mono}}
}

// rows is the number of lines that are shown at a width.
func (f *field) rows(width float32) int {
	if f.most <= f.lines {
		return f.lines
	}
	if f.in.MultiLine && f.in.Wrapping == fyne.TextWrapOff {
		return max(f.lines, min(strings.Count(f.in.Text, "\n")+1, f.most))
	}
	room := width - 2*inputSide - 2*inputPad - 2
	text := f.in.Text
	if text == "" {
		text = f.in.PlaceHolder
	}
	if f.most < 100 && len(text) > longPaste {
		return f.most // a whole mail: nobody waits until all of it is measured
	}
	n := len(wrapSpans([]Span{{Text: text, Mono: f.mono}}, []face{f.face()}, room))
	return max(f.lines, min(n, f.most))
}

func (f *field) heightFor(width float32) float32 {
	high := inputHigh + float32(f.rows(width)-1)*f.face().height()
	if f.in.MultiLine && f.in.Wrapping == fyne.TextWrapOff {
		high += Space8 // for the bar of what is wider
	}
	return high
}

type fieldLayout struct {
	known
	f *field
}

func (l *fieldLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	f := l.f
	l.width, f.width = size.Width, size.Width
	place(f.frame, 0, 0, size.Width, size.Height)
	place(f.ring, 0, 0, size.Width, size.Height)
	x := inputSide
	if f.lead.Visible() {
		place(f.lead, iconGap, (size.Height-f.lead.size)/2, f.lead.size, f.lead.size)
		x = iconGap + f.lead.size - 1
	}
	// One line stands in the middle; the entry itself starts at its top.
	top := float32(0)
	if !f.in.MultiLine || f.lines == 1 {
		top = max(0, (inputHigh-f.face().height()-2*inputPad)/2-1)
	}
	place(f.in, x, top, max(0, size.Width-x-inputSide), max(0, size.Height-top))
}

func (l *fieldLayout) heightFor(_ []fyne.CanvasObject, width float32) float32 {
	return l.f.heightFor(width)
}

func (l *fieldLayout) naturalWidth([]fyne.CanvasObject) float32 { return 240 }

func (l *fieldLayout) MinSize(objs []fyne.CanvasObject) fyne.Size { return l.minSize(l, objs, 96) }
