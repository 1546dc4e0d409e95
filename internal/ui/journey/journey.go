package journey

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
)

// Stage is what the journey needs of the window around it.
type Stage interface {
	// Show puts a page into the window; title names the step.
	Show(title string, page *kit.Page)
	// Canvas is the window's.
	Canvas() fyne.Canvas
	// Home leads to the home screen.
	Home()
	// Unsent is told what stands in the field of step 1 when it is left before there is a draft: the home screen has it.
	Unsent(text string)
	// OpenOrder leads to the view of an order.
	OpenOrder(id string)
	// Settings leads to the settings, and from there back to the journey of an order.
	Settings(order string)
	// Divert is asked before a ticket, read from text, is redeemed here; true says that it belongs to the
	// other world (the demo), where the journey goes on with it.
	Divert(t activation.Ticket, text string) bool
	// OnQuit has f called when the app is closed.
	OnQuit(f func())
	// OpenFolder shows a folder in the system's file manager.
	OpenFolder(path string, failed func(error))
	// OpenFile opens a file that was made here with the system's program for it.
	OpenFile(path string, failed func(error))
	// Downloads is the folder into which browsers put files, and whether it may be looked into.
	Downloads() (dir string, on bool)
	// SecondResolver makes a resolver the second one that is asked about names.
	SecondResolver(id string, done func(error))
	// AllowDownloads keeps that choice.
	AllowDownloads(on bool, done func(error))
	// Backup leads to a backup of an order, Restore to one that was made; both lead back to the order's journey.
	Backup(order string)
	Restore(order string)
	// OpenMail opens a new e-mail, to whomever the customer chooses.
	OpenMail(subject, body string, failed func(error))
}

// Helper is the demo's hand on the other side: its inbox, and what the customer's administrator and the
// certificate authority would do.
type Helper interface {
	Inbox(ctx context.Context) ([]Mail, error)
	Confirm(ctx context.Context, id string) error
	InboxURL() string
	// Actions are what can be done for an order on the other side now; order is the service's id.
	Actions(ctx context.Context, order string) ([]Action, error)
	Act(ctx context.Context, order, action string) error
	OperatorURL() string
}

// Action is a button of the other side; Task is the id of the task that it is about, empty for the order.
type Action struct {
	ID, Task string
	Label    i18n.Message
}

// Mail is one message in the demo's inbox.
type Mail struct {
	ID, To, Subject string
	At              time.Time
	Open            bool // there is something to confirm in it
}

// Deps is what a journey is made of.
type Deps struct {
	Desk   *desk.Desk
	Env    kit.Env
	Say    *i18n.Printer
	Stage  Stage
	Helper Helper // nil outside the demo
}

// Journey is one walk through the steps, for a new ticket or for an order that is there.
type Journey struct {
	Deps
	scene *kit.Scene
	now   page
	order store.Order // as last read; its ID is empty before step 1 is done
	step  order.Step
	form  order.Application // what the fields hold
	saving
	refusals
	countryList
	// pasted is what was read at step 1, for as long as this journey lasts: who goes back finds it there.
	pasted string
	letter *desk.Letter // the same for a saved e-mail
	// opensPage says that the page in the browser is opened on the next step: that was pressed.
	opensPage bool
	arrived   *desk.Taken // what has come for the order, from outside
	first     *kit.Button // where the page that was just built begins; nil: at its first field
}

// page is one step on the screen.
type page interface {
	// build makes the page; work of the step goes by the journey's scene.
	build() *kit.Page
}

// New makes a journey; Begin or Open starts it.
func New(d Deps) *Journey { return &Journey{Deps: d} }

// Begin shows step 1 with text in its field; nothing is done with the text before Continue.
func (j *Journey) Begin(text string, from activation.Origin) {
	l := newLink(j, text, from)
	if strings.TrimSpace(text) != "" && l.readErr != nil {
		l.found = fault.Of(l.readErr) // Continue was pressed elsewhere, or a link was opened
	}
	j.show(order.StepLink, l)
}

// Open takes an order up where it stands.
func (j *Journey) Open(id string) {
	j.show("", &loading{j: j})
	kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		return j.Desk.Redeem.Order(ctx, id)
	}, func(o store.Order, err error) {
		if err != nil {
			j.fail(err, func() { j.Open(id) })
			return
		}
		j.take(o)
		j.Go(j.resume())
	})
}

// OrderID is the order that the journey is about; empty before step 1 is done.
func (j *Journey) OrderID() string { return j.order.ID }

// resume is the step at which the order is taken up.
func (j *Journey) resume() order.Step {
	switch j.order.Phase {
	case order.PhaseDraft:
		step := order.Step(j.order.Step)
		if !j.has(step) || j.order.Licence.ID == "" {
			return order.StepLicence
		}
		return step
	case order.PhaseSubmitting:
		return order.StepReview
	case order.PhaseReady:
		if !j.has(order.StepUse) { // nothing is issued: the waiting is over
			return order.StepWaiting
		}
		return order.StepUse
	case order.PhaseEnded:
		return order.StepWaiting
	case order.PhaseSent:
	}
	if j.proofTask() != nil {
		return order.StepProve
	}
	return order.StepWaiting
}

