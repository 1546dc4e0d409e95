package desk_test

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/desk"
	"certdesk/internal/e2e/pebble"
	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/seller/acme"
	"certdesk/internal/store"
)

// before puts moments around each request to an authority: the app may be dead before it arrives, or before the answer
// does.
func before(t testing.TB, a *pebble.Authority, f *fuse) *pebble.Authority {
	t.Helper()
	target := must(url.Parse(a.Directory))(t)
	target.Path = ""
	proxy := &httputil.ReverseProxy{
		Transport: a.Transport(),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // its addresses lead through here
		},
	}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Method + " " + strings.Split(r.URL.Path, "/")[1]
		if f.trip("> " + name) {
			panic(http.ErrAbortHandler)
		}
		answer := httptest.NewRecorder()
		proxy.ServeHTTP(answer, r)
		if f.trip("< " + name) {
			panic(http.ErrAbortHandler)
		}
		for k, v := range answer.Header() {
			w.Header()[k] = v
		}
		w.WriteHeader(answer.Code)
		_, _ = io.Copy(w, answer.Body)
	}))
	t.Cleanup(server.Close)
	there := a.At(server.URL + "/dir")
	there.Roots = x509.NewCertPool()
	there.Roots.AddCert(server.Certificate())
	return there
}

// withAccount is a customer with an account at an authority, who does the next thing until the certificate is here.
func (r *run) withAccount(a *pebble.Authority, name string) error {
	var o store.Order
	if ids := r.rowIDs(); len(ids) > 0 { // an account orders many times: what is here goes on at home
		o = r.order(ids[0])
	}
	if o.ID == "" || o.Phase == order.PhaseDraft {
		started, err := r.Redeem.Start(context.Background(), activation.Ticket{
			Service: activation.ACMEService(a.Directory, "kid-1"), Code: secret.FromString(pebble.Keys["kid-1"]),
		}, false)
		if err != nil {
			return err
		}
		if o, err = r.Redeem.Order(context.Background(), started.OrderID); err != nil {
			return err
		}
	}
	return r.toCertificate(a, o, name)
}

// renew renews the certificate of the only order, once, for the same name.
func (r *run) renew(a *pebble.Authority, name string) error {
	all := r.rowIDs()
	slices.SortFunc(all, func(a, b string) int { return r.order(a).Created.Compare(r.order(b).Created) })
	id := all[len(all)-1]
	if len(all) == 1 {
		made, err := r.Redeem.Again(context.Background(), id)
		if err != nil {
			return err
		}
		id = made
	}
	return r.toCertificate(a, r.order(id), name)
}

// toCertificate goes on with an order until its certificate is here.
func (r *run) toCertificate(a *pebble.Authority, o store.Order, name string) error {
	ctx := context.Background()
	if o.Phase == order.PhaseDraft {
		var err error
		if o.Licence.ID == "" {
			if o, err = r.Redeem.Lookup(ctx, o.ID); err != nil {
				return err
			}
		}
		if typed := o.Application; typed.Domains == "" || len(typed.AcceptedTerms) < len(o.Licence.Terms) {
			typed.Domains, typed.AcceptedTerms = name, nil
			for _, terms := range o.Licence.Terms {
				typed.AcceptedTerms = append(typed.AcceptedTerms, terms.ID)
			}
			if err := r.Redeem.Save(ctx, o.ID, typed, order.StepReview); err != nil {
				return err
			}
		}
		if err := r.Redeem.MakeKey(ctx, o.ID, quickKey, func(desk.KeyStage) {}); err != nil {
			return err
		}
	}
	if err := r.Redeem.Submit(ctx, o.ID); err != nil {
		return err
	}
	for range 3000 {
		o = r.order(o.ID)
		if o.Phase == order.PhaseReady {
			return nil
		}
		if err := r.proveOne(a, o); err != nil {
			return err
		}
		r.w.clock.advance(time.Minute)
		if _, err := r.Refresher.Look(ctx, o.ID); err != nil {
			return err
		}
		<-time.After(5 * time.Millisecond) // the authority looks, and signs
	}
	return fmt.Errorf("no end: %+v", o.Snapshot)
}

