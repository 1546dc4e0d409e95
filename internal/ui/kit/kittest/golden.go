package kittest

import (
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"github.com/google/go-cmp/cmp"

	"certdesk/internal/ui/kit"
)

// Markup describes what a canvas shows: one line for each thing that is drawn, in the order of drawing,
// with its place, and its colours by the names of the palette. What is the same in light and dark reads the
// same.
func Markup(c fyne.Canvas) string {
	names := tokens()
	var b strings.Builder
	fmt.Fprintf(&b, "canvas %s\n", dims(c.Size()))
	draw(&b, c.Content(), names)
	for i, o := range c.Overlays().List() {
		fmt.Fprintf(&b, "overlay %d\n", i+1)
		draw(&b, o, names)
	}
	return b.String()
}

// drawn visits what is drawn. In an entry that is its text alone: the cursor comes and goes.
func drawn(root fyne.CanvasObject, visit func(o fyne.CanvasObject, at fyne.Position)) {
	each(root, visit, func(o fyne.CanvasObject) bool { _, whole := o.(painted); return !whole })
}

func each(root fyne.CanvasObject, visit func(o fyne.CanvasObject, at fyne.Position), enter func(fyne.CanvasObject) bool) {
	walk(root, fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) bool {
		if !isEntry(o) {
			visit(o, at)
			return enter(o)
		}
		walk(o, at.Subtract(o.Position()), func(x fyne.CanvasObject, at fyne.Position) bool {
			if _, text := x.(*canvas.Text); text {
				visit(x, at)
			}
			return true
		})
		return false
	})
}

func draw(b *strings.Builder, root fyne.CanvasObject, names map[color.NRGBA]string) {
	drawn(root, func(o fyne.CanvasObject, at fyne.Position) {
		switch o := o.(type) {
		case *canvas.Text:
			if o.Text != "" {
				fmt.Fprintf(b, "  text %s %g%s %s %q\n", point(at), o.TextSize, style(o.TextStyle), token(names, o.Color), o.Text)
			}
		case painted:
			writePanel(b, o, at)
		case *canvas.Rectangle:
			fill, stroke := token(names, o.FillColor), token(names, o.StrokeColor)
			if o.StrokeWidth == 0 {
				stroke = ""
			}
			if fill == "" && stroke == "" || o.Size().Width == 0 || o.Size().Height == 0 {
				return
			}
			fmt.Fprintf(b, "  rect %s %s%s%s%s\n", point(at), dims(o.Size()), some(" radius ", o.CornerRadius), word(" fill ", fill), word(" stroke ", stroke))
		case *canvas.Image:
			if o.Resource != nil {
				fmt.Fprintf(b, "  icon %s %s %s\n", point(at), dims(o.Size()), drawing(o.Resource.Name(), names))
			}
		}
	})
}

// painted is a ground of the kit.
type painted interface {
	fyne.CanvasObject
	Painted() kit.Painted
}

func writePanel(b *strings.Builder, o painted, at fyne.Position) {
	p := o.Painted()
	if p.Fill == "" && p.Stroke == "" || o.Size().Width == 0 || o.Size().Height == 0 {
		return
	}
	name := func(n fyne.ThemeColorName) string { return strings.TrimPrefix(string(n), "kit.") }
	fmt.Fprintf(b, "  panel %s %s%s%s%s%s\n", point(at), dims(o.Size()), some(" radius ", p.Radius), word(" fill ", name(p.Fill)), word(" edge ", name(p.Stroke)), some(" ", p.Width))
}

func round(v float32) int { return int(math.Round(float64(v))) }

func point(p fyne.Position) string { return fmt.Sprintf("%d,%d", round(p.X), round(p.Y)) }

func dims(s fyne.Size) string { return fmt.Sprintf("%dx%d", round(s.Width), round(s.Height)) }

func style(s fyne.TextStyle) string {
	switch {
	case s.Monospace:
		return " mono"
	case s.Bold:
		return " bold"
	}
	return ""
}

func some(before string, v float32) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf("%s%g", before, v)
}

func word(before, v string) string {
	if v == "" {
		return ""
	}
	return before + v
}

// tokens are the names of the palette of today's theme by colour. Where two share a colour the first in
// the alphabet is taken.
func tokens() map[color.NRGBA]string {
	var names []string
	for n := range kit.Palette(theme.VariantLight) {
		names = append(names, string(n))
	}
	sort.Sort(sort.Reverse(sort.StringSlice(names)))
	out := map[color.NRGBA]string{}
	for _, n := range names {
		out[nrgba(theme.Color(fyne.ThemeColorName(n)))] = strings.TrimPrefix(n, "kit.")
	}
	return out
}

func nrgba(c color.Color) color.NRGBA {
	n, _ := color.NRGBAModel.Convert(c).(color.NRGBA)
	return n
}

func token(names map[color.NRGBA]string, c color.Color) string {
	if c == nil {
		return ""
	}
	n := nrgba(c)
	if n.A == 0 {
		return ""
	}
	if s, ok := names[n]; ok {
		return s
	}
	return fmt.Sprintf("#%02x%02x%02x%02x", n.R, n.G, n.B, n.A)
}

// drawing is the name of a drawing with its colours by name.
func drawing(name string, names map[color.NRGBA]string) string {
	name = strings.TrimSuffix(name, ".svg")
	for c, n := range names {
		if c.A != 0xFF { // drawings are opaque
			continue
		}
		name = strings.ReplaceAll(name, fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B), " "+n)
	}
	return name
}

// AssertGolden compares what a window shows with testdata/NAME.golden beside the test. UPDATE_GOLDENS=1
// writes the file instead; look at the difference before keeping it.
func AssertGolden(t testing.TB, name string, w fyne.Window) {
	t.Helper()
	got := Markup(w.Canvas())
	path := filepath.Join("testdata", name+".golden")
	if os.Getenv("UPDATE_GOLDENS") == "1" {
		if err := writeGolden(path, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path) // #nosec G304 -- named by the test
	if err != nil {
		t.Fatalf("%v (UPDATE_GOLDENS=1 writes it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s looks different (- as it was, + as it is):\n%s", name, diff)
	}
}

func writeGolden(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // #nosec G304 -- named by the test
	if err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// Colours are the colours on a canvas, each with an example of what has it. What is transparent has none.
func Colours(c fyne.Canvas) map[color.NRGBA]string {
	out := map[color.NRGBA]string{}
	add := func(c color.Color, what string) {
		if c != nil && nrgba(c).A > 0 {
			out[nrgba(c)] = what
		}
	}
	for _, root := range append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...) {
		each(root, func(o fyne.CanvasObject, at fyne.Position) {
			switch o := o.(type) {
			case *canvas.Text:
				if o.Text != "" {
					add(o.Color, fmt.Sprintf("text %q", o.Text))
				}
			case *canvas.Rectangle:
				add(o.FillColor, "a rectangle at "+point(at))
				if o.StrokeWidth > 0 {
					add(o.StrokeColor, "an edge at "+point(at))
				}
			}
		}, func(fyne.CanvasObject) bool { return true })
	}
	return out
}
