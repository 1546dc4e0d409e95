package kittest

import (
	"bytes"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/go-text/typesetting/font"
)

// MissingRunes are the runes of a text that the fonts which come with the app can't draw, in each style
// that the app uses. Controls and white space are not drawn.
func MissingRunes(t testing.TB, text string) []rune {
	t.Helper()
	var missing []rune
	seen := map[rune]bool{}
	fonts := bundled(t)
	for _, r := range text {
		if seen[r] || unicode.IsSpace(r) || unicode.IsControl(r) {
			continue
		}
		seen[r] = true
		for _, f := range fonts {
			if _, ok := f.NominalGlyph(r); !ok {
				missing = append(missing, r)
				break
			}
		}
	}
	return missing
}

// bundled are the text fonts of Fyne in regular and bold.
func bundled(t testing.TB) []*font.Face {
	t.Helper()
	var out []*font.Face
	for _, style := range []fyne.TextStyle{{}, {Bold: true}} {
		f, err := font.ParseTTF(bytes.NewReader(theme.DefaultTheme().Font(style).Content()))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}
