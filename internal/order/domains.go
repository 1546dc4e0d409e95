package order

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FieldDomains is the field of the names of websites.
const FieldDomains = "domains"

// maxEntries is how many names are read of what was typed or pasted: more than any certificate holds.
const maxEntries = 5000

// DomainList is what somebody typed or pasted as the names of websites, read once: one name a line, or a
// list with commas, semicolons, tabs or spaces between the names.
type DomainList struct {
	Entries []DomainEntry
	// Names are the names asked for, as they are sent, each once: A-labels, a wildcard with "*." in front. Those
	// with a problem of kind [Error] are not among them.
	Names []string
	// Pairs are those of Names that bring their www (or bare) counterpart along free of charge.
	Pairs []string
	// Wrong counts the entries that can't be sent as they are, Notes those worth a second look.
	Wrong, Notes int
	// Problem is what is wrong with the list as a whole: none, too few or too many names. Its kind is [Error].
	Problem *Problem

	more bool // there was more than maxEntries
}

// DomainEntry is one name of the list as it was typed, and how it was understood.
type DomainEntry struct {
	Line       int    // from 1
	Typed      string // without what was around it: quotes, a bullet
	Start, End int    // where Typed stands in the text, in bytes
	Domain     Domain // without "*."; zero where the name could not be read
	Wildcard   bool
	Merged     bool     // stands in the list already, or comes with another name: not counted again
	Problem    *Problem // nil: good
	// Instead is what was probably meant, where that is safe to offer; empty otherwise.
	Instead string
}

// Name is the entry as it is sent, in A-labels; empty where it could not be read.
func (e DomainEntry) Name() string { return e.wild(e.Domain.ASCII) }

// Display is the entry as people read it; empty where it could not be read.
func (e DomainEntry) Display() string { return e.wild(e.Domain.Display) }

func (e DomainEntry) wild(name string) string {
	if e.Wildcard && name != "" {
		return "*." + name
	}
	return name
}

// Bad reports whether the entry can't be sent as it is.
func (e DomainEntry) Bad() bool { return e.Problem != nil && e.Problem.Kind == Error }

// Count is how many names of the licence the list uses: wrong ones count, since they are meant; what is
// merged and the free counterparts don't.
func (d DomainList) Count() int {
	n := 0
	for _, e := range d.Entries {
		if !e.Merged {
			n++
		}
	}
	return n
}

// ReadDomains reads the names that were typed, by the rules of the licence. It is quick enough to be called
// on each key: a millisecond or so for a hundred names.
func (l Licence) ReadDomains(a Application) DomainList {
	var d DomainList
	tokens, more := domainTokens(a.Domains)
	d.more = more
	pairs := l.Product.Names.WWW == "free_pair" && !a.WithoutWWW
	first := map[string]int{} // by name: the line where it stands
	for _, t := range tokens {
		e := l.judgeDomain(t)
		if name := e.Name(); name != "" && !e.Bad() {
			mergeDomain(&e, name, first, pairs)
			if !e.Merged {
				first[name] = e.Line
				d.Names = append(d.Names, name)
				if pairs && Counterpart(name) != "" {
					d.Pairs = append(d.Pairs, name)
				}
			}
		}
		d.Entries = append(d.Entries, e)
	}
	d.noteCovered(first)
	for _, e := range d.Entries {
		switch {
		case e.Bad():
			d.Wrong++
		case e.Problem != nil:
			d.Notes++
		}
	}
	d.Problem = l.countDomains(&d)
	return d
}

// mergeDomain marks what needs no place of its own: a name that stands further up, or comes with one.
func mergeDomain(e *DomainEntry, name string, first map[string]int, pairs bool) {
	if line, twice := first[name]; twice {
		e.Merged = true
		e.Problem = problem(FieldDomains, Note, "names.duplicate", "name", e.Display(), "line", line)
		return
	}
	other := Counterpart(name)
	if line, comes := first[other]; pairs && other != "" && comes {
		e.Merged = true
		e.Problem = problem(FieldDomains, Note, "names.pair", "name", e.Display(), "line", line)
	}
}

// noteCovered marks names that a wildcard of the list covers: one label in its place (RFC 6125 6.4.3).
func (d *DomainList) noteCovered(first map[string]int) {
	for i := range d.Entries {
		e := &d.Entries[i]
		if e.Problem != nil || e.Wildcard {
			continue
		}
		if _, parent, ok := strings.Cut(e.Domain.ASCII, "."); ok {
			if _, covered := first["*."+parent]; covered {
				_, shown, _ := strings.Cut(e.Domain.Display, ".")
				e.Problem = problem(FieldDomains, Note, "names.covered", "name", e.Display(), "wildcard", "*."+shown)
			}
		}
	}
}

// countDomains judges how many names there are.
func (l Licence) countDomains(d *DomainList) *Problem {
	n, rules := d.Count(), l.Product.Names
	switch {
	case n == 0:
		return problem(FieldDomains, Error, "names.empty."+l.wildcardRule())
	case rules.Max > 0 && n > rules.Max, d.more:
		return problem(FieldDomains, Error, "names.too-many", "n", n-rules.Max, "have", n, "max", rules.Max, "seller", l.SellerName)
	case n < rules.Min:
		return problem(FieldDomains, Error, "names.too-few", "n", rules.Min, "have", n)
	}
	return nil
}

