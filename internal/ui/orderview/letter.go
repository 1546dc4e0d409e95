package orderview

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// letter is the test of a certificate for a mailbox.
type letter struct {
	busy  bool
	path  string // of the message that was made
	wrong *fault.Error
	next  *kit.Button // makes it, or opens it
}

// try offers a signed test message where there is a certificate for a mailbox and its key.
func (v *View) try() []fyne.CanvasObject {
	current, ok := v.v.Current()
	if !ok || v.v.State != order.Ready || v.v.Licence.Product.Type != order.SMIME || len(v.v.Keys) == 0 {
		return nil
	}
	if d, err := desk.About(current); err != nil || !d.Use.Signing {
		return nil
	}
	t := v.Say.T
	rows := []fyne.CanvasObject{kit.NewHeading(t("check.letter.title")), kit.NewMuted(t("check.letter.text"))}
	check := kit.NewButton(t("check.letter.mail"), kit.Link, v.Stage.Inspect)
	if v.letter.path != "" {
		path := v.letter.path
		v.letter.next = kit.NewButton(t("check.letter.open"), kit.Secondary, func() {
			v.Stage.OpenFile(path, func(err error) { v.letter.wrong = fault.Of(err); v.draw() })
		})
		rows = append(rows, kit.NewMono(i18n.Clean(filepath.Base(path), 200)), kit.NewText(t("check.letter.made")),
			kit.NewFlow(12, v.letter.next, kit.NewButton(t("use.open-folder"), kit.Link, func() {
				v.Stage.OpenFolder(filepath.Dir(path), func(err error) { v.letter.wrong = fault.Of(err); v.draw() })
			})))
	} else {
		v.letter.next = kit.NewButton(t("check.letter.make"), kit.Secondary, v.makeLetter)
		v.letter.next.SetBusy(v.letter.busy)
		rows = append(rows, kit.NewFlow(12, v.letter.next))
	}
	if v.letter.wrong != nil {
		rows = append(rows, show.Finding(v.Say, v.letter.wrong))
	}
	return []fyne.CanvasObject{kit.NewCard(append(rows, kit.NewFlow(12, check))...)}
}

func (v *View) makeLetter() {
	if v.letter.busy {
		return
	}
	v.letter = letter{busy: true}
	v.draw()
	say := v.Say.Say
	kit.Do(v.scene, func(ctx context.Context) (string, error) { return v.Desk.Exports.TestLetter(ctx, v.id, say) },
		func(path string, err error) {
			v.letter = letter{path: path, wrong: fault.Of(err)}
			v.draw()
			v.stay(v.letter.next)
		})
}
