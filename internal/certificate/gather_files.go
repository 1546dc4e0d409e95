package certificate

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"

	"certdesk/internal/fault"
)

// The bounds of archives and e-mails: what sellers send has a few files of a few kilobytes.
const (
	maxUnpacked = 16 << 20 // octets of all files together
	maxEntry    = MaxBytes // of one file in an archive
	maxFiles    = 200      // in all
	maxRatio    = 200      // to which a file may swell, from maxSmall on
	maxSmall    = 64 << 10
)

// addArchive looks into a ZIP. What is too large for a certificate is passed over unread; an archive that is made to
// swell is not read on.
func (g *gatherer) addArchive(data []byte, depth int) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		g.broken = true
		return
	}
	for _, f := range z.File {
		if f.FileInfo().IsDir() || isShadow(f.Name) {
			continue
		}
		if g.files++; g.files > maxFiles || g.left <= 0 || g.many {
			g.large()
			return
		}
		if f.Flags&1 != 0 {
			g.closed = fault.New(fault.ArchiveSealed, nil)
			continue
		}
		if f.UncompressedSize64 > maxEntry {
			if swells(f) {
				g.large()
			}
			continue
		}
		g.addEntry(f, depth)
	}
}

// isShadow reports a file that macOS puts beside each other one.
func isShadow(name string) bool {
	return strings.HasPrefix(name[strings.LastIndexByte(name, '/')+1:], "._")
}

// swells reports whether a file in an archive is larger than files pack.
func swells(f *zip.File) bool {
	return f.UncompressedSize64 > maxSmall && f.UncompressedSize64/maxRatio > f.CompressedSize64
}

// large notes that an archive is larger, or has more in it, than what is read.
func (g *gatherer) large() {
	if g.closed == nil {
		g.closed = fault.New(fault.ArchiveLarge, ErrTooLarge)
	}
}

func (g *gatherer) addEntry(f *zip.File, depth int) {
	if swells(f) {
		g.large()
		return
	}
	r, err := f.Open()
	if err != nil {
		return
	}
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(io.LimitReader(r, min(maxEntry, g.left)+1)) // its size may be a lie
	g.left -= int64(len(data))
	if err != nil || len(data) > maxEntry {
		return
	}
	g.add(data, depth+1)
}

// asMail reads the head of a saved e-mail.
func asMail(text string) (*mail.Message, bool) {
	head := strings.ToLower(text[:min(len(text), 64<<10)])
	if end := strings.Index(strings.ReplaceAll(head, "\r", ""), "\n\n"); end >= 0 {
		head = head[:min(end+64, len(head))]
	}
	if !strings.Contains(head, "content-type:") && !strings.Contains(head, "mime-version:") {
		return nil, false
	}
	m, err := mail.ReadMessage(strings.NewReader(strings.TrimLeft(text, "\r\n")))
	if err != nil || m.Header.Get("From")+m.Header.Get("Subject")+m.Header.Get("Received") == "" {
		return nil, false
	}
	return m, true
}

// part is what an e-mail's head and that of a part of one have in common.
type part interface{ Get(name string) string }

func (g *gatherer) addMail(m *mail.Message, depth int) {
	g.addPart(m.Header, m.Body, depth)
}

// addPart looks into a part of an e-mail. A signature's own certificates are the sender's.
func (g *gatherer) addPart(h part, body io.Reader, depth int) {
	if g.files++; g.files > maxFiles || depth > maxInside || g.left <= 0 {
		return
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	switch {
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] != "":
		g.addParts(multipart.NewReader(body, params["boundary"]), depth)
		return
	case strings.HasSuffix(kind, "pkcs7-signature"), strings.HasPrefix(kind, "image/"):
		return
	}
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Transfer-Encoding"))) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	data, _ := io.ReadAll(io.LimitReader(body, g.left)) // what came before a break counts
	g.left -= int64(len(data))
	switch {
	case len(data) == 0:
	case strings.HasSuffix(kind, "pkcs7-mime"):
		if strings.HasPrefix(strings.ToLower(params["smime-type"]), "certs") { // RFC 8551, 3.8: certificates alone
			g.add(data, depth+1)
		}
	case kind == "text/html":
		g.addText(string(data))
	default:
		g.add(data, depth+1)
	}
}

func (g *gatherer) addParts(parts *multipart.Reader, depth int) {
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			return
		}
		g.addPart(p.Header, p, depth+1)
		_ = p.Close()
		if g.files > maxFiles {
			return
		}
	}
}
