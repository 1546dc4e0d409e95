package journey

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// one is the page of one name; of several when their list leads here.
func (p *prove) one(t order.Task, several bool) *kit.Page {
	j := p.j
	p.watch.apart = true
	i := p.instructionOf(t)
	method := p.shownMethod(t)
	var body []fyne.CanvasObject
	if methods := p.methods(t); len(methods) > 1 && t.UsedUp == "" {
		body = append(body, p.tabs(t, methods, method))
	}
	if p.wrong != nil {
		body = append(body, show.Finding(j.Say, p.wrong))
	}
	switch {
	case t.UsedUp != "":
		body = append(body, p.usedUp(t))
	case method != current(t):
		body = append(body, p.switchCard(t, method))
	default:
		body = append(body, p.instruction(t, i)...)
		body = append(body, p.sight(t, i))
		if i.Usable() && i.Kind != proof.Mail && t.State != order.TaskExpired {
			body = append(body, p.send.objects([]order.Task{t})...)
		}
	}
	body = append(body, p.watch.object())
	if box := p.demo.names(t.ID, i.Kind == proof.Mail); box != nil {
		body = append(body, box)
	}
	sentence := p.sentence(i, method, current(t))
	if t.UsedUp != "" {
		sentence = ""
	}
	f := frame{
		title: j.Say.T("prove.title", "address", show.Name(i.Title())), sentence: sentence, body: body, primary: p.primary(t),
	}
	if several {
		f.back = kit.NewButton(j.Say.T("names.many.all"), kit.Secondary, p.list)
		f.escape = p.list
	}
	return j.page(f)
}

// list goes from a name back to the list of all.
func (p *prove) list() {
	p.at, p.wrong = "", nil
	p.j.render()
}

// show opens the page of one name.
func (p *prove) show(task string) {
	p.at, p.wrong = task, nil
	p.j.render()
}

// current is the method that a task's instruction is for.
func current(t order.Task) string {
	if t.Method != "" {
		return t.Method
	}
	switch t.Instruction.Type {
	case "http_file":
		return proof.MethodFile
	case "email":
		return proof.MethodMail
	case "dns":
		if strings.EqualFold(t.Instruction.RecordType, "CNAME") {
			return proof.MethodCNAME
		}
		return proof.MethodTXT
	}
	return ""
}

func (p *prove) shownMethod(t order.Task) string {
	if m := p.tab[t.ID]; m != "" && slices.Contains(p.methods(t), m) {
		return m
	}
	return current(t)
}

func (p *prove) methods(t order.Task) []string { return p.j.Desk.Proofs.Methods(p.j.order, t) }

// knownMethods are those that have words; a later service may know more.
var knownMethods = []string{proof.MethodTXT, proof.MethodCNAME, proof.MethodFile, proof.MethodMail}

// methodName is what a method is called; where both kinds of DNS record can be chosen, with its type.
func (p *prove) methodName(t order.Task, method string) string {
	if !slices.Contains(knownMethods, method) {
		return p.j.Say.T("proof.method.other")
	}
	id := "proof.method." + method
	all := p.methods(t)
	if slices.Contains(all, proof.MethodTXT) && slices.Contains(all, proof.MethodCNAME) && strings.HasPrefix(method, "dns_") {
		id += ".of-two"
	}
	return p.j.Say.T(id)
}

// tabs are the methods. To look at another one changes nothing: it has a button of its own.
func (p *prove) tabs(t order.Task, methods []string, shown string) fyne.CanvasObject {
	labels := make([]string, len(methods))
	for i, m := range methods {
		labels[i] = p.methodName(t, m)
	}
	s := kit.NewSegmented(labels, slices.Index(methods, shown), func(i int) {
		p.tab[t.ID], p.wrong = methods[i], nil
		p.j.render()
	})
	if p.choosing {
		s.Disable()
	}
	return s
}

// switchCard offers to prove the name by another method.
func (p *prove) switchCard(t order.Task, method string) fyne.CanvasObject {
	j := p.j
	if p.choosing {
		return kit.NewCard(kit.NewText(j.Say.T("names.switching")))
	}
	id := "names.switch"
	if method == proof.MethodMail {
		id = "names.switch-mail"
	}
	rows := []fyne.CanvasObject{kit.NewText(j.Say.T(id, "now", p.methodName(t, current(t))))}
	if method == proof.MethodMail {
		rows = append(rows, kit.NewMuted(j.Say.T("names.mail-ends")))
	}
	rows = append(rows, kit.NewFlow(12, kit.NewButton(j.Say.T("names.switch-do", "method", p.methodName(t, method)), kit.Secondary, func() {
		p.choose(t.ID, method)
	})))
	return kit.NewCard(rows...)
}

