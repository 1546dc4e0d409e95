package activation

import (
	"regexp"
	"strings"
	"unicode"
)

// holdsPrivateKey recognises a pasted private key by the marks of its armour: PEM of any kind, OpenSSH,
// PGP, PuTTY, SSH2, age, and the tail of one. The dashes may have been "corrected" by a word processor.
func holdsPrivateKey(text string) bool { return privateKey.MatchString(text) }

var privateKey = regexp.MustCompile(`(?i)[-\x{2010}-\x{2015}]\s*(BEGIN|END)\b[A-Z0-9 \t]{0,40}PRIVATE\s+KEY` +
	`|PuTTY-User-Key-File-[0-9]|AGE-SECRET-KEY-1|AGE-PLUGIN-[A-Z0-9-]+-1`)

// marker stands for a character that a link or a code must not hold; white space of a text is kept.
const marker = '\uFFFD'

// readable removes what can't be seen and does no harm (zero-width spaces and joiners, soft hyphens, marks
// of direction), turns control characters and overrides of direction into a mark by which the link or code
// around it is refused, and gives every kind of white space one form.
func readable(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029':
			return '\n'
		case r == '\r':
			return -1
		case r == '\t' || unicode.Is(unicode.Zs, r):
			return ' '
		case isOverride(r):
			return marker
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
			return -1
		case unicode.IsControl(r):
			return marker
		}
		return r
	}, strings.ToValidUTF8(text, string(marker)))
	// An e-mail program may put a link between marks of direction; those around a text do no harm.
	return strings.Trim(text, " \n"+string(marker))
}

// isOverride reports embeddings, overrides and isolates (UAX 9): they change the order in which the rest
// is shown.
func isOverride(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

var linkStart = regexp.MustCompile(`(?i)\bhttps?:/`)

// wholeLink takes a text that is one link: alone, in brackets or quotes, or broken over lines by an e-mail
// program.
func wholeLink(text string) (string, bool) {
	starts := linkStart.FindAllStringIndex(text, -1)
	if len(starts) == 0 {
		return "", false
	}
	bare := strings.Trim(text, " \n<>\"'")
	if !linkStart.MatchString(bare[:min(len(bare), 8)]) || strings.Contains(bare, " ") {
		return "", false
	}
	lines := strings.Split(bare, "\n")
	for i, l := range lines {
		if i > 0 && (strings.Contains(l, "://") || (len(l) < 16 && words.MatchString(strings.TrimRight(l, ",.!")))) {
			return "", false // another link, or a word that follows: "Regards"
		}
		// Programs break lines at 60 characters and more; a shorter line ended by itself.
		if i < len(lines)-1 && len(l) < 60 && !strings.HasPrefix(text, "<") {
			return "", false
		}
	}
	return trimLink(strings.Join(lines, "")), true
}

// findLinks gives the different links of a text in their order. A link between angle brackets may be broken over
// lines (RFC 3986 appendix C).
func findLinks(text string) []string {
	var out []string
	seen := map[string]bool{}
	for text != "" {
		at := linkStart.FindStringIndex(text)
		if at == nil {
			break
		}
		rest := text[at[0]:]
		link, used := takeLink(rest, at[0] > 0 && text[at[0]-1] == '<')
		if !seen[link] {
			out, seen[link] = append(out, link), true
		}
		text = rest[used:]
	}
	return out
}

func takeLink(rest string, bracketed bool) (link string, used int) {
	if bracketed {
		end := strings.IndexAny(rest, "<>")
		if end > 0 && rest[end] == '>' && end <= maxWrapped {
			return strings.Join(strings.Fields(rest[:end]), ""), end
		}
	}
	end := strings.IndexAny(rest, " \n<>\"“”„«»|`{}^")
	if end < 0 {
		end = len(rest)
	}
	return trimLink(rest[:end]), end
}

// trimLink takes off what belongs to the sentence around a link: the final dot, and a closing bracket
// that was opened before the link.
func trimLink(link string) string {
	for link != "" {
		last := link[len(link)-1]
		switch {
		case strings.IndexByte(`.,;:!?'*"`, last) >= 0:
		case last == ')' && strings.Count(link, "(") < strings.Count(link, ")"):
		case last == ']' && strings.Count(link, "[") < strings.Count(link, "]"):
		default:
			return strings.TrimRight(link, "’‘…"+string(marker))
		}
		link = link[:len(link)-1]
	}
	return link
}
