package desk_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
)

const page = shop + "/activate#" + code

func pageTicket() activation.Ticket {
	t := ticket()
	t.Link = secret.FromString(page)
	return t
}

// handOver is a customer whose seller turned out to be a page in the browser, and who does the next thing until the
// certificate is here.
func (r *run) handOver(ca *lineage) error {
	ctx := context.Background()
	started, err := r.Redeem.Start(ctx, pageTicket(), false)
	if err != nil {
		return err
	}
	id := started.OrderID
	o, err := r.Redeem.Order(ctx, id)
	if err != nil {
		return err
	}
	if o.Phase == order.PhaseDraft {
		if o, err = r.Handoff.InBrowser(ctx, id); err != nil {
			return err
		}
		if o, err = r.Handoff.Bought(ctx, id, order.SMIME, "E-mail certificate"); err != nil {
			return err
		}
		if o.Application.Mailbox == "" {
			if err := r.Redeem.Save(ctx, id, order.Application{Mailbox: "anna@example.ch"}, order.StepReview); err != nil {
				return err
			}
		}
		if err := r.Redeem.MakeKey(ctx, id, order.KeyChoice{Algorithm: order.RSA, Size: 2048}, func(desk.KeyStage) {}); err != nil {
			return err
		}
	}
	if err := r.Redeem.Submit(ctx, id); err != nil {
		return err
	}
	p, err := r.Handoff.Page(ctx, id)
	if err != nil || p.URL != page {
		return fmt.Errorf("the page is %q: %w", p.URL, err)
	}
	if o, err = r.Redeem.Order(ctx, id); err != nil {
		return err
	}
	if o.Phase != order.PhaseReady {
		b, err := r.Intake.ReadText(pemOf(ca.issue(r.w.t, o.CSR, r.w.clock.now()), ca.middle))
		if err != nil {
			return err
		}
		if _, err = r.Intake.Take(ctx, b, ""); err != nil {
			return err
		}
	}
	return nil
}

// TestCrashAtEveryMomentOfAHandoff: the process dies at each call to store and keyring; the next start has one order
// with one key, the page opens by the link as it was given, and nothing was asked of anybody.
func TestCrashAtEveryMomentOfAHandoff(t *testing.T) {
	ca := newLineage(t)
	w, r := fresh(t)
	must(r.Orders.Start(context.Background()))(t)
	ok(t, r.handOver(ca))
	all := w.fuse.calls()
	for n := 1; n <= len(all); n++ {
		t.Run(fmt.Sprintf("%03d %s", n, all[n-1]), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			r := w.start()
			w.fuse.set(n)
			if !w.fuse.until(func() {
				if _, err := r.Orders.Start(context.Background()); err == nil {
					_ = r.handOver(ca)
				}
			}) {
				t.Fatal("it did not crash")
			}
			w.fuse.set(0)
			r = r.again()
			if f := must(r.Orders.Start(context.Background()))(t); len(f.Ownerless) != 0 {
				t.Errorf("keys without an order: %+v", f.Ownerless)
			}
			r.waitsForTheCustomer()
			ok(t, r.handOver(ca))
			rows := must(r.Orders.Rows(context.Background()))(t)
			if len(rows) != 1 || rows[0].State != order.Ready {
				t.Fatalf("%+v", rows)
			}
			if holds := w.ring.holds(); len(holds["key"]) != 1 || len(holds["token"]) != 1 || len(holds["code"]) != 0 {
				t.Errorf("the keyring holds %v", holds)
			}
			if len(w.seller.calls) > 0 {
				t.Errorf("the seller was asked: %v", w.seller.calls)
			}
		})
	}
}

// waitsForTheCustomer: nothing is ever sent to a page, so no order that has its request says so.
func (r *run) waitsForTheCustomer() {
	r.w.t.Helper()
	for _, row := range must(r.Orders.Rows(context.Background()))(r.w.t) {
		if row.Phase != order.PhaseSubmitting && row.Phase != order.PhaseSent {
			continue
		}
		v := must(r.Orders.View(context.Background(), row.ID))(r.w.t)
		if row.State != order.WaitingForYou || v.State != order.WaitingForYou {
			r.w.t.Errorf("%s: the list says %s, the order %s", row.Phase, row.State, v.State)
		}
	}
}

// A request is saved beside those that are there, under the name that it is for; renewing has the same data and a new
// key, and only what came to an end is renewed.
func TestSavingAndRenewing(t *testing.T) {
	w, r := fresh(t)
	ctx := context.Background()
	s := must(r.Redeem.Start(ctx, pageTicket(), false))(t)
	id := s.OrderID
	must(r.Handoff.InBrowser(ctx, id))(t)
	must(r.Handoff.Bought(ctx, id, order.SMIME, "E-mail certificate"))(t)
	_, err := r.Handoff.SaveRequest(ctx, id, w.out)
	wantFault(t, err, fault.OrderState)
	ok(t, r.Redeem.Save(ctx, id, order.Application{Mailbox: "anna@example.ch"}, order.StepReview))
	ok(t, r.Redeem.MakeKey(ctx, id, order.KeyChoice{Algorithm: order.RSA, Size: 2048}, func(desk.KeyStage) {}))
	ok(t, r.Redeem.Submit(ctx, id))
	first := must(r.Handoff.SaveRequest(ctx, id, w.out))(t)
	second := must(r.Handoff.SaveRequest(ctx, id, w.out))(t)
	if !strings.HasSuffix(first, "anna@example.ch.csr") || !strings.HasSuffix(second, "anna@example.ch 2.csr") {
		t.Errorf("%s, %s", first, second)
	}
	if text := string(must(os.ReadFile(second))(t)); text != r.Handoff.RequestText(r.order(id)) {
		t.Error("another request was saved")
	}
	_, err = r.Handoff.SaveRequest(ctx, id, "")
	wantFault(t, err, fault.FolderGone)
	_, err = r.Handoff.SaveRequest(ctx, id, w.out+"/gone")
	wantFault(t, err, fault.FolderGone)
	_, err = r.Handoff.Renew(ctx, id)
	wantFault(t, err, fault.OrderState)
	ca := newLineage(t)
	must(r.bring(pemOf(ca.issue(t, r.order(id).CSR, w.clock.now()), ca.middle), id))(t)
	next := r.order(must(r.Handoff.Renew(ctx, id))(t))
	if next.Application.Mailbox != "anna@example.ch" || next.KeyID != "" || next.Step != string(order.StepKey) || !next.Licence.Web {
		t.Errorf("%+v", next)
	}
	ok(t, r.Redeem.MakeKey(ctx, next.ID, order.KeyChoice{Algorithm: order.RSA, Size: 2048}, func(desk.KeyStage) {}))
	ok(t, r.Redeem.Submit(ctx, next.ID))
	if p := must(r.Handoff.Page(ctx, next.ID))(t); p.URL != page {
		t.Errorf("%+v", p)
	}
	wantFault(t, r.Handoff.GiveUp(ctx, id), fault.OrderState)
	defer func() {
		ok(t, r.Handoff.GiveUp(ctx, next.ID))
		if rows, holds := must(r.Orders.Rows(ctx))(t), w.ring.holds(); len(rows) != 1 || len(holds["key"]) != 1 || len(holds["token"]) != 1 {
			t.Errorf("%d orders, the keyring holds %v", len(rows), holds)
		}
	}()
	if string(r.order(next.ID).CSR) == string(r.order(id).CSR) {
		t.Error("the same request again")
	}
}
