// Package orderview shows one order: the one thing to do next, what has happened, and what there is.
package orderview

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/certificate"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// Stage is what the view needs of the window around it.
type Stage interface {
	Canvas() fyne.Canvas
	// Continue opens the journey of an order where it stands.
	Continue(id string)
	// Home leads to the list with nothing chosen.
	Home()
}

// Deps is what the view is made of.
type Deps struct {
	Desk  *desk.Desk
	Env   kit.Env
	Say   *i18n.Printer
	Stage Stage
}

// View is the view of one order.
type View struct {
	Deps
	id    string
	scene *kit.Scene
	body  *fyne.Container
	root  fyne.CanvasObject
	v     desk.View
	busy  bool
	wrong *fault.Error

	primary *kit.Button // the one thing to do next; nil without one
	drawn   bool        // the order has been on the screen
}

// New makes the view of an order and starts reading it. Opening it asks nobody: an order that is locked
// until its token is read says so.
func New(d Deps, id string) *View {
	v := &View{Deps: d, id: id, scene: kit.NewScene(d.Env.Run)}
	v.body = kit.NewColumn(16, kit.NewLoading(d.Env, d.Say.T("view.loading"), nil))
	v.root = kit.NewVScroll(kit.NewMaxWidth(kit.ContentWidth, 30, kit.NewInset(0, 28, 0, 28, v.body)))
	v.scene.OnClose(d.Desk.Orders.Changed().Subscribe(func(changed string) {
		if changed == id {
			v.scene.OnUI(v.load)
		}
	}))
	v.load()
	return v
}

// Object is what the view is drawn as.
func (v *View) Object() fyne.CanvasObject { return v.root }

// Close ends the view.
func (v *View) Close() { v.scene.Close() }

func (v *View) load() {
	kit.Do(v.scene, func(ctx context.Context) (desk.View, error) { return v.Desk.Orders.View(ctx, v.id) },
		func(got desk.View, err error) {
			if err != nil {
				spec := show.Failure(v.Say, fault.Of(err), v.load)
				spec.Title = v.Say.T("view.failed")
				v.set(kit.NewFailure(v.Env, spec))
				return
			}
			v.v = got
			v.draw()
		})
}

func (v *View) set(objs ...fyne.CanvasObject) {
	v.body.Objects = objs
	v.body.Refresh()
	kit.Relayout(v.body)
}

// focus puts the focus on the one thing to do next: when the order comes up and nothing has the focus, and
// when what had it was drawn anew. The search field and the list keep theirs.
func (v *View) focus(was fyne.Focusable) {
	if v.primary == nil || v.Stage.Canvas().Overlays().Top() != nil {
		return
	}
	drawnAnew := was != nil && v.drawn && !kit.Shown(v.Stage.Canvas(), was)
	if (was == nil && !v.drawn) || drawnAnew {
		v.Stage.Canvas().Focus(v.primary)
	}
	v.drawn = true
}

func (v *View) draw() {
	had := v.Stage.Canvas().Focused()
	defer func() { v.focus(had) }()
	v.primary = nil
	objs := []fyne.CanvasObject{v.head(), v.next()}
	if story := show.Timeline(v.Say, v.Env.Now(), v.v.Order, v.v.Timeline); story != nil && v.v.Phase != order.PhaseDraft {
		objs = append(objs, kit.NewCard(kit.NewHeading(v.Say.T("view.story")), story))
	}
	objs = append(objs, kit.NewCard(kit.NewPairs(v.facts()...)))
	if c, ok := v.v.Current(); ok {
		objs = append(objs, v.certificate(c))
	}
	objs = append(objs, show.Messages(v.Say, v.v.Snapshot)...)
	if v.v.Phase == order.PhaseDraft {
		objs = append(objs, kit.NewFlow(12, kit.NewButton(v.Say.T("view.discard"), kit.DangerLink, v.discard)))
	}
	v.set(objs...)
}

