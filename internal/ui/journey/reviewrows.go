package journey

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// mostNames is how many names stand in the overview; the rest are counted.
const mostNames = 8

// rows are everything that is sent, each with its way back while it can be changed.
func (r *review) rows(change bool) []kit.Pair {
	j := r.j
	form := j.form
	if !change {
		form = j.order.Application
	}
	l := j.order.Licence
	row := func(label string, value fyne.CanvasObject, step order.Step) kit.Pair {
		if change && step != "" && j.has(step) {
			value = kit.NewSidesTop(value, kit.NewButton(j.Say.T("review.change"), kit.Link, func() { j.Go(step) }))
		}
		return kit.Pair{Label: j.Say.T(label), Value: value}
	}
	rows := []kit.Pair{row("review.licence", kit.NewText(j.Say.T("review.licence-line", "product", l.Product.Name, "summary", l.Product.Sentence())), "")}
	if l.Web {
		rows[0] = row("handoff.review.bought", kit.NewText(j.Say.T("handoff.review.bought-line", "product", l.Product.Name, "seller", j.sellerName())), order.StepLicence)
	}
	if l.WantsMailbox() {
		rows = append(rows, row("review.mailbox", kit.NewText(j.Say.Say(form.ListTitle(l))), order.StepNames))
	}
	if l.WantsDomains() {
		rows = append(rows, row("review.names", r.names(form), order.StepNames))
	}
	if name := personOf(form); name != "" {
		rows = append(rows, row("review.person", kit.NewText(name), order.StepNames))
	}
	if l.WantsContact(order.RoleAdministrative) {
		rows = append(rows, row("review.contact", r.contact(form.Administrative), order.StepContacts))
	}
	if l.WantsContact(order.RoleTechnical) {
		technical := fyne.CanvasObject(kit.NewText(j.Say.T("review.contact-same")))
		if !l.SharesTechnical(form) {
			technical = r.contact(form.Technical)
		}
		rows = append(rows, row("review.contact-technical", technical, order.StepContacts))
	}
	if l.WantsOrganization() && form.Organization != nil {
		authority := "review.no"
		if form.AuthorityToSign {
			authority = "review.yes"
		}
		rows = append(rows, row("review.organization", r.organization(*form.Organization), order.StepOrganization),
			row("review.authority", kit.NewText(j.Say.T(authority)), order.StepOrganization))
	}
	if !change && form.ApproverEmail != "" {
		rows = append(rows, row("review.approver", kit.NewText(shownMail(form.ApproverEmail)), ""))
	}
	if !change && form.AccountContact != "" && l.OpensAccount {
		rows = append(rows, row("acme.account.contact", kit.NewText(shownMail(form.AccountContact)), ""))
	}
	return append(rows, r.keyRow(form, row)...)
}

// keyRow says which key is certified.
func (r *review) keyRow(form order.Application, row func(string, fyne.CanvasObject, order.Step) kit.Pair) []kit.Pair {
	j := r.j
	switch {
	case !j.order.Licence.WantsKey():
		return nil
	case form.OwnRequest():
		return []kit.Pair{row("review.key", kit.NewText(j.Say.T("review.key-own", "kind", form.KeyChoice.Name())), order.StepKey)}
	}
	return []kit.Pair{row("review.key", kit.NewText(j.Say.T("review.key-line", "kind", form.KeyChoice.Name())), "")}
}

// names are the names as people read them, each with its free counterpart.
func (r *review) names(form order.Application) fyne.CanvasObject {
	j := r.j
	list := j.order.Licence.ReadDomains(form)
	pairs := map[string]bool{}
	for _, p := range list.Pairs {
		pairs[p] = true
	}
	var lines []fyne.CanvasObject
	for i, name := range list.Names {
		if i == mostNames {
			lines = append(lines, kit.NewMuted(j.Say.T("review.names-more", "n", len(list.Names)-i)))
			break
		}
		line := order.DisplayName(name)
		if pairs[name] {
			line += ", " + j.Say.T("review.names-free", "names", order.DisplayName(order.Counterpart(name)))
		}
		lines = append(lines, kit.NewText(line))
	}
	return kit.NewColumn(0, lines...)
}

func (r *review) contact(c order.Contact) fyne.CanvasObject {
	name := i18n.Clean(strings.TrimSpace(order.Tidy(c.GivenName)+" "+order.Tidy(c.Surname)), 120)
	return kit.NewText(r.j.Say.T("review.contact-line", "name", name, "email", shownMail(c.Email), "phone", order.ShownPhone(c.Phone, c.PhoneCountry)))
}

