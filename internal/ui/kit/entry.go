package kit

import (
	"fyne.io/fyne/v2"
)

// EntrySpec describes a field for text.
type EntrySpec struct {
	Label       string // above the field
	Hint        string // below the field, small
	Placeholder string // inside the field while it is empty
	Value       string
	Mono        bool
	Password    bool
	MaxRunes    int // 0 is no limit
	Rows        int // of a text area; 0 is 4
	// Icon stands inside the field at its beginning.
	Icon string
	// Trailing stands beside the field, at its right: a link "Remove".
	Trailing  fyne.CanvasObject
	OnChanged func(text string) // each change by the person, never one by the program
	OnLeave   func(text string) // the field lost the focus
	// OnSubmit is called on Return in a field of one line; without it Return is the primary action of
	// the page.
	OnSubmit func(text string)
}

// Entry is a field for text with its label, its help and what is wrong with it.
type Entry struct {
	composite
	spec    EntrySpec
	field   *field
	label   *Text
	hint    *Text
	note    *Text
	mark    *Icon
	finding *Finding
}

// NewEntry is a field of one line.
func NewEntry(spec EntrySpec) *Entry { return newEntry(spec, false) }

// NewTextArea is a field of several lines. Tab leaves it; Return makes a new line.
func NewTextArea(spec EntrySpec) *Entry {
	e := newEntry(spec, true)
	e.field.lines = spec.Rows
	if spec.Rows <= 0 {
		e.field.lines = 4
	}
	e.field.most = e.field.lines
	return e
}

// NewPasteField is a field that looks like one line and grows to six when what is pasted is longer. It
// keeps every line of what is pasted. Return submits.
func NewPasteField(spec EntrySpec) *Entry {
	e := newEntry(spec, true)
	e.field.lines, e.field.most = 1, 6
	e.field.in.submits = true
	return e
}

func newEntry(spec EntrySpec, multi bool) *Entry {
	e := &Entry{spec: spec}
	in := newInput(multi)
	if in.Password = spec.Password; in.Password {
		in.ActionItem = NewSpacer(0) // Fyne's eye is for the pointer alone; pages have a check where it is needed
	}
	in.maxRunes = spec.MaxRunes
	in.PlaceHolder = spec.Placeholder
	in.Text = spec.Value
	e.field = newField(in, spec.Mono)
	in.SetPlaceHolder(spec.Placeholder)
	if spec.Icon != "" {
		e.field.lead.Set(spec.Icon, ColorMuted)
		e.field.lead.Show()
	}
	in.OnChanged = e.changed
	focus := in.onFocus
	in.onFocus = func(on bool) {
		focus(on)
		if on {
			reveal(e) // with what is said about it
		}
		if !on && spec.OnLeave != nil {
			spec.OnLeave(in.Text)
		}
	}
	in.onSubmit = func() bool {
		if e.spec.OnSubmit == nil {
			return false
		}
		e.spec.OnSubmit(in.Text)
		return true
	}
	e.label, e.hint, e.note = NewText(spec.Label), NewCaption(spec.Hint), NewCaption("")
	e.mark = NewIcon("tick", ColorSuccess, 14)
	e.mark.Hide()
	e.finding = NewFinding(Danger, "", "")
	for o, show := range map[fyne.CanvasObject]bool{e.label: spec.Label != "", e.hint: spec.Hint != "", e.note: false, e.finding: false} {
		if !show {
			o.Hide()
		}
	}
	row := &fyne.Container{Layout: &entryRowLayout{trailing: spec.Trailing != nil}, Objects: []fyne.CanvasObject{e.field, e.mark}}
	if spec.Trailing != nil {
		row.Objects = append(row.Objects, spec.Trailing)
	}
	e.init(e, &fyne.Container{Layout: &columnLayout{gap: 6}, Objects: []fyne.CanvasObject{e.label, row, e.hint, e.note, e.finding}})
	return e
}

func (e *Entry) changed(text string) {
	in := e.field.in
	if n := in.maxRunes; n > 0 {
		if r := []rune(text); len(r) > n {
			text = string(r[:n])
			in.setText(text)
		}
	}
	if e.field.most > e.field.lines && e.field.width > 0 && e.field.heightFor(e.field.width) != e.field.Size().Height {
		Relayout(e)
	}
	if e.spec.OnChanged != nil && !in.quiet {
		e.spec.OnChanged(text)
	}
}

