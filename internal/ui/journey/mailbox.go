package journey

import (
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
)

// mailbox is step 3 for a mail certificate: the address and the person. Other certificates that name a person have
// it without the address.
type mailbox struct {
	*asked
	j       *Journey
	address *kit.Entry
}

func (m *mailbox) build() *kit.Page {
	m.asked = newAsked(m.j)
	m.passed = m.unseen
	j := m.j
	title, sentence := "person.title", "person.sentence"
	var body []fyne.CanvasObject
	if j.order.Licence.WantsMailbox() {
		title, sentence = "mailbox.title", "mailbox.sentence"
		m.address = m.entry(text{
			field: order.FieldMailbox, label: j.Say.T("field.mailbox"), hint: j.Say.T("field.mailbox.hint"),
			value: &j.form.Mailbox, changed: m.alias,
		})
		m.alias()
		body = append(body, m.address)
	}
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
			body = append(body, m.entry(text{
				field: f.name, label: j.Say.T("field." + f.name), hint: j.Say.T(m.hint(f.name)),
				value: f.value, optional: !j.order.Licence.Requires(f.name),
			}))
		}
	}
	body = append(body, m.below())
	page := j.page(frame{
		title: j.Say.T(title), sentence: j.Say.T(sentence),
		body: body, back: j.backButton(), primary: j.continueButton(m.goOn),
	})
	m.begin()
	return page
}

// hint is the line below a field.
func (m *mailbox) hint(field string) string {
	if m.anonymous(field) {
		return "field." + field + ".hint-unseen"
	}
	return "field." + field + ".hint"
}

// anonymous reports whether a field does not appear in the certificate. One for a mailbox alone must not carry
// the person's name (CA/B S/MIME BR 7.1.4.2.3), so nothing here may promise it.
func (m *mailbox) anonymous(field string) bool {
	named := field == order.FieldGivenName || field == order.FieldSurname
	return named && m.j.order.Licence.Product.Validation == order.ValidationMailbox
}

// unseen passes over notes about how a name will look in a certificate that does not hold it.
func (m *mailbox) unseen(p order.Problem) bool { return p.Kind == order.Note && m.anonymous(p.Field) }

// alias says how else a domain with letters outside a to z is written: for people, or for computers.
func (m *mailbox) alias() {
	m.address.SetNote(m.j.otherForm(m.j.form.Mailbox))
}

func (j *Journey) otherForm(address string) string {
	_, typed, ok := strings.Cut(address, "@")
	if !ok {
		return ""
	}
	d, wrong := order.ParseDomain(typed)
	if wrong != "" || d.ASCII == d.Display {
		return ""
	}
	other := d.ASCII
	if strings.EqualFold(strings.TrimSpace(typed), d.ASCII) {
		other = d.Display
	}
	return j.Say.T("mailbox.alias", "other", other)
}
