package activation

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lookalikes are letters of other alphabets, and digits, that are read as a Latin letter in a host name:
// the part of Unicode's confusables (UTS 39) that survives UTS 46 mapping to lower case.
var lookalikes = map[rune]string{
	// Cyrillic
	'а': "a", 'в': "b", 'с': "c", 'ԁ': "d", 'е': "e", 'һ': "h", 'і': "i", 'ј': "j", 'к': "k", 'ӏ': "l",
	'м': "m", 'п': "n", 'о': "o", 'р': "p", 'ԛ': "q", 'г': "r", 'ѕ': "s", 'т': "t", 'ц': "u", 'ѵ': "v",
	'ԝ': "w", 'ш': "w", 'х': "x", 'у': "y", 'ү': "y", 'ґ': "r", 'ь': "b", 'ԍ': "g", 'ё': "e", 'ї': "i",
	// Greek
	'α': "a", 'β': "b", 'ϲ': "c", 'ε': "e", 'γ': "y", 'η': "n", 'ι': "i", 'κ': "k", 'ν': "v", 'ο': "o",
	'ρ': "p", 'σ': "o", 'τ': "t", 'υ': "u", 'χ': "x", 'ω': "w", 'ϳ': "j",
	// Armenian
	'ա': "w", 'գ': "q", 'հ': "h", 'ո': "n", 'օ': "o", 'ս': "u", 'ց': "g", 'ք': "f", 'յ': "j", 'լ': "l",
	// Latin letters that the decomposition leaves as they are
	'ı': "i", 'ɩ': "i", 'ł': "l", 'ø': "o", 'đ': "d", 'ħ': "h", 'ŧ': "t", 'ɡ': "g", 'ɑ': "a", 'ƅ': "b",
	'ƒ': "f", 'ɢ': "g", 'ɪ': "i", 'ʟ': "l", 'ɴ': "n", 'ʀ': "r", 'ꜱ': "s", 'ᴛ': "t", 'ᴄ': "c", 'ᴏ': "o",
	'ᴠ': "v", 'ᴡ': "w", 'ᴢ': "z", 'ʏ': "y", 'ʙ': "b", 'ǀ': "l",
	// digits and signs
	'0': "o", '1': "l", '5': "s", '·': "", '-': "", '’': "", 'ʼ': "",
}

// skeleton is what a label looks like at a glance: accents gone, look-alikes replaced, "rn" read as "m"
// and "vv" as "w", hyphens dropped, and i, l and 1 taken for one letter.
func skeleton(label string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(label)) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if s, ok := lookalikes[r]; ok {
			b.WriteString(s)
			continue
		}
		b.WriteRune(r)
	}
	return strings.NewReplacer("rn", "m", "vv", "w", "i", "l", "cl", "d").Replace(b.String())
}

// oneApart reports whether a and b differ by one letter changed, added, left out or swapped with its
// neighbour.
func oneApart(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if i == len(x) {
		return len(y) > len(x)
	}
	if len(x) < len(y) {
		return string(x[i:]) == string(y[i+1:])
	}
	if string(x[i+1:]) == string(y[i+1:]) {
		return true
	}
	return i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && string(x[i+2:]) == string(y[i+2:])
}
