package activation

import (
	"errors"
	"io"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"certdesk/internal/i18n"
)

// notes say of links, by their targets, what stood on them.
type notes struct {
	shown map[string]string // the host that the text on it shows, where it shows one
	says  map[string]string // its words
}

func newNotes() notes { return notes{shown: map[string]string{}, says: map[string]string{}} }

// readHTML writes the text of a page, a line for each block, and the target of each link in angle brackets.
// What stands on links is kept apart, in n.
func (n notes) readHTML(b *strings.Builder, r io.Reader) error {
	z := html.NewTokenizer(r)
	unseen := 0
	target, on := "", ""
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			n.note(target, on)
			if errors.Is(z.Err(), io.EOF) {
				return nil
			}
			return z.Err()
		}
		if b.Len() > maxText {
			return nil
		}
		token := z.Token()
		switch {
		case token.DataAtom == atom.Style || token.DataAtom == atom.Script || token.DataAtom == atom.Title:
			unseen = max(0, unseen+step(kind))
		case kind == html.TextToken && unseen == 0:
			writeText(b, token.Data, target != "")
			on += token.Data
		case token.DataAtom == atom.Img && target != "":
			on += " " + attribute(token, "alt") + " "
		case token.DataAtom == atom.A || token.DataAtom == atom.Area:
			n.note(target, on)
			target, on = "", attribute(token, "alt")
			if link := attribute(token, "href"); kind != html.EndTagToken && linkStart.MatchString(link) {
				link = strings.Join(strings.Fields(link), "")
				b.WriteString(" <" + link + "> ")
				if token.DataAtom == atom.A {
					target = link
				} else {
					n.note(link, on)
				}
			}
		case blocks[token.DataAtom]:
			b.WriteByte('\n')
		}
	}
}

// note keeps what stands on a link. One target may have several links; a text that shows another host than
// the first counts.
func (n notes) note(target, on string) {
	if target == "" {
		return
	}
	if host := shownHost(on); host != "" {
		n.shown[target] = host
	}
	if n.says[target] == "" {
		n.says[target] = saying(on)
	}
}

// shownHost is the host that a text on a link shows, as people read it: "https://shop.example.ch/…" or
// "shop.example.ch".
func shownHost(text string) string {
	for _, word := range strings.Fields(readable(text)) {
		word = strings.Trim(word, ".,;:!?()[]<>\"'“”„«»")
		link, bare := word, false
		if !linkStart.MatchString(word) {
			if link, bare = bareLink(word); !bare {
				continue
			}
		}
		inner, _, err := unwrap(link) // a program may have made the text of the wrapped link
		if err != nil {
			return ""
		}
		u, err := url.Parse(inner)
		if err != nil {
			continue
		}
		if h, err := hostOf(u); err == nil {
			return h.Display
		}
	}
	return ""
}

// differs reports whether a link shows another host than the one it leads to; www. makes no other.
func differs(shown string, h Host) bool {
	bare := func(s string) string { return strings.TrimPrefix(s, "www.") }
	return shown != "" && bare(shown) != bare(h.Display) && bare(shown) != bare(strings.TrimSuffix(h.Display, ":"+h.Port))
}

const maxSaying = 80 // runes of what stands on or before a link

// saying is a text that tells links apart: without links, and without anything that could be a code.
func saying(text string) string {
	var out []string
	for _, word := range strings.Fields(readable(text)) {
		bare := strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		coded := len(bare) >= 4 && strings.ContainsAny(bare, "0123456789")
		if linkStart.MatchString(word) || strings.ContainsAny(word, "/@#<>|") || coded || looksLikeCode(bare) || isDemo(bare) {
			continue
		}
		out = append(out, word)
	}
	return i18n.Clean(strings.Join(out, " "), maxSaying)
}

// before is what stands before a link in a text: the words of its line, or else the last line above it with
// words.
func before(text, link string) string {
	at := strings.Index(text, link)
	if at < 0 {
		return ""
	}
	text = text[max(0, at-1000):at]
	for lines := strings.Split(text, "\n"); len(lines) > 0; lines = lines[:len(lines)-1] {
		line := lines[len(lines)-1]
		if others := linkStart.FindAllStringIndex(line, -1); others != nil {
			line = line[others[len(others)-1][0]:] // what stands before another link is about that one
		}
		if s := saying(line); len(s) > 4 {
			return s
		}
		if len(line) < len(lines[len(lines)-1]) {
			return ""
		}
	}
	return ""
}

// writeText writes a run of text, without what looks like a link on a link: only the target counts.
func writeText(b *strings.Builder, text string, link bool) {
	for _, word := range strings.Fields(text) {
		if link && (linkStart.MatchString(word) || strings.ContainsAny(word, "/#@")) {
			continue
		}
		b.WriteString(word + " ")
	}
}

func step(kind html.TokenType) int {
	switch kind {
	case html.StartTagToken:
		return 1
	case html.EndTagToken:
		return -1
	default:
		return 0
	}
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// blocks are the elements that begin or end a line.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Br: true, atom.Div: true, atom.Tr: true, atom.Td: true, atom.Th: true, atom.Table: true, atom.Li: true,
	atom.Ul: true, atom.Ol: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.Hr: true, atom.Pre: true,
	atom.Blockquote: true,
}
