package kittest_test

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

func TestMain(m *testing.M) { kittest.Main(m) }

// probe takes what a check reports, to see that it can fail.
type probe struct {
	testing.TB
	said []string
}

func (p *probe) Helper()                      {}
func (p *probe) Errorf(f string, args ...any) { p.said = append(p.said, fmt.Sprintf(f, args...)) }

// expect fails unless one report contains the words.
func (p *probe) expect(t *testing.T, words string) {
	t.Helper()
	for _, s := range p.said {
		if strings.Contains(s, words) {
			return
		}
	}
	t.Errorf("nothing says %q: %q", words, p.said)
}

func text(s string, x, y float32) fyne.CanvasObject {
	c := canvas.NewText(s, theme.Color(kit.ColorForeground))
	c.Move(fyne.NewPos(x, y))
	c.Resize(c.MinSize())
	return c
}

func TestLayoutCheckSeesTextOnText(t *testing.T) {
	kittest.NewApp(t)
	p := &probe{TB: t}
	kittest.AssertLayout(p, container.NewWithoutLayout(text("one line", 10, 10), text("another", 20, 18)), fyne.NewSize(300, 200))
	p.expect(t, `"one line" at`)
}

func TestLayoutCheckSeesTextThatIsCut(t *testing.T) {
	kittest.NewApp(t)
	box := container.NewWithoutLayout(text("a text that is longer than its box", 0, 0))
	box.Resize(fyne.NewSize(60, 30))
	p := &probe{TB: t}
	kittest.AssertLayout(p, container.NewWithoutLayout(box), fyne.NewSize(300, 200))
	p.expect(t, "is cut")
}

func TestLayoutCheckSeesWhatIsTooWide(t *testing.T) {
	kittest.NewApp(t)
	p := &probe{TB: t}
	kittest.AssertLayout(p, widget.NewLabel(strings.Repeat("no end ", 30)), fyne.NewSize(300, 200))
	p.expect(t, "needs")
}

// Fyne's own box gives a wrapped label the height of the width it had before: the trap that the kit's
// layouts are there for.
func TestLayoutCheckSeesThePageJump(t *testing.T) {
	kittest.NewApp(t)
	label := widget.NewLabel(strings.Repeat("many words ", 30))
	label.Wrapping = fyne.TextWrapWord
	p := &probe{TB: t}
	kittest.AssertLayout(p, container.NewVBox(label, widget.NewLabel("below")), fyne.NewSize(300, 400))
	if len(p.said) == 0 {
		t.Error("a wrapped label in a box of Fyne's passes")
	}
}

func TestLayoutCheckIsContentWithAScreenOfTheKit(t *testing.T) {
	kittest.NewApp(t)
	p := &probe{TB: t}
	kittest.AssertLayout(p, kit.NewPage(kit.PageSpec{Title: "Title", Body: []fyne.CanvasObject{kit.NewText(strings.Repeat("many words ", 300))}}), fyne.NewSize(760, 560))
	if len(p.said) > 0 {
		t.Errorf("%q", p.said)
	}
}

func TestTabWalkSeesAFocusThatIsNotShown(t *testing.T) {
	kittest.NewApp(t)
	w := kittest.Show(t, container.NewVBox(widget.NewSlider(0, 1), widget.NewSlider(0, 1)), fyne.NewSize(300, 200))
	p := &probe{TB: t}
	if stops := kittest.WalkByTab(p, w.Canvas(), func() int { return 0 }); len(stops) != 2 {
		t.Errorf("%d stops", len(stops))
	}
	p.expect(t, "does not show it")
	p.expect(t, "Escape")
}

func TestMarkupNamesColoursSoThatLightAndDarkReadTheSame(t *testing.T) {
	markup := map[kit.Appearance]string{}
	for _, a := range []kit.Appearance{kit.Light, kit.Dark} {
		kittest.NewAppWith(t, a)
		w := kittest.Show(t, kit.NewCard(kit.NewText("text"), kit.NewPill(kit.Success, "Ready"), kit.NewButton("Go", kit.Primary, nil)), fyne.NewSize(300, 200))
		markup[a] = kittest.Markup(w.Canvas())
	}
	if markup[kit.Light] != markup[kit.Dark] {
		t.Errorf("light:\n%s\ndark:\n%s", markup[kit.Light], markup[kit.Dark])
	}
	for _, want := range []string{`text 17,17 14 foreground "text"`, "fill surface edge border 1", "fill success.soft", "fill primary", "tick success"} {
		if !strings.Contains(markup[kit.Light], want) {
			t.Errorf("no %q in\n%s", want, markup[kit.Light])
		}
	}
}

func TestGoldenCheckSeesADifference(t *testing.T) {
	kittest.NewApp(t)
	t.Chdir(t.TempDir())
	show := func(s string) fyne.Window { return kittest.Show(t, kit.NewText(s), fyne.NewSize(300, 200)) }
	t.Setenv("UPDATE_GOLDENS", "1")
	kittest.AssertGolden(t, "card", show("as it was"))
	t.Setenv("UPDATE_GOLDENS", "")
	kittest.AssertGolden(t, "card", show("as it was"))
	p := &probe{TB: t}
	kittest.AssertGolden(p, "card", show("as it is"))
	p.expect(t, "looks different")
}
