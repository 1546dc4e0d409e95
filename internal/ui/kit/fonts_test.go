package kit_test

import (
	"testing"

	"fyne.io/fyne/v2/container"

	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// Each theme of a widget made Fyne read the fonts once more and keep them: ten fields took 20 MB.
func TestAFieldNeedsNoFontsOfItsOwn(t *testing.T) {
	kittest.NewApp(t)
	field := kit.NewEntry(kit.EntrySpec{Label: "Surname", Value: "Keller"})
	if n := len(kittest.All[*container.ThemeOverride](field)); n != 0 {
		t.Errorf("%d themes", n)
	}
	code := kit.NewEntry(kit.EntrySpec{Label: "Code", Value: "7Q2K", Mono: true})
	if n := len(kittest.All[*container.ThemeOverride](code)); n != 1 {
		t.Errorf("a code has %d themes; does this test still look at the right thing?", n)
	}
}
