package kit_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// orders are rows with a heading before every hundred.
func orders(n int) []kit.ListRow {
	var rows []kit.ListRow
	for i := range n {
		if i%100 == 0 {
			rows = append(rows, kit.ListRow{Heading: true, Title: fmt.Sprintf("Group %d", i/100)})
		}
		rows = append(rows, kit.ListRow{ID: fmt.Sprint(i), Title: fmt.Sprintf("order-%d.example.ch", i), Sub: "Website", PillKind: kit.Success, Pill: "Ready"})
	}
	return rows
}

func showList(t *testing.T, n int) (*kit.OrderList, fyne.Window, *[]string) {
	t.Helper()
	kittest.NewApp(t)
	var selected []string
	l := kit.NewOrderList(func(id string) { selected = append(selected, id) })
	l.SetRows(orders(n))
	w := kittest.Show(t, kit.NewShell(nil, l, kit.NewVScroll(kit.NewText("content"))), fyne.NewSize(1000, 700))
	return l, w, &selected
}

// objects is how many objects a screen has: what drawing it costs.
func objects(root fyne.CanvasObject) int {
	n := 0
	kittest.Walk(root, func(fyne.CanvasObject, fyne.Position) bool { n++; return true })
	return n
}

func TestTenThousandRowsCostWhatThirtyCost(t *testing.T) {
	_, few, _ := showList(t, 30)
	small := objects(few.Content())
	l, many, selected := showList(t, 10_000)
	if large := objects(many.Content()); large > small+20 {
		t.Errorf("%d objects for 10,000 rows, %d for 30", large, small)
	}
	kittest.TabTo(t, many.Canvas(), l)
	kittest.Press(t, many.Canvas(), fyne.KeyEnd)
	if !kittest.HasText(many.Content(), "order-9999.example.ch") || l.Selected() != "9999" {
		t.Errorf("End selects %q and shows\n%s", l.Selected(), kittest.VisibleText(many.Content()))
	}
	if kittest.HasText(many.Content(), "order-0.example.ch") {
		t.Error("the first row is still there")
	}
	if large := objects(many.Content()); large > small+60 {
		t.Errorf("%d objects after scrolling, %d before", large, small)
	}
	kittest.Press(t, many.Canvas(), fyne.KeyHome)
	if !kittest.HasText(many.Content(), "order-0.example.ch") || !kittest.HasText(many.Content(), "Group 0") {
		t.Errorf("Home shows\n%s", kittest.VisibleText(many.Content()))
	}
	if len(*selected) != 2 {
		t.Errorf("told of %v", *selected)
	}
}

func TestArrowsPassHeadings(t *testing.T) {
	l, w, _ := showList(t, 250)
	l.Select("99")
	kittest.TabTo(t, w.Canvas(), l)
	kittest.Press(t, w.Canvas(), fyne.KeyDown)
	if l.Selected() != "100" {
		t.Errorf("Down leads from 99 to %s", l.Selected())
	}
	kittest.Press(t, w.Canvas(), fyne.KeyUp)
	if l.Selected() != "99" {
		t.Errorf("Up leads back to %s", l.Selected())
	}
	for range 300 {
		kittest.Press(t, w.Canvas(), fyne.KeyDown)
		if !kittest.HasText(w.Content(), "order-"+l.Selected()+".example.ch") {
			t.Fatalf("%s is selected and can't be seen", l.Selected())
		}
	}
	if l.Selected() != "249" {
		t.Errorf("Down ends at %s", l.Selected())
	}
}

func TestRowsAreBoundAnewWhenScrolledAndReplaced(t *testing.T) {
	l, w, _ := showList(t, 10_000)
	test.Scroll(w.Canvas(), fyne.NewPos(100, 300), 0, -58*500)
	if !kittest.HasText(w.Content(), "order-500.example.ch") || kittest.HasText(w.Content(), "order-3.example.ch") {
		t.Errorf("after scrolling:\n%s", kittest.VisibleText(w.Content()))
	}
	l.SetRows([]kit.ListRow{{ID: "x", Title: "only.example.ch", Pill: "Draft"}})
	if got := kittest.VisibleText(l); got != "only.example.ch\nDraft" {
		t.Errorf("after replacing: %q", got)
	}
	l.SetRows(nil)
	if got := kittest.VisibleText(l); got != "" {
		t.Errorf("after emptying: %q", got)
	}
}

