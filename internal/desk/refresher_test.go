package desk_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/store"
)

// many sends n orders, each with a code of its own.
func (r *run) many(n int) []string {
	t := r.w.t
	t.Helper()
	ctx := context.Background()
	ids := make([]string, n)
	for i := range ids {
		s := must(r.Redeem.Start(ctx, activation.Ticket{Service: shop, Code: secret.FromString(fmt.Sprintf("%s-%d", code, i))}, false))(t)
		ids[i] = s.OrderID
		must(r.Redeem.Lookup(ctx, s.OrderID))(t)
		ok(t, r.Redeem.Save(ctx, s.OrderID, anna(), order.StepReview))
		ok(t, r.Redeem.MakeKey(ctx, s.OrderID, order.KeyChoice{}, noStage))
		ok(t, r.Redeem.Submit(ctx, s.OrderID))
	}
	return ids
}

// TestTheFloorIsLaw: no call before the time that the last answer named, pressed or not, whatever it said.
func TestTheFloorIsLaw(t *testing.T) {
	w, r := fresh(t)
	id := r.sent()
	w.seller.floor = 90 * time.Second
	w.clock.advance(time.Minute)
	must(r.Refresher.Look(t.Context(), id))(t)
	first := w.clock.now()
	for range 200 {
		w.clock.advance(time.Second)
		must(r.Refresher.Look(t.Context(), id))(t)
		r.Refresher.Tick(t.Context())
	}
	var last time.Time
	n := 0
	for _, c := range w.seller.calls {
		if c.name != "Status" {
			continue
		}
		if n++; !last.IsZero() && c.at.Sub(last) < w.seller.floor {
			t.Errorf("a call %s after the last", c.at.Sub(last))
		}
		last = c.at
	}
	if n != 3 { // at 0, 90 and 180 seconds
		t.Errorf("%d calls since %s", n, first)
	}
}

// TestAtMostEightAtOnce: many orders are due; each is asked for once, eight at a time.
func TestAtMostEightAtOnce(t *testing.T) {
	const n = 40
	w, r := fresh(t)
	r.many(n)
	w.clock.advance(time.Minute)
	w.seller.hold, w.seller.arrived = make(chan struct{}), make(chan struct{}, n)
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.Refresher.Tick(context.Background())
	}()
	for range 8 {
		<-w.seller.arrived
	}
	for range 300 { // while the store is read, a ninth would have its time
		must(r.store.Rows(t.Context()))(t)
	}
	select {
	case <-w.seller.arrived:
		t.Error("a ninth call")
	default:
	}
	close(w.seller.hold)
	<-done
	if w.seller.most != 8 || w.seller.count("Status") != n {
		t.Errorf("%d at once, %d calls", w.seller.most, w.seller.count("Status"))
	}
	r.Refresher.Tick(t.Context())
	if w.seller.count("Status") != n {
		t.Error("asked again before their time")
	}
}

// TestTickEndsWithItsContext: what waits for its turn is not begun any more.
func TestTickEndsWithItsContext(t *testing.T) {
	w, r := fresh(t)
	r.many(12)
	w.clock.advance(time.Minute)
	w.seller.hold, w.seller.arrived = make(chan struct{}), make(chan struct{}, 12)
	ctx, cancel := withCancel(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.Refresher.Tick(ctx)
	}()
	for range 8 {
		<-w.seller.arrived
	}
	cancel()
	close(w.seller.hold)
	<-done
	if n := w.seller.count("Status"); n > 9 { // one may have had its turn
		t.Errorf("%d calls", n)
	}
}

// TestTickReadsNoTokens: after a start the keyring is not asked before a press.
func TestTickReadsNoTokens(t *testing.T) {
	w, r := fresh(t)
	id := r.sent()
	r = r.again()
	w.clock.advance(time.Hour)
	before := w.ring.calls()
	r.Refresher.Tick(t.Context())
	if w.ring.calls() != before || w.seller.count("Status") != 0 {
		t.Error("the keyring or the seller was asked in the background")
	}
	if v := must(r.Orders.View(t.Context(), id))(t); !v.Locked {
		t.Error("the order does not say that it is not looked at")
	}
	must(r.Refresher.Look(t.Context(), id))(t)
	if v := must(r.Orders.View(t.Context(), id))(t); v.Locked || w.seller.count("Status") != 1 {
		t.Error("a press does not look")
	}
	after := w.ring.calls()
	w.clock.advance(time.Hour)
	r.Refresher.Tick(t.Context())
	if w.ring.calls() != after || w.seller.count("Status") != 2 {
		t.Error("the token is not remembered for the run")
	}
}

