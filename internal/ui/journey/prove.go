package journey

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
)

// prove is step 8: showing the certificate authority that the mailbox is the customer's. The page moves on
// by itself once the authority has accepted.
type prove struct {
	j      *Journey
	watch  *watch
	resent bool
	mails  []Mail
	helper *fyne.Container
}

func (p *prove) build() *kit.Page {
	j := p.j
	if p.watch == nil {
		p.watch = newWatch(j, p.moved)
		p.readInbox()
	}
	task := j.proofTask()
	if task == nil {
		return (&loading{j: j, title: j.Say.T("prove.title-any")}).build()
	}
	address := task.Target
	if task.Instruction.Email != "" {
		address = task.Instruction.Email
	}
	sentence := j.Say.T("prove.sentence", "address", address)
	if at := task.Instruction.SentAt; at != nil {
		sentence = j.Say.T("prove.sentence-at", "address", address, "when", *at)
	}
	rows := []fyne.CanvasObject{
		kit.NewHeading(j.Say.T("prove.open-mail")),
		kit.NewText(j.Say.T("prove.steps", "address", address)),
	}
	if task.Expires != nil {
		rows = append(rows, kit.NewMuted(j.Say.T("prove.expires", "when", *task.Expires)))
	}
	if p.resent {
		rows = append(rows, kit.NewFlow(8, kit.NewPill(kit.Success, j.Say.T("prove.resent"))))
	} else if j.Desk.Proofs.CanResend(j.order, *task) {
		rows = append(rows, kit.NewFlow(12, kit.NewButton(j.Say.T("prove.resend"), kit.Link, func() { p.resend(task.ID) })))
	}
	body := []fyne.CanvasObject{kit.NewCard(rows...)}
	if r := task.LastResult; r != nil && r.Detail != "" {
		body = append(body, kit.NewFinding(kit.Warning, j.Say.T("prove.last"), i18n.Clean(r.Detail, 300)))
	}
	body = append(body, p.watch.object())
	if j.Helper != nil {
		p.helper = kit.NewColumn(12)
		p.drawInbox()
		body = append(body, kit.NewDashedBox(j.Say.T("helper.title"), p.helper))
	}
	return j.page(frame{
		title: j.Say.T("prove.title", "address", address), sentence: sentence, body: body,
		primary: kit.NewButton(j.Say.T("prove.check"), kit.Primary, p.watch.press),
	})
}

// moved is called when the order has been looked at.
func (p *prove) moved(o store.Order) {
	j := p.j
	before := j.proofTask()
	j.take(o)
	if step := j.resume(); step != order.StepProve {
		j.Go(step)
		return
	}
	after := j.proofTask()
	if before == nil || after == nil || before.State != after.State || (before.LastResult == nil) != (after.LastResult == nil) {
		j.render()
	}
}

func (p *prove) resend(task string) {
	j := p.j
	kit.Do(j.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, j.Desk.Proofs.Resend(ctx, j.order.ID, task, "")
	}, func(_ struct{}, err error) {
		if err != nil {
			p.watch.show(fault.Of(err))
			return
		}
		p.resent = true
		p.readInbox()
		j.render()
	})
}

// readInbox asks the demo for its mail.
func (p *prove) readInbox() {
	j := p.j
	if j.Helper == nil {
		return
	}
	kit.Do(j.scene, j.Helper.Inbox, func(mails []Mail, err error) {
		if err != nil {
			return // the box keeps offering to look again
		}
		p.mails = mails
		p.drawInbox()
	})
}

func (p *prove) drawInbox() {
	if p.helper == nil {
		return
	}
	j := p.j
	p.helper.Objects = []fyne.CanvasObject{kit.NewMuted(j.Say.T("helper.inbox"))}
	for _, m := range p.mails {
		if !m.Open {
			continue
		}
		row := kit.NewColumn(2, kit.NewBold(m.Subject), kit.NewCaption(j.Say.T("helper.to", "address", m.To, "when", m.At)))
		p.helper.Add(kit.NewSides(row, kit.NewButton(j.Say.T("helper.confirm"), kit.Secondary, func() { p.confirm(m.ID) })))
	}
	p.helper.Add(kit.NewFlow(12,
		kit.NewButton(j.Say.T("helper.look"), kit.Link, p.readInbox),
		kit.NewButton(j.Say.T("helper.browser"), kit.Link, func() { j.Env.OpenURL(j.Helper.InboxURL()) }),
	))
	p.helper.Refresh()
	kit.Relayout(p.helper)
}

func (p *prove) confirm(mail string) {
	j := p.j
	kit.Do(j.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, j.Helper.Confirm(ctx, mail)
	}, func(_ struct{}, err error) {
		if err != nil {
			p.watch.show(fault.Of(err))
			return
		}
		p.readInbox()
		p.watch.press()
	})
}
