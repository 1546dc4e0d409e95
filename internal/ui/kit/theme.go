package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Appearance says whether the theme follows the system or stays light or dark.
type Appearance int

// The appearances.
const (
	System Appearance = iota
	Light
	Dark
)

// The colours of the design, by what they are for.
const (
	ColorBackground  = theme.ColorNameBackground // behind everything
	ColorForeground  = theme.ColorNameForeground // text
	ColorAccent      = theme.ColorNamePrimary    // the one primary button, links, focus, selection
	ColorOnAccent    = theme.ColorNameForegroundOnPrimary
	ColorInputBorder = theme.ColorNameInputBorder // edges of inputs, secondary buttons, choice cards, checks
	ColorSuccess     = theme.ColorNameSuccess
	ColorWarning     = theme.ColorNameWarning
	ColorDanger      = theme.ColorNameError

	ColorSurface     fyne.ThemeColorName = "kit.surface" // cards, inputs, bars
	ColorRail        fyne.ThemeColorName = "kit.rail"    // steps at the left
	ColorRailCurrent fyne.ThemeColorName = "kit.rail.current"
	ColorMuted       fyne.ThemeColorName = "kit.muted"
	ColorBorder      fyne.ThemeColorName = "kit.border"
	ColorAccentSoft  fyne.ThemeColorName = "kit.accent.soft"
	ColorSuccessSoft fyne.ThemeColorName = "kit.success.soft"
	ColorWarningSoft fyne.ThemeColorName = "kit.warning.soft"
	ColorDangerSoft  fyne.ThemeColorName = "kit.danger.soft"
	ColorOnStatus    fyne.ThemeColorName = "kit.on.status" // a tick on a disc of success
	ColorScrim       fyne.ThemeColorName = "kit.scrim"     // over the page while a question is asked

	colorAccentHover fyne.ThemeColorName = "kit.accent.hover"
	colorHover       fyne.ThemeColorName = "kit.hover"
	colorDangerHover fyne.ThemeColorName = "kit.danger.hover"
)

// Text sizes, in Fyne's units.
const (
	SizeTitle   float32 = 22
	SizeHeading float32 = 15
	SizeBody    float32 = 14
	SizeMono    float32 = 13
	SizeCaption float32 = 12
)

// Spaces and corners.
const (
	Space4  float32 = 4
	Space8  float32 = 8
	Space12 float32 = 12
	Space16 float32 = 16
	Space24 float32 = 24
	Space40 float32 = 40

	RadiusControl float32 = 6
	RadiusCard    float32 = 8
)

var light = map[fyne.ThemeColorName]color.NRGBA{
	ColorBackground:  rgb(0xF6F7F9),
	ColorSurface:     rgb(0xFFFFFF),
	ColorRail:        rgb(0xEDF0F5),
	ColorRailCurrent: rgb(0xFFFFFF),
	ColorForeground:  rgb(0x1B2430),
	ColorMuted:       rgb(0x566173),
	ColorBorder:      rgb(0xD6DCE5),
	ColorInputBorder: rgb(0x7F8B9D),
	ColorAccent:      rgb(0x1F4FA3),
	ColorOnAccent:    rgb(0xFFFFFF),
	ColorAccentSoft:  rgb(0xE6EDF9),
	ColorSuccess:     rgb(0x1B6E4B),
	ColorSuccessSoft: rgb(0xE4F3EC),
	ColorWarning:     rgb(0x8A5200),
	ColorWarningSoft: rgb(0xFBF0DC),
	ColorDanger:      rgb(0xA42A22),
	ColorDangerSoft:  rgb(0xFBE9E7),
	ColorOnStatus:    rgb(0xFFFFFF),
	ColorScrim:       {R: 0x1B, G: 0x24, B: 0x30, A: 0x73},
	colorAccentHover: rgb(0x1A4490),
	colorDangerHover: rgb(0x8E221B),
	colorHover:       rgb(0xF0F3F8),
}

var dark = map[fyne.ThemeColorName]color.NRGBA{
	ColorBackground:  rgb(0x12161C),
	ColorSurface:     rgb(0x1A2028),
	ColorRail:        rgb(0x161B22),
	ColorRailCurrent: rgb(0x1A2028),
	ColorForeground:  rgb(0xE7ECF3),
	ColorMuted:       rgb(0xA3AEBD),
	ColorBorder:      rgb(0x2C3542),
	ColorInputBorder: rgb(0x66758A),
	ColorAccent:      rgb(0x7DA7F5),
	ColorOnAccent:    rgb(0x0C1522),
	ColorAccentSoft:  rgb(0x1E2A40),
	ColorSuccess:     rgb(0x6CCB9F),
	ColorSuccessSoft: rgb(0x14291F),
	ColorWarning:     rgb(0xE5B45C),
	ColorWarningSoft: rgb(0x2C2413),
	ColorDanger:      rgb(0xF2938A),
	ColorDangerSoft:  rgb(0x33191A),
	ColorOnStatus:    rgb(0x0C1522),
	ColorScrim:       {R: 0x05, G: 0x08, B: 0x0C, A: 0x99},
	colorAccentHover: rgb(0x97B9F8),
	colorDangerHover: rgb(0xF6ABA4),
	colorHover:       rgb(0x232B36),
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xFF} // #nosec G115 -- bytes of a constant
}