// proveOne publishes what the first open proof says and has the authority look.
func (r *run) proveOne(a *pebble.Authority, o store.Order) error {
	for _, task := range r.Proofs.Tasks(o) {
		if task.State != order.TaskOpen {
			continue
		}
		switch in := task.Instruction; in.Type {
		case "dns":
			a.SetTXT(r.w.t, in.RecordName, in.RecordValue)
		case "http_file":
			a.SetFile(r.w.t, in.URL[strings.LastIndexByte(in.URL, '/')+1:], in.Body)
		default:
			return fmt.Errorf("nothing to publish: %+v", task)
		}
		return r.Proofs.Check(context.Background(), o.ID, task.ID)
	}
	return nil
}

// TestKilledWithAnAccount: wherever the process is killed, at the first order or at the renewal, the authority has one
// account for the binding, which is spent once, and has finalized one order for each.
func TestKilledWithAnAccount(t *testing.T) {
	a := pebble.Start(t, pebble.Options{RejectNonces: -1})
	var worlds, certificates, killed atomic.Int64
	begin := func(renewing bool) story {
		name, orders := fmt.Sprintf("n%d.example.ch", worlds.Add(1)), 1
		var there *pebble.Authority
		s := story{
			here: true,
			set: func(w *world) {
				there = before(w.t, a, w.fuse)
				w.ways = func(r *run) seller.Seller {
					return acme.New(acme.Options{
						HTTP: httpclient.NewSeller(httpclient.Options{
							RootCAs: there.Roots, UserAgent: "Certdesk/test", Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
						}),
						Accounts: r.accounts(), Rand: rand.Reader, Now: w.clock.now,
					})
				}
			},
			goOn: func(r *run) error { return r.withAccount(there, name) },
		}
		if renewing {
			orders = 2
			s.before = func(r *run) {
				ok(r.w.t, r.withAccount(there, name))
				r.w.clock.advance(time.Hour)
			}
			s.goOn = func(r *run) error { return r.renew(there, name) }
		}
		certificates.Add(int64(orders))
		s.judge = func(r *run) { r.judgeAccount(name, orders) }
		return s
	}
	for what, renewing := range map[string]bool{"ordering": false, "renewing": true} {
		all := begin(renewing).moments(t, false)
		t.Run(what, func(t *testing.T) {
			for _, n := range different(all) {
				nth := 0
				for _, moment := range all[:n] {
					if moment == all[n-1] {
						nth++
					}
				}
				if renewing && strings.Contains(all[n-1], "authZ") {
					break // from here on it is an order like the first
				}
				t.Run(fmt.Sprintf("%03d %s", n, all[n-1]), func(t *testing.T) {
					t.Parallel()
					s := begin(renewing)
					w, r := s.open(t, false)
					w.fuse.setTo(all[n-1], nth)
					if s.ends(w, r) {
						killed.Add(1)
					}
					s.after(t, w, r, false, nil)
				})
			}
		})
	}
	if n, all := int(killed.Load()), int(worlds.Load())-2; n < all*3/4 { // how often one looks differs
		t.Errorf("%d of %d were killed", n, all)
	}
	if issued, accounts := a.Issued(), a.Accounts(); issued != int(certificates.Load()) || accounts != int(worlds.Load()) {
		t.Errorf("%d customers who wanted %d certificates: %d certificates, %d accounts", worlds.Load(), certificates.Load(), issued, accounts)
	}
}

// judgeAccount checks that there is one account, and so many orders of it, each with its own key and what was typed.
func (r *run) judgeAccount(name string, orders int) {
	t := r.w.t
	t.Helper()
	rows := must(r.Orders.Rows(context.Background()))(t)
	accounts := must(r.accounts().All(context.Background()))(t)
	if len(rows) != orders || len(accounts) != 1 || accounts[0].URL == "" {
		t.Errorf("orders %+v, accounts %+v", rows, accounts)
	}
	for _, row := range rows {
		v := must(r.Orders.View(context.Background(), row.ID))(t)
		if v.State != order.Ready || v.Application.Domains != name || len(v.Keys) != 1 || v.Keys[0].ID != v.KeyID {
			t.Errorf("state %s, typed %q, keys %+v", v.State, v.Application.Domains, v.Keys)
		}
	}
	if keys := r.w.ring.holds()["key"]; len(keys) < orders {
		t.Errorf("%d keys for %d orders", len(keys), orders)
	}
}
