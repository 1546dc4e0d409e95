package activation

import (
	"bytes"
	"io"
	"path"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // e-mails in other encodings than UTF-8
	"github.com/emersion/go-message/mail"

	"certdesk/internal/fault"
)

// Limits of a saved e-mail. Attachments are passed over, so it may be large.
const (
	MaxEmail  = 25 << 20 // octets
	maxParts  = 100
	maxNested = 3       // e-mails attached to e-mails
	maxHTML   = 1 << 20 // octets of an HTML part that are read
)

// ParseEmail reads a saved e-mail with the built-in directory: see [Parser.ParseEmail].
func ParseEmail(r io.Reader) (Reading, error) { return Parser{}.ParseEmail(r) }

// ParseEmail reads a saved e-mail (RFC 5322 with MIME, a file *.eml; also as Apple Mail and mbox files wrap it):
// its text parts, plain and HTML, and those of e-mails attached to it, as [Parser.Parse] reads a text of
// [Email]. In HTML the target of a link counts, and a text on it that shows another host is told
// ([Reading].Shown). Nothing that an e-mail refers to is loaded. It reads 25 MiB at most, of the texts together
// 64 KiB; other attachments are passed over. Errors are faults; MailEncrypted and MailSealed say that the
// text is in a form that a mail program alone can open.
func (p Parser) ParseEmail(r io.Reader) (Reading, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxEmail+1))
	if err != nil {
		return Reading{}, fault.New(fault.LinkUnreadable, err)
	}
	if len(data) > MaxEmail {
		return Reading{}, fault.New(fault.TextTooLong, nil)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return Reading{}, fault.New(fault.LinkEmpty, nil)
	}
	m := &letter{notes: newNotes()}
	m.read(unwrapFile(data), 0)
	return m.parse(p)
}

// letter collects the texts of an e-mail and of those attached to it. What is broken in it ends the
// collecting of that part; the rest counts.
type letter struct {
	plain, html strings.Builder
	notes       notes
	closed      fault.Code // why a part can't be read, empty where all could
	parts       int
}

// parse reads what was collected: the HTML first, whose links are whole and have targets; plain text beside it
// is the same once more, with links that may be broken over lines.
func (m *letter) parse(p Parser) (Reading, error) {
	html, plain := m.html.String(), m.plain.String()
	if holdsPrivateKey(plain) {
		return Reading{}, fault.New(fault.TextPrivateKey, nil)
	}
	if strings.TrimSpace(html) != "" {
		if r, err := p.parse(cut(html), Email, m.notes); err == nil && r.Kind != Code || fault.Is(err, fault.TextPrivateKey) {
			return r, err
		}
	}
	all := cut(plain + "\n\n" + html)
	if strings.TrimSpace(all) == "" {
		return Reading{}, m.nothing(fault.New(fault.TextNoLink, nil))
	}
	r, err := p.parse(all, Email, m.notes)
	if err != nil {
		return r, m.nothing(err)
	}
	return r, nil
}

func cut(text string) string { return text[:min(len(text), maxText)] }

// nothing gives the reason why nothing was found: a part that is closed says more than that there is no link in
// the others.
func (m *letter) nothing(err error) error {
	if fault.Is(err, fault.LinkEmpty) {
		err = fault.New(fault.TextNoLink, nil)
	}
	if m.closed != "" && (fault.Is(err, fault.TextNoLink) || fault.Is(err, fault.LinkNoCode) || fault.Is(err, fault.CodeMalformed)) {
		return fault.New(m.closed, nil)
	}
	return err
}

func (m *letter) full() bool { return m.plain.Len()+m.html.Len() > 2*maxText || m.parts > maxParts }

func (m *letter) read(data []byte, depth int) {
	reader, err := mail.CreateReader(bytes.NewReader(data))
	if reader == nil || (err != nil && !message.IsUnknownCharset(err)) {
		m.plain.Write(data[:min(len(data), maxText)]) // its head is broken: what can be seen of it
		return
	}
	defer func() { _ = reader.Close() }()
	for n := 0; !m.full(); n++ {
		part, err := reader.NextPart()
		if part == nil || (err != nil && !message.IsUnknownCharset(err)) {
			if n == 0 { // it says that it has parts, and has none
				m.plain.Write(data[:min(len(data), maxText)])
			}
			return
		}
		m.parts++
		m.part(part, depth)
	}
}

// part reads one part. What is attached is passed over, unless it is an e-mail.
func (m *letter) part(part *mail.Part, depth int) {
	var h message.Header
	attached := false
	switch x := part.Header.(type) {
	case *mail.InlineHeader:
		h = x.Header
	case *mail.AttachmentHeader:
		h, attached = x.Header, true
	default:
		return
	}
	kind, params, _ := h.ContentType()
	switch {
	case kind == "message/rfc822" || attached && isSavedMail(part.Header):
		if data, err := io.ReadAll(io.LimitReader(part.Body, MaxEmail)); depth < maxNested && (err == nil || len(data) > 0) {
			m.read(unwrapFile(data), depth+1)
		}
	case kind == "application/pkcs7-mime", kind == "application/x-pkcs7-mime":
		m.closed = fault.MailEncrypted
		if strings.HasPrefix(strings.ToLower(params["smime-type"]), "signed") {
			m.closed = fault.MailSealed
		}
	case kind == "application/pgp-encrypted":
		m.closed = fault.MailEncrypted
	case attached:
	case kind == "text/html":
		_ = m.notes.readHTML(&m.html, io.LimitReader(part.Body, maxHTML)) // what came before the break counts
		m.html.WriteString("\n\n")
	case kind == "text/plain", kind == "":
		m.addPlain(part.Body)
	}
}

func (m *letter) addPlain(body io.Reader) {
	from := m.plain.Len()
	_, _ = io.Copy(&m.plain, io.LimitReader(body, maxText))
	m.plain.WriteString("\n\n")
	if strings.Contains(m.plain.String()[from:], "-----BEGIN PGP MESSAGE-----") {
		m.closed = fault.MailEncrypted
	}
}

// isSavedMail reports whether an attachment is a saved e-mail by its name.
func isSavedMail(h mail.PartHeader) bool {
	a, ok := h.(*mail.AttachmentHeader)
	if !ok {
		return false
	}
	name, _ := a.Filename()
	return strings.EqualFold(path.Ext(name), ".eml")
}

var (
	emlxStart = regexp.MustCompile(`\A[0-9]{1,12} *\r?\n`)   // Apple Mail: how long the e-mail is
	mboxStart = regexp.MustCompile(`\A>?From [^\r\n]*\r?\n`) // RFC 4155
)

// unwrapFile takes off what programs put before an e-mail in its file.
func unwrapFile(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	data = bytes.TrimLeft(data, "\r\n")
	for _, start := range []*regexp.Regexp{emlxStart, mboxStart} {
		if at := start.FindIndex(data); at != nil {
			data = data[at[1]:]
		}
	}
	return data
}
