package order

import (
	"net/url"
	"strings"
	"unicode"
)

// Limits of a mailbox, in octets: RFC 5321 4.5.3.1.1 (local part), 4.5.3.1.3 (a path of 256 with its angle
// brackets leaves 254 for the whole).
const (
	maxLocal   = 64
	maxMailbox = 254
)

// Mailbox is the address of a mailbox as it stands in a certificate: an rfc822Name (RFC 5280 4.2.1.6), so
// its local part is ASCII and its domain in A-labels. There is a form for other local parts too
// (SmtpUTF8Mailbox, RFC 9598), but hardly any authority issues it and hardly any mail program reads it.
type Mailbox struct {
	Local         string
	Domain        string // A-labels, lower case
	DisplayDomain string // as people read it
}

// String is the address as it is sent: "anna@xn--bcher-kva.ch".
func (m Mailbox) String() string { return m.Local + "@" + m.Domain }

// Display is the address as people read it: "anna@bücher.ch".
func (m Mailbox) Display() string { return m.Local + "@" + m.DisplayDomain }

// ParseMailbox reads an address as people type and paste it: with spaces around it, as "Name <a@b.ch>", as
// a mailto: link, with letters of any alphabet in the domain. With a problem of kind [Note] the Mailbox is
// good nevertheless; with an [Error] it is the zero Mailbox.
func ParseMailbox(text string) (Mailbox, *Problem) {
	bad := func(id string, kv ...any) (Mailbox, *Problem) {
		return Mailbox{}, problem(FieldMailbox, Error, "mailbox."+id, kv...)
	}
	if len(text) > 4*maxMailbox+256 { // room for a name before it
		return bad("long", "max", maxMailbox)
	}
	text = bareAddress(text)
	switch at := strings.Count(text, "@"); {
	case text == "":
		return bad("empty")
	case hasHidden(text):
		return bad("hidden")
	case strings.HasPrefix(text, `"`):
		return bad("quoted")
	case strings.ContainsAny(text, ",;") || (at > 1 && strings.ContainsAny(text, " \t\n")):
		return bad("several")
	case at == 0:
		return bad("no-at")
	case at > 1:
		return bad("two-at")
	case strings.ContainsFunc(text, unicode.IsSpace):
		return bad("space")
	}
	local, domain, _ := strings.Cut(text, "@")
	if id := localProblem(local); id != "" {
		return bad(id, "max", maxLocal)
	}
	if strings.HasPrefix(domain, "[") {
		return bad("address")
	}
	d, fault := ParseDomain(domain)
	if fault != "" {
		return bad("domain-" + string(fault))
	}
	if ending, yes := d.Reserved(); yes {
		return bad("reserved", "ending", "."+ending)
	}
	if d.PublicSuffix() {
		return bad("public-suffix", "domain", d.Display)
	}
	m := Mailbox{Local: local, Domain: d.ASCII, DisplayDomain: d.Display}
	if len(m.String()) > maxMailbox {
		return bad("long", "max", maxMailbox)
	}
	return m, remark(m, d)
}

// remark is what is worth a second look in a good address.
func remark(m Mailbox, d Domain) *Problem {
	if meant, ok := mistyped[d.ASCII]; ok {
		return problem(FieldMailbox, Note, "mailbox.mistyped", "meant", m.Local+"@"+meant)
	}
	if !d.KnownEnding() {
		return problem(FieldMailbox, Note, "mailbox.ending", "ending", d.Display[strings.LastIndexByte(d.Display, '.'):])
	}
	return nil
}

// mistyped are the usual slips in the names of large mail services. A mail to the wrong one is lost, and
// with it the order, so they are worth a note.
var mistyped = map[string]string{
	"gmial.com": "gmail.com", "gamil.com": "gmail.com", "gmai.com": "gmail.com", "gmail.con": "gmail.com",
	"gmail.co": "gmail.com", "gmail.ch": "gmail.com", "gmail.de": "gmail.com",
	"hotmial.com": "hotmail.com", "hotmail.con": "hotmail.com", "hotmai.com": "hotmail.com",
	"outlok.com": "outlook.com", "outlook.con": "outlook.com", "iclod.com": "icloud.com", "icloud.con": "icloud.com",
	"yahoo.con": "yahoo.com", "yaho.com": "yahoo.com", "bluwin.ch": "bluewin.ch", "bluewin.com": "bluewin.ch",
}

// bareAddress takes the address out of what is pasted around it.
func bareAddress(text string) string {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '＠' || r == '﹫': // full-width and small at signs
			return '@'
		case unicode.Is(unicode.Cf, r) && !isOverride(r):
			return -1
		}
		return r
	}, text))
	if open := strings.LastIndexByte(text, '<'); open >= 0 && strings.HasSuffix(text, ">") {
		text = text[open+1 : len(text)-1]
	}
	if len(text) >= 7 && strings.EqualFold(text[:7], "mailto:") {
		text, _, _ = strings.Cut(text[7:], "?")
		if plain, err := url.PathUnescape(text); err == nil {
			text = plain
		}
	}
	return strings.TrimSpace(strings.TrimRight(strings.TrimSpace(text), ",;"))
}

// localProblem judges the part before the "@": a dot-atom of RFC 5321 4.1.2. Quoted strings are allowed
// there and refused here: no certificate authority we know takes them, and few mail programs do.
func localProblem(local string) string {
	switch {
	case local == "":
		return "no-local"
	case strings.ContainsAny(local, `"\`):
		return "quoted"
	case strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, ".."):
		return "local-dots"
	}
	for _, r := range local {
		switch {
		case r >= 0x80:
			return "local-letters"
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
		case strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r):
		default:
			return "local-characters"
		}
	}
	if len(local) > maxLocal {
		return "local-long"
	}
	return ""
}