// wildcardRule folds what the licence says of wildcards into no, yes and only.
func (l Licence) wildcardRule() string {
	switch w := l.Product.Names.Wildcard; w {
	case "yes", "only":
		return w
	}
	return "no"
}

// Replaced gives text with an entry of it replaced by what was probably meant.
func (e DomainEntry) Replaced(text string) string {
	if e.Instead == "" || e.End > len(text) || e.Start > e.End || text[e.Start:e.End] != e.Typed {
		return text
	}
	return text[:e.Start] + e.Instead + text[e.End:]
}

// domainToken is a name as it stands in the text.
type domainToken struct {
	line       int
	start, end int
	text       string
	joined     string // not empty: text has spaces in it, and this is it without them
}

var (
	ordinal  = regexp.MustCompile(`^\(?[0-9]{1,4}[.)]$`) // "3.", "(3)" in front of a name
	nameTag  = regexp.MustCompile(`(?i)^(dns|cn|san|dns name|commonname)[:=]`)
	nameEnds = `"'` + "`" + `“”„‟‘’‚«»‹›()[]{}<>|!?:`
)

// domainTokens takes the names out of a text, at most maxEntries; more says that there were more.
func domainTokens(text string) (out []domainToken, more bool) {
	line, at := 0, 0
	for part := range strings.Lines(text) {
		line++
		out = append(out, lineTokens(part, line, at)...)
		at += len(part)
		if len(out) > maxEntries {
			return out[:maxEntries], true
		}
	}
	return out, false
}

func lineTokens(part string, line, at int) []domainToken {
	var out []domainToken
	for from := 0; from < len(part); {
		n := strings.IndexAny(part[from:], ",;\t\r\n，、；")
		size := 1
		if n < 0 {
			n, size = len(part)-from, 0
		} else {
			_, size = utf8.DecodeRuneInString(part[from+n:])
		}
		out = append(out, segmentTokens(part[from:from+n], line, at+from)...)
		from += n + size
	}
	return out
}

// segmentTokens takes the names out of a text between commas. A name with spaces in it is told from several
// names: one of its parts is no name.
func segmentTokens(segment string, line, at int) []domainToken {
	words := fieldsAt(segment)
	for len(words) > 1 && isBullet(words[0].text) {
		words = words[1:]
	}
	var out []domainToken
	for _, w := range words {
		start, text := strip(w.text)
		if text != "" {
			out = append(out, domainToken{line: line, start: at + w.start + start, end: at + w.start + start + len(text), text: text})
		}
	}
	if len(out) == 2 || len(out) == 3 {
		if whole, ok := joinedName(out); ok {
			first, last := out[0], out[len(out)-1]
			return []domainToken{{
				line: line, start: first.start, end: last.end, text: segment[first.start-at : last.end-at], joined: whole,
			}}
		}
	}
	return out
}

// joinedName reports whether words are one name with spaces in it.
func joinedName(words []domainToken) (string, bool) {
	broken, whole := false, ""
	for _, w := range words {
		inner := strings.Trim(w.text, ".")
		broken = broken || inner != w.text || !strings.Contains(inner, ".")
		whole += w.text
	}
	if !broken {
		return "", false
	}
	_, wrong := ParseDomain(strings.TrimPrefix(whole, "*."))
	return whole, wrong == ""
}

type wordAt struct {
	start int
	text  string
}

func fieldsAt(s string) []wordAt {
	var out []wordAt
	start := -1
	for i, r := range s {
		space := unicode.IsSpace(r)
		switch {
		case !space && start < 0:
			start = i
		case space && start >= 0:
			out = append(out, wordAt{start, s[start:i]})
			start = -1
		}
	}
	if start >= 0 {
		out = append(out, wordAt{start, s[start:]})
	}
	return out
}

// isBullet reports whether a word in front of a name is there for the eye alone.
func isBullet(word string) bool {
	switch word {
	case "-", "–", "—", "*", "•", "·", "+", "o", "▪", "‣", ">", "→", "#":
		return true
	}
	return ordinal.MatchString(word) || nameTag.MatchString(word+":") && !strings.Contains(word, ".")
}

// strip takes away what stands around a name: quotes, brackets, a bullet, and the "DNS:" of the tools that print
// certificates. start is where the rest begins.
func strip(word string) (start int, text string) {
	bare := func() {
		trimmed := strings.TrimLeft(text, nameEnds+"•·▪‣→")
		start += len(text) - len(trimmed)
		text = strings.TrimRight(trimmed, nameEnds)
	}
	text = word
	if strings.HasPrefix(word, "[") && strings.Contains(word, "]") && strings.Contains(word, ":") {
		return 0, word // an IPv6 address, with its port perhaps
	}
	bare()
	if tag := nameTag.FindString(text); tag != "" && !strings.HasPrefix(text[len(tag):], "//") {
		start, text = start+len(tag), text[len(tag):]
		bare()
	}
	return start, text
}
