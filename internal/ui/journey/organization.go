package journey

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
)

// organization is step 5: the organization that the certificate names.
type organization struct {
	*asked
	j         *Journey
	began     bool
	prefilled bool // from the last request
}

func (g *organization) build() *kit.Page {
	g.asked = newAsked(g.j)
	j := g.j
	if !g.began {
		g.began = true
		g.start()
	}
	o := j.form.Organization
	if o == nil { // the page of an order that was emptied elsewhere
		o = &order.Organization{}
		j.form.Organization = o
	}
	var body []fyne.CanvasObject
	if g.prefilled {
		body = append(body, j.fromLastTime(func() {
			g.prefilled = false
			j.form.Organization = &order.Organization{}
			j.typed()
			j.render()
		}))
	}
	body = append(body, g.name(o), g.register(o))
	if j.order.Licence.WantsIncorporation() {
		body = append(body, g.incorporation(o))
	}
	body = append(body, g.address(o),
		g.tick(order.FieldAuthority, j.Say.T("organization.authority"), &j.form.AuthorityToSign, nil),
		kit.NewInfo(kit.Info, j.Say.T("organization.follows")), g.below())
	page := j.page(frame{
		title: j.Say.T("organization.title"), sentence: j.Say.T("organization.sentence"),
		body: body, back: j.backButton(), primary: j.continueButton(g.goOn),
	})
	g.begin()
	return page
}

// start fills in what is likely, and what is remembered from the last request. The organization of the form is a copy
// of its own from here on: what was given to be written must not change under the writing.
func (g *organization) start() {
	j := g.j
	if j.form.Organization != nil && j.form.Organization.LegalName != "" {
		o := *j.form.Organization
		j.form.Organization = &o
		return
	}
	likely := j.order.Licence.LikelyCountry(j.form)
	if likely == "" {
		likely = j.form.Administrative.PhoneCountry
	}
	o := order.Organization{PhoneCountry: likely}
	o.Address.Country, o.Registration.Country = likely, likely
	j.form.Organization = &o
	j.recall(func(r desk.Remembered) {
		if r.Organization == nil || j.form.Organization == nil || j.form.Organization.LegalName != "" {
			return
		}
		last := *r.Organization
		j.form.Organization = &last
		g.prefilled = true
		j.typed()
		j.render()
	})
}

// section is a heading with fields below it.
func (g *organization) section(title string, rows ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.NewColumn(kit.Space12, append([]fyne.CanvasObject{kit.NewHeading(g.j.Say.T(title))}, rows...)...)
}

func (g *organization) name(o *order.Organization) fyne.CanvasObject {
	say := g.j.Say
	rows := []fyne.CanvasObject{
		g.entry(text{field: order.FieldLegalName, label: say.T("organization.legal_name"), hint: say.T("organization.legal_name.hint"), value: &o.LegalName}),
		g.entry(text{
			field: order.FieldTradeName, label: say.T("organization.trade_name"), hint: say.T("organization.trade_name.hint"),
			value: &o.TradeName, optional: true,
		}),
	}
	if g.j.order.Licence.Product.Type == order.TLS {
		// CA/B BR 7.1.2.7.4: organizationalUnitName must not be there; ballot SC-47v2, in force since 1 September 2022.
		rows = append(rows, kit.NewCaption(say.T("organization.department")))
	}
	return g.section("organization.name", rows...)
}

