package desk_test

import (
	"context"
	"net/url"
	"slices"
	"testing"

	"certdesk/internal/desk"
	"certdesk/internal/order"
	"certdesk/internal/proof"
	"certdesk/internal/store"
)

// sky is a network in which every name has the same records.
type sky struct {
	texts []string
	caa   []proof.CAA
}

func (s sky) Second() proof.Resolver { return proof.Resolver{} }

func (s sky) Ask(_ context.Context, q proof.Question) (proof.Answer, error) {
	if q.Type == proof.TypeCAA {
		return proof.Answer{CAA: s.caa}, nil
	}
	return proof.Answer{Texts: s.texts}, nil
}

func (s sky) Fetch(context.Context, *url.URL) (proof.Page, error) {
	return proof.Page{Status: 404}, nil
}

func names() order.Snapshot {
	prove := func(id, target string, state order.TaskState, methods ...string) order.Task {
		return order.Task{
			ID: id, Kind: order.ProveName, Target: target, State: state, Method: "dns_txt", Methods: methods,
			Instruction: order.Instruction{Type: "dns", RecordType: "TXT", RecordName: "_dnsauth." + target, RecordValue: "8f3kq0v7m2x9c4t1"},
		}
	}
	return order.Snapshot{State: order.WaitingCustomer, Tasks: []order.Task{
		{ID: "mail", Kind: order.ConfirmMailbox, Target: "anna@example.ch", State: order.TaskOpen},
		prove("done", "a.example.ch", order.TaskDone, "dns_txt"),
		prove("open", "b.example.ch", order.TaskOpen, "email", "dns_txt"),
		prove("failed", "c.example.ch", order.TaskFailed, "dns_txt"),
		prove("over", "d.example.ch", order.TaskExpired, "dns_txt"),
		{ID: "call", Kind: order.PhoneCall, State: order.TaskOpen},
	}}
}

// TestLookingBothersNobody: what is looked up here are the names that wait, with the authority that the
// licence names; the seller is not asked.
func TestLookingBothersNobody(t *testing.T) {
	w := newWorld(t)
	w.network = sky{texts: []string{"8f3kq0v7m2x9c4t1"}, caa: []proof.CAA{{Tag: "issue", Value: "ca.example"}}}
	r := w.start()
	t.Cleanup(func() { _ = r.store.Close() })
	snapshot := names()
	o := store.Order{Phase: order.PhaseSent, Snapshot: &snapshot}
	o.Licence.Product.CAAIdentities = []string{"ca.example"}
	results, err := r.Proofs.Look(t.Context(), o)
	ok(t, err)
	if len(results) != 3 || results[0].Task != "mail" || results[1].Task != "open" || results[2].Task != "failed" || !results[1].OK() {
		t.Errorf("got %+v", results)
	}
	o.Licence.Product.CAAIdentities = []string{"other.example"}
	if results, err = r.Proofs.Look(t.Context(), o); err != nil || results[1].State != proof.Forbidden {
		t.Errorf("got %+v %v", results, err)
	}
	var ids []string
	for _, task := range r.Proofs.Tasks(o) {
		ids = append(ids, task.ID)
	}
	if !slices.Equal(ids, []string{"mail", "done", "open", "failed", "over"}) {
		t.Errorf("proofs: %v", ids)
	}
	if got := r.Proofs.Methods(o, snapshot.Tasks[2]); !slices.Equal(got, []string{"dns_txt", "email"}) {
		t.Errorf("methods: %v", got)
	}
	for _, call := range []string{"Status", "Check", "Resend"} {
		if n := w.seller.count(call); n != 0 {
			t.Errorf("%s: %d times", call, n)
		}
	}
}

func TestAnotherMethodIsAskedFor(t *testing.T) {
	w, r := fresh(t)
	id := r.sent()
	ok(t, r.Proofs.Choose(t.Context(), id, "task_1", "http_file"))
	if n := w.seller.count("Choose http_file"); n != 1 {
		t.Errorf("asked %d times", n)
	}
	last := must(r.store.Timeline(t.Context(), id))(t)
	if m := last[len(last)-1].Message; m.ID != "event.method" {
		t.Errorf("the timeline ends with %+v", m)
	}
}

// TestAPageThatMovesOnDoesNotLoseTheCertificate: the page of a task closes as soon as the order has moved on,
// which is before its certificate is fetched; the seller's next floor may be an hour away.
func TestAPageThatMovesOnDoesNotLoseTheCertificate(t *testing.T) {
	w, r := fresh(t)
	id := r.sent()
	w.seller.issue()
	w.seller.changed = true
	page, closed := context.WithCancel(t.Context())
	defer r.Orders.Changed().Subscribe(func(string) { closed() })()
	ok(t, r.Proofs.Check(page, id, "task_1"))
	if page.Err() == nil {
		t.Error("the page did not move on")
	}
	if o := r.order(id); o.Phase != order.PhaseReady {
		t.Errorf("phase %s", o.Phase)
	}
}

// TestTheSecondResolverIsChosen: there is one until the customer wants none.
func TestTheSecondResolverIsChosen(t *testing.T) {
	_, r := fresh(t)
	ctx := t.Context()
	if got := r.Settings.SecondResolver(ctx); got != "quad9" {
		t.Errorf("at first: %s", got)
	}
	own := must(r.Settings.OwnResolver("192.0.2.53:5353"))(t)
	for _, id := range []string{"google", own.ID, desk.NoSecondResolver} {
		ok(t, r.Settings.SetSecondResolver(ctx, id))
		if got := r.Settings.SecondResolver(ctx); got != id {
			t.Errorf("chosen %s, got %s", id, got)
		}
	}
	if p := proof.PublicByID(desk.NoSecondResolver); p.Name != "" || len(p.Servers) != 0 {
		t.Errorf("none is %+v", p)
	}
	for _, id := range []string{"gone", "own:nowhere"} {
		ok(t, r.Settings.SetSecondResolver(ctx, id))
		if got := r.Settings.SecondResolver(ctx); got != "quad9" {
			t.Errorf("one that is no longer known: %s", got)
		}
	}
}
