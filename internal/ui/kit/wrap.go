package kit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// Span is a part of a text in one style.
type Span struct {
	Text  string
	Bold  bool
	Mono  bool
	Color fyne.ThemeColorName // "" is that of the text
	OnTap func()              // makes it a link
}

// piece is what stands in one line in one style.
type piece struct {
	span int
	text string
	x, w float32
}

type textLine struct {
	pieces []piece
	w      float32
}

// face is how a span is drawn.
type face struct {
	size  float32
	style fyne.TextStyle
}

// source is the font of bold text. Fyne reads a font of the system beside each font of the theme, 3 MB, in
// case that it lacks a letter; beside a font that is named it does so when a letter is lacking.
func (f face) source() fyne.Resource {
	if f.style.Bold {
		return theme.DefaultTextBoldFont()
	}
	return nil
}

func (f face) measure(s string) fyne.Size {
	size, _ := fyne.CurrentApp().Driver().RenderedTextSize(s, f.size, f.style, f.source())
	return size
}

// write puts text into c in this face.
func (f face) write(c *canvas.Text, text string) {
	c.Text, c.TextSize, c.TextStyle, c.FontSource = text, f.size, f.style, f.source()
}

// ReadFonts reads the fonts of the first screen, so that the app can do it while it waits for the display.
// Fyne keeps fonts without a lock: until it returns, nothing else may measure or draw a text.
func ReadFonts() {
	face{SizeBody, fyne.TextStyle{}}.height()
	face{SizeBody, fyne.TextStyle{Bold: true}}.height()
}

func (f face) width(s string) float32 { return f.measure(s).Width }

// height is that of a line: Fyne's, rounded up, so that lines stand on whole units.
func (f face) height() float32 { return ceil(f.measure("M").Height) }

// wrapper breaks spans into lines at most width wide: at spaces, after hyphens and slashes of long words,
// and anywhere in a word that is wider than a whole line.
type wrapper struct {
	width float32
	lines []textLine
	cur   textLine
	space piece   // is written only if something follows in its line
	group []piece // words that stand together without a space
}

// wrapSpans needs a face for each span.
func wrapSpans(spans []Span, faces []face, width float32) []textLine {
	w := &wrapper{width: width}
	for i, f := range faces {
		s := spans[i]
		for n, para := range strings.Split(s.Text, "\n") {
			if n > 0 {
				w.flush(faces)
				w.breakLine()
			}
			for _, word := range words(para) {
				if isSpace(word) {
					w.flush(faces)
					w.addSpace(piece{span: i, text: word, w: f.width(word)})
					continue
				}
				w.group = append(w.group, piece{span: i, text: word, w: f.width(word)})
			}
		}
	}
	w.flush(faces)
	w.breakLine()
	return w.lines
}

func isSpace(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return breaks(r)
}

// breaks reports whether a line may end at r: a no-break space does not end a word.
func breaks(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' }

// words splits into words and the spaces between them.
func words(s string) []string {
	var out []string
	start, inSpace := 0, false
	for i, r := range s {
		space := breaks(r)
		if i > 0 && space != inSpace {
			out = append(out, s[start:i])
			start = i
		}
		inSpace = space
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

func (w *wrapper) breakLine() {
	w.lines = append(w.lines, w.cur)
	w.cur, w.space = textLine{}, piece{}
}

// addSpace is kept for the next word; at the beginning of a line there is none.
func (w *wrapper) addSpace(space piece) {
	if len(w.cur.pieces) > 0 {
		w.space = space
	}
}

// flush writes what stands together without a space, perhaps in several styles (a bold word and a full
// stop): into this line, or into the next, or broken where even a whole line is too short.
func (w *wrapper) flush(faces []face) {
	var width float32
	for _, p := range w.group {
		width += p.w
	}
	fits := w.cur.w+w.space.w+width <= w.width+0.01
	if !fits && w.cur.w > 0 {
		w.breakLine()
	}
	for _, p := range w.group {
		if fits || width <= w.width {
			w.put(p.span, p.text, p.w)
		} else {
			w.addLong(p.span, p.text, faces[p.span])
		}
	}
	w.group = w.group[:0]
}

// addLong breaks a word that does not fit a line at all.
func (w *wrapper) addLong(span int, word string, f face) {
	for word != "" {
		room := w.width - w.cur.w - w.space.w
		head := fit(word, f, room)
		if head == "" && (w.cur.w > 0) {
			w.breakLine()
			continue
		}
		if head == "" { // not even one letter fits: never loop
			_, n := utf8.DecodeRuneInString(word)
			head = word[:n]
		}
		w.put(span, head, f.width(head))
		word = word[len(head):]
	}
}

// fit is the longest beginning of word that is at most room wide; it ends after a hyphen, slash, dot or
// at-sign where there is one in its second half.
func fit(word string, f face, room float32) string {
	if f.width(word) <= room {
		return word
	}
	ends := make([]int, 0, len(word))
	for i := range word {
		if i > 0 {
			ends = append(ends, i)
		}
	}
	lo, hi := 0, len(ends) // ends[:lo] fit
	for lo < hi {
		mid := (lo + hi) / 2
		if f.width(word[:ends[mid]]) <= room {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return ""
	}
	head := word[:ends[lo-1]]
	if i := strings.LastIndexAny(head, "-/.@_&?="); i >= len(head)/2 {
		return head[:i+1]
	}
	return head
}

func (w *wrapper) put(span int, text string, width float32) {
	if w.space.w > 0 {
		w.append(w.space.span, w.space.text, w.space.w)
		w.space = piece{}
	}
	w.append(span, text, width)
}

func (w *wrapper) append(span int, text string, width float32) {
	if n := len(w.cur.pieces); n > 0 && w.cur.pieces[n-1].span == span {
		w.cur.pieces[n-1].text += text
		w.cur.pieces[n-1].w += width
	} else {
		w.cur.pieces = append(w.cur.pieces, piece{span: span, text: text, x: w.cur.w, w: width})
	}
	w.cur.w += width
}
