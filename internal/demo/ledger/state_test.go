package ledger_test

import (
	"fmt"
	"testing"

	"certdesk/internal/demo/ledger"
)

// Answers to an order are kept as long as it is; refused applications can't fill the disk.
func TestAnswersWithoutAnOrderAreForgottenInTheEnd(t *testing.T) {
	s := &ledger.State{}
	s.Remember(ledger.Call{Scope: "order", Key: "first", OrderID: "order"})
	for n := range 600 {
		s.Remember(ledger.Call{Scope: "licence", Key: fmt.Sprint(n)})
	}
	if len(s.Calls) != 501 {
		t.Errorf("%d answers", len(s.Calls))
	}
	if _, ok := s.Call("order", "first"); !ok {
		t.Error("an order's answer is gone")
	}
	if _, ok := s.Call("licence", "99"); ok {
		t.Error("the oldest is still there")
	}
	if _, ok := s.Call("licence", "100"); !ok {
		t.Error("one too many is gone")
	}
}

func TestCodesAreFoundExactly(t *testing.T) {
	ids := map[string]bool{}
	for _, o := range ledger.Offers {
		found, ok := ledger.ByCode([]byte(o.Code))
		if !ok || found.ID != o.ID || ids[o.ID] {
			t.Errorf("%s leads to %q", o.Code, found.ID)
		}
		ids[o.ID] = true
	}
	for _, wrong := range []string{"", "DEMO-MAIL ", "demo-mail", "DEMO-MAIL-1", "DEMO-MAIL-02"} {
		if _, ok := ledger.ByCode([]byte(wrong)); ok {
			t.Errorf("%q opens a licence", wrong)
		}
	}
}
