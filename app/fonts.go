package main

import (
	"fyne.io/fyne/v2/theme"

	"certdesk/internal/paper"
)

// fonts are those that the window is drawn with: the program carries them once.
func fonts() paper.Fonts {
	return paper.Fonts{
		Regular: theme.DefaultTextFont().Content(),
		Bold:    theme.DefaultTextBoldFont().Content(),
		Mono:    theme.DefaultTextMonospaceFont().Content(),
	}
}
