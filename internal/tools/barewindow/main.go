// Command barewindow is what Certdesk's window is measured against: the smallest Fyne program with a window
// of the same size that shows one list of 20 rows. `make bench` builds it with the tags of the app.
package main

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"
)

func main() {
	a := app.NewWithID("io.certdesk.barewindow")
	w := a.NewWindow("Bare window")
	w.SetContent(widget.NewList(
		func() int { return 20 },
		func() fyne.CanvasObject { return widget.NewLabel("") },
		func(i widget.ListItemID, o fyne.CanvasObject) {
			if l, ok := o.(*widget.Label); ok {
				l.SetText(fmt.Sprintf("Row %d", i+1))
			}
		},
	))
	w.Resize(fyne.NewSize(1000, 700))
	w.ShowAndRun()
}
