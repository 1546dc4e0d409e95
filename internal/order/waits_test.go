package order_test

import (
	"slices"
	"testing"
	"time"

	"certdesk/internal/order"
)

func TestAtWhomATaskLies(t *testing.T) {
	for _, c := range []struct {
		kind  order.TaskKind
		state order.TaskState
		want  order.Whom
		waits bool
	}{
		{order.ProveName, order.TaskOpen, order.AtCustomer, true},
		{order.Document, order.TaskFailed, order.AtCustomer, true},
		{order.Document, order.TaskSubmitted, order.AtAuthority, true},
		{order.Payment, order.TaskOpen, order.AtCustomer, true},
		{order.Payment, order.TaskSubmitted, order.AtSeller, true},
		{order.OrganizationCheck, order.TaskOpen, order.AtAuthority, true},
		{order.QualityReview, order.TaskOpen, order.AtAuthority, true},
		{order.Approval, order.TaskOpen, order.AtApprover, true},
		{order.Agreement, order.TaskDone, order.AtCustomer, false},
		{order.PhoneCall, order.TaskExpired, order.AtCustomer, false},
		{"dance", order.TaskOpen, order.AtAuthority, true},
	} {
		task := order.Task{Kind: c.kind, State: c.state}
		if got := task.At(); got != c.want || task.Waits() != c.waits {
			t.Errorf("%s, %s: %s, waits %v", c.kind, c.state, got, task.Waits())
		}
	}
}

func TestWhatAnOrderWaitsFor(t *testing.T) {
	s := &order.Snapshot{Tasks: []order.Task{
		{ID: "check", Kind: order.OrganizationCheck, State: order.TaskOpen},
		{ID: "done", Kind: order.ProveName, State: order.TaskDone},
		{ID: "call", Kind: order.PhoneCall, State: order.TaskOpen},
		{ID: "approval", Kind: order.Approval, State: order.TaskOpen},
		{ID: "paper", Kind: order.Document, State: order.TaskSubmitted},
	}}
	var ids []string
	for _, task := range s.Waiting() {
		ids = append(ids, task.ID)
	}
	if !slices.Equal(ids, []string{"call", "check", "approval", "paper"}) {
		t.Error(ids)
	}
	if got := s.Whoms(); !slices.Equal(got, []order.Whom{order.AtCustomer, order.AtAuthority, order.AtApprover}) {
		t.Error(got)
	}
	if got := (&order.Snapshot{}).Whoms(); !slices.Equal(got, []order.Whom{order.AtAuthority}) {
		t.Error(got)
	}
}

func TestSinceWhenAndHowLong(t *testing.T) {
	at := func(hours int) *time.Time {
		v := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).Add(time.Duration(hours) * time.Hour)
		return &v
	}
	now := *at(0)
	s := &order.Snapshot{Timeline: []order.Event{{At: *at(-5)}, {At: *at(-2)}, {At: *at(3)}}}
	if got := s.Since(*at(-7), now); !got.Equal(*at(-2)) {
		t.Errorf("since %s: an event of the future, or an early one", got)
	}
	if got := (&order.Snapshot{}).Since(*at(-7), now); !got.Equal(*at(-7)) {
		t.Errorf("since %s", got)
	}
	product := order.Product{Type: order.TLS, Expected: order.Expected{MinMinutes: 1440, MaxMinutes: 2880, BusinessDays: true}}
	for name, c := range map[string]struct {
		s    order.Snapshot
		want string
	}{
		"nothing said":     {order.Snapshot{}, "order.expected.range.business-days"},
		"a range":          {order.Snapshot{Earliest: at(24), Latest: at(72)}, "order.usual.between"},
		"within the range": {order.Snapshot{Earliest: at(-24), Latest: at(72)}, "order.usual.by-day"},
		"today":            {order.Snapshot{Latest: at(3)}, "order.usual.by"},
		"late":             {order.Snapshot{Earliest: at(-72), Latest: at(-1)}, "order.usual.late"},
	} {
		if got := c.s.Usual(product, now); got.ID != c.want {
			t.Errorf("%s: %s", name, got.ID)
		}
	}
	if got := (&order.Snapshot{}).Usual(order.Product{Type: order.SiteService, Expected: order.Expected{MaxMinutes: 10}}, now); !got.IsZero() {
		t.Errorf("a service that issues nothing: %s", got.ID)
	}
}
