package show

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/ui/kit"
)

// TestStage is what the tests at the end need of the window around them.
type TestStage interface {
	Canvas() fyne.Canvas
	// OpenFile opens a file that was made here with the system's program for it.
	OpenFile(path string, failed func(error))
	// OpenFolder shows a folder in the system's file manager.
	OpenFolder(path string, failed func(error))
}

// Letter is the test of a certificate for a mailbox: a signed message to oneself, to be opened in one's own program.
type Letter struct {
	env     kit.Env
	say     *i18n.Printer
	desk    *desk.Desk
	scene   *kit.Scene
	stage   TestStage
	orderID string
	// check leads to "check a file", for a mail that was sent or got; nil where the page must not be left.
	check func()

	card  *fyne.Container
	busy  bool
	path  string // of the message that was made
	wrong *fault.Error
	next  *kit.Button // makes it, or opens it
}

// NewLetter makes the card of an order. check leads to "check a file"; nil leaves it away.
func NewLetter(env kit.Env, say *i18n.Printer, d *desk.Desk, scene *kit.Scene, stage TestStage, orderID string, check func()) *Letter {
	l := &Letter{env: env, say: say, desk: d, scene: scene, stage: stage, orderID: orderID, check: check, card: kit.NewColumn(0)}
	l.draw()
	return l
}

// Object is what the card is drawn as.
func (l *Letter) Object() fyne.CanvasObject { return l.card }

func (l *Letter) draw() {
	t := l.say.T
	was := l.next
	rows := []fyne.CanvasObject{kit.NewHeading(t("check.letter.title")), kit.NewMuted(t("check.letter.text"))}
	if l.path != "" {
		path := l.path
		l.next = kit.NewButton(t("check.letter.open"), kit.Secondary, func() { l.stage.OpenFile(path, l.failed) })
		rows = append(rows, kit.NewMono(i18n.Clean(filepath.Base(path), 200)), kit.NewText(t("check.letter.made")),
			kit.NewFlow(12, l.next, kit.NewButton(t("use.open-folder"), kit.Link, func() { l.stage.OpenFolder(filepath.Dir(path), l.failed) })))
	} else {
		l.next = kit.NewButton(t("check.letter.make"), kit.Secondary, l.make)
		l.next.SetBusy(l.busy)
		rows = append(rows, kit.NewFlow(12, l.next))
	}
	if l.wrong != nil {
		rows = append(rows, Finding(l.say, l.wrong))
	}
	if l.check != nil {
		rows = append(rows, kit.NewFlow(12, kit.NewButton(t("check.letter.mail"), kit.Link, l.check)))
	}
	l.card.Objects = []fyne.CanvasObject{kit.NewCard(rows...)}
	l.card.Refresh()
	kit.Relayout(l.card)
	follow(l.stage.Canvas(), was, l.next)
}

func (l *Letter) failed(err error) {
	l.wrong = fault.Of(err)
	l.draw()
}

func (l *Letter) make() {
	if l.busy {
		return
	}
	l.busy, l.wrong = true, nil
	l.draw()
	say := l.say.Say
	kit.Do(l.scene, func(ctx context.Context) (string, error) { return l.desk.Exports.TestLetter(ctx, l.orderID, say) },
		func(path string, err error) {
			l.busy, l.path, l.wrong = false, path, fault.Of(err)
			l.draw()
		})
}

// follow takes the focus from a button that was drawn anew to the one in its place, so that what came of a press stays
// in view.
func follow(canvas fyne.Canvas, was, now *kit.Button) {
	if was != nil && canvas.Overlays().Top() == nil && canvas.Focused() == fyne.Focusable(was) {
		canvas.Focus(now)
	}
}
