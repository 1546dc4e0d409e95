//go:build window

package window

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"certdesk/internal/ui/kit"
)

// Parts of the window, as it is laid out at its first size.
const (
	bannerHigh  = 36  // the demo's bar
	railWide    = 232 // the steps of a journey
	listWide    = 330 // the list of orders
	footerHigh  = 64
	primaryWide = 170 // the primary button at the end of the footer
)

// picture is what the window looks like now.
func (p *program) picture() image.Image {
	p.t.Helper()
	raw := must(p.t, "import", "-silent", "-window", p.id, "-define", "png:compression-level=1", "-depth", "8", "png:-")
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		p.t.Fatal(err)
	}
	return img
}

// snap keeps a picture of the window under the next number, once two in a row are equal: the last key has
// been drawn. Where a time counts down on the page they may never be.
func (p *program) snap(name string) {
	p.t.Helper()
	if p.pictures == "" {
		return
	}
	p.taken++
	last := p.picture()
	within(20*look, func() bool {
		before := last
		last = p.picture()
		return reflect.DeepEqual(before, last)
	})
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, last); err != nil {
		p.t.Fatal(err)
	}
	file := filepath.Join(p.pictures, fmt.Sprintf("%s-%02d-%s.png", p.look, p.taken, name))
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// part is a rectangle of a picture.
type part func(image.Rectangle) image.Rectangle

func whole(r image.Rectangle) image.Rectangle { return r }

// content is what stands right of the steps.
func content(r image.Rectangle) image.Rectangle {
	return image.Rect(r.Min.X+railWide, r.Min.Y+bannerHigh, r.Max.X, r.Max.Y-footerHigh)
}

// pane is what stands right of the list of orders.
func pane(r image.Rectangle) image.Rectangle {
	return image.Rect(r.Min.X+listWide, r.Min.Y+bannerHigh, r.Max.X, r.Max.Y)
}

func banner(r image.Rectangle) image.Rectangle {
	return image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+bannerHigh)
}

// primary is where a page has its primary button.
func primary(r image.Rectangle) image.Rectangle {
	return image.Rect(r.Max.X-primaryWide, r.Max.Y-footerHigh, r.Max.X, r.Max.Y)
}

// shows reports whether a part of the window has at least that many pixels of a colour of the theme, light
// or dark.
func (p *program) shows(name fyne.ThemeColorName, where part, least int) bool {
	p.t.Helper()
	return p.count(name, where, 0) >= least
}

// ringed reports whether there is the ring of the focus in a part of the window that has nothing else of the
// accent's colour. Its line is so thin that it mixes with what is beside it.
func (p *program) ringed(where part) bool {
	p.t.Helper()
	return p.count(kit.ColorAccent, where, 0x30) >= 150
}

// count is how many pixels differ from a colour of the theme by at most far in each of red, green and blue.
func (p *program) count(name fyne.ThemeColorName, where part, far int) int {
	p.t.Helper()
	img := p.picture()
	light, dark := kit.Palette(theme.VariantLight)[name], kit.Palette(theme.VariantDark)[name]
	n := 0
	r := where(img.Bounds())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if c, ok := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA); ok && (near(c, light, far) || near(c, dark, far)) {
				n++
			}
		}
	}
	return n
}

func near(a, b color.NRGBA, far int) bool {
	for _, d := range []int{int(a.R) - int(b.R), int(a.G) - int(b.G), int(a.B) - int(b.B)} {
		if d > far || -d > far {
			return false
		}
	}
	return true
}

// canGoOn waits until the page has its primary button, which a page that is still at work does not show.
func (p *program) canGoOn() {
	p.t.Helper()
	until(p.t, "the primary button of "+p.title(), func() bool { return p.shows(kit.ColorAccent, primary, 1000) })
}

// done waits for the green pill with which a step says that its work is done.
func (p *program) done(what string) {
	p.t.Helper()
	until(p.t, what, func() bool { return p.shows(kit.ColorSuccessSoft, content, 1000) })
}

// askingForCode waits for the home screen without orders: the promise on it is the one green thing.
func (p *program) askingForCode() {
	p.t.Helper()
	p.at("Home")
	until(p.t, "the field for the code", func() bool { return p.shows(kit.ColorSuccessSoft, whole, 1000) })
}

// demoOrder waits for the list of the demo's orders, and the primary button of the one that is chosen.
func (p *program) demoOrder() {
	p.t.Helper()
	until(p.t, "the demo's bar", func() bool { return p.shows(kit.ColorWarningSoft, banner, 10000) })
	p.at("Home")
	until(p.t, "the order's button", func() bool { return p.shows(kit.ColorAccent, pane, 1500) })
}