func (p *prove) sentence(i proof.Instruction, shown, now string) string {
	j := p.j
	switch {
	case shown != now:
		return j.Say.T("names.sentence-other")
	case !i.Usable():
		return ""
	case i.Kind == proof.DNS:
		return j.Say.T("names.sentence-dns", "zone", show.Name(i.Zone))
	case i.Kind == proof.File:
		return j.Say.T("names.sentence-file", "name", show.Name(i.Target))
	}
	return j.Say.T("names.sentence-mail")
}

// sight is what is seen of a name: from this computer, and by the authority. It is drawn anew after each look,
// without anything else on the page losing its focus.
func (p *prove) sight(t order.Task, i proof.Instruction) fyne.CanvasObject {
	box := kit.NewColumn(12)
	p.heard = false
	box.Objects = p.findings(t, i)
	said := p.saying(t)
	p.seen = box
	p.redraw = func() {
		now := p.saying(t)
		if now == said { // a look that found nothing new takes the focus from nothing, and closes nothing
			return
		}
		said = now
		box.Objects = p.findings(t, i)
		box.Refresh()
		kit.Relayout(box)
	}
	return box
}

// saying is all that the findings of a task say.
func (p *prove) saying(t order.Task) string {
	say := p.j.Say
	r, looked := p.glance.results[t.ID]
	s := fmt.Sprint(t.State, looked, p.asked[t.ID], p.pressed[t.ID])
	for _, f := range r.Findings {
		s += "\n" + say.Say(f.Saw) + say.Say(f.Do) + f.Got
		if f.Add != nil {
			s += fmt.Sprint(*f.Add)
		}
		for _, h := range f.Heard {
			s += h.Host + h.Address + say.Say(h.Says)
		}
	}
	for _, m := range r.Fine {
		s += "\n" + say.Say(m)
	}
	return s
}

func (p *prove) findings(t order.Task, i proof.Instruction) []fyne.CanvasObject {
	j := p.j
	var out []fyne.CanvasObject
	r, looked := p.glance.results[t.ID]
	looked = looked && i.Usable()
	if looked {
		for _, f := range r.Findings {
			out = append(out, p.finding(f)...)
		}
	}
	last := p.last(t, i, looked && r.Ripe())
	switch {
	case last != nil:
		out = append(out, last)
	case t.State == order.TaskSubmitted:
		out = append(out, kit.NewInfo(kit.Info, j.Say.T("names.submitted")))
	case p.asked[t.ID] && looked:
		out = append(out, kit.NewInfo(kit.Info, j.Say.T("names.asked")))
	case p.pressed[t.ID] && looked && !r.Ripe():
		out = append(out, kit.NewMuted(j.Say.T("names.press-again")))
	}
	if !p.glance.sees([]order.Task{t}) || !isWaiting(t) {
		if line := p.second(); line != nil && isWaiting(t) && i.Kind == proof.Mail && j.Desk.Proofs.Second() != "" {
			out = append(out, line) // it is asked about CAA
		}
		return out
	}
	rows := []fyne.CanvasObject{p.glance.line}
	if looked {
		for k, m := range r.Fine {
			line := fyne.CanvasObject(kit.NewMarked(kit.Success, j.Say.Say(m)))
			if k == 0 {
				line = kit.NewSides(line, p.glance.line)
				rows = nil
			}
			rows = append(rows, line)
		}
	}
	if line := p.second(); line != nil {
		rows = append(rows, line)
	}
	return append(out, kit.NewCard(rows...))
}

// second says which second resolver is asked, and leads to where that is chosen; nil in the demo, which has a
// network of its own.
func (p *prove) second() fyne.CanvasObject {
	j := p.j
	if j.Helper != nil {
		return nil
	}
	text := j.Say.T("names.second-off")
	if name := j.Desk.Proofs.Second(); name != "" {
		text = j.Say.T("names.second", "name", name)
	}
	change := kit.NewButton(j.Say.T("names.second-change"), kit.Link, func() { j.Stage.Settings(j.order.ID) })
	return kit.NewSides(kit.NewCaption(text), change)
}

