package i18n_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"certdesk/internal/i18n"
)

func TestClean(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"", ""},
		{"shop.example.ch", "shop.example.ch"},
		{"Müller & Söhne AG – 株式会社", "Müller & Söhne AG – 株式会社"},
		{"  a \t\r\n b\u2028c\u00a0 ", "a b c"},
		{"exe\u202efdp.txt", "exe[U+202E]fdp.txt"},
		{"a\u200bb\u2066c\ufeff", "a[U+200B]b[U+2066]c[U+FEFF]"},
		{"a\x00b\x1b[31m\u0085", "a[U+0000]b[U+001B][31m"},
		{"\ue000\U000e0041\u3164\u2800", "[U+E000][U+E0041][U+3164][U+2800]"},
		{"a\xffb", "a[U+FFFD]b"},
		{"Ze" + strings.Repeat("\u0301", 50) + "x", "Ze" + strings.Repeat("\u0301", 4) + "x"},
		{"0123456789", "0123456789"},
		{"01234567890", "012345678…"},
		{"äöüäöüäöüäöü", "äöüäöüäöü…"},
		{"a b c d e f g", "a b c d e…"},
		{"\u202e\u202e", "[U+202E]…"},
	} {
		limit := 400
		if strings.HasPrefix(tc.in, "0") || strings.HasPrefix(tc.in, "ä") || strings.HasPrefix(tc.in, "a b c d") || tc.in == "\u202e\u202e" {
			limit = 10
		}
		if got := i18n.Clean(tc.in, limit); got != tc.want {
			t.Errorf("%q: %q, want %q", tc.in, got, tc.want)
		}
	}
	if got := i18n.Clean("abc", 0); got != "" {
		t.Errorf("nothing fits into nothing: %q", got)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "plain", "a\u202eb", "\xff\xfe", "e\u0301\u0301\u0301\u0301\u0301\u0301", "  x  ", "long long long long"} {
		f.Add(s, 12)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit &= 0xff
		got := i18n.Clean(s, limit)
		if utf8.RuneCountInString(got) > limit {
			t.Errorf("%q is longer than %d", got, limit)
		}
		if !utf8.ValidString(got) {
			t.Errorf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if unicode.Is(unicode.C, r) || unicode.IsSpace(r) && r != ' ' {
				t.Errorf("%q holds %U", got, r)
			}
		}
		if again := i18n.Clean(got, limit); again != got {
			t.Errorf("cleaned again: %q, before %q", again, got)
		}
	})
}
