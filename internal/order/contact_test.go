package order

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// verified is a licence that asks for everything.
func verified(v Validation) Licence {
	l := site(3, "no")
	l.Product.Validation, l.Product.Contacts, l.Product.Approver = v, []string{RoleAdministrative, RoleTechnical}, true
	return l
}

// whole is an application for it without a mistake.
func whole() Application {
	return Application{
		Domains:        "shop.example.ch\nbücher.ch",
		Administrative: Contact{GivenName: "Anna", Surname: "Keller", JobTitle: "IT", Email: "anna@example.ch", Phone: "044 668 18 00", PhoneCountry: "CH"},
		SameTechnical:  true,
		Organization: &Organization{
			LegalName: "Muster AG", Registration: Registration{Scheme: "NTR", Number: "CHE-123.456.788", Country: "CH"},
			Jurisdiction: Jurisdiction{Country: "CH"}, BusinessCategory: "private_organization", IncorporatedOn: "31.12.1999",
			Address: Address{Lines: []string{" Hauptstrasse  1 ", ""}, PostalCode: "CH-8001", Locality: "Zürich", Country: "CH"},
			Phone:   "+41 44 668 18 00",
		},
		AuthorityToSign: true, ApproverEmail: "admin@example.ch",
	}
}

// badApplications have each kind of mistake once.
func badApplications() []Application {
	change := func(f func(a *Application)) Application {
		a := whole()
		o := *a.Organization
		a.Organization = &o
		f(&a)
		return a
	}
	out := []Application{{}, {Organization: &Organization{}}}
	for _, text := range badPhones {
		out = append(out, change(func(a *Application) { a.Administrative.Phone, a.Administrative.PhoneCountry = text.text, text.country }))
	}
	for _, text := range []string{"", `"a"@b.ch`, "a@b.ch,c@d.ch", "ä@b.ch", "a@[1.2.3.4]", "a@b", "a@1.2.3.4", "a@b.local"} {
		out = append(out, change(func(a *Application) { a.Administrative.Email = text }))
	}
	for _, text := range []string{"", "a\x00b", "-", "♥", strings.Repeat("a", 65), strings.Repeat("a", 129)} {
		out = append(out, change(func(a *Application) {
			o := a.Organization
			o.LegalName, o.TradeName, o.Address.Locality, o.Address.Lines = text, text, text, []string{text}
			o.Address.Region, o.Jurisdiction.Locality, o.Jurisdiction.Region, a.Administrative.JobTitle = text, text, text, text
			o.IncorporatedOn, o.Registration.Region = "31.2.1999", text
		}))
	}
	for _, r := range badNumbers {
		out = append(out, change(func(a *Application) { a.Organization.Registration, a.Organization.IncorporatedOn = r.r, "" }))
	}
	for _, address := range []Address{
		{Country: "CH", PostalCode: "80011"},
		{Country: "GB", PostalCode: "SW1A/1AA"},
		{Country: "GB", PostalCode: strings.Repeat("1", 41)},
		{Country: "US"},
		{Lines: []string{"a", "b", "c", "d"}},
	} {
		out = append(out, change(func(a *Application) {
			a.Organization.Address, a.Organization.Jurisdiction = address, Jurisdiction{Country: "US", Locality: "x"}
		}))
	}
	return append(out,
		change(func(a *Application) { a.Organization.TradeName = strings.Repeat("a", 60) }),
		change(func(a *Application) { a.ApproverEmail = "" }),
		change(func(a *Application) { a.ApproverEmail = "ceo@example.ch" }),
	)
}

var badPhones = []struct{ text, country, problem string }{
	{"", "CH", "empty"},
	{strings.Repeat("1", 101), "CH", "long"},
	{"044\u202e1234567", "CH", "hidden"},
	{"anna@example.ch", "CH", "mailbox"},
	{"call me", "CH", "letters"},
	{"044 668 18 00", "", "country"},
	{"044 668 18 00", "XX", "country"},
	{"-", "CH", "unreadable"},
	{"+999 123 456 78", "", "unreadable-abroad"},
	{"668 18", "CH", "short"},
	{"044 668 18 00 00 00 00 00", "CH", "long-for"},
	{"+41 44 668 18 00 ext. 12", "", "extension"},
	{"+41 00 668 18 00", "", "unassigned"},
}