// TestNothingNewStaysAsItIs: an answer without news moves the floor and the time of the look, nothing else.
func TestNothingNewStaysAsItIs(t *testing.T) {
	w, r := fresh(t)
	id := r.sent()
	w.clock.advance(time.Minute)
	before := must(r.Refresher.Look(t.Context(), id))(t)
	w.clock.advance(time.Minute)
	r.Refresher.Tick(t.Context())
	after := r.order(id)
	if after.Snapshot.State != before.Snapshot.State || !after.Updated.Equal(before.Updated) || !after.LastLooked.After(before.LastLooked) || !after.Receipt.NextPoll.After(before.Receipt.NextPoll) {
		t.Errorf("before %+v\nafter %+v", before.Receipt, after.Receipt)
	}
	// A receipt that has seen an order which is not here any more brings the whole order next.
	must(r.store.Update(t.Context(), id, func(o *store.Order) error { o.Snapshot = nil; return nil }))(t)
	w.clock.advance(time.Minute)
	_, err := r.Refresher.Look(t.Context(), id)
	wantFault(t, err, fault.ServiceBroken)
	w.clock.advance(time.Minute)
	if o := must(r.Refresher.Look(t.Context(), id))(t); o.Snapshot == nil || o.LastFault != nil {
		t.Errorf("snapshot %v, fault %+v", o.Snapshot, o.LastFault)
	}
}

// TestFailuresAreNoted with the time of the next look: 30 seconds, or what the service asks for.
func TestFailuresAreNoted(t *testing.T) {
	for code, wait := range map[fault.Code]time.Duration{
		fault.Offline: 30 * time.Second, fault.ServiceDown: 30 * time.Second, fault.ServiceBusy: 10 * time.Minute,
	} {
		w, r := fresh(t)
		id := r.sent()
		w.clock.advance(time.Minute)
		w.seller.failing(func(string) error { return fault.New(code, nil, "host", "shop.example.ch") })
		o, err := r.Refresher.Look(t.Context(), id)
		wantFault(t, err, code)
		if o.LastFault == nil || o.LastFault.Code != string(code) || o.LastFault.Args["host"] != "shop.example.ch" || !o.Receipt.NextPoll.Equal(w.clock.now().Add(wait)) {
			t.Errorf("%s: %+v, next %s", code, o.LastFault, o.Receipt.NextPoll.Sub(w.clock.now()))
		}
		w.seller.failing(nil)
		w.clock.advance(wait - time.Second)
		r.Refresher.Tick(t.Context())
		if w.seller.count("Status") != 1 {
			t.Errorf("%s: asked too early", code)
		}
		w.clock.advance(time.Second)
		r.Refresher.Tick(t.Context())
		if o := r.order(id); w.seller.count("Status") != 2 || o.LastFault != nil {
			t.Errorf("%s: %d looks, %+v", code, w.seller.count("Status"), o.LastFault)
		}
	}
}

// TestAnEndedLookIsNoFailure: the customer closed the page.
func TestAnEndedLookIsNoFailure(t *testing.T) {
	w, r := fresh(t)
	id := r.sent()
	w.clock.advance(time.Minute)
	ctx, cancel := withCancel(t)
	w.seller.failing(func(string) error { cancel(); return fault.New(fault.Cancelled, context.Canceled) })
	_, err := r.Refresher.Look(ctx, id)
	wantFault(t, err, fault.Cancelled)
	if o := r.order(id); o.LastFault != nil || o.Receipt.NextPoll.After(w.clock.now()) {
		t.Errorf("%+v", o.LastFault)
	}
}

