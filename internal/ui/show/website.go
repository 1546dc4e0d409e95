package show

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/certificate"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/kit"
)

// Website is the test of a certificate for a website: what its names serve now, looked at by a press.
type Website struct {
	env     kit.Env
	say     *i18n.Printer
	desk    *desk.Desk
	scene   *kit.Scene
	stage   TestStage
	orderID string
	hosts   []string

	card  *fyne.Container
	busy  string // the name that is looked at
	stop  func()
	found map[string][]certificate.Finding
	wrong *fault.Error
	look  map[string]*kit.Button
}

// mostHosts is how many names of a certificate can be looked at.
const mostHosts = 8

// NewWebsite makes the card of an order whose certificate has the names; see [desk.Websites.Hosts].
func NewWebsite(env kit.Env, say *i18n.Printer, d *desk.Desk, scene *kit.Scene, stage TestStage, orderID string, hosts []string) *Website {
	w := &Website{
		env: env, say: say, desk: d, scene: scene, stage: stage, orderID: orderID, hosts: hosts[:min(len(hosts), mostHosts)],
		card: kit.NewColumn(0), found: map[string][]certificate.Finding{}, look: map[string]*kit.Button{},
	}
	w.draw()
	return w
}

// Object is what the card is drawn as.
func (w *Website) Object() fyne.CanvasObject { return w.card }

func (w *Website) draw() {
	t := w.say.T
	rows := []fyne.CanvasObject{kit.NewHeading(t("check.site.title")), kit.NewMuted(t("check.site.text"))}
	was := map[string]*kit.Button{}
	for _, host := range w.hosts {
		was[host] = w.look[host]
		look := kit.NewButton(t("check.site.look"), kit.Secondary, func() { w.lookAt(host) })
		look.SetEnabled(w.busy == "")
		w.look[host] = look
		rows = append(rows, kit.NewSides(kit.NewMono(i18n.Clean(host, 253)), look))
		if w.busy == host {
			rows = append(rows, kit.NewLoading(w.env, t("check.site.looking"), w.stop))
		}
		for _, f := range w.found[host] {
			if f.Warning {
				rows = append(rows, kit.NewFinding(kit.Warning, w.say.Say(f.Message), w.say.Say(f.Advice)))
			} else {
				rows = append(rows, kit.NewInfo(kit.Success, w.say.Say(f.Message)))
			}
		}
	}
	if w.wrong != nil {
		rows = append(rows, Finding(w.say, w.wrong))
	}
	w.card.Objects = []fyne.CanvasObject{kit.NewCard(rows...)}
	w.card.Refresh()
	kit.Relayout(w.card)
	for _, host := range w.hosts {
		follow(w.stage.Canvas(), was[host], w.look[host])
	}
}

func (w *Website) lookAt(host string) {
	if w.busy != "" {
		return
	}
	delete(w.found, host)
	w.busy, w.wrong = host, nil
	w.stop = kit.Do(w.scene, func(ctx context.Context) ([]certificate.Finding, error) {
		return w.desk.Websites.Look(ctx, w.orderID, host)
	}, func(found []certificate.Finding, err error) {
		w.busy, w.stop = "", nil
		if err == nil {
			w.found[host] = found
		} else if !fault.Is(err, fault.Cancelled) {
			w.wrong = fault.Of(err)
		}
		w.draw()
	})
	w.draw()
}
