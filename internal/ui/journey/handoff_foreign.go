package journey

import (
	"context"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/ui/kit"
)

// arrived goes on with what was dropped elsewhere in the window and led to this order, but has to be asked about.
func (h *handoff) arrived() {
	t := h.j.arrived
	if t == nil || t.OrderID != h.j.order.ID {
		return
	}
	foreign, locked, beside := t.Foreign, t.Locked, t.Beside
	t.Foreign, t.Locked, t.Beside = nil, nil, nil
	switch {
	case foreign != nil:
		h.askForeign(foreign)
	case locked != nil:
		h.lock(locked, beside)
	}
}

// askForeign asks about a certificate whose key the seller's page has made, and says what that means.
func (h *handoff) askForeign(f *desk.Foreign) {
	j := h.j
	j.render()
	text := "handoff.foreign.text"
	if f.Differs {
		text = "handoff.foreign.text-differs"
	}
	kit.Confirm(j.Stage.Canvas(), kit.ConfirmSpec{
		Title: j.Say.T("handoff.foreign.title"),
		Text:  j.Say.T(text, "name", f.Name, "kind", f.Kind.Name(), "seller", j.sellerName()),
		Body:  kit.NewMuted(j.Say.T("handoff.foreign.better")),
		Yes:   j.Say.T("handoff.foreign.yes"), No: j.Say.T("handoff.foreign.no"), Danger: true,
		OnYes: func() { h.takeForeign(f) },
		OnNo:  func() { h.failed(fault.New(fault.CertificateNotOurs, nil, "name", f.Name)) },
	})
}

func (h *handoff) takeForeign(f *desk.Foreign) {
	j := h.j
	if h.busy {
		return
	}
	h.busy, h.wrong = true, nil
	j.render()
	kit.Do(j.scene, func(ctx context.Context) (desk.Taken, error) { return j.Desk.Intake.TakeForeign(ctx, f) },
		func(t desk.Taken, err error) {
			h.busy = false
			if err != nil {
				h.failed(fault.Of(err))
				return
			}
			j.Arrive(t)
		})
}
