package journey

import (
	"context"
	"fmt"
	"slices"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
)

// prove is step 8: showing the certificate authority that the mailbox or the names are the customer's. The page
// moves on by itself once the authority has accepted.
//
// One name has a page with what to do for it; several have a list that leads to such pages. What is seen of a
// name from this computer stands under it and is looked at again and again; that never bothers the seller.
type prove struct {
	j      *Journey
	watch  *watch
	glance *glance
	demo   *demoBox
	send   *sending
	// at is the task whose page is open, of several; empty: their list.
	at string
	// tab is the method that is shown for a task, where it is not the task's own.
	tab map[string]string
	// sent are the tasks whose mail was sent again here, and where to.
	sent map[string]string
	// pressed are the tasks that were looked at by a press and were not right; asked those about which the
	// authority was asked.
	pressed, asked map[string]bool
	choosing       bool
	wrong          *fault.Error // of choosing another method
	check          *kit.Button
	zoned          string // the zones as the page that is open has them
	redraw         func() // draws what is seen, on the page that is open
	seen           fyne.CanvasObject
	heard          bool // what each name server says is open
	// switching says that another second resolver is being chosen; unswitched is why it could not be.
	switching  bool
	unswitched *fault.Error
}

func newProve(j *Journey) *prove {
	return &prove{
		j: j, tab: map[string]string{}, sent: map[string]string{}, pressed: map[string]bool{}, asked: map[string]bool{},
	}
}

func (p *prove) begin() {
	j := p.j
	p.watch = newWatch(j, p.moved)
	p.glance = newGlance(j, p.watch, func() {
		if p.check != nil {
			p.check.SetText(p.checkWord())
		}
		if p.zoned != p.zones() { // a panel wants other names in its fields than was thought
			j.render()
			return
		}
		if p.redraw != nil {
			p.redraw()
		}
	})
	p.demo = newDemoBox(j, p)
	p.send = &sending{j: j, p: p}
	p.demo.read()
	p.glance.look(nil)
}

func (p *prove) build() *kit.Page {
	j := p.j
	if p.watch == nil {
		p.begin()
	}
	p.redraw, p.seen, p.zoned = nil, nil, p.zones()
	p.check = kit.NewButton(p.checkWord(), kit.Primary, p.press)
	task := j.proofTask()
	names := p.names()
	switch {
	case task == nil:
		return (&loading{j: j, title: j.Say.T("prove.title-any")}).build()
	case task.Kind == order.ConfirmMailbox:
		p.watch.apart = false
		return p.mailbox(*task)
	case len(names) == 1:
		return p.one(names[0], false)
	}
	if i := slices.IndexFunc(names, func(t order.Task) bool { return t.ID == p.at && t.State != order.TaskDone }); i >= 0 {
		return p.one(names[i], true)
	}
	p.at = ""
	return p.many(names)
}

// names are the names of the order, those that are proved too.
func (p *prove) names() []order.Task {
	return slices.DeleteFunc(p.j.Desk.Proofs.Tasks(p.j.order), func(t order.Task) bool { return t.Kind != order.ProveName })
}

// instructionOf is what has to be done for a task, in the zone that was found.
func (p *prove) instructionOf(t order.Task) proof.Instruction {
	return p.j.Desk.Proofs.Instruction(t).Within(p.glance.results[t.ID].Zone)
}

// zones are the zones of the names, where they are not the registered domains.
func (p *prove) zones() string {
	s := ""
	for _, t := range p.names() {
		if i := p.instructionOf(t); i.Zone != p.j.Desk.Proofs.Instruction(t).Zone {
			s += t.ID + " " + i.Zone + "\n"
		}
	}
	return s
}

// open are the names that still wait for somebody; on the page of one name, it alone.
func (p *prove) open() []order.Task {
	return slices.DeleteFunc(p.names(), func(t order.Task) bool {
		return !isWaiting(t) || p.at != "" && t.ID != p.at
	})
}

// isWaiting reports whether a task waits for the customer.
func isWaiting(t order.Task) bool { return t.State == order.TaskOpen || t.State == order.TaskFailed }

