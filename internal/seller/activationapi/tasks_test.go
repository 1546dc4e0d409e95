package activationapi

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/wire"
)

func (s *service) seen() seller.Receipt {
	r := s.receipt()
	r.State = json.RawMessage(`{"etag":"\"v0\""}`)
	return r
}

// changed answers a call on the order, and checks its headers and body.
func (s *service) changed(body string) http.HandlerFunc {
	return s.authorized(testToken, func(w http.ResponseWriter, r *http.Request) {
		got, err := io.ReadAll(r.Body)
		if err != nil || string(got) != body {
			s.t.Errorf("body %q, %v", got, err)
		}
		if r.Header.Get("If-Match") != `"v0"` || r.Header.Get("Idempotency-Key") != `"`+testKey+`"` {
			s.t.Errorf("headers %v", r.Header)
		}
		s.order(w, 200, func(o *wire.Order) { o.State = wire.OrderStateIssued })
	})
}

func TestTasks(t *testing.T) {
	s := serve(t)
	s.mux.HandleFunc("POST /v1/orders/ord_1/tasks/t1/check", s.changed(""))
	s.mux.HandleFunc("POST /v1/orders/ord_1/tasks/t1/resend", s.changed("{}"))
	s.mux.HandleFunc("POST /v1/orders/ord_1/tasks/t2/resend", s.changed(`{"email":"b@example.ch"}`))
	s.mux.HandleFunc("POST /v1/orders/ord_1/tasks/t1/choose", s.changed(`{"method":"http_file"}`))
	s.mux.HandleFunc("POST /v1/orders/ord_1/cancel", s.changed(""))
	ctx := t.Context()
	for name, call := range map[string]func() (order.Snapshot, seller.Receipt, error){
		"check": func() (order.Snapshot, seller.Receipt, error) {
			return s.client.Check(ctx, s.seen(), token(), "t1", testKey)
		},
		"resend": func() (order.Snapshot, seller.Receipt, error) {
			return s.client.Resend(ctx, s.seen(), token(), "t1", "", testKey)
		},
		"resend elsewhere": func() (order.Snapshot, seller.Receipt, error) {
			return s.client.Resend(ctx, s.seen(), token(), "t2", "b@example.ch", testKey)
		},
		"choose": func() (order.Snapshot, seller.Receipt, error) {
			return s.client.Choose(ctx, s.seen(), token(), "t1", "http_file", testKey)
		},
		"cancel": func() (order.Snapshot, seller.Receipt, error) {
			return s.client.Cancel(ctx, s.seen(), token(), testKey)
		},
	} {
		got, r, err := call()
		if err != nil || got.State != order.Issued || etag(r) != orderETag {
			t.Errorf("%s: %s, %s, %v", name, got.State, r.State, err)
		}
	}
}

// TestWhatWasNotSeenIsLookedAtFirst: the order's ETag comes from a look of its own.
func TestWhatWasNotSeenIsLookedAtFirst(t *testing.T) {
	s := serve(t)
	s.mux.HandleFunc("GET /v1/orders/ord_1", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"v0"`)
		s.json(w, 200, testOrder())
	})
	s.mux.HandleFunc("POST /v1/orders/ord_1/cancel", s.changed(""))
	if _, _, err := s.client.Cancel(t.Context(), s.receipt(), token(), testKey); err != nil {
		t.Fatal(err)
	}
}

func TestChangedElsewhere(t *testing.T) {
	for name, with := range map[string]bool{"with the order": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			s.mux.HandleFunc("POST /v1/orders/ord_1/tasks/t1/check", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("ETag", orderETag)
				s.problem(w, 412, wire.ProblemTypeChangedElsewhere, func(p *wire.Problem) {
					if with {
						o := testOrder()
						p.Order = &o
					}
				})
			})
			got, r, err := s.client.Check(t.Context(), s.seen(), token(), "t1", testKey)
			s.wantFault(err, fault.ChangedElsewhere)
			if with && (got.State != order.WaitingCustomer || etag(r) != orderETag) {
				t.Errorf("%+v, %s", got, r.State)
			}
			if !with {
				if diff := cmp.Diff(s.seen(), r); diff != "" || got.ID != "" {
					t.Error(got.ID, diff)
				}
			}
		})
	}
}

func TestTaskFailures(t *testing.T) {
	s := serve(t)
	s.mux.HandleFunc("POST /v1/orders/ord_1/tasks/{task}/check", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("task") == "done" {
			s.problem(w, 409, wire.ProblemTypeTaskState)
			return
		}
		s.problem(w, 404, wire.ProblemTypeNotFound)
	})
	for task, want := range map[string]fault.Code{
		"done": fault.TaskState, "gone": fault.NotFound, "": fault.NotFound, "..": fault.NotFound,
	} {
		key := map[string]string{"done": testKey}[task]
		if key == "" {
			key = "1" + testKey[1:]
		}
		_, _, err := s.client.Check(t.Context(), s.seen(), token(), task, key)
		s.wantFault(err, want)
	}
	_, _, err := s.client.Check(t.Context(), s.seen(), token(), "done", "no uuid")
	s.wantFault(err, fault.Unexpected)
}
