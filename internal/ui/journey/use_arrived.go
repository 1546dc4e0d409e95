package journey

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/certificate"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// Arrive goes on with the order to which something was given that the customer has brought.
func (j *Journey) Arrive(t desk.Taken) {
	j.arrived = &t
	j.Open(t.OrderID)
}

// arrivedParts say what has come, on the page for using it.
func (u *use) arrivedParts() []fyne.CanvasObject {
	j := u.j
	t := j.arrived
	if t == nil || t.OrderID != j.order.ID {
		return nil
	}
	var out []fyne.CanvasObject
	switch {
	case t.New:
		out = append(out, kit.NewInfo(kit.Success, j.Say.T("handoff.arrived")))
	case t.Key == nil:
		out = append(out, kit.NewInfo(kit.Info, j.Say.T("handoff.arrived-again")))
	}
	if !t.Mended.IsZero() {
		out = append(out, kit.NewInfo(kit.Info, j.Say.Say(t.Mended)))
	}
	if u.whole {
		out = append(out, kit.NewInfo(kit.Success, j.Say.T("handoff.issuer.whole")))
	}
	if t.Gap.Host != "" {
		out = append(out, u.missing(t)...)
	}
	if t.Others > 0 {
		out = append(out, kit.NewInfo(kit.Info, j.Say.T("handoff.arrived-others", "n", t.Others)))
	}
	return out
}

// missing offers to get the certificate that is missing above this one, or may be: the press is the consent.
func (u *use) missing(t *desk.Taken) []fyne.CanvasObject {
	out := show.Gap(u.j.Say, t.Gap, u.completing, func() { u.complete(t) })
	if u.incomplete != nil {
		out = append(out, show.Finding(u.j.Say, u.incomplete))
	}
	return out
}

func (u *use) complete(t *desk.Taken) {
	j := u.j
	if u.completing || u.making {
		return
	}
	u.completing, u.incomplete = true, nil
	j.render()
	id := t.OrderID
	kit.Do(j.scene, func(ctx context.Context) (int, error) {
		return j.Desk.Intake.Complete(ctx, id)
	}, func(added int, err error) {
		u.completing, u.incomplete = false, fault.Of(err)
		if err == nil {
			t.Gap, u.whole = certificate.Gap{}, added == 0
			u.found, u.judged = nil, false
		}
		j.render()
	})
}

// arrivedKey asks about a private key that came along.
func (u *use) arrivedKey() {
	t := u.j.arrived
	if t == nil || t.OrderID != u.j.order.ID || len(t.Key) == 0 || u.j.order.Licence.KeyInHardware() {
		return
	}
	data := t.Key
	t.Key = nil
	if !u.away {
		clear(data)
		return
	}
	u.readKeyFrom(func(context.Context) ([]byte, error) { return data, nil })
}
