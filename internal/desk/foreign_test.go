package desk_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
)

// atPage is an order that waits for what the customer does on a seller's page; each link is an order.
func (r *run) atPage(mailbox, link string) string {
	r.w.t.Helper()
	ctx := context.Background()
	t := activation.Ticket{Service: shop, Code: secret.FromString(link), Link: secret.FromString(link)}
	id := must(r.Redeem.Start(ctx, t, false))(r.w.t).OrderID
	must(r.Handoff.InBrowser(ctx, id))(r.w.t)
	must(r.Handoff.Bought(ctx, id, order.SMIME, "E-mail certificate"))(r.w.t)
	ok(r.w.t, r.Redeem.Save(ctx, id, order.Application{Mailbox: mailbox}, order.StepReview))
	ok(r.w.t, r.Redeem.MakeKey(ctx, id, order.KeyChoice{Algorithm: order.RSA, Size: 2048}, func(desk.KeyStage) {}))
	ok(r.w.t, r.Redeem.Submit(ctx, id))
	return id
}

// theirs is what a page gives out that has made the key itself: certificate and key in PEM.
func (r *run) theirs(ca *lineage) []byte {
	r.w.t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(r.w.t)
	csr := must(x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key))(r.w.t)
	der := must(x509.MarshalPKCS8PrivateKey(key))(r.w.t)
	return append(pemOf(ca.issue(r.w.t, csr, r.w.clock.now()), ca.middle), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
}

// A key that the seller's page has made is asked about, for the order on whose page it is or the only one with the
// names, and taken with its certificate. Where the order says that a key comes from is kept, and files are made of it.
func TestAKeyThatThePageHasMade(t *testing.T) {
	w, r := fresh(t)
	ctx := t.Context()
	ca := newLineage(t)
	theirs := r.theirs(ca)
	_, err := r.bring(theirs, "")
	wantFault(t, err, fault.CertificateNotOurs) // nobody waits for one
	id := r.atPage("anna@example.ch", shop+"/activate#one-1234567")
	bert := r.atPage("bert@example.ch", shop+"/activate#two-1234567")

	got := must(r.bring(theirs, ""))(t)
	if got.Foreign == nil || got.OrderID != id || got.Foreign.Differs || got.Foreign.Name != "anna@example.ch" {
		t.Fatalf("%+v", got.Foreign)
	}
	if o := r.order(id); o.Phase != order.PhaseSent || len(must(r.Orders.View(ctx, id))(t).Keys) != 1 {
		t.Error("something was taken unasked")
	}
	if there := must(r.bring(theirs, bert))(t); there.OrderID != bert || !there.Foreign.Differs {
		t.Errorf("on the page of another order: %+v", there.Foreign)
	}
	taken := must(r.Intake.TakeForeign(ctx, got.Foreign))(t)
	v := must(r.Orders.View(ctx, id))(t)
	if taken.OrderID != id || !taken.New || v.State != order.Ready || len(v.Keys) != 2 || len(v.Findings) > 0 && v.Findings[0].Warning {
		t.Fatalf("%+v, %s, %d keys, %+v", taken, v.State, len(v.Keys), v.Findings)
	}
	origins := func(r *run) map[string]int {
		out := map[string]int{}
		for _, k := range must(r.Orders.View(ctx, id))(t).Keys {
			out[k.Origin]++
		}
		return out
	}
	if from := origins(r); from["seller"] != 1 || from["made-here"] != 1 {
		t.Errorf("the keys are from %v", from)
	}
	_, there := w.house(t)
	b := there.opened(r.backUp(plan(w)).Path)
	must(there.Backups.Restore(ctx, b, everything(b), nil))(t)
	if from := origins(there); from["seller"] != 1 || from["imported"] != 1 {
		t.Errorf("on another computer the keys are from %v", from)
	}
	made := must(r.Exports.Make(ctx, id, desk.ExportOptions{Destination: destination.Thunderbird, Dir: r.w.out, Label: label}))(t)
	if len(made.Files) != 1 {
		t.Errorf("%+v", made.Files)
	}
	_, err = r.Intake.TakeForeign(ctx, got.Foreign)
	wantFault(t, err, fault.OrderState)
	if again := must(r.bring(theirs, bert))(t); again.OrderID != id || again.New || again.Foreign != nil {
		t.Errorf("the same again: %+v", again)
	}
	// The certificate for the request from here is as welcome as before, and the younger one counts.
	if own := must(r.bring(pemOf(ca.issue(t, r.order(id).CSR, r.w.clock.now().AddDate(0, 0, 1))), ""))(t); own.OrderID != id || !own.New {
		t.Errorf("%+v", own)
	}
	if v = must(r.Orders.View(ctx, id))(t); len(v.Certificates) != 2 {
		t.Errorf("%d certificates", len(v.Certificates))
	}
}

