package journey

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
)

// How much is said about names at once: what is wrong first, in the order of the lines.
const (
	mostFindings = 4
	mostForms    = 3
	mostPairs    = 2
)

// websites is step 3 for a certificate of websites: their names, one a line. What is said about them stands below,
// and is bounded, however many there are.
type websites struct {
	keeping
	area     *kit.Entry
	count    *kit.Text
	findings *fyne.Container
	forms    *fyne.Container
	www      *kit.Check
	list     order.DomainList
	quiet    int // the line that is being typed; 0: none
	// made are the findings on the page, by what they say: one that stays is left alone, with the focus in it.
	made map[string]fyne.CanvasObject
}

func (w *websites) build() *kit.Page {
	j := w.j
	rules := j.order.Licence.Product.Names
	w.made, w.quiet, w.www = nil, 0, nil
	wildcard := rules.Wildcard
	if wildcard != "yes" && wildcard != "only" {
		wildcard = "no"
	}
	rows := 4
	if rules.Max > 6 {
		rows = 9
	}
	w.area = kit.NewTextArea(kit.EntrySpec{
		Label: j.Say.T("websites.field"), Hint: j.Say.T("websites.hint." + wildcard), Value: j.form.Domains, Rows: rows,
		OnChanged: w.typed,
		OnLeave:   func(string) { j.save(); w.look(true) },
	})
	w.count = kit.NewMuted("").Trailing()
	w.findings, w.forms = kit.NewColumn(kit.Space8), kit.NewColumn(2)
	body := []fyne.CanvasObject{w.area, w.count, w.findings, w.forms}
	if rules.WWW == "free_pair" {
		w.www = kit.NewCheck("", !j.form.WithoutWWW, func(on bool) {
			j.form.WithoutWWW = !on
			j.typed()
			w.look(true)
		})
		body = append(body, w.www)
	}
	body = append(body, w.below())
	page := j.page(frame{
		title: j.Say.T("websites.title"), sentence: w.sentence(),
		body: body, back: j.backButton(), primary: j.continueButton(w.goOn),
	})
	w.look(j.form.Domains != "")
	w.begin()
	return page
}

func (w *websites) sentence() string {
	rules := w.j.order.Licence.Product.Names
	switch {
	case rules.Max <= 0:
		return w.j.Say.T("websites.sentence.open")
	case rules.Wildcard == "only":
		return w.j.Say.T("websites.sentence.only", "n", rules.Max)
	}
	return w.j.Say.T("websites.sentence.names", "n", rules.Max)
}

// typed looks at the names on each key. The line that is being typed is left in peace; a paste is judged at once.
func (w *websites) typed(now string) {
	j := w.j
	if j.aKey(w.area, j.form.Domains, now) {
		return
	}
	line, pasted := changedLine(j.form.Domains, now)
	w.quiet = line
	if pasted {
		w.quiet = 0
	}
	j.form.Domains = now
	delete(j.refused, order.FieldDomains)
	w.area.ClearError()
	j.typed()
	w.look(false)
}

// changedLine is the line, from 1, in which two texts begin to differ; pasted says that more than a key did it.
func changedLine(before, now string) (line int, pasted bool) {
	n := 0
	for n < len(before) && n < len(now) && before[n] == now[n] {
		n++
	}
	more := len([]rune(now)) - len([]rune(before))
	return strings.Count(now[:n], "\n") + 1, more > 1
}

// look reads the names and says what there is to say. loud is after the field was left: then each line is judged.
func (w *websites) look(loud bool) {
	j := w.j
	if loud {
		w.quiet = 0
	}
	w.list = j.order.Licence.ReadDomains(j.form)
	w.count.SetText(w.counted())
	w.pairs()
	_, refused := j.refused[order.FieldDomains]
	good := w.list.Wrong == 0 && w.list.Problem == nil && !refused
	w.area.SetOK(good)
	if loud && !good && len(w.list.Entries) > 0 && !refused {
		w.mark()
	}
	w.say(w.said())
}

// mark shows that the list as a whole can't go on as it is. What is wrong with each name stands below.
func (w *websites) mark() {
	say := w.j.Say
	switch p := w.list.Problem; {
	case p != nil:
		w.area.SetError(say.Say(p.Saw), say.Say(p.Do))
	case w.list.Wrong > 0:
		w.area.SetWrong(true)
	}
}

func (w *websites) counted() string {
	have, most := w.list.Count(), w.j.order.Licence.Product.Names.Max
	if most <= 0 {
		return w.j.Say.T("websites.count-open", "n", have)
	}
	return w.j.Say.T("websites.count", "n", most, "have", have)
}