// Text is what is in the field.
func (e *Entry) Text() string { return e.field.in.Text }

// SetText replaces what is in the field. OnChanged is not called.
func (e *Entry) SetText(text string) {
	if text != e.Text() {
		e.field.in.setText(text)
	}
}

// Focus puts the cursor into the field.
func (e *Entry) Focus(c fyne.Canvas) { c.Focus(e.field.in) }

// Focused reports whether the cursor is in the field.
func (e *Entry) Focused() bool { return e.field.in.focused }

// Label is the text above the field.
func (e *Entry) Label() string { return e.label.Text() }

// Placeholder is the text in the empty field.
func (e *Entry) Placeholder() string { return e.field.in.PlaceHolder }

// SetLabel changes the text above the field.
func (e *Entry) SetLabel(text string) { e.setLine(e.label, text) }

// SetHint changes the help below the field.
func (e *Entry) SetHint(text string) { e.setLine(e.hint, text) }

// SetNote shows a small line below the field ("Sent as xn--…"); "" takes it away.
func (e *Entry) SetNote(text string) { e.setLine(e.note, text) }

func (e *Entry) setLine(t *Text, text string) {
	if t.Text() == text && t.Visible() == (text != "") {
		return
	}
	t.SetText(text)
	if text == "" {
		t.Hide()
	} else {
		t.Show()
	}
	Relayout(e)
}

// SetError shows what is wrong: what we see, and what to do.
func (e *Entry) SetError(saw, do string) {
	e.SetFinding(Danger, saw, do)
	e.field.setWrong(true)
	e.mark.Set("warning", ColorDanger)
	if e.spec.Trailing != nil {
		e.mark.Show()
	}
	Relayout(e)
}

// SetWrong marks the field as wrong, or not, where what is wrong is said elsewhere.
func (e *Entry) SetWrong(wrong bool) {
	e.field.setWrong(wrong)
	if wrong {
		e.mark.Hide()
	}
	Relayout(e)
}

// SetFinding shows something about what was typed that does not make it wrong.
func (e *Entry) SetFinding(kind Kind, saw, do string) {
	e.finding.Set(kind, saw, do)
	e.finding.Show()
	Relayout(e)
	if e.Focused() {
		reveal(e)
	}
}

// ClearError takes error and finding away.
func (e *Entry) ClearError() {
	if !e.finding.Visible() && !e.field.wrong {
		return
	}
	e.finding.Hide()
	if e.field.wrong {
		e.field.setWrong(false)
		e.mark.Hide()
	}
	Relayout(e)
}

// HasError reports whether an error is shown.
func (e *Entry) HasError() bool { return e.field.wrong }

// SetOK shows a tick beside the field, or takes it away.
func (e *Entry) SetOK(ok bool) {
	if ok {
		e.ClearError()
		e.mark.Set("tick", ColorSuccess)
		e.mark.Show()
	} else if !e.field.wrong {
		e.mark.Hide()
	}
	Relayout(e)
}

// SetEnabled switches the field on or off.
func (e *Entry) SetEnabled(on bool) {
	if on {
		e.field.in.Enable()
	} else {
		e.field.in.Disable()
	}
	e.field.Refresh()
}

// entryRowLayout is the field, its mark and what stands beside it. With something beside it the room for
// the mark is kept, so that fields below each other end at one line.
type entryRowLayout struct {
	known
	trailing bool
}

const markRoom float32 = 36 // the mark with the space around it

func (l *entryRowLayout) rest(objs []fyne.CanvasObject) float32 {
	if !l.trailing {
		if objs[1].Visible() {
			return 26
		}
		return 0
	}
	return markRoom + NaturalWidth(objs[2]) + 4
}

func (l *entryRowLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	w := size.Width - l.rest(objs)
	h := HeightFor(objs[0], w)
	place(objs[0], 0, 0, w, h)
	m := objs[1].MinSize()
	place(objs[1], w+12, (inputHigh-m.Height)/2, m.Width, m.Height)
	if l.trailing {
		tw := NaturalWidth(objs[2])
		th := HeightFor(objs[2], tw)
		place(objs[2], w+markRoom+4, (inputHigh-th)/2, tw, th)
	}
}

func (l *entryRowLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	return HeightFor(objs[0], width-l.rest(objs))
}

func (l *entryRowLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	return NaturalWidth(objs[0]) + l.rest(objs)
}

func (l *entryRowLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, minWidth(objs[0])+l.rest(objs))
}
