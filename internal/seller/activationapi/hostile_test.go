package activationapi

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

// mostSent is more than one call of the app reads, with its repetitions, and what the system's buffers take of an
// endless answer.
const mostSent = 32 << 20

// hostile is a service that answers every call but its introduction by one attack.
type hostile struct {
	*service
	sent  atomic.Int64
	calls atomic.Int64
}

type counted struct {
	http.ResponseWriter
	n *atomic.Int64
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b)
	c.n.Add(int64(n))
	return n, err
}

func serveHostile(t *testing.T, attack http.HandlerFunc) *hostile {
	t.Helper()
	h := &hostile{service: &service{t: t}}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == wellKnown {
			w.Header().Set("Content-Type", jsonType)
			_ = json.NewEncoder(w).Encode(h.introduction())
			return
		}
		h.calls.Add(1)
		attack(counted{w, &h.sent}, r)
	}))
	t.Cleanup(site.Close)
	h.origin = site.URL
	h.client = New(Options{
		HTTP: httpclient.NewSeller(httpclient.Options{
			UserAgent: "Certdesk/test", Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		}),
		Resolve:  func(_ context.Context, service string) (string, error) { return service, nil },
		Now:      func() time.Time { return now },
		Wait:     func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Language: func() string { return "en" },
	})
	return h
}

// calls are all that the app asks a service for.
var calls = map[string]func(h *hostile) error{
	"licence": func(h *hostile) error {
		_, err := h.client.Lookup(h.t.Context(), activation.Ticket{Service: h.origin, Code: secret.FromString(testCode)})
		return err
	},
	"submit": func(h *hostile) error {
		_, _, err := h.client.Submit(h.t.Context(), h.submission(), func(seller.Receipt) error { h.t.Error("a receipt"); return nil })
		return err
	},
	"status": func(h *hostile) error {
		_, r, err := h.client.Status(h.t.Context(), h.receipt(), token())
		if r.ID != orderID || r.Service != h.origin {
			h.t.Errorf("the receipt is %+v", r)
		}
		return err
	},
	"certificate": func(h *hostile) error {
		_, err := h.client.Collect(h.t.Context(), h.receipt(), token(), someHash)
		return err
	},
	"check": func(h *hostile) error {
		_, _, err := h.client.Check(h.t.Context(), h.receipt(), token(), "t", testKey)
		return err
	},
	"cancel": func(h *hostile) error {
		_, _, err := h.client.Cancel(h.t.Context(), h.receipt(), token(), testKey)
		return err
	},
	"form": func(h *hostile) error {
		_, err := h.client.Form(h.t.Context(), h.receipt(), token(), "t")
		return err
	},
}

