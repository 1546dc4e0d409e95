package journey

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
)

// otherSide is the dashed box of the demo: what the certificate authority, the seller and others would do for
// the order, a button each.
type otherSide struct {
	j       *Journey
	actions []Action
	box     *fyne.Container
	done    func(error) // after a press
	busy    string      // the action under way
}

func newOtherSide(j *Journey, done func(error)) *otherSide {
	o := &otherSide{j: j, done: done}
	o.read()
	return o
}

// read asks the demo what can be done now.
func (o *otherSide) read() {
	j := o.j
	if j.Helper == nil || j.order.Receipt.ID == "" {
		return
	}
	id := j.order.Receipt.ID
	kit.Do(j.scene, func(ctx context.Context) ([]Action, error) { return j.Helper.Actions(ctx, id) }, func(all []Action, err error) {
		if err != nil {
			return // the box keeps its link to the page for all of it
		}
		o.actions = o.fitting(all)
		o.draw()
	})
}

// fitting leaves out the ways in which a proof goes wrong: the page for proofs has them.
func (o *otherSide) fitting(all []Action) []Action {
	s := o.j.order.Snapshot
	if s == nil {
		return all
	}
	proof := map[string]bool{}
	for _, t := range s.Tasks {
		proof[t.ID] = t.Kind == order.ProveName
	}
	return slices.DeleteFunc(slices.Clone(all), func(a Action) bool {
		return proof[a.Task] && !strings.HasPrefix(a.ID, "publish-right")
	})
}

// object is the box; nil outside the demo.
func (o *otherSide) object() fyne.CanvasObject {
	if o.j.Helper == nil {
		return nil
	}
	o.box = kit.NewColumn(12)
	o.draw()
	return kit.NewDashedBox(o.j.Say.T("helper.title"), o.box)
}

func (o *otherSide) draw() {
	if o.box == nil {
		return
	}
	j := o.j
	o.box.Objects = []fyne.CanvasObject{kit.NewMuted(j.Say.T("helper.other-side"))}
	var buttons []fyne.CanvasObject
	for _, a := range o.actions {
		b := kit.NewButton(j.Say.Say(a.Label), kit.Secondary, func() { o.press(a.ID) })
		b.SetBusy(o.busy == a.ID)
		buttons = append(buttons, b)
	}
	if len(buttons) > 0 {
		o.box.Add(kit.NewFlow(12, buttons...))
	}
	o.box.Add(kit.NewFlow(12, kit.NewButton(j.Say.T("helper.operator"), kit.Link, func() { j.Env.OpenURL(j.Helper.OperatorURL()) })))
	o.box.Refresh()
	kit.Relayout(o.box)
}

func (o *otherSide) press(action string) {
	j := o.j
	if o.busy != "" {
		return
	}
	o.busy = action
	o.draw()
	id := j.order.Receipt.ID
	kit.Do(j.scene, func(ctx context.Context) (struct{}, error) { return struct{}{}, j.Helper.Act(ctx, id, action) }, func(_ struct{}, err error) {
		o.busy = ""
		o.draw()
		o.read()
		o.done(err)
	})
}

// homepage is the seller's page. The demo's has another port in each run, so it is the one of this run.
func (j *Journey) homepage() string {
	home := j.order.Seller.Homepage
	if j.Helper == nil || home == "" {
		return home
	}
	at, err := url.Parse(j.Helper.InboxURL())
	if err != nil {
		return home
	}
	return at.Scheme + "://" + at.Host + "/"
}
