package order

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Every phase with every state that a service tells, known and not.
func TestStateOf(t *testing.T) {
	now := time.Date(2026, 5, 18, 12, 0, 0, 0, time.UTC)
	const none ServiceState = "(nothing yet)"
	// What the service says counts once something was sent; "issued" counts once the certificate is here, which the
	// customer may have brought before.
	said := map[ServiceState]State{
		Received: WaitingForAuthority, WaitingAuthority: WaitingForAuthority, WaitingCustomer: WaitingForYou,
		Issued: Sent, ServiceReissuing: Reissuing, ServiceRevoking: Revoking, ServiceRevoked: Revoked,
		ServiceRejected: Rejected, ServiceCancelled: Cancelled, ServiceLapsed: Lapsed, ServiceFailed: Failed,
		"": Unknown, "on_the_moon": Unknown, none: Sent,
	}
	exceptions := map[Phase]map[ServiceState]State{
		PhaseReady: {Issued: Ready, none: Ready, Received: Ready, WaitingAuthority: Ready, WaitingCustomer: Ready},
		PhaseEnded: {none: Unknown},
	}
	for _, phase := range []Phase{PhaseDraft, PhaseSubmitting, PhaseSent, PhaseReady, PhaseEnded, "", "later"} {
		for state, want := range said {
			if phase == PhaseDraft {
				want = Draft
			} else if e, ok := exceptions[phase][state]; ok {
				want = e
			}
			s := &Snapshot{State: state}
			if state == none {
				s = nil
			}
			if got := StateOf(phase, s, now.AddDate(1, 0, 0), now); got != want {
				t.Errorf("phase %q, service %q: %s, want %s", phase, state, got, want)
			}
		}
	}
}

func TestStateOfExpiry(t *testing.T) {
	end := time.Date(2026, 5, 18, 12, 0, 0, 0, time.UTC)
	issued := &Snapshot{State: Issued}
	for _, c := range []struct {
		name     string
		s        *Snapshot
		notAfter time.Time
		now      time.Time
		want     State
	}{
		{"before", issued, end, end.Add(-time.Second), Ready},
		{"the last second", issued, end, end, Ready},
		{"after", issued, end, end.Add(time.Second), Expired},
		{"no end known", issued, time.Time{}, end, Ready},
		{"the last answer lost", nil, end, end.Add(time.Second), Expired},
		{"revoked stays revoked", &Snapshot{State: ServiceRevoked}, end, end.Add(time.Second), Revoked},
	} {
		if got := StateOf(PhaseReady, c.s, c.notAfter, c.now); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// An open task of the customer's counts more than "waiting for the authority".
func TestStateOfTasks(t *testing.T) {
	for _, kind := range append(TaskKinds, "later") {
		for _, state := range []TaskState{TaskOpen, TaskSubmitted, TaskDone, TaskFailed, TaskExpired, "later"} {
			s := &Snapshot{State: WaitingAuthority, Tasks: []Task{{ID: "1", Kind: kind, State: state}}}
			want := WaitingForAuthority
			if kind.Customers() && (state == TaskOpen || state == TaskFailed) {
				want = WaitingForYou
			}
			if got := StateOf(PhaseSent, s, time.Time{}, time.Time{}); got != want {
				t.Errorf("%s %s: %s, want %s", kind, state, got, want)
			}
		}
	}
	theirs := map[TaskKind]bool{OrganizationCheck: true, Approval: true, QualityReview: true, "later": true}
	for _, kind := range append(TaskKinds, "later") {
		if kind.Customers() == theirs[kind] {
			t.Errorf("%s: the customer's %v", kind, kind.Customers())
		}
	}
}

func TestCurrent(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	s := &Snapshot{Certificates: []Certificate{
		{SHA256: "a", State: "previous", NotAfter: day(9)},
		{SHA256: "b", State: "current", NotAfter: day(5)},
		{SHA256: "c", State: "current", NotAfter: day(7)},
		{SHA256: "d", State: "next", NotAfter: day(8)},
	}}
	if c, ok := s.Current(); !ok || c.SHA256 != "c" {
		t.Errorf("the newest current one: %+v, %v", c, ok)
	}
	if _, ok := (&Snapshot{}).Current(); ok {
		t.Error("no certificate is current")
	}
}

// TestStatesOfAnything: whatever a service tells, at whatever time, an order has one of the states that have words; a
// draft stays one; and once it has expired, no later time makes it usable.
func TestStatesOfAnything(t *testing.T) {
	known := []State{
		Draft, Sent, WaitingForYou, WaitingForAuthority, Ready, Reissuing, Revoking, Revoked, Rejected, Cancelled, Lapsed, Failed, Expired, Unknown,
	}
	word := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		string(Received), string(WaitingAuthority), string(WaitingCustomer), string(Issued), string(ServiceRevoked), string(ServiceFailed),
	}))
	at := rapid.Custom(func(t *rapid.T) time.Time { return time.Unix(rapid.Int64Range(-1<<36, 1<<37).Draw(t, "s"), 0) })
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom([]Phase{PhaseDraft, PhaseSubmitting, PhaseSent, PhaseReady, PhaseEnded, "later"}).Draw(t, "phase")
		var s *Snapshot
		if rapid.Bool().Draw(t, "told") {
			s = &Snapshot{State: ServiceState(word.Draw(t, "state"))}
			for range rapid.IntRange(0, 3).Draw(t, "tasks") {
				s.Tasks = append(s.Tasks, Task{Kind: TaskKind(word.Draw(t, "kind")), State: TaskState(word.Draw(t, "task"))})
			}
		}
		notAfter, now := at.Draw(t, "until"), at.Draw(t, "now")
		got := StateOf(p, s, notAfter, now)
		if !slices.Contains(known, got) || (p == PhaseDraft) != (got == Draft) {
			t.Fatalf("phase %s, %+v: %s", p, s, got)
		}
		if later := StateOf(p, s, notAfter, now.AddDate(1, 0, 0)); got == Expired && later != Expired {
			t.Fatalf("expired, and a year later %s", later)
		}
	})
}
