package kit_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

func TestEveryScreenCanBeWalkedByTab(t *testing.T) {
	for _, s := range screens() {
		if s.name == "confirm" || s.name == "icons" || strings.HasSuffix(s.name, "picker") || strings.HasPrefix(s.name, "files-") {
			continue // overlays have tests of their own
		}
		for suffix, size := range sizes {
			t.Run(s.name+suffix, func(t *testing.T) {
				kittest.NewApp(t)
				q := kittest.NewQueue()
				env, _ := kittest.NewEnv(t, q)
				escapes := 0
				root := kit.NewKeyScope(s.make(env), func(ev *fyne.KeyEvent) bool {
					if ev.Name == fyne.KeyEscape {
						escapes++
					}
					return true
				})
				w := kittest.Show(t, root, size)
				stops := kittest.WalkByTab(t, w.Canvas(), func() int { return escapes })
				if len(stops) < 2 {
					t.Errorf("only %d stops", len(stops))
				}
			})
		}
	}
}

// frame shows objects on a page and counts what the page gets.
type frame struct {
	page             *kit.Page
	w                fyne.Window
	primary, escapes int
}

func show(t *testing.T, body ...fyne.CanvasObject) *frame {
	t.Helper()
	kittest.NewApp(t)
	f := &frame{}
	f.page = kit.NewPage(kit.PageSpec{
		Title: "Title", Body: body, OnEscape: func() { f.escapes++ },
		Footer: kit.Footer{Primary: kit.NewButton("Continue", kit.Primary, func() { f.primary++ })},
	})
	f.w = kittest.Show(t, f.page, fyne.NewSize(760, 560))
	return f
}

func (f *frame) press(t *testing.T, keys ...fyne.KeyName) {
	t.Helper()
	for _, k := range keys {
		kittest.Press(t, f.w.Canvas(), k)
	}
}

func TestReturnAndSpaceTapAButton(t *testing.T) {
	taps := 0
	b := kit.NewButton("Do it", kit.Secondary, func() { taps++ })
	f := show(t, b)
	kittest.TabTo(t, f.w.Canvas(), b)
	f.press(t, fyne.KeyReturn, fyne.KeySpace, fyne.KeyEnter)
	if taps != 3 || f.primary != 0 {
		t.Errorf("%d taps, %d on the primary button", taps, f.primary)
	}
	f.press(t, fyne.KeyEscape)
	if f.escapes != 1 {
		t.Errorf("Escape on a button reaches the page %d times", f.escapes)
	}
}

func TestButtonThatIsOffOrBusyDoesNothing(t *testing.T) {
	taps := 0
	b := kit.NewButton("Do it", kit.Secondary, func() { taps++ })
	f := show(t, b)
	kittest.TabTo(t, f.w.Canvas(), b)
	b.SetBusy(true)
	f.press(t, fyne.KeyReturn)
	b.SetBusy(false)
	b.SetEnabled(false)
	b.Tap()
	if taps != 0 {
		t.Errorf("%d taps", taps)
	}
	if f.w.Canvas().Focused() == fyne.Focusable(b) {
		t.Error("a button that is off keeps the focus")
	}
	for _, stop := range kittest.WalkByTab(t, f.w.Canvas(), nil) {
		if stop == fyne.Focusable(b) {
			t.Error("Tab stops at a button that is off")
		}
	}
}

func TestReturnInAFieldOfOneLineIsThePrimaryAction(t *testing.T) {
	e := kit.NewEntry(kit.EntrySpec{Label: "Name"})
	f := show(t, e)
	e.Focus(f.w.Canvas())
	kittest.TypeText(t, f.w.Canvas(), "anna")
	f.press(t, fyne.KeyReturn)
	if f.primary != 1 || e.Text() != "anna" {
		t.Errorf("primary %d times, text %q", f.primary, e.Text())
	}
	own := ""
	e2 := kit.NewEntry(kit.EntrySpec{Label: "Own", OnSubmit: func(s string) { own = s }})
	f.page.SetBody(e2)
	e2.Focus(f.w.Canvas())
	kittest.TypeText(t, f.w.Canvas(), "x")
	f.press(t, fyne.KeyReturn)
	if own != "x" || f.primary != 1 {
		t.Errorf("own %q, primary %d times", own, f.primary)
	}
}