// organization is what is sent of an organization, in a few lines.
func (r *review) organization(o order.Organization) fyne.CanvasObject {
	j := r.j
	sent := j.order.Licence.Tidied(order.Application{Organization: &o}).Organization
	if sent == nil {
		return kit.NewText("")
	}
	name := sent.LegalName
	if sent.TradeName != "" {
		name = sent.TradeName + " (" + sent.LegalName + ")"
	}
	kind := j.Say.T("organization.scheme." + knownScheme(sent.Registration.Scheme))
	register := j.Say.T("review.register-plain", "kind", kind, "country", order.Country(sent.Registration.Country))
	if sent.Registration.Number != "" {
		register = j.Say.T("review.register-line", "kind", kind, "number", sent.Registration.Number, "country", order.Country(sent.Registration.Country))
	}
	place := strings.TrimSpace(sent.Address.PostalCode + " " + sent.Address.Locality)
	address := append(append([]string{}, sent.Address.Lines...), place)
	if sent.Address.Region != "" {
		address = append(address, sent.Address.Region)
	}
	address = append(address, j.Say.Say(order.Country(sent.Address.Country)))
	lines := []fyne.CanvasObject{kit.NewText(i18n.Clean(name, 160)), kit.NewMuted(register)}
	if sent.BusinessCategory != "" {
		var where []string
		for _, part := range []string{sent.Jurisdiction.Locality, sent.Jurisdiction.Region, j.Say.Say(order.Country(sent.Jurisdiction.Country))} {
			if part != "" {
				where = append(where, part)
			}
		}
		lines = append(lines, kit.NewMuted(j.Say.T("review.incorporated",
			"category", j.Say.T("organization.category."+sent.BusinessCategory), "place", strings.Join(where, ", "))))
	}
	return kit.NewColumn(0, append(lines, kit.NewMuted(i18n.Clean(strings.Join(address, ", "), 400)), kit.NewMuted(order.ShownPhone(sent.Phone, sent.PhoneCountry)))...)
}

// knownScheme folds what a draft may hold before it is checked into a kind that has words.
func knownScheme(scheme string) string {
	for _, s := range order.Schemes {
		if s == scheme {
			return s
		}
	}
	return "NTR"
}

// shownMail is an address as people read it.
func shownMail(address string) string {
	if m, p := order.ParseMailbox(address); p == nil || p.Kind == order.Note {
		return m.Display()
	}
	return i18n.Clean(address, 120)
}

func personOf(a order.Application) string {
	name := a.GivenName
	if a.Surname != "" {
		if name != "" {
			name += " "
		}
		name += a.Surname
	}
	if name == "" {
		return a.Pseudonym
	}
	return name
}

// approver asks who is to approve, where the product wants somebody to: one of the addresses that are allowed.
func (r *review) approver() []fyne.CanvasObject {
	j := r.j
	allowed := j.order.Licence.ApproverAddresses(j.form)
	if len(allowed) == 0 {
		return nil
	}
	items := make([]kit.PickItem, len(allowed))
	for i, a := range allowed {
		items[i] = kit.PickItem{ID: a, Title: shownMail(a), Search: a}
	}
	return []fyne.CanvasObject{kit.NewColumn(6,
		r.picked.picker(order.FieldApprover, j.Say.T("review.approver-question"), j.Say.T("review.approver-choose"), items, &j.form.ApproverEmail, nil),
		kit.NewCaption(j.Say.T("review.approver-hint")),
	)}
}

// cost says what the customer pays now: nothing here, ever.
func (r *review) cost() kit.Pair {
	j := r.j
	l := j.order.Licence
	text := j.Say.T("review.cost-none")
	switch {
	case l.MayBill:
		text = j.Say.T("acme.bill", "seller", j.sellerName())
	case l.Web:
		text = j.Say.T("handoff.review.cost", "seller", j.sellerName())
	case l.ShopURL == "":
	case l.Paid != nil:
		text = j.Say.T("review.cost-paid", "amount", j.Say.Money(l.Paid.Amount, l.Paid.Currency))
	default:
		text = j.Say.T("review.cost-unknown", "seller", j.sellerName())
	}
	value := fyne.CanvasObject(kit.NewText(text))
	if l.ShopURL != "" {
		label := j.Say.T("review.shop", "host", show.Host(l.ShopURL))
		if j.Helper != nil {
			label = j.Say.T("review.shop-demo")
		}
		value = kit.NewColumn(4, value, kit.NewFlow(8, kit.NewButton(label, kit.Link, func() { j.Env.OpenURL(l.ShopURL) })))
	}
	return kit.Pair{Label: j.Say.T("review.cost"), Value: value}
}

// capital begins a list as a sentence begins.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// whatLeaves says what goes to the seller and what does not.
func (r *review) whatLeaves() fyne.CanvasObject {
	j := r.j
	l := j.order.Licence
	var parts []string
	add := func(id string, yes bool) {
		if yes {
			parts = append(parts, j.Say.T("review.leaves-"+id))
		}
	}
	add("email", l.WantsMailbox())
	add("names", l.WantsDomains())
	add("person", len(l.Product.SubjectFields) > 0)
	add("contacts", j.has(order.StepContacts))
	add("organization", l.WantsOrganization())
	if l.OpensAccount && (r.j.order.Phase == order.PhaseDraft || r.j.order.Application.AccountContact != "") {
		parts = append(parts, j.Say.T("acme.account.leaves"))
	}
	key, stays := l.WantsKey(), "review.stays-what"
	if j.form.OwnRequest() {
		stays = "review.stays-own"
	}
	add("key", key)
	leaves := "review.leaves"
	if l.Web {
		leaves = "handoff.review.leaves"
	}
	left := kit.NewColumn(2, kit.NewBold(j.Say.T(leaves, "seller", j.sellerName())), kit.NewMuted(capital(j.Say.List(parts))))
	if !key {
		return kit.NewCard(left)
	}
	return kit.NewCard(kit.NewGridCards(2, left,
		kit.NewColumn(2, kit.NewBold(j.Say.T("review.stays")), kit.NewMuted(j.Say.T(stays))),
	))
}
