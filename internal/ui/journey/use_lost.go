package journey

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// lostPage is step 10 where the keyring no longer has the key: what happened, and the ways on.
func (u *use) lostPage() *kit.Page {
	j := u.j
	primary := kit.NewButton(j.Say.T("lost.restore"), kit.Primary, func() { j.Stage.Restore(j.order.ID) })
	again := func() { u.lost = nil; j.render() }
	reissue := []fyne.CanvasObject{kit.NewHeading(j.Say.T("lost.reissue")), kit.NewMuted(j.Say.T("lost.reissue-note", "seller", j.order.Licence.SellerName))}
	reissue = append(reissue, show.Reach(j.Say, j.order.Licence.SellerName, j.order.Seller.Support)...)
	body := []fyne.CanvasObject{
		kit.NewFinding(kit.Danger, j.Say.Say(u.lost.Saw()), j.Say.T("lost.why")),
		kit.NewCard(kit.NewHeading(j.Say.T("lost.backup")), kit.NewMuted(j.Say.T("lost.backup-note"))),
		kit.NewCard(kit.NewHeading(j.Say.T("lost.add")), kit.NewMuted(j.Say.T("lost.add-note")),
			kit.NewFlow(12, kit.NewButton(j.Say.T("lost.add-button"), kit.Secondary, func() {
				u.lost, u.looked, u.away = nil, true, true
				j.render()
			}))),
		kit.NewCard(reissue...),
	}
	return j.page(frame{
		title: j.Say.T("lost.title"), sentence: j.Say.T("lost.sentence"), body: body, primary: primary,
		back: kit.NewButton(j.Say.T("action.retry"), kit.Secondary, again), escape: again,
	})
}

// backupParts offer a backup of what has come, with the reason, and say when the last one was made.
func (u *use) backupParts() []fyne.CanvasObject {
	j := u.j
	if j.order.Phase != order.PhaseReady || j.order.KeyID == "" {
		return nil
	}
	if !u.saved {
		u.saved = true
		id := j.order.ID
		kit.Do(j.scene, func(ctx context.Context) (time.Time, error) { return j.Desk.Backups.Made(ctx, id) }, func(at time.Time, err error) {
			if err == nil && !at.IsZero() {
				u.backedUp = at
				j.render()
			}
		})
	}
	text, label := j.Say.T("use.backup"), "use.backup-make"
	if !u.backedUp.IsZero() {
		text, label = j.Say.T("use.backup-at", "when", i18n.Date(u.backedUp)), "use.backup-again"
	}
	return []fyne.CanvasObject{kit.NewSides(kit.NewMuted(text), kit.NewButton(j.Say.T(label), kit.Link, func() { j.Stage.Backup(j.order.ID) }))}
}
