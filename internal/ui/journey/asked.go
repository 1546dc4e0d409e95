package journey

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
)

// asked are the inputs of a step, by the names of order.Problem. They are quiet while somebody types, and say
// what is wrong when a field was left, on Continue, and where a seller has refused it.
type asked struct {
	keeping
	names  []string
	inputs map[string]input
	passed func(order.Problem) bool // problems that are not shown; nil: none
}

// input is a field, a list or a tick.
type input struct {
	wrong  func(saw, do string)
	remark func(saw, do string)
	clear  func()
	ok     func(bool)
	focus  func()
	filled func() bool
}

func newAsked(j *Journey) *asked {
	return &asked{keeping: keeping{j: j}, inputs: map[string]input{}}
}

func (f *asked) add(name string, in input) {
	if _, there := f.inputs[name]; !there {
		f.names = append(f.names, name)
	}
	f.inputs[name] = in
}

// text is what a field of text is made of.
type text struct {
	field, label, hint string
	value              *string
	optional           bool
	changed            func() // after each key, before the field is judged; nil: nothing
}

func (f *asked) entry(t text) *kit.Entry {
	j := f.j
	label := t.label
	if t.optional {
		label = j.Say.T("field.optional", "label", label)
	}
	var e *kit.Entry
	e = kit.NewEntry(kit.EntrySpec{
		Label: label, Hint: t.hint, Value: *t.value,
		OnChanged: func(typed string) {
			if j.aKey(e, *t.value, typed) {
				return
			}
			*t.value = typed
			j.typed()
			f.changed(t.field)
			if t.changed != nil {
				t.changed()
			}
			f.judge(t.field, false)
		},
		OnLeave: func(string) {
			j.save()
			f.judge(t.field, *t.value != "")
		},
		OnSubmit: func(string) { f.goOn() },
	})
	f.add(t.field, input{
		wrong: e.SetError, clear: e.ClearError, ok: e.SetOK,
		remark: func(saw, do string) { e.SetFinding(kit.Warning, saw, do) },
		focus:  func() { e.Focus(j.Stage.Canvas()) },
		filled: func() bool { return e.Text() != "" },
	})
	f.judge(t.field, false)
	return e
}

// aKey takes a private key that was put into a field for something else off the screen again, and says so there. What
// was in the field before stays, and nothing of the key is kept.
func (j *Journey) aKey(e *kit.Entry, before, typed string) bool {
	if !desk.HoldsPrivateKey(typed) {
		return false
	}
	e.SetText(before)
	e.SetError(j.Say.T("field.private-key.saw"), j.Say.T("field.private-key.do"))
	return true
}

// picker is a list to choose from; picked is called after a choice.
func (f *asked) picker(field, label, placeholder string, items []kit.PickItem, value *string, picked func()) *kit.Picker {
	j := f.j
	p := kit.NewPicker(j.Env, items, placeholder, func(id string) {
		*value = id
		j.typed()
		f.changed(field)
		if picked != nil {
			picked()
		}
	}).Labelled(label)
	p.SetPicked(*value)
	f.add(field, input{
		wrong: p.SetError, clear: p.ClearError, remark: func(string, string) {}, ok: func(bool) {},
		focus:  func() { j.Stage.Canvas().Focus(p) },
		filled: func() bool { return *value != "" },
	})
	return p
}

func (f *asked) tick(field, label string, value *bool, ticked func()) *kit.Check {
	j := f.j
	c := kit.NewCheck(label, *value, func(on bool) {
		*value = on
		j.typed()
		f.changed(field)
		if ticked != nil {
			ticked()
		}
	})
	f.add(field, input{
		wrong: c.SetError, clear: c.ClearError, remark: func(string, string) {}, ok: func(bool) {},
		focus:  func() { j.Stage.Canvas().Focus(c) },
		filled: func() bool { return *value },
	})
	return c
}

// changed takes away what was said of a field: it was about what stood there before.
func (f *asked) changed(field string) {
	delete(f.j.refused, field)
	f.inputs[field].clear()
}

func (f *asked) problems() []order.Problem {
	o := f.j.order
	o.Application = f.j.form
	var out []order.Problem
	for _, p := range f.j.Desk.Redeem.Problems(o) {
		if _, here := f.inputs[p.Field]; here && (f.passed == nil || !f.passed(p)) {
			out = append(out, p)
		}
	}
	return out
}

// judge shows how a field stands: a tick when it is right, and when loud what is wrong with it, or worth a second
// look. It is not loud while the field is being typed.
func (f *asked) judge(field string, loud bool) {
	in := f.inputs[field]
	problems := order.ProblemsOf(f.problems(), field)
	_, refused := f.j.refused[field]
	in.ok(len(problems) == 0 && in.filled() && !refused)
	if loud {
		f.say(problems)
	}
}

// say shows problems at their fields, and gives the first field that stands in the way.
func (f *asked) say(problems []order.Problem) (first string) {
	say := f.j.Say
	said := map[string]bool{}
	for _, p := range problems {
		in := f.inputs[p.Field]
		switch {
		case said[p.Field]:
		case p.Kind == order.Note:
			in.remark(say.Say(p.Saw), say.Say(p.Do))
		default:
			said[p.Field] = true
			in.wrong(say.Say(p.Saw), say.Say(p.Do))
		}
	}
	for _, name := range f.names {
		if said[name] {
			return name
		}
	}
	return ""
}

// begin says, on a page that was just built, what led to it: what a seller has refused, or what must be put right
// before sending. It gives the field to begin with.
func (f *asked) begin() {
	j := f.j
	first := ""
	if j.loud {
		j.loud = false
		first = f.say(f.problems())
	}
	for i := len(f.names) - 1; i >= 0; i-- {
		name := f.names[i]
		if why, ok := j.refused[name]; ok {
			f.inputs[name].wrong(j.refusal(why))
			first = name
		}
	}
	j.beginAt = nil
	if first != "" {
		j.beginAt = f.inputs[first].focus
	}
}

func (f *asked) goOn() {
	if first := f.say(f.problems()); first != "" {
		f.inputs[first].focus()
		return
	}
	f.write()
}

// pair puts two fields beside each other.
func pair(left, right fyne.CanvasObject) fyne.CanvasObject { return kit.NewGridCards(2, left, right) }