// ours maps the names that Fyne's own widgets ask for (file dialog, menus, scroll bars) on ours.
var ours = map[fyne.ThemeColorName]fyne.ThemeColorName{
	theme.ColorNameButton:              ColorSurface,
	theme.ColorNameDisabledButton:      ColorBorder,
	theme.ColorNameDisabled:            ColorMuted,
	theme.ColorNameFocus:               ColorAccentSoft,
	theme.ColorNameForegroundOnError:   ColorOnStatus,
	theme.ColorNameForegroundOnSuccess: ColorOnStatus,
	theme.ColorNameForegroundOnWarning: ColorOnStatus,
	theme.ColorNameHeaderBackground:    ColorRail,
	theme.ColorNameHover:               colorHover,
	theme.ColorNameHyperlink:           ColorAccent,
	theme.ColorNameInputBackground:     ColorSurface,
	theme.ColorNameMenuBackground:      ColorSurface,
	theme.ColorNameOverlayBackground:   ColorSurface,
	theme.ColorNamePlaceHolder:         ColorMuted,
	theme.ColorNamePressed:             ColorAccentSoft,
	theme.ColorNameScrollBar:           ColorInputBorder,
	theme.ColorNameSelection:           ColorAccentSoft,
	theme.ColorNameSeparator:           ColorBorder,
}

// none stands for the shadows and backgrounds that the design does not have.
var none = map[fyne.ThemeColorName]bool{
	theme.ColorNameShadow:              true,
	theme.ColorNameScrollBarBackground: true,
}

type kitTheme struct{ appearance Appearance }

// NewTheme returns the theme of the app: the colours, sizes and fonts of the design, under the kit's
// names and under those that Fyne's own widgets ask for.
func NewTheme(appearance Appearance) fyne.Theme { return &kitTheme{appearance} }

// Palette is the colours of one variant by name, for tests.
func Palette(variant fyne.ThemeVariant) map[fyne.ThemeColorName]color.NRGBA {
	from := light
	if variant == theme.VariantDark {
		from = dark
	}
	out := make(map[fyne.ThemeColorName]color.NRGBA, len(from))
	for k, v := range from {
		out[k] = v
	}
	return out
}

func (t *kitTheme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	switch t.appearance {
	case System:
	case Light:
		variant = theme.VariantLight
	case Dark:
		variant = theme.VariantDark
	}
	if none[name] {
		return color.Transparent
	}
	if n, ok := ours[name]; ok {
		name = n
	}
	from := light
	if variant == theme.VariantDark {
		from = dark
	}
	if c, ok := from[name]; ok {
		return c
	}
	return theme.DefaultTheme().Color(name, variant)
}

func (t *kitTheme) Font(style fyne.TextStyle) fyne.Resource { return theme.DefaultTheme().Font(style) }

func (t *kitTheme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return theme.DefaultTheme().Icon(name)
}

func (t *kitTheme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return SizeBody
	case theme.SizeNameCaptionText:
		return SizeCaption
	case theme.SizeNameHeadingText:
		return SizeTitle
	case theme.SizeNameSubHeadingText:
		return SizeHeading
	case theme.SizeNameInnerPadding:
		return inputPad
	case theme.SizeNameInputRadius, theme.SizeNameButtonRadius, theme.SizeNameMenuRadius, theme.SizeNamePopupRadius:
		return RadiusControl
	case theme.SizeNameCardRadius, theme.SizeNameDialogRadius:
		return RadiusCard
	case theme.SizeNameModalBlurRadius:
		return 0
	case theme.SizeNameScrollBar:
		return 10
	case theme.SizeNameScrollBarSmall:
		return 4
	}
	return theme.DefaultTheme().Size(name)
}

// Kind is what a pill, a finding, a card's edge or a point of a timeline says by its colour. There is
// always a word or an icon beside it.
type Kind int

// The kinds.
const (
	Neutral Kind = iota
	Info
	Success
	Warning
	Danger
)

func (k Kind) strong() fyne.ThemeColorName {
	return [...]fyne.ThemeColorName{ColorMuted, ColorAccent, ColorSuccess, ColorWarning, ColorDanger}[k]
}

func (k Kind) soft() fyne.ThemeColorName {
	return [...]fyne.ThemeColorName{"", ColorAccentSoft, ColorSuccessSoft, ColorWarningSoft, ColorDangerSoft}[k]
}

func (k Kind) icon() string {
	return [...]string{"dot", "info", "tick", "warning", "warning"}[k]
}
