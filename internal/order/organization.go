package order

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The fields of an organization, and what goes with it.
const (
	FieldLegalName      = "organization.legal_name"
	FieldTradeName      = "organization.trade_name"
	FieldScheme         = "organization.registration.scheme"
	FieldNumber         = "organization.registration.number"
	FieldRegister       = "organization.registration.country"
	FieldRegisterRegion = "organization.registration.region"
	FieldCategory       = "organization.business_category"
	FieldPlace          = "organization.jurisdiction.country"
	FieldPlaceRegion    = "organization.jurisdiction.region"
	FieldPlaceLocality  = "organization.jurisdiction.locality"
	FieldIncorporated   = "organization.incorporated_on"
	FieldStreet         = "organization.address.lines"
	FieldLocality       = "organization.address.locality"
	FieldRegion         = "organization.address.region"
	FieldPostalCode     = "organization.address.postal_code"
	FieldCountry        = "organization.address.country"
	FieldOrgPhone       = "organization.phone"
	FieldAuthority      = "authority_to_sign"
	FieldApprover       = "approver_email"
)

// Upper bounds in characters. Organization name, locality and state: RFC 5280 A.1 (ub-organization-name 64,
// ub-locality-name, ub-state-name 128), held to by CA/B BR 7.1.2.7.4 and S/MIME BR 7.1.4.2.2; street and postal code:
// CA/B BR 7.1.2.7.4 (128 and 40, from X.520); serial number: X.520 ub-serial-number.
const (
	maxOrganization = 64
	maxPlace        = 128
	maxStreet       = 128
	maxPostalCode   = 40
	maxNumber       = 64
	maxLines        = 3
)

// Schemes are the kinds of registration of CA/B S/MIME BR 7.1.4.2.2 (d) and ETSI EN 319 412-1 5.1.4: a trade register,
// value added tax, a legal entity identifier, a government entity, an international organization.
var Schemes = []string{"NTR", "VAT", "LEI", "GOV", "INT"}

// BusinessCategories are the kinds of organization of CA/B EVG 7.1.4.2.3.
var BusinessCategories = []string{"private_organization", "government_entity", "business_entity", "non_commercial_entity"}

// WantsIncorporation reports whether place, kind and date of incorporation are asked for: extended validation does.
func (l Licence) WantsIncorporation() bool { return l.Product.Validation == ValidationExtended }

// checkOrganization judges the organization, if the licence asks for one.
func (l Licence) checkOrganization(a Application) []*Problem {
	if !l.WantsOrganization() {
		return nil
	}
	o := Organization{}
	if a.Organization != nil {
		o = *a.Organization
	}
	out := []*Problem{
		checkText(FieldLegalName, o.LegalName, maxOrganization, true),
		checkText(FieldTradeName, o.TradeName, maxOrganization, false),
		checkNames(o),
	}
	out = append(out, l.checkRegistration(o)...)
	if l.WantsIncorporation() {
		out = append(out, checkIncorporation(o)...)
	}
	out = append(out, checkAddress(o.Address)...)
	_, phone := ParsePhone(FieldOrgPhone, o.Phone, o.PhoneCountry)
	out = append(out, phone)
	if !a.AuthorityToSign {
		out = append(out, problem(FieldAuthority, Error, "authority"))
	}
	return slices.DeleteFunc(out, func(p *Problem) bool { return p == nil })
}

// checkNames notes that both names don't fit: a certificate says "Trade name (Legal name)", in 64 characters
// (CA/B EVG 7.1.4.2.1).
func checkNames(o Organization) *Problem {
	trade := Tidy(o.TradeName)
	if trade != "" && utf8.RuneCountInString(trade+" ("+Tidy(o.LegalName)+")") > maxOrganization {
		return problem(FieldTradeName, Note, "organization.both-long", "max", maxOrganization)
	}
	return nil
}

// checkText judges a text that stands in a certificate or in the authority's records. Values of punctuation alone
// say nothing and are forbidden (CA/B BR 7.1.4.2, S/MIME BR 7.1.4.2).
func checkText(field, text string, limit int, required bool) *Problem {
	text = Tidy(text)
	n := utf8.RuneCountInString(text)
	switch {
	case text == "" && required:
		return problem(field, Error, "organization.empty."+field[strings.LastIndexByte(field, '.')+1:])
	case text == "":
		return nil
	case hasHidden(text) || !utf8.ValidString(text):
		return problem(field, Error, "organization.hidden")
	case n > limit:
		return problem(field, Error, "organization.long", "n", n-limit, "max", limit)
	case strings.ContainsFunc(text, isDrawing):
		return problem(field, Error, "organization.drawing")
	case !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
		return problem(field, Error, "organization.nothing")
	}
	return nil
}

// AsksNumber reports whether a registration of this scheme has a number.
func AsksNumber(scheme string) bool { return scheme != "GOV" && scheme != "INT" }

// AsksRegister reports whether the country of the register has to be said: a legal entity identifier is good
// all over the world, an international organization belongs to no country.
func AsksRegister(scheme string) bool { return scheme != "LEI" && scheme != "INT" }

