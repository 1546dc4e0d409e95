package order

import "slices"

// The roles of contacts, as the Activation API names them.
const (
	RoleAdministrative = "administrative"
	RoleTechnical      = "technical"
)

// Fields of a contact, behind "administrative." or "technical.".
const (
	FieldJobTitle = "job_title"
	FieldEmail    = "email"
	FieldPhone    = "phone"
)

// WantsContact reports whether the licence asks for the contact of a role.
func (l Licence) WantsContact(role string) bool { return slices.Contains(l.Product.Contacts, role) }

// SharesTechnical reports whether the technical contact is the administrative one: ticked, and both are asked for.
func (l Licence) SharesTechnical(a Application) bool {
	return a.SameTechnical && l.WantsContact(RoleAdministrative) && l.WantsContact(RoleTechnical)
}

// ContactOf is the contact of a role as it was typed.
func (a *Application) ContactOf(role string) *Contact {
	if role == RoleTechnical {
		return &a.Technical
	}
	return &a.Administrative
}

// checkContacts judges the contacts that the licence asks for.
func (l Licence) checkContacts(a Application) []*Problem {
	var out []*Problem
	if l.WantsContact(RoleAdministrative) {
		out = append(out, checkContact(RoleAdministrative, a.Administrative)...)
	}
	if l.WantsContact(RoleTechnical) && !l.SharesTechnical(a) {
		out = append(out, checkContact(RoleTechnical, a.Technical)...)
	}
	return out
}

// checkContact judges a contact. It appears in no certificate; the limits of X.520 (RFC 5280 A.1) hold
// nevertheless, since authorities keep contacts in the same records.
func checkContact(role string, c Contact) []*Problem {
	at := func(field string, p *Problem) *Problem {
		if p == nil {
			return nil
		}
		p.Field = role + "." + field
		return p
	}
	given := CheckPerson(SubjectField{Field: FieldGivenName}, c.GivenName, false)
	if Tidy(c.GivenName) == "" {
		given = problem("", Error, "contact.empty.given_name")
	}
	surname := CheckPerson(SubjectField{Field: FieldSurname}, c.Surname, false)
	if Tidy(c.Surname) == "" {
		surname = problem("", Error, "contact.empty.surname")
	}
	for _, p := range []*Problem{given, surname} {
		if p != nil && p.Kind == Note { // about how it looks in a certificate
			*p = Problem{}
		}
	}
	_, phone := ParsePhone("", c.Phone, c.PhoneCountry)
	out := []*Problem{
		at(FieldGivenName, given), at(FieldSurname, surname), at(FieldJobTitle, checkText("", c.JobTitle, maxCommonName, false)),
		at(FieldEmail, checkEmail(c.Email)), at(FieldPhone, phone),
	}
	return slices.DeleteFunc(out, func(p *Problem) bool { return p == nil || p.Saw.IsZero() })
}

// checkEmail judges the address of somebody who is written to. It is read as a mailbox is; what is said about it
// differs where a certificate has nothing to do with it.
func checkEmail(text string) *Problem {
	_, p := ParseMailbox(text)
	if p == nil {
		return nil
	}
	for _, id := range []string{"empty", "quoted", "several", "local-letters", "address", "domain-no-dot", "domain-numeric", "reserved"} {
		if p.Saw.ID == "order.problem.mailbox."+id+".saw" {
			p.Do.ID = "order.problem.contact.email." + id
		}
	}
	return p
}

// tidiedContact is a contact as it is sent.
func tidiedContact(c Contact) Contact {
	c.GivenName, c.Surname, c.JobTitle, c.Email = Tidy(c.GivenName), Tidy(c.Surname), Tidy(c.JobTitle), Tidy(c.Email)
	if m, p := ParseMailbox(c.Email); p == nil || p.Kind == Note {
		c.Email = m.String()
	}
	c.Phone, c.PhoneCountry = tidiedPhone(c.Phone, c.PhoneCountry)
	return c
}

// tidiedPhone is a number in E.164, with the country that it belongs to. What can't be read stays as typed.
func tidiedPhone(text, country string) (phone, of string) {
	p, wrong := ParsePhone("", text, country)
	if wrong != nil && wrong.Kind == Error {
		return Tidy(text), country
	}
	return p.E164, p.Country
}
