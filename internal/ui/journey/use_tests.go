package journey

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/destination"
	"certdesk/internal/ui/show"
)

// tests are what shows that the certificate works where it was put: a signed message to oneself; what the website
// serves. No way leads from here to "check a file": the password of the file is on this page alone.
func (u *use) tests() []fyne.CanvasObject {
	j := u.j
	var out []fyne.CanvasObject
	if u.made.Signs {
		if u.letter == nil {
			u.letter = show.NewLetter(j.Env, j.Say, j.Desk, j.scene, j.Stage, j.order.ID, nil)
		}
		out = append(out, u.letter.Object())
	}
	if d, _ := u.destination(); len(u.made.Hosts) > 0 && d.ID != destination.Postfix { // which serves no website
		if u.site == nil {
			u.site = show.NewWebsite(j.Env, j.Say, j.Desk, j.scene, j.Stage, j.order.ID, u.made.Hosts)
		}
		out = append(out, u.site.Object())
	}
	return out
}
