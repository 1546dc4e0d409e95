package activationapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

const (
	testCode  = "CODE-canary-7hJq2vXw9kLmN4pR"
	testToken = "dG9rZW4tY2FuYXJ5LTAxMjM0NTY3ODktYWJjZGVmZ2g" // 32 bytes in base64url
	testKey   = "0b9f3a64-1f0e-4d9a-8f4e-0d6f5b2c7a11"
	orderID   = "ord_1"
	orderETag = `"v1"`
)

var now = time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)

// service is a service that a test writes, on a real socket.
type service struct {
	t      *testing.T
	mux    *http.ServeMux
	origin string
	client *Client

	introduce http.HandlerFunc // what discovery answers

	mu     sync.Mutex
	asked  []string        // "METHOD /path"
	waited []time.Duration // by Submit
}

// serve starts a service that has nothing but its introduction. Every message is checked against the contract,
// unless opts say otherwise.
func serve(t *testing.T, opts ...contract.Option) *service {
	t.Helper()
	s := &service{t: t, mux: http.NewServeMux()}
	checked := contract.New(t, opts...).Wrap(s.mux)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Method+" "+r.URL.Path)
		s.mu.Unlock()
		checked.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.origin = server.URL
	s.client = New(Options{
		HTTP: httpclient.NewSeller(httpclient.Options{
			UserAgent: "Certdesk/test",
			Now:       func() time.Time { return now },
			Sleep:     func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		}),
		Resolve: func(_ context.Context, service string) (string, error) {
			if service == activation.Demo {
				return s.origin, nil
			}
			return service, nil
		},
		Now: func() time.Time { return now },
		Wait: func(ctx context.Context, d time.Duration) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.waited = append(s.waited, d)
			return ctx.Err()
		},
		Language: func() string { return "de" },
	})
	s.introduce = func(w http.ResponseWriter, _ *http.Request) { s.json(w, http.StatusOK, s.introduction()) }
	s.mux.HandleFunc("GET "+wellKnown, func(w http.ResponseWriter, r *http.Request) { s.introduce(w, r) })
	return s
}

func (s *service) introduction() wire.Discovery {
	homepage, phone := "https://shop.example.ch/", "+41441234567"
	return wire.Discovery{
		APIVersion: 1, Endpoint: s.origin + "/v1/",
		Service: wire.ServiceInfo{
			Name: "Zertifikatsladen", Homepage: &homepage,
			Support: []wire.Support{{Languages: []string{"de", "en"}, Phone: &phone}},
		},
	}
}

func (s *service) json(w http.ResponseWriter, status int, body any) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		s.t.Error(err)
	}
}

func (s *service) problem(w http.ResponseWriter, status int, kind wire.ProblemType, change ...func(*wire.Problem)) {
	p := wire.Problem{Type: kind, Title: "No", Status: status}
	for _, c := range change {
		c(&p)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	s.json(w, status, p)
}

// order answers with an order and its ETag.
func (s *service) order(w http.ResponseWriter, status int, change ...func(*wire.Order)) {
	o := testOrder()
	for _, c := range change {
		c(&o)
	}
	w.Header().Set("ETag", orderETag)
	s.json(w, status, o)
}

func testProduct() wire.Product {
	months := 12
	return wire.Product{
		ID: "mail", Name: "Demo Silver", Type: wire.ProductTypeSMIME, Term: wire.TermLength{Months: &months},
		Names:    wire.NameRules{Kinds: []string{wire.NameKindEmail}, Min: 1, Max: 1},
		Expected: wire.ExpectedTime{MinMinutes: 1, MaxMinutes: 10},
	}
}

func testOrder() wire.Order {
	return wire.Order{
		ID: orderID, Reference: "R-1", State: wire.OrderStateWaitingCustomer, Product: testProduct(),
		Names: []wire.Name{{Type: wire.NameKindEmail, Value: "anna@example.ch"}},
	}
}

// authorized lets only requests with this credential through.
func (s *service) authorized(credential string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+credential {
			s.t.Errorf("%s %s came with another credential", r.Method, r.URL.Path)
		}
		if got := r.Header.Get("Accept-Language"); got != "de" {
			s.t.Errorf("Accept-Language is %q", got)
		}
		next(w, r)
	}
}

func (s *service) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *service) ticket() activation.Ticket {
	return activation.Ticket{Service: s.origin, Code: secret.FromString(testCode)}
}

func (s *service) receipt() seller.Receipt { return seller.Receipt{Service: s.origin, ID: orderID} }

func token() secret.Value { return secret.FromString(testToken) }

// wantFault checks the code, that the host is said, and that nothing secret and no address is.
func (s *service) wantFault(err error, code fault.Code) {
	s.t.Helper()
	if err == nil || !fault.Is(err, code) {
		s.t.Fatalf("want fault %s, got %v", code, err)
	}
	f := fault.Of(err)
	if h, _ := f.Args["host"].(string); h == "" {
		s.t.Errorf("fault %s does not say the host: %v", code, f.Args)
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, hidden := range []string{testCode, testToken, s.origin + "/"} {
			if strings.Contains(e.Error(), hidden) {
				s.t.Errorf("fault %s says %q", code, hidden)
			}
		}
	}
}

// Answers of services that are broken, or of something in between.
func html(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<!DOCTYPE html><p>Sign in to the network</p>")
	}
}

func says(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// cut breaks the connection in the middle of the answer.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"id":`)
	panic(http.ErrAbortHandler)
}

// hang answers when the client has given up.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}
