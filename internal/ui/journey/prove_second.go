package journey

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/proof"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// offerSecond offers, where this network lets no questions through, to ask a second resolver over HTTPS: the press is
// the consent, and it is said what that resolver learns.
func (p *prove) offerSecond() []fyne.CanvasObject {
	j := p.j
	offered := proof.Publics[0]
	b := kit.NewButton(j.Say.T("proof.no-way.switch", "name", offered.Name), kit.Secondary, func() {
		if p.switching {
			return
		}
		p.switching, p.unswitched = true, nil
		j.Stage.SecondResolver(offered.ID, func(err error) {
			if j.now != p {
				return
			}
			p.switching, p.unswitched = false, fault.Of(err)
			if err != nil {
				p.draw()
				return
			}
			p.glance.look(p.draw)
		})
	})
	b.SetBusy(p.switching)
	out := []fyne.CanvasObject{kit.NewFlow(kit.Space12, b), kit.NewCaption(j.Say.T("proof.no-way.switch-note", "name", offered.Name))}
	if p.unswitched != nil {
		out = append(out, show.Finding(j.Say, p.unswitched))
	}
	return out
}
