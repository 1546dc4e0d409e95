// Package assets holds the files that are part of the program: icons, words, pictures and tables.
package assets

import "embed"

// Icons are the SVG drawings under icons/, one file an icon, each on a square view box and drawn in
// "currentColor", which the kit replaces by a colour of the theme. They were drawn for this project.
//
//go:embed icons/*.svg
var Icons embed.FS
