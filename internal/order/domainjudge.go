package order

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"certdesk/internal/i18n"
)

// maxShown is how much of a wrong name is repeated in a sentence, in runes.
const maxShown = 70

// judgeDomain reads one name by the rules of the licence.
func (l Licence) judgeDomain(t domainToken) DomainEntry {
	e := DomainEntry{Line: t.line, Typed: t.text, Start: t.start, End: t.end}
	if t.joined != "" {
		l.wrong(&e, "space", t.joined)
		return e
	}
	if len(e.Typed) > 4*maxDomain {
		l.wrong(&e, "long", "", "max", maxDomain)
		return e
	}
	if l.judgeAround(&e) || l.judgeStar(&e) {
		return e
	}
	bare, wild := strings.CutPrefix(e.Typed, "*.")
	d, fault := ParseDomain(bare)
	if fault != "" {
		l.judgeForm(&e, bare, fault)
		return e
	}
	e.Domain, e.Wildcard = d, wild
	l.judgeMeaning(&e)
	return e
}

// wrong says what is wrong with an entry, and offers instead what was probably meant, if that would be taken.
func (l Licence) wrong(e *DomainEntry, id, instead string, kv ...any) {
	kv = append([]any{"name", i18n.Clean(e.Typed, maxShown), "seller", l.SellerName}, kv...)
	e.Problem = problem(FieldDomains, Error, "names."+id, kv...)
	if instead == "" || instead == e.Typed {
		return
	}
	other := l.judgeDomain(domainToken{text: instead})
	if !other.Bad() && other.Instead == "" {
		e.Instead = other.Display()
	}
}

// judgeAround finds what is more than a name: an address of a page, of a mailbox, of a computer.
func (l Licence) judgeAround(e *DomainEntry) bool {
	text := e.Typed
	lower := strings.ToLower(text)
	switch {
	case hasHidden(text):
		l.wrong(e, "hidden", strings.Map(visibleOnly, text))
	case isIP(text):
		l.wrong(e, "ip", "")
	case schemed.MatchString(lower):
		l.wrong(e, "scheme", hostOf(text))
	case strings.Contains(text, "@"):
		l.wrong(e, "email", hostOf(text[strings.LastIndexByte(text, '@')+1:]))
	case strings.ContainsAny(text, `/\?#`):
		l.wrong(e, "path", hostOf(text))
	case strings.Contains(text, ":"):
		l.wrong(e, "port", hostOf(text))
	case strings.Contains(text, "_"):
		l.wrong(e, "underscore", "")
	default:
		return false
	}
	return true
}

var schemed = regexp.MustCompile(`^([a-z][a-z0-9+.-]*:)?//|^(https?|ftp|mailto):`)

// visibleOnly drops what can't be seen.
func visibleOnly(r rune) rune {
	if hasHidden(string(r)) {
		return -1
	}
	return r
}

// isIP reports whether text is the address of a computer or a network, with or without a port.
func isIP(text string) bool {
	host := hostOf(text)
	for _, s := range []string{text, strings.Trim(text, "[]"), host, strings.Trim(host, "[]")} {
		if _, err := netip.ParseAddr(s); err == nil {
			return true
		}
		if _, err := netip.ParsePrefix(s); err == nil {
			return true
		}
		if _, err := netip.ParseAddrPort(s); err == nil {
			return true
		}
	}
	return false
}

// hostOf takes the host out of an address.
func hostOf(text string) string {
	if at := schemed.FindString(strings.ToLower(text)); at != "" {
		text = text[len(at):]
	}
	if end := strings.IndexAny(text, `/\?#`); end >= 0 {
		text = text[:end]
	}
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		text = text[at+1:]
	}
	if u, err := url.Parse("//" + text); err == nil && u.Port() != "" || strings.HasSuffix(text, ":") {
		text = text[:strings.LastIndexByte(text, ':')]
	}
	return text
}

