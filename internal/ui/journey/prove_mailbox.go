package journey

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
)

// inTheWay is what is seen from here that keeps the authority from issuing for a mailbox, whoever confirms.
func (p *prove) inTheWay(task order.Task) fyne.CanvasObject {
	box := kit.NewColumn(12)
	draw := func() {
		box.Objects = nil
		for _, f := range p.glance.results[task.ID].Findings {
			box.Objects = append(box.Objects, p.finding(f)...)
		}
	}
	draw()
	p.redraw = func() {
		draw()
		box.Refresh()
		kit.Relayout(box)
	}
	return box
}

// mailbox is the page for a mailbox that is confirmed by a link in an e-mail.
func (p *prove) mailbox(task order.Task) *kit.Page {
	j := p.j
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
	if _, resent := p.sent[task.ID]; resent {
		rows = append(rows, kit.NewFlow(8, kit.NewPill(kit.Success, j.Say.T("prove.resent"))))
	} else if j.Desk.Proofs.CanResend(j.order, task) {
		rows = append(rows, kit.NewFlow(12, kit.NewButton(j.Say.T("prove.resend"), kit.Link, func() { p.resend(task.ID, "") })))
	}
	body := []fyne.CanvasObject{kit.NewCard(rows...)}
	if task.State == order.TaskExpired {
		body = append(body, kit.NewFinding(kit.Danger, j.Say.T("names.expired.saw"), j.Say.T("names.expired.mail")))
	}
	if r := task.LastResult; r != nil && r.Detail != "" {
		body = append(body, kit.NewFinding(kit.Warning, j.Say.T("prove.last"), i18n.Clean(r.Detail, 300)))
	}
	body = append(body, p.inTheWay(task), p.watch.object())
	if line := p.second(); line != nil && p.j.Desk.Proofs.Second() != "" {
		body = append(body, line) // it is asked about CAA
	}
	if box := p.demo.mailbox(); box != nil {
		body = append(body, box)
	}
	return j.page(frame{
		title: j.Say.T("prove.title", "address", address), sentence: sentence, body: body, primary: p.check,
	})
}
