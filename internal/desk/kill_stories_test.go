package desk_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/store"
)

// siteLicence is for names of websites.
func siteLicence() order.Licence {
	l := licence()
	l.Product.ID, l.Product.Name, l.Product.Type, l.Product.Validation = "site", "SSL", order.TLS, order.ValidationDomain
	l.Product.Names = order.NameRules{Kinds: []string{"domain"}, Min: 1, Max: 5}
	l.Product.SubjectFields = nil
	return l
}

func (w *world) sellsSites() {
	w.seller.found = func(t activation.Ticket) (seller.Found, error) {
		return seller.Found{Licence: siteLicence(), Service: seller.Service{Origin: shop, Name: "Zertifikatsladen"}, Code: t.Code}, nil
	}
}

// site is what the customer of a website types.
func site() order.Application {
	return order.Application{Domains: "www.example.ch\nexample.ch", AcceptedTerms: []string{"t1"}}
}

// toSent is a customer who does the next thing until the seller has the order.
func (r *run) toSent(typed order.Application) (store.Order, error) {
	ctx := context.Background()
	started, err := r.Redeem.Start(ctx, ticket(), false)
	if err != nil {
		return store.Order{}, err
	}
	o, err := r.Redeem.Order(ctx, started.OrderID)
	if err != nil || o.Phase != order.PhaseDraft && o.Phase != order.PhaseSubmitting {
		return o, err
	}
	if o.Phase == order.PhaseDraft {
		if o.Licence.ID == "" {
			if o, err = r.Redeem.Lookup(ctx, o.ID); err != nil {
				return o, err
			}
		}
		if o.Application.Mailbox == "" && o.Application.Domains == "" {
			if err := r.Redeem.Save(ctx, o.ID, typed, order.StepReview); err != nil {
				return o, err
			}
		}
		if err := r.Redeem.MakeKey(ctx, o.ID, order.KeyChoice{}, func(desk.KeyStage) {}); err != nil {
			return o, err
		}
	}
	if err := r.Redeem.Submit(ctx, o.ID); err != nil {
		return o, err
	}
	return r.Redeem.Order(ctx, o.ID)
}

// looked has the seller asked once more; its floor has gone by.
func (r *run) looked(id string) (store.Order, error) {
	r.w.clock.advance(time.Minute)
	o, err := r.Refresher.Look(context.Background(), id)
	if err == nil && o.Phase != order.PhaseReady {
		err = fmt.Errorf("phase %s", o.Phase)
	}
	return o, err
}

// readySite is a website's certificate.
func (r *run) readySite() string {
	r.w.t.Helper()
	r.w.sellsSites()
	o := must(r.toSent(site()))(r.w.t)
	r.w.seller.issue()
	must(r.looked(o.ID))(r.w.t)
	return o.ID
}

// TestKilledWhileNamesAreProved: another method is chosen once, and the one order is issued.
func TestKilledWhileNamesAreProved(t *testing.T) {
	const chosen, checked = "Choose dns_txt", "Check"
	prove := func(r *run) error {
		ctx := context.Background()
		o, err := r.toSent(site())
		if err != nil {
			return err
		}
		for o.Phase == order.PhaseSent && len(o.Snapshot.Tasks) > 0 {
			task := o.Snapshot.Tasks[0]
			if task.Method == "email" {
				err = r.Proofs.Choose(ctx, o.ID, task.ID, "dns_txt")
			} else {
				err = r.Proofs.Check(ctx, o.ID, task.ID)
			}
			if err != nil {
				return err
			}
			if o, err = r.Redeem.Order(ctx, o.ID); err != nil {
				return err
			}
		}
		if o.Phase == order.PhaseSent {
			_, err = r.looked(o.ID)
		}
		return err
	}
	story{
		set: func(w *world) {
			w.sellsSites()
			w.seller.answer = func(o *sold) error {
				o.tasks = []order.Task{{
					ID: "task_1", Kind: order.ProveName, Target: "example.ch", State: order.TaskOpen, Method: "email",
					Methods: []string{"email", "dns_txt"}, Instruction: order.Instruction{Type: "email"},
				}}
				return nil
			}
			w.seller.does = func(o *sold, name, _ string) {
				if name == chosen {
					o.tasks[0].Method = "dns_txt"
					return
				}
				o.state, o.tasks, o.chain = order.Issued, nil, w.seller.ca.issue(o.public, w.clock.now(), o.domains...)
			}
		},
		goOn: prove,
		judge: func(r *run) {
			v := r.theOrder(order.Ready)
			if v.Application.Domains != site().Domains || v.Certificates[0].SetAside {
				r.w.t.Errorf("%+v", v.Application)
			}
			r.happenedOnce(chosen, checked)
		},
	}.atEveryMoment(t)
}

