package request

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"certdesk/internal/fault"
)

// Limits in characters: RFC 5280 appendix A (ub-common-name, ub-organization-name, ub-title 64;
// ub-locality-name, ub-state-name 128). Given name, surname and pseudonym could be longer in X.520, but
// S/MIME BR 7.1.4.2.2 ends them at 64.
const (
	maxCommonName = 64
	maxPerson     = 64
	maxPlace      = 128
	// RFC 5321, 4.5.3.1: 64 octets before the @, 254 in all.
	maxLocalPart = 64
	maxMailbox   = 254
)

func (s Subject) checkText() error {
	for _, f := range []struct {
		name, value string
		max         int
	}{
		{"common_name", s.CommonName, maxCommonName},
		{"given_name", s.GivenName, maxPerson},
		{"surname", s.Surname, maxPerson},
		{"pseudonym", s.Pseudonym, maxPerson},
		{"title", s.Title, maxPerson},
		{"organization", s.Organization, maxPerson},
		{"locality", s.Locality, maxPlace},
		{"region", s.Region, maxPlace},
	} {
		if err := checkField(f.name, f.value, f.max); err != nil {
			return err
		}
	}
	if c := s.Country; c != "" && (len(c) != 2 || strings.Trim(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return invalid("country", "is no ISO 3166-1 alpha-2 code")
	}
	return nil
}

// checkField refuses what would look different from what it is, or what no certificate can hold.
func checkField(name, value string, limit int) error {
	switch {
	case !utf8.ValidString(value):
		return invalid(name, "is not UTF-8")
	case utf8.RuneCountInString(value) > limit:
		return invalid(name, fmt.Sprintf("is over %d characters", limit))
	case value != strings.TrimSpace(value):
		return invalid(name, "begins or ends with a space")
	}
	for _, r := range value {
		if !unicode.IsGraphic(r) || unicode.Is(unicode.Bidi_Control, r) {
			return invalid(name, "holds a control character")
		}
	}
	return nil
}

// invalid never quotes the value: errors go into logs.
func invalid(field, why string) error {
	return fault.New(fault.FieldInvalid, fmt.Errorf("request: %s %s", field, why), "field", field)
}

var toASCII = idna.New(
	idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true), idna.StrictDomainName(true), idna.Transitional(false),
)

// asciiMailbox gives the address as an rfc822Name holds it (RFC 5280, 4.2.1.6): ASCII, the domain in lower
// case A-labels. A local part outside ASCII would need a SmtpUTF8Mailbox (RFC 9598), which no certificate
// authority is known to issue.
func asciiMailbox(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 || at == len(address)-1 {
		return "", invalid("mailbox", "is no address")
	}
	local, domain := address[:at], address[at+1:]
	if len(local) > maxLocalPart || !isDotAtom(local) {
		return "", invalid("mailbox", "has an unusable part before the @")
	}
	domain, err := toASCII.ToASCII(domain)
	if err != nil || !strings.Contains(domain, ".") {
		return "", invalid("mailbox", "has an unusable domain")
	}
	if len(local)+1+len(domain) > maxMailbox {
		return "", invalid("mailbox", "is too long")
	}
	return local + "@" + domain, nil
}

// isDotAtom is RFC 5322, 3.2.3: what needs no quotes. Quoted local parts are legal and in use nowhere.
func isDotAtom(s string) bool {
	const special = "!#$%&'*+-/=?^_`{|}~"
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for _, c := range []byte(atom) {
			if !isAlphanumeric(c) && strings.IndexByte(special, c) < 0 {
				return false
			}
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// checkDNSName takes lower-case A-labels with an optional "*." in front; turning what people type into
// these is the work of package order.
func checkDNSName(name string) error {
	bare := strings.TrimPrefix(name, "*.")
	ascii, err := toASCII.ToASCII(bare)
	if err != nil || ascii != bare || !strings.Contains(bare, ".") {
		return fault.New(fault.NamesNotAllowed, errors.New("request: a name that is no host name in A-labels"))
	}
	return nil
}
