package orderview

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/order"
	"certdesk/internal/ui/show"
)

// tests are what shows that the certificate works: a signed test message where there is a certificate for a mailbox and
// its key; what a website serves.
func (v *View) tests() []fyne.CanvasObject {
	current, ok := v.v.Current()
	if !ok {
		return nil
	}
	var out []fyne.CanvasObject
	if v.v.State == order.Ready && v.v.Licence.Product.Type == order.SMIME && len(v.v.Keys) > 0 {
		if d, err := desk.About(current); err == nil && d.Use.Signing {
			if v.letter == nil {
				v.letter = show.NewLetter(v.Env, v.Say, v.Desk, v.scene, v.Stage, v.id, func() { v.Stage.Inspect(v.id) })
			}
			out = append(out, v.letter.Object())
		}
	}
	if hosts := v.Desk.Websites.Hosts(v.v.Order, current); len(hosts) > 0 {
		if v.site == nil {
			v.site = show.NewWebsite(v.Env, v.Say, v.Desk, v.scene, v.Stage, v.id, hosts)
		}
		out = append(out, v.site.Object())
	}
	return out
}
