package activationapi

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

const testBody = `{"order_token_sha256":"00000000000000000000000000000000000000000000000000000000000000aa",` +
	`"names":[{"type":"email","value":"anna@example.ch"}],"language":"de"}`

func (s *service) submission() order.Submission {
	return order.Submission{
		Service: s.origin, IdempotencyKey: testKey, Body: []byte(testBody),
		Code: secret.FromString(testCode), Token: token(),
	}
}

func keepNothing(seller.Receipt) error { return nil }

// accept makes an order of an application, which it sends on.
func (s *service) accept(got chan<- wire.Application) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var a wire.Application
		if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
			s.t.Error(err)
		}
		got <- a
		w.Header().Set("Retry-After", "120")
		s.order(w, http.StatusCreated)
	}
}

func TestSubmit(t *testing.T) {
	s := serve(t)
	s.mux.HandleFunc("POST /v1/orders", s.authorized(testCode, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != testBody {
			t.Errorf("body %q, %v", body, err)
		}
		if key := r.Header.Get("Idempotency-Key"); key != `"`+testKey+`"` {
			t.Errorf("key %s", key)
		}
		w.Header().Set("Retry-After", "120")
		s.order(w, http.StatusCreated)
	}))
	var kept []seller.Receipt
	snapshot, got, err := s.client.Submit(t.Context(), s.submission(), func(r seller.Receipt) error {
		kept = append(kept, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := seller.Receipt{Service: s.origin, ID: orderID, NextPoll: now.Add(2 * time.Minute)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]seller.Receipt{want}, kept); diff != "" {
		t.Error(diff)
	}
	if snapshot.ID != orderID || snapshot.State != order.WaitingCustomer || len(snapshot.Names) != 1 || snapshot.ETag != "" {
		t.Errorf("the order in the answer: %+v", snapshot)
	}
}

func TestSubmitSaysWhenNothingWasKept(t *testing.T) {
	s := serve(t)
	s.mux.HandleFunc("POST /v1/orders", s.accept(make(chan wire.Application, 1)))
	full := errors.New("disk full")
	_, r, err := s.client.Submit(t.Context(), s.submission(), func(seller.Receipt) error { return full })
	if !errors.Is(err, full) || r.ID != orderID {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestSubmitAfterALostAnswer: the order is made, the answer breaks off, the same bytes and key bring it.
func TestSubmitAfterALostAnswer(t *testing.T) {
	s := serve(t)
	var tries atomic.Int32
	s.mux.HandleFunc("POST /v1/orders", func(w http.ResponseWriter, _ *http.Request) {
		if tries.Add(1) < 3 {
			panic(http.ErrAbortHandler)
		}
		s.order(w, http.StatusCreated)
	})
	_, r, err := s.client.Submit(t.Context(), s.submission(), keepNothing)
	if err != nil || r.ID != orderID {
		t.Errorf("%+v after %d tries: %v", r, tries.Load(), err)
	}
}

func TestSubmitGivesUpForNow(t *testing.T) {
	s := serve(t)
	s.mux.HandleFunc("POST /v1/orders", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, _, err := s.client.Submit(t.Context(), s.submission(), keepNothing)
	s.wantFault(err, fault.ServiceCut)
	s.wantOpen(err)
	if len(s.waited) != maxTries-1 { // net/http may have repeated on its own, on a connection that was kept open
		t.Errorf("waited %v", s.waited)
	}
}

// wantOpen checks that an error leaves the submission open for a repeat.
func (s *service) wantOpen(err error) {
	s.t.Helper()
	var refusal *seller.Refusal
	if errors.As(err, &refusal) {
		s.t.Errorf("%v is a refusal", err)
	}
}

// wantRefusal checks that an error ends the submission, and gives what it says of the fields.
func (s *service) wantRefusal(err error, code fault.Code) []seller.FieldProblem {
	s.t.Helper()
	s.wantFault(err, code)
	var refusal *seller.Refusal
	if !errors.As(err, &refusal) {
		s.t.Fatalf("%v is no refusal", err)
	}
	return refusal.Fields
}

func TestSubmitWaitsForItself(t *testing.T) {
	for name, tc := range map[string]struct {
		after []string // Retry-After of each answer that is still in progress
		waits []time.Duration
		want  fault.Code
	}{
		"once":        {[]string{"2"}, []time.Duration{2 * time.Second}, ""},
		"twice":       {[]string{"1", "3"}, []time.Duration{time.Second, 3 * time.Second}, ""},
		"for ever":    {[]string{"1", "1", "1"}, []time.Duration{time.Second, time.Second}, fault.ServiceBusy},
		"very long":   {[]string{"86400"}, []time.Duration{maxPatient}, ""},
		"unspecified": {[]string{""}, []time.Duration{time.Second}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, contract.BadAnswers()) // for the answer without Retry-After
			var tries atomic.Int32
			s.mux.HandleFunc("POST /v1/orders", func(w http.ResponseWriter, _ *http.Request) {
				try := int(tries.Add(1))
				if try > len(tc.after) {
					s.order(w, http.StatusCreated)
					return
				}
				if v := tc.after[try-1]; v != "" {
					w.Header().Set("Retry-After", v)
				}
				s.problem(w, http.StatusConflict, wire.ProblemTypeRequestInProgress)
			})
			_, r, err := s.client.Submit(t.Context(), s.submission(), keepNothing)
			if tc.want == "" && (err != nil || r.ID != orderID) {
				t.Errorf("%+v, %v", r, err)
			}
			if tc.want != "" {
				s.wantFault(err, tc.want)
				s.wantOpen(err)
			}
			if diff := cmp.Diff(tc.waits, s.waited); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSubmitRefused(t *testing.T) {
	for kind, tc := range map[wire.ProblemType]struct {
		status int
		want   fault.Code
	}{
		wire.ProblemTypeFieldInvalid:        {422, fault.FieldInvalid},
		wire.ProblemTypeNamesNotAllowed:     {422, fault.NamesNotAllowed},
		wire.ProblemTypeApproverNotAllowed:  {422, fault.FieldInvalid},
		wire.ProblemTypeCSRUnreadable:       {422, fault.RequestUnreadable},
		wire.ProblemTypeKeyWeak:             {422, fault.KeyWeak},
		wire.ProblemTypeKeyForbidden:        {422, fault.KeyForbidden},
		wire.ProblemTypeIdempotencyMismatch: {422, fault.IdempotencyMismatch},
		wire.ProblemTypeLicenceState:        {409, fault.LicenceState},
		wire.ProblemTypeCodeExpired:         {409, fault.CodeExpired},
		wire.ProblemTypeCodeUsed:            {409, fault.CodeUsed},
		wire.ProblemTypePaymentOutstanding:  {409, fault.PaymentOutstanding},
		wire.ProblemTypeTooLarge:            {413, fault.TooLarge},
		"tag:certdesk.io,2026:problem/new":  {400, fault.Refused},
	} {
		t.Run(string(kind), func(t *testing.T) {
			s := serve(t)
			s.mux.HandleFunc("POST /v1/orders", func(w http.ResponseWriter, _ *http.Request) {
				s.problem(w, tc.status, kind, func(p *wire.Problem) {
					p.SupportID = ptr("S-1")
					p.Errors = []wire.FieldProblem{
						{Pointer: "/names/0/value", Code: wire.FieldProblemCodeNotAllowed, Detail: ptr("no\u202e")},
					}
				})
			})
			_, _, err := s.client.Submit(t.Context(), s.submission(), keepNothing)
			got := s.wantRefusal(err, tc.want)
			want := []seller.FieldProblem{{Pointer: "/names/0/value", Code: "not_allowed", Detail: "no[U+202E]"}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if id := fault.Of(err).SupportID; id != "S-1" {
				t.Errorf("support id %q", id)
			}
		})
	}
}

// TestSubmitStaysOpen: what is no final answer of the service itself leaves the submission to be repeated.
func TestSubmitStaysOpen(t *testing.T) {
	for name, tc := range map[string]struct {
		answer func(*service) http.HandlerFunc
		want   fault.Code
	}{
		"code unknown": {func(s *service) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { s.problem(w, 401, wire.ProblemTypeCodeUnknown) }
		}, fault.CodeUnknown},
		"rate limited": {func(s *service) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { s.problem(w, 429, wire.ProblemTypeRateLimited) }
		}, fault.ServiceBusy},
		"unavailable": {func(s *service) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { s.problem(w, 503, wire.ProblemTypeUnavailable) }
		}, fault.ServiceDown},
		"forbidden": {func(s *service) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { s.problem(w, 403, "about:blank") }
		}, fault.Unauthorized},
		"order without id": {func(s *service) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { s.order(w, 201, func(o *wire.Order) { o.ID = ".." }) }
		}, fault.ServiceBroken},
		"HTML 404":        {func(*service) http.HandlerFunc { return html(404) }, fault.ServiceHTML},
		"HTML 422":        {func(*service) http.HandlerFunc { return html(422) }, fault.ServiceHTML},
		"HTML 409":        {func(*service) http.HandlerFunc { return html(409) }, fault.ServiceHTML},
		"HTML 200":        {func(*service) http.HandlerFunc { return html(200) }, fault.ServiceHTML},
		"JSON 422":        {func(*service) http.HandlerFunc { return says(422, "application/json", "{}") }, fault.ServiceBroken},
		"JSON of another": {func(*service) http.HandlerFunc { return says(201, "application/json", `{"ok":1}`) }, fault.ServiceBroken},
		"redirect":        {func(*service) http.HandlerFunc { return redirect("/v1/orders/") }, fault.ServiceRedirect},
		"oversize": {func(*service) http.HandlerFunc {
			return says(201, "application/json", strings.Repeat(" ", 1<<20+1))
		}, fault.ServiceOversize},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, contract.BadAnswers())
			s.mux.HandleFunc("POST /v1/orders", tc.answer(s))
			_, _, err := s.client.Submit(t.Context(), s.submission(), func(seller.Receipt) error {
				t.Error("a receipt was kept")
				return nil
			})
			s.wantFault(err, tc.want)
			s.wantOpen(err)
		})
	}
}

