package journey

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// review is step 7: everything that will be sent, and the only button that sends. Once it is sent the
// same page shows it read-only.
type review struct {
	j       *Journey
	picked  *asked // the approver's address
	terms   *kit.Check
	sending bool
	began   bool
}

func (r *review) build() *kit.Page {
	j := r.j
	switch j.order.Phase {
	case order.PhaseDraft:
		if r.sending {
			return r.wait()
		}
		return r.ask()
	case order.PhaseSubmitting:
		// The last run, or the last press, ended before the seller's answer was here: the same bytes go
		// out again under the same key, so there is still one order.
		if !r.began {
			r.send()
		}
		return r.wait()
	case order.PhaseSent, order.PhaseReady, order.PhaseEnded:
	}
	return r.sent()
}

func (r *review) ask() *kit.Page {
	j := r.j
	r.picked = newAsked(j)
	body := r.approver()
	body = append(body, kit.NewCard(kit.NewPairs(append(r.rows(true), r.cost())...)), r.whatLeaves())
	body = append(body, r.newAccount()...)
	if n := len(j.order.Licence.Terms); n > 0 {
		r.terms = kit.NewCheck(j.Say.T("review.accept", "n", n), r.accepted(), r.accept)
		links := []fyne.CanvasObject{}
		for _, t := range j.order.Licence.Terms {
			if t.URL == "" { // nothing that a browser opens: it is read here
				links = append(links, kit.NewMuted(j.Say.T("acme.terms-text", "text", i18n.Clean(t.ID, 400))))
				continue
			}
			links = append(links, kit.NewButton(r.termsLabel(t), kit.Link, func() { j.Env.OpenURL(t.URL) }))
		}
		body = append(body, r.terms, kit.NewFlow(8, links...))
	}
	if c, ok := j.refused[order.FieldTerms]; ok {
		saw, do := j.refusal(c)
		body = append(body, kit.NewFinding(kit.Danger, saw, do))
	}
	title, sentence, send := "review.title", "review.sentence", "review.send"
	switch {
	case j.order.Licence.Web:
		title, sentence, send = "handoff.review.title", "handoff.review.sentence", "handoff.review.open"
	case j.order.Licence.WantsDomains():
		sentence = "review.sentence-names"
	}
	page := j.page(frame{
		title: j.Say.T(title), sentence: j.Say.T(sentence, "seller", j.sellerName()), body: body,
		back: j.backButton(), primary: kit.NewButton(j.Say.T(send), kit.Primary, r.press),
	})
	r.picked.begin()
	return page
}

// termsLabel names an agreement and where it opens. The demo's host is this computer, at another port in
// each run.
func (r *review) termsLabel(t order.Terms) string {
	if r.j.Helper != nil {
		return r.j.Say.T("review.terms-demo", "title", t.Title)
	}
	if t.Title == "" {
		return r.j.Say.T("acme.terms", "host", show.Host(t.URL))
	}
	return r.j.Say.T("review.terms", "title", t.Title, "host", show.Host(t.URL))
}

// accepted reports whether all terms are ticked.
func (r *review) accepted() bool {
	o := r.j.order
	o.Application = r.j.form
	return order.Sendable(order.ProblemsOf(r.j.Desk.Redeem.Problems(o), order.FieldTerms))
}

func (r *review) accept(on bool) {
	j := r.j
	j.form.AcceptedTerms = nil
	if on {
		for _, t := range j.order.Licence.Terms {
			j.form.AcceptedTerms = append(j.form.AcceptedTerms, t.ID)
		}
	}
	r.terms.ClearError()
	delete(j.refused, order.FieldTerms)
	j.typed()
}

// press is the only way in which anything is sent.
func (r *review) press() {
	j := r.j
	if first := r.picked.say(r.picked.problems()); first != "" {
		r.picked.inputs[first].focus()
		return
	}
	if !r.accepted() {
		r.terms.SetError(j.Say.T("review.accept-first"), "")
		j.Stage.Canvas().Focus(r.terms)
		return
	}
	if step, ok := r.wrongStep(); ok {
		j.Go(step)
		return
	}
	j.opensPage = j.order.Licence.Web // once the request is kept
	r.send()
}

