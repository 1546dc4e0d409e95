// Package home is the screen that the app opens with: without orders the one question what came by
// e-mail; with orders their list, and beside it the order that is chosen.
package home

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// Stage is what the home screen needs of the window around it.
type Stage interface {
	// Show puts the home screen into the window.
	Show(title string, screen fyne.CanvasObject)
	Canvas() fyne.Canvas
	// Redeem begins a journey with what was typed; nothing is sent yet.
	Redeem(text string)
	// Settings leads to the settings.
	Settings()
	// Inspect leads to "check a file".
	Inspect()
	// Demo leads to the demo's own home; it is not offered there.
	Demo()
	// Backup leads to a backup of everything, Restore to one that was made, Keys to the keys without an order.
	Backup()
	Restore()
	Keys()
	// OpenFolder shows a folder in the system's file manager.
	OpenFolder(path string, failed func(error))
	// Pane makes the view of an order, to be shown beside the list.
	Pane(id string) Pane
}

// Pane is the view of an order beside the list.
type Pane interface {
	Object() fyne.CanvasObject
	Close()
}

// DemoCode is a licence of the demo that can be tried.
type DemoCode struct {
	Code  string
	About i18n.Message
}

// Deps is what the home screen is made of.
type Deps struct {
	Desk  *desk.Desk
	Env   kit.Env
	Say   *i18n.Printer
	Stage Stage
	// DemoCodes are offered on the empty screen of the demo; none elsewhere.
	DemoCodes []DemoCode
	// Typed is what stands in the field of the empty screen. It outlives the screen, and is written nowhere.
	Typed *string
	// Reminded holds the reminder of deadlines that was read last; it outlives the screen. Nil: nobody reminds.
	Reminded *string
	// Repaired is what had to be done to open the orders, to be read once; OnRead is called when it was.
	Repaired []i18n.Message
	OnRead   func()
	// Crash is the report of the last run's crash, to be read once; OnCrashRead is called when it was. Empty: it ended
	// well.
	Crash       string
	OnCrashRead func()
	// Ownerless counts the keys that belong to no order here; nil: there are none.
	Ownerless func(ctx context.Context) int
}

// Home is the home screen.
type Home struct {
	Deps
	scene *kit.Scene
	listing
	loaded   bool
	wrong    *fault.Error
	query    string
	selected string
	typed    *string
	keys     int  // that belong to no order here
	keysRead bool // the customer has seen that there are some
	unsaved  int  // certificates without a backup, to be reminded of

	list  *kit.OrderList
	right *fyne.Container
	pane  Pane
	none  *kit.Text

	page   func() // draws the page that stands in the place of the list, nil for the list
	report *report
}

// New makes the home screen; Open shows it.
func New(d Deps) *Home {
	h := &Home{Deps: d, typed: d.Typed}
	if h.typed == nil {
		h.typed = new(string)
	}
	return h
}

// Open shows the screen with an order chosen; without one, the first.
func (h *Home) Open(selected string) {
	h.Close()
	h.selected = selected
	h.scene = kit.NewScene(h.Env.Run)
	h.scene.OnClose(h.Desk.Orders.Changed().Subscribe(func(string) { h.scene.OnUI(h.load) }))
	h.render()
	h.load()
	h.lookForKeys()
	h.lookForUnsaved()
}

// lookForKeys asks for keys without an order; the start of the app may not be through with them yet.
func (h *Home) lookForKeys() {
	if h.Ownerless == nil || h.keysRead {
		return
	}
	kit.Do(h.scene, func(ctx context.Context) (int, error) { return h.Ownerless(ctx), nil }, func(n int, err error) {
		if err == nil && n != h.keys {
			h.keys = n
			h.render()
		}
	})
}

// lookForUnsaved asks for certificates without a backup.
func (h *Home) lookForUnsaved() {
	kit.Do(h.scene, h.Desk.Backups.Unsaved, func(n int, err error) {
		if err == nil && n != h.unsaved {
			h.unsaved = n
			h.render()
		}
	})
}

