package orderview

import (
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// shownNames is how many names stand in the overview; the others are behind Details.
const shownNames = 5

// facts are what the order is about.
func (v *View) facts() fyne.CanvasObject {
	rows := []kit.Pair{}
	text := func(label, value string) {
		if value = i18n.Clean(value, 400); value != "" {
			rows = append(rows, kit.Pair{Label: v.Say.T(label), Value: kit.NewText(value)})
		}
	}
	a := v.v.Application
	text("review.mailbox", a.Mailbox)
	names := v.names()
	if len(names) > 0 {
		rows = append(rows, kit.Pair{Label: v.Say.T("view.names", "n", len(names)), Value: column(names[:min(len(names), shownNames)])})
	}
	text("review.person", person(a))
	text("licence.sold-by", v.v.Licence.SellerName)
	text("licence.seller-says", a.Comment)
	if len(rows) == 0 {
		text("licence.sold-by", show.Host(v.v.Service))
	}
	objs := []fyne.CanvasObject{kit.NewPairs(rows...)}
	if len(names) > shownNames {
		objs = append(objs, kit.NewDetails(v.Say.T("view.names-all", "n", len(names)), column(names)))
	}
	return kit.NewCard(objs...)
}

// names are the names of a website's certificate, as the service has them or else as they were typed.
func (v *View) names() []string {
	if v.v.Application.Mailbox != "" {
		return nil
	}
	var all []order.Name
	if v.v.Snapshot != nil && len(v.v.Snapshot.Names) > 0 {
		all = v.v.Snapshot.Names
	} else {
		all = v.v.Licence.CertifiedNames(v.v.Application)
	}
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = show.Name(n.Value)
	}
	return out
}

func column(lines []string) fyne.CanvasObject {
	objs := make([]fyne.CanvasObject, len(lines))
	for i, l := range lines {
		objs[i] = kit.NewText(l)
	}
	return kit.NewColumn(2, objs...)
}

func person(a order.Application) string {
	if a.GivenName != "" && a.Surname != "" {
		return a.GivenName + " " + a.Surname
	}
	return a.GivenName + a.Surname
}

// people are the contacts and the organization as they were sent; nothing where the product asks for none.
func (v *View) people() []fyne.CanvasObject {
	var rows []kit.Pair
	a := v.v.Application
	contact := func(role, label string, c order.Contact) {
		if lines := v.contact(c); v.v.Licence.WantsContact(role) && len(lines) > 0 {
			rows = append(rows, kit.Pair{Label: v.Say.T(label), Value: column(lines)})
		}
	}
	contact("administrative", "view.administrative", a.Administrative)
	technical := a.Technical
	if v.v.Licence.SharesTechnical(a) {
		technical = a.Administrative
	}
	contact("technical", "view.technical", technical)
	if o := a.Organization; o != nil && v.v.Licence.WantsOrganization() {
		if lines := v.organization(*o); len(lines) > 0 {
			rows = append(rows, kit.Pair{Label: v.Say.T("view.organization"), Value: column(lines)})
		}
	}
	if a.ApproverEmail != "" {
		rows = append(rows, kit.Pair{Label: v.Say.T("task.approver"), Value: kit.NewText(i18n.Clean(a.ApproverEmail, 200))})
	}
	if len(rows) == 0 {
		return nil
	}
	heading := "view.people-sent"
	if v.v.Phase == order.PhaseDraft {
		heading = "view.people"
	}
	return []fyne.CanvasObject{kit.NewCard(kit.NewHeading(v.Say.T(heading)), kit.NewPairs(rows...))}
}

func (v *View) contact(c order.Contact) []string {
	var lines []string
	add := func(parts ...string) {
		if line := joined(", ", parts...); line != "" {
			lines = append(lines, line)
		}
	}
	add(joined(" ", c.GivenName, c.Surname), c.JobTitle)
	add(c.Email)
	if c.Phone != "" {
		add(order.ShownPhone(c.Phone, c.PhoneCountry))
	}
	return lines
}

func (v *View) organization(o order.Organization) []string {
	var lines []string
	add := func(line string) {
		if line = i18n.Clean(line, 300); line != "" {
			lines = append(lines, line)
		}
	}
	add(o.LegalName)
	if o.Registration.Number != "" {
		add(joined(" ", v.Say.T("organization.scheme."+o.Registration.Scheme), o.Registration.Number))
	}
	for _, l := range o.Address.Lines {
		add(l)
	}
	add(joined(" ", o.Address.PostalCode, o.Address.Locality))
	if o.Address.Country != "" {
		add(v.Say.Say(order.Country(o.Address.Country)))
	}
	if o.Phone != "" {
		add(order.ShownPhone(o.Phone, o.PhoneCountry))
	}
	return lines
}

// joined puts the parts that there are behind each other.
func joined(between string, parts ...string) string {
	var there []string
	for _, p := range parts {
		if p = i18n.Clean(p, 200); p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, between)
}

// keys are the private keys of the order that are here: how they came, and when.
func (v *View) keys() []fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for _, k := range v.v.Keys {
		if k.Kind == "key" {
			lines = append(lines, v.keyRow(k))
		}
	}
	switch {
	case len(lines) > 0:
	case v.v.KeyID != "":
		lines = append(lines, kit.NewText(v.Say.T("view.key", "kind", v.v.Application.KeyChoice.Name())))
	case v.v.Application.OwnRequest():
		lines = append(lines, kit.NewText(v.Say.T("view.key-elsewhere")))
	default:
		return nil
	}
	if v.v.KeyID != "" || len(v.v.Keys) > 0 {
		if !v.v.BackedUp.IsZero() {
			lines = append(lines, kit.NewMuted(v.Say.T("use.backup-at", "when", i18n.Date(v.v.BackedUp))))
		}
		lines = append(lines, kit.NewFlow(12, kit.NewButton(v.Say.T("view.backup"), kit.Link, func() { v.Stage.Backup(v.id) })))
	}
	return []fyne.CanvasObject{kit.NewCard(append([]fyne.CanvasObject{kit.NewHeading(v.Say.T("view.keys"))}, lines...)...)}
}

// keyRow is a key with the way to delete it, which is not offered while the order is open.
func (v *View) keyRow(k store.Key) fyne.CanvasObject {
	if desk.Open(v.v.Order) {
		return kit.NewText(v.keyLine(k))
	}
	return kit.NewSidesTop(kit.NewText(v.keyLine(k)), kit.NewButton(v.Say.T("keys.delete"), kit.DangerLink, func() {
		v.Stage.DeleteKey(k, v.Say.Say(v.v.Application.ListTitle(v.v.Licence)))
	}))
}

func (v *View) keyLine(k store.Key) string {
	id := "view.key-here"
	switch k.Origin {
	case "imported":
		id = "view.key-imported"
	case "seller":
		id = "view.key-seller"
	}
	kind := order.KeyChoice{Algorithm: k.Algorithm}.Name()
	if k.ID == v.v.KeyID {
		kind = v.v.Application.KeyChoice.Name()
	}
	return v.Say.T(id, "kind", kind, "when", i18n.Date(k.Created))
}
