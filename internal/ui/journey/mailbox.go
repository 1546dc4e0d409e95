package journey

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// mailbox is step 3 for a mail certificate: the address and the person.
type mailbox struct {
	j       *Journey
	entries map[string]*kit.Entry // by the field's name in order.Problem
	saving  *fyne.Container       // what went wrong with writing it
	anyway  *kit.Button           // leaves without it, where that was offered
}

func (m *mailbox) build() *kit.Page {
	j := m.j
	m.entries = map[string]*kit.Entry{}
	m.saving = kit.NewColumn(0)
	address := m.entry(order.FieldMailbox, &j.form.Mailbox)
	body := []fyne.CanvasObject{address}
	for _, f := range []struct {
		name  string
		value *string
	}{
		{order.FieldGivenName, &j.form.GivenName},
		{order.FieldSurname, &j.form.Surname},
		{order.FieldPseudonym, &j.form.Pseudonym},
		{order.FieldTitle, &j.form.Title},
	} {
		if j.order.Licence.Asks(f.name) {
			body = append(body, m.entry(f.name, f.value))
		}
	}
	body = append(body, m.saving)
	return j.page(frame{
		title: j.Say.T("mailbox.title"), sentence: j.Say.T("mailbox.sentence"),
		body: body, back: j.backButton(), primary: j.continueButton(m.goOn),
	})
}

func (m *mailbox) entry(field string, value *string) *kit.Entry {
	j := m.j
	label := j.Say.T("field." + field)
	if field != order.FieldMailbox && !j.order.Licence.Requires(field) {
		label = j.Say.T("field.optional", "label", label)
	}
	e := kit.NewEntry(kit.EntrySpec{
		Label: label, Hint: j.Say.T(m.hint(field)), Value: *value,
		OnChanged: func(text string) {
			*value = text
			j.typed()
			m.entries[field].ClearError()
			m.judge(field, false)
		},
		OnLeave: func(string) {
			j.save()
			m.judge(field, *value != "")
		},
		OnSubmit: func(string) { m.goOn() },
	})
	m.entries[field] = e
	m.judge(field, false)
	return e
}

// hint is the line below a field.
func (m *mailbox) hint(field string) string {
	if m.unseen(field) {
		return "field." + field + ".hint-unseen"
	}
	return "field." + field + ".hint"
}

// unseen reports whether a field does not appear in the certificate. One for a mailbox alone must not carry
// the person's name (CA/B S/MIME BR 7.1.4.2.3), so nothing here may promise it.
func (m *mailbox) unseen(field string) bool {
	named := field == order.FieldGivenName || field == order.FieldSurname
	return named && m.j.order.Licence.Product.Validation == order.ValidationMailbox
}

// judge shows how a field stands: a tick when it is right, and when loud what is wrong with it, or worth a
// second look. It is not loud while the field is being typed.
func (m *mailbox) judge(field string, loud bool) {
	j := m.j
	e := m.entries[field]
	o := j.order
	o.Application = j.form
	problems := order.ProblemsOf(j.Desk.Redeem.Problems(o), field)
	if m.unseen(field) { // notes are about how it will look in the certificate
		problems = slices.DeleteFunc(problems, func(p order.Problem) bool { return p.Kind == order.Note })
	}
	e.SetNote(m.alias(field))
	e.SetOK(len(problems) == 0 && e.Text() != "")
	if !loud {
		return
	}
	for _, p := range problems {
		if p.Kind == order.Note {
			e.SetFinding(kit.Warning, j.Say.Say(p.Saw), j.Say.Say(p.Do))
		} else {
			e.SetError(j.Say.Say(p.Saw), j.Say.Say(p.Do))
		}
	}
}

// alias says how else a domain with letters outside a to z is written: for people, or for computers.
func (m *mailbox) alias(field string) string {
	_, text, ok := strings.Cut(m.j.form.Mailbox, "@")
	if field != order.FieldMailbox || !ok {
		return ""
	}
	d, wrong := order.ParseDomain(text)
	if wrong != "" || d.ASCII == d.Display {
		return ""
	}
	other := d.ASCII
	if strings.EqualFold(strings.TrimSpace(text), d.ASCII) {
		other = d.Display
	}
	return m.j.Say.T("mailbox.alias", "other", other)
}

func (m *mailbox) goOn() {
	j := m.j
	o := j.order
	o.Application = j.form
	var first *kit.Entry
	for _, p := range j.Desk.Redeem.Problems(o) {
		e := m.entries[p.Field]
		if p.Kind == order.Note || e == nil {
			continue
		}
		e.SetError(j.Say.Say(p.Saw), j.Say.Say(p.Do))
		if first == nil {
			first = e
		}
	}
	if first != nil {
		first.Focus(j.Stage.Canvas())
		return
	}
	m.write()
}

// write goes on once what was typed is on the disk.
func (m *mailbox) write() {
	j := m.j
	form, step := j.form, j.after(j.step)
	write := j.write(context.Background(), step)
	kit.Do(j.scene, func(context.Context) (struct{}, error) {
		return struct{}{}, write()
	}, func(_ struct{}, err error) {
		if err != nil {
			j.saved(err)
			return
		}
		j.dirty = false
		j.order.Application, j.order.Step = form, string(step)
		j.Go(step)
	})
}

// warn says on the page that what was typed could not be written, until it could; nil takes that away. The
// fields keep it.
func (m *mailbox) warn(f *fault.Error, anyway *kit.Button) {
	m.saving.Objects = nil
	if f == nil || anyway != nil {
		m.anyway = anyway
	}
	anyway = m.anyway // once offered, it stays until what was typed could be written
	if f != nil {
		m.saving.Objects = append(m.saving.Objects, show.Finding(m.j.Say, f))
	}
	if anyway != nil {
		m.saving.Objects = append(m.saving.Objects, kit.NewFlow(12, anyway))
	}
	m.saving.Refresh()
	kit.Relayout(m.saving)
}