// Close ends the screen.
func (h *Home) Close() {
	if h.pane != nil {
		h.pane.Close()
		h.pane = nil
	}
	if h.scene != nil {
		h.scene.Close()
	}
}

// Rerender draws the screen again, after the language or the appearance has changed.
func (h *Home) Rerender(say *i18n.Printer) {
	h.Say, h.Env.Words = say, say
	clear(h.drawn)
	page, report := h.page, h.report
	h.Open(h.selected)
	h.page, h.report = page, report
	h.render()
}

// Loaded reports whether the list is there, or why not.
func (h *Home) Loaded() bool { return h.loaded }

// load reads the list off the UI goroutine.
func (h *Home) load() {
	kit.Do(h.scene, h.read, func(l listing, err error) {
		first := !h.loaded || len(h.rows) == 0 || h.wrong != nil
		reminder := h.reminder()
		h.wrong = fault.Of(err)
		h.loaded, h.listing = true, l
		switch {
		case h.page != nil: // the list is drawn when the page before it is left
		case first, len(l.rows) == 0, h.reminder() != reminder:
			h.render()
		default:
			h.draw()
		}
	})
}

// listing is the orders in the order of the list.
type listing struct {
	rows  []desk.Row
	texts []string      // what a search looks in, one for each row
	drawn []kit.ListRow // how a row is shown; without an id when it never was
}

// read reads the list. What takes long with thousands of orders is done here, not with each key of a search.
func (h *Home) read(ctx context.Context) (listing, error) {
	rows, err := h.Desk.Orders.Rows(ctx)
	if err != nil {
		return listing{}, err
	}
	slices.SortStableFunc(rows, func(a, b desk.Row) int { return cmp.Compare(group(a), group(b)) })
	texts := make([]string, len(rows))
	for i, r := range rows {
		texts[i] = strings.ToLower(r.Title + " " + r.Product + " " + r.SellerName + " " + r.Words)
	}
	return listing{rows, texts, make([]kit.ListRow, len(rows))}, nil
}

func (h *Home) render() {
	switch {
	case h.page != nil:
		h.page()
	case !h.loaded:
		h.show(kit.NewCentered(480, kit.NewLoading(h.Env, h.Say.T("home.loading"), nil)))
	case h.wrong != nil:
		spec := show.Failure(h.Say, h.wrong, h.load)
		spec.Title = h.Say.T("home.failed")
		if spec.Primary == nil {
			spec.Primary = kit.NewButton(h.Say.T("action.retry"), kit.Primary, h.load)
		}
		h.show(kit.NewCentered(640, kit.NewFailure(h.Env, spec)))
		h.Stage.Canvas().Focus(spec.Primary)
	case len(h.rows) == 0:
		h.empty()
	default:
		h.full()
	}
}

func (h *Home) show(body fyne.CanvasObject) {
	h.Stage.Show(h.Say.T("home.window"), h.noted(kit.NewShell(h.bar(false), nil, kit.NewVScroll(body))))
}

func (h *Home) bar(full bool) *kit.TopBar {
	spec := kit.TopBarSpec{}
	if full {
		spec.SearchPlaceholder = h.Say.T("home.search")
		spec.OnSearch = func(text string) { h.query = text; h.draw() }
		spec.Buttons = append(spec.Buttons, kit.NewButton(h.Say.T("home.redeem"), kit.Secondary, func() { h.Stage.Redeem(*h.typed) }))
		if len(h.DemoCodes) > 0 {
			spec.Buttons = append(spec.Buttons, kit.NewButton(h.Say.T("home.demo-codes.short"), kit.Link, h.codesScreen))
		}
		if slices.ContainsFunc(h.rows, func(r desk.Row) bool { return !r.NotAfter.IsZero() }) {
			spec.Buttons = append(spec.Buttons, kit.NewButton(h.Say.T("report.open"), kit.Link, h.reportScreen))
		}
	}
	check := "check.link"
	if full {
		check = "check.link.short" // the search needs its room
	}
	spec.Buttons = append(spec.Buttons, kit.NewButton(h.Say.T(check), kit.Link, h.Stage.Inspect))
	spec.Buttons = append(spec.Buttons, kit.NewButton(h.Say.T("home.settings"), kit.Link, h.Stage.Settings))
	return kit.NewTopBar(spec)
}

