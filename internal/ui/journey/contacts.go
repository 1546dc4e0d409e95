package journey

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// contacts is step 4: who can be asked, and who installs the certificate.
type contacts struct {
	*asked
	j         *Journey
	began     bool
	prefilled bool // from the last request
	same      *kit.Check
}

func (c *contacts) build() *kit.Page {
	c.asked = newAsked(c.j)
	j := c.j
	l := j.order.Licence
	if !c.began {
		c.began = true
		c.start()
	}
	admin, technical := l.WantsContact(order.RoleAdministrative), l.WantsContact(order.RoleTechnical)
	var body []fyne.CanvasObject
	if c.prefilled {
		body = append(body, j.fromLastTime(func() {
			c.prefilled = false
			j.form.Administrative, j.form.Technical = order.Contact{}, order.Contact{}
			j.typed()
			j.render()
		}))
	}
	if admin {
		body = append(body, c.person(order.RoleAdministrative, technical))
	}
	if admin && technical {
		c.same = kit.NewCheck(j.Say.T("contacts.same"), j.form.SameTechnical, func(on bool) {
			j.form.SameTechnical = on
			j.typed()
			j.render()
			j.Stage.Canvas().Focus(c.same)
		})
		body = append(body, c.same)
	}
	if technical && !l.SharesTechnical(j.form) {
		body = append(body, c.person(order.RoleTechnical, admin))
	}
	body = append(body, c.below())
	page := j.page(frame{
		title: j.Say.T("contacts.title"), sentence: j.Say.T("contacts.sentence"),
		body: body, back: j.backButton(), primary: j.continueButton(c.goOn),
	})
	c.begin()
	return page
}

// start fills in what is likely, and what is remembered from the last request.
func (c *contacts) start() {
	j := c.j
	if j.form.Administrative != (order.Contact{}) || j.form.Technical != (order.Contact{}) {
		return
	}
	j.form.SameTechnical = true
	likely := j.order.Licence.LikelyCountry(j.form)
	j.form.Administrative.PhoneCountry, j.form.Technical.PhoneCountry = likely, likely
	before := j.form.Administrative
	j.recall(func(r desk.Remembered) {
		if !r.HasContacts() || j.form.Administrative != before || j.form.Technical != before {
			return
		}
		j.form.Administrative, j.form.Technical, j.form.SameTechnical = r.Administrative, r.Technical, r.SameTechnical
		c.prefilled = true
		j.typed()
		j.render()
	})
}

// recall reads what is remembered from the last request.
func (j *Journey) recall(then func(desk.Remembered)) {
	kit.Do(j.scene, func(ctx context.Context) (desk.Remembered, error) {
		return j.Desk.Settings.Remembered(ctx), nil
	}, func(r desk.Remembered, _ error) { then(r) })
}

// fromLastTime says where what is in the fields comes from, and takes it out again.
func (j *Journey) fromLastTime(empty func()) fyne.CanvasObject {
	return kit.NewColumn(4,
		kit.NewInfo(kit.Info, j.Say.T("contacts.remembered")),
		kit.NewFlow(kit.Space8, kit.NewButton(j.Say.T("contacts.clear"), kit.Link, empty)),
	)
}

// person are the fields of a contact. named says that there are two, so that each needs its heading.
func (c *contacts) person(role string, named bool) fyne.CanvasObject {
	j := c.j
	p := j.form.ContactOf(role)
	var rows []fyne.CanvasObject
	if named {
		rows = append(rows, kit.NewColumn(0, kit.NewHeading(j.Say.T("contacts."+role)), kit.NewMuted(j.Say.T("contacts."+role+"-note"))))
	}
	rows = append(rows,
		pair(
			c.entry(text{field: role + ".given_name", label: j.Say.T("contacts.given_name"), value: &p.GivenName}),
			c.entry(text{field: role + ".surname", label: j.Say.T("contacts.surname"), value: &p.Surname}),
		),
		c.entry(text{field: role + ".job_title", label: j.Say.T("contacts.job_title"), value: &p.JobTitle, optional: true}),
		c.mail(role+".email", &p.Email),
		c.phone(role+".phone", j.Say.T("contacts.phone"), "", &p.Phone, &p.PhoneCountry),
	)
	return kit.NewColumn(kit.Space12, rows...)
}

// mail is an address; below it stands how else its domain is written.
func (c *contacts) mail(field string, address *string) fyne.CanvasObject {
	j := c.j
	var e *kit.Entry
	e = c.entry(text{field: field, label: j.Say.T("contacts.email"), value: address, changed: func() { e.SetNote(j.otherForm(*address)) }})
	e.SetNote(j.otherForm(*address))
	return e
}

// phone is a telephone number with its country. Below it stands how it is written there, and what is sent.
func (f *asked) phone(field, label, hint string, number, country *string) fyne.CanvasObject {
	j := f.j
	var e *kit.Entry
	written := func() {
		p, wrong := order.ParsePhone(field, *number, *country)
		note := ""
		if wrong == nil || wrong.Kind == order.Note {
			note = j.Say.T("contacts.phone-sent", "local", p.Local, "sent", p.E164)
		}
		e.SetNote(note)
	}
	where := f.picker(field+"_country", j.Say.T("contacts.phone-country"), j.Say.T("contacts.choose-country"), j.countries(), country, func() {
		written()
		e.ClearError()
		f.judge(field, *number != "")
	})
	e = f.entry(text{field: field, label: label, hint: hint, value: number, changed: func() { written() }})
	written()
	return pair(where, e)
}

// countries are read and sorted once for each page.
func (j *Journey) countries() []kit.PickItem {
	if j.countriesIn != j.Say.Lang() {
		j.countriesIn, j.allCountries = j.Say.Lang(), show.Countries(j.Say)
	}
	return j.allCountries
}
