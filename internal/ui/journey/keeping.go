package journey

import (
	"context"

	"fyne.io/fyne/v2"

	"certdesk/internal/fault"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// keeping is what steps with fields have in common: what is said where what was typed can't be written, and
// going on once it is.
type keeping struct {
	j      *Journey
	said   *fyne.Container // what went wrong with writing it
	anyway *kit.Button     // leaves without it, where that was offered
}

// below is the place for what is said, at the end of the page.
func (k *keeping) below() fyne.CanvasObject {
	k.said = kit.NewColumn(0)
	return k.said
}

// write goes on once what was typed is on the disk.
func (k *keeping) write() {
	j := k.j
	form, step := apart(j.form), j.after(j.step)
	write := j.write(context.Background(), step)
	kit.Do(j.scene, func(context.Context) (struct{}, error) {
		return struct{}{}, write()
	}, func(_ struct{}, err error) {
		if err != nil {
			j.saved(err)
			return
		}
		j.dirty = false
		j.order.Application, j.order.Step = form, string(step)
		j.Go(step)
	})
}

// warn says on the page that what was typed could not be written, until it could; nil takes that away. The
// fields keep it.
func (k *keeping) warn(f *fault.Error, anyway *kit.Button) {
	k.said.Objects = nil
	if f == nil || anyway != nil {
		k.anyway = anyway
	}
	anyway = k.anyway // once offered, it stays until what was typed could be written
	if f != nil {
		k.said.Objects = append(k.said.Objects, show.Finding(k.j.Say, f))
	}
	if anyway != nil {
		k.said.Objects = append(k.said.Objects, kit.NewFlow(12, anyway))
	}
	k.said.Refresh()
	kit.Relayout(k.said)
}
