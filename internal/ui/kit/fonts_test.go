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
	for _, mono := range []bool{false, true} {
		field := kit.NewEntry(kit.EntrySpec{Label: "Code", Value: "7Q2K", Mono: mono})
		if len(kittest.All[*kit.Entry](field)) == 0 {
			t.Fatal("there is no field; does this test still look at the right thing?")
		}
		if n := len(kittest.All[*container.ThemeOverride](field)); n != 0 {
			t.Errorf("monospace %v: %d themes", mono, n)
		}
	}
}