// register asks where the organization is registered, and what belongs to that kind of register.
func (g *organization) register(o *order.Organization) fyne.CanvasObject {
	j := g.j
	r := &o.Registration
	var kinds []kit.PickItem
	for _, s := range order.Schemes {
		kinds = append(kinds, kit.PickItem{ID: s, Title: j.Say.T("organization.scheme." + s), Search: s})
	}
	scheme := g.picker(order.FieldScheme, j.Say.T("organization.scheme"), j.Say.T("organization.scheme.choose"), kinds, &r.Scheme, g.redraw(order.FieldScheme))
	rows := []fyne.CanvasObject{scheme}
	if r.Scheme != "" && order.AsksNumber(r.Scheme) {
		rows = append(rows, g.entry(text{
			field: order.FieldNumber, label: j.Say.T("organization.number." + r.Scheme),
			hint: j.Say.T("organization.number." + r.Scheme + ".hint"), value: &r.Number,
		}))
	}
	if r.Scheme != "" && order.AsksRegister(r.Scheme) {
		country := g.country(order.FieldRegister, "organization.register-country", &r.Country, g.redraw(order.FieldRegister))
		if order.HasRegions(r.Country) || r.Region != "" {
			region := g.entry(text{field: order.FieldRegisterRegion, label: j.Say.T("organization.register-region"), value: &r.Region, optional: true})
			rows = append(rows, pair(country, region))
		} else {
			rows = append(rows, country)
		}
	}
	return g.section("organization.register", rows...)
}

// incorporation is what extended validation asks for besides (CA/B EVG 7.1.4.2).
func (g *organization) incorporation(o *order.Organization) fyne.CanvasObject {
	say := g.j.Say
	var kinds []kit.PickItem
	for _, c := range order.BusinessCategories {
		kinds = append(kinds, kit.PickItem{ID: c, Title: say.T("organization.category." + c)})
	}
	p := &o.Jurisdiction
	return g.section("organization.incorporation",
		g.picker(order.FieldCategory, say.T("organization.category"), say.T("organization.category.choose"), kinds, &o.BusinessCategory, nil),
		g.country(order.FieldPlace, "organization.place-country", &p.Country, nil),
		pair(
			g.entry(text{
				field: order.FieldPlaceRegion, label: say.T("organization.place-region"), hint: say.T("organization.place.hint"),
				value: &p.Region, optional: true,
			}),
			g.entry(text{
				field: order.FieldPlaceLocality, label: say.T("organization.place-locality"), hint: say.T("organization.place.hint"),
				value: &p.Locality, optional: true,
			}),
		),
		g.entry(text{
			field: order.FieldIncorporated, label: say.T("organization.incorporated_on"), hint: say.T("organization.incorporated_on.hint"),
			value: &o.IncorporatedOn, optional: true,
		}),
	)
}

func (g *organization) address(o *order.Organization) fyne.CanvasObject {
	say := g.j.Say
	a := &o.Address
	lines := [2]string{}
	copy(lines[:], a.Lines)
	write := func() { a.Lines = []string{lines[0], lines[1]} }
	rows := []fyne.CanvasObject{
		g.country(order.FieldCountry, "organization.country", &a.Country, g.redraw(order.FieldCountry)),
		g.entry(text{field: order.FieldStreet, label: say.T("organization.street"), value: &lines[0], changed: write}),
		g.entry(text{field: order.FieldStreet + "/1", label: say.T("organization.street2"), value: &lines[1], optional: true, changed: write}),
		pair(
			g.entry(text{
				field: order.FieldPostalCode, label: say.T("organization.postal_code"), value: &a.PostalCode,
				optional: !order.AsksPostcode(a.Country),
			}),
			g.entry(text{field: order.FieldLocality, label: say.T("organization.locality"), value: &a.Locality}),
		),
		g.entry(text{field: order.FieldRegion, label: say.T("organization.region"), value: &a.Region, optional: !order.HasRegions(a.Country)}),
		g.phone(order.FieldOrgPhone, say.T("organization.phone"), say.T("organization.phone.hint"), &o.Phone, &o.PhoneCountry),
	}
	return g.section("organization.address", rows...)
}

func (g *organization) country(field, label string, value *string, picked func()) *kit.Picker {
	say := g.j.Say
	return g.picker(field, say.T(label), say.T("contacts.choose-country"), g.j.countries(), value, picked)
}

// redraw draws the page anew where a choice decides what is asked, and leaves the focus at that choice.
func (g *organization) redraw(field string) func() {
	return func() {
		g.j.render()
		g.inputs[field].focus()
	}
}