// said are the entries of which something is said now, what is wrong first.
func (w *websites) said() []order.DomainEntry {
	var wrong, notes []order.DomainEntry
	for _, e := range w.list.Entries {
		switch {
		case e.Problem == nil || e.Line == w.quiet:
		case e.Bad():
			wrong = append(wrong, e)
		default:
			notes = append(notes, e)
		}
	}
	return slices.Concat(wrong, notes)
}

// say shows findings, and how names with letters outside a to z are sent.
func (w *websites) say(said []order.DomainEntry) {
	j := w.j
	var objs []fyne.CanvasObject
	made := map[string]fyne.CanvasObject{}
	for i, e := range said {
		if i == mostFindings {
			objs = append(objs, kit.NewMuted(j.Say.T("websites.more", "n", len(said)-i)))
			break
		}
		key := fmt.Sprint(e.Line, e.Problem.Saw.ID, e.Typed, e.Instead, e.Problem.Saw.Args["line"])
		f, there := w.made[key]
		if !there {
			f = w.finding(e)
		}
		made[key] = f
		objs = append(objs, f)
	}
	w.made = made
	changed := replace(w.findings, objs)
	if replace(w.forms, w.written()) || changed {
		kit.Relayout(w.findings)
	}
}

// written are the lines that say how names are sent.
func (w *websites) written() []fyne.CanvasObject {
	j := w.j
	var out []fyne.CanvasObject
	left := 0
	for _, e := range w.list.Entries {
		switch name := e.Name(); {
		case e.Bad() || e.Merged || name == e.Display():
		case len(out) == mostForms:
			left++
		default:
			out = append(out, kit.NewCaption(j.Say.T("websites.sent-as", "name", e.Display(), "sent", name)))
		}
	}
	if left > 0 {
		out = append(out, kit.NewCaption(j.Say.T("websites.sent-as-more", "n", left)))
	}
	return out
}

// replace puts objs into a column, if that changes anything.
func replace(column *fyne.Container, objs []fyne.CanvasObject) bool {
	if slices.EqualFunc(column.Objects, objs, same) {
		return false
	}
	column.Objects = objs
	column.Refresh()
	return true
}

// same reports whether two objects are one, or say the same.
func same(a, b fyne.CanvasObject) bool {
	if a == b {
		return true
	}
	x, ok := a.(*kit.Text)
	y, also := b.(*kit.Text)
	return ok && also && x.Text() == y.Text()
}

func (w *websites) finding(e order.DomainEntry) fyne.CanvasObject {
	j := w.j
	kind := kit.Danger
	switch {
	case e.Merged:
		kind = kit.Info
	case !e.Bad():
		kind = kit.Warning
	}
	f := kit.NewFinding(kind, j.Say.T("websites.line", "line", e.Line, "saw", e.Problem.Saw), j.Say.Say(e.Problem.Do))
	if e.Instead == "" {
		return f
	}
	use := kit.NewButton(j.Say.T("websites.use", "name", e.Instead), kit.Link, func() { w.use(e) })
	return kit.NewColumn(4, f, kit.NewFlow(kit.Space8, use))
}

// use takes what was offered in the place of a name.
func (w *websites) use(e order.DomainEntry) {
	j := w.j
	j.form.Domains = e.Replaced(j.form.Domains)
	w.area.SetText(j.form.Domains)
	w.area.ClearError()
	w.area.Focus(j.Stage.Canvas())
	j.typed()
	w.look(true)
}

// pairs says which names the free pair brings.
func (w *websites) pairs() {
	if w.www == nil {
		return
	}
	j := w.j
	pairs := w.list.Pairs
	if j.form.WithoutWWW {
		with := j.form
		with.WithoutWWW = false
		pairs = j.order.Licence.ReadDomains(with).Pairs
	}
	var names []string // those that are named; a hundred are not read anyway
	for _, name := range pairs[:min(len(pairs), mostPairs+1)] {
		names = append(names, order.DisplayName(order.Counterpart(name)))
	}
	var label string
	switch {
	case len(pairs) == 0:
		label = j.Say.T("websites.pair-none")
	case len(pairs) > len(names):
		label = j.Say.T("websites.pair-many", "names", strings.Join(names[:mostPairs], ", "), "n", len(pairs)-mostPairs)
	default:
		label = j.Say.T("websites.pair", "names", names)
	}
	if label != w.www.Text() {
		w.www.SetLabel(kit.Span{Text: label})
	}
}

// begin says what a seller has refused, or what led here from step 7.
func (w *websites) begin() {
	j := w.j
	if c, ok := j.refused[order.FieldDomains]; ok {
		w.area.SetError(j.refusal(c))
	} else if j.loud {
		w.mark()
	}
	j.loud = false
}

func (w *websites) goOn() {
	j := w.j
	w.look(true)
	if w.list.Problem == nil && w.list.Wrong == 0 {
		w.write()
		return
	}
	w.mark()
	w.area.Focus(j.Stage.Canvas())
}
