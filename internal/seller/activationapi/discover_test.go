package activationapi

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

func TestDiscoveryOutcomes(t *testing.T) {
	with := func(change func(*wire.Discovery)) func(*service) http.HandlerFunc {
		return func(s *service) http.HandlerFunc {
			d := s.introduction()
			change(&d)
			return func(w http.ResponseWriter, _ *http.Request) { s.json(w, 200, d) }
		}
	}
	just := func(h http.HandlerFunc) func(*service) http.HandlerFunc {
		return func(*service) http.HandlerFunc { return h }
	}
	for name, tc := range map[string]struct {
		answer func(*service) http.HandlerFunc
		want   fault.Code // empty: a service
	}{
		"a service":             {with(func(*wire.Discovery) {}), ""},
		"without media type":    {func(s *service) http.HandlerFunc { return untyped(s.introduce) }, ""},
		"404":                   {just(html(404)), fault.ServiceWebOnly},
		"404 in JSON":           {just(says(404, "application/json", "{}")), fault.ServiceWebOnly},
		"410":                   {just(html(410)), fault.ServiceWebOnly},
		"403":                   {just(html(403)), fault.ServiceWebOnly},
		"a web page":            {just(html(200)), fault.ServiceWebOnly},
		"an empty page":         {just(says(204, "", "")), fault.ServiceWebOnly},
		"a redirect elsewhere":  {just(redirect("https://elsewhere.example/")), fault.ServiceWebOnly},
		"another port":          {just(redirect("http://127.0.0.1:1/")), fault.ServiceWebOnly},
		"a redirect in circles": {just(redirect(wellKnown)), fault.ServiceWebOnly},
		"429":                   {just(html(429)), fault.ServiceBusy},
		"500":                   {just(html(500)), fault.ServiceDown},
		"503":                   {just(html(503)), fault.ServiceDown},
		"408":                   {just(html(408)), fault.ServiceSlow},
		"cut":                   {just(cut), fault.ServiceCut},
		"no answer":             {just(hang), fault.ServiceSlow},
		"broken JSON":           {just(says(200, "application/json", `{"api_version":`)), fault.ServiceBroken},
		"of tomorrow": {
			just(says(200, "application/json", `{"api_version":2,"endpoint":{"eu":"x"}}`)), fault.ServiceNewer,
		},
		"endpoint elsewhere": {
			with(func(d *wire.Discovery) { d.Endpoint = "https://evil.example/" }), fault.ServiceElsewhere,
		},
		"endpoint on another port": {
			with(func(d *wire.Discovery) { d.Endpoint = "http://127.0.0.1:1/" }), fault.ServiceElsewhere,
		},
		"endpoint with userinfo": {
			with(func(d *wire.Discovery) { d.Endpoint = "https://a:b@127.0.0.1/" }), fault.ServiceBroken,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, contract.BadAnswers())
			s.mux.HandleFunc("GET /v1/licence", says(200, "application/json",
				`{"id":"l","state":"valid","product":{"id":"p","name":"P","type":"smime"},"seller":{"name":"S"}}`))
			s.introduce = tc.answer(s)
			ctx, cancel := context.WithTimeout(t.Context(), deadline(name))
			defer cancel()
			_, err := s.client.Lookup(ctx, s.ticket())
			if tc.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			s.wantFault(err, tc.want)
			if slices.Contains(s.requests(), "GET /v1/licence") {
				t.Error("the code was sent")
			}
		})
	}
}

// deadline is short where nothing else ends the test; elsewhere it is never reached.
func deadline(name string) time.Duration {
	if name == "no answer" {
		return 100 * time.Millisecond
	}
	return time.Minute
}

func untyped(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		next(w, r)
	}
}

func TestDiscoveryFollowsWithinTheHost(t *testing.T) {
	s := serve(t, contract.Beside("/moved"))
	s.mux.HandleFunc("GET /v1/licence", s.authorized(testCode, s.licence()))
	s.mux.HandleFunc("GET /moved", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("a credential in discovery")
		}
		s.json(w, 200, s.introduction())
	})
	s.introduce = redirect("/moved")
	if _, err := s.client.Lookup(t.Context(), s.ticket()); err != nil {
		t.Fatal(err)
	}
}