// moved is called when the order has been looked at.
func (p *prove) moved(o store.Order) {
	j := p.j
	before := p.shape()
	j.take(o)
	if step := j.resume(); step != order.StepProve {
		j.Go(step)
		return
	}
	if before != p.shape() {
		j.render()
		p.demo.read()
	}
}

// shape is what of the order is on the page.
func (p *prove) shape() string {
	s := ""
	for _, t := range p.j.Desk.Proofs.Tasks(p.j.order) {
		s += fmt.Sprint(t.ID, t.State, t.UsedUp, t.Method, t.Instruction.RecordValue, t.Instruction.URL, t.Instruction.Email, t.Instruction.SentAt != nil)
		if t.LastResult != nil {
			s += t.LastResult.Code
		}
	}
	return s
}

// press is "Check now": it looks from here first, and asks the authority about what is right, or at the second
// press about all. What can't be seen from here is asked for at once.
func (p *prove) press() {
	open := p.open()
	if len(open) == 0 || !p.glance.sees(open) {
		p.watch.press()
		return
	}
	p.check.SetBusy(true)
	p.glance.look(func() {
		p.check.SetBusy(false)
		var ask []order.Task
		for _, t := range p.open() {
			if p.glance.results[t.ID].Ripe() || p.pressed[t.ID] {
				ask = append(ask, t)
			}
			p.pressed[t.ID] = true
		}
		if len(ask) > 0 {
			p.ask(ask)
			return
		}
		p.draw()
	})
}

// draw draws what is seen anew, and brings it into view.
func (p *prove) draw() {
	if p.redraw != nil {
		p.redraw()
	}
	if p.seen != nil {
		kit.Reveal(p.seen)
	}
}

// ask has the authority look at tasks.
func (p *prove) ask(tasks []order.Task) {
	j := p.j
	p.check.SetBusy(true)
	p.glance.say(j.Say.T("names.asking"))
	p.watch.hold()
	id := j.order.ID
	kit.Do(j.scene, func(ctx context.Context) ([]string, error) {
		var done []string
		for _, t := range tasks {
			if err := j.Desk.Proofs.Check(ctx, id, t.ID); err != nil {
				return done, err
			}
			done = append(done, t.ID)
		}
		return done, nil
	}, func(done []string, err error) {
		for _, t := range done {
			p.asked[t] = true
			delete(p.pressed, t)
		}
		p.check.SetText(p.checkWord())
		p.check.SetBusy(false)
		p.glance.say("")
		p.draw()
		p.watch.release(err)
	})
}

// choose asks the seller for instructions by a method.
func (p *prove) choose(task, method string) {
	j := p.j
	if p.choosing {
		return
	}
	p.choosing, p.wrong = true, nil
	p.watch.hold()
	j.render()
	id := j.order.ID
	kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		if err := j.Desk.Proofs.Choose(ctx, id, task, method); err != nil {
			return store.Order{}, err
		}
		return j.Desk.Redeem.Order(ctx, id)
	}, func(o store.Order, err error) {
		p.choosing, p.wrong, p.watch.held = false, fault.Of(err), false
		if err == nil {
			delete(p.tab, task)
			delete(p.pressed, task)
			delete(p.asked, task)
			delete(p.sent, task)
			delete(p.glance.results, task)
			j.take(o)
			if len(p.names()) > 1 {
				p.at = task // a file proves one name: what one record proved may be several now
			}
		}
		if step := j.resume(); step != order.StepProve {
			j.Go(step)
			return
		}
		j.render()
		p.demo.read()
		p.glance.look(nil)
	})
}

// resend has the mail of a task sent again; an empty to is where it went before.
func (p *prove) resend(task, to string) {
	j := p.j
	kit.Do(j.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, j.Desk.Proofs.Resend(ctx, j.order.ID, task, to)
	}, func(_ struct{}, err error) {
		if err != nil {
			p.watch.show(fault.Of(err))
			return
		}
		p.sent[task] = to
		p.demo.read()
		j.render()
	})
}