func TestTapSelectsARowButNoHeading(t *testing.T) {
	l, w, selected := showList(t, 10)
	test.TapCanvas(w.Canvas(), fyne.NewPos(100, 20))
	if l.Selected() != "" {
		t.Errorf("a heading selects %q", l.Selected())
	}
	test.TapCanvas(w.Canvas(), fyne.NewPos(100, 40+58+20))
	if l.Selected() != "1" || len(*selected) != 1 {
		t.Errorf("selected %q, told %v", l.Selected(), *selected)
	}
}

// The name of an order is worth more than what else stands in its row.
func TestNarrowRowCutsTheStateBeforeTheName(t *testing.T) {
	kittest.NewApp(t)
	l := kit.NewOrderList(nil)
	l.SetRows([]kit.ListRow{{ID: "1", Title: "intranet.example.ch", Sub: "Website, extended · usually 5 to 7 business days", PillKind: kit.Info, Pill: "Organization check"}})
	w := kittest.Show(t, l, fyne.NewSize(258, 200))
	kittest.AssertScreen(t, w, fyne.NewSize(258, 200))
	var drawn []string
	for _, c := range kittest.Lines(l) {
		drawn = append(drawn, c.Text)
	}
	l.SetRows([]kit.ListRow{{ID: "1", Title: "a.example.ch", PillKind: kit.Warning, Pill: "Wartet auf die Unterlagen der Organisation"}})
	kittest.AssertScreen(t, w, fyne.NewSize(258, 200))
	if !slices.Contains(drawn, "intranet.example.ch") || !slices.Contains(drawn, "Organization check") {
		t.Errorf("shows %q", drawn)
	}
}

// countries are items for a picker.
func countries(n int) []kit.PickItem {
	items := make([]kit.PickItem, n)
	for i := range items {
		items[i] = kit.PickItem{ID: fmt.Sprint(i), Title: fmt.Sprintf("Country %03d", i), Search: "land"}
	}
	items[250].Title, items[250].Search = "Switzerland", "CH Schweiz"
	items[251].Title = "Swaziland"
	return items
}

func showPicker(t *testing.T) (*kit.Picker, fyne.Window, *[]string) {
	t.Helper()
	kittest.NewApp(t)
	env, _ := kittest.NewEnv(t, kittest.NewQueue())
	var picked []string
	p := kit.NewPicker(env, countries(300), "Choose a country", func(id string) { picked = append(picked, id) }).Labelled("Country")
	page := kit.NewPage(kit.PageSpec{Title: "Contacts", Body: []fyne.CanvasObject{p, kit.NewButton("After", kit.Secondary, nil)}})
	w := kittest.Show(t, page, fyne.NewSize(760, 560))
	kittest.TabTo(t, w.Canvas(), p)
	return p, w, &picked
}

func TestPickerFiltersAsOneTypes(t *testing.T) {
	p, w, picked := showPicker(t)
	kittest.TypeText(t, w.Canvas(), "schw")
	root := kittest.Root(w.Canvas())
	if root == w.Content() {
		t.Fatal("typing does not open the list")
	}
	if !kittest.HasText(root, "Switzerland") || kittest.HasText(root, "Country") {
		t.Errorf("the list shows\n%s", kittest.VisibleText(root))
	}
	kittest.Press(t, w.Canvas(), fyne.KeyReturn)
	if p.Picked() != "250" || len(*picked) != 1 || kittest.Root(w.Canvas()) != w.Content() {
		t.Errorf("picked %q, told %v", p.Picked(), *picked)
	}
	if w.Canvas().Focused() != fyne.Focusable(p) || !kittest.HasText(w.Content(), "Switzerland") {
		t.Errorf("focus on %T, screen\n%s", w.Canvas().Focused(), kittest.VisibleText(w.Content()))
	}
}

func TestPickerArrowsAndEscape(t *testing.T) {
	p, w, picked := showPicker(t)
	kittest.Press(t, w.Canvas(), fyne.KeyDown)
	if n := objects(kittest.Root(w.Canvas())); n > 150 {
		t.Errorf("%d objects for a list of 300", n)
	}
	for range 290 {
		kittest.Press(t, w.Canvas(), fyne.KeyDown)
	}
	if !kittest.HasText(kittest.Root(w.Canvas()), "Country 290") {
		t.Errorf("the list shows\n%s", kittest.VisibleText(kittest.Root(w.Canvas())))
	}
	kittest.Press(t, w.Canvas(), fyne.KeyEscape)
	if p.Picked() != "" || len(*picked) != 0 || kittest.Root(w.Canvas()) != w.Content() {
		t.Errorf("Escape picked %q, told %v", p.Picked(), *picked)
	}
	kittest.TypeText(t, w.Canvas(), "nowhere")
	if !kittest.HasText(kittest.Root(w.Canvas()), "Nothing found") {
		t.Error("does not say that nothing was found")
	}
	kittest.Press(t, w.Canvas(), fyne.KeyReturn)
	if len(*picked) != 0 {
		t.Errorf("picked %v out of nothing", *picked)
	}
}

