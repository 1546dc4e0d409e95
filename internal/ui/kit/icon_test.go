package kit_test

import (
	"bytes"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/assets"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// Every drawing shows something, in the colour asked for, and nothing of it in another.
func TestEveryIconIsDrawnInTheColourAskedFor(t *testing.T) {
	kittest.NewApp(t)
	entries, err := assets.Icons.ReadDir("icons")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 30 {
		t.Errorf("only %d icons", len(entries))
	}
	for _, e := range entries {
		b, err := assets.Icons.ReadFile("icons/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(b, []byte("currentColor")) || bytes.Contains(b, []byte("#")) {
			t.Errorf("%s has colours of its own", e.Name())
		}
		w := kittest.Show(t, kit.NewIcon(strings.TrimSuffix(e.Name(), ".svg"), kit.ColorDanger, 48), fyne.NewSize(48, 48))
		img := w.Canvas().Capture()
		red := 0
		for y := range 48 {
			for x := range 48 {
				r, g, b, _ := img.At(x, y).RGBA()
				if r > 2*g && r > 2*b {
					red++
				}
			}
		}
		if red < 10 {
			t.Errorf("%s draws %d points in the colour asked for", e.Name(), red)
		}
		kittest.Close(w)
	}
}

func TestUnknownIconIsAMistakeInTheProgram(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an icon that does not exist is drawn")
		}
	}()
	kit.NewIcon("no-such-icon", kit.ColorAccent, 16)
}
