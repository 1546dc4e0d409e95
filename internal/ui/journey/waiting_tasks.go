package journey

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// tasks are the cards of what the order waits for, the customer's first; what is done is a line each.
func (w *waiting) tasks() []fyne.CanvasObject {
	s := w.j.order.Snapshot
	if s == nil {
		return nil
	}
	var out []fyne.CanvasObject
	waits := s.Waiting()
	proofs := 0
	for _, t := range waits {
		if t.Kind == order.ProveName || t.Kind == order.ConfirmMailbox {
			proofs++
		}
	}
	proved := false
	for _, t := range waits {
		if t.Kind == order.ProveName || t.Kind == order.ConfirmMailbox {
			if !proved { // many names are one thing to do, on the page for them
				proved = true
				out = append(out, w.proofs(t, proofs))
			}
			continue
		}
		out = append(out, w.task(t))
	}
	if over := show.TasksOver(w.j.Say, s); over != nil {
		out = append(out, over)
	}
	return out
}

// proofs lead to the page on which control is proved.
func (w *waiting) proofs(t order.Task, n int) fyne.CanvasObject {
	j := w.j
	return kit.NewAccentCard(kit.Warning,
		show.TaskHead(j.Say, t), kit.NewMuted(j.Say.T("waiting.task.proofs", "n", n)),
		kit.NewFlow(12, kit.NewButton(j.Say.T("view.next.you.button"), kit.Secondary, func() { j.Go(order.StepProve) })))
}

// task is one task with what can be done about it.
func (w *waiting) task(t order.Task) fyne.CanvasObject {
	j := w.j
	rows := []fyne.CanvasObject{show.TaskHead(j.Say, t)}
	rows = append(rows, show.TaskText(j.Say, j.sellerName(), t)...)
	can := j.Desk.Tasks.Can(j.order, t)
	switch {
	case can.Schedule:
		rows = append(rows, w.call(t)...)
	case can.Accept:
		rows = append(rows, w.agreement(t)...)
	}
	if can.Upload || can.Form != "" {
		rows = append(rows, w.document(t, can)...)
	}
	if can.Page != "" {
		rows = append(rows, kit.NewFlow(12, kit.NewButton(j.Say.T("waiting.open-page", "host", can.Host), kit.Secondary, func() {
			j.Env.OpenURL(can.Page)
		}).SetTail("external")))
	}
	if t.Kind == order.Approval && j.Desk.Proofs.CanResend(j.order, t) {
		rows = append(rows, w.resend(t))
	}
	if t.Kind == order.Payment && can.Page == "" {
		rows = append(rows, show.Reach(j.Say, j.sellerName(), j.order.Seller.Support)...)
	}
	if t.At() == order.AtCustomer {
		return kit.NewAccentCard(kit.Warning, rows...)
	}
	return kit.NewCard(rows...)
}

// resend has the mail to whoever has to approve sent again.
func (w *waiting) resend(t order.Task) fyne.CanvasObject {
	j := w.j
	if w.resent[t.ID] {
		return kit.NewFlow(8, kit.NewPill(kit.Success, j.Say.T("prove.resent")))
	}
	return kit.NewFlow(12, kit.NewButton(j.Say.T("prove.resend"), kit.Link, func() {
		kit.Do(j.scene, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, j.Desk.Proofs.Resend(ctx, j.order.ID, t.ID, "")
		}, func(_ struct{}, err error) {
			if err != nil {
				w.watch.show(fault.Of(err))
				return
			}
			w.resent[t.ID] = true
			w.did()
			w.draw("")
		})
	}))
}

// agreement is what the customer has done about terms that a task asks for.
type agreement struct {
	check *kit.Check
	ticks bool
	busy  bool
	wrong *fault.Error
}

// agreement shows the terms of the licence and takes a yes to them.
func (w *waiting) agreement(t order.Task) []fyne.CanvasObject {
	j := w.j
	a := w.agreed[t.ID]
	if a == nil {
		a = &agreement{}
		w.agreed[t.ID] = a
	}
	a.check = kit.NewCheck(j.Say.T("review.accept", "n", len(j.order.Licence.Terms)), a.ticks, func(on bool) { a.ticks = on; a.check.ClearError() })
	rows := []fyne.CanvasObject{a.check}
	for _, terms := range j.order.Licence.Terms {
		if host := show.Host(terms.URL); host != "" {
			rows = append(rows, kit.NewFlow(12, kit.NewButton(j.Say.T("review.terms", "title", quoted(terms.Title), "host", host), kit.Link, func() {
				j.Env.OpenURL(terms.URL)
			})))
			continue
		}
		rows = append(rows, kit.NewText(quoted(terms.Title)))
	}
	button := kit.NewButton(j.Say.T("waiting.agree"), kit.Secondary, func() { w.agree(t, a) })
	button.SetBusy(a.busy)
	w.mark("agree to "+t.ID, button)
	if a.wrong != nil {
		rows = append(rows, show.Finding(j.Say, a.wrong))
	}
	return append(rows, kit.NewFlow(12, button))
}

func (w *waiting) agree(t order.Task, a *agreement) {
	j := w.j
	if !a.ticks {
		a.check.SetError(j.Say.T("review.accept-first"), "")
		j.Stage.Canvas().Focus(a.check)
		return
	}
	a.busy, a.wrong = true, nil
	w.draw("agree to " + t.ID)
	kit.Do(j.scene, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, j.Desk.Tasks.Accept(ctx, j.order.ID, t.ID)
	}, func(_ struct{}, err error) {
		a.busy, a.wrong = false, fault.Of(err)
		w.did()
		w.draw("agree to " + t.ID)
	})
}
