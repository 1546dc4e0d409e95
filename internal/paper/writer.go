package paper

import (
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

const (
	regular = "text"
	bold    = "bold"
	mono    = "mono"
)

// Sizes, in millimetres; those of letters in points.
const (
	margin     = 20.0
	pageWidth  = 210.0
	pageHeight = 297.0
	width      = pageWidth - 2*margin
	bottom     = pageHeight - margin - 4
	labelWidth = 50.0

	titleSize   = 17.0
	headingSize = 12.0
	textSize    = 10.5
	monoSize    = 10.0
	footSize    = 8.0
	leading     = 1.4 / 72 * 25.4 // of a line, for each point of its letters
)

// writer prints lines from the top of a page to its bottom, and goes on on the next.
type writer struct {
	pdf    *fpdf.Fpdf
	y      float64
	total  int
	footer func(n, total int) string
}

func (w *writer) page() {
	w.pdf.AddPage()
	w.y = margin
}

// need begins a new page unless height millimetres are left on this one.
func (w *writer) need(height float64) {
	if w.y+height > bottom && w.y > margin {
		w.foot()
		w.page()
	}
}

func (w *writer) foot() {
	if w.footer == nil {
		return
	}
	w.pdf.SetFont(regular, "", footSize)
	w.pdf.SetTextColor(86, 97, 115)
	w.pdf.Text(margin, pageHeight-margin+6, line(w.footer(w.pdf.PageNo(), w.total)))
	w.pdf.SetTextColor(0, 0, 0)
}

// write prints lines at x, wrapped to a width.
func (w *writer) write(font string, size, x, room float64, text []string) {
	for _, l := range text {
		for _, piece := range w.wrap(font, size, room, l) {
			w.need(size * leading)
			w.pdf.SetFont(font, "", size) // after need: a page may have begun
			w.y += size * leading
			w.pdf.Text(x, w.y-size*leading*0.25, piece)
		}
	}
}

// wrap breaks a line between words; a word that is too long is broken where the room ends.
func (w *writer) wrap(font string, size, room float64, text string) []string {
	w.pdf.SetFont(font, "", size)
	var out []string
	now := ""
	for _, word := range strings.Fields(text) {
		with := word
		if now != "" {
			with = now + " " + word
		}
		if w.pdf.GetStringWidth(with) <= room {
			now = with
			continue
		}
		if now != "" {
			out = append(out, now)
		}
		for w.pdf.GetStringWidth(word) > room {
			n := w.fits(word, room)
			out = append(out, word[:n])
			word = word[n:]
		}
		now = word
	}
	return append(out, now)
}

// fits is how many bytes of a word have room, at least its first letter.
func (w *writer) fits(word string, room float64) int {
	last := 0
	for i := range word {
		if i > 0 && w.pdf.GetStringWidth(word[:i]) > room {
			break
		}
		last = i
	}
	if last == 0 { // one letter wider than the room
		for i := range word {
			if i > 0 {
				return i
			}
		}
		return len(word)
	}
	return last
}

func (w *writer) title(text string) {
	w.write(bold, titleSize, margin, width, []string{text})
	w.y += 4
}

func (h Heading) draw(w *writer) {
	w.y += 3
	w.write(bold, headingSize, margin, width, []string{line(string(h))})
	w.y++
}

func (p Paragraph) draw(w *writer) {
	w.write(regular, textSize, margin, width, lines(string(p)))
	w.y += 2
}

func (r Row) draw(w *writer) {
	w.need(textSize * leading)
	top, page := w.y, w.pdf.PageNo()
	w.write(regular, textSize, margin, labelWidth-4, []string{line(r.Label)})
	left := w.y
	if w.pdf.PageNo() == page {
		w.y = top
	}
	switch {
	case strings.TrimSpace(r.Value) == "":
		w.y += textSize * leading
		w.rule(margin+labelWidth, width-labelWidth)
		w.y += 1.5
	case r.Mono:
		w.write(mono, monoSize, margin+labelWidth, width-labelWidth, lines(r.Value))
	default:
		w.write(regular, textSize, margin+labelWidth, width-labelWidth, lines(r.Value))
	}
	if w.pdf.PageNo() == page {
		w.y = max(w.y, left)
	}
	w.y += 1.5
}

// rule is a line to write on, at the height where the writer is.
func (w *writer) rule(x, length float64) {
	w.pdf.SetDrawColor(127, 139, 157)
	w.pdf.SetLineWidth(0.2)
	w.pdf.Line(x, w.y, x+length, w.y)
}

// blockPad is the room between a block's frame and its text.
const blockPad = 3.0

func (b Block) draw(w *writer) {
	var all []string
	for _, l := range lines(string(b)) {
		all = append(all, w.wrap(mono, monoSize, width-2*blockPad, l)...)
	}
	high := monoSize * leading
	for len(all) > 0 { // a frame for each page that it stands on
		w.need(high + 2*blockPad)
		n := min(len(all), max(1, int((bottom-w.y-2*blockPad)/high)))
		w.pdf.SetDrawColor(214, 220, 229)
		w.pdf.SetFillColor(246, 247, 249)
		w.pdf.SetLineWidth(0.2)
		w.pdf.Rect(margin, w.y, width, float64(n)*high+2*blockPad, "FD")
		w.y += blockPad
		w.write(mono, monoSize, margin+blockPad, width-2*blockPad+0.1, all[:n])
		w.y += blockPad
		all = all[n:]
	}
	w.y += 3
}

func (p Postal) draw(w *writer) {
	w.need(float64(len(p)) * textSize * leading)
	for _, l := range p {
		w.write(regular, textSize, margin+8, width-8, []string{line(l)})
	}
	w.y += 3
}

func (s Signature) draw(w *writer) {
	w.need(26)
	w.y += 18
	w.rule(margin, width/2)
	w.write(regular, footSize+1, margin, width/2, []string{line(string(s))})
	w.y += 3
}