// theOrder is the one order here and at the seller, with one key.
func (r *run) theOrder(state order.State) desk.View {
	t := r.w.t
	t.Helper()
	rows := must(r.Orders.Rows(context.Background()))(t)
	if len(rows) != 1 {
		t.Fatalf("%d orders here", len(rows))
	}
	v := must(r.Orders.View(context.Background(), rows[0].ID))(t)
	s := r.w.seller
	if v.State != state || len(s.orders) != 1 || len(s.bodies) != 1 || len(s.keys) != 1 {
		t.Errorf("state %s; the seller has %d orders, saw %d bodies and %d keys", v.State, len(s.orders), len(s.bodies), len(s.keys))
	}
	if holds := r.w.ring.holds(); len(v.Keys) != 1 || v.Keys[0].ID != v.KeyID || len(holds["key"]) != 1 || len(holds["token"]) != 1 || len(holds["code"]) != 0 {
		t.Errorf("keys %+v, the order's is %s, the keyring holds %v", v.Keys, v.KeyID, holds)
	}
	return v
}

// happenedOnce: of what changes an order at the seller nothing was done twice.
func (r *run) happenedOnce(names ...string) {
	t := r.w.t
	t.Helper()
	want := map[string]int{}
	for _, n := range names {
		want[n] = 1
	}
	if diff := cmp.Diff(want, r.w.seller.effects); diff != "" {
		t.Errorf("what the seller did (-want +got)\n%s", diff)
	}
}

// TestKilledWhileAnOrganizationIsChecked: agreement, document, form and call reach the seller once each, and what was
// typed for the call is there.
func TestKilledWhileAnOrganizationIsChecked(t *testing.T) {
	pdf := filepath.Join(t.TempDir(), "Auszug.pdf")
	ok(t, os.WriteFile(pdf, []byte("%PDF-1.7 x"), 0o600))
	const typed = "after lunch"
	do := func(r *run, id string, task order.Task) error {
		ctx := context.Background()
		switch {
		case task.Kind == order.Agreement:
			return r.Tasks.Accept(ctx, id, task.ID)
		case task.Kind == order.PhoneCall:
			if err := r.Tasks.Keep(ctx, id, task.ID, typed); err != nil {
				return err
			}
			return r.Tasks.Schedule(ctx, id, task.ID, order.Proposal{Times: []time.Time{r.w.clock.now().Add(26 * time.Hour)}, Phone: "+41445550102"})
		default:
			return r.Tasks.Upload(ctx, id, task.ID, pdf, task.Instruction.Form)
		}
	}
	story{
		set: func(w *world) {
			w.seller.answer = func(o *sold) error {
				o.tasks = []order.Task{
					{ID: "agree", Kind: order.Agreement, State: order.TaskOpen},
					{ID: "upload", Kind: order.Document, State: order.TaskOpen, Instruction: order.Instruction{Send: "upload"}},
					{ID: "form", Kind: order.Document, State: order.TaskOpen, Instruction: order.Instruction{Send: "upload", Form: "f1"}},
					{ID: "call", Kind: order.PhoneCall, State: order.TaskOpen},
				}
				return nil
			}
			w.seller.does = func(o *sold, name, task string) {
				w.seller.effects[name]--
				w.seller.effects[name+" "+task]++
				for i := range o.tasks {
					if o.tasks[i].ID == task {
						o.tasks[i].State = order.TaskSubmitted
					}
				}
			}
		},
		goOn: func(r *run) error {
			o, err := r.toSent(anna())
			for i := 0; err == nil && o.Phase == order.PhaseSent && i < len(o.Snapshot.Tasks); i++ {
				if o.Snapshot.Tasks[i].State == order.TaskOpen {
					err = do(r, o.ID, o.Snapshot.Tasks[i])
					if err == nil {
						o, err = r.Redeem.Order(context.Background(), o.ID)
					}
				}
			}
			if err == nil && o.Phase == order.PhaseSent {
				r.w.seller.issue()
				_, err = r.looked(o.ID)
			}
			return err
		},
		judge: func(r *run) {
			v := r.theOrder(order.Ready)
			if v.Typed["call"] != typed {
				r.w.t.Errorf("typed for the call: %q", v.Typed["call"])
			}
			maps.DeleteFunc(r.w.seller.effects, func(_ string, n int) bool { return n == 0 })
			r.happenedOnce("Accept agree", "Upload upload", "Upload form", "Schedule call")
		},
	}.atEveryMoment(t)
}

