package journey

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// bought is step 2 for a page in the browser: nobody can be asked what was bought, so the customer says it.
type bought struct {
	j      *Journey
	chosen int // -1: not yet
	picked bool
	busy   bool
	wrong  *fault.Error
	field  *kit.Choices
	blank  bool // Continue was pressed without a choice
}

// webKinds are the products for which a page in the browser takes a request.
var webKinds = []order.ProductType{order.TLS, order.SMIME}

func (b *bought) build() *kit.Page {
	j := b.j
	if !b.picked {
		b.picked, b.chosen = true, -1
		for i, k := range webKinds {
			if j.order.Licence.Product.Type == k {
				b.chosen = i
			}
		}
	}
	specs := make([]kit.ChoiceSpec, len(webKinds))
	for i, k := range webKinds {
		specs[i] = kit.ChoiceSpec{
			Title: j.Say.T("handoff.kind." + string(k)), Sentence: j.Say.T("handoff.kind." + string(k) + ".sentence"),
			Icon: map[order.ProductType]string{order.TLS: "server", order.SMIME: "mail"}[k],
		}
	}
	b.field = kit.NewChoices(specs, b.chosen, func(i int) { b.chosen, b.blank = i, false; j.render() })
	body := []fyne.CanvasObject{b.field}
	if b.blank {
		body = append(body, kit.NewFinding(kit.Warning, j.Say.T("handoff.kind.choose"), ""))
	}
	body = append(body, kit.NewCard(
		kit.NewHeading(j.Say.T("handoff.how.title")),
		kit.NewText(j.Say.T("handoff.how.1")), kit.NewText(j.Say.T("handoff.how.2", "host", show.Host(pageOf(j.order)))), kit.NewText(j.Say.T("handoff.how.3")),
	))
	if b.wrong != nil {
		body = append(body, show.Finding(j.Say, b.wrong))
	}
	primary := j.continueButton(b.goOn)
	primary.SetBusy(b.busy)
	return j.page(frame{
		title: j.Say.T("handoff.kind.title"), sentence: j.Say.T("handoff.kind.sentence"), body: body,
		back: j.backButton(), primary: primary,
	})
}

func (b *bought) goOn() {
	j := b.j
	switch {
	case b.busy:
		return
	case b.chosen < 0:
		b.blank = true
		j.render()
		return
	}
	kind := webKinds[b.chosen]
	if j.order.Phase != order.PhaseDraft || j.order.Licence.Product.Type == kind {
		j.next()
		return
	}
	b.busy, b.wrong = true, nil
	j.render()
	id, name := j.order.ID, j.Say.T("handoff.kind."+string(kind))
	kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		return j.Desk.Handoff.Bought(ctx, id, kind, name)
	}, func(o store.Order, err error) {
		b.busy = false
		if err != nil {
			b.wrong = fault.Of(err)
			j.render()
			return
		}
		j.take(o)
		j.next()
	})
}
