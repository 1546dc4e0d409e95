package home_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"certdesk/assets"
	"certdesk/internal/desk"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/store"
	"certdesk/internal/ui/home"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/kit/kittest"
)

// many is a store with many orders in memory; reading them from the disk is measured in package store.
type many struct {
	desk.Store
	rows []store.Row
}

func (m many) Rows(context.Context) ([]store.Row, error) { return m.rows, nil }

// The reminder of a backup, which is looked for beside the list, finds nothing.
func (m many) Setting(context.Context, string) (string, bool, error)   { return "", false, nil }
func (m many) ReportLines(context.Context) ([]store.ReportLine, error) { return nil, nil }

func orders(n int) []store.Row {
	phases := []order.Phase{order.PhaseDraft, order.PhaseSent, order.PhaseReady, order.PhaseEnded}
	rows := make([]store.Row, n)
	for i := range rows {
		at := time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC)
		rows[i] = store.Row{
			ID: fmt.Sprint(i), Phase: phases[i%len(phases)], Title: fmt.Sprintf("www%d.example.ch", i),
			Product: "Website certificate", ProductType: order.TLS, SellerName: "Example Shop",
			Created: at, Updated: at, Sent: at, NotAfter: at.AddDate(1, 0, 0),
		}
	}
	return rows
}

// stage puts the screen into a window and shows no order beside the list.
type stage struct {
	home.Stage
	window fyne.Window
}

func (s stage) Show(_ string, screen fyne.CanvasObject) { s.window.SetContent(screen) }
func (s stage) Canvas() fyne.Canvas                     { return s.window.Canvas() }
func (s stage) Pane(string) home.Pane                   { return pane{container.NewWithoutLayout()} }

type pane struct{ object fyne.CanvasObject }

func (p pane) Object() fyne.CanvasObject { return p.object }
func (pane) Close()                      {}

// BenchmarkTenThousandOrders is what a customer with that many waits for, from the rows to the picture.
func BenchmarkTenThousandOrders(b *testing.B) {
	kittest.NewApp(b)
	words, err := i18n.Open(assets.Translations)
	if err != nil {
		b.Fatal(err)
	}
	q := kittest.NewQueue()
	env, _ := kittest.NewEnv(b, q)
	w := kittest.Show(b, container.NewWithoutLayout(), fyne.NewSize(1000, 700))
	typed := ""
	open := func() *home.Home {
		h := home.New(home.Deps{
			Desk: desk.New(desk.Deps{Store: many{rows: orders(10_000)}, Now: q.Now}),
			Env:  env, Say: words.Printer("en"), Stage: stage{window: w}, Typed: &typed,
		})
		h.Open("")
		q.Await(b, func() bool { return len(kittest.All[*kit.OrderList](w.Content())) == 1 })
		return h
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			h := open()
			w.Canvas().Capture()
			h.Close()
		}
	})
	b.Run("search", func(b *testing.B) {
		h := open()
		defer h.Close()
		list := kittest.All[*kit.OrderList](w.Content())[0]
		kittest.All[*kit.TopBar](w.Content())[0].Search().Focus(w.Canvas())
		field := w.Canvas().Focused()
		for b.Loop() { // one key that finds 1,111 orders, and one that finds all again
			field.TypedRune('9')
			if n := len(list.Rows()); n < 1000 || n >= 10_000 {
				b.Fatal(n)
			}
			field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
		}
	})
}