func (l Licence) checkRegistration(o Organization) []*Problem {
	r := o.Registration
	if !slices.Contains(Schemes, r.Scheme) {
		return []*Problem{problem(FieldScheme, Error, "organization.empty.scheme")}
	}
	var out []*Problem
	if AsksNumber(r.Scheme) {
		out = append(out, l.checkNumber(o))
	}
	if AsksRegister(r.Scheme) {
		if !KnownCountry(r.Country) {
			out = append(out, problem(FieldRegister, Error, "organization.empty.register"))
		}
		out = append(out, checkText(FieldRegisterRegion, r.Region, maxPlace, false))
	}
	return out
}

// checkNumber judges the number of a registration.
func (l Licence) checkNumber(o Organization) *Problem {
	r := o.Registration
	number := tidiedNumber(r)
	switch {
	case number == "" && r.Scheme == "NTR" && l.WantsIncorporation() && readDay(o.IncorporatedOn) != "":
		return nil // CA/B EVG 7.1.4.2.5: without a number, the date of incorporation stands for it
	case number == "":
		return problem(FieldNumber, Error, "number.empty."+r.Scheme)
	case hasHidden(number) || strings.Trim(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜabcdefghijklmnopqrstuvwxyzäöü0123456789.-/ ") != "":
		return problem(FieldNumber, Error, "number.characters")
	case utf8.RuneCountInString(number) > maxNumber:
		return problem(FieldNumber, Error, "organization.long", "n", utf8.RuneCountInString(number)-maxNumber, "max", maxNumber)
	case !strings.ContainsFunc(number, unicode.IsDigit):
		return problem(FieldNumber, Error, "number.no-digit")
	case r.Scheme == "VAT":
		// Council Directive 2006/112/EC, 215: the country's letters and at most 12 characters; Switzerland's has "MWST"
		// or the like behind it. Nobody's has less than 5.
		if n := len(strings.Map(lettersAndDigits, number)); n < 5 || n > 20 {
			return problem(FieldNumber, Error, "number.vat")
		}
	case r.Scheme == "LEI":
		return checkLEI(number)
	}
	return nil
}

func lettersAndDigits(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return r
	}
	return -1
}

// checkLEI judges a legal entity identifier: ISO 17442, 18 letters and digits and two check digits, which make the
// whole, letters as 10 to 35, leave 1 when divided by 97 (ISO/IEC 7064, MOD 97-10).
func checkLEI(lei string) *Problem {
	if len(lei) != 20 || strings.Trim(lei, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return problem(FieldNumber, Error, "number.lei-length", "n", utf8.RuneCountInString(lei))
	}
	rest := 0
	for _, c := range []byte(lei) {
		v, err := strconv.ParseInt(string(c), 36, 0)
		if err != nil {
			return problem(FieldNumber, Error, "number.lei-length", "n", len(lei))
		}
		if v > 9 {
			rest *= 10
		}
		rest = (rest*10 + int(v)) % 97
	}
	if rest != 1 {
		return problem(FieldNumber, Error, "number.lei-check")
	}
	return nil
}

// tidiedNumber is a number as it is sent. The spaces of an LEI are there for the eye.
func tidiedNumber(r Registration) string {
	number := Tidy(r.Number)
	if r.Scheme == "LEI" {
		number = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(number))
	}
	return number
}

// checkIncorporation judges what extended validation asks for besides (CA/B EVG 7.1.4.2.3 and 7.1.4.2.4).
func checkIncorporation(o Organization) []*Problem {
	var out []*Problem
	if !slices.Contains(BusinessCategories, o.BusinessCategory) {
		out = append(out, problem(FieldCategory, Error, "organization.empty.category"))
	}
	if !KnownCountry(o.Jurisdiction.Country) {
		out = append(out, problem(FieldPlace, Error, "organization.empty.place"))
	}
	out = append(out, checkText(FieldPlaceRegion, o.Jurisdiction.Region, maxPlace, false),
		checkText(FieldPlaceLocality, o.Jurisdiction.Locality, maxPlace, false))
	if Tidy(o.Jurisdiction.Locality) != "" && Tidy(o.Jurisdiction.Region) == "" && HasRegions(o.Jurisdiction.Country) {
		out = append(out, problem(FieldPlaceRegion, Error, "organization.empty.place-region"))
	}
	if Tidy(o.IncorporatedOn) != "" && readDay(o.IncorporatedOn) == "" {
		out = append(out, problem(FieldIncorporated, Error, "organization.date"))
	}
	return out
}

// readDay reads a day as people here write it, and gives it as YYYY-MM-DD; empty where it is none.
func readDay(text string) string {
	text = strings.ReplaceAll(Tidy(text), " ", "")
	for _, layout := range []string{time.DateOnly, "2.1.2006", "2006/1/2"} {
		if day, err := time.Parse(layout, text); err == nil && day.Year() >= 1000 {
			return day.Format(time.DateOnly)
		}
	}
	return ""
}
