package settings

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// remembered is the card of what is kept for the next request: to look at, to change, to forget.
func (s *Settings) remembered() fyne.CanvasObject {
	say := s.Say()
	rows := []fyne.CanvasObject{kit.NewHeading(say.T("settings.remembered")), kit.NewMuted(say.T("settings.remembered-note"))}
	r := s.kept
	if r.Empty() {
		return kit.NewCard(append(rows, kit.NewText(say.T("settings.remembered-none")))...)
	}
	var pairs []kit.Pair
	if r.HasContacts() {
		pairs = append(pairs, s.keptRow("settings.remembered-contacts", contactLine(r), s.editContacts, func(r *desk.Remembered) {
			r.Administrative, r.Technical, r.SameTechnical = order.Contact{}, order.Contact{}, false
		}))
	}
	if r.Organization != nil {
		pairs = append(pairs, s.keptRow("settings.remembered-organization", i18n.Clean(r.Organization.LegalName, 80), s.editOrganization, func(r *desk.Remembered) {
			r.Organization = nil
		}))
	}
	return kit.NewCard(append(rows, kit.NewPairs(pairs...))...)
}

func contactLine(r desk.Remembered) string {
	var names []string
	for _, c := range []order.Contact{r.Administrative, r.Technical} {
		if name := i18n.Clean(strings.TrimSpace(order.Tidy(c.GivenName)+" "+order.Tidy(c.Surname)), 80); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

func (s *Settings) keptRow(label, value string, edit func(), forget func(*desk.Remembered)) kit.Pair {
	say := s.Say()
	return kit.Pair{Label: say.T(label), Value: kit.NewSides(kit.NewText(value), kit.NewFlow(kit.Space12,
		kit.NewButton(say.T("settings.remembered-edit"), kit.Link, edit),
		kit.NewButton(say.T("settings.remembered-forget"), kit.DangerLink, func() {
			r := s.kept
			forget(&r)
			s.remember(r)
		}),
	))}
}

// remember keeps r and shows the settings again; what can't be written is said, and stays as it was.
func (s *Settings) remember(r desk.Remembered) {
	s.wrong = nil
	kit.Do(s.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.Remembered.Remember(context.WithoutCancel(ctx), r)
	}, func(_ struct{}, err error) {
		if err != nil {
			s.wrong = fault.Of(err)
		} else {
			s.kept = r
			s.editing = nil
		}
		s.draw()
	})
}

// line is one field of what is remembered.
type line struct {
	field, label string // as problems name it; the id of its label
	value        *string
	country      bool
	head         string // a heading above it; empty: none
}

// editor is the page on which what is remembered is changed.
type editor struct {
	s       *Settings
	title   string
	now     desk.Remembered
	lines   []line
	entries map[string]*kit.Entry
}

func contactLines(role string, c *order.Contact, head string) []line {
	return []line{
		{field: role + ".given_name", label: "contacts.given_name", value: &c.GivenName, head: head},
		{field: role + ".surname", label: "contacts.surname", value: &c.Surname},
		{field: role + ".job_title", label: "contacts.job_title", value: &c.JobTitle},
		{field: role + ".email", label: "contacts.email", value: &c.Email},
		{field: role + ".phone_country", label: "contacts.phone-country", value: &c.PhoneCountry, country: true},
		{field: role + ".phone", label: "contacts.phone", value: &c.Phone},
	}
}

func (s *Settings) editContacts() {
	e := &editor{s: s, title: "settings.remembered-contacts", now: s.kept}
	if e.now.Administrative != (order.Contact{}) {
		e.lines = contactLines(order.RoleAdministrative, &e.now.Administrative, "contacts.administrative")
	}
	if e.now.Technical != (order.Contact{}) {
		e.lines = append(e.lines, contactLines(order.RoleTechnical, &e.now.Technical, "contacts.technical")...)
	}
	s.edit(e)
}

func (s *Settings) editOrganization() {
	e := &editor{s: s, title: "settings.remembered-organization", now: s.kept}
	o := *s.kept.Organization
	o.Address.Lines = append(slices.Clone(o.Address.Lines), "", "")[:2]
	e.now.Organization = &o
	e.lines = []line{
		{field: order.FieldLegalName, label: "organization.legal_name", value: &o.LegalName},
		{field: order.FieldTradeName, label: "organization.trade_name", value: &o.TradeName},
		{field: order.FieldRegister, label: "organization.register-country", value: &o.Registration.Country, country: true},
	}
	if order.AsksNumber(o.Registration.Scheme) && o.Registration.Scheme != "" {
		e.lines = append(e.lines, line{field: order.FieldNumber, label: "organization.number." + o.Registration.Scheme, value: &o.Registration.Number})
	}
	e.lines = append(e.lines,
		line{field: order.FieldCountry, label: "organization.country", value: &o.Address.Country, country: true},
		line{field: order.FieldStreet, label: "organization.street", value: &o.Address.Lines[0]},
		line{field: order.FieldStreet + "/1", label: "organization.street2", value: &o.Address.Lines[1]},
		line{field: order.FieldPostalCode, label: "organization.postal_code", value: &o.Address.PostalCode},
		line{field: order.FieldLocality, label: "organization.locality", value: &o.Address.Locality},
		line{field: order.FieldRegion, label: "organization.region", value: &o.Address.Region},
		line{field: order.FieldOrgPhone + "_country", label: "contacts.phone-country", value: &o.PhoneCountry, country: true},
		line{field: order.FieldOrgPhone, label: "organization.phone", value: &o.Phone},
	)
	s.edit(e)
}

func (s *Settings) edit(e *editor) {
	s.editing = e
	s.draw()
}

// page is the editor on the screen.
func (e *editor) page() *kit.Page {
	s := e.s
	say := s.Say()
	e.entries = map[string]*kit.Entry{}
	var body []fyne.CanvasObject
	if s.wrong != nil {
		body = append(body, show.Finding(say, s.wrong))
	}
	countries := show.Countries(say)
	for _, l := range e.lines {
		if l.head != "" {
			body = append(body, kit.NewHeading(say.T(l.head)))
		}
		if l.country {
			p := kit.NewPicker(s.Env, countries, say.T("contacts.choose-country"), func(code string) { *l.value = code }).Labelled(say.T(l.label))
			p.SetPicked(*l.value)
			body = append(body, p)
			continue
		}
		field := kit.NewEntry(kit.EntrySpec{
			Label: say.T(l.label), Value: *l.value,
			OnChanged: func(text string) {
				*l.value = text
				e.entries[l.field].ClearError()
			},
			OnLeave: func(string) { e.judge(l.field) },
		})
		e.entries[l.field] = field
		body = append(body, field)
	}
	leave := func() { s.editing, s.wrong = nil, nil; s.draw() }
	return kit.NewPage(kit.PageSpec{
		Title: say.T(e.title), Sentence: say.T("settings.remembered-note"), Body: body,
		Footer: kit.Footer{
			Back:    kit.NewButton(say.T("settings.remembered-cancel"), kit.Secondary, leave),
			Primary: kit.NewButton(say.T("settings.remembered-save"), kit.Primary, e.save),
		},
		OnEscape: leave,
	})
}

// problems are what is wrong with what is filled in: what is missing is asked in the next request.
func (e *editor) problems() map[string]order.Problem {
	l := order.Licence{Product: order.Product{
		Type: order.CodeSigning, Validation: order.ValidationOrganization,
		Contacts: []string{order.RoleAdministrative, order.RoleTechnical},
	}}
	a := order.Application{Administrative: e.now.Administrative, Technical: e.now.Technical, Organization: e.now.Organization}
	filled := map[string]bool{}
	for _, l := range e.lines {
		filled[l.field] = *l.value != ""
	}
	out := map[string]order.Problem{}
	for _, p := range l.CheckApplication(a) {
		if p.Kind == order.Error && filled[p.Field] {
			out[p.Field] = p
		}
	}
	return out
}

func (e *editor) judge(field string) bool {
	p, wrong := e.problems()[field]
	if wrong {
		e.entries[field].SetError(e.s.Say().Say(p.Saw), e.s.Say().Say(p.Do))
	}
	return wrong
}

func (e *editor) save() {
	for _, l := range e.lines {
		if field := e.entries[l.field]; field != nil && e.judge(l.field) {
			field.Focus(e.s.Stage.Canvas())
			return
		}
	}
	e.s.remember(e.now)
}