func TestKeysWithoutFocusReachThePage(t *testing.T) {
	f := show(t, kit.NewText("text"))
	f.press(t, fyne.KeyEscape, fyne.KeyReturn)
	if f.escapes != 1 || f.primary != 1 {
		t.Errorf("%d escapes, %d primary", f.escapes, f.primary)
	}
}

func TestTextAreaGivesTabBackAndKeepsReturn(t *testing.T) {
	e, after := kit.NewTextArea(kit.EntrySpec{Label: "Request"}), kit.NewButton("After", kit.Secondary, nil)
	f := show(t, e, after)
	e.Focus(f.w.Canvas())
	kittest.TypeText(t, f.w.Canvas(), "a\nb")
	if e.Text() != "a\nb" || f.primary != 0 {
		t.Errorf("text %q, primary %d times", e.Text(), f.primary)
	}
	f.press(t, fyne.KeyTab)
	if f.w.Canvas().Focused() != fyne.Focusable(after) {
		t.Errorf("Tab leads to %T", f.w.Canvas().Focused())
	}
}

func TestPasteFieldKeepsEveryLineAndGrows(t *testing.T) {
	e, below := kit.NewPasteField(kit.EntrySpec{Placeholder: "https://…"}), kit.NewText("below")
	f := show(t, e, below)
	e.Focus(f.w.Canvas())
	one := below.Position().Y
	mail := "Dear Anna,\n\nyour certificate:\nhttps://shop.example.ch/activate#7Q2K9FHM41XZ\n\nRegards"
	kittest.Paste(t, f.w.Canvas(), mail)
	if e.Text() != mail {
		t.Errorf("text %q", e.Text())
	}
	if grown := below.Position().Y - one; grown < 60 {
		t.Errorf("grew by %v", grown)
	}
	f.press(t, fyne.KeyReturn)
	if f.primary != 1 || e.Text() != mail {
		t.Errorf("Return: primary %d times, text %q", f.primary, e.Text())
	}
	e.SetText("")
	kit.Relayout(e)
	if below.Position().Y != one {
		t.Errorf("does not shrink again: %v, was %v", below.Position().Y, one)
	}
}

func TestMaxRunesHoldsForTypingAndPasting(t *testing.T) {
	var told []string
	e := kit.NewEntry(kit.EntrySpec{Label: "Code", MaxRunes: 5, OnChanged: func(s string) { told = append(told, s) }})
	f := show(t, e)
	e.Focus(f.w.Canvas())
	kittest.TypeText(t, f.w.Canvas(), "äöüäöüä")
	if e.Text() != "äöüäö" {
		t.Errorf("typed: %q", e.Text())
	}
	e.SetText("")
	kittest.Paste(t, f.w.Canvas(), "1234567890")
	if e.Text() != "12345" || told[len(told)-1] != "12345" {
		t.Errorf("pasted: %q, told %q", e.Text(), told)
	}
	if len(told) != 6 {
		t.Errorf("told %d times of 5 letters and one paste: %q", len(told), told)
	}
}

func TestFieldTellsWhenItIsLeft(t *testing.T) {
	left := ""
	e := kit.NewEntry(kit.EntrySpec{Label: "Name", OnLeave: func(s string) { left = s }})
	f := show(t, e)
	e.Focus(f.w.Canvas())
	kittest.TypeText(t, f.w.Canvas(), "anna")
	kittest.Button(t, f.w.Content(), "Continue").Tapped(&fyne.PointEvent{})
	if left != "anna" || f.primary != 1 {
		t.Errorf("left with %q, primary %d times", left, f.primary)
	}
}

