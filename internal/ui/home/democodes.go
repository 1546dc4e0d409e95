package home

import (
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/ui/kit"
)

// demoGroups are the headings under which the demo's licences stand, in their order; the last takes the rest.
var demoGroups = []struct {
	name     string
	prefixes []string
}{
	{"websites", []string{"DEMO-TLS", "DEMO-MULTI"}},
	{"mail", []string{"DEMO-MAIL"}},
	{"others", []string{"DEMO-CODE", "DEMO-SITE"}},
	{"states", []string{"DEMO-RESERVED", "DEMO-CONSUMED", "DEMO-PENDING", "DEMO-DELEGATED", "DEMO-EXPIRED", "DEMO-CANCELLED"}},
	{"ends", nil},
}

// demoGroup is the index of the heading that a code belongs to.
func demoGroup(code string) int {
	for i, g := range demoGroups {
		for _, p := range g.prefixes {
			if strings.HasPrefix(code, p) {
				return i
			}
		}
	}
	return len(demoGroups) - 1
}

// demoCodes offers the licences of the demo by what they show, each one press away.
func (h *Home) demoCodes() fyne.CanvasObject {
	rows := make([][]fyne.CanvasObject, len(demoGroups))
	for _, c := range h.DemoCodes {
		i := demoGroup(c.Code)
		rows[i] = append(rows[i], kit.NewSides(
			kit.NewColumn(2, kit.NewMono(c.Code), kit.NewMuted(h.Say.Say(c.About))),
			kit.NewButton(h.Say.T("home.demo-try"), kit.Secondary, func() { h.Stage.Redeem(c.Code) }),
		))
	}
	var boxes []fyne.CanvasObject
	for i, g := range demoGroups {
		if len(rows[i]) > 0 {
			boxes = append(boxes, kit.NewDashedBox(h.Say.T("home.demo-group."+g.name), rows[i]...))
		}
	}
	return kit.NewColumn(16, boxes...)
}

// codesScreen shows the demo's licences over the list: each code makes one order, and there are more to try.
func (h *Home) codesScreen() {
	page := kit.NewPage(kit.PageSpec{
		Title: h.Say.T("home.demo-codes"), Sentence: h.Say.T("home.demo-codes.sentence"), Body: []fyne.CanvasObject{h.demoCodes()},
		Footer:   kit.Footer{Back: kit.NewButton(h.Say.T("journey.back"), kit.Secondary, h.backToList)},
		OnEscape: h.backToList,
	})
	h.over(page, h.Say.T("home.demo-codes"), h.codesScreen)
}

// over shows a page in the place of the list; again draws it once more.
func (h *Home) over(page *kit.Page, title string, again func()) {
	h.closePane()
	h.list, h.page = nil, again
	h.Stage.Show(title, page)
	page.FocusFirst(h.Stage.Canvas())
}

// backToList leaves such a page.
func (h *Home) backToList() {
	h.page, h.report = nil, nil
	h.render()
}
