package journey

import (
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// instruction is what has to be done for a name.
func (p *prove) instruction(t order.Task, i proof.Instruction) []fyne.CanvasObject {
	if t.State == order.TaskExpired {
		out := []fyne.CanvasObject{kit.NewFinding(kit.Danger, p.j.Say.T("names.expired.saw"), p.j.Say.T("names.expired.ask"))}
		return append(out, show.Reach(p.j.Say, p.j.sellerName(), p.j.order.Seller.Support)...)
	}
	if !i.Usable() {
		return p.trouble(t, i)
	}
	var rows []fyne.CanvasObject
	switch i.Kind {
	case proof.DNS:
		rows = p.record(i)
	case proof.File:
		rows = p.file(i)
	case proof.Mail:
		rows = p.mail(t, i)
	case proof.Other:
	}
	var notes []string
	if others := i.Proves[1:]; len(others) > 0 {
		notes = append(notes, p.j.Say.T("names.proves", "names", displayNames(others)))
	}
	if t.Expires != nil {
		notes = append(notes, p.j.Say.T("names.expires", "when", *t.Expires))
	}
	if len(notes) > 0 {
		rows = append(rows, kit.NewCaption(strings.Join(notes, " ")))
	}
	return []fyne.CanvasObject{kit.NewCard(rows...)}
}

func (p *prove) field(label, value string) *kit.CopyField {
	return kit.NewCopyField(p.j.Env, kit.CopySpec{Label: p.j.Say.T(label), Value: value, Mono: true})
}

// copyFields puts copy fields below each other, with their labels in one column.
func copyFields(all ...*kit.CopyField) []fyne.CanvasObject {
	kit.AlignCopyFields(all...)
	out := make([]fyne.CanvasObject, len(all))
	for i, f := range all {
		out[i] = f
	}
	return out
}

func (p *prove) record(i proof.Instruction) []fyne.CanvasObject {
	j := p.j
	rows := copyFields(
		p.field("names.field.name", i.Relative), p.field("names.field.full", i.Full),
		p.field("names.field.type", i.Type), p.field("names.field.value", i.Value),
	)
	note := "names.dns-note"
	if i.Relative == "@" {
		note = "names.dns-note-apex"
	}
	text := j.Say.T(note, "zone", i.Zone)
	if i.TTL > 0 {
		text += " " + j.Say.T("names.dns-ttl", "n", i.TTL)
	}
	return append(rows, kit.NewCaption(text))
}

func (p *prove) file(i proof.Instruction) []fyne.CanvasObject {
	rows := copyFields(
		p.field("names.field.folder", i.Folder), p.field("names.field.file", i.File),
		p.field("names.field.body", i.Body), p.field("names.field.url", i.URL),
	)
	return append(rows, kit.NewCaption(p.j.Say.T("names.file-note")))
}

func (p *prove) mail(t order.Task, i proof.Instruction) []fyne.CanvasObject {
	j := p.j
	address := i18n.Clean(i.Email, 260)
	sent := j.Say.T("prove.sentence", "address", address)
	if i.SentAt != nil {
		sent = j.Say.T("names.mail-sent", "address", address, "when", *i.SentAt)
	}
	rows := []fyne.CanvasObject{kit.NewText(sent), kit.NewText(j.Say.T("names.mail-open"))}
	if _, again := p.sent[t.ID]; again {
		rows = append(rows, kit.NewFlow(8, kit.NewPill(kit.Success, j.Say.T("prove.resent"))))
	}
	if !j.Desk.Proofs.CanResend(j.order, t) {
		return rows
	}
	if _, again := p.sent[t.ID]; !again {
		rows = append(rows, kit.NewFlow(12, kit.NewButton(j.Say.T("prove.resend"), kit.Link, func() { p.resend(t.ID, "") })))
	}
	var others []fyne.CanvasObject
	for _, a := range i.Allowed {
		if !strings.EqualFold(a, i.Email) {
			others = append(others, kit.NewFlow(0, kit.NewButton(j.Say.T("names.mail-send", "address", a), kit.Link, func() { p.resend(t.ID, a) })))
		}
	}
	if len(others) > 0 {
		rows = append(rows, kit.NewDetails(j.Say.T("names.mail-elsewhere"), kit.NewColumn(4, others...)))
	}
	return append(rows, kit.NewCaption(j.Say.T("names.mail-ends")))
}

// trouble is an instruction that must not, or can't, be followed. What it says is shown, not offered.
func (p *prove) trouble(t order.Task, i proof.Instruction) []fyne.CanvasObject {
	j := p.j
	id := "proof.unusable"
	if i.Trouble == proof.Foreign {
		id = "proof.foreign"
	}
	out := []fyne.CanvasObject{kit.NewFinding(kit.Danger, j.Say.T(id+".saw", "name", show.Name(t.Target)), j.Say.T(id+".do"))}
	in := t.Instruction
	var says []fyne.CanvasObject
	for _, line := range []string{in.RecordType + " " + in.RecordName, in.RecordValue, in.URL, in.Body} {
		if line = i18n.Clean(line, 400); line != "" {
			says = append(says, kit.NewMono(line))
		}
	}
	if len(says) > 0 {
		out = append(out, kit.NewDetails(j.Say.T("proof.foreign.says"), kit.NewColumn(4, says...)))
	}
	return out
}