// finding is one thing that was seen.
func (p *prove) finding(f proof.Finding) []fyne.CanvasObject {
	j := p.j
	kind := kit.Warning
	switch f.State {
	case proof.Right:
		kind = kit.Success
	case proof.Missing, proof.NoAnswer, proof.Cached, proof.NoWay:
		kind = kit.Info
	case proof.Doubled, proof.Misplaced, proof.WrongValue, proof.WrongType, proof.Forbidden, proof.Elsewhere, proof.WebPage, proof.NotLooked,
		proof.Disagree, proof.Inside, proof.Bogus, proof.Lame, proof.Unallowed:
	}
	out := []fyne.CanvasObject{kit.NewFinding(kind, j.Say.Say(f.Saw), j.Say.Say(f.Do))}
	if f.Got != "" {
		before, differs, after := proof.Difference(cut(f.Got), f.Want)
		out = append(out, kit.NewCard(kit.NewMuted(j.Say.T("proof.wrong.got")), kit.NewRich(
			kit.Span{Text: visible(before), Mono: true},
			kit.Span{Text: visible(differs), Mono: true, Bold: true, Color: kit.ColorDanger},
			kit.Span{Text: visible(after), Mono: true},
		)))
	}
	if len(f.Heard) > 0 {
		rows := make([]kit.Pair, len(f.Heard))
		for k, h := range f.Heard {
			rows[k] = kit.Pair{Label: i18n.Clean(strings.TrimSpace(h.Host+" "+h.Address), 300), Value: kit.NewText(j.Say.Say(h.Says))}
		}
		details := kit.NewDetails(j.Say.T("proof.heard.label"), kit.NewPairs(rows...)).OnToggle(func(open bool) { p.heard = open })
		if p.heard {
			details.SetOpen(true)
		}
		out = append(out, details)
	}
	if f.Switch && j.Helper == nil {
		out = append(out, p.offerSecond()...)
	}
	if f.Add != nil {
		fields := []*kit.CopyField{
			p.field("names.field.name", f.Add.Relative), p.field("names.field.type", f.Add.Type), p.field("names.field.value", f.Add.Value),
		}
		kit.AlignCopyFields(fields...)
		rows := []fyne.CanvasObject{kit.NewHeading(j.Say.T("names.add-record"))}
		for _, c := range fields {
			rows = append(rows, c)
		}
		out = append(out, kit.NewCard(rows...))
	}
	return out
}

// cut bounds how much of a value from outside is shown.
func cut(s string) string {
	if r := []rune(s); len(r) > 400 {
		return string(r[:400]) + "…"
	}
	return s
}

// visible makes spaces and line ends of a value seen.
func visible(s string) string {
	s = strings.NewReplacer("\r\n", "↵", "\n", "↵", "\r", "↵", " ", "␣", "\t", "␣", "\u00a0", "␣").Replace(s)
	return i18n.Clean(s, 1000)
}

// last is what the authority saw, where that is not what is seen from here.
func (p *prove) last(t order.Task, i proof.Instruction, right bool) fyne.CanvasObject {
	j := p.j
	r := t.LastResult
	mail := i.Kind == proof.Mail
	if r == nil || r.Code == "done" || !mail && !right && t.State != order.TaskFailed {
		return nil
	}
	code := r.Code
	if !slices.Contains(resultCodes, code) {
		code = "other"
	}
	do := "proof.result.do"
	if mail {
		do = "proof.result.do-mail"
	}
	box := []fyne.CanvasObject{kit.NewFinding(kit.Warning, j.Say.T("proof.result."+code, "when", r.At), j.Say.T(do))}
	if detail := i18n.Clean(r.Detail, 300); detail != "" {
		box = append(box, kit.NewDetails(j.Say.T("prove.last"), kit.NewText(detail)))
	}
	return kit.NewColumn(8, box...)
}

// resultCodes are those of the Activation API that have words.
var resultCodes = []string{"not_found", "wrong_value", "no_answer", "differs", "caa_forbids", "not_confirmed"}

func displayNames(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = show.Name(n)
	}
	return out
}
