package order

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"certdesk/internal/i18n"
)

// Countries are the codes of ISO 3166-1 (alpha-2), as of 2026, in their order. It is the only list of countries:
// their names are the texts "country.XX" of the catalogue, in each language, and [Country] gives them.
var Countries = strings.Fields(
	"AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL " +
		"BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV " +
		"CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD " +
		"GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM " +
		"IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK " +
		"LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW " +
		"MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR " +
		"PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS " +
		"ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY " +
		"UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW")

// Country is the name of a country; a code that is none, from a service say, is its own name.
func Country(code string) i18n.Message {
	if !KnownCountry(code) {
		return i18n.M("country.other", "code", code)
	}
	return i18n.M("country." + code)
}

// KnownCountry reports whether code is one of ISO 3166-1, in capitals.
func KnownCountry(code string) bool {
	_, ok := slices.BinarySearch(Countries, code)
	return ok
}

// otherNames are words by which a country is looked for and that its names in the catalogue don't have.
var otherNames = map[string]string{
	"AE": "UAE Emirates VAE", "BY": "Weissrussland Weißrussland", "CD": "Zaire DRC DR Kongo", "CH": "Suisse Svizzera Helvetia",
	"CI": "Ivory Coast Elfenbeinküste", "CV": "Cape Verde Kapverden", "CZ": "Czech Republic Tschechische Republik", "DE": "BRD Deutschland Allemagne",
	"FI": "Suomi", "FR": "République française", "GB": "UK Great Britain England Scotland Wales Northern Ireland Grossbritannien Großbritannien",
	"KP": "DPRK", "KR": "Republic of Korea", "LA": "Lao", "MK": "Mazedonien", "MM": "Burma Birma", "NL": "Holland", "PS": "Palestinian",
	"RU": "Russian Federation", "SZ": "Swaziland Swasiland", "TL": "East Timor Osttimor", "TR": "Turkey Turkiye Turkei", "US": "USA America Amerika",
	"VA": "Holy See Heiliger Stuhl", "VN": "Vietnam",
}

// CountryWords are more words by which a country is found: its code, and names that the catalogue does not have.
func CountryWords(code string) string { return strings.TrimSpace(code + " " + otherNames[code]) }

// LikelyCountry is where the customer seems to be, by the ending of the first name or of the mailbox, else by the
// telephone number of the first contact; empty where those tell nothing. It is a guess that a field may begin with,
// never more.
func (l Licence) LikelyCountry(a Application) string {
	for _, n := range l.RequestedNames(a) {
		ending, icann := publicsuffix.PublicSuffix(n.Value[strings.LastIndexByte(n.Value, '@')+1:])
		code := strings.ToUpper(ending[strings.LastIndexByte(ending, '.')+1:])
		if code == "UK" {
			code = "GB"
		}
		if icann && KnownCountry(code) && !slices.Contains(notPlaces, code) {
			return code
		}
	}
	p, _ := ParsePhone("", a.Administrative.Phone, a.Administrative.PhoneCountry)
	return p.Country
}

// notPlaces are country codes whose domains are sold to everybody for how they read.
var notPlaces = []string{"AI", "CC", "CO", "FM", "GG", "IO", "LA", "ME", "TV", "WS"}
