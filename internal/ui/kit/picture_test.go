package kit_test

import (
	"image"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/assets"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// Every picture of a guide is drawn in light and in dark, each on its own ground, and with the accent that says
// where to look.
func TestEveryPictureIsDrawnInLightAndDark(t *testing.T) {
	app := kittest.NewApp(t)
	entries, err := assets.Guides.ReadDir("guides")
	if err != nil || len(entries) < 15 {
		t.Fatalf("%d pictures, %v", len(entries), err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".svg")
		var bright [2]int
		for i, appearance := range []kit.Appearance{kit.Light, kit.Dark} {
			app.Settings().SetTheme(kit.NewTheme(appearance))
			w := kittest.Show(t, kit.NewPicture(name), fyne.NewSize(160, 100))
			var accent int
			bright[i], accent = count(w.Canvas().Capture())
			if accent < 20 {
				t.Errorf("%s, %v: %d points of the accent", name, appearance, accent)
			}
			kittest.Close(w)
		}
		if bright[0] < 4*bright[1]+500 {
			t.Errorf("%s: %d bright points in light, %d in dark", name, bright[0], bright[1])
		}
	}
}

// count is how many points are bright, and how many have the colour of the accent.
func count(img image.Image) (bright, accent int) {
	for y := range 100 {
		for x := range 160 {
			r, g, b, _ := img.At(x, y).RGBA()
			switch r, g, b = r>>8, g>>8, b>>8; {
			case r > 230 && g > 230 && b > 230:
				bright++
			case b > 140 && b > r+60 && b > g+40:
				accent++
			}
		}
	}
	return bright, accent
}

func TestACopyBlockCopiesItsWholeText(t *testing.T) {
	c := newCopying(t)
	c.show(t, kit.NewCopyBlock(c.env, "one\ntwo"))
	kittest.Button(t, c.w.Content(), "Copy").Tap()
	if c.clip.Text != "one\ntwo" {
		t.Errorf("copied %q", c.clip.Text)
	}
	c.sees(t, "Copied")
	c.q.Advance(2100 * time.Millisecond)
	if !kittest.HasButton(c.w.Content(), "Copy") {
		t.Error("does not say Copy again")
	}
}

// A line of a configuration is never broken: however long it is, the block is as high as with a short one.
func TestACopyBlockKeepsItsLinesWhole(t *testing.T) {
	c := newCopying(t)
	high := func(text string) float32 {
		block := kit.NewCopyBlock(c.env, text)
		c.show(t, block)
		return kit.HeightFor(block, 300)
	}
	long := "ssl_certificate " + strings.Repeat("/etc/ssl/certdesk/", 20)
	if short := high("one\ntwo"); high(long+"\n"+long) != short || high("one") >= short {
		t.Errorf("two short lines are %v high, two long ones %v, one %v", short, high(long+"\n"+long), high("one"))
	}
}
