package desk_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/order"
	"certdesk/internal/store"
)

// fillIn takes up the draft of a ticket and does what is still missing of looking it up and filling it in. It gives the
// order as it was before that was saved; one that is no draft any more as it is.
func (r *run) fillIn(ctx context.Context, t activation.Ticket, form func(order.Licence) order.Application) (store.Order, error) {
	started, err := r.Redeem.Start(ctx, t, false)
	if err != nil {
		return store.Order{}, err
	}
	o, err := r.Redeem.Order(ctx, started.OrderID)
	if err != nil || o.Phase != order.PhaseDraft {
		return o, err
	}
	if o.Licence.ID == "" {
		if o, err = r.Redeem.Lookup(ctx, o.ID); err != nil {
			return o, err
		}
	}
	if o.Application.Mailbox == "" {
		err = r.Redeem.Save(ctx, o.ID, form(o.Licence), order.StepReview)
	}
	return o, err
}

// goOn is a customer who does the next thing, whatever the screen shows, until the certificate is here.
func (r *run) goOn() error {
	ctx := context.Background()
	o, err := r.fillIn(ctx, ticket(), func(order.Licence) order.Application { return anna() })
	if err != nil {
		return err
	}
	if o.Phase == order.PhaseDraft {
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
	holds := w.holds()
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

// redemption is a mailbox from the code to the certificate.
var redemption = story{goOn: (*run).goOn, judge: (*run).judge}

// TestKilledInARedemption: the next start has the key, what was typed, and one order.
func TestKilledInARedemption(t *testing.T) {
	redemption.atEveryMoment(t)
	all := redemption.moments(t, false)
	for n := range all { // here before and after each, also around what changes nothing
		if moment := all[n]; moment[0] == '<' || !tells(moment) {
			t.Run(fmt.Sprintf("%03d %s", n+1, moment), func(t *testing.T) {
				t.Parallel()
				redemption.killed(t, n+1, false, nil)
			})
		}
	}
}

// TestKilledAgainWhileTakingUp: the second run dies, too, at each of its first moments.
func TestKilledAgainWhileTakingUp(t *testing.T) {
	all := redemption.moments(t, false)
	for n := 3; n <= len(all); n += 9 {
		for m := 1 + n%6; m <= 40; m += 12 {
			t.Run(fmt.Sprintf("%03d %s, then %d", n, all[n-1], m), func(t *testing.T) {
				t.Parallel()
				w, r := redemption.open(t, false)
				for _, at := range []int{n, m} {
					w.fuse.set(at)
					redemption.ends(w, r)
					w.fuse.set(0)
					r = r.again()
				}
				must(r.Orders.Start(context.Background()))(t)
				ok(t, r.goOn())
				r.judge()
			})
		}
	}
}

// TestKilledInAnOlderVersion: this version goes on where an older one was killed.
func TestKilledInAnOlderVersion(t *testing.T) {
	steps := must(filepath.Glob("../store/migrations/*.sql"))(t)
	all := redemption.moments(t, false)
	for i, n := range different(all) {
		t.Run(fmt.Sprintf("%03d %s", n, all[n-1]), func(t *testing.T) {
			t.Parallel()
			redemption.killed(t, n, false, func(w *world) { w.older(steps[:1+i%(len(steps)-1)]) })
		})
	}
}

// older makes the database what a version of the schema left: that of these steps, with what it knows of the rows.
func (w *world) older(steps []string) {
	t := w.t
	t.Helper()
	path := filepath.Join(w.dir, store.FileName)
	db := must(sql.Open("sqlite", path+".old"))(t)
	db.SetMaxOpenConns(1) // to which the newer one is attached
	do := func(statement string, args ...any) {
		t.Helper()
		must(db.ExecContext(context.Background(), statement, args...))(t)
	}
	for i, step := range steps {
		do(string(must(os.ReadFile(step))(t)))
		do(fmt.Sprintf("PRAGMA user_version = %d", i+1))
	}
	do("PRAGMA application_id = 0x4344534B")
	do("ATTACH ? AS newer", path)
	rows := must(db.QueryContext(context.Background(), `SELECT m.name, (SELECT group_concat(name) FROM pragma_table_info(m.name)) FROM sqlite_schema m WHERE m.type = 'table'`))(t)
	var copied []string
	for rows.Next() {
		var table, columns string
		ok(t, rows.Scan(&table, &columns))
		copied = append(copied, fmt.Sprintf("INSERT INTO main.%s (%s) SELECT %s FROM newer.%s", table, columns, columns, table))
	}
	ok(t, errors.Join(rows.Err(), rows.Close()))
	for _, statement := range copied {
		do(statement)
	}
	do("DETACH newer")
	ok(t, db.Close())
	ok(t, os.Rename(path+".old", path))
}

// export makes the files for a destination and has their password on the screen.
func (r *run) export(id string, d destination.ID) error {
	made, err := r.Exports.Make(context.Background(), id, desk.ExportOptions{Destination: d, Dir: r.w.out})
	if err == nil {
		err = r.Exports.Shown(context.Background(), made.ID)
	}
	return err
}

// exporting makes files of an order that is ready, once.
func exporting(d destination.ID, ready func(*run) string, files int) story {
	id := func(r *run) string { return must(r.Orders.Rows(context.Background()))(r.w.t)[0].ID }
	return story{
		here:   true,
		before: func(r *run) { ready(r) },
		goOn: func(r *run) error {
			v, err := r.Orders.View(context.Background(), id(r))
			if err != nil || len(v.Exports) > 0 {
				return err
			}
			return r.export(v.ID, d)
		},
		judge: func(r *run) {
			v := must(r.Orders.View(context.Background(), id(r)))(r.w.t)
			if len(v.Exports) != 1 || v.Exports[0].Finished.IsZero() || len(v.Exports[0].Files) != files || len(r.names()) != files {
				r.w.t.Errorf("files %v, exports %+v", r.names(), v.Exports)
			}
		},
	}
}

// TestKilledInAnExport: there is either no file, or all of them with a password that was shown.
func TestKilledInAnExport(t *testing.T) {
	exporting(destination.Thunderbird, (*run).ready, 1).atEveryMoment(t)
	exporting(destination.WebServer, (*run).readySite, 2).atEveryMoment(t)
}