func (v *View) head() fyne.CanvasObject {
	title := v.Say.Say(v.v.Application.ListTitle(v.v.Licence))
	sub := ""
	switch l := v.v.Licence; {
	case l.Product.Name != "" && v.v.Snapshot != nil && v.v.Snapshot.Reference != "":
		sub = v.Say.T("view.sub-reference", "product", l.Product.Name, "reference", v.v.Snapshot.Reference, "seller", l.SellerName)
	case l.Product.Name != "":
		sub = v.Say.T("view.sub", "product", l.Product.Name, "seller", l.SellerName)
	}
	return kit.NewColumn(2, kit.NewTitle(i18n.Clean(title, 200)), kit.NewMuted(sub))
}

// next is the one thing to do next.
func (v *View) next() fyne.CanvasObject {
	state := v.v.State
	pill := kit.NewPill(show.PillKind(state), v.Say.Say(state.Word()))
	rows := []fyne.CanvasObject{pill}
	if since := v.since(); since != "" {
		rows[0] = kit.NewSides(kit.NewFlow(8, pill), kit.NewCaption(since))
	} else {
		rows[0] = kit.NewFlow(8, pill)
	}
	word := v.word()
	wrong := v.wrong
	if wrong == nil {
		wrong = show.Kept(v.v.LastFault)
	}
	rows = append(rows, kit.NewHeading(v.Say.T("view.next."+word+".title", "what", show.Next(v.Say, v.v.Order))))
	if wrong == nil || word != "authority" { // else there is something to do
		rows = append(rows, kit.NewMuted(v.Say.T("view.next."+word+".text", "seller", v.v.Licence.SellerName)))
	}
	if s := v.v.Snapshot; s != nil && s.StateReason != "" {
		rows = append(rows, kit.NewText(v.Say.T("waiting.reason", "text", s.StateReason)))
	}
	if wrong != nil {
		rows = append(rows, show.Finding(v.Say, wrong))
		if wrong.Action == fault.ContactSeller {
			rows = append(rows, show.Reach(v.Say, v.v.Licence.SellerName, v.v.Seller.Support)...)
		}
	}
	var buttons []fyne.CanvasObject
	if word != "ended" {
		v.primary = kit.NewButton(v.Say.T("view.next."+word+".button"), kit.Primary, func() { v.Stage.Continue(v.id) })
		buttons = append(buttons, v.primary)
	}
	if v.askable() {
		b := kit.NewButton(v.Say.T("view.check"), kit.Secondary, v.check)
		b.SetBusy(v.busy)
		buttons = append(buttons, b)
	}
	if len(buttons) > 0 {
		rows = append(rows, kit.NewFlow(12, buttons...))
	}
	return kit.NewAccentCard(show.PillKind(state), rows...)
}

// word chooses the sentences of the card.
func (v *View) word() string {
	switch v.v.Phase {
	case order.PhaseDraft:
		return "draft"
	case order.PhaseSubmitting:
		return "submitting"
	case order.PhaseReady:
		switch v.v.State {
		case order.Expired:
			return "expired"
		case order.Revoked:
			return "revoked"
		default:
			return "ready"
		}
	case order.PhaseEnded:
		return "ended"
	case order.PhaseSent:
	}
	if v.v.State == order.WaitingForYou {
		return "you"
	}
	return "authority"
}

func (v *View) since() string {
	if v.v.Sent.IsZero() || v.v.Phase == order.PhaseReady {
		return ""
	}
	return v.Say.T("view.since", "ago", v.Say.Ago(v.Env.Now(), v.v.Sent))
}

// askable reports whether asking the seller may bring something new.
func (v *View) askable() bool { return v.v.Phase == order.PhaseSent }

// check asks the seller now: a press, so the order's token may be read from the keyring.
func (v *View) check() {
	if v.busy {
		return
	}
	v.busy, v.wrong = true, nil
	v.draw()
	kit.Do(v.scene, func(ctx context.Context) (store.Order, error) { return v.Desk.Refresher.Look(ctx, v.id) },
		func(_ store.Order, err error) {
			v.busy, v.wrong = false, fault.Of(err)
			v.load()
		})
}