func TestCheckTogglesByKeys(t *testing.T) {
	var told []bool
	c := kit.NewCheck("I accept", false, func(on bool) { told = append(told, on) })
	f := show(t, c)
	c.SetError("Not accepted.", "Tick the box.")
	kittest.TabTo(t, f.w.Canvas(), c)
	f.press(t, fyne.KeySpace, fyne.KeyReturn, fyne.KeySpace)
	if !c.Checked() || len(told) != 3 || c.HasError() || f.primary != 0 {
		t.Errorf("checked %v, told %v, error %v, primary %d", c.Checked(), told, c.HasError(), f.primary)
	}
}

func TestChoicesAreOneStopWithArrowsInside(t *testing.T) {
	picked := -1
	g := kit.NewChoices([]kit.ChoiceSpec{{Title: "a"}, {Title: "b"}, {Title: "c"}, {Title: "d"}, {Title: "e"}}, -1, func(i int) { picked = i })
	after := kit.NewButton("After", kit.Secondary, nil)
	f := show(t, g, after)
	kittest.TabTo(t, f.w.Canvas(), g)
	f.press(t, fyne.KeyDown, fyne.KeyRight)
	if picked != -1 {
		t.Errorf("arrows chose %d", picked)
	}
	f.press(t, fyne.KeySpace)
	if picked != 3 || g.Selected() != 3 {
		t.Errorf("Space chose %d, selected %d", picked, g.Selected())
	}
	f.press(t, fyne.KeyUp, fyne.KeyReturn)
	if picked != 1 || f.primary != 0 {
		t.Errorf("Return chose %d, primary %d", picked, f.primary)
	}
	f.press(t, fyne.KeySpace, fyne.KeyReturn)
	if picked != 1 || f.primary != 1 {
		t.Errorf("on the chosen card: Return chose %d, primary %d", picked, f.primary)
	}
	f.press(t, fyne.KeyTab)
	if f.w.Canvas().Focused() != fyne.Focusable(after) {
		t.Errorf("Tab leads to %T", f.w.Canvas().Focused())
	}
}

func TestSegmentedChoosesByArrows(t *testing.T) {
	var picked []int
	s := kit.NewSegmented([]string{"DNS", "File", "E-mail"}, 0, func(i int) { picked = append(picked, i) })
	f := show(t, s)
	kittest.TabTo(t, f.w.Canvas(), s)
	f.press(t, fyne.KeyRight, fyne.KeyRight, fyne.KeyRight, fyne.KeyLeft)
	if len(picked) != 3 || s.Selected() != 1 {
		t.Errorf("picked %v, selected %d", picked, s.Selected())
	}
	f.press(t, fyne.KeyReturn)
	if f.primary != 1 {
		t.Errorf("Return is the page's: %d", f.primary)
	}
}

func TestDetailsOpenByKeys(t *testing.T) {
	d := kit.NewDetails("Details", kit.NewText("inside"))
	f := show(t, d)
	kittest.TabTo(t, f.w.Canvas(), d)
	f.press(t, fyne.KeyReturn)
	if !kittest.HasText(f.w.Content(), "inside") {
		t.Error("Return does not open")
	}
	f.press(t, fyne.KeySpace)
	if kittest.HasText(f.w.Content(), "inside") {
		t.Error("Space does not close")
	}
}

func TestLinkInsideATextIsAStop(t *testing.T) {
	opened := 0
	x := kit.NewRich(kit.Span{Text: "I accept the "}, kit.Span{Text: "terms", OnTap: func() { opened++ }})
	f := show(t, x)
	kittest.TabTo(t, f.w.Canvas(), x)
	f.press(t, fyne.KeyReturn, fyne.KeyEscape)
	if opened != 1 || f.escapes != 1 {
		t.Errorf("opened %d times, %d escapes", opened, f.escapes)
	}
}

func TestFocusScrollsIntoView(t *testing.T) {
	var body []fyne.CanvasObject
	for range 30 {
		body = append(body, kit.NewEntry(kit.EntrySpec{Label: "Field", Hint: "Help"}))
	}
	f := show(t, body...)
	kittest.WalkByTab(t, f.w.Canvas(), func() int { return f.escapes }) // fails for what is scrolled away
	if f.page.Scroll().Offset() == 0 {
		t.Error("never scrolled")
	}
}

