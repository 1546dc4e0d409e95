package journey

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
)

// accountFields ask for what a text does not say of an account with a certificate authority. What was found in
// the text is shown, but for its key, and not asked for again.
type accountFields struct {
	text                        string // the text that they belong to
	directory, keyID, key       string // as typed
	directoryIn, keyIDIn, keyIn *kit.Entry
}

// account shows what was read of an account, and asks for the rest.
func (l *link) account(r activation.Reading) []fyne.CanvasObject {
	j, a := l.j, r.Account
	if l.acct.text != l.text {
		l.acct = accountFields{text: l.text}
	}
	f := &l.acct
	f.directoryIn, f.keyIDIn, f.keyIn = nil, nil, nil
	var out []fyne.CanvasObject
	if a.WrongDirectory == "" {
		out = l.leadsTo(r)
	}
	rows := []fyne.CanvasObject{kit.NewText(j.Say.T("acme.found"))}
	entry := func(id, placeholder string, value *string, secretly bool) *kit.Entry {
		var e *kit.Entry
		e = kit.NewEntry(kit.EntrySpec{
			Label: j.Say.T("acme.field." + id), Hint: j.Say.T("acme.field." + id + ".hint"), Placeholder: placeholder,
			Value: *value, Mono: true, Password: secretly,
			OnChanged: func(text string) { *value = text; e.ClearError() },
			OnSubmit:  func(string) { l.goOn() },
		})
		rows = append(rows, e)
		return e
	}
	if a.WrongDirectory != "" {
		rows = append(rows, l.authorities())
		f.directoryIn = entry("directory", "https://acme.example.com/directory", &f.directory, false)
	}
	if a.KeyID == "" || a.WrongKeyID != "" {
		f.keyIDIn = entry("key-id", "", &f.keyID, false)
	} else {
		rows = append(rows, kit.NewMarked(kit.Success, j.Say.T("acme.found-key-id", "id", a.KeyID)))
	}
	switch {
	case a.HasKey:
		rows = append(rows, kit.NewMarked(kit.Success, j.Say.T("acme.found-key")))
	case l.keeps(a):
		rows = append(rows, kit.NewMarked(kit.Success, j.Say.T("acme.kept-key")))
	default:
		f.keyIn = entry("key", "", &f.key, true)
	}
	if f.keyIDIn != nil && f.keyIn != nil {
		rows = append(rows, kit.NewMuted(j.Say.T("acme.optional")))
	}
	out = append(out, kit.NewCard(rows...))
	switch {
	case l.loud:
		l.sayAccount(r)
	default: // what was found and is not right
		found := activation.Account{WrongKey: a.WrongKey}
		if a.WrongDirectory != fault.DirectoryMissing {
			found.WrongDirectory = a.WrongDirectory
		}
		if a.WrongKeyID != fault.AccountKeyIDMissing {
			found.WrongKeyID = a.WrongKeyID
		}
		l.sayAccount(activation.Reading{Account: &found})
	}
	return out
}

// keeps reports whether the HMAC key of an account is kept here. That is looked up once for each account; until it is
// known, the key is asked for, and so it is where the account did not do.
func (l *link) keeps(a *activation.Account) bool {
	if a.Directory == "" || a.KeyID == "" || l.forgotten {
		return false
	}
	service := activation.ACMEService(a.Directory, a.KeyID)
	if l.keptFor != service {
		l.keptFor, l.kept = service, false
		kit.Do(l.j.scene, func(ctx context.Context) (bool, error) {
			return l.j.Desk.Authorities.Keeps(ctx, service)
		}, func(kept bool, err error) {
			if l.keptFor == service && kept && err == nil {
				l.kept = true
				l.draw()
			}
		})
	}
	return l.kept
}

// sayAccount puts what is wrong to its field, and gives the first such field.
func (l *link) sayAccount(r activation.Reading) *kit.Entry {
	f, a := &l.acct, r.Account
	var first *kit.Entry
	say := func(e *kit.Entry, code fault.Code) {
		if e == nil || code == "" {
			return
		}
		wrong := fault.New(code, nil)
		e.SetError(l.j.Say.Say(wrong.Saw()), l.j.Say.Say(wrong.Do()))
		if first == nil {
			first = e
		}
	}
	say(f.directoryIn, a.WrongDirectory)
	say(f.keyIDIn, a.WrongKeyID)
	say(f.keyIn, a.WrongKey)
	return first
}

// useAccount is Continue for an account. A directory that was typed is shown first: Continue is the yes to it.
func (l *link) useAccount(r activation.Reading) {
	f := &l.acct
	whole := l.j.Desk.Redeem.Complete(r, strings.TrimSpace(f.directory), strings.TrimSpace(f.keyID), f.key)
	if !whole.Account.Whole() {
		l.loud = true
		if first := l.sayAccount(whole); first != nil {
			first.Focus(l.j.Stage.Canvas())
		}
		return
	}
	if r.Account.WrongDirectory != "" {
		l.chosen = &whole
		l.draw()
		l.j.Stage.Canvas().Focus(l.primary)
		return
	}
	if needsTick(whole) && !l.ticked {
		l.tick.SetError(l.j.Say.T("link.tick-first"), "")
		l.j.Stage.Canvas().Focus(l.tick)
		return
	}
	l.start(whole.Ticket, false)
}

