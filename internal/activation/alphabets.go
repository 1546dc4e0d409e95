package activation

import (
	"strings"
	"unicode"
)

// alphabets are the scripts that hosts are made of; the rest count as one of their own each.
var alphabets = map[string]*unicode.RangeTable{
	"latin": unicode.Latin, "cyrillic": unicode.Cyrillic, "greek": unicode.Greek,
	"armenian": unicode.Armenian, "georgian": unicode.Georgian, "hebrew": unicode.Hebrew,
	"arabic": unicode.Arabic, "han": unicode.Han, "hiragana": unicode.Hiragana,
	"katakana": unicode.Katakana, "hangul": unicode.Hangul, "bopomofo": unicode.Bopomofo,
	"thai": unicode.Thai, "devanagari": unicode.Devanagari, "cherokee": unicode.Cherokee,
}

// together are the alphabets that one word may mix (UTS 39 5.2, "Highly Restrictive").
var together = [][]string{
	{"latin", "han", "hiragana", "katakana"},
	{"latin", "han", "bopomofo"},
	{"latin", "han", "hangul"},
}

// mixesAlphabets reports whether a label of the readable host mixes alphabets that no language mixes, or
// consists, before a Latin ending, of another alphabet's letters that all look like Latin ones.
func mixesAlphabets(display string) bool {
	labels := strings.Split(display, ".")
	latinEnding := alphabetsOf(labels[len(labels)-1])["latin"]
	for _, label := range labels {
		used := alphabetsOf(label)
		if len(used) > 1 && !mayMix(used) {
			return true
		}
		if latinEnding && len(used) == 1 && !used["latin"] && isASCII(skeleton(label)) {
			return true
		}
	}
	return false
}

func alphabetsOf(label string) map[string]bool {
	used := map[string]bool{}
	for _, r := range label {
		if unicode.In(r, unicode.Common, unicode.Inherited) {
			continue
		}
		used[alphabetOf(r)] = true
	}
	return used
}

func alphabetOf(r rune) string {
	for name, table := range alphabets {
		if unicode.Is(table, r) {
			return name
		}
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return "other"
}

func mayMix(used map[string]bool) bool {
	for _, set := range together {
		n := 0
		for _, name := range set {
			if used[name] {
				n++
			}
		}
		if n == len(used) {
			return true
		}
	}
	return false
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
