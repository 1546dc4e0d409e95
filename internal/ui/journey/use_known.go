package journey

import (
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/ui/kit"
)

// known says behind a line how it is known that the program opens the files, one after the other. For a file that was
// made because the program refused the other one, nothing is known yet.
func (u *use) known() []fyne.CanvasObject {
	d, _ := u.destination()
	if u.instead || u.madeStrong || len(d.Files) != len(u.made.Files) {
		return nil
	}
	j := u.j
	var pairs []kit.Pair
	for i, rule := range d.Files {
		pairs = append(pairs, kit.Pair{
			Label: filepath.Ext(u.made.Files[i].Path),
			Value: kit.NewText(j.Say.Say(rule.Form()) + ". " + j.Say.Say(rule.HowWeKnow())),
		})
	}
	return []fyne.CanvasObject{kit.NewDetails(j.Say.T("check.how"), kit.NewPairs(pairs...))}
}
