package order

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// CheckApplication judges what was typed against what the licence asks for, field by field in the order of
// the journey. It is meant to run while somebody types: an empty required field is an Error too, so a
// screen shows it once the field was left.
func (l Licence) CheckApplication(a Application) []Problem {
	var out []Problem
	add := func(p *Problem) {
		if p != nil {
			out = append(out, *p)
		}
	}
	if l.WantsMailbox() {
		_, p := ParseMailbox(a.Mailbox)
		add(p)
	}
	if l.WantsDomains() {
		list := l.ReadDomains(a)
		add(list.Problem)
		for _, e := range list.Entries {
			add(e.Problem)
		}
	}
	for _, p := range l.checkPerson(a) {
		add(p)
	}
	for _, p := range l.checkContacts(a) {
		add(p)
	}
	for _, p := range l.checkOrganization(a) {
		add(p)
	}
	add(l.checkApprover(a))
	add(l.checkAccountContact(a))
	if l.Product.Type != SiteService && !a.OwnRequest() && !l.AllowsKey(a.KeyChoice) { // an own one is judged by package request
		add(problem(FieldKey, Error, "key"))
	}
	for _, t := range l.Terms {
		if !slices.Contains(a.AcceptedTerms, t.ID) {
			add(problem(FieldTerms, Error, "terms", "title", t.Title))
		}
	}
	return out
}

// WantsMailbox reports whether the certificate is for a mailbox.
func (l Licence) WantsMailbox() bool {
	return l.Product.Type == SMIME || slices.Contains(l.Product.Names.Kinds, "email")
}

// person gives the fields of the person as they were typed.
func (a Application) person(field string) string {
	switch field {
	case FieldGivenName:
		return a.GivenName
	case FieldSurname:
		return a.Surname
	case FieldPseudonym:
		return a.Pseudonym
	case FieldTitle:
		return a.Title
	}
	return ""
}

func (l Licence) checkPerson(a Application) []*Problem {
	var out []*Problem
	pseudonym := l.Asks(FieldPseudonym) && Tidy(a.Pseudonym) != ""
	named := Tidy(a.GivenName) != "" || Tidy(a.Surname) != ""
	for _, f := range l.Product.SubjectFields {
		required := f.Required == NeedYes || (f.Required == NeedOrganization && a.Organization != nil)
		switch f.Field {
		case FieldGivenName, FieldSurname:
			required = required && !pseudonym
		case FieldPseudonym:
			required = required && !named
		case FieldTitle:
		default: // a later service's field: it can't be filled in here
			continue
		}
		out = append(out, CheckPerson(f, a.person(f.Field), required))
	}
	// A certificate names a person by given name and surname, or by a pseudonym: CA/B SBR 7.1.4.2.2 (e, f).
	if pseudonym && named && (l.Asks(FieldGivenName) || l.Asks(FieldSurname)) {
		out = append(out, problem(FieldPseudonym, Error, "person.both"))
	}
	whole := strings.TrimSpace(Tidy(a.GivenName) + " " + Tidy(a.Surname))
	if l.Asks(FieldGivenName) && l.Asks(FieldSurname) && utf8.RuneCountInString(whole) > maxCommonName {
		out = append(out, problem(FieldSurname, Note, "person.whole-long", "max", maxCommonName))
	}
	return out
}

// Tidied is the application as it is sent: the mailbox as it stands in a certificate, the person's fields
// by [Tidy], phone numbers in E.164, the names in A-labels; fields that the licence does not ask for are empty. What
// can't be read stays as typed.
func (l Licence) Tidied(a Application) Application {
	if m, p := ParseMailbox(a.Mailbox); p == nil || p.Kind == Note {
		a.Mailbox = m.String()
	}
	if !l.WantsMailbox() {
		a.Mailbox = ""
	}
	if list := l.ReadDomains(a); l.WantsDomains() {
		a.Domains = strings.Join(list.Names, "\n")
	} else {
		a.Domains, a.WithoutWWW = "", false
	}
	for field, value := range map[string]*string{
		FieldGivenName: &a.GivenName, FieldSurname: &a.Surname, FieldPseudonym: &a.Pseudonym, FieldTitle: &a.Title,
	} {
		*value = Tidy(*value)
		if !l.Asks(field) {
			*value = ""
		}
	}
	l.tidyContacts(&a)
	if !l.Product.Approver {
		a.ApproverEmail = ""
	}
	a.AccountContact = l.accountContact(a)
	return a
}

// tidyContacts makes contacts and organization what is sent.
func (l Licence) tidyContacts(a *Application) {
	a.Administrative, a.Technical = tidiedContact(a.Administrative), tidiedContact(a.Technical)
	if l.SharesTechnical(*a) {
		a.Technical = a.Administrative
	}
	if !l.WantsContact(RoleAdministrative) {
		a.Administrative = Contact{}
	}
	if !l.WantsContact(RoleTechnical) {
		a.Technical = Contact{}
	}
	a.SameTechnical = l.SharesTechnical(*a)
	switch {
	case !l.WantsOrganization():
		a.Organization, a.AuthorityToSign = nil, false
	case a.Organization != nil:
		a.Organization = l.tidiedOrganization(*a.Organization)
	}
}
