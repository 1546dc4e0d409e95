package orderview

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/certificate"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// website is the test of a certificate for a website.
type website struct {
	busy  string // the name that is looked at
	stop  func()
	found map[string][]certificate.Finding
	wrong *fault.Error
	look  map[string]*kit.Button
}

// mostHosts is how many names of a certificate can be looked at.
const mostHosts = 8

// websites offers to look what the website serves now.
func (v *View) websites() []fyne.CanvasObject {
	current, ok := v.v.Current()
	if !ok {
		return nil
	}
	hosts := v.Desk.Websites.Hosts(v.v.Order, current)
	if len(hosts) == 0 {
		return nil
	}
	t := v.Say.T
	v.site.look = map[string]*kit.Button{}
	rows := []fyne.CanvasObject{kit.NewHeading(t("check.site.title")), kit.NewMuted(t("check.site.text"))}
	for i, host := range hosts {
		if i == mostHosts {
			break
		}
		look := kit.NewButton(t("check.site.look"), kit.Secondary, func() { v.lookAt(host) })
		look.SetEnabled(v.site.busy == "")
		v.site.look[host] = look
		rows = append(rows, kit.NewSides(kit.NewMono(i18n.Clean(host, 253)), look))
		if v.site.busy == host {
			rows = append(rows, kit.NewLoading(v.Env, t("check.site.looking"), v.site.stop))
		}
		for _, f := range v.site.found[host] {
			if f.Warning {
				rows = append(rows, kit.NewFinding(kit.Warning, v.Say.Say(f.Message), v.Say.Say(f.Advice)))
			} else {
				rows = append(rows, kit.NewInfo(kit.Success, v.Say.Say(f.Message)))
			}
		}
	}
	if v.site.wrong != nil {
		rows = append(rows, show.Finding(v.Say, v.site.wrong))
	}
	return []fyne.CanvasObject{kit.NewCard(rows...)}
}

func (v *View) lookAt(host string) {
	if v.site.busy != "" {
		return
	}
	if v.site.found == nil {
		v.site.found = map[string][]certificate.Finding{}
	}
	delete(v.site.found, host)
	v.site.busy, v.site.wrong = host, nil
	v.site.stop = kit.Do(v.scene, func(ctx context.Context) ([]certificate.Finding, error) {
		return v.Desk.Websites.Look(ctx, v.id, host)
	}, func(found []certificate.Finding, err error) {
		v.site.busy, v.site.stop = "", nil
		if err == nil {
			v.site.found[host] = found
		} else if !fault.Is(err, fault.Cancelled) {
			v.site.wrong = fault.Of(err)
		}
		v.draw()
		v.stay(v.site.look[host])
	})
	v.draw()
}

// stay keeps the focus where something was pressed, so that what came of it is in view.
func (v *View) stay(at *kit.Button) {
	if canvas := v.Stage.Canvas(); at != nil && canvas.Overlays().Top() == nil && (canvas.Focused() == nil || canvas.Focused() == v.primary) {
		canvas.Focus(at)
	}
}
