package kit_test

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// luminance and contrast are those of WCAG 2.2, "relative luminance" and "contrast ratio".
func luminance(c color.NRGBA) float64 {
	of := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*of(c.R) + 0.7152*of(c.G) + 0.0722*of(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestContrast(t *testing.T) {
	grounds := []fyne.ThemeColorName{kit.ColorBackground, kit.ColorSurface, kit.ColorRail, kit.ColorRailCurrent, kit.ColorAccentSoft}
	type pair struct {
		front, back fyne.ThemeColorName
		least       float64
	}
	var pairs []pair
	for _, g := range grounds {
		pairs = append(pairs, pair{kit.ColorForeground, g, 4.5}, pair{kit.ColorMuted, g, 4.5}, pair{kit.ColorAccent, g, 4.5})
	}
	for front, soft := range map[fyne.ThemeColorName]fyne.ThemeColorName{
		kit.ColorAccent: kit.ColorAccentSoft, kit.ColorSuccess: kit.ColorSuccessSoft, kit.ColorWarning: kit.ColorWarningSoft, kit.ColorDanger: kit.ColorDangerSoft,
	} {
		for _, g := range []fyne.ThemeColorName{soft, kit.ColorSurface, kit.ColorBackground} {
			pairs = append(pairs, pair{front, g, 4.5})
		}
	}
	pairs = append(pairs,
		pair{kit.ColorOnAccent, kit.ColorAccent, 4.5}, pair{kit.ColorOnStatus, kit.ColorDanger, 4.5}, pair{kit.ColorOnStatus, kit.ColorSuccess, 3},
		pair{kit.ColorMuted, kit.ColorBorder, 3}, // a button that is off
		pair{kit.ColorInputBorder, kit.ColorBackground, 3}, pair{kit.ColorInputBorder, kit.ColorSurface, 3},
		pair{kit.ColorAccent, kit.ColorBackground, 3}, // the ring of focus
	)
	for name, variant := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		colors := kit.Palette(variant)
		for _, p := range pairs {
			if got := contrast(colors[p.front], colors[p.back]); got < p.least {
				t.Errorf("%s: %s on %s has %.2f, needs %.1f", name, p.front, p.back, got, p.least)
			}
		}
	}
}

func TestBothVariantsHaveEveryColour(t *testing.T) {
	light, dark := kit.Palette(theme.VariantLight), kit.Palette(theme.VariantDark)
	for n := range light {
		if _, ok := dark[n]; !ok {
			t.Errorf("dark has no %s", n)
		}
	}
	if len(light) != len(dark) {
		t.Errorf("%d and %d colours", len(light), len(dark))
	}
}

func TestAppearanceDecidesTheVariant(t *testing.T) {
	for _, c := range []struct {
		appearance kit.Appearance
		asked      fyne.ThemeVariant
		want       fyne.ThemeVariant
	}{
		{kit.System, theme.VariantLight, theme.VariantLight},
		{kit.System, theme.VariantDark, theme.VariantDark},
		{kit.Light, theme.VariantDark, theme.VariantLight},
		{kit.Dark, theme.VariantLight, theme.VariantDark},
	} {
		got := kit.NewTheme(c.appearance).Color(kit.ColorSurface, c.asked)
		if got != color.Color(kit.Palette(c.want)[kit.ColorSurface]) {
			t.Errorf("%v asked for %v gives %v", c.appearance, c.asked, got)
		}
	}
}

// Everything that is drawn, on every screen, has a colour of the palette; and a switch at run time leaves
// nothing behind in the old one.
func TestLightAndDarkSwitchAtRunTime(t *testing.T) {
	for _, s := range screens() {
		t.Run(s.name, func(t *testing.T) {
			app := kittest.NewApp(t)
			shown := func(w fyne.Window) string { return kittest.Markup(w.Canvas()) }
			q := kittest.NewQueue()
			env, _ := kittest.NewEnv(t, q)
			w := kittest.Show(t, s.make(env), fyne.NewSize(1000, 700))
			if s.after != nil {
				s.after(w, q)
			}
			before := kittest.Colours(w.Canvas())
			if len(before) < 1 {
				t.Fatalf("only %d colours on the screen:\n%s", len(before), shown(w))
			}
			app.Settings().SetTheme(kit.NewTheme(kit.Dark))
			dark := map[string]bool{}
			for _, c := range kit.Palette(theme.VariantDark) {
				dark[fmt.Sprint(c)] = true
			}
			for c, what := range kittest.Colours(w.Canvas()) {
				if !dark[fmt.Sprint(c)] {
					t.Errorf("%v of %s is not a colour of the dark palette", c, what)
				}
			}
		})
	}
}
