package proof

import (
	"strings"
	"unicode"
)

// Mistake is what is wrong with a value that was copied.
type Mistake string

// The mistakes that can be told.
const (
	Quotes   Mistake = "quotes"   // quotation marks in the value
	Breaks   Mistake = "breaks"   // a line break in it
	Spaces   Mistake = "spaces"   // spaces in it
	Case     Mistake = "case"     // capital letters instead of small ones, or the other way round
	Cut      Mistake = "cut"      // part of it is missing
	Extended Mistake = "extended" // there is more than the value
	Dotless  Mistake = "dotless"  // a CNAME that leads to TARGET.ZONE
	OtherVal Mistake = "other"    // another value
)

// mistake tells how got differs from want.
func mistake(got, want string) Mistake {
	bare := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("\"'“”„‘’«»\u00a0\u200b\ufeff", r) {
			return -1
		}
		return r
	}, got)
	tight := strings.Join(strings.Fields(want), "")
	switch {
	case bare == tight && strings.ContainsAny(got, "\r\n"):
		return Breaks
	case bare == tight && strings.ContainsAny(got, "\"'“”„‘’«»"):
		return Quotes
	case bare == tight:
		return Spaces
	case strings.EqualFold(bare, tight):
		return Case
	case len(bare) >= 4 && strings.Contains(tight, bare):
		return Cut
	case len(tight) >= 4 && strings.Contains(bare, tight):
		return Extended
	}
	return OtherVal
}

// Difference splits got into what is the same as in want at its beginning, what differs, and what is the
// same at its end.
func Difference(got, want string) (before, differs, after string) {
	g, w := []rune(got), []rune(want)
	n := 0
	for n < len(g) && n < len(w) && g[n] == w[n] {
		n++
	}
	m := 0
	for m < len(g)-n && m < len(w)-n && g[len(g)-1-m] == w[len(w)-1-m] {
		m++
	}
	return string(g[:n]), string(g[n : len(g)-m]), string(g[len(g)-m:])
}

// closest is the value that is most likely meant to be want: the one that shares most with it.
func closest(values []string, want string) string {
	best, most := "", -1
	for _, v := range values {
		before, _, after := Difference(v, want)
		score := len(before) + len(after)
		if mistake(v, want) != OtherVal {
			score += 1000
		}
		if score > most {
			best, most = v, score
		}
	}
	return best
}