// facts are what the order is about.
func (v *View) facts() []kit.Pair {
	rows := []kit.Pair{}
	add := func(label string, value fyne.CanvasObject) {
		rows = append(rows, kit.Pair{Label: v.Say.T(label), Value: value})
	}
	text := func(label, value string) {
		if value != "" {
			add(label, kit.NewText(value))
		}
	}
	text("review.mailbox", i18n.Clean(v.v.Application.Mailbox, 200))
	text("review.person", i18n.Clean(person(v.v.Application), 200))
	text("licence.sold-by", i18n.Clean(v.v.Licence.SellerName, 120))
	if v.v.KeyID != "" {
		text("review.key", v.Say.T("view.key", "kind", v.v.Application.KeyChoice.Name()))
	}
	if len(v.v.Exports) > 0 {
		last := v.v.Exports[len(v.v.Exports)-1]
		text("view.files", v.Say.T("view.files-line", "n", len(v.v.Exports), "when", last.Started))
	}
	if len(rows) == 0 {
		text("licence.sold-by", v.v.Service)
	}
	return rows
}

func person(a order.Application) string {
	if a.GivenName != "" && a.Surname != "" {
		return a.GivenName + " " + a.Surname
	}
	return a.GivenName + a.Surname
}

// certificate says in plain words what was issued; the fields stand behind Details.
func (v *View) certificate(c store.Certificate) fyne.CanvasObject {
	d, err := desk.About(c)
	if err != nil {
		return show.Finding(v.Say, fault.Of(err))
	}
	rows := []fyne.CanvasObject{
		kit.NewHeading(v.Say.T("view.certificate")),
		kit.NewText(v.Say.T("view.certificate-line", "by", d.IssuedBy, "from", i18n.Date(d.NotBefore), "until", i18n.Date(d.NotAfter))),
	}
	if v.v.Licence.Product.Type == order.SMIME {
		rows = append(rows, kit.NewMuted(v.Say.Say(d.Use.Message())))
	}
	for _, f := range v.v.Findings {
		if f.Warning {
			rows = append(rows, kit.NewFinding(kit.Warning, v.Say.Say(f.Message), v.Say.Say(f.Advice)))
		}
	}
	return kit.NewCard(append(rows, kit.NewDetails(v.Say.T("view.details"), v.fields(d)))...)
}

func (v *View) fields(d certificate.Description) fyne.CanvasObject {
	pair := func(label, value string) kit.Pair {
		return kit.Pair{Label: v.Say.T(label), Value: kit.NewSelectable(value)}
	}
	rows := []kit.Pair{}
	for _, f := range d.Subject {
		label := v.Say.Say(f.Label)
		if label == "" {
			label = f.Name
		}
		rows = append(rows, kit.Pair{Label: label, Value: kit.NewSelectable(f.Value)})
	}
	rows = append(rows,
		pair("view.field.serial", d.Serial), pair("view.field.key", d.Key),
		pair("view.field.signature", d.Signature), pair("view.field.fingerprint", d.SHA256),
	)
	return kit.NewPairs(rows...)
}

// discard asks before a draft goes, and says what goes with it.
func (v *View) discard() {
	text := "view.discard.text"
	if v.v.KeyID != "" {
		text = "view.discard.text-key"
	}
	kit.Confirm(v.Stage.Canvas(), kit.ConfirmSpec{
		Title: v.Say.T("view.discard.title"), Text: v.Say.T(text, "seller", v.v.Licence.SellerName),
		Yes: v.Say.T("view.discard.yes"), No: v.Say.T("view.discard.no"), Danger: true,
		OnYes: func() {
			kit.Do(v.scene, func(ctx context.Context) (struct{}, error) { return struct{}{}, v.Desk.Redeem.Discard(ctx, v.id) },
				func(_ struct{}, err error) {
					if err != nil {
						v.wrong = fault.Of(err)
						v.draw()
						return
					}
					v.Stage.Home()
				})
		},
	})
}