// judgeStar finds a star that is no wildcard: only one whole label, the first, may be one (CA/B BR 1.6.1,
// "Wildcard Domain Name").
func (l Licence) judgeStar(e *DomainEntry) bool {
	bare, _ := strings.CutPrefix(e.Typed, "*.")
	switch {
	case e.Typed == "*" || e.Typed == "*.":
		l.wrong(e, "star-alone", "")
	case strings.Contains(bare, "*"):
		rest := strings.TrimLeft(e.Typed[strings.LastIndexByte(e.Typed, '*')+1:], ".-")
		l.wrong(e, "star", "*."+rest)
	default:
		return false
	}
	return true
}

// judgeForm has a sentence for each way of not being a domain name.
func (l Licence) judgeForm(e *DomainEntry, bare string, fault DomainFault) {
	switch fault {
	case DomainNoDot:
		if (Domain{ASCII: strings.ToLower(strings.TrimSuffix(bare, "."))}).KnownEnding() {
			l.wrong(e, "suffix", "")
			return
		}
		l.wrong(e, "intranet", "")
	case DomainDots, DomainEmpty:
		wild := ""
		if bare != e.Typed {
			wild = "*."
		}
		l.wrong(e, "dots", wild+strings.Join(strings.FieldsFunc(bare, func(r rune) bool { return r == '.' }), "."))
	case DomainLength:
		if longest(bare) > maxLabel && len(bare) <= maxDomain {
			l.wrong(e, "label-long", "", "max", maxLabel)
			return
		}
		l.wrong(e, "long", "", "max", maxDomain)
	case DomainNumeric:
		l.wrong(e, "ip", "")
	case DomainChars:
		l.wrong(e, "character", "", "character", oddCharacter(bare))
	default:
		l.judgeLetters(e, bare)
	}
}

// judgeLetters tells apart why UTS 46 refuses a name.
func (l Licence) judgeLetters(e *DomainEntry, bare string) {
	for _, label := range strings.Split(strings.ToLower(bare), ".") {
		switch {
		case strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-"):
			l.wrong(e, "hyphen", "")
			return
		case strings.HasPrefix(label, "xn--"):
			l.wrong(e, "punycode", "")
			return
		}
	}
	l.wrong(e, "letters", "")
}

func longest(name string) int {
	n := 0
	for _, label := range strings.Split(name, ".") {
		ascii, err := mapped.ToASCII(label)
		if err != nil {
			ascii = label
		}
		n = max(n, len(ascii))
	}
	return n
}

// oddCharacter is the first character that no host name has.
func oddCharacter(name string) string {
	for _, r := range name {
		if r != '-' && r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return string(r)
		}
	}
	return name
}

// judgeMeaning judges a name whose form is good: whether it can be certified, and by this licence.
func (l Licence) judgeMeaning(e *DomainEntry) {
	d := e.Domain
	if ending, yes := d.Reserved(); yes {
		// For .onion see CA/B BR appendix B: it takes a proof of its own. .arpa: BR 4.2.2 since ballot SC-86.
		id := "reserved"
		if ending == "arpa" || ending == "onion" {
			id = ending
		}
		l.wrong(e, id, "", "ending", "."+ending)
		return
	}
	if d.PublicSuffix() {
		id := "suffix"
		if e.Wildcard {
			id = "star-suffix" // CA/B BR 3.2.2.6
		}
		l.wrong(e, id, "", "suffix", d.Display)
		return
	}
	if d.Display != d.ASCII && !l.Product.Names.IDN {
		l.wrong(e, "idn", "")
		return
	}
	switch rule := l.wildcardRule(); {
	case e.Wildcard && rule == "no":
		l.wrong(e, "wildcard-no", "")
	case !e.Wildcard && rule == "only":
		l.wrong(e, "wildcard-only", "*."+strings.TrimPrefix(d.Display, "www."))
	case len(e.Name()) > maxDomain:
		l.wrong(e, "long", "", "max", maxDomain)
	case !d.KnownEnding():
		e.Problem = problem(FieldDomains, Note, "names.ending", "name", e.Display(),
			"ending", d.Display[strings.LastIndexByte(d.Display, '.'):])
	}
}
