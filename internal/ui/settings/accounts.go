package settings

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// accounts is the card of the accounts with certificate authorities and of the HMAC keys that are kept; nil where
// there is neither.
func (s *Settings) accounts() []fyne.CanvasObject {
	say := s.Say()
	if len(s.authorities) == 0 && len(s.bindings) == 0 {
		return nil
	}
	rows := []fyne.CanvasObject{kit.NewHeading(say.T("settings.accounts")), kit.NewMuted(say.T("settings.accounts-note"))}
	var pairs []kit.Pair
	for _, a := range s.authorities {
		line := say.T("settings.account-orders", "n", len(a.Orders))
		if a.KeyID != "" {
			line = say.T("settings.account-line", "id", i18n.Clean(a.KeyID, 60), "orders", line)
		}
		pairs = append(pairs, kit.Pair{Label: i18n.Clean(a.Name, 60), Value: kit.NewSidesTop(kit.NewText(line),
			kit.NewButton(say.T("settings.account-open"), kit.Link, func() { s.openAccount(a.SecretID) }))})
	}
	for _, b := range s.bindings {
		pairs = append(pairs, kit.Pair{Label: say.T("settings.binding"), Value: kit.NewSidesTop(
			kit.NewText(say.T("settings.binding-line", "id", i18n.Clean(b.KeyID, 60), "host", i18n.Clean(b.Host, 120), "when", i18n.Date(b.Kept))),
			kit.NewButton(say.T("settings.binding-delete"), kit.DangerLink, func() { s.deleteBinding(b) }))})
	}
	return []fyne.CanvasObject{kit.NewCard(append(rows, kit.NewPairs(pairs...))...)}
}

// openAccount shows the page of an account.
func (s *Settings) openAccount(id string) {
	s.account, s.wrong = id, nil
	s.draw()
}

// shownOrders is how many orders stand on the page of an account.
const shownOrders = 10

// accountPage is the page of an account; nil where it is gone.
func (s *Settings) accountPage() *kit.Page {
	say := s.Say()
	i := slices.IndexFunc(s.authorities, func(a desk.AccountView) bool { return a.SecretID == s.account })
	if i < 0 {
		return nil
	}
	a := s.authorities[i]
	leave := func() { s.account, s.wrong = "", nil; s.draw() }
	var rows []kit.Pair
	add := func(label, value string) {
		if value = i18n.Clean(value, 400); value != "" {
			rows = append(rows, kit.Pair{Label: say.T(label), Value: kit.NewSelectable(value)})
		}
	}
	text := func(label, value string) {
		if value = i18n.Clean(value, 400); value != "" {
			rows = append(rows, kit.Pair{Label: say.T(label), Value: kit.NewText(value)})
		}
	}
	if !a.Opened.IsZero() {
		text("settings.account-opened", say.Date(a.Opened))
	}
	contact := a.Contact
	if m, wrong := order.ParseMailbox(contact); wrong == nil || wrong.Kind == order.Note {
		contact = m.Display()
	}
	text("acme.account.contact", contact)
	add("acme.field.directory", a.Directory)
	add("acme.field.key-id", a.KeyID)
	add("settings.account-address", a.URL)
	if show.Host(a.Terms) != "" {
		rows = append(rows, kit.Pair{Label: say.T("settings.account-terms"), Value: kit.NewFlow(0,
			kit.NewButton(say.T("acme.terms", "host", show.Host(a.Terms)), kit.Link, func() { s.Env.OpenURL(a.Terms) }))})
	} else {
		text("settings.account-terms", a.Terms)
	}
	body := []fyne.CanvasObject{}
	if s.wrong != nil {
		body = append(body, show.Finding(say, s.wrong))
	}
	body = append(body, kit.NewCard(kit.NewPairs(rows...)), s.ordersOf(a), s.ends(a))
	return kit.NewPage(kit.PageSpec{
		Title: say.T("settings.account-title", "name", i18n.Clean(a.Name, 60)), Body: body,
		Footer:   kit.Footer{Primary: kit.NewButton(say.T("settings.done"), kit.Primary, leave)},
		OnEscape: leave,
	})
}

