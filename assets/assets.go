// Package assets holds the files that are built into the program.
package assets

import "embed"

// Translations are the words of the app: translations/ROOM.LANGUAGE.toml, one file a room and language.
//
//go:embed translations/*.toml
var Translations embed.FS
