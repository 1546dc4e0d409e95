package main

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"certdesk/internal/e2e/pebble"
)

// TestAHostileDirectory leads elsewhere, in its first page or in its answer to the order: the screen says so, nothing
// is asked there, nothing is lost, and the HMAC key goes nowhere.
func TestAHostileDirectory(t *testing.T) {
	trap := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was asked elsewhere", r.URL) }))
	defer trap.Close()
	for _, at := range []string{"directory", "order"} {
		t.Run(at, func(t *testing.T) {
			var heard atomic.Pointer[string]
			heard.Store(new(string))
			site := httptest.NewUnstartedServer(nil)
			site.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
			site.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				said := *heard.Load() + fmt.Sprint(r.URL, r.Header)
				heard.Store(&said)
				misled(w, r, at, site.URL, trap.URL)
			})
			site.StartTLS()
			defer site.Close()
			a := &pebble.Authority{Directory: site.URL + "/dir", Roots: x509.NewCertPool()}
			a.Roots.AddCert(site.Certificate())
			w := start(t, setup{authority: a})
			host := strings.TrimPrefix(site.URL, "https://")
			if at == "directory" {
				w.beginWith(letterOf(a, "kid-1"))
				w.press("journey.continue")
				w.saw("service-elsewhere", "host", host)
			} else {
				w.toAccountReview(letterOf(a, "kid-1"), "shop.example.ch")
				w.accept()
				w.press("review.send")
				w.comes(w.word("fault.service-elsewhere.saw", "host", host))
				w.see(w.word("journey.kept"))
				w.press("journey.save-close")
				w.see("shop.example.ch")
			}
			w.q.Finish(t)
			if strings.Contains(*heard.Load(), pebble.Keys["kid-1"]) {
				t.Error("the HMAC key was sent")
			}
		})
	}
}

// misled answers as a small directory does that leads elsewhere in one place.
func misled(w http.ResponseWriter, r *http.Request, at, here, elsewhere string) {
	says := func(status int, body any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
	w.Header().Set("Replay-Nonce", rand.Text())
	w.Header().Set("Content-Type", "application/json")
	to := map[string]string{"directory": here, "order": here, at: elsewhere}
	switch r.URL.Path {
	case "/dir":
		says(200, map[string]string{"newNonce": here + "/nonce", "newAccount": here + "/account", "newOrder": to["directory"] + "/order"})
	case "/account":
		w.Header().Set("Location", here+"/account/1")
		says(200, map[string]string{"status": "valid"})
	case "/order":
		w.Header().Set("Location", here+"/order/1")
		says(201, map[string]any{"status": "pending", "finalize": here + "/finalize", "authorizations": []string{to["order"] + "/authz"}})
	case "/nonce":
	default:
		says(404, map[string]string{})
	}
}
