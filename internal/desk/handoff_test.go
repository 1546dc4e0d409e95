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
	"certdesk/internal/store"
)

const page = shop + "/activate#" + code

func pageTicket() activation.Ticket {
	t := ticket()
	t.Link = secret.FromString(page)
	return t
}

// handedOver is a customer whose seller turned out to be a page in the browser, and who does the next thing until the
// request is on it.
func (r *run) handedOver() (store.Order, error) {
	ctx := context.Background()
	started, err := r.Redeem.Start(ctx, pageTicket(), false)
	if err != nil {
		return store.Order{}, err
	}
	id := started.OrderID
	o, err := r.Redeem.Order(ctx, id)
	if err != nil {
		return o, err
	}
	if o.Phase == order.PhaseDraft {
		if o, err = r.Handoff.InBrowser(ctx, id); err != nil {
			return o, err
		}
		if o, err = r.Handoff.Bought(ctx, id, order.TLS, "SSL certificate"); err != nil {
			return o, err
		}
		if o.Application.Domains == "" {
			if err := r.Redeem.Save(ctx, id, order.Application{Domains: "www.example.ch"}, order.StepReview); err != nil {
				return o, err
			}
		}
		if err := r.Redeem.MakeKey(ctx, id, quickKey, func(desk.KeyStage) {}); err != nil {
			return o, err
		}
	}
	if err := r.Redeem.Submit(ctx, id); err != nil {
		return o, err
	}
	p, err := r.Handoff.Page(ctx, id)
	if err != nil || p.URL != page {
		return o, fmt.Errorf("the page is %q: %w", p.URL, err)
	}
	return r.Redeem.Order(ctx, id)
}

// quickKey is made in no time.
var quickKey = order.KeyChoice{Algorithm: order.ECDSA, Size: 256}

// handOver goes on from there until the certificate is here.
func (r *run) handOver(ca *lineage) error {
	o, err := r.handedOver()
	if err != nil || o.Phase == order.PhaseReady {
		return err
	}
	return r.bringFor(ca, o.ID)
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

// TestTheLinkAfterARestart: a draft whose seller turns out to be a page in the browser goes on by the link as it was
// given, also in a later run and after a crash at each moment of going on; without a link, by the code.
func TestTheLinkAfterARestart(t *testing.T) {
	goOn := func(r *run, id string) error {
		_, err := r.Handoff.InBrowser(context.Background(), id)
		return err
	}
	begin := func(t *testing.T, with activation.Ticket) (*world, *run, string) {
		w := newWorld(t)
		r := w.start()
		id := must(r.Redeem.Start(context.Background(), with, false))(t).OrderID
		if o := r.order(id); strings.HasPrefix(o.Service, "web:") {
			t.Fatal("it is in the browser already")
		}
		r = r.again()
		w.fuse.set(0)
		return w, r, id
	}
	opens := func(t *testing.T, r *run, id, want, wantCode string) {
		t.Helper()
		ctx := context.Background()
		must(r.Handoff.Bought(ctx, id, order.SMIME, "E-mail certificate"))(t)
		ok(t, r.Redeem.Save(ctx, id, order.Application{Mailbox: "anna@example.ch"}, order.StepReview))
		ok(t, r.Redeem.MakeKey(ctx, id, order.KeyChoice{Algorithm: order.RSA, Size: 2048}, func(desk.KeyStage) {}))
		ok(t, r.Redeem.Submit(ctx, id))
		if p := must(r.Handoff.Page(ctx, id))(t); p.URL != want || p.Code != wantCode {
			t.Errorf("the page is %q with the code %q", p.URL, p.Code)
		}
		if holds := r.w.ring.holds(); len(holds["token"]) != 1 || len(holds["code"]) != 0 {
			t.Errorf("the keyring holds %v", holds)
		}
	}
	w, r, id := begin(t, pageTicket())
	ok(t, goOn(r, id))
	all := w.fuse.calls()
	opens(t, r, id, page, "")
	_, r, id = begin(t, ticket())
	ok(t, goOn(r, id))
	opens(t, r, id, shop+"/", code)
	for _, n := range apart(all) {
		t.Run(fmt.Sprintf("%03d %s", n, all[n-1]), func(t *testing.T) {
			t.Parallel()
			w, r, id := begin(t, pageTicket())
			w.fuse.set(n)
			if !w.fuse.until(func() { _ = goOn(r, id) }) {
				t.Fatal("it did not crash")
			}
			w.fuse.set(0)
			r = r.again()
			must(r.Orders.Start(context.Background()))(t)
			ok(t, goOn(r, id))
			opens(t, r, id, page, "")
		})
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
