package kit

import (
	"bytes"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"certdesk/assets"
)

// The size of a picture of a guide.
const (
	pictureWide float32 = 160
	pictureHigh float32 = 100
)

// pictureColors are the words in a picture for which colours of the theme are put.
var pictureColors = map[string]fyne.ThemeColorName{
	"currentColor": ColorAccent, "surfaceColor": ColorSurface, "softColor": ColorAccentSoft,
	"borderColor": ColorInputBorder, "mutedColor": ColorMuted,
}

// Picture is a drawing beside a step of a guide, in the colours of the theme.
type Picture struct {
	widget.BaseWidget
	name string
}

// NewPicture shows assets/guides/NAME.svg. A name that does not exist panics: it is a mistake in the program.
func NewPicture(name string) *Picture {
	mustPicture(name)
	p := &Picture{name: name}
	p.ExtendBaseWidget(p)
	return p
}

func mustPicture(name string) []byte {
	b, err := assets.Guides.ReadFile("guides/" + name + ".svg")
	if err != nil {
		panic("kit: no picture " + name)
	}
	return b
}

// Name is the drawing shown, for tests.
func (p *Picture) Name() string { return p.name }

// MinSize is the size of every picture.
func (p *Picture) MinSize() fyne.Size { return fyne.NewSize(pictureWide, pictureHigh) }

// HeightFor is its height, at every width.
func (p *Picture) HeightFor(float32) float32 { return pictureHigh }

// resource is the drawing in today's colours, which are part of its name: Fyne caches by it.
func (p *Picture) resource() fyne.Resource {
	b, name := mustPicture(p.name), strings.Builder{}
	name.WriteString("guide-" + p.name)
	for _, word := range []string{"currentColor", "surfaceColor", "softColor", "borderColor", "mutedColor"} {
		c := hex(paint(pictureColors[word]))
		b = bytes.ReplaceAll(b, []byte(word), []byte(c))
		name.WriteString(c)
	}
	return fyne.NewStaticResource(name.String()+".svg", b)
}

// CreateRenderer is for Fyne.
func (p *Picture) CreateRenderer() fyne.WidgetRenderer {
	img := canvas.NewImageFromResource(p.resource())
	img.FillMode = canvas.ImageFillContain
	return &pictureRenderer{picture: p, img: img}
}

type pictureRenderer struct {
	picture *Picture
	img     *canvas.Image
}

func (r *pictureRenderer) Layout(size fyne.Size) {
	r.img.Resize(fyne.NewSize(pictureWide, pictureHigh))
	r.img.Move(fyne.NewPos((size.Width-pictureWide)/2, 0))
}

func (r *pictureRenderer) Refresh() {
	res := r.picture.resource()
	if r.img.Resource == nil || r.img.Resource.Name() != res.Name() {
		r.img.Resource = res
		r.img.Refresh()
	}
	canvas.Refresh(r.picture)
}

func (r *pictureRenderer) MinSize() fyne.Size           { return r.picture.MinSize() }
func (r *pictureRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.img} }
func (r *pictureRenderer) Destroy()                     {}