// empty asks what came by e-mail.
func (h *Home) empty() {
	var field *kit.Entry
	redeem := func() {
		if strings.TrimSpace(*h.typed) == "" {
			nothing := fault.New(fault.LinkEmpty, nil)
			field.SetError(h.Say.Say(nothing.Saw()), h.Say.Say(nothing.Do()))
			field.Focus(h.Stage.Canvas())
			return
		}
		h.Stage.Redeem(*h.typed)
	}
	field = kit.NewPasteField(kit.EntrySpec{
		Placeholder: h.Say.T("link.placeholder"), Value: *h.typed,
		OnChanged: func(text string) { *h.typed = text; field.ClearError() },
		OnSubmit:  func(string) { redeem() },
	})
	button := kit.NewButton(h.Say.T("journey.continue"), kit.Primary, redeem)
	objs := []fyne.CanvasObject{
		kit.NewCenteredFlow(0, kit.NewSeal(96, true)),
		kit.NewCenteredFlow(0, kit.NewTitle(h.Say.T("home.title"))),
		kit.NewCenteredFlow(0, kit.NewMuted(h.Say.T("home.sentence"))),
		kit.NewSidesTop(field, button),
		kit.NewCenteredFlow(0, kit.NewInfo(kit.Success, h.Say.T("home.promise"))),
	}
	if len(h.DemoCodes) > 0 {
		objs = append(objs, kit.NewHeading(h.Say.T("home.demo-codes")), h.demoCodes())
		objs = append(objs, kit.NewCenteredFlow(16, kit.NewButton(h.Say.T("restore.offer"), kit.Link, h.Stage.Restore)))
	} else {
		objs = append(objs, kit.NewCenteredFlow(16,
			kit.NewButton(h.Say.T("home.demo"), kit.Link, h.Stage.Demo),
			kit.NewButton(h.Say.T("restore.offer"), kit.Link, h.Stage.Restore)))
	}
	h.show(kit.NewMiddle(600, kit.NewInset(16, 24, 16, 24, kit.NewColumn(16, objs...))))
	field.Focus(h.Stage.Canvas())
}

// full shows the list and the order that is chosen.
func (h *Home) full() {
	h.list = kit.NewOrderList(h.choose)
	h.none = kit.NewMuted("")
	h.right = kit.NewFill()
	h.draw()
	h.Stage.Show(h.Say.T("home.window"), h.noted(kit.NewShell(h.bar(true), h.list, h.right)))
}

// draw fills the list from memory.
func (h *Home) draw() {
	if h.list == nil {
		return
	}
	shown := h.filtered()
	h.list.SetRows(h.listRows(shown))
	if !slices.ContainsFunc(h.rows, func(r desk.Row) bool { return r.ID == h.selected }) {
		h.selected = ""
	}
	if h.selected == "" && len(shown) > 0 {
		h.selected = h.rows[shown[0]].ID
	}
	switch {
	case h.selected == "" || len(shown) == 0:
		h.closePane()
		h.none.SetText(h.Say.T("home.none-found"))
		kit.SetFill(h.right, kit.NewInset(40, 40, 40, 40, h.none))
	case h.pane == nil || h.list.Selected() != h.selected:
		h.list.Select(h.selected)
		h.open(h.selected)
	}
}

func (h *Home) choose(id string) {
	if id == h.selected && h.pane != nil {
		return
	}
	h.selected = id
	h.open(id)
}

func (h *Home) open(id string) {
	h.closePane()
	h.pane = h.Stage.Pane(id)
	kit.SetFill(h.right, h.pane.Object())
}

func (h *Home) closePane() {
	if h.pane != nil {
		h.pane.Close()
		h.pane = nil
	}
}