func TestMayFollow(t *testing.T) {
	for _, tc := range []struct {
		origin, to string
		want       bool
	}{
		{"https://shop.example.ch", "https://shop.example.ch/x", true},
		{"https://shop.example.ch", "https://api.example.ch/x", true},
		{"https://example.ch", "https://www.example.ch:8443/x", true},
		{"https://shop.example.ch", "http://shop.example.ch/x", false},
		{"https://shop.example.ch", "https://example.com/x", false},
		{"https://shop.example.ch", "https://a:b@shop.example.ch/x", false},
		{"https://a.github.io", "https://b.github.io/x", false}, // the private section of the list
		{"https://a.co.uk", "https://b.co.uk/x", false},
		{"https://192.0.2.1", "https://192.0.2.1/x", true},
		{"https://192.0.2.1", "https://192.0.2.1:8443/x", false},
		{"https://192.0.2.1", "https://192.0.2.2/x", false},
		{"http://127.0.0.1:4711", "http://127.0.0.1:4711/x", true},
		{"http://127.0.0.1:4711", "http://127.0.0.1:4712/x", false},
		{"http://127.0.0.1:4711", "https://shop.example.ch/x", false},
		{"https://shop.example.ch", "ftp://shop.example.ch/x", false},
	} {
		origin, host, err := activation.ParseOrigin(tc.origin)
		if err != nil {
			t.Fatal(err)
		}
		to, err := url.Parse(tc.to)
		if err != nil {
			t.Fatal(err)
		}
		if got := mayFollow(origin, host)(to); got != tc.want {
			t.Errorf("from %s to %s: %v", tc.origin, tc.to, got)
		}
	}
}

// TestTheServiceIsAskedOnce: the endpoint is remembered, and asked for again when calls don't get there.
func TestTheServiceIsAskedOnce(t *testing.T) {
	s := serve(t, contract.BadAnswers())
	var broken atomic.Pointer[http.HandlerFunc]
	s.mux.HandleFunc("GET /v1/orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		if h := broken.Load(); h != nil {
			(*h)(w, r)
			return
		}
		s.order(w, 200)
	})
	look := func() error {
		_, _, err := s.client.Status(t.Context(), s.receipt(), token())
		return err
	}
	introductions := func() int {
		n := 0
		for _, r := range s.requests() {
			if r == "GET "+wellKnown {
				n++
			}
		}
		return n
	}
	for range 3 {
		if err := look(); err != nil {
			t.Fatal(err)
		}
	}
	if n := introductions(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	for i, h := range []http.HandlerFunc{html(404), cut, redirect("/")} {
		broken.Store(&h)
		if look() == nil {
			t.Fatal("no failure")
		}
		broken.Store(nil)
		if err := look(); err != nil {
			t.Fatal(err)
		}
		if n := introductions(); n != 2+i {
			t.Errorf("failure %d: asked %d times", i, n)
		}
	}
}

func TestServiceUnreachable(t *testing.T) {
	s := serve(t)
	t0 := s.ticket()
	t0.Service = "http://127.0.0.1:1"
	_, err := s.client.Lookup(t.Context(), t0)
	if !fault.Is(err, fault.ServiceUnreachable) && !fault.Is(err, fault.Offline) {
		t.Errorf("got %v", err)
	}
	t0.Service = ""
	if _, err = s.client.Lookup(t.Context(), t0); !fault.Is(err, fault.SellerUnknown) {
		t.Errorf("got %v", err)
	}
}

func TestTheServiceIntroducesItself(t *testing.T) {
	s := serve(t)
	s.mux.HandleFunc("GET /v1/licence", s.authorized(testCode, s.licence()))
	ticket := s.ticket()
	ticket.Service = activation.Demo
	found, err := s.client.Lookup(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	want := seller.Service{
		Origin: activation.Demo, Name: "Zertifikatsladen", Homepage: "https://shop.example.ch/", Endpoint: s.origin + "/v1/",
		Support: []seller.Support{{Languages: []string{"de", "en"}, Phone: "+41441234567"}},
	}
	if diff := cmp.Diff(want, found.Service); diff != "" {
		t.Error(diff)
	}
}