func TestStatesOfTheService(t *testing.T) {
	for state, want := range map[order.ServiceState]struct {
		phase order.Phase
		word  order.State
	}{
		order.WaitingCustomer:  {order.PhaseSent, order.WaitingForYou},
		order.WaitingAuthority: {order.PhaseSent, order.WaitingForAuthority},
		order.ServiceRejected:  {order.PhaseEnded, order.Rejected},
		order.ServiceCancelled: {order.PhaseEnded, order.Cancelled},
		order.ServiceLapsed:    {order.PhaseEnded, order.Lapsed},
		order.ServiceFailed:    {order.PhaseEnded, order.Failed},
		"frozen_by_moonlight":  {order.PhaseSent, order.Unknown},
	} {
		w, r := fresh(t)
		id := r.sent()
		w.seller.each(func(s *sold) { s.state, s.tasks = state, nil })
		w.clock.advance(time.Minute)
		must(r.Refresher.Look(t.Context(), id))(t)
		v := must(r.Orders.View(t.Context(), id))(t)
		rows := must(r.Orders.Rows(t.Context()))(t)
		if v.Phase != want.phase || v.State != want.word || v.Snapshot.State != state || rows[0].State != want.word {
			t.Errorf("%s: phase %s, word %s, in the list %s", state, v.Phase, v.State, rows[0].State)
		}
		looks := w.seller.count("Status")
		w.clock.advance(time.Hour)
		r.Refresher.Tick(t.Context())
		must(r.Refresher.Look(t.Context(), id))(t)
		if over := w.seller.count("Status") == looks; over != (want.phase == order.PhaseEnded) {
			t.Errorf("%s: asked %d times more", state, w.seller.count("Status")-looks)
		}
	}
}

// TestCertificateForAnotherKey is set aside: kept, shown, never used; the right one is taken when it comes.
func TestCertificateForAnotherKey(t *testing.T) {
	w, r := fresh(t)
	id := r.sent()
	w.seller.issueFor(newKey().Public())
	for range 2 { // it is said at every look, and fetched once
		w.clock.advance(time.Minute)
		_, err := r.Refresher.Look(t.Context(), id)
		wantFault(t, err, fault.CertificateForeignKey)
	}
	v := must(r.Orders.View(t.Context(), id))(t)
	if _, usable := v.Current(); usable || len(v.Certificates) != 1 || !v.Certificates[0].SetAside || v.Phase != order.PhaseSent || v.LastFault == nil || v.LastFault.Code != string(fault.CertificateForeignKey) {
		t.Errorf("phase %s, certificates %d, %+v", v.Phase, len(v.Certificates), v.LastFault)
	}
	if w.seller.count("Collect") != 1 {
		t.Errorf("fetched %d times", w.seller.count("Collect"))
	}
	w.seller.each(func(s *sold) { s.chain = w.seller.ca.issue(s.public, w.clock.now()) })
	w.clock.advance(time.Minute)
	must(r.Refresher.Look(t.Context(), id))(t)
	v = must(r.Orders.View(t.Context(), id))(t)
	c, usable := v.Current()
	if !usable || c.SetAside || len(v.Certificates) != 2 || v.Phase != order.PhaseReady || v.LastFault != nil {
		t.Errorf("usable %v, phase %s, %+v", usable, v.Phase, v.LastFault)
	}
}

// TestCertificateThatIsNotThereYet: the list names it before it can be fetched.
func TestCertificateThatIsNotThereYet(t *testing.T) {
	w, r := fresh(t)
	id := r.sent()
	w.seller.issue()
	chains := map[*sold]int{}
	w.seller.failing(func(name string) error {
		if name == "Collect" && chains[nil] == 0 {
			chains[nil]++
			return notYet
		}
		return nil
	})
	w.clock.advance(time.Minute)
	if o := must(r.Refresher.Look(t.Context(), id))(t); o.Phase != order.PhaseSent || o.LastFault != nil {
		t.Errorf("phase %s, %+v", o.Phase, o.LastFault)
	}
	w.clock.advance(time.Minute)
	r.Refresher.Tick(t.Context()) // also when the service says that nothing has changed
	if o := r.order(id); o.Phase != order.PhaseReady {
		t.Errorf("phase %s", o.Phase)
	}
}

