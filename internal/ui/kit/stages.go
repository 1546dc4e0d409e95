package kit

import (
	"time"

	"fyne.io/fyne/v2"
)

// Stages shows where a piece of work of several named stages stands: done, at work, still to come. There
// is no percentage, because nobody can know one.
type Stages struct {
	composite
	env    Env
	icons  []*Icon
	texts  []*Text
	at     int
	failed bool
	title  *Text
	clock  *Text
	start  time.Time
	stop   func()
}

// NewStages makes it with nothing begun. title may be empty.
func NewStages(env Env, title string, stages []string) *Stages {
	s := &Stages{env: env, at: -1, title: NewHeading(title), clock: NewText("")}
	s.clock.color = ColorMuted
	objs := []fyne.CanvasObject{NewInset(0, 0, 0, Space4, NewSides(s.title, s.clock))}
	for _, name := range stages {
		i, t := NewIcon("dot", ColorMuted, 14), NewMuted(name)
		s.icons, s.texts = append(s.icons, i), append(s.texts, t)
		objs = append(objs, newLead(7, t.lineHeight(), 20, i, t))
	}
	s.init(s, NewColumn(Space8, objs...))
	return s
}

// Begin starts the clock at the first stage.
func (s *Stages) Begin() {
	s.start = s.env.now()
	s.failed = false
	s.Set(0)
	s.run()
}

func (s *Stages) run() {
	s.Stop()
	s.clock.SetText(s.env.t("kit.seconds", "n", int(s.env.now().Sub(s.start)/time.Second)))
	Relayout(s)
	s.stop = s.env.Run.After(time.Second, s.run)
}

// Stop stops the clock: when the work has ended, and when the page is left.
func (s *Stages) Stop() {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
}

// Set says that the stages before i are done and i is at work; the number of stages means all are done.
func (s *Stages) Set(i int) {
	s.at = i
	for n := range s.icons {
		icon, iconColor, text, bold := "dot", ColorMuted, ColorMuted, false
		switch {
		case n < i:
			icon, iconColor, text = "tick", ColorSuccess, ColorForeground
		case n == i && s.failed:
			icon, iconColor, text, bold = "warning", ColorDanger, ColorDanger, true
		case n == i:
			iconColor, text, bold = ColorAccent, ColorForeground, true
		}
		s.icons[n].Set(icon, iconColor)
		s.texts[n].bold = bold
		s.texts[n].Colored(text)
		s.texts[n].Refresh()
	}
	if i >= len(s.icons) {
		s.Stop()
	}
	Relayout(s)
}

// Fail marks the present stage as failed and stops the clock.
func (s *Stages) Fail() {
	s.failed = true
	s.Set(s.at)
	s.Stop()
}

// At is the present stage.
func (s *Stages) At() int { return s.at }

// TimelineRow is a point of a [Timeline].
type TimelineRow struct {
	Kind    Kind // Neutral has not happened yet
	When    string
	What    string
	Current bool // what is going on now, in bold
}

// Timeline is what happened and what comes next.
type Timeline struct {
	composite
	column *fyne.Container
}

// NewTimeline makes it.
func NewTimeline(rows []TimelineRow) *Timeline {
	t := &Timeline{column: NewColumn(Space8)}
	t.init(t, t.column)
	t.SetRows(rows)
	return t
}

// SetRows replaces the points.
func (t *Timeline) SetRows(rows []TimelineRow) {
	t.column.Objects = nil
	for _, r := range rows {
		when, what := NewMuted(r.When), NewText(r.What)
		dot := r.Kind.strong()
		if r.Kind == Neutral {
			what.Colored(ColorMuted)
			dot = ColorBorder
		}
		what.bold = r.Current
		t.column.Objects = append(t.column.Objects, &fyne.Container{
			Layout:  &timelineLayout{},
			Objects: []fyne.CanvasObject{NewIcon("disc", dot, 9), when, what},
		})
	}
	t.column.Refresh()
	Relayout(t)
}

// timelineLayout is dot, time and text; the text goes below the time where it is narrow.
type timelineLayout struct{ known }

const (
	timelineDot  float32 = 20
	timelineWhen float32 = 144
)

func (l *timelineLayout) stacked(width float32) bool { return width < pairsNarrow }

func (l *timelineLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	m := objs[0].MinSize()
	if l.stacked(size.Width) {
		w := size.Width - timelineDot
		h := HeightFor(objs[1], w)
		place(objs[0], 0, (h-m.Height)/2, m.Width, m.Height)
		place(objs[1], timelineDot, 0, w, h)
		place(objs[2], timelineDot, h, w, HeightFor(objs[2], w))
		return
	}
	h1 := HeightFor(objs[1], timelineWhen-Space8)
	h2 := HeightFor(objs[2], size.Width-timelineDot-timelineWhen)
	first := face{size: SizeBody}.height()
	place(objs[0], 0, (first-m.Height)/2+0.5, m.Width, m.Height)
	place(objs[1], timelineDot, 0, timelineWhen-Space8, h1)
	place(objs[2], timelineDot+timelineWhen, 0, size.Width-timelineDot-timelineWhen, h2)
}

func (l *timelineLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	if l.stacked(width) {
		return HeightFor(objs[1], width-timelineDot) + HeightFor(objs[2], width-timelineDot)
	}
	return max(HeightFor(objs[1], timelineWhen-Space8), HeightFor(objs[2], width-timelineDot-timelineWhen))
}

func (l *timelineLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	return timelineDot + timelineWhen + NaturalWidth(objs[2])
}

func (l *timelineLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return l.minSize(l, objs, timelineDot+minWidth(objs[2]))
}
