package assets

import "embed"

// Guides are the SVG pictures under guides/ that stand beside the steps of a guide, each 160 by 100. They show
// no words, so that one picture serves every language, and no colours of their own: "currentColor" (accent),
// "surfaceColor", "softColor", "borderColor" and "mutedColor" are replaced by the kit. They were drawn for this
// project.
//
//go:embed guides/*.svg
var Guides embed.FS
