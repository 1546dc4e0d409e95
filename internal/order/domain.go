package order

import (
	"net/netip"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// Limits of a domain name in its ASCII form, in octets (RFC 1035 2.3.4; 253 is what 255 octets on the
// wire leave for text without the final dot).
const (
	maxDomain = 253
	maxLabel  = 63
)

// Domain is a host name in the two forms it has: as it is sent (A-labels, lower case) and as people read
// it (U-labels). The zero Domain is none.
type Domain struct {
	ASCII   string // "xn--bcher-kva.example.ch"
	Display string // "bücher.example.ch"
}

// DomainFault says what keeps a text from being a domain. The empty value is: nothing.
type DomainFault string

// What can be wrong with a domain.
const (
	DomainEmpty   DomainFault = "empty"
	DomainNoDot   DomainFault = "no-dot"  // one label: an intranet name, or half a name
	DomainDots    DomainFault = "dots"    // a dot at the start, or two in a row
	DomainLength  DomainFault = "length"  // a label over 63 octets, or the whole over 253
	DomainNumeric DomainFault = "numeric" // an IP address, or what some programs would read as one
	DomainChars   DomainFault = "chars"   // characters that no domain has
	DomainLetters DomainFault = "letters" // letters that UTS 46 does not allow, or a broken "xn--" label
)

// mapped is UTS 46 processing, non-transitional, as browsers do it for a host: it maps full-width and
// upper-case letters, and refuses what STD 3 does not allow in a host name.
var mapped = idna.New(
	idna.MapForLookup(),
	idna.BidiRule(),
	idna.CheckJoiners(true),
	idna.Transitional(false),
)

// ParseDomain reads a domain name: letters of any alphabet or A-labels, any case, with or without the
// final dot of an absolute name. It judges the form alone; see [Domain.PublicSuffix] and
// [Domain.Reserved] for what the name means.
func ParseDomain(text string) (Domain, DomainFault) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Domain{}, DomainEmpty
	}
	if len(text) > 4*maxDomain { // four octets a letter at most: longer can't become short enough
		return Domain{}, DomainLength
	}
	if fault := domainCharacters(text); fault != "" {
		return Domain{}, fault
	}
	ascii, err := mapped.ToASCII(text)
	if err != nil {
		return Domain{}, letters(text)
	}
	ascii = strings.TrimSuffix(strings.ToLower(ascii), ".")
	if fault := domainShape(ascii); fault != "" {
		return Domain{}, fault
	}
	return roundTrip(ascii)
}

// domainCharacters refuses what would be read differently further on.
func domainCharacters(text string) DomainFault {
	for _, r := range text {
		if r <= ' ' || r == 0x7f || strings.ContainsRune(`%\/:@?#[]"<>()*,;_&=+!$'|^{}~`+"`", r) {
			if _, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
				return DomainNumeric
			}
			return DomainChars
		}
	}
	return ""
}

// letters tells a host name whose shape is wrong from one with letters that are not allowed.
func letters(text string) DomainFault {
	if f := domainShape(strings.TrimSuffix(text, ".")); f != "" && f != DomainNoDot {
		return f
	}
	return DomainLetters
}

func domainShape(name string) DomainFault {
	if name == "" {
		return DomainEmpty
	}
	if len(name) > maxDomain {
		return DomainLength
	}
	labels := strings.Split(name, ".")
	for _, l := range labels {
		if l == "" {
			return DomainDots
		}
		if len(l) > maxLabel {
			return DomainLength
		}
	}
	if endsInNumber(labels[len(labels)-1]) {
		return DomainNumeric
	}
	if len(labels) == 1 {
		return DomainNoDot
	}
	return ""
}

// endsInNumber reports whether a name with this last label is what browsers take for an IPv4 address
// (WHATWG URL, "ends in a number checker": also octal, hexadecimal and one-number forms).
func endsInNumber(last string) bool {
	digits := strings.Trim(last, "0123456789") == ""
	hex := strings.HasPrefix(last, "0x") && strings.Trim(last[2:], "0123456789abcdef") == ""
	return digits || hex
}

// roundTrip makes the readable form and refuses a name whose two forms don't lead to each other, and signs
// such as "♥", which UTS 46 lets through and IDNA 2008 (RFC 5892 2.1) does not.
func roundTrip(ascii string) (Domain, DomainFault) {
	display, err := mapped.ToUnicode(ascii)
	if err != nil {
		return Domain{}, DomainLetters
	}
	again, err := mapped.ToASCII(display)
	if err != nil || again != ascii || strings.ContainsFunc(display, unicode.IsSymbol) {
		return Domain{}, DomainLetters
	}
	return Domain{ASCII: ascii, Display: display}, ""
}

// Registered is the part that somebody registered: one label more than the public suffix, the list's
// private section included ("shop.example.co.uk" gives "example.co.uk"). It is the zero Domain when d is
// a public suffix itself.
func (d Domain) Registered() Domain {
	r, err := publicsuffix.EffectiveTLDPlusOne(d.ASCII)
	if err != nil {
		return Domain{}
	}
	out, _ := roundTrip(r)
	return out
}

// PublicSuffix reports whether d is a suffix of the ICANN section of the Public Suffix List, under which
// others register ("co.uk"), or a lone label.
func (d Domain) PublicSuffix() bool {
	suffix, icann := publicsuffix.PublicSuffix(d.ASCII)
	return suffix == d.ASCII && (icann || !strings.Contains(suffix, "."))
}

// reserved are the top-level names that never belong to a mailbox or a site in the public DNS: RFC 2606
// and 6761 (invalid, localhost, test), RFC 6762 (local), RFC 7686 (onion), RFC 8375 (home.arpa), RFC 9476
// (alt), ICANN's resolution 2024.07.29.06 (internal), and names that are widely used inside organizations
// and that ICANN set aside for that (corp, home, mail; resolution 2018.02.04.12), with the ones of
// RFC 6762 appendix G (intranet, private, lan).
//
// "example" is not among them: example.com, example.net, example.org and names such as anna@example.ch
// stand in documentation and in the demo.
var reserved = []string{
	"invalid", "localhost", "test", "local", "onion", "arpa", "alt", "internal",
	"corp", "home", "mail", "intranet", "private", "lan",
}

// Reserved gives the ending that keeps d out of the public DNS, if it has one.
func (d Domain) Reserved() (string, bool) {
	tld := d.ASCII[strings.LastIndexByte(d.ASCII, '.')+1:]
	for _, r := range reserved {
		if tld == r {
			return r, true
		}
	}
	return "", false
}

// SameRegistered reports whether d and e are one host or belong to one registered domain.
func (d Domain) SameRegistered(e Domain) bool {
	if d.ASCII == "" || e.ASCII == "" {
		return false
	}
	r := d.Registered()
	return d.ASCII == e.ASCII || (r.ASCII != "" && r.ASCII == e.Registered().ASCII)
}

// KnownEnding reports whether d ends in a suffix of the Public Suffix List's ICANN section.
func (d Domain) KnownEnding() bool {
	_, icann := publicsuffix.PublicSuffix(d.ASCII)
	return icann
}
