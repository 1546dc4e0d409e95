package kit

import (
	"bytes"
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"certdesk/assets"
)

// Icon is a drawing of the app in a colour of the theme.
type Icon struct {
	widget.BaseWidget
	name  string
	color fyne.ThemeColorName
	size  float32
	// ground and soft fill the inner parts of the seal.
	ground, soft fyne.ThemeColorName
}

// NewIcon shows assets/icons/NAME.svg, size wide and high. A name that does not exist panics: it is a
// mistake in the program.
func NewIcon(name string, colorName fyne.ThemeColorName, size float32) *Icon {
	mustIcon(name)
	i := &Icon{name: name, color: colorName, size: size, ground: ColorSurface, soft: ColorAccentSoft}
	i.ExtendBaseWidget(i)
	return i
}

// NewSeal is the mark of the app, ring and disc; with the keyhole it is the picture of the empty home.
func NewSeal(size float32, withKeyhole bool) *Icon {
	if withKeyhole {
		return NewIcon("seal-keyhole", ColorAccent, size)
	}
	return NewIcon("seal", ColorAccent, size)
}

// Set changes the drawing and its colour.
func (i *Icon) Set(name string, colorName fyne.ThemeColorName) {
	if i.name == name && i.color == colorName {
		return
	}
	mustIcon(name)
	i.name, i.color = name, colorName
	i.Refresh()
}

// Name is the drawing shown, for tests.
func (i *Icon) Name() string { return i.name }

// MinSize is the size given to NewIcon.
func (i *Icon) MinSize() fyne.Size { return fyne.NewSquareSize(i.size) }

// HeightFor is its height, at every width.
func (i *Icon) HeightFor(float32) float32 { return i.size }

func mustIcon(name string) []byte {
	b, err := assets.Icons.ReadFile("icons/" + name + ".svg")
	if err != nil {
		panic("kit: no icon " + name)
	}
	return b
}

func hex(c color.Color) string {
	n, _ := color.NRGBAModel.Convert(c).(color.NRGBA)
	return fmt.Sprintf("#%02x%02x%02x", n.R, n.G, n.B)
}

// resource is the drawing in today's colours. Fyne caches drawings by their name, so the colours are part
// of it.
func (i *Icon) resource() fyne.Resource {
	main, ground, soft := hex(paint(i.color)), hex(paint(i.ground)), hex(paint(i.soft))
	b := mustIcon(i.name)
	b = bytes.ReplaceAll(b, []byte("currentColor"), []byte(main))
	b = bytes.ReplaceAll(b, []byte("surfaceColor"), []byte(ground))
	b = bytes.ReplaceAll(b, []byte("softColor"), []byte(soft))
	name := i.name + main
	if i.name == "seal" {
		name += ground
	} else if i.name == "seal-keyhole" {
		name += soft
	}
	return fyne.NewStaticResource(name+".svg", b)
}

// CreateRenderer is for Fyne.
func (i *Icon) CreateRenderer() fyne.WidgetRenderer {
	img := canvas.NewImageFromResource(i.resource())
	img.FillMode = canvas.ImageFillContain
	return &iconRenderer{icon: i, img: img}
}

type iconRenderer struct {
	icon *Icon
	img  *canvas.Image
}

func (r *iconRenderer) Layout(size fyne.Size) {
	r.img.Resize(fyne.NewSquareSize(r.icon.size))
	r.img.Move(fyne.NewPos((size.Width-r.icon.size)/2, (size.Height-r.icon.size)/2))
}

func (r *iconRenderer) Refresh() {
	res := r.icon.resource()
	if r.img.Resource == nil || r.img.Resource.Name() != res.Name() {
		r.img.Resource = res
		r.img.Refresh()
	}
	canvas.Refresh(r.icon)
}

func (r *iconRenderer) MinSize() fyne.Size           { return r.icon.MinSize() }
func (r *iconRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.img} }
func (r *iconRenderer) Destroy()                     {}
