package journey

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/ui/kit"
)

// demoBox is the dashed box with the demo's other side: its inbox, and what whoever manages the DNS and the
// website, and the certificate authority, would do.
type demoBox struct {
	j       *Journey
	p       *prove
	mails   []Mail
	actions []Action
	column  *fyne.Container
	draw    func()
}

func newDemoBox(j *Journey, p *prove) *demoBox { return &demoBox{j: j, p: p} }

// read asks the demo for its mail and what can be done.
func (d *demoBox) read() {
	j := d.j
	if j.Helper == nil {
		return
	}
	kit.Do(j.scene, j.Helper.Inbox, func(mails []Mail, err error) {
		if err != nil {
			return // the box keeps offering to look again
		}
		d.mails = mails
		d.redraw()
	})
	id := j.order.Receipt.ID
	kit.Do(j.scene, func(ctx context.Context) ([]Action, error) { return j.Helper.Actions(ctx, id) }, func(all []Action, err error) {
		if err != nil {
			return
		}
		d.actions = all
		d.redraw()
	})
}

func (d *demoBox) redraw() {
	if d.draw == nil || d.column == nil {
		return
	}
	d.column.Objects = nil
	d.draw()
	d.column.Refresh()
	kit.Relayout(d.column)
}

// mailbox is the box of a page about a mailbox; nil outside the demo.
func (d *demoBox) mailbox() fyne.CanvasObject {
	return d.box(func() {
		d.column.Add(kit.NewMuted(d.j.Say.T("helper.inbox")))
		d.inbox()
		d.column.Add(kit.NewFlow(12,
			kit.NewButton(d.j.Say.T("helper.look"), kit.Link, d.read),
			kit.NewButton(d.j.Say.T("helper.browser"), kit.Link, func() { d.j.Env.OpenURL(d.j.Helper.InboxURL()) }),
		))
	})
}

// names is the box of a page about names: with the buttons of one task, or, with an empty one, of the order.
func (d *demoBox) names(task string, mail bool) fyne.CanvasObject {
	j := d.j
	return d.box(func() {
		if mail {
			d.column.Add(kit.NewMuted(j.Say.T("helper.inbox")))
			d.inbox()
		}
		d.buttons(task)
		links := []fyne.CanvasObject{kit.NewButton(j.Say.T("helper.look"), kit.Link, d.read)}
		if mail {
			links = append(links, kit.NewButton(j.Say.T("helper.browser"), kit.Link, func() { j.Env.OpenURL(j.Helper.InboxURL()) }))
		}
		links = append(links, kit.NewButton(j.Say.T("helper.operator"), kit.Link, func() { j.Env.OpenURL(j.Helper.OperatorURL()) }))
		d.column.Add(kit.NewFlow(12, links...))
	})
}

func (d *demoBox) box(draw func()) fyne.CanvasObject {
	d.draw, d.column = nil, nil
	if d.j.Helper == nil {
		return nil
	}
	d.draw, d.column = draw, kit.NewColumn(12)
	draw()
	return kit.NewDashedBox(d.j.Say.T("helper.title"), d.column)
}

func (d *demoBox) inbox() {
	j := d.j
	for _, m := range d.mails {
		if !m.Open {
			continue
		}
		row := kit.NewColumn(2, kit.NewBold(m.Subject), kit.NewCaption(j.Say.T("helper.to", "address", m.To, "when", m.At)))
		d.column.Add(kit.NewSides(row, kit.NewButton(j.Say.T("helper.confirm"), kit.Secondary, func() {
			d.do(func(ctx context.Context) error { return j.Helper.Confirm(ctx, m.ID) })
		})))
	}
}

// buttons are what can be done about a task, and about the order as a whole.
func (d *demoBox) buttons(task string) {
	j := d.j
	var all []fyne.CanvasObject
	for _, a := range d.actions {
		if a.Task != task && a.Task != "" {
			continue
		}
		all = append(all, kit.NewButton(j.Say.Say(a.Label), kit.Secondary, func() {
			d.do(func(ctx context.Context) error { return j.Helper.Act(ctx, j.order.Receipt.ID, a.ID) })
		}))
	}
	if len(all) > 0 {
		d.column.Add(kit.NewMuted(j.Say.T("helper.names")))
		d.column.Add(kit.NewFlow(8, all...))
	}
}

// do does something on the other side, and looks what has come of it.
func (d *demoBox) do(what func(context.Context) error) {
	j := d.j
	kit.Do(j.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, what(ctx)
	}, func(_ struct{}, err error) {
		if err != nil {
			d.p.watch.show(fault.Of(err))
			return
		}
		d.read()
		d.p.glance.look(func() {})
		d.p.watch.press()
	})
}
