package kit

import (
	"time"

	"fyne.io/fyne/v2"
)

const (
	copiedFor  = 2 * time.Second  // how long a copy button says "Copied"
	secretKept = 30 * time.Second // how long a secret stays in the clipboard
)

// CopySpec describes a value to copy.
type CopySpec struct {
	Label string
	Value string
	Mono  bool
	// LabelWidth is the width of the column of labels; 0 is as wide as the label. [AlignCopyFields] sets
	// it for fields below each other.
	LabelWidth float32
}

// CopyField is a value that can be selected, and copied by one press.
type CopyField struct {
	composite
	env    Env
	label  *Text
	field  *field
	button *Button
	note   *Text
	row    *copyRowLayout
	value  func() string
	secret bool

	copied string    // what we put into the clipboard and have to take out again
	until  time.Time // when
	stop   func()
}

// NewCopyField shows a value.
func NewCopyField(env Env, spec CopySpec) *CopyField {
	c := newCopyField(env, spec.Label, spec.Mono, spec.LabelWidth)
	c.SetValue(spec.Value)
	return c
}

// NewSecretCopyField shows a secret. Thirty seconds after it was copied it is taken out of the clipboard,
// unless something else is in there by then; the seconds left are shown. value is asked each time it is
// needed, so that the kit keeps no copy but the one on the screen. The keys that copy a selection, and the menu,
// do as the button does: they copy all of it, and it is cleared.
func NewSecretCopyField(env Env, label string, value func() string) *CopyField {
	c := newCopyField(env, label, true, 0)
	c.secret = true
	c.value = value
	c.field.in.onCopy = c.Copy
	c.field.in.setText(value())
	return c
}

func newCopyField(env Env, label string, mono bool, labelWidth float32) *CopyField {
	c := &CopyField{env: env, label: NewMuted(label), note: NewCaption("")}
	in := newInput(false)
	in.readOnly = true
	c.field = newField(in, mono)
	c.button = NewButton(env.t("kit.copy"), Link, c.Copy)
	c.note.Hide()
	c.row = &copyRowLayout{labelWidth: labelWidth, buttonWidth: max(
		NaturalWidth(NewButton(env.t("kit.copy"), Link, nil)),
		NaturalWidth(NewButton(env.t("kit.copied"), Link, nil).SetTail("tick")),
	)}
	row := &fyne.Container{Layout: c.row, Objects: []fyne.CanvasObject{c.label, c.field, c.button}}
	if label == "" {
		c.label.Hide()
	}
	c.init(c, NewColumn(Space4, row, c.note))
	return c
}

// AlignCopyFields gives the labels of fields below each other one width.
func AlignCopyFields(fields ...*CopyField) {
	var w float32
	for _, f := range fields {
		w = max(w, f.label.NaturalWidth())
	}
	for _, f := range fields {
		f.row.labelWidth = w
	}
}

// Label is the text beside the value.
func (c *CopyField) Label() string { return c.label.Text() }

// Value is what is shown.
func (c *CopyField) Value() string { return c.field.in.Text }

// SetValue replaces what is shown.
func (c *CopyField) SetValue(text string) {
	c.value = func() string { return text }
	c.field.in.setText(text)
}

// FocusCopy puts the focus on the copy button, which brings the field into view.
func (c *CopyField) FocusCopy(on fyne.Canvas) { on.Focus(c.button) }

// Copy puts the value into the clipboard and says so.
func (c *CopyField) Copy() {
	if c.stop != nil {
		c.stop()
	}
	text := c.value()
	c.put(text)
	c.button.SetTail("tick")
	c.button.SetText(c.env.t("kit.copied"))
	if !c.secret {
		c.stop = c.env.Run.After(copiedFor, c.reset)
		return
	}
	c.copied, c.until = text, c.env.now().Add(secretKept)
	c.tick()
}

func (c *CopyField) put(text string) {
	if c.secret && c.env.CopySecret != nil && c.env.CopySecret(text) == nil {
		return
	}
	c.env.Clipboard.SetContent(text)
}

func (c *CopyField) reset() {
	c.stop = nil
	c.button.SetTail("")
	c.button.SetText(c.env.t("kit.copy"))
}

// tick shows the seconds that are left, and clears the clipboard when there are none.
func (c *CopyField) tick() {
	left := c.until.Sub(c.env.now())
	if left <= 0 {
		c.ClearNow()
		return
	}
	if left <= secretKept-copiedFor {
		c.button.SetTail("")
		c.button.SetText(c.env.t("kit.copy"))
	}
	c.setNote(c.env.t("kit.cleared.in", "n", int((left+time.Second-1)/time.Second)))
	c.stop = c.env.Run.After(min(time.Second, left), c.tick)
}

func (c *CopyField) setNote(text string) {
	before := c.note.Visible()
	c.note.SetText(text)
	show(c.note, text != "")
	if before != c.note.Visible() {
		Relayout(c)
	}
}

// ClearNow takes our secret out of the clipboard at once, if it is still in there: for leaving the page
// and the app. On X11 a clipboard outlives the program that filled it.
func (c *CopyField) ClearNow() {
	if c.stop != nil {
		c.stop()
		c.stop = nil
	}
	if c.copied == "" {
		return
	}
	if c.env.Clipboard.Content() == c.copied {
		c.env.Clipboard.SetContent("")
	}
	c.copied = ""
	c.reset()
	c.setNote("")
}

// CloseClipboard is ClearNow for several fields.
func CloseClipboard(fields ...*CopyField) {
	for _, f := range fields {
		f.ClearNow()
	}
}

// copyRowLayout is label, value and button; the label goes above where it is narrow.
type copyRowLayout struct {
	known
	labelWidth, buttonWidth float32
}

const copyNarrow float32 = 340

func (l *copyRowLayout) label(objs []fyne.CanvasObject) float32 {
	if !objs[0].Visible() {
		return 0
	}
	return max(l.labelWidth, NaturalWidth(objs[0])) + 28
}

func (l *copyRowLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	lw, top := l.label(objs), float32(0)
	if lw > 0 {
		if stacked, lh := l.stacked(objs, size.Width); stacked {
			place(objs[0], 0, 0, size.Width, lh)
			lw, top = 0, lh+Space4
		} else {
			place(objs[0], 0, (inputHigh-lh)/2, lw-Space8, lh)
		}
	}
	w := max(40, size.Width-lw-Space16-l.buttonWidth-4)
	h := HeightFor(objs[1], w)
	place(objs[1], lw, top, w, h)
	bh := HeightFor(objs[2], l.buttonWidth)
	bw := min(NaturalWidth(objs[2]), l.buttonWidth) // its room is kept, so that nothing moves when it says "Copied"
	place(objs[2], size.Width-4-bw, top+(inputHigh-bh)/2, bw, bh)
}

func (l *copyRowLayout) stacked(objs []fyne.CanvasObject, width float32) (bool, float32) {
	lw := l.label(objs)
	if width < copyNarrow || width-lw-l.buttonWidth < 180 {
		return true, HeightFor(objs[0], width)
	}
	return false, HeightFor(objs[0], lw-Space8)
}

func (l *copyRowLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	if l.label(objs) > 0 {
		if stacked, lh := l.stacked(objs, width); stacked {
			return lh + Space4 + inputHigh
		}
	}
	return inputHigh
}

func (l *copyRowLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	return l.label(objs) + 240 + Space16 + l.buttonWidth
}

func (l *copyRowLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, 60+Space16+l.buttonWidth)
}
