package journey

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/certificate"
	"certdesk/internal/ui/kit"
)

// findings say, before a file is made, in what the certificate differs from what was asked for, or why it may not
// work: other names, other dates, nothing above it.
func (u *use) findings() []fyne.CanvasObject {
	j := u.j
	if !u.judged {
		u.judged = true
		id := j.order.ID
		kit.Do(j.scene, func(ctx context.Context) ([]certificate.Finding, error) {
			v, err := j.Desk.Orders.View(ctx, id)
			return v.Findings, err
		}, func(all []certificate.Finding, err error) {
			for _, f := range all {
				if f.Warning {
					u.found = append(u.found, f)
				}
			}
			if err == nil && len(u.found) > 0 {
				j.render()
			}
		})
	}
	var out []fyne.CanvasObject
	for _, f := range u.found {
		if f.Kind == certificate.ChainMissing && u.canComplete() {
			continue // it is said where it can be got
		}
		out = append(out, kit.NewFinding(kit.Warning, j.Say.Say(f.Message), j.Say.Say(f.Advice)))
	}
	return out
}

// canComplete reports whether the page offers to get what is missing above the certificate.
func (u *use) canComplete() bool {
	t := u.j.arrived
	return t != nil && t.OrderID == u.j.order.ID && t.Gap.Host != ""
}
