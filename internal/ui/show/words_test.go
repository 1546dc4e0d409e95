package show_test

import (
	"slices"
	"testing"

	"certdesk/assets"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
	"certdesk/internal/ui/show"
)

// TestTheWordsOfTasksAndEnds: their ids are put together, so that the test that reads the code does not see them.
func TestTheWordsOfTasksAndEnds(t *testing.T) {
	c, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, k := range append(slices.Clone(order.TaskKinds), "other") {
		want = append(want, "task."+string(k), "task."+string(k)+".submitted", "next."+string(k))
	}
	for _, s := range order.States {
		want = append(want, "end."+show.EndWord(s)+".means", "end."+show.EndWord(s)+".do")
	}
	for _, w := range []order.Whom{order.AtCustomer, order.AtAuthority, order.AtSeller, order.AtApprover} {
		want = append(want, w.Word().ID)
	}
	for _, s := range []order.LicenceState{
		order.LicenceReserved, order.LicenceConsumed, order.LicencePending, order.LicenceDelegated, order.LicenceExpired, order.LicenceCancelled, order.LicenceOther,
	} {
		want = append(want, "licence.state."+string(s)+".saw", "licence.state."+string(s)+".do")
	}
	for d := range 7 {
		want = append(want, "waiting.weekday."+string(rune('0'+d)))
	}
	for _, lang := range c.Languages() {
		ids := c.IDs(lang)
		for _, id := range want {
			if !slices.Contains(ids, id) {
				t.Errorf("%s has no text %s", lang, id)
			}
		}
	}
}
