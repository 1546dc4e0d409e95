// Package paper makes PDF files: instructions for somebody else, forms to print and sign.
//
// It takes rendered text and knows nothing of what it says. The same [Document] gives the same bytes. Text
// from outside is safe in it: nothing in it is markup, what can't be seen is written out (see [i18n.Clean]),
// and letters that the fonts have no shape for become a box. There is no script, form field or link in the
// files.
package paper

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"certdesk/internal/i18n"
)

// Fonts are TrueType files. The app prints with the fonts that it draws its window with.
type Fonts struct {
	Regular, Bold, Mono []byte
}

// Document is a text to print, on A4.
type Document struct {
	Title    string // also the file's title in readers
	Language string // BCP 47; empty: not said
	Made     time.Time
	Parts    []Part
	// Footer is the small line under page n of total; nil: none.
	Footer func(n, total int) string
}

// Part is one thing on the paper: [Heading], [Paragraph], [Row], [Block], [Postal] or [Signature].
type Part interface{ draw(w *writer) }

// Heading stands above the parts that follow.
type Heading string

// Paragraph is running text; line ends in it are kept.
type Paragraph string

// Row is a value with its label at the left. An empty value leaves a line to write on.
type Row struct {
	Label, Value string
	Mono         bool // a value to be typed somewhere exactly: in the font that tells 0 from O
}

// Block is text to be taken over exactly, in a frame; line ends in it are kept.
type Block string

// Postal is an address, a line each, as it stands on an envelope.
type Postal []string

// Signature is room to sign, with what is written under the line.
type Signature string

// maxParts and maxText bound what a service can make us print.
const (
	maxParts = 2000
	maxText  = 20_000 // characters of one part
)

// ErrTooLong says that a document has more than 2,000 parts.
var ErrTooLong = errors.New("paper: the document is too long")

// PDF prints d.
func (f Fonts) PDF(d Document) ([]byte, error) {
	if len(d.Parts) > maxParts {
		return nil, ErrTooLong
	}
	pages := 0
	if d.Footer != nil { // printed twice: how many pages there are is known at the end
		w, err := f.print(d, 0)
		if err != nil {
			return nil, err
		}
		pages = w.pdf.PageCount()
	}
	w, err := f.print(d, pages)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := w.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("paper: printing: %w", err)
	}
	return out.Bytes(), nil
}

func (f Fonts) print(d Document, pages int) (*writer, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(d.Made.UTC())
	pdf.SetModificationDate(d.Made.UTC())
	pdf.SetProducer("Certdesk", true)
	pdf.SetTitle(line(d.Title), true)
	if d.Language != "" {
		pdf.SetLang(d.Language)
	}
	pdf.SetMargins(margin, margin, margin)
	pdf.SetAutoPageBreak(false, 0) // the writer breaks between lines and keeps what belongs together
	pdf.SetCellMargin(0)
	pdf.AddUTF8FontFromBytes(regular, "", f.Regular)
	pdf.AddUTF8FontFromBytes(bold, "", f.Bold)
	pdf.AddUTF8FontFromBytes(mono, "", f.Mono)
	w := &writer{pdf: pdf, total: pages, footer: d.Footer}
	w.page()
	w.title(line(d.Title))
	for i, p := range d.Parts {
		if _, ok := p.(Heading); ok && i+1 < len(d.Parts) {
			w.need(24) // a heading stays with what it is about
		}
		p.draw(w)
	}
	w.foot()
	if err := pdf.Error(); err != nil {
		return nil, fmt.Errorf("paper: printing: %w", err)
	}
	return w, nil
}

// line makes text safe to print in one line.
func line(s string) string {
	s = i18n.Clean(s, maxText)
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF { // beyond what a TrueType font is embedded with here
			return '□'
		}
		return r
	}, s)
}

// lines makes text safe to print and keeps its line ends.
func lines(s string) []string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	if r := []rune(s); len(r) > maxText {
		s = string(r[:maxText]) + "…"
	}
	out := strings.Split(strings.Trim(s, "\n"), "\n")
	for i, l := range out {
		out[i] = line(l)
	}
	return out
}