// TestSubmitFindsItsOwnOrder: the code is used, and by us: the receipt was lost with this computer's database.
func TestSubmitFindsItsOwnOrder(t *testing.T) {
	for name, tc := range map[string]struct {
		answer func(*service) http.HandlerFunc
		want   fault.Code
		final  bool
	}{
		"ours": {func(s *service) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { s.order(w, 200) }
		}, "", false},
		"somebody else's": {func(s *service) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { s.problem(w, 404, wire.ProblemTypeNotFound) }
		}, fault.CodeUsed, true},
		"not a token there": {func(s *service) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { s.problem(w, 401, wire.ProblemTypeUnauthorized) }
		}, fault.CodeUsed, true},
		"not known just now": {func(s *service) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { s.problem(w, 503, wire.ProblemTypeUnavailable) }
		}, fault.ServiceDown, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			s.mux.HandleFunc("POST /v1/orders", func(w http.ResponseWriter, _ *http.Request) {
				s.problem(w, 409, wire.ProblemTypeCodeUsed, func(p *wire.Problem) { p.OrderID = ptr(orderID) })
			})
			s.mux.HandleFunc("GET /v1/orders/"+orderID, s.authorized(testToken, tc.answer(s)))
			snapshot, r, err := s.client.Submit(t.Context(), s.submission(), keepNothing)
			switch {
			case tc.want == "":
				if err != nil || r.ID != orderID || r.Service != s.origin || r.State != nil || snapshot.ID != orderID {
					t.Errorf("%+v, %+v, %v", snapshot, r, err)
				}
			case tc.final:
				s.wantRefusal(err, tc.want)
			default:
				s.wantFault(err, tc.want)
				s.wantOpen(err)
			}
		})
	}
}

func TestSubmitOfAnotherServiceSendsNothing(t *testing.T) {
	s := serve(t, contract.BadAnswers())
	s.introduce = func(w http.ResponseWriter, _ *http.Request) {
		d := s.introduction()
		d.Endpoint = "https://evil.example/"
		s.json(w, 200, d)
	}
	_, _, err := s.client.Submit(t.Context(), s.submission(), keepNothing)
	s.wantFault(err, fault.ServiceElsewhere)
	if !slices.Equal(s.requests(), []string{"GET " + wellKnown}) {
		t.Errorf("asked %q", s.requests())
	}
}
