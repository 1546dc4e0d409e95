package activation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// oneLine makes text from outside fit to be shown on one line: control, bidirectional and invisible
// characters become U+FFFD, runs of spaces one space, and what is longer than limit runes is cut.
func oneLine(s string, limit int) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) > limit {
		s = string([]rune(s)[:limit-1]) + "…"
	}
	return s
}
