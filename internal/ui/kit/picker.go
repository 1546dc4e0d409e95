package kit

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// PickItem is something to pick.
type PickItem struct {
	ID    string
	Title string
	Sub   string // small, below the title
	// Search holds more words by which it is found: other names, a country's code.
	Search string
}

// Picker is a field with a list below it that gets shorter as one types.
type Picker struct {
	control
	env         Env
	items       []PickItem
	label       *Text
	frame       *panel
	value       *line
	finding     *Finding
	box         *fyne.Container
	placeholder string
	picked      string
	onPick      func(id string)
	open        *pickerPopup
}

// NewPicker makes it; onPick is called when the person picked something.
func NewPicker(env Env, items []PickItem, placeholder string, onPick func(id string)) *Picker {
	p := &Picker{env: env, items: items, placeholder: placeholder, onPick: onPick}
	p.label = NewText("")
	p.label.Hide()
	p.frame = newPanel(ColorSurface, ColorInputBorder, 1, RadiusControl)
	p.value = newLine(SizeBody, false, ColorMuted)
	p.ring = newRing(RadiusControl)
	p.finding = NewFinding(Danger, "", "")
	p.finding.Hide()
	inset := NewInset(13, 0, 12, 0, &fyne.Container{Layout: &cardRowLayout{}, Objects: []fyne.CanvasObject{
		newLead(0, 0, inputHigh, NewSpacer(0), p.value), NewIcon("chevron-down", ColorMuted, 16),
	}})
	p.box = newLayers(p.frame, inset, p.ring)
	p.restyle = p.style
	p.init(p, NewColumn(6, p.label, p.box, p.finding))
	p.style()
	return p
}

// Labelled puts a label above the field and returns the picker.
func (p *Picker) Labelled(label string) *Picker {
	p.label.SetText(label)
	show(p.label, label != "")
	return p
}

// Label is the text above the field.
func (p *Picker) Label() string { return p.label.Text() }

// SetItems replaces what can be picked.
func (p *Picker) SetItems(items []PickItem) {
	p.items = items
	p.style()
}

// Picked is the id of what was picked, or "".
func (p *Picker) Picked() string { return p.picked }

// SetPicked picks; onPick is not called.
func (p *Picker) SetPicked(id string) {
	p.picked = id
	p.Refresh()
}

// SetError shows what is wrong and what to do.
func (p *Picker) SetError(saw, do string) {
	p.finding.Set(Danger, saw, do)
	p.finding.Show()
	p.Refresh()
	Relayout(p)
}

// ClearError takes the error away.
func (p *Picker) ClearError() {
	if p.finding.Visible() {
		p.finding.Hide()
		p.Refresh()
		Relayout(p)
	}
}

func (p *Picker) item(id string) (PickItem, bool) {
	for _, it := range p.items {
		if it.ID == id {
			return it, true
		}
	}
	return PickItem{}, false
}

func (p *Picker) style() {
	edge := ColorInputBorder
	if p.finding.Visible() {
		edge = ColorDanger
	}
	if it, ok := p.item(p.picked); ok {
		p.value.color = ColorForeground
		p.value.set(it.Title)
	} else {
		p.value.color = ColorMuted
		p.value.set(p.placeholder)
	}
	p.value.Refresh()
	p.frame.set(ColorSurface, edge, 1)
}

// Tapped is for Fyne.
func (p *Picker) Tapped(*fyne.PointEvent) {
	p.takeFocus()
	p.Open("")
}

// TypedRune opens the list with what was typed.
func (p *Picker) TypedRune(r rune) {
	if r != ' ' {
		p.Open(string(r))
	}
}

// TypedKey is for Fyne.
func (p *Picker) TypedKey(ev *fyne.KeyEvent) {
	if isConfirm(ev) || ev.Name == fyne.KeyDown || ev.Name == fyne.KeyUp {
		p.Open("")
		return
	}
	handOn(p, ev)
}

// MouseIn is for Fyne.
func (p *Picker) MouseIn(*desktop.MouseEvent) {}

// MouseMoved is for Fyne.
func (p *Picker) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (p *Picker) MouseOut() {}

// pick ends the choice; "" leaves everything as it was.
func (p *Picker) pick(id string) {
	p.close()
	if id == "" {
		return
	}
	p.picked = id
	p.ClearError()
	p.Refresh()
	if p.onPick != nil {
		p.onPick(id)
	}
}

func (p *Picker) close() {
	if p.open == nil {
		return
	}
	open := p.open
	p.open = nil
	if c := canvasOf(p); c != nil {
		c.Overlays().Remove(open)
		if !p.focused {
			c.Focus(p)
		}
	}
}

// Open shows the list, shortened by what is searched for.
func (p *Picker) Open(search string) {
	c := canvasOf(p)
	if c == nil || p.off || p.open != nil {
		return
	}
	p.open = newPickerPopup(p, c)
	c.Overlays().Add(p.open)
	p.open.Resize(c.Size())
	p.open.entry.setText(search)
	p.open.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	p.open.filter(search)
	c.Focus(p.open.entry)
}

// matching are the items that hold every word of search: first the one whose id it is (a country's code), then those
// whose title begins with it.
func matching(items []PickItem, search string) []PickItem {
	search = strings.ToLower(strings.TrimSpace(search))
	if search == "" {
		return items
	}
	words := strings.Fields(search)
	var exact, first, rest []PickItem
	for _, it := range items {
		all := strings.ToLower(it.Title + "\n" + it.Sub + "\n" + it.Search)
		ok := true
		for _, w := range words {
			ok = ok && strings.Contains(all, w)
		}
		switch {
		case !ok:
		case strings.EqualFold(it.ID, search):
			exact = append(exact, it)
		case strings.HasPrefix(strings.ToLower(it.Title), search):
			first = append(first, it)
		default:
			rest = append(rest, it)
		}
	}
	return slices.Concat(exact, first, rest)
}
