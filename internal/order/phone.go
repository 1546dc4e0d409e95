package order

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
)

// maxPhone is the longest text that is read as a number, in bytes.
const maxPhone = 100

// Phone is a telephone number. The zero Phone is none.
type Phone struct {
	E164    string // as it is sent: "+41441234567" (ITU-T E.164, 15 digits at most)
	Local   string // as it is written in its country: "044 123 45 67"
	Abroad  string // as it is written elsewhere: "+41 44 123 45 67"
	Country string // ISO 3166-1 alpha-2; empty for numbers that belong to none
}

// ParsePhone reads a number as people write it: with spaces, dots, slashes and brackets; with "+" or "00" and the
// code of the country, or as it is dialled in country (ISO 3166-1 alpha-2), which may be empty. With a problem of
// kind [Note] the Phone is good nevertheless. The problem's field is field.
func ParsePhone(field, text, country string) (Phone, *Problem) {
	bad := func(id string, kv ...any) (Phone, *Problem) {
		return Phone{}, problem(field, Error, "phone."+id, kv...)
	}
	text = strings.TrimPrefix(strings.TrimPrefix(Tidy(text), "tel:"), "Tel. ")
	switch {
	case text == "":
		return bad("empty")
	case len(text) > maxPhone || !utf8.ValidString(text):
		return bad("long")
	case hasHidden(text):
		return bad("hidden")
	case strings.Contains(text, "@"):
		return bad("mailbox")
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) && !isExtension(text) }):
		return bad("letters")
	}
	// Where no country is chosen, "00" is what most of the world dials before a country's code.
	if rest, ok := strings.CutPrefix(text, "00"); ok && country == "" {
		text = "+" + rest
	}
	abroad := strings.HasPrefix(text, "+") || strings.HasPrefix(text, "＋")
	if !abroad && !KnownCountry(country) {
		return bad("country")
	}
	n, err := phonenumbers.Parse(text, country)
	if err != nil {
		if abroad {
			return bad("unreadable-abroad")
		}
		return bad("unreadable", "country", Country(country))
	}
	n = settled(n)
	where := phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode()))
	switch phonenumbers.IsPossibleNumberWithReason(n) {
	case phonenumbers.TOO_SHORT, phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return bad("short", "country", countryOrCode(where, n))
	case phonenumbers.TOO_LONG:
		return bad("long-for", "country", countryOrCode(where, n))
	case phonenumbers.INVALID_COUNTRY_CODE:
		return bad("unreadable-abroad")
	case phonenumbers.INVALID_LENGTH:
		return bad("length", "country", countryOrCode(where, n))
	case phonenumbers.IS_POSSIBLE:
	}
	return described(field, n)
}

// settled is a number as everybody reads it who gets its form for abroad. Where digits are no number of a country's
// plan, a zero to dial within the country can stand before them that is none for a caller from abroad.
func settled(n *phonenumbers.PhoneNumber) *phonenumbers.PhoneNumber {
	for range len(phonenumbers.Format(n, phonenumbers.E164)) {
		again, err := phonenumbers.Parse(phonenumbers.Format(n, phonenumbers.E164), "")
		if err != nil || phonenumbers.Format(again, phonenumbers.E164) == phonenumbers.Format(n, phonenumbers.E164) {
			break
		}
		again.Extension = n.Extension
		n = again
	}
	return n
}

// described is a number that can be dialled, in all its forms, with what is worth a second look.
func described(field string, n *phonenumbers.PhoneNumber) (Phone, *Problem) {
	extension := n.GetExtension()
	n.Extension = nil // E.164 has none
	p := Phone{
		E164: phonenumbers.Format(n, phonenumbers.E164), Local: phonenumbers.Format(n, phonenumbers.NATIONAL),
		Abroad: phonenumbers.Format(n, phonenumbers.INTERNATIONAL), Country: phonenumbers.GetRegionCodeForNumber(n),
	}
	if !KnownCountry(p.Country) { // 001: numbers of no country, such as +800
		p.Country = ""
	}
	switch {
	case extension != "":
		return p, problem(field, Note, "phone.extension", "extension", extension, "number", p.Abroad)
	case !phonenumbers.IsValidNumber(n):
		// The plan of numbers changes faster than our list of it.
		return p, problem(field, Note, "phone.unassigned", "number", p.Abroad)
	}
	return p, nil
}

// isExtension reports whether the letters of a number name an extension.
func isExtension(text string) bool {
	low := strings.ToLower(text)
	for _, word := range []string{"ext", "extn", "extension", "x", "durchwahl", "int"} {
		if at := strings.Index(low, word); at > 3 {
			before, after := low[:at], strings.TrimLeft(low[at+len(word):], " .:")
			if !strings.ContainsFunc(before, unicode.IsLetter) && strings.Trim(after, "0123456789") == "" {
				return true
			}
		}
	}
	return false
}

func countryOrCode(region string, n *phonenumbers.PhoneNumber) any {
	if KnownCountry(region) {
		return Country(region)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

// ShownPhone is a number as it is shown in an overview: the way it is written in its country, with the code for
// calls from elsewhere. What can't be read is shown as it was typed.
func ShownPhone(text, country string) string {
	if p, wrong := ParsePhone("", text, country); wrong == nil || wrong.Kind == Note {
		return p.Abroad
	}
	return shown(text)
}
