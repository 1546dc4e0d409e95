package kit_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
	"pgregory.net/rapid"

	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

func TestEveryScreenFitsAndStays(t *testing.T) {
	for _, s := range screens() {
		for suffix, size := range sizes {
			t.Run(s.name+suffix, func(t *testing.T) {
				kittest.NewApp(t)
				q := kittest.NewQueue()
				env, _ := kittest.NewEnv(t, q)
				w := kittest.Show(t, s.make(env), size)
				if s.after != nil {
					s.after(w, q)
				}
				kittest.AssertScreen(t, w, size)
			})
		}
	}
}

// A German button of 55 letters once pushed a window to 810 wide.
func TestLongLabelsNeverWidenTheWindow(t *testing.T) {
	kittest.NewApp(t)
	env, _ := kittest.NewEnv(t, kittest.NewQueue())
	long := "Zertifizierungsstellenkontaktinformationen jetzt vollständig herunterladen und anzeigen lassen"
	word := strings.Repeat("Rechtsschutzversicherungsgesellschaften", 4)
	for _, size := range sizes {
		kittest.AssertLayout(t, longPage(env, long, word), size)
	}
}

func longPage(env kit.Env, long, word string) fyne.CanvasObject {
	return page(steps(2), long, long, kit.Footer{
		Left: kit.NewButton(long, kit.Link, nil), Back: kit.NewButton(long, kit.Secondary, nil), Primary: kit.NewButton(long, kit.Primary, nil),
	},
		kit.NewFlow(12, kit.NewButton(long, kit.Primary, nil), kit.NewButton(word, kit.Secondary, nil), kit.NewButton(long, kit.Link, nil)),
		kit.NewSegmented([]string{long, long, word}, 0, nil),
		kit.NewCheck(long+" "+word, true, nil),
		kit.NewChoices([]kit.ChoiceSpec{{Title: long, Sentence: word, Icon: "mail"}, {Title: word}}, 0, nil),
		kit.NewSides(kit.NewText(long), kit.NewButton(long, kit.Secondary, nil)),
		kit.NewSides(kit.NewText(long), kit.NewPill(kit.Warning, long)),
		kit.NewPairs(kit.Pair{Label: long, Value: kit.NewMono(word)}, kit.Pair{Label: word, Value: kit.NewText(word)}),
		kit.NewCopyField(env, kit.CopySpec{Label: long, Value: word, Mono: true}),
		kit.NewDetails(long, kit.NewText(long)),
		kit.NewTimeline([]kit.TimelineRow{{Kind: kit.Success, When: long, What: word}}),
		kit.NewFinding(kit.Danger, long, word),
		kit.NewBanner(kit.Warning, long, kit.NewButton(long, kit.Link, nil)),
		kit.NewEntry(kit.EntrySpec{Label: long, Hint: word, Value: word, Trailing: kit.NewButton("Entfernen", kit.Link, nil)}),
	)
}