func TestPickerPutsWhatBeginsSoFirst(t *testing.T) {
	_, w, _ := showPicker(t)
	kittest.TypeText(t, w.Canvas(), "land")
	kittest.TypeText(t, w.Canvas(), " 012")
	if !kittest.HasText(kittest.Root(w.Canvas()), "Country 012") {
		t.Error("two words in any order are not found")
	}
	kittest.Press(t, w.Canvas(), fyne.KeyEscape)
	kittest.TypeText(t, w.Canvas(), "sw")
	lines := kittest.VisibleText(kittest.Root(w.Canvas()))
	if lines != "Switzerland\nSwaziland\nsw" {
		t.Errorf("list: %q", lines)
	}
}

func TestTabLeavesThePickerWithWhatWasFound(t *testing.T) {
	p, w, picked := showPicker(t)
	kittest.TypeText(t, w.Canvas(), "schweiz")
	kittest.Press(t, w.Canvas(), fyne.KeyTab)
	if p.Picked() != "250" || kittest.Root(w.Canvas()) != w.Content() {
		t.Errorf("picked %q, told %v", p.Picked(), *picked)
	}
	if b, ok := w.Canvas().Focused().(*kit.Button); !ok || b.Text() != "After" {
		t.Errorf("the focus is on %T", w.Canvas().Focused())
	}
}

func TestConfirmKeepsTheFocusAndTakesEscapeForNo(t *testing.T) {
	kittest.NewApp(t)
	under, yes, no := 0, 0, 0
	page := kit.NewPage(kit.PageSpec{Title: "Page", OnEscape: func() { under++ }, Footer: kit.Footer{Primary: kit.NewButton("Continue", kit.Primary, func() { under++ })}})
	w := kittest.Show(t, page, fyne.NewSize(760, 560))
	ask := func() *kit.Dialog {
		return kit.Confirm(w.Canvas(), kit.ConfirmSpec{Title: "Discard?", Text: "The key is deleted too.", Yes: "Discard", No: "Keep it", Danger: true, OnYes: func() { yes++ }, OnNo: func() { no++ }})
	}
	d := ask()
	if w.Canvas().Focused() != fyne.Focusable(d.No()) {
		t.Errorf("the focus is on %T", w.Canvas().Focused())
	}
	if stops := kittest.WalkByTab(t, w.Canvas(), nil); len(stops) != 2 {
		t.Errorf("%d stops in the question", len(stops))
	}
	kittest.AssertScreen(t, w, fyne.NewSize(760, 560))
	w.Canvas().Unfocus()
	kittest.Press(t, w.Canvas(), fyne.KeyReturn)
	kittest.Press(t, w.Canvas(), fyne.KeyEscape)
	if no != 1 || yes != 0 || under != 0 || kittest.Root(w.Canvas()) != w.Content() {
		t.Errorf("Escape: no %d, yes %d, page %d", no, yes, under)
	}
	ask()
	kittest.Press(t, w.Canvas(), fyne.KeyReturn)
	if no != 2 || yes != 0 {
		t.Errorf("Return on the safe answer: no %d, yes %d", no, yes)
	}
	d = ask()
	kittest.TabTo(t, w.Canvas(), d.Yes())
	kittest.Press(t, w.Canvas(), fyne.KeyReturn)
	kittest.Press(t, w.Canvas(), fyne.KeyReturn)
	if yes != 1 || kittest.Root(w.Canvas()) != w.Content() {
		t.Errorf("yes %d times", yes)
	}
}

func TestAClockThatNobodySeesStops(t *testing.T) {
	kittest.NewApp(t)
	q := kittest.NewQueue()
	env, _ := kittest.NewEnv(t, q)
	w := kittest.Show(t, kit.NewLoading(env, "Loading", func() {}), fyne.NewSize(400, 300))
	q.Advance(3 * time.Second)
	if !kittest.HasText(w.Content(), "3 s") || q.Timers() != 1 {
		t.Errorf("%d timers, the screen:\n%s", q.Timers(), kittest.VisibleText(w.Content()))
	}
	w.SetContent(kit.NewText("there"))
	q.Advance(3 * time.Second)
	if q.Timers() != 0 {
		t.Errorf("%d timers", q.Timers())
	}
}
