package journey

import (
	"slices"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// frame is a page of the journey: rail, title, sentence, body, footer.
type frame struct {
	title, sentence string
	body            []fyne.CanvasObject
	primary         *kit.Button
	back            *kit.Button
	drop            func(paths []string)
	escape          func() // nil: one step back, or the page is closed
}

func (j *Journey) page(f frame) *kit.Page {
	if f.escape == nil {
		f.escape = j.escape
	}
	return kit.NewPage(kit.PageSpec{
		Title: f.title, Sentence: f.sentence, Body: f.body, Rail: j.rail(),
		Footer: kit.Footer{
			Left:    kit.NewButton(j.Say.T("journey.save-close"), kit.Link, j.saveAndClose),
			Back:    f.back,
			Primary: f.primary,
		},
		OnEscape: f.escape,
		OnDrop:   f.drop,
	})
}

// escape goes one step back where there is a way back.
func (j *Journey) escape() {
	if j.canGoBack() {
		j.back()
		return
	}
	j.saveAndClose()
}

// canGoBack reports whether a step before this one can be changed: no way leads back over sending.
func (j *Journey) canGoBack() bool {
	return j.step != order.StepLink && (j.order.Phase == order.PhaseDraft || j.order.ID == "") && !j.sending()
}

// sending reports whether the request is on its way now: what is changed from here on would not be in it.
func (j *Journey) sending() bool {
	r, ok := j.now.(*review)
	return ok && r.sending
}

func (j *Journey) backButton() *kit.Button {
	if !j.canGoBack() {
		return nil
	}
	return kit.NewButton(j.Say.T("journey.back"), kit.Secondary, j.back)
}

func (j *Journey) continueButton(onTap func()) *kit.Button {
	return kit.NewButton(j.Say.T("journey.continue"), kit.Primary, onTap)
}

// orderSteps are the steps that belong to the order once its request is sent.
var orderSteps = []order.Step{order.StepProve, order.StepWaiting, order.StepUse}

func (j *Journey) rail() *kit.Rail {
	var steps []kit.RailStep
	if j.order.ID != "" && j.order.Phase != order.PhaseDraft {
		steps = j.sentRail()
	} else {
		steps = j.draftRail()
	}
	var bottom []string
	if name := j.sellerName(); name != "" {
		bottom = []string{i18n.Clean(name, 60), i18n.Clean(j.order.Licence.Product.Name, 60)}
	}
	return kit.NewRail(steps, bottom)
}

// draftRail shows all steps; done ones lead back.
func (j *Journey) draftRail() []kit.RailStep {
	all := j.steps()
	now := slices.Index(all, j.step)
	reached := max(now, slices.Index(all, order.Step(j.order.Step)))
	steps := make([]kit.RailStep, len(all))
	for i, s := range all {
		steps[i] = kit.RailStep{Title: j.stepTitle(s), State: kit.StepTodo}
		switch {
		case i == now:
			steps[i].State = kit.StepCurrent
		case i < now, i <= reached:
			steps[i].State = kit.StepDone
			if !j.sending() {
				steps[i].State, steps[i].OnTap = kit.StepLink, func() { j.Go(s) }
			}
		}
	}
	return steps
}

// sentRail closes the steps before sending to one line that opens what was sent.
func (j *Journey) sentRail() []kit.RailStep {
	word := "step.sent"
	if j.order.Licence.Web {
		word = "step.sent-web"
	}
	sent := kit.RailStep{Title: j.Say.T(word), State: kit.StepLink, OnTap: func() { j.Go(order.StepReview) }}
	if j.order.Phase == order.PhaseSubmitting || j.step == order.StepReview {
		sent.State, sent.OnTap = kit.StepCurrent, nil
	}
	steps := []kit.RailStep{sent}
	after := slices.DeleteFunc(slices.Clone(orderSteps), func(s order.Step) bool { return !j.has(s) })
	reached := slices.Index(after, j.resume())
	for i, s := range after {
		row := kit.RailStep{Title: j.stepTitle(s), State: kit.StepTodo}
		switch {
		case s == j.step:
			row.State = kit.StepCurrent
		case j.order.Phase == order.PhaseSubmitting:
		case i < reached:
			row.State = kit.StepDone
		case i == reached, s == order.StepWaiting && j.asksMore():
			row.State, row.OnTap = kit.StepOpen, func() { j.Go(s) }
		}
		steps = append(steps, row)
	}
	return steps
}

// asksMore reports whether the order asks for something else beside the proofs: that is done on the page for
// waiting, at the same time.
func (j *Journey) asksMore() bool {
	if j.order.Phase != order.PhaseSent || j.order.Snapshot == nil {
		return false
	}
	return slices.ContainsFunc(j.order.Snapshot.Waiting(), func(t order.Task) bool {
		return t.At() == order.AtCustomer && t.Kind != order.ProveName && t.Kind != order.ConfirmMailbox
	})
}

// loading is a step whose content is on its way.
type loading struct {
	j        *Journey
	title    string
	sentence string
	cancel   func() // may be nil
}

func (l *loading) build() *kit.Page {
	title := l.title
	if title == "" {
		title = l.j.Say.T("journey.loading")
	}
	return l.j.page(frame{
		title: title,
		body:  []fyne.CanvasObject{kit.NewLoading(l.j.Env, l.sentence, l.cancel)},
		back:  l.j.backButton(),
	})
}

// failed is a step that could not be done.
type failed struct {
	j     *Journey
	title string
	fault *fault.Error
	again func()
	way   *kit.Button // the way on, where it is not again
	other *kit.Button
	back  func()
}

// onlyWay makes go the way on, instead of doing the same again.
func (f *failed) onlyWay(label string, goOn func()) {
	f.again, f.way = nil, kit.NewButton(label, kit.Primary, goOn)
}

// fail shows what went wrong with the step on the screen; again is what its button does once more.
func (j *Journey) fail(err error, again func()) {
	j.failWith(&failed{j: j, fault: fault.Of(err), again: again})
}

func (j *Journey) failWith(f *failed) {
	if j.scene == nil || j.scene.Closed() {
		return
	}
	j.now = f
	j.render()
}

func (f *failed) build() *kit.Page {
	j := f.j
	title := f.title
	if title == "" {
		title = j.Say.T("journey.failed." + string(j.step))
	}
	back := j.backButton()
	if f.back != nil {
		back = kit.NewButton(j.Say.T("journey.back"), kit.Secondary, f.back)
	}
	spec := show.Failure(j.Say, f.fault, f.again)
	spec.Title = title
	if f.way != nil {
		spec.Primary = f.way
	}
	if spec.Primary == nil {
		spec.Primary = f.action()
	}
	spec.Secondary = f.other
	spec.KeptLine = j.Say.T("journey.kept")
	return j.page(frame{body: []fyne.CanvasObject{kit.NewFailure(j.Env, spec)}, back: back})
}

// action is the button of a fault whose way on is not "again".
func (f *failed) action() *kit.Button {
	j := f.j
	switch f.fault.Action {
	case fault.GoBack:
		if f.back != nil {
			return kit.NewButton(j.Say.T("action.go_back"), kit.Primary, f.back)
		}
		if j.canGoBack() {
			return kit.NewButton(j.Say.T("action.go_back"), kit.Primary, j.back)
		}
	case fault.ContactSeller:
		if home := j.homepage(); home != "" {
			return kit.NewButton(j.Say.T("action.contact_seller"), kit.Primary, func() { j.Env.OpenURL(home) })
		}
	case fault.OpenOrder:
		if j.order.ID != "" {
			return kit.NewButton(j.Say.T("action.open_order"), kit.Primary, func() { j.Stage.OpenOrder(j.order.ID) })
		}
	case fault.NoAction, fault.Retry, fault.ChooseFolder, fault.ChoosePlace, fault.Restart:
	}
	return nil
}
