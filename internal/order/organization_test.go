package order

import (
	"slices"
	"strings"
	"testing"

	"certdesk/assets"
)

var badNumbers = []struct {
	r       Registration
	problem string
}{
	{Registration{Scheme: "NTR", Country: "CH"}, "number.empty.NTR"},
	{Registration{Scheme: "VAT", Country: "CH"}, "number.empty.VAT"},
	{Registration{Scheme: "LEI"}, "number.empty.LEI"},
	{Registration{Scheme: "NTR", Country: "CH", Number: "HRB <1>"}, "number.characters"},
	{Registration{Scheme: "NTR", Country: "CH", Number: "Zürich"}, "number.no-digit"},
	{Registration{Scheme: "NTR", Country: "CH", Number: strings.Repeat("1", 65)}, "organization.long"},
	{Registration{Scheme: "VAT", Country: "DE", Number: "DE1"}, "number.vat"},
	{Registration{Scheme: "LEI", Number: "5299"}, "number.lei-length"},
	{Registration{Scheme: "LEI", Number: "5299 00T8 BM49 AURS DO56"}, "number.lei-check"},
	{Registration{Scheme: "NTR", Number: "1"}, "organization.empty.register"},
	{Registration{Scheme: "XYZ", Number: "1"}, "organization.empty.scheme"},
}

func TestRegistrations(t *testing.T) {
	l := verified(ValidationOrganization)
	said := func(r Registration) []string {
		a := whole()
		o := *a.Organization
		o.Registration, o.IncorporatedOn = r, ""
		a.Organization = &o
		var out []string
		for _, p := range l.CheckApplication(a) {
			out = append(out, strings.TrimSuffix(strings.TrimPrefix(p.Saw.ID, "order.problem."), ".saw"))
		}
		return out
	}
	for _, c := range badNumbers {
		if got := said(c.r); !slices.Equal(got, []string{c.problem}) {
			t.Errorf("%+v: %q, want %s", c.r, got, c.problem)
		}
	}
	for _, r := range []Registration{
		{Scheme: "NTR", Number: "HRB 12345 B", Country: "DE"},
		{Scheme: "NTR", Number: "FN 123456a", Country: "AT"},
		{Scheme: "VAT", Number: "CHE-123.456.788 MWST", Country: "CH"},
		{Scheme: "VAT", Number: "ATU12345678", Country: "AT"},
		// GLEIF's own and two large ones, from search.gleif.org.
		{Scheme: "LEI", Number: "506700GE1G29325QX363"},
		{Scheme: "LEI", Number: "5493 00T8 BM49 AURS DO55"},
		{Scheme: "LEI", Number: "549300t8bm49aursdo55"},
		{Scheme: "GOV", Country: "CH"},
		{Scheme: "INT"},
	} {
		if got := said(r); len(got) > 0 {
			t.Errorf("%+v: %q", r, got)
		}
	}
	// Extended validation takes the day of incorporation where there is no number.
	a := whole()
	a.Organization.Registration.Number = ""
	if got := verified(ValidationExtended).CheckApplication(a); len(got) > 0 {
		t.Errorf("without a number: %+v", got)
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		a    Address
		want string
	}{
		{Address{Lines: []string{"a"}, Locality: "b", Country: "CH", PostalCode: "8001"}, ""},
		{Address{Lines: []string{"a"}, Locality: "b", Country: "DE", PostalCode: "D-80331"}, ""},
		{Address{Lines: []string{"a"}, Locality: "b", Country: "GB", PostalCode: "sw1a 1aa"}, ""},
		{Address{Lines: []string{"a"}, Locality: "b", Country: "HK"}, ""},
		{Address{Lines: []string{"a"}, Locality: "b", Country: "IE"}, ""},
		{Address{Lines: []string{"a"}, Locality: "b", Country: "US", Region: "NY", PostalCode: "10001-1234"}, ""},
		{Address{Lines: []string{"a"}, Locality: "b", Country: "US", PostalCode: "10001"}, FieldRegion},
		{Address{Lines: []string{"a"}, Locality: "b", Country: "CH", PostalCode: "800"}, FieldPostalCode},
		{Address{Lines: []string{"a"}, Locality: "b", Country: "CH"}, FieldPostalCode},
		{Address{Lines: []string{"a"}, Locality: "b", Country: "Schweiz"}, FieldCountry},
		{Address{Lines: []string{" "}, Locality: "b", Country: "HK"}, FieldStreet},
		{Address{Lines: []string{"a", "b", "c", "d"}, Locality: "b", Country: "HK"}, FieldStreet},
		{Address{Lines: []string{strings.Repeat("a", 129)}, Locality: "b", Country: "HK"}, FieldStreet},
		{Address{Lines: []string{"a"}, Locality: strings.Repeat("b", 129), Country: "HK"}, FieldLocality},
	} {
		got := ""
		for _, p := range checkAddress(c.a) {
			if p != nil {
				got += p.Field
			}
		}
		if got != c.want {
			t.Errorf("%+v: %q, want %q", c.a, got, c.want)
		}
	}
}

func TestApproverAddresses(t *testing.T) {
	l, a := verified(ValidationOrganization), whole()
	got := l.ApproverAddresses(a)
	if len(got) != 10 || got[0] != "admin@example.ch" || !slices.Contains(got, "postmaster@xn--bcher-kva.ch") {
		t.Errorf("addresses: %q", got)
	}
	l.Product.Approver = false
	if got := l.ApproverAddresses(a); got != nil {
		t.Errorf("not asked for: %q", got)
	}
}

// The list of countries is that of ISO 3166-1, and the catalogue has a name for each of it and for nothing else.
func TestCountries(t *testing.T) {
	if len(Countries) != 249 || !slices.IsSorted(Countries) {
		t.Errorf("%d countries", len(Countries))
	}
	all := printers(t)
	for code, want := range map[string][2]string{
		"TR": {"Türkiye", "Türkei"}, "SZ": {"Eswatini", "Eswatini"}, "MK": {"North Macedonia", "Nordmazedonien"}, "CZ": {"Czechia", "Tschechien"},
		"CH": {"Switzerland", "Schweiz"},
	} {
		for _, p := range all {
			if got := p.Say(Country(code)); got != want[0] && got != want[1] {
				t.Errorf("%s in %s is %q", code, p.Lang(), got)
			}
		}
	}
	data, err := assets.Translations.ReadFile("translations/countries.en.toml")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), `["country.`); n != len(Countries) {
		t.Errorf("the catalogue names %d countries", n)
	}
	for _, p := range all { // the order of the language: Austria is not behind Zypern
		names := make([]string, 0, len(Countries))
		for _, c := range Countries {
			names = append(names, p.Say(Country(c)))
		}
		slices.SortFunc(names, p.Compare())
		if p.Lang() == "de" && slices.Index(names, "Österreich") > slices.Index(names, "Polen") {
			t.Errorf("the German order is %q", names)
		}
	}
	for domains, want := range map[string]string{"shop.example.ch": "CH", "example.co.uk": "GB", "example.com": "", "example.io": "", "": ""} {
		if got := site(3, "no").LikelyCountry(Application{Domains: domains}); got != want {
			t.Errorf("%s is likely in %q", domains, got)
		}
	}
	abroad := Application{Domains: "example.com", Administrative: Contact{Phone: "+41 44 668 18 00"}}
	if got := site(3, "no").LikelyCountry(abroad); got != "CH" {
		t.Errorf("by the telephone number: %q", got)
	}
	if got := silver().LikelyCountry(Application{Mailbox: "anna@example.de"}); got != "DE" {
		t.Errorf("a mailbox is likely in %q", got)
	}
}
