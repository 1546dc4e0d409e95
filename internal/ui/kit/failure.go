package kit

import (
	"fyne.io/fyne/v2"
)

// FailureSpec is what a failure says: what we saw, what it usually means, what to do.
type FailureSpec struct {
	Title string // "" where the page has the title
	Saw   string
	Means string
	Do    string

	Primary   *Button // the one way on
	Secondary *Button
	// Details is what may be handed to support, behind what the program is ([Env.About]). It is shown before it is
	// copied, and holds no names, codes or addresses.
	Details string
	// Said is what somebody else says about it, in words that may hold anything. It is shown above the details, and
	// not copied.
	Said string
	// KeptLine says that nothing was lost ("Everything you entered is kept.").
	KeptLine string
}

// Failure is the one way in which the app says that something did not work.
type Failure struct {
	composite
	spec    FailureSpec
	details *fyne.Container
	link    *Button
	copy    *Button
	env     Env
}

// NewFailure makes it.
func NewFailure(env Env, spec FailureSpec) *Failure {
	f := &Failure{env: env, spec: spec}
	var rows []fyne.CanvasObject
	part := func(id, text string) {
		if text != "" {
			rows = append(rows, NewColumn(0, NewCaption(env.t(id)), NewText(text)))
		}
	}
	part("kit.failure.saw", spec.Saw)
	part("kit.failure.means", spec.Means)
	part("kit.failure.do", spec.Do)
	var objs []fyne.CanvasObject
	if spec.Title != "" {
		objs = append(objs, NewTitle(spec.Title))
	}
	objs = append(objs, newCard(ColorBorder, Space16, Space12, rows))
	if b := f.buttons(); b != nil {
		objs = append(objs, b)
	}
	if spec.Details != "" {
		objs = append(objs, f.details)
	}
	if spec.KeptLine != "" {
		objs = append(objs, NewMuted(spec.KeptLine))
	}
	f.init(f, NewColumn(18, objs...))
	return f
}

func (f *Failure) buttons() fyne.CanvasObject {
	var objs []fyne.CanvasObject
	for _, b := range []*Button{f.spec.Primary, f.spec.Secondary} {
		if b != nil {
			objs = append(objs, b)
		}
	}
	if f.spec.Details != "" {
		f.link = NewButton(f.env.t("kit.failure.details"), Link, f.toggle)
		objs = append(objs, f.link)
		f.copy = NewButton(f.env.t("kit.failure.copy"), Secondary, f.copyDetails)
		card := NewCard(NewSelectable(f.support()), NewFlow(Space12, f.copy))
		f.details = NewColumn(Space8, card)
		if f.spec.Said != "" {
			f.details = NewColumn(Space8, NewText(f.spec.Said), card)
		}
		f.details.Hide()
	}
	if len(objs) == 0 {
		return nil
	}
	return NewFlow(Space12, objs...)
}

func (f *Failure) toggle() {
	show(f.details, !f.details.Visible())
	Relayout(f)
}

// support is what is shown and copied.
func (f *Failure) support() string {
	if f.env.About == "" {
		return f.spec.Details
	}
	return f.env.About + "\n" + f.spec.Details
}

func (f *Failure) copyDetails() {
	f.env.Clipboard.SetContent(f.support())
	f.copy.SetIcon("tick")
	f.copy.SetText(f.env.t("kit.copied"))
	f.env.Run.After(copiedFor, func() {
		f.copy.SetIcon("")
		f.copy.SetText(f.env.t("kit.failure.copy"))
	})
}

// Primary is the one way on, or nil.
func (f *Failure) Primary() *Button { return f.spec.Primary }
