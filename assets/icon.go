package assets

import _ "embed"

// Icon is the app's mark as a PNG, for windows and menus.
//
//go:embed Icon.png
var Icon []byte

// Licences lists what is linked into the app with its licences; the texts follow. It is made by
// internal/tools/licences.
//
//go:embed licences.txt
var Licences string