func ruledTexts(t *rapid.T) []fyne.CanvasObject {
	n := rapid.IntRange(1, 6).Draw(t, "texts")
	objs := make([]fyne.CanvasObject, n)
	for i := range objs {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,14}`), 1, 30).Draw(t, "words")
		objs[i] = kit.NewText(strings.Join(words, " "))
	}
	return objs
}

func TestColumnPlacesEachObjectAtTheHeightOfItsWidth(t *testing.T) {
	kittest.NewApp(t)
	rapid.Check(t, func(t *rapid.T) {
		objs := ruledTexts(t)
		gap := float32(rapid.IntRange(0, 40).Draw(t, "gap"))
		width := float32(rapid.IntRange(100, 900).Draw(t, "width"))
		column := kit.NewColumn(gap, kit.NewCard(kit.NewColumn(gap, objs...)))
		column.Resize(fyne.NewSize(width, 10)) // one layout, as a window does it the first time
		var y float32
		for i, o := range objs {
			if want := kit.HeightFor(o, o.Size().Width); o.Size().Height != want {
				t.Fatalf("object %d is %v high, needs %v", i, o.Size().Height, want)
			}
			if o.Position().Y != y {
				t.Fatalf("object %d stands at %v, the one before ends so that it should be at %v", i, o.Position().Y, y)
			}
			y += o.Size().Height + gap
		}
		if got, want := column.MinSize().Height, kit.HeightFor(column, width); got != want {
			t.Fatalf("least height %v after the layout, %v before", got, want)
		}
	})
}

func TestTextKeepsEveryLetterAndEveryLineFits(t *testing.T) {
	kittest.NewApp(t)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.TrimSpace(rapid.StringMatching(`([a-zA-Zäöü./@-]{1,40} ?){1,12}`).Draw(t, "text"))
		width := float32(rapid.IntRange(20, 700).Draw(t, "width"))
		x := kit.NewText(text)
		x.Resize(fyne.NewSize(width, 10))
		var got strings.Builder
		for _, l := range kittest.Lines(x) {
			got.WriteString(strings.ReplaceAll(l.Text, " ", ""))
			if w := fyne.MeasureText(l.Text, l.TextSize, l.TextStyle).Width; w > width+1 && len([]rune(l.Text)) > 1 {
				t.Fatalf("%q is %v wide in a text of %v", l.Text, w, width)
			}
		}
		if want := strings.ReplaceAll(text, " ", ""); got.String() != want {
			t.Fatalf("shows %q of %q", got.String(), want)
		}
	})
}

func TestErrorUnderAFieldMovesWhatIsBelowAtOnce(t *testing.T) {
	kittest.NewApp(t)
	e := kit.NewEntry(kit.EntrySpec{Label: "E-mail"})
	below := kit.NewText("below")
	p := page(steps(2), "Title", "", kit.Footer{}, e, below)
	kittest.Show(t, p, fyne.NewSize(760, 560))
	before := below.Position().Y
	e.SetError("This is not an address.", "Write it as in anna@example.ch.")
	if grown := below.Position().Y - before; grown < 50 {
		t.Errorf("what is below moved by %v", grown)
	}
	e.ClearError()
	if below.Position().Y != before {
		t.Errorf("what is below stands at %v, stood at %v", below.Position().Y, before)
	}
}

func TestFindingThatIsNoErrorMovesWhatIsBelowToo(t *testing.T) {
	kittest.NewApp(t)
	e := kit.NewEntry(kit.EntrySpec{Label: "Name"})
	below := kit.NewText("below")
	kittest.Show(t, page(steps(2), "Title", "", kit.Footer{}, e, below), fyne.NewSize(760, 560))
	before := below.Position().Y
	e.SetFinding(kit.Info, "This looks like a code.", "Paste it on the first step.")
	if grown := below.Position().Y - before; grown < 50 || e.HasError() {
		t.Errorf("what is below moved by %v, error %v", grown, e.HasError())
	}
	e.ClearError()
	if below.Position().Y != before {
		t.Errorf("what is below stands at %v, stood at %v", below.Position().Y, before)
	}
}

// Objects of Fyne's own are asked for their height by being given the width; nobody sees that.
func TestAskingForAHeightMovesNothing(t *testing.T) {
	kittest.NewApp(t)
	label := widget.NewLabel(strings.Repeat("word ", 60))
	label.Wrapping = fyne.TextWrapWord
	label.Resize(fyne.NewSize(500, 200))
	wide, narrow := kit.HeightFor(label, 500), kit.HeightFor(label, 120)
	if narrow <= wide {
		t.Errorf("%v high at 500, %v at 120", wide, narrow)
	}
	if label.Size() != fyne.NewSize(500, 200) {
		t.Errorf("is %v now", label.Size())
	}
}

func TestGridFallsToOneColumn(t *testing.T) {
	kittest.NewApp(t)
	a, b := kit.NewCard(kit.NewText("a")), kit.NewCard(kit.NewText("b\nb"))
	g := kit.NewGridCards(2, a, b)
	g.Resize(fyne.NewSize(640, 100))
	if a.Position().Y != b.Position().Y || a.Size() != b.Size() {
		t.Errorf("wide: %v %v and %v %v", a.Position(), a.Size(), b.Position(), b.Size())
	}
	g.Resize(fyne.NewSize(300, 100))
	if b.Position().Y <= a.Position().Y || a.Size().Width != 300 {
		t.Errorf("narrow: %v %v and %v", a.Position(), a.Size(), b.Position())
	}
}