// proofTask is the open task that step 8 is about, nil without one.
func (j *Journey) proofTask() *order.Task {
	if j.order.Snapshot == nil {
		return nil
	}
	for i, t := range j.order.Snapshot.Tasks {
		if (t.Kind == order.ConfirmMailbox || t.Kind == order.ProveName) && t.State != order.TaskDone {
			return &j.order.Snapshot.Tasks[i]
		}
	}
	return nil
}

// take takes over an order as it was read. What is in the fields of a draft stays: it is newer than what may
// have been read while it was being written.
func (j *Journey) take(o store.Order) {
	same := o.ID == j.order.ID && o.Phase == order.PhaseDraft && j.order.Phase == order.PhaseDraft
	j.order = o
	if same {
		j.form.KeyChoice, j.form.Request = o.Application.KeyChoice, o.Application.Request
		return
	}
	j.form, j.dirty = o.Application, false
}

// Go shows a step of the order that the journey is about.
func (j *Journey) Go(step order.Step) {
	j.save()
	switch step {
	case order.StepLink:
		l := newLink(j, j.pasted, activation.Pasted)
		l.take(j.letter)
		j.show(order.StepLink, l)
	case order.StepLicence:
		if activation.IsWeb(j.order.Service) {
			j.show(step, &bought{j: j})
			return
		}
		j.show(step, &licence{j: j})
	case order.StepNames:
		if j.order.Licence.WantsDomains() {
			j.show(step, &websites{keeping: keeping{j: j}})
			return
		}
		j.show(step, &mailbox{j: j})
	case order.StepContacts:
		j.show(step, &contacts{j: j})
	case order.StepOrganization:
		j.show(step, &organization{j: j})
	case order.StepKey:
		j.show(step, &key{j: j})
	case order.StepReview:
		j.show(step, &review{j: j})
	case order.StepProve:
		j.show(step, newProve(j))
	case order.StepWaiting:
		if j.order.Licence.Web && j.order.Phase == order.PhaseSent {
			h := &handoff{j: j, opens: j.opensPage}
			j.show(step, h)
			j.opensPage = false
			h.arrived()
			return
		}
		j.show(step, &waiting{j: j})
	case order.StepUse:
		j.show(step, &use{j: j})
	default:
		j.fail(fault.New(fault.Unexpected, nil), nil)
	}
}

func (j *Journey) show(step order.Step, p page) {
	j.leave()
	j.scene = kit.NewScene(j.Env.Run)
	j.step, j.now = step, p
	j.render()
}

// render builds the page of the step anew, in the same scene.
func (j *Journey) render() {
	p := j.now.build()
	title := j.Say.T("journey.loading")
	if j.step != "" {
		title = j.stepTitle(j.step)
	}
	j.Stage.Show(title, p)
	if _, calm := j.now.(*waiting); calm && p.Footer().Primary != nil {
		// Its fields stand far down, and are for some: what the order waits for is read first.
		j.Stage.Canvas().Focus(p.Footer().Primary)
	} else {
		if first := j.first; first != nil {
			j.first = nil
			kit.AttachKeys(j.Stage.Canvas())
			j.Stage.Canvas().Focus(first)
			return
		}
		p.FocusFirst(j.Stage.Canvas())
	}
	if begin := j.beginAt; begin != nil {
		j.beginAt = nil
		begin()
	}
}

// Rerender draws the page again in the words of say, after the language or the appearance has changed. What
// is in the fields stays.
func (j *Journey) Rerender(say *i18n.Printer) {
	j.Say, j.Env.Words = say, say
	j.render()
}

// leave ends the step on the screen; what was typed is written before.
func (j *Journey) leave() {
	j.save()
	if j.scene != nil {
		j.scene.Close()
	}
}

// steps are those before sending that the licence needs.
func (j *Journey) steps() []order.Step {
	return j.order.Licence.Steps()
}

func (j *Journey) has(step order.Step) bool {
	for _, s := range j.steps() {
		if s == step {
			return true
		}
	}
	return false
}

func (j *Journey) after(step order.Step) order.Step {
	steps := j.steps()
	for i, s := range steps {
		if s == step && i+1 < len(steps) {
			return steps[i+1]
		}
	}
	return step
}

func (j *Journey) before(step order.Step) order.Step {
	steps := j.steps()
	for i, s := range steps {
		if s == step && i > 0 {
			return steps[i-1]
		}
	}
	return step
}

// next goes one step on.
func (j *Journey) next() {
	step := j.after(j.step)
	j.at(step)
	j.Go(step)
}

// back goes one step back.
func (j *Journey) back() { j.Go(j.before(j.step)) }

// sellerName is what the seller is called in sentences.
func (j *Journey) sellerName() string {
	if j.order.Licence.SellerName != "" {
		return j.order.Licence.SellerName
	}
	return j.order.Seller.Name
}
