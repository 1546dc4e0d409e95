// Command barewindow is what Certdesk's window is measured against: the smallest Fyne program with a window
// of the same size that shows one list of 20 rows, or of as many as its argument says. `make bench` builds it with
// the tags of the app.
package main

import (
	"fmt"
	"os"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"
)

func main() {
	rows := 20
	if len(os.Args) > 1 {
		rows, _ = strconv.Atoi(os.Args[1])
	}
	a := app.NewWithID("io.certdesk.barewindow")
	w := a.NewWindow("Bare window")
	w.SetContent(widget.NewList(
		func() int { return rows },
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