// TestKilledInAHandoff: the page opens by the link as it was given, and nothing is asked of anybody.
func TestKilledInAHandoff(t *testing.T) {
	ca := newLineage(t)
	story{
		goOn: func(r *run) error { return r.handOver(ca) },
		seen: (*run).waitsForTheCustomer,
		judge: func(r *run) {
			rows := must(r.Orders.Rows(context.Background()))(r.w.t)
			if len(rows) != 1 || rows[0].State != order.Ready {
				r.w.t.Fatalf("%+v", rows)
			}
			if holds := r.w.ring.holds(); len(holds["key"]) != 1 || len(holds["token"]) != 1 || len(holds["code"]) != 0 {
				r.w.t.Errorf("the keyring holds %v", holds)
			}
			if len(r.w.seller.calls) > 0 {
				r.w.t.Errorf("the seller was asked: %v", r.w.seller.calls)
			}
		},
	}.atEveryMoment(t)
}

// TestKilledWhileRenewing: there is one renewal, with a key of its own, and the old certificate keeps its own.
func TestKilledWhileRenewing(t *testing.T) {
	ca := newLineage(t)
	ctx := context.Background()
	// The orders of this world: the old one was made first.
	both := func(r *run) []store.Order {
		var out []store.Order
		for _, row := range must(r.Orders.Rows(ctx))(r.w.t) {
			out = append(out, r.order(row.ID))
		}
		slices.SortFunc(out, func(a, b store.Order) int { return a.Created.Compare(b.Created) })
		return out
	}
	story{
		before: func(r *run) {
			ok(r.w.t, r.handOver(ca))
			r.w.clock.advance(time.Hour)
		},
		goOn: func(r *run) error {
			all := both(r)
			if len(all) == 1 {
				if _, err := r.Handoff.Renew(ctx, all[0].ID); err != nil {
					return err
				}
				all = both(r)
			}
			next := all[len(all)-1]
			if next.Phase == order.PhaseReady {
				return nil
			}
			if err := r.Redeem.MakeKey(ctx, next.ID, quickKey, func(desk.KeyStage) {}); err != nil {
				return err
			}
			if err := r.Redeem.Submit(ctx, next.ID); err != nil {
				return err
			}
			return r.bringFor(ca, next.ID)
		},
		judge: func(r *run) {
			all := both(r)
			if len(all) != 2 || all[0].Phase != order.PhaseReady || all[1].Phase != order.PhaseReady || all[0].KeyID == all[1].KeyID {
				r.w.t.Fatalf("%d orders", len(all))
			}
			if holds := r.w.ring.holds(); len(holds["key"]) != 2 || len(holds["token"]) != 2 || len(holds["code"]) != 0 {
				r.w.t.Errorf("the keyring holds %v", holds)
			}
		},
	}.atEveryMoment(t)
}

// bringFor brings the certificate for an order's request.
func (r *run) bringFor(ca *lineage, id string) error {
	b, err := r.Intake.ReadText(pemOf(ca.issue(r.w.t, r.order(id).CSR, r.w.clock.now()), ca.middle))
	if err == nil {
		_, err = r.Intake.Take(context.Background(), b, "")
	}
	return err
}

// removing is one of the ways in which an order or a key goes; orders and keys count what is left.
type removing struct {
	before       func(r *run)
	remove       func(r *run) error
	orders, keys int
}

// TestKilledWhileSomethingIsRemoved: nothing is in the keyring without an owner, and it can be removed again.
func TestKilledWhileSomethingIsRemoved(t *testing.T) {
	ctx := context.Background()
	only := func(r *run, remove func(id string) error) error {
		ids := r.rowIDs()
		if len(ids) == 0 {
			return nil
		}
		return remove(ids[0])
	}
	for name, s := range map[string]removing{
		"draft": {
			before: func(r *run) { r.keyed() },
			remove: func(r *run) error { return only(r, func(id string) error { return r.Redeem.Discard(ctx, id) }) },
		},
		"order": {
			before: func(r *run) { _, err := r.handedOver(); ok(r.w.t, err) },
			remove: func(r *run) error { return only(r, func(id string) error { return r.Handoff.GiveUp(ctx, id) }) },
		},
		"key": {
			before: func(r *run) { r.ready() },
			remove: func(r *run) error {
				return only(r, func(id string) error {
					for _, k := range must(r.store.Keys(ctx, id))(r.w.t) {
						if err := r.Backups.DeleteKey(ctx, k); err != nil {
							return err
						}
					}
					return nil
				})
			},
			orders: 1,
		},
		"everything": {
			before: func(r *run) { r.keyed() },
			remove: func(r *run) error { return r.Orders.Forget(ctx) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			story{
				here:   true,
				before: s.before,
				goOn:   s.remove,
				judge: func(r *run) {
					if n, holds := len(r.rowIDs()), r.w.ring.holds(); n != s.orders || len(holds["key"]) != s.keys || len(holds["code"]) != 0 {
						r.w.t.Errorf("%d orders, the keyring holds %v", n, holds)
					}
				},
			}.atEveryMoment(t)
		})
	}
}
