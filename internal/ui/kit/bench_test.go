package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// What Fyne asks for before each frame.
func BenchmarkLeastSizeOfAPage(b *testing.B) {
	kittest.NewApp(b)
	env, _ := kittest.NewEnv(b, kittest.NewQueue())
	w := kittest.Show(b, formsPage(env), fyne.NewSize(1000, 700))
	for b.Loop() {
		kittest.Walk(w.Content(), func(o fyne.CanvasObject, _ fyne.Position) bool {
			_ = o.MinSize()
			return true
		})
	}
}

// What a key costs that changes the help below its field.
func BenchmarkRelayoutOfAPage(b *testing.B) {
	kittest.NewApp(b)
	env, _ := kittest.NewEnv(b, kittest.NewQueue())
	w := kittest.Show(b, formsPage(env), fyne.NewSize(1000, 700))
	e := kittest.All[*kit.Entry](w.Content())[0]
	for b.Loop() {
		e.SetNote("Sent as xn--bcher-kva.example.ch")
		e.SetNote("")
	}
}

// What an arrow key costs in a list of 10,000 rows, and what filling it costs.
func BenchmarkListOfTenThousand(b *testing.B) {
	kittest.NewApp(b)
	rows := orders(10_000)
	l := kit.NewOrderList(nil)
	w := kittest.Show(b, l, fyne.NewSize(330, 700))
	b.Run("fill", func(b *testing.B) {
		for b.Loop() {
			l.SetRows(rows)
		}
	})
	b.Run("wheel", func(b *testing.B) {
		scroll := kittest.All[*container.Scroll](l)[0]
		for b.Loop() {
			if scroll.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -30)}); scroll.Offset.Y > 500_000 {
				scroll.ScrollToTop()
			}
		}
	})
	b.Run("arrow", func(b *testing.B) {
		w.Canvas().Focus(l)
		for b.Loop() {
			l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
			if l.Selected() == "9999" {
				l.Select("0")
			}
		}
	})
}