// TestPageKeysScroll from a field of one line and from a button, on a page and on a screen that is none.
func TestPageKeysScroll(t *testing.T) {
	field := kit.NewEntry(kit.EntrySpec{Label: "Name"})
	button := kit.NewButton("Button", kit.Secondary, nil)
	f := show(t, field, button, kit.NewSpacer(2000))
	scroll := kit.NewVScroll(kit.NewColumn(0, kit.NewButton("Elsewhere", kit.Secondary, nil), kit.NewSpacer(2000)))
	for range 2 {
		kittest.Press(t, f.w.Canvas(), fyne.KeyTab)
		f.press(t, fyne.KeyPageDown)
		if f.page.Scroll().Offset() == 0 {
			t.Errorf("Page Down in %T did nothing", f.w.Canvas().Focused())
		}
		f.press(t, fyne.KeyPageUp)
		if at := f.page.Scroll().Offset(); at != 0 {
			t.Errorf("Page Up in %T: at %v", f.w.Canvas().Focused(), at)
		}
	}
	f.w.SetContent(scroll)
	kittest.Press(t, f.w.Canvas(), fyne.KeyTab)
	f.press(t, fyne.KeyPageDown)
	if scroll.Offset() == 0 {
		t.Error("Page Down outside a page did nothing")
	}
}

func TestReadOnlyValueCanBeSelectedButNotChanged(t *testing.T) {
	env, clip := kittest.NewEnv(t, kittest.NewQueue())
	c := kit.NewCopyField(env, kit.CopySpec{Label: "Name", Value: "_dnsauth"})
	f := show(t, c)
	kittest.TabTo(t, f.w.Canvas(), c)
	kittest.TypeText(t, f.w.Canvas(), "x")
	f.press(t, fyne.KeyDelete, fyne.KeyBackspace)
	kittest.Paste(t, f.w.Canvas(), "other")
	in, ok := f.w.Canvas().Focused().(fyne.Shortcutable)
	if !ok {
		t.Fatal("the value can't take shortcuts")
	}
	in.TypedShortcut(&fyne.ShortcutCut{Clipboard: clip})
	if c.Value() != "_dnsauth" {
		t.Errorf("changed to %q", c.Value())
	}
	in.TypedShortcut(&fyne.ShortcutSelectAll{})
	in.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clip})
	if clip.Text != "_dnsauth" {
		t.Errorf("copied %q", clip.Text)
	}
}

func TestRailStepLeadsBack(t *testing.T) {
	kittest.NewApp(t)
	back := ""
	rail := kit.NewRail([]kit.RailStep{
		{Title: "Link or code", State: kit.StepLink, OnTap: func() { back = "link" }},
		{Title: "Names", State: kit.StepCurrent},
		{Title: "Contacts", OnTap: func() { back = "contacts" }},
	}, nil)
	p := kit.NewPage(kit.PageSpec{Title: "Names", Rail: rail, Footer: foot("Back", "Continue")})
	w := kittest.Show(t, p, fyne.NewSize(760, 560))
	kittest.RailStep(t, w.Content(), "Contacts").Tap()
	if back != "" {
		t.Errorf("a step to come leads to %s", back)
	}
	row := kittest.RailStep(t, w.Content(), "Link or code")
	kittest.TabTo(t, w.Canvas(), row)
	kittest.Press(t, w.Canvas(), fyne.KeyReturn)
	if back != "link" {
		t.Errorf("led to %q", back)
	}
}

func TestDropReachesThePage(t *testing.T) {
	kittest.NewApp(t)
	var got []string
	p := kit.NewPage(kit.PageSpec{Title: "Drop", OnDrop: func(paths []string) { got = paths }})
	p.Drop([]string{"mail.eml"})
	if len(got) != 1 {
		t.Errorf("got %v", got)
	}
}
