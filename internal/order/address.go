package order

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// withRegions are the countries in which an address, and a register, is that of a state or province.
var withRegions = []string{"AU", "BR", "CA", "CN", "IN", "MX", "US"}

// HasRegions reports whether a state or province belongs to an address in a country.
func HasRegions(country string) bool { return slices.Contains(withRegions, country) }

// postalDigits are countries in which every place has a postcode of so many digits and nothing else (Universal
// Postal Union, addressing systems). In the rest of the world it is not ours to know.
var postalDigits = map[string]int{
	"AT": 4, "AU": 4, "BE": 4, "BG": 4, "CH": 4, "DE": 5, "DK": 4, "EE": 5, "ES": 5, "FI": 5, "FR": 5, "HR": 5, "HU": 4,
	"IT": 5, "LI": 4, "NO": 4, "SI": 4, "TR": 5,
}

// withPostcode are further countries in which every address has one.
var withPostcode = []string{"BR", "CA", "CN", "CZ", "GB", "GR", "IN", "JP", "LU", "MX", "NL", "PL", "PT", "RO", "RU", "SE", "SK", "UA", "US"}

// AsksPostcode reports whether every address in a country has a postcode.
func AsksPostcode(country string) bool {
	return postalDigits[country] > 0 || slices.Contains(withPostcode, country)
}

func checkAddress(a Address) []*Problem {
	var out []*Problem
	lines := tidiedLines(a.Lines)
	if len(lines) == 0 {
		out = append(out, problem(FieldStreet, Error, "organization.empty.lines"))
	}
	if len(lines) > maxLines {
		out = append(out, problem(FieldStreet, Error, "organization.lines", "max", maxLines))
	}
	for i, line := range a.Lines { // the first one is the field itself
		field := FieldStreet
		if i > 0 {
			field += "/" + strconv.Itoa(i)
		}
		out = append(out, checkText(field, line, maxStreet, false))
	}
	if !KnownCountry(a.Country) {
		out = append(out, problem(FieldCountry, Error, "organization.empty.country"))
	}
	out = append(out, checkPostcode(a), checkText(FieldLocality, a.Locality, maxPlace, true))
	return append(out, checkText(FieldRegion, a.Region, maxPlace, HasRegions(a.Country)))
}

func checkPostcode(a Address) *Problem {
	code := tidiedPostcode(a)
	digits := postalDigits[a.Country]
	n := utf8.RuneCountInString(code)
	switch {
	case code == "" && AsksPostcode(a.Country):
		return problem(FieldPostalCode, Error, "organization.empty.postal_code", "country", Country(a.Country))
	case code == "":
		return nil
	case digits > 0 && (len(code) != digits || strings.Trim(code, "0123456789") != ""):
		return problem(FieldPostalCode, Error, "organization.postcode-digits", "n", digits, "country", Country(a.Country))
	case n > maxPostalCode:
		return problem(FieldPostalCode, Error, "organization.long", "n", n-maxPostalCode, "max", maxPostalCode)
	case strings.ContainsFunc(code, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' && r != '-' }):
		return problem(FieldPostalCode, Error, "organization.postcode")
	}
	return nil
}

// tidiedPostcode is a postcode as it is sent: without the country's letters that people put before it ("CH-8001").
func tidiedPostcode(a Address) string {
	code := strings.ToUpper(Tidy(a.PostalCode))
	if postalDigits[a.Country] > 0 {
		if letters, rest, ok := strings.Cut(code, "-"); ok && len(letters) <= 3 && strings.Trim(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
			code = strings.TrimSpace(rest)
		}
	}
	return code
}

func tidiedLines(lines []string) []string {
	var out []string
	for _, line := range lines {
		if line = Tidy(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// tidiedOrganization is an organization as it is sent: nothing in it that the licence does not ask for.
func (l Licence) tidiedOrganization(o Organization) *Organization {
	o.LegalName, o.TradeName = Tidy(o.LegalName), Tidy(o.TradeName)
	o.Address.Lines, o.Address.PostalCode = tidiedLines(o.Address.Lines), tidiedPostcode(o.Address)
	o.Address.Locality, o.Address.Region = Tidy(o.Address.Locality), Tidy(o.Address.Region)
	r := &o.Registration
	r.Number, r.Region = tidiedNumber(*r), Tidy(r.Region)
	if !AsksNumber(r.Scheme) {
		r.Number = ""
	}
	if !AsksRegister(r.Scheme) { // the API wants a country; the one where it sits says nothing wrong
		r.Country, r.Region = o.Address.Country, ""
	}
	o.Phone, o.PhoneCountry = tidiedPhone(o.Phone, o.PhoneCountry)
	o.IncorporatedOn = readDay(o.IncorporatedOn)
	o.Jurisdiction.Region, o.Jurisdiction.Locality = Tidy(o.Jurisdiction.Region), Tidy(o.Jurisdiction.Locality)
	if !l.WantsIncorporation() {
		o.Jurisdiction, o.BusinessCategory, o.IncorporatedOn = Jurisdiction{}, "", ""
	}
	return &o
}
