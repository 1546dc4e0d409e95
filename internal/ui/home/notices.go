package home

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/ui/kit"
)

// noted puts what the customer should know about the start of the app over the screen, until it was read.
func (h *Home) noted(screen fyne.CanvasObject) fyne.CanvasObject {
	if h.keys > 0 && !h.keysRead {
		screen = h.notice(h.Say.T("home.ownerless", "n", h.keys), func() { h.keysRead = true }, screen)
	}
	if len(h.Repaired) > 0 {
		text := h.Say.T("shell.repaired") + "."
		for _, m := range h.Repaired {
			text += " " + h.Say.Say(m)
		}
		screen = h.notice(text, func() { h.Repaired = nil; h.OnRead() }, screen)
	}
	return screen
}

func (h *Home) notice(text string, read func(), below fyne.CanvasObject) fyne.CanvasObject {
	return kit.NewUnder(kit.NewBanner(kit.Info, text, kit.NewButton(h.Say.T("shell.ok"), kit.Link, func() {
		read()
		h.render()
	})), below)
}