func TestParsePhone(t *testing.T) {
	for _, c := range badPhones {
		p, wrong := ParsePhone("f", c.text, c.country)
		if wrong == nil || wrong.Field != "f" || wrong.Saw.ID != "order.problem.phone."+c.problem+".saw" {
			t.Errorf("%.30q in %s is %+v, %+v; want %s", c.text, c.country, p, wrong, c.problem)
		} else if (wrong.Kind == Error) != (p == Phone{}) {
			t.Errorf("%.30q: %+v with a problem of kind %s", c.text, p, wrong.Kind)
		}
	}
	for _, c := range []struct{ text, country, e164, local string }{
		{"044 668 18 00", "CH", "+41446681800", "044 668 18 00"},
		{"0446681800", "CH", "+41446681800", "044 668 18 00"},
		{"+41 (0)44 668 18 00", "", "+41446681800", "044 668 18 00"},
		{"0041 44 668 18 00", "", "+41446681800", "044 668 18 00"},
		{"0041 44 668 18 00", "CH", "+41446681800", "044 668 18 00"},
		{"tel:+41446681800", "DE", "+41446681800", "044 668 18 00"},
		{"044/668.18.00", "CH", "+41446681800", "044 668 18 00"},
		{"030 901820", "DE", "+4930901820", "030 901820"},
		{"(212) 555-2368", "US", "+12125552368", "(212) 555-2368"},
		{"020 7946 0958", "GB", "+442079460958", "020 7946 0958"},
		{"06 6982", "IT", "+39066982", "06 6982"},
	} {
		p, wrong := ParsePhone("f", c.text, c.country)
		if p.E164 != c.e164 || p.Local != c.local || wrong != nil && wrong.Kind == Error {
			t.Errorf("%q in %s = %+v, %+v", c.text, c.country, p, wrong)
		}
	}
	if got := ShownPhone("044 668 18 00", "CH"); got != "+41 44 668 18 00" {
		t.Errorf("shown %q", got)
	}
}

// checkPhone holds for whatever is typed: what is sent is a number of the API's form, and reads as what was typed.
func checkPhone(t interface{ Fatalf(string, ...any) }, text, country string) {
	p, wrong := ParsePhone("f", text, country)
	if wrong != nil && wrong.Kind == Error {
		if p != (Phone{}) {
			t.Fatalf("%q in %q: %+v with an error", text, country, p)
		}
		return
	}
	if len(p.E164) > 16 || !strings.HasPrefix(p.E164, "+") || strings.Trim(p.E164[1:], "0123456789") != "" {
		t.Fatalf("%q in %q became %+v", text, country, p)
	}
	again, wrong := ParsePhone("f", p.E164, p.Country)
	if wrong != nil && wrong.Kind == Error || again.E164 != p.E164 {
		t.Fatalf("%q in %q is %+v, and then %+v, %+v", text, country, p, again, wrong)
	}
}

func TestPhonesAsSent(t *testing.T) {
	digits := rapid.StringMatching(`\+?[0-9 ()/.-]{3,18}`)
	rapid.Check(t, func(t *rapid.T) {
		checkPhone(t, digits.Draw(t, "number"), rapid.SampledFrom(append(Countries, "")).Draw(t, "country"))
	})
}

func TestWholeApplications(t *testing.T) {
	for _, v := range []Validation{ValidationOrganization, ValidationExtended} {
		for _, p := range verified(v).CheckApplication(whole()) {
			t.Errorf("%s: %s: %s", v, p.Field, p.Saw.ID)
		}
	}
	got := verified(ValidationOrganization).Tidied(whole())
	if got.Administrative.Phone != "+41446681800" || got.Technical != got.Administrative {
		t.Errorf("contacts as sent: %+v, %+v", got.Administrative, got.Technical)
	}
	want := &Organization{
		LegalName: "Muster AG", Registration: Registration{Scheme: "NTR", Number: "CHE-123.456.788", Country: "CH"},
		Address: Address{Lines: []string{"Hauptstrasse 1"}, PostalCode: "8001", Locality: "Zürich", Country: "CH"},
		Phone:   "+41446681800", PhoneCountry: "CH",
	}
	if diff := cmp.Diff(want, got.Organization); diff != "" {
		t.Error(diff)
	}
	if o := verified(ValidationExtended).Tidied(whole()).Organization; o.IncorporatedOn != "1999-12-31" || o.Jurisdiction.Country != "CH" {
		t.Errorf("for extended validation %+v", o)
	}
	plain := site(3, "no").Tidied(whole())
	if plain.Administrative != (Contact{}) || plain.Organization != nil || plain.AuthorityToSign || plain.ApproverEmail != "" {
		t.Errorf("what is not asked for is sent: %+v", plain)
	}
}

// Each field that is missing is said at that field.
func TestEmptyApplications(t *testing.T) {
	want := []string{
		FieldDomains, "administrative.given_name", "administrative.surname", "administrative.email", "administrative.phone",
		"technical.given_name", "technical.surname", "technical.email", "technical.phone", FieldLegalName, FieldScheme,
		FieldCategory, FieldPlace, FieldStreet, FieldCountry, FieldLocality, FieldOrgPhone, FieldAuthority,
	}
	var got []string
	for _, p := range verified(ValidationExtended).CheckApplication(Application{}) {
		got = append(got, p.Field)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