// ordersOf are the orders of an account, each with the way to it.
func (s *Settings) ordersOf(a desk.AccountView) fyne.CanvasObject {
	say := s.Say()
	rows := []fyne.CanvasObject{kit.NewHeading(say.T("settings.account-orders-title"))}
	for i, o := range a.Orders {
		if i == shownOrders {
			rows = append(rows, kit.NewMuted(say.T("settings.account-orders-more", "n", len(a.Orders)-i)))
			break
		}
		title := i18n.Clean(o.Title, 120)
		switch {
		case title == "":
			title = say.T("home.untitled")
		case o.More > 0:
			title = say.T("order.title.names", "name", title, "n", o.More)
		}
		rows = append(rows, kit.NewSides(kit.NewButton(title, kit.Link, func() { s.Stage.OpenOrder(o.ID) }), kit.NewPill(show.PillKind(o.State), say.Say(o.State.Word()))))
	}
	if len(a.Orders) == 0 {
		rows = append(rows, kit.NewText(say.T("settings.account-orders-none")))
	}
	return kit.NewCard(rows...)
}

// ends are the two ways to end an account. While an order is under way there is none, and the reason.
func (s *Settings) ends(a desk.AccountView) fyne.CanvasObject {
	say := s.Say()
	if a.Open() > 0 {
		f := fault.New(fault.AccountInUse, nil, "n", a.Open())
		return kit.NewCard(kit.NewText(say.Say(f.Saw())), kit.NewMuted(say.T("settings.account-in-use")))
	}
	forget := kit.NewButton(say.T("settings.account-forget"), kit.DangerLink, func() {
		s.askToEnd("settings.account-forget", a, s.Authorities.Forget)
	})
	end := kit.NewButton(say.T("settings.account-close"), kit.DangerLink, func() {
		s.askToEnd("settings.account-close", a, s.Authorities.Close)
	})
	forget.SetBusy(s.ending)
	end.SetBusy(s.ending)
	return kit.NewCard(kit.NewHeading(say.T("settings.account-end")), kit.NewMuted(say.T("settings.account-end-note", "name", i18n.Clean(a.Name, 60))),
		kit.NewFlow(kit.Space12, forget, end))
}

// askToEnd asks before an account is ended, and says what follows.
func (s *Settings) askToEnd(word string, a desk.AccountView, end func(context.Context, desk.AccountView) error) {
	say := s.Say()
	kit.Confirm(s.Stage.Canvas(), kit.ConfirmSpec{
		Title: say.T(word + ".title"), Text: say.T(word+".text", "name", i18n.Clean(a.Name, 60)),
		Yes: say.T(word + ".yes"), No: say.T("settings.account-keep"), Danger: true,
		OnYes: func() {
			if s.ending {
				return
			}
			s.ending, s.wrong = true, nil
			s.draw()
			s.change(func(ctx context.Context) error { return end(ctx, a) }, func() { s.account = "" })
		},
	})
}

func (s *Settings) deleteBinding(b desk.Binding) {
	say := s.Say()
	kit.Confirm(s.Stage.Canvas(), kit.ConfirmSpec{
		Title: say.T("settings.binding-delete.title"), Text: say.T("settings.binding-delete.text", "host", i18n.Clean(b.Host, 120)),
		Yes: say.T("settings.binding-delete"), No: say.T("settings.account-keep"), Danger: true,
		OnYes: func() {
			s.change(func(ctx context.Context) error { return s.Authorities.DeleteBinding(ctx, b) }, nil)
		},
	})
}

// change does something to the accounts and draws them anew; then, which may be nil, is called before that where it
// went well.
func (s *Settings) change(what func(context.Context) error, then func()) {
	type read struct {
		accounts []desk.AccountView
		bindings []desk.Binding
	}
	s.wrong = nil
	kit.Do(s.scene, func(ctx context.Context) (read, error) {
		err := what(context.WithoutCancel(ctx))
		var r read
		var errs [2]error
		r.accounts, errs[0] = s.Authorities.Accounts(ctx)
		r.bindings, errs[1] = s.Authorities.Bindings(ctx)
		for _, other := range errs {
			if err == nil {
				err = other
			}
		}
		return r, err
	}, func(r read, err error) {
		s.ending, s.authorities, s.bindings = false, r.accounts, r.bindings
		if err != nil {
			s.wrong = fault.Of(err)
		} else if then != nil {
			then()
		}
		s.draw()
	})
}
