package orderview

import (
	"fyne.io/fyne/v2"

	"certdesk/internal/order"
	"certdesk/internal/ui/kit"
	"certdesk/internal/ui/show"
)

// manyTasks is from how many on those that are done stand behind Details.
const manyTasks = 6

// tasks are all that the order has asked for, with their states; what is waited for says what it is about.
func (v *View) tasks() []fyne.CanvasObject {
	s := v.v.Snapshot
	if s == nil || len(s.Tasks) == 0 || v.v.Phase == order.PhaseDraft {
		return nil
	}
	var waits, over []fyne.CanvasObject
	if v.v.Phase == order.PhaseSent {
		for _, t := range s.Waiting() {
			waits = append(waits, show.TaskLine(v.Say, t))
		}
	}
	for _, t := range s.Tasks {
		if v.v.Phase != order.PhaseSent || !t.Waits() {
			over = append(over, show.TaskLine(v.Say, t))
		}
	}
	rows := append([]fyne.CanvasObject{kit.NewHeading(v.Say.T("view.tasks"))}, waits...)
	if len(waits)+len(over) > manyTasks && len(over) > 0 {
		return []fyne.CanvasObject{kit.NewCard(append(rows, kit.NewDetails(v.Say.T("view.tasks-over", "n", len(over)), kit.NewColumn(8, over...)))...)}
	}
	return []fyne.CanvasObject{kit.NewCard(append(rows, over...)...)}
}
