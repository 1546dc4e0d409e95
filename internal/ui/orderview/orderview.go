// Package orderview shows one order: the one thing to do next, what has happened, and what there is.
package orderview

import (
	"context"

	"fyne.io/fyne/v2"

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
	// Backup leads to a backup of an order.
	Backup(id string)
	// DeleteKey leads to the page on which a key of an order is deleted; of names the order.
	DeleteKey(k store.Key, of string)
	// OpenFolder shows a folder in the system's file manager.
	OpenFolder(path string, failed func(error))
	// OpenFile opens a file that was made here with the system's program for it.
	OpenFile(path string, failed func(error))
	// Inspect leads to "check a file", and from there back to the order.
	Inspect(order string)
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
	id     string
	scene  *kit.Scene
	body   *fyne.Container
	root   fyne.CanvasObject
	v      desk.View
	busy   bool
	wrong  *fault.Error
	letter *show.Letter
	site   *show.Website
	whole  bool // nothing was missing above the certificate

	installs     *show.Installs
	guided       string                 // the export whose steps are shown
	guideButtons map[string]*kit.Button // by export

	chainsOpen bool // the choice of the chain is shown

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
	objs = append(objs, v.tasks()...)
	objs = append(objs, show.Messages(v.Say, v.v.Snapshot)...)
	if story := show.Timeline(v.Say, v.Env.Now(), v.v.Order, v.v.Timeline); story != nil && v.v.Phase != order.PhaseDraft {
		objs = append(objs, kit.NewCard(kit.NewHeading(v.Say.T("view.story")), story))
	}
	objs = append(objs, v.certificates()...)
	objs = append(objs, v.files()...)
	objs = append(objs, v.installed()...)
	objs = append(objs, v.tests()...)
	objs = append(objs, v.facts())
	objs = append(objs, v.people()...)
	objs = append(objs, v.keys()...)
	objs = append(objs, v.actions()...)
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
