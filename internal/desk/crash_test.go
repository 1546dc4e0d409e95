package desk_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/order"
)

// goOn is a customer who does the next thing, whatever the screen shows, until the certificate is here.
func (r *run) goOn() error {
	ctx := context.Background()
	started, err := r.Redeem.Start(ctx, ticket(), false)
	if err != nil {
		return err
	}
	o, err := r.Redeem.Order(ctx, started.OrderID)
	if err != nil {
		return err
	}
	if o.Phase == order.PhaseDraft {
		if o.Licence.ID == "" {
			if o, err = r.Redeem.Lookup(ctx, o.ID); err != nil {
				return err
			}
		}
		if o.Application.Mailbox == "" {
			if err := r.Redeem.Save(ctx, o.ID, anna(), order.StepReview); err != nil {
				return err
			}
		}
		if err := r.Redeem.MakeKey(ctx, o.ID, order.KeyChoice{}, func(desk.KeyStage) {}); err != nil {
			return err
		}
	}
	if o.Phase != order.PhaseReady {
		if err := r.Redeem.Submit(ctx, o.ID); err != nil {
			return err
		}
		r.w.seller.issue()
		r.w.clock.advance(time.Minute)
		if o, err = r.Refresher.Look(ctx, o.ID); err != nil {
			return err
		}
	}
	if o.Phase != order.PhaseReady {
		return fmt.Errorf("phase %s", o.Phase)
	}
	return nil
}

// judge checks the promises after a redemption that was taken up.
func (r *run) judge() {
	t, w := r.w.t, r.w
	t.Helper()
	rows := must(r.Orders.Rows(context.Background()))(t)
	if len(rows) != 1 {
		t.Fatalf("%d orders here", len(rows))
	}
	v := must(r.Orders.View(context.Background(), rows[0].ID))(t)
	if _, have := v.Current(); !have || v.State != order.Ready {
		t.Errorf("state %s, certificate %v", v.State, have)
	}
	want := anna()
	want.KeyChoice = order.KeyChoice{Algorithm: order.ECDSA, Size: 256}
	if diff := cmp.Diff(want, v.Application); diff != "" {
		t.Errorf("what was typed (-want +got)\n%s", diff)
	}
	if len(w.seller.orders) != 1 || len(w.seller.bodies) != 1 || len(w.seller.keys) != 1 {
		t.Errorf("the seller has %d orders, saw %d bodies and %d keys", len(w.seller.orders), len(w.seller.bodies), len(w.seller.keys))
	}
	known := must(r.store.VaultIDs(context.Background()))(t)
	holds := w.ring.holds()
	for kind, ids := range holds {
		for _, id := range ids {
			if !known[id] {
				t.Errorf("a %s in the keyring that no order knows", kind)
			}
		}
	}
	if len(holds["key"]) != 1 || len(holds["token"]) != 1 || len(holds["code"]) != 0 {
		t.Errorf("the keyring holds %v", holds)
	}
	if len(v.Keys) != 1 || v.Keys[0].ID != v.KeyID {
		t.Errorf("keys %+v, the order's is %s", v.Keys, v.KeyID)
	}
}

// moments counts the moments of a redemption that is not disturbed.
func moments(t *testing.T) []string {
	w, r := fresh(t)
	must(r.Orders.Start(context.Background()))(t)
	ok(t, r.goOn())
	all := w.fuse.calls()
	r.judge()
	return all
}

// TestCrashAtEveryMomentOfARedemption: the process dies before or after each call to store, keyring and
// seller; the next start has the key, what was typed, and one order.
func TestCrashAtEveryMomentOfARedemption(t *testing.T) {
	all := moments(t)
	for n := 1; n <= len(all); n++ {
		t.Run(fmt.Sprintf("%03d %s", n, all[n-1]), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			r := w.start()
			w.fuse.set(n)
			if !w.fuse.until(func() {
				if _, err := r.Orders.Start(context.Background()); err == nil {
					_ = r.goOn()
				}
			}) {
				t.Fatal("it did not crash")
			}
			w.fuse.set(0)
			r = r.again()
			f := must(r.Orders.Start(context.Background()))(t)
			if len(f.Ownerless) != 0 {
				t.Errorf("keys without an order: %+v", f.Ownerless)
			}
			ok(t, r.goOn())
			r.judge()
		})
	}
}

// TestCrashWhileTakingUp: the second run dies, too, at each of its first moments.
func TestCrashWhileTakingUp(t *testing.T) {
	all := moments(t)
	for n := 3; n <= len(all); n += 9 {
		for m := 1; m <= 40; m += 6 {
			w := newWorld(t)
			r := w.start()
			for _, at := range []int{n, m} {
				w.fuse.set(at)
				w.fuse.until(func() {
					if _, err := r.Orders.Start(context.Background()); err == nil {
						_ = r.goOn()
					}
				})
				w.fuse.set(0)
				r = r.again()
			}
			must(r.Orders.Start(context.Background()))(t)
			ok(t, r.goOn())
			r.judge()
			if t.Failed() {
				t.Fatalf("after crashes at %d (%s) and %d", n, all[n-1], m)
			}
		}
	}
}

// TestCrashAtEveryMomentOfAnExport: after a crash there is either no file, or one whose password was shown.
func TestCrashAtEveryMomentOfAnExport(t *testing.T) {
	export := func(r *run, id string) error {
		made, err := r.Exports.Make(context.Background(), id, desk.ExportOptions{Destination: destination.Thunderbird, Dir: r.w.out})
		if err == nil {
			err = r.Exports.Shown(context.Background(), made.ID)
		}
		return err
	}
	w, r := fresh(t)
	id := r.ready()
	w.fuse.set(0)
	ok(t, export(r, id))
	all := w.fuse.calls()
	for n := 1; n <= len(all); n++ {
		t.Run(fmt.Sprintf("%03d %s", n, all[n-1]), func(t *testing.T) {
			t.Parallel()
			w, r := fresh(t)
			id := r.ready()
			w.fuse.set(n)
			if !w.fuse.until(func() { _ = export(r, id) }) {
				t.Fatal("it did not crash")
			}
			w.fuse.set(0)
			r = r.again()
			must(r.Orders.Start(context.Background()))(t)
			files := must(os.ReadDir(w.out))(t)
			v := must(r.Orders.View(context.Background(), id))(t)
			if shown := len(v.Exports) == 1 && !v.Exports[0].Finished.IsZero(); shown != (len(files) == 1) || len(v.Exports) != len(files) {
				t.Fatalf("files %v, exports %+v", files, v.Exports)
			}
			if len(files) == 0 {
				ok(t, export(r, id))
			}
			if got, _ := filepath.Glob(filepath.Join(w.out, "*")); len(got) != 1 {
				t.Errorf("files: %v", got)
			}
		})
	}
}
