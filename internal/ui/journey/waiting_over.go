package journey

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// ended says how an order ended that brings no certificate, what that means for the licence, and what to do
// next.
func (w *waiting) ended() *kit.Page {
	j := w.j
	state := order.StateOf(j.order.Phase, j.order.Snapshot, j.Env.Now(), j.Env.Now())
	word := show.EndWord(state)
	means, do := "end."+word+".means", "end."+word+".do"
	if j.order.Licence.MayBill {
		means, do = show.AccountEnd(word), "acme.end.do"
	}
	body := []fyne.CanvasObject{kit.NewFinding(endKind(state), j.Say.Say(state.Word()), j.Say.T(means, "seller", j.sellerName()))}
	if s := j.order.Snapshot; s != nil && s.StateReason != "" {
		body = append(body, kit.NewCard(kit.NewHeading(j.Say.T("end.reason")), kit.NewText(quoted(s.StateReason))))
	}
	next := []fyne.CanvasObject{kit.NewHeading(j.Say.T("end.next")), kit.NewText(j.Say.T(do, "seller", j.sellerName()))}
	next = append(next, show.Reach(j.Say, j.sellerName(), j.order.Seller.Support)...)
	body = append(body, kit.NewCard(next...))
	body = append(body, show.Messages(j.Say, j.order.Snapshot)...)
	if story := show.Timeline(j.Say, j.Env.Now(), j.order, nil); story != nil {
		body = append(body, kit.NewCard(kit.NewHeading(j.Say.T("view.story")), story))
	}
	primary := w.contactSeller()
	if j.Desk.Redeem.CanAgain(j.order) {
		if w.wrong != nil {
			body = append(body, show.Finding(j.Say, w.wrong))
		}
		primary = kit.NewButton(j.Say.T("view.again"), kit.Primary, w.again)
		primary.SetBusy(w.busy)
	}
	return j.page(frame{title: j.Say.T("waiting.over-title"), body: body, primary: primary})
}

// again orders the same once more with the same account.
func (w *waiting) again() {
	j := w.j
	if w.busy {
		return
	}
	w.busy, w.wrong = true, nil
	j.render()
	kit.Do(j.scene, func(ctx context.Context) (string, error) {
		return j.Desk.Redeem.Again(ctx, j.order.ID)
	}, func(id string, err error) {
		w.busy, w.wrong = false, fault.Of(err)
		if err != nil {
			j.render()
			return
		}
		j.Open(id)
	})
}

// contactSeller opens the seller's page; nil where it has none.
func (w *waiting) contactSeller() *kit.Button {
	j := w.j
	home := j.homepage()
	if home == "" {
		return nil
	}
	return kit.NewButton(j.Say.T("action.contact_seller"), kit.Primary, func() { j.Env.OpenURL(home) })
}

func endKind(s order.State) kit.Kind {
	if s == order.Rejected || s == order.Failed {
		return kit.Danger
	}
	return kit.Warning
}

// finished is the end of an order that has no certificate: a service for a website.
func (w *waiting) finished() *kit.Page {
	j := w.j
	body := []fyne.CanvasObject{kit.NewFinding(kit.Success, j.Say.T("waiting.finished.saw"), j.Say.T("waiting.finished.do", "seller", j.sellerName()))}
	if until := w.termEnd(); until != "" {
		body = append(body, kit.NewText(j.Say.T("waiting.finished.until", "when", until)))
	}
	body = append(body, show.Messages(j.Say, j.order.Snapshot)...)
	if story := show.Timeline(j.Say, j.Env.Now(), j.order, nil); story != nil {
		body = append(body, kit.NewCard(kit.NewHeading(j.Say.T("view.story")), story))
	}
	return j.page(frame{
		title: j.Say.T("waiting.finished.title"), body: body,
		primary: kit.NewButton(j.Say.T("use.finish"), kit.Primary, j.saveAndClose),
	})
}

// askCancel asks before an order is cancelled, and says what follows.
func (w *waiting) askCancel() {
	j := w.j
	kit.Confirm(j.Stage.Canvas(), kit.ConfirmSpec{
		Title: j.Say.T("waiting.cancel.title"), Text: j.Say.T("waiting.cancel.text", "seller", j.sellerName()),
		Yes: j.Say.T("waiting.cancel.yes"), No: j.Say.T("waiting.cancel.no"), Danger: true, OnYes: w.cancel,
	})
}

func (w *waiting) cancel() {
	j := w.j
	if w.busy {
		return
	}
	w.busy, w.wrong = true, nil
	kit.Do(j.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, j.Desk.Tasks.Cancel(ctx, j.order.ID)
	}, func(_ struct{}, err error) {
		w.busy, w.wrong = false, fault.Of(err)
		w.did()
		w.draw("cancel")
	})
}

// termEnd is the day on which what was bought ends, in words; empty where the service does not say.
func (w *waiting) termEnd() string {
	s := w.j.order.Snapshot
	if s == nil {
		return ""
	}
	day, err := time.Parse(time.DateOnly, s.TermUntil)
	if err != nil {
		return ""
	}
	return w.j.Say.Date(day)
}
