package journey

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// newAccount asks for what an account with a certificate authority needs that is opened with the request: an e-mail
// address, where the authority wants one, and whether the HMAC key is to be kept.
func (r *review) newAccount() []fyne.CanvasObject {
	j := r.j
	l := j.order.Licence
	if !l.OpensAccount {
		return nil
	}
	rows := []fyne.CanvasObject{
		kit.NewHeading(j.Say.T("acme.account.title", "seller", j.sellerName())), kit.NewMuted(j.Say.T("acme.account.text")), r.contactField(),
	}
	if l.Bound {
		rows = append(rows, kit.NewColumn(2,
			kit.NewCheck(j.Say.T("acme.account.keep"), j.form.KeepBinding, func(on bool) { j.form.KeepBinding = on; j.typed() }),
			kit.NewCaption(j.Say.T("acme.account.keep-note")),
		))
	}
	return []fyne.CanvasObject{kit.NewCard(rows...)}
}

// contactField is the e-mail address of a new account. What is wrong with it, also in the eyes of the authority, is
// said there.
func (r *review) contactField() fyne.CanvasObject {
	j, f := r.j, order.FieldAccountContact
	var e *kit.Entry
	e = kit.NewEntry(kit.EntrySpec{
		Label: j.Say.T("field.optional", "label", j.Say.T("acme.account.contact")), Hint: j.Say.T("acme.account.contact.hint"), Value: j.form.AccountContact,
		OnChanged: func(typed string) {
			if j.aKey(e, j.form.AccountContact, typed) {
				return
			}
			j.form.AccountContact = typed
			j.typed()
			r.picked.changed(f)
		},
		OnLeave: func(typed string) {
			j.save()
			r.picked.judge(f, typed != "")
		},
		OnSubmit: func(string) { r.press() },
	})
	r.picked.add(f, input{
		wrong: e.SetError, clear: e.ClearError, ok: e.SetOK,
		remark: func(saw, do string) { e.SetFinding(kit.Warning, saw, do) },
		focus:  func() { e.Focus(j.Stage.Canvas()) },
		filled: func() bool { return e.Text() != "" },
	})
	return e
}

// newTerms leads to terms that have changed since they were accepted: they are asked for anew, or stand on the page
// that the authority names.
func (r *review) newTerms(f *failed) {
	j := r.j
	if address, _ := f.fault.Args["url"].(string); address != "" {
		f.other = kit.NewButton(j.Say.T("acme.terms", "host", show.Host(address)), kit.Secondary, func() { j.Env.OpenURL(address) })
		return
	}
	if j.order.Phase == order.PhaseDraft {
		f.onlyWay(j.Say.T("acme.terms-new"), func() {
			j.show(order.StepLicence, &licence{j: j, fresh: true, then: func() { j.Go(order.StepReview) }})
		})
	}
}
