package journey

import (
	"slices"

	"fyne.io/fyne/v2"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// many is the list of several names: the state of each, and the way to its page.
func (p *prove) many(tasks []order.Task) *kit.Page {
	j := p.j
	p.watch.apart = true
	done := 0
	rows := make([]*nameRow, 0, len(tasks))
	objs := make([]fyne.CanvasObject, 0, len(tasks))
	var usable []order.Task
	mail := false
	for _, t := range tasks {
		if t.State == order.TaskDone {
			done++
		}
		r := p.newRow(t)
		rows = append(rows, r)
		objs = append(objs, r.object)
		if i := r.instruction; i.Usable() && (isWaiting(t) || t.State == order.TaskSubmitted) {
			mail = mail || i.Kind == proof.Mail
			usable = append(usable, t)
		}
	}
	list := kit.NewRowsCard(objs...)
	body := []fyne.CanvasObject{list}
	body = append(body, p.send.objects(usable)...)
	if p.glance.sees(usable) {
		body = append(body, p.glance.line)
		if line := p.second(); line != nil {
			body = append(body, line)
		}
	}
	hint := kit.NewMuted("")
	hint.Hide()
	body = append(body, hint, p.watch.object())
	if box := p.demo.names("", mail); box != nil {
		body = append(body, box)
	}
	p.redraw = func() {
		changed := false
		for _, r := range rows {
			changed = p.drawRow(r) || changed
		}
		if changed {
			kit.Relayout(list) // once, however many rows there are
		}
		p.drawHint(hint, usable)
	}
	p.drawHint(hint, usable)
	return j.page(frame{
		title: j.Say.T("names.many.title"), sentence: j.Say.T("names.many.sentence", "done", done, "n", len(tasks)),
		body: body, primary: p.primary(tasks...),
	})
}

// drawHint says what a press came to: the authority was asked, or that one more press asks it.
func (p *prove) drawHint(hint *kit.Text, tasks []order.Task) {
	text := ""
	for _, t := range tasks {
		switch {
		case p.asked[t.ID]:
			text = p.j.Say.T("names.asked")
		case text == "" && p.pressed[t.ID] && !p.glance.results[t.ID].Ripe():
			text = p.j.Say.T("names.press-again")
		}
	}
	hint.SetText(text)
	if text == "" {
		hint.Hide()
	} else {
		hint.Show()
	}
	kit.Relayout(hint)
}

// nameRow is one name in the list.
type nameRow struct {
	task        order.Task
	instruction proof.Instruction
	caption     *kit.Text
	pill        *kit.Pill
	object      fyne.CanvasObject
	said        string // what the row says, so that it is drawn anew only when that has changed
}

func (p *prove) newRow(t order.Task) *nameRow {
	j := p.j
	r := &nameRow{task: t, instruction: p.instructionOf(t), caption: kit.NewCaption(""), pill: kit.NewPill(kit.Info, "")}
	right := []fyne.CanvasObject{r.pill}
	if t.State != order.TaskDone {
		right = append(right, kit.NewButton(j.Say.T("names.many.open"), kit.Link, func() { p.show(t.ID) }))
	}
	r.object = kit.NewSides(kit.NewColumn(2, kit.NewBold(show.Name(r.instruction.Title())), r.caption), kit.NewFlow(16, right...))
	p.drawRow(r)
	return r
}

// drawRow draws a row anew, and reports whether it says something else than before.
func (p *prove) drawRow(r *nameRow) bool {
	kind, word := p.stateOf(r)
	caption := p.captionOf(r)
	said := word + "\n" + caption
	if said == r.said {
		return false
	}
	r.said = said
	r.pill.Set(kind, p.j.Say.T(word))
	r.caption.SetText(caption)
	return true
}

// stateOf is a row's pill: the authority's word first, then what is seen from here.
func (p *prove) stateOf(r *nameRow) (kind kit.Kind, word string) {
	result := p.glance.results[r.task.ID]
	switch r.task.State {
	case order.TaskDone:
		return kit.Success, "names.state.done"
	case order.TaskExpired:
		return kit.Danger, "names.state.expired"
	case order.TaskSubmitted:
		return kit.Info, "names.state.submitted"
	case order.TaskFailed:
		if result.Ripe() {
			return kit.Danger, "names.state.failed"
		}
	case order.TaskOpen:
	}
	if !r.instruction.Usable() {
		return kit.Danger, "names.state.foreign"
	}
	switch gist(result) {
	case proof.Right, proof.Cached:
		return kit.Success, "names.state.seen"
	case proof.Doubled, proof.Misplaced, proof.WrongValue, proof.WrongType, proof.Forbidden, proof.Elsewhere, proof.WebPage,
		proof.Disagree, proof.Inside, proof.Bogus, proof.Unallowed:
		return kit.Warning, "names.state.change"
	case proof.NoAnswer:
		return kit.Warning, "names.state.no-answer"
	case proof.Missing, proof.NotLooked, proof.Lame, proof.NoWay:
	}
	return kit.Info, "names.state.waiting"
}

// gist is what a row says of a look: that CAA stands in the way counts more than that nothing is there yet.
func gist(r proof.Result) proof.State {
	if r.State == proof.Missing && slices.ContainsFunc(r.Findings, func(f proof.Finding) bool { return f.State == proof.Forbidden }) {
		return proof.Forbidden
	}
	return r.State
}

func (p *prove) captionOf(r *nameRow) string {
	j := p.j
	result := p.glance.results[r.task.ID]
	switch state := gist(result); state {
	case proof.Doubled, proof.Misplaced, proof.WrongValue, proof.WrongType, proof.Forbidden, proof.Elsewhere, proof.WebPage,
		proof.Cached, proof.Disagree, proof.Inside, proof.Bogus, proof.Unallowed:
		if r.task.State != order.TaskDone {
			return j.Say.T("names.short." + string(state))
		}
	case proof.Right, proof.Missing, proof.NoAnswer, proof.NotLooked, proof.Lame, proof.NoWay:
	}
	i := r.instruction
	if i.Kind == proof.Mail && r.task.State != order.TaskDone {
		address := i18n.Clean(i.Email, 120)
		if i.SentAt != nil {
			return j.Say.T("names.many.mail-sent", "address", address, "ago", j.Say.Ago(j.Env.Now(), *i.SentAt))
		}
		return j.Say.T("names.many.mail", "address", address)
	}
	method := p.methodName(r.task, current(r.task))
	if others := i.Proves[1:]; len(others) > 0 {
		return j.Say.T("names.many.also", "method", method, "names", displayNames(others))
	}
	return method
}
