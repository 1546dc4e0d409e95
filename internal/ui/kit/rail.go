package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// StepState says where a step of a [Rail] stands.
type StepState int

// The states of a step. StepLink is a done step that one can go back to, StepOpen one that is to be done and
// can be gone to.
const (
	StepTodo StepState = iota
	StepCurrent
	StepDone
	StepLink
	StepOpen
)

// RailStep is a step at the left of a page.
type RailStep struct {
	Title string
	State StepState
	OnTap func() // of a StepLink or StepOpen
}

// Rail is the steps of a journey at the left of a page.
type Rail struct {
	composite
	steps  []*RailRow
	column *fyne.Container
	bottom *fyne.Container
}

const (
	railWide   float32 = 232
	railNarrow float32 = 196
	appName            = "Certdesk"
)

// NewRail makes it; bottom are small lines at its end (the seller, the product).
func NewRail(steps []RailStep, bottom []string) *Rail {
	r := &Rail{column: NewColumn(Space4), bottom: NewColumn(0)}
	r.SetSteps(steps)
	r.SetBottom(bottom)
	r.init(r, &fyne.Container{Layout: &railLayout{}, Objects: []fyne.CanvasObject{
		newPanel(ColorRail, "", 0, 0), newMark(ColorRail), NewVScroll(NewInset(0, 4, 0, 4, r.column)), r.bottom, newPanel(ColorBorder, "", 0, 0),
	}})
	return r
}

// newMark is the seal and the name of the app.
func newMark(ground fyne.ThemeColorName) fyne.CanvasObject {
	name := NewBold(appName)
	name.size = SizeHeading
	seal := NewSeal(22, false)
	seal.ground = ground
	return newLead(9, 0, 24, seal, name)
}

// SetSteps replaces the steps.
func (r *Rail) SetSteps(steps []RailStep) {
	if len(steps) == len(r.steps) { // the focus stays where it is
		for i, s := range steps {
			r.steps[i].set(s)
		}
		return
	}
	r.steps, r.column.Objects = nil, nil
	for _, s := range steps {
		row := newRailRow(s)
		r.steps = append(r.steps, row)
		r.column.Objects = append(r.column.Objects, row)
	}
	if r.root != nil {
		r.column.Refresh()
		settle(r)
	}
}

// SetBottom replaces the lines at the end.
func (r *Rail) SetBottom(lines []string) {
	r.bottom.Objects = nil
	for _, l := range lines {
		if l != "" {
			r.bottom.Objects = append(r.bottom.Objects, NewCaption(l))
		}
	}
	if r.root != nil {
		r.bottom.Refresh()
		settle(r)
	}
}

// Rows are the rows in their order, for tests.
func (r *Rail) Rows() []*RailRow { return r.steps }

// RailRow is a step of a [Rail]. One that leads back to its step can take the focus.
type RailRow struct {
	control
	step   RailStep
	ground *panel
	mark   *Icon
	tick   *Icon
	title  *Text
}

func newRailRow(step RailStep) *RailRow {
	r := &RailRow{ground: newPanel("", "", 0, RadiusControl), title: NewText("")}
	r.ring = newRing(RadiusControl)
	r.ring.outset, r.ring.radius = -1, RadiusControl // the rail cuts what is outside its rows
	r.mark, r.tick = NewIcon("ring", ColorMuted, 20), NewIcon("tick", ColorOnStatus, 12)
	mark := newLayers(r.mark, NewCentered(0, r.tick))
	r.restyle = r.style
	r.init(r, newLayers(r.ground, NewInset(8, 8, 8, 8, newLead(11, 20, 20, mark, r.title)), r.ring))
	r.set(step)
	return r
}

func (r *RailRow) set(step RailStep) {
	r.step = step
	r.off = step.State != StepLink && step.State != StepOpen
	r.title.SetText(step.Title)
	r.Refresh()
}

// Step is what the row shows.
func (r *RailRow) Step() RailStep { return r.step }

// Text is the title of the step.
func (r *RailRow) Text() string { return r.step.Title }

func (r *RailRow) style() {
	fill, mark, markColor, text := fyne.ThemeColorName(""), "ring-thin", ColorMuted, ColorMuted
	switch r.step.State {
	case StepCurrent:
		fill, mark, markColor, text = ColorRailCurrent, "ring", ColorAccent, ColorForeground
	case StepDone, StepLink:
		mark, markColor, text = "disc", ColorSuccess, ColorForeground
		if r.hovered && !r.off {
			fill = ColorBorder
		}
	case StepOpen:
		mark, markColor, text = "ring", ColorMuted, ColorForeground
		if r.hovered {
			fill = ColorBorder
		}
	case StepTodo:
	}
	r.ground.set(fill, "", 0)
	r.mark.Set(mark, markColor)
	show(r.tick, r.step.State == StepDone || r.step.State == StepLink)
	r.title.bold = r.step.State == StepCurrent
	r.title.Colored(text)
}

// Tap does what a tap does: nothing unless the row is a link.
func (r *RailRow) Tap() {
	if !r.off && r.step.OnTap != nil {
		r.step.OnTap()
	}
}

// Tapped is for Fyne.
func (r *RailRow) Tapped(*fyne.PointEvent) {
	r.takeFocus()
	r.Tap()
}

// TypedKey is for Fyne.
func (r *RailRow) TypedKey(ev *fyne.KeyEvent) {
	if isConfirm(ev) {
		r.Tap()
		return
	}
	handOn(r, ev)
}

// MouseIn is for Fyne.
func (r *RailRow) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.Refresh() }

// MouseMoved is for Fyne.
func (r *RailRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (r *RailRow) MouseOut() { r.hovered = false; r.Refresh() }

// Cursor is for Fyne.
func (r *RailRow) Cursor() desktop.Cursor {
	if r.off {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

type railLayout struct{}

func (l *railLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	const side, top = 18, 60
	w := size.Width - 2*side - 1
	place(objs[0], 0, 0, size.Width, size.Height)
	place(objs[1], side, 21, w, 24)
	bottom := HeightFor(objs[3], w)
	end := size.Height - 22
	place(objs[3], side, end-bottom, w, bottom)
	place(objs[2], side, top, w, max(0, end-bottom-Space8-top))
	place(objs[4], size.Width-1, 0, 1, size.Height)
}

func (l *railLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(railNarrow, 200) }
