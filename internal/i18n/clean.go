package i18n

import (
	"fmt"
	"strings"
	"unicode"
)

// markRun is how many combining marks may follow one another; no living script needs more.
const markRun = 4

// Clean makes text from outside safe to show in one line, at most maxRunes characters long. White space of
// any kind, line ends too, becomes one space. What can't be seen, or changes how its neighbours are seen,
// is written out, as in "[U+202E]": control characters, bidirectional and other format characters (UAX 9,
// UTR 36 section 3), fillers, private and unassigned code points, broken UTF-8. Towers of combining marks
// are cut, and so is text that is too long: it ends with "…".
//
// For a text of several lines, clean each line.
func Clean(s string, maxRunes int) string {
	if plain(s) && len(s) <= maxRunes {
		return s
	}
	var b strings.Builder
	n, marks := 0, 0
	space := true // at the beginning, so that leading space goes
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		piece := string(r)
		switch {
		case unicode.Is(unicode.M, r) && !invisible(r):
			if marks++; marks > markRun {
				continue
			}
		case invisible(r):
			marks = 0
			piece = fmt.Sprintf("[U+%04X]", r)
		default:
			marks = 0
		}
		if space && b.Len() > 0 {
			piece = " " + piece
		}
		space = false
		size := len([]rune(piece))
		if n+size > maxRunes {
			return cut(b.String(), maxRunes)
		}
		b.WriteString(piece)
		n += size
	}
	return b.String()
}

// plain reports whether s is printable ASCII without doubled or outer spaces: nearly everything is.
func plain(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return before != ' ' || s == ""
}

// cut shortens s, of which more follows, to maxRunes with an ellipsis at the end.
func cut(s string, maxRunes int) string {
	if maxRunes <= 0 {
		return ""
	}
	r := []rune(s)
	if len(r) >= maxRunes {
		r = r[:maxRunes-1]
	}
	return strings.TrimRight(string(r), " ") + "…"
}

// invisible reports whether r shows nothing of its own, or nothing that everybody sees alike.
func invisible(r rune) bool {
	switch {
	case r == unicode.ReplacementChar:
		return true
	case !unicode.IsGraphic(r): // control, format, surrogate, private use, unassigned
		return true
	case unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), unicode.Is(unicode.Variation_Selector, r):
		return true
	}
	return r == '\u2800' // the braille blank
}
