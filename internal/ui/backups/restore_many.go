package backups

import (
	"strings"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/ui/kit"
)

// group is what many orders of a backup have in common: they are ticked together, and each by itself.
type group struct {
	word string // the id of its words, with n
	has  func(desk.BackupItem) bool
	of   func(*Restore) map[string]bool // where they are ticked; nil: nothing can be done with them
}

func chosenOf(r *Restore) map[string]bool  { return r.chosen }
func replaceOf(r *Restore) map[string]bool { return r.replace }

var groups = []group{
	{"restore.all-new", func(i desk.BackupItem) bool { return i.Standing == desk.BackupNew }, chosenOf},
	{"restore.all-lacking", func(i desk.BackupItem) bool { return i.Standing != desk.BackupNew && i.Lacks }, chosenOf},
	{"restore.all-older", func(i desk.BackupItem) bool { return i.Standing == desk.BackupNewerThere }, replaceOf},
	{"restore.all-here", func(i desk.BackupItem) bool {
		return !i.Lacks && (i.Standing == desk.BackupSame || i.Standing == desk.BackupNewerHere)
	}, nil},
}

// many is the preview of more orders than a page has room for: groups, a search, and the cards of the first that fit.
func (r *Restore) many() []fyne.CanvasObject {
	r.groups, r.cards = kit.NewColumn(8), kit.NewColumn(16)
	r.drawGroups()
	r.fill()
	return []fyne.CanvasObject{
		kit.NewCard(kit.NewHeading(r.Say.T("restore.many", "n", len(r.opened.Items))), r.groups),
		kit.NewEntry(kit.EntrySpec{Label: r.Say.T("home.search"), Value: r.query, OnChanged: func(text string) { r.query = text; r.fill() }}),
		r.cards,
	}
}

// drawGroups shows the groups with how many of each are ticked.
func (r *Restore) drawGroups() {
	r.groups.Objects = nil
	for _, g := range groups {
		n, ticked := r.count(g)
		switch {
		case n == 0:
		case g.of == nil:
			r.groups.Objects = append(r.groups.Objects, kit.NewMuted(r.Say.T(g.word, "n", n)))
		default:
			check := kit.NewCheck(r.Say.T(g.word, "n", n), ticked == n, func(on bool) { r.tickAll(g, on) })
			r.groups.Objects = append(r.groups.Objects, check)
			if ticked > 0 && ticked < n {
				r.groups.Objects = append(r.groups.Objects, kit.NewCaption(r.Say.T("restore.some", "ticked", ticked, "n", n)))
			}
		}
	}
	r.groups.Refresh()
	kit.Relayout(r.groups)
}

func (r *Restore) count(g group) (n, ticked int) {
	for _, i := range r.opened.Items {
		if g.has(i) {
			n++
			if g.of != nil && g.of(r)[i.ID] {
				ticked++
			}
		}
	}
	return n, ticked
}

// tickAll keeps the focus on the group that was ticked.
func (r *Restore) tickAll(g group, on bool) {
	for _, i := range r.opened.Items {
		if g.has(i) {
			g.of(r)[i.ID] = on
		}
	}
	r.fill()
	r.counted()
}

// counted says how many are ticked, after one was.
func (r *Restore) counted() {
	r.settle()
	if r.groups == nil || len(r.opened.Items) <= shownRows {
		return
	}
	words := ""
	if c, ok := r.Stage.Canvas().Focused().(*kit.Check); ok {
		words = c.Text()
	}
	r.drawGroups()
	for _, o := range r.groups.Objects {
		if c, ok := o.(*kit.Check); ok && c.Text() == words {
			r.Stage.Canvas().Focus(c)
		}
	}
}

// fill shows the cards of the orders that fit the search.
func (r *Restore) fill() {
	var objs []fyne.CanvasObject
	more, q := 0, strings.ToLower(strings.TrimSpace(r.query))
	for _, i := range r.opened.Items {
		if q != "" && !strings.Contains(strings.ToLower(r.Say.Say(i.Title)+" "+i.Product), q) {
			continue
		}
		if len(objs) == shownRows {
			more++
			continue
		}
		objs = append(objs, r.card(i))
	}
	if more > 0 {
		objs = append(objs, kit.NewCaption(r.Say.T("backup.more", "n", more)))
	}
	r.cards.Objects = objs
	r.cards.Refresh()
	kit.Relayout(r.cards)
}