// TestAHostileServiceAtEveryCall: each call ends, in a fault that says what is wrong; nothing is read without an end,
// nothing is sent elsewhere, and nothing secret is in what is said.
func TestAHostileServiceAtEveryCall(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s was sent elsewhere, with %v", r.URL, r.Header)
	}))
	defer elsewhere.Close()
	unreadable := []fault.Code{fault.ServiceBroken, fault.ServiceHTML, fault.CertificateUnreadable, fault.FormUnusable}
	for name, a := range map[string]struct {
		answer http.HandlerFunc
		want   []fault.Code
	}{
		"endless":                 {endless, []fault.Code{fault.ServiceOversize}},
		"a bomb":                  {gzipBomb, []fault.Code{fault.ServiceOversize}},
		"deep JSON":               {says(200, jsonType, strings.Repeat(`{"order":[`, 50_000)), unreadable},
		"deep JSON that closes":   {says(200, jsonType, strings.Repeat(`[`, 100_000)+strings.Repeat(`]`, 100_000)), unreadable},
		"wrong types":             {says(200, jsonType, `{"id":7,"state":{},"names":"x","tasks":1,"product":[]}`), unreadable},
		"null":                    {says(200, jsonType, `null`), unreadable},
		"a huge number":           {says(200, jsonType, `{"id":"ord_1","state":"valid","product":{"term":{"months":`+strings.Repeat("9", 5000)+`}}}`), unreadable},
		"another origin":          {redirect(elsewhere.URL + "/v1/orders"), []fault.Code{fault.ServiceRedirect}},
		"another scheme":          {redirect("ftp://127.0.0.1/"), []fault.Code{fault.ServiceRedirect}},
		"307 elsewhere":           {moved(http.StatusTemporaryRedirect, elsewhere.URL), []fault.Code{fault.ServiceRedirect}},
		"308 elsewhere":           {moved(http.StatusPermanentRedirect, elsewhere.URL), []fault.Code{fault.ServiceRedirect}},
		"an unknown problem":      {says(422, problemType, `{"type":"tag:evil","title":"\u202e","status":422,"detail":"\u202e\u0000`+testToken[:4]+`"}`), []fault.Code{fault.Refused}},
		"a status of its own":     {says(299, "application/octet-stream", "\x00\xff"), unreadable},
		"a thousand field errors": {says(422, problemType, `{"type":"x","status":422,"errors":[`+strings.Repeat(`{"pointer":"/a","code":"b"},`, 1000)+`{"pointer":"/a","code":"b"}]}`), []fault.Code{fault.Refused}},
	} {
		for call, ask := range calls {
			t.Run(name+"/"+call, func(t *testing.T) {
				h := serveHostile(t, a.answer)
				h.t = t
				err := ask(h)
				f := fault.Of(err)
				if err == nil || !slices.Contains(a.want, f.Code) {
					t.Fatalf("want one of %q, got %v", a.want, err)
				}
				for e := err; e != nil; e = errors.Unwrap(e) {
					if strings.Contains(e.Error(), testCode) || strings.Contains(e.Error(), testToken) {
						t.Errorf("the error says %q", e)
					}
				}
				if strings.ContainsAny(f.Detail, "\u202e\x00") {
					t.Errorf("the detail is %q", f.Detail)
				}
				if n := h.sent.Load(); n > mostSent {
					t.Errorf("%d octets were answered", n)
				}
				if n := h.calls.Load(); n > 6 {
					t.Errorf("%d calls", n)
				}
			})
		}
	}
}

// TestInstructionsAboutAnotherHost are kept as text at most: no address of another kind comes through, and what opens
// in a browser is https.
func TestInstructionsAboutAnotherHost(t *testing.T) {
	h := serveHostile(t, func(w http.ResponseWriter, _ *http.Request) {
		says(200, jsonType, `{"id":"ord_1","reference":"r","state":"waiting_customer","product":{"id":"p","name":"P","type":"tls","names":{"kinds":[],"min":1,"max":1},"term":{},"expected":{"min_minutes":1,"max_minutes":2}},"names":[],"reissue":{"allowed":false},
			"renewal":{"offer_url":"javascript:alert(1)"},
			"tasks":[{"id":"../../x","kind":"agreement","state":"open","instruction":{"type":"link","action_url":"file:///etc/passwd"}},
				{"id":"b","kind":"agreement","state":"open","instruction":{"type":"link","action_url":"http://169.254.169.254/latest"}},
				{"id":"c","kind":"agreement","state":"open","instruction":{"type":"link","action_url":"https://a:b@evil.example/"}}]}`)(w, nil)
	})
	got, _, err := h.client.Status(t.Context(), h.receipt(), token())
	if err != nil || len(got.Tasks) != 3 || got.State != order.WaitingCustomer {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, task := range got.Tasks {
		if task.Instruction.ActionURL != "" {
			t.Errorf("%s leads to %q", task.ID, task.Instruction.ActionURL)
		}
	}
	if got.OfferURL != "" {
		t.Errorf("the offer is at %q", got.OfferURL)
	}
}

// endless answers until nobody listens any more.
func endless(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", jsonType)
	block := []byte(strings.Repeat(" ", 64<<10))
	for r.Context().Err() == nil {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// gzipBomb is a small answer that unfolds to 64 MiB.
func gzipBomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", jsonType)
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	block := []byte(strings.Repeat(" ", 1<<20))
	for range 64 {
		_, _ = z.Write(block)
	}
	_ = z.Close()
}

func moved(status int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to+"/trap", status) }
}
