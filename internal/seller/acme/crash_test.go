package acme

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
	"time"

	"certdesk/internal/e2e/pebble"
	"certdesk/internal/order"
)

// gate stands between the app and the authority and ends at one of the calls, as a computer does that loses its
// power: before the authority has the call, or after it has answered. Nothing comes through until it is opened.
type gate struct {
	mu    sync.Mutex
	n     int
	at    int  // the call at which it ends
	after bool // the authority gets that call
	dead  bool
	ended bool
}

func (g *gate) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		g.n++
		now := g.n == g.at && !g.ended
		if now {
			g.dead, g.ended = true, true
		}
		dead, after := g.dead, g.after
		g.mu.Unlock()
		if now && after {
			next.ServeHTTP(httptest.NewRecorder(), r)
		}
		if dead {
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})
}

// open lets calls through again, and reports whether the gate had ended.
func (g *gate) open() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	was := g.dead
	g.dead = false
	return was
}

// through is an authority behind a gate.
func through(t *testing.T, a *pebble.Authority, g *gate) *pebble.Authority {
	t.Helper()
	target, err := url.Parse(a.Directory)
	if err != nil {
		t.Fatal(err)
	}
	target.Path = ""
	proxy := &httputil.ReverseProxy{
		Transport: a.Transport(),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // its addresses lead through the gate
		},
	}
	server := httptest.NewTLSServer(g.handler(proxy))
	t.Cleanup(server.Close)
	behind := a.At(server.URL + "/dir")
	behind.Roots = x509.NewCertPool()
	behind.Roots.AddCert(server.Certificate())
	return behind
}

// finish goes from a prepared application to a certificate, over whatever the gate does: after each failure a new
// run of the app has what was kept.
func (c *customer) finish(ctx context.Context, g *gate) error {
	sent, proved := false, false
	for range 3000 {
		var err error
		switch {
		case !sent:
			err = c.submit()
			sent = err == nil
		case !proved && len(c.last.Tasks) > 0 && c.last.Tasks[0].State == order.TaskOpen:
			c.publish(c.last.Tasks[0])
			err = c.check(c.last.Tasks[0].ID)
			proved = err == nil
		default:
			if err = c.status(); err == nil && c.last.State == order.Issued {
				_, err = c.client.Collect(ctx, c.receipt, c.token, "")
				if err == nil {
					return nil
				}
			}
		}
		if err != nil {
			if !g.open() {
				return err
			}
			c.start()
			proved = false
			continue
		}
		<-time.After(20 * time.Millisecond)
	}
	return fmt.Errorf("no end: %+v", c.last)
}

// TestACrashAtAnyCall: wherever the app ends, the next run has one account, one certificate, and goes on.
func TestACrashAtAnyCall(t *testing.T) {
	t.Parallel()
	a := pebble.Start(t, pebble.Options{RejectNonces: -1})
	var all sync.WaitGroup
	var mu sync.Mutex
	runs, ended := 0, 0
	for at := 1; at <= 24; at++ {
		for _, after := range []bool{false, true} {
			all.Go(func() {
				g := &gate{after: after}
				c := newCustomer(t, through(t, a, g), "kid-1")
				c.prepare(fmt.Sprintf("n%d-%v.example.ch", at, after))
				g.mu.Lock()
				g.at = g.n + at // looking up before changed nothing
				g.mu.Unlock()
				err := c.finish(t.Context(), g)
				mu.Lock()
				defer mu.Unlock()
				runs++
				if g.ended {
					ended++
				}
				if err != nil {
					t.Errorf("call %d, after %v: %v", at, after, err)
				}
				if list := c.shelf.list; len(list) != 1 || list[0].URL == "" {
					t.Errorf("call %d, after %v: accounts %+v", at, after, list)
				}
			})
		}
	}
	all.Wait()
	if issued, accounts := a.Issued(), a.Accounts(); issued != runs || accounts != runs {
		t.Errorf("%d orders: %d certificates, %d accounts", runs, issued, accounts)
	}
	if ended < runs/2 {
		t.Errorf("%d of %d runs were ended: an order has fewer calls than it should", ended, runs)
	}
}