// wrongStep is the step to go to when something entered is not right after all.
func (r *review) wrongStep() (order.Step, bool) {
	j := r.j
	o := j.order
	o.Application = j.form
	first := order.Step("")
	for _, p := range j.Desk.Redeem.Problems(o) {
		step := j.order.Licence.StepOf(p.Field)
		if p.Kind == order.Note || step == order.StepReview || !j.has(step) {
			continue
		}
		if first == "" || before(step, first) {
			first = step
		}
	}
	switch {
	case first != "":
		j.loud = true
		return first, true
	case j.has(order.StepKey) && o.KeyID == "" && !o.Application.OwnRequest():
		return order.StepKey, true
	}
	return "", false
}

func (r *review) send() {
	j := r.j
	r.began = true
	if !r.sending {
		r.sending = true
		if j.order.Phase == order.PhaseDraft {
			j.render()
		}
	}
	id, unsaved := j.order.ID, j.dirty
	write := j.write(context.Background(), j.step)
	j.dirty = false
	kit.Do(j.scene, func(ctx context.Context) (store.Order, error) {
		if err := write(); err != nil {
			return store.Order{}, err
		}
		unsaved = false
		sendErr := j.Desk.Redeem.Submit(ctx, id)
		o, err := j.Desk.Redeem.Order(ctx, id)
		if err != nil {
			return o, err
		}
		if sendErr == nil {
			// The first look tells what the seller waits for.
			if seen, err := j.Desk.Refresher.Look(ctx, id); err == nil {
				o = seen
			}
		}
		return o, sendErr
	}, func(o store.Order, err error) {
		j.dirty = j.dirty || unsaved
		r.answered(o, err)
	})
}

func (r *review) answered(o store.Order, err error) {
	j := r.j
	r.sending, r.began = false, false
	if o.ID != "" {
		j.take(o)
	}
	if err == nil {
		j.Go(j.resume())
		return
	}
	j.opensPage = false
	f := &failed{j: j, fault: fault.Of(err), title: j.Say.T("review.not-sent"), again: func() { j.Go(order.StepReview) }}
	if j.order.Licence.Web {
		f.title = j.Say.T("handoff.review.failed")
	}
	var refusal *seller.Refusal
	switch {
	case errors.As(err, &refusal):
		f.title = j.Say.T("review.refused")
		step := j.note(j, refusal.Fields)
		f.back = func() { j.Go(step) }
	case o.Phase == order.PhaseSubmitting && !o.Licence.Web:
		f.title = j.Say.T("review.no-answer")
	}
	switch f.fault.Code {
	case fault.CodeForgotten:
		f.onlyWay(j.Say.T("link.again"), j.enterCode)
	case fault.BindingMissing, fault.BindingWrong, fault.AccountClosed:
		if j.order.Phase == order.PhaseDraft {
			f.onlyWay(j.Say.T("acme.enter"), j.enterCode)
		}
	case fault.TermsChanged:
		r.newTerms(f)
	case fault.KeyGone, fault.KeyUnusable:
		// Nothing was sent with this key, so another can take its place.
		if j.order.Phase == order.PhaseDraft {
			f.onlyWay(j.Say.T("key.another"), func() { j.show(order.StepKey, &key{j: j, lost: true}) })
		}
	}
	j.failWith(f)
}

// wait is the page while the request is on its way.
func (r *review) wait() *kit.Page {
	j := r.j
	if j.order.Licence.Web {
		return j.page(frame{
			title: j.Say.T("handoff.review.title"), body: []fyne.CanvasObject{kit.NewLoading(j.Env, j.Say.T("handoff.review.keeping"), nil)},
		})
	}
	return j.page(frame{
		title: j.Say.T("review.sending"),
		body: []fyne.CanvasObject{
			kit.NewLoading(j.Env, j.Say.T("review.sending-note", "seller", j.sellerName()), nil),
			kit.NewMuted(j.Say.T("review.once")),
		},
	})
}

// sent shows what was sent, read-only.
func (r *review) sent() *kit.Page {
	j := r.j
	title, sentence := "review.sent.title", "review.sent.sentence"
	if j.order.Licence.Web {
		title, sentence = "handoff.made.title", "handoff.made.sentence"
	}
	return j.page(frame{
		title: j.Say.T(title), sentence: j.Say.T(sentence, "when", j.order.Sent),
		body:    []fyne.CanvasObject{kit.NewCard(kit.NewPairs(r.rows(false)...)), r.whatLeaves()},
		primary: kit.NewButton(j.Say.T("review.sent.on"), kit.Primary, func() { j.Go(j.resume()) }),
	})
}

// isCancelled reports whether work was ended by the customer.
func isCancelled(err error) bool { return errors.Is(err, context.Canceled) }