// TestStoreThatFailsInTheMiddleOfALook: the next look does what was not done.
func TestStoreThatFailsInTheMiddleOfALook(t *testing.T) {
	for _, at := range []string{"store.AddCertificate", "store.Update ready", "store.Update snapshot"} {
		w, r := fresh(t)
		id := r.sent()
		w.seller.issue()
		w.clock.advance(time.Minute)
		w.fuse.failing(func(name string) error {
			if name == at {
				return fault.New(fault.DiskFull, nil)
			}
			return nil
		})
		_, err := r.Refresher.Look(t.Context(), id)
		wantFault(t, err, fault.DiskFull)
		if o := r.order(id); o.Phase != order.PhaseSent {
			t.Errorf("%s: phase %s", at, o.Phase)
		}
		w.fuse.failing(nil)
		w.clock.advance(time.Minute)
		o := must(r.Refresher.Look(t.Context(), id))(t)
		all := must(r.store.Certificates(t.Context(), id))(t)
		sum := sha256.Sum256(all[0].DER)
		if o.Phase != order.PhaseReady || len(all) != 1 || all[0].SHA256 != hex.EncodeToString(sum[:]) || len(all[0].Chain) != 0 {
			t.Errorf("%s: phase %s, %d certificates, chain of %d", at, o.Phase, len(all), len(all[0].Chain))
		}
	}
}

// TestTasks: what moves a task on is told at once, also when the order has changed since the last look.
func TestTasks(t *testing.T) {
	w, r := fresh(t)
	id := r.sent()
	o := r.order(id)
	if !r.Proofs.CanResend(o, o.Snapshot.Tasks[0]) {
		t.Error("the mail can't be sent again")
	}
	ok(t, r.Proofs.Resend(t.Context(), id, "task_1", ""))
	w.seller.changed = true
	ok(t, r.Proofs.Check(t.Context(), id, "task_1"))
	if n := w.seller.count("Check"); n != 2 { // the task was still open
		t.Errorf("asked %d times", n)
	}
	w.seller.issue()
	w.seller.changed = true
	ok(t, r.Proofs.Check(t.Context(), id, "task_1"))
	if o := r.order(id); o.Phase != order.PhaseReady || w.seller.count("Check") != 3 {
		t.Errorf("phase %s, asked %d times", o.Phase, w.seller.count("Check"))
	}
	wantFault(t, r.Proofs.Check(t.Context(), id, "task_1"), fault.TaskState)
	lines := 0
	for _, e := range must(r.store.Timeline(t.Context(), id))(t) {
		if e.Message.ID == "event.resent" {
			lines++
		}
	}
	if lines != 1 {
		t.Errorf("the timeline says %d times that the mail was sent again", lines)
	}
}

// TestChangesAreTold to whoever has subscribed, and to nobody who has gone.
func TestChangesAreTold(t *testing.T) {
	_, r := fresh(t)
	var told, gone []string
	r.Orders.Changed().Subscribe(func(id string) { told = append(told, id) })
	cancel := r.Orders.Changed().Subscribe(func(id string) { gone = append(gone, id) })
	cancel()
	id := r.sent()
	if len(told) == 0 || told[len(told)-1] != id || len(gone) != 0 {
		t.Errorf("told %v, gone %v", told, gone)
	}
}

// The clock is a year ahead, and is set right: the order is asked for again at once, not in a year; in the same run,
// after a start, and by a press.
func TestTheClockWasAYearAhead(t *testing.T) {
	for name, ask := range map[string]func(*run, string) *run{
		"while the app runs": func(r *run, _ string) *run { r.Refresher.Tick(r.w.t.Context()); return r },
		"before a start": func(r *run, id string) *run {
			r = r.again()
			must(r.Orders.Start(r.w.t.Context()))(r.w.t)
			if due := must(r.store.Due(r.w.t.Context(), r.w.clock.now()))(r.w.t); !slices.Contains(due, id) {
				r.w.t.Error("it is not due")
			}
			must(r.Refresher.Look(r.w.t.Context(), id))(r.w.t)
			return r
		},
		"by a press": func(r *run, id string) *run { must(r.Refresher.Look(r.w.t.Context(), id))(r.w.t); return r },
	} {
		t.Run(name, func(t *testing.T) {
			w, r := fresh(t)
			id := r.sent()
			w.clock.advance(365 * 24 * time.Hour)
			must(r.Refresher.Look(t.Context(), id))(t)
			r.Refresher.Tick(t.Context())
			if n := w.seller.count("Status"); n != 1 || !r.order(id).Receipt.NextPoll.After(w.clock.now()) {
				t.Fatalf("asked %d times", n)
			}
			w.seller.issue()
			w.clock.advance(-365 * 24 * time.Hour)
			r = ask(r, id)
			if o := r.order(id); w.seller.count("Status") != 2 || o.LastLooked.After(w.clock.now()) {
				t.Errorf("asked %d times, last at %s", w.seller.count("Status"), o.LastLooked)
			}
		})
	}
}