// startWith makes the draft of a ticket; a draft whose account did not do has the new one.
func (l *link) startWith(ctx context.Context, t activation.Ticket, inMemory bool) (desk.Started, error) {
	j := l.j
	_, _, account := activation.SplitACME(j.order.Service)
	if id := j.order.ID; l.forgotten && id != "" && j.order.Phase == order.PhaseDraft && account {
		return j.Desk.Redeem.Rebind(ctx, id, t, inMemory)
	}
	return j.Desk.Redeem.Start(ctx, t, inMemory)
}

// accountText is what is known of an account without its key, as an e-mail would have it; empty for what is none.
func accountText(service string) string {
	directory, keyID, ok := activation.SplitACME(service)
	if !ok {
		return ""
	}
	text := "EAB\nACME directory: " + directory
	if keyID != "" {
		text += "\nKey ID: " + keyID
	}
	return text
}

// enterAccount goes back to step 1, where the account is asked for. A draft in which something was typed beyond it, or
// that is to take the place of a certificate, stays.
func (l *licence) enterAccount() {
	if l.j.form.Domains != "" {
		l.j.enterCode()
		return
	}
	l.discard(func() { l.j.take(store.Order{}); l.j.Go(order.StepLink) })
}

// usedUp is a proof that no longer counts: what its authority saw, and that it wants another value.
func (p *prove) usedUp(t order.Task) fyne.CanvasObject {
	j := p.j
	saw, detail := j.Say.T("acme.used-up.proof.saw"), ""
	switch r := t.LastResult; {
	case t.UsedUp == "expired":
		saw = j.Say.T("acme.used-up.expired.saw")
	case r != nil && slices.Contains(resultCodes, r.Code):
		saw, detail = j.Say.T("proof.result."+r.Code, "when", r.At), i18n.Clean(r.Detail, 300)
	case r != nil:
		detail = i18n.Clean(r.Detail, 300)
	}
	out := []fyne.CanvasObject{kit.NewFinding(kit.Warning, saw, j.Say.T("acme.used-up.do"))}
	if detail != "" {
		out = append(out, kit.NewDetails(j.Say.T("prove.last"), kit.NewText(detail)))
	}
	return kit.NewColumn(8, out...)
}

// checkWord is the label of the button that looks and asks. At an authority with an account a look that fails ends the
// order there, so it is asked by a press alone, and the button says so as soon as something is right from here.
func (p *prove) checkWord() string {
	j := p.j
	word := "prove.check"
	for _, t := range p.open() {
		switch ripe := p.glance.results[t.ID].Ripe(); {
		case !j.order.Licence.MayBill, !ripe && p.pressed[t.ID]: // the page says what the next press does
			return j.Say.T("prove.check")
		case ripe && !p.asked[t.ID]:
			word = "acme.ask"
		}
	}
	return j.Say.T(word)
}

// primary is what the page's main button does: "Check now", or new values where the old ones no longer count.
func (p *prove) primary(tasks ...order.Task) *kit.Button {
	for _, t := range tasks {
		if t.UsedUp != "" && isWaiting(t) {
			label := p.j.Say.T("acme.new-values")
			b := kit.NewButton(label, kit.Primary, func() { p.choose(t.ID, current(t)) })
			b.SetBusy(p.choosing)
			return b
		}
	}
	return p.check
}

// profiles are the kinds of certificate that an account may order, where there is a choice.
func (l *licence) profiles() []fyne.CanvasObject {
	j := l.j
	all := j.order.Licence.Product.Profiles
	if len(all) < 2 || j.order.Phase != order.PhaseDraft {
		return nil
	}
	specs := []kit.ChoiceSpec{{Title: j.Say.T("acme.profile.any"), Sentence: j.Say.T("acme.profile.any.sentence")}}
	picked := 0
	for i, p := range all {
		specs = append(specs, kit.ChoiceSpec{Title: p.Name, Sentence: p.Description})
		if p.Name == j.form.Profile {
			picked = i + 1
		}
	}
	choices := kit.NewChoices(specs, picked, func(i int) {
		j.form.Profile = ""
		if i > 0 {
			j.form.Profile = all[i-1].Name
		}
		j.typed()
	})
	return []fyne.CanvasObject{kit.NewColumn(8, kit.NewHeading(j.Say.T("acme.profile")), choices)}
}

// authorities are the known ones whose directory can be picked instead of typed.
func (l *link) authorities() fyne.CanvasObject {
	j := l.j
	known := j.Desk.Redeem.KnownDirectories()
	items := make([]kit.PickItem, len(known))
	for i, d := range known {
		items[i] = kit.PickItem{ID: d.Address, Title: d.Seller, Sub: strings.TrimPrefix(d.Address, "https://"), Search: d.Address}
	}
	return kit.NewPicker(j.Env, items, j.Say.T("acme.authority.placeholder"), func(address string) {
		l.acct.directory = address
		l.acct.directoryIn.SetText(address)
		l.acct.directoryIn.ClearError()
		l.acct.directoryIn.Focus(j.Stage.Canvas())
	}).Labelled(j.Say.T("acme.authority"))
}
