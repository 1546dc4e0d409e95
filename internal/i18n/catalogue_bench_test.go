package i18n_test

import (
	"testing"

	"certdesk/assets"
	"certdesk/internal/i18n"
)

// BenchmarkFirstWord is what a start pays before the window can say anything.
func BenchmarkFirstWord(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		c, err := i18n.Open(assets.Translations)
		if err != nil {
			b.Fatal(err)
		}
		if got := c.Printer("de").T("home.title"); got == "" || got[0] == '[' {
			b.Fatal(got)
		}
	}
}