// Two orders for the same names: it is not guessed which of them is meant.
func TestAKeyForOneOfTwoOrders(t *testing.T) {
	_, r := fresh(t)
	theirs := r.theirs(newLineage(t))
	r.atPage("anna@example.ch", shop+"/activate#one-1234567")
	second := r.atPage("anna@example.ch", shop+"/activate#two-1234567")
	_, err := r.bring(theirs, "")
	wantFault(t, err, fault.CertificateNotOurs)
	if got := must(r.bring(theirs, second))(t); got.OrderID != second || got.Foreign == nil {
		t.Errorf("%+v", got)
	}
}

// apart are the moments of calls that differ: what is after a call is before the next one.
func apart(calls []string) []int {
	var out []int
	for n := 1; n <= len(calls); n++ {
		if n == len(calls) || !strings.HasPrefix(calls[n-1], "< ") {
			out = append(out, n)
		}
	}
	return out
}

// TestCrashWhileTakingAKey: the process dies at each call while a page's key is taken. The next start has no key without
// an order, and what is brought again comes to the same end.
func TestCrashWhileTakingAKey(t *testing.T) {
	ca := newLineage(t)
	prepare := func(t *testing.T) (*world, *run, []byte, *desk.Foreign) {
		w := newWorld(t)
		r := w.start()
		r.atPage("anna@example.ch", shop+"/activate#one-1234567")
		theirs := r.theirs(ca)
		return w, r, theirs, must(r.bring(bytes.Clone(theirs), ""))(t).Foreign
	}
	w, r, _, f := prepare(t)
	w.fuse.set(0)
	must(r.Intake.TakeForeign(context.Background(), f))(t)
	all := w.fuse.calls()
	r.end()
	for _, n := range apart(all) {
		t.Run(fmt.Sprintf("%03d %s", n, all[n-1]), func(t *testing.T) {
			t.Parallel()
			w, r, theirs, f := prepare(t)
			w.fuse.set(n)
			if !w.fuse.until(func() { _, _ = r.Intake.TakeForeign(context.Background(), f) }) {
				t.Fatal("it did not crash")
			}
			w.fuse.set(0)
			r = r.again()
			if f := must(r.Orders.Start(context.Background()))(t); len(f.Ownerless) != 0 {
				t.Errorf("keys without an order: %+v", f.Ownerless)
			}
			got := must(r.bring(theirs, ""))(t)
			if got.Foreign != nil {
				got = must(r.Intake.TakeForeign(context.Background(), got.Foreign))(t)
			}
			rows := must(r.Orders.Rows(context.Background()))(t)
			v := must(r.Orders.View(context.Background(), got.OrderID))(t)
			if len(rows) != 1 || rows[0].State != order.Ready || len(v.Keys) != 2 || len(v.Certificates) != 1 {
				t.Errorf("%+v, %d keys, %d certificates", rows, len(v.Keys), len(v.Certificates))
			}
			if holds := w.ring.holds(); len(holds["key"]) != 2 {
				t.Errorf("the keyring holds %v", holds)
			}
		})
	}
}
