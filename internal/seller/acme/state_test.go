package acme

import (
	"testing"
	"time"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/order"
)

// TestADirectoryThatKeepsSilent: large authorities leave a challenge at "pending" until they have looked. It is not
// the customer's turn meanwhile, but for ever neither.
func TestADirectoryThatKeepsSilent(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	s := &session{c: New(Options{Now: func() time.Time { return now }})}
	a := acme.Authorization{
		Identifier: acme.Identifier{Type: "dns", Value: "example.ch"}, Status: acme.StatusPending,
		Challenges: []acme.Challenge{{Type: acme.ChallengeTypeDNS01, Status: acme.StatusPending, Token: "t"}},
	}
	p := proof{}
	s.stamp(&p, taskOf(a, "dns_txt"))
	if p.Task.State != order.TaskOpen {
		t.Errorf("before: %s", p.Task.State)
	}
	p.Asked = now
	for after, want := range map[time.Duration]order.TaskState{time.Second: order.TaskSubmitted, patience + time.Second: order.TaskOpen} {
		now = p.Asked.Add(after)
		if s.stamp(&p, taskOf(a, "dns_txt")); p.Task.State != want {
			t.Errorf("after %s: %s", after, p.Task.State)
		}
	}
	st := state{Proofs: []proof{p}}
	now = p.Asked.Add(time.Second)
	s.stamp(&st.Proofs[0], taskOf(a, "dns_txt"))
	if _, r, err := s.answered(st.receipt("", time.Time{}), &st, nil); err != nil || r.NextPoll.Sub(now) > time.Minute {
		t.Errorf("looked at in %s, %v", r.NextPoll.Sub(now), err)
	}
}
