package activation

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // e-mails in other encodings than UTF-8
	"github.com/emersion/go-message/mail"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"certdesk/internal/fault"
)

// Limits of a saved e-mail. Attachments are passed over, so it may be large.
const (
	maxEmail = 25 << 20 // octets
	maxParts = 100
	maxHTML  = 1 << 20 // octets of an HTML part that are read
)

// ParseEmail reads a saved e-mail with the built-in directory: see [Parser.ParseEmail].
func ParseEmail(r io.Reader) (Reading, error) { return Parser{}.ParseEmail(r) }

// ParseEmail reads a saved e-mail (RFC 5322 with MIME, a file *.eml): its text parts, plain and HTML, as
// [Parser.Parse] reads a text of [Email]. In HTML the target of a link counts, and a link-like text on it does
// not. It reads 25 MiB at most, of the texts together 64 KiB; attachments are passed over. Errors are faults.
func (p Parser) ParseEmail(r io.Reader) (Reading, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxEmail+1))
	if err != nil {
		return Reading{}, fault.New(fault.LinkUnreadable, err)
	}
	if len(data) > maxEmail {
		return Reading{}, fault.New(fault.TextTooLong, nil)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return Reading{}, fault.New(fault.LinkEmpty, nil)
	}
	text := textOf(data)
	if strings.TrimSpace(text) == "" {
		return Reading{}, fault.New(fault.TextNoLink, nil)
	}
	return p.Parse(text[:min(len(text), maxText)], Email)
}

// textOf collects the texts of an e-mail; what is broken in it ends the collecting.
func textOf(data []byte) string {
	reader, err := mail.CreateReader(bytes.NewReader(data))
	if reader == nil || (err != nil && !message.IsUnknownCharset(err)) {
		return ""
	}
	defer func() { _ = reader.Close() }()
	var b strings.Builder
	for range maxParts {
		part, err := reader.NextPart()
		if part == nil || (err != nil && !message.IsUnknownCharset(err)) {
			break
		}
		h, ok := part.Header.(*mail.InlineHeader)
		if !ok {
			continue
		}
		kind, _, _ := h.ContentType()
		if readPart(&b, kind, part.Body) != nil || b.Len() > maxText {
			break
		}
	}
	return b.String()
}

func readPart(b *strings.Builder, kind string, body io.Reader) error {
	var err error
	switch kind {
	case "text/plain", "":
		_, err = io.Copy(b, io.LimitReader(body, maxText))
	case "text/html":
		err = readHTML(b, io.LimitReader(body, maxHTML))
	}
	b.WriteString("\n\n")
	return err
}

// readHTML writes the text of a page, a line for each block, and the target of each link in angle brackets.
func readHTML(b *strings.Builder, r io.Reader) error {
	z := html.NewTokenizer(r)
	unseen, link := 0, false
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
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
			writeText(b, token.Data, link)
		case token.DataAtom == atom.A:
			link = kind == html.StartTagToken
			if target := attribute(token, "href"); link && linkStart.MatchString(target) {
				b.WriteString(" <" + strings.Join(strings.Fields(target), "") + "> ")
			}
		case blocks[token.DataAtom]:
			b.WriteByte('\n')
		}
	}
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
