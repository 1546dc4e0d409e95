package journey

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// waiting is step 9: what the order waits for, at whom and how long it usually takes. It is safe to close.
type waiting struct {
	j     *Journey
	watch *watch
}

func (w *waiting) build() *kit.Page {
	j := w.j
	if w.watch == nil {
		w.watch = newWatch(j, w.moved)
	}
	if j.order.Phase == order.PhaseEnded {
		return w.over()
	}
	rows := []fyne.CanvasObject{
		kit.NewFlow(8, kit.NewPill(kit.Info, j.Say.Say(order.WaitingForAuthority.Word()))), kit.NewText(w.expected()),
	}
	if story := show.Timeline(j.Say, j.Env.Now(), j.order, nil); story != nil {
		rows = append(rows, story)
	}
	body := []fyne.CanvasObject{kit.NewCard(rows...)}
	body = append(body, show.Messages(j.Say, j.order.Snapshot)...)
	body = append(body, w.watch.object())
	return j.page(frame{
		title: j.Say.T("waiting.title"), sentence: j.Say.T("waiting.sentence"), body: body,
		primary: kit.NewButton(j.Say.T("prove.check"), kit.Primary, w.watch.press),
	})
}

func (w *waiting) expected() string {
	j := w.j
	if s := j.order.Snapshot; s != nil && s.Latest != nil {
		return j.Say.T("waiting.by", "when", *s.Latest)
	}
	return j.Say.Say(j.order.Licence.Product.ExpectedTime())
}

func (w *waiting) moved(o store.Order) {
	j := w.j
	before := j.order
	j.take(o)
	if step := j.resume(); step != order.StepWaiting {
		j.Go(step)
		return
	}
	if before.Phase != o.Phase || eventCount(before) != eventCount(o) {
		j.render()
	}
}

func eventCount(o store.Order) int {
	if o.Snapshot == nil {
		return 0
	}
	return len(o.Snapshot.Timeline) + len(o.Snapshot.Messages) + len(o.Snapshot.Tasks)
}

// over says how an order ended that brings no certificate.
func (w *waiting) over() *kit.Page {
	j := w.j
	state := order.StateOf(j.order.Phase, j.order.Snapshot, j.Env.Now(), j.Env.Now())
	body := []fyne.CanvasObject{kit.NewFinding(kit.Danger, j.Say.Say(state.Word()), j.Say.T("waiting.over", "seller", j.sellerName()))}
	if s := j.order.Snapshot; s != nil && s.StateReason != "" {
		body = append(body, kit.NewText(j.Say.T("waiting.reason", "text", i18n.Clean(s.StateReason, 400))))
	}
	if lines := show.Support(j.order.Seller.Support); len(lines) > 0 {
		body = append(body, kit.NewText(j.Say.T("licence.reach", "seller", j.sellerName(), "lines", lines)))
	}
	body = append(body, show.Messages(j.Say, j.order.Snapshot)...)
	var primary *kit.Button
	if home := j.order.Seller.Homepage; home != "" {
		primary = kit.NewButton(j.Say.T("action.contact_seller"), kit.Primary, func() { j.Env.OpenURL(home) })
	}
	return j.page(frame{title: j.Say.T("waiting.over-title"), body: body, primary: primary})
}
