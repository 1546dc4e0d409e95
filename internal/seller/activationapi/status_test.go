package activationapi

import (
	"encoding/json"
	"errors"
	"net/http"
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

const someHash = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func (s *service) status(h http.HandlerFunc) (order.Snapshot, seller.Receipt, error) {
	s.mux.HandleFunc("GET /v1/orders/"+orderID, s.authorized(testToken, h))
	return s.client.Status(s.t.Context(), s.receipt(), token())
}

var anHourAgo = now.Add(-time.Hour)

// fullOrder says everything that an order can say, and some that it must not.
func fullOrder(o *wire.Order) {
	o.StateReason = ptr("because")
	o.Term = wire.Term{From: ptr("2026-11-23"), Until: ptr("2027-11-22")}
	o.Expected = &wire.ExpectedIssue{Earliest: &anHourAgo, Latest: &now}
	o.Renewal = &wire.RenewalInfo{OfferURL: ptr("https://shop.example.ch/renew")}
	o.Reissue = wire.ReissueInfo{Allowed: true, Left: ptr(3), FreeUntil: &now, NamesFixed: ptr(true)}
	o.Editable = []wire.Editable{{Field: wire.EditableFieldComment, When: wire.EditableWhenNow}}
	o.Tasks = []wire.Task{{
		ID: "t1", Kind: wire.TaskKindProveName, Target: ptr("example.ch"), Covers: []string{"example.ch"},
		Accepts: ptr(wire.TaskAcceptsParent), State: wire.TaskStateOpen, Expires: &now,
		Method: ptr(wire.ProofMethodDNSTXT), Methods: []string{wire.ProofMethodDNSTXT, "carrier_pigeon"},
		Instruction: &wire.Instruction{
			Type: wire.InstructionTypeDNS, RecordType: ptr("TXT"), RecordName: ptr("_x.example.ch"),
			RecordValue: ptr("abc=  d"), TTL: ptr(300), URL: ptr("http://example.ch/.well-known/x"), Body: ptr("a\nb\n"),
			Email: ptr("a@example.ch"), SentAt: &anHourAgo, Allowed: []string{"b@example.ch"}, Form: ptr("f"),
			Send: ptr("post"), Address: &wire.Address{Lines: []string{"Weg 1"}, Locality: "Bern", Country: "CH"},
			Phone: ptr("+41"), Hours: ptr("9-17"), ActionURL: ptr("http://elsewhere.example/"),
		},
		LastResult: &wire.TaskResult{At: anHourAgo, Code: wire.TaskResultCodeNotFound, Detail: ptr("no record")},
	}}
	o.Messages = []wire.Message{{ID: "m", At: anHourAgo, From: "CA", Subject: "Hi\nthere", Text: "one\r\n\ttwo\u200b\n"}}
	o.Timeline = []wire.TimelineEntry{{At: anHourAgo, Event: wire.TimelineEventReceived, By: wire.PartyCustomer}}
	o.Certificates = []wire.CertificateInfo{{
		SHA256: someHash, Serial: "0a", NotBefore: anHourAgo, NotAfter: now, SPKISHA256: someHash,
		State: wire.CertificateStateCurrent, Revocation: &wire.Revocation{State: wire.RevocationStateRevoked, At: &now},
	}}
}

func wantSnapshot() order.Snapshot {
	date := now.Add(-time.Minute)
	return order.Snapshot{
		ID: orderID, Reference: "R-1", State: order.WaitingCustomer, StateReason: "because",
		Names: []order.Name{{Type: "email", Value: "anna@example.ch"}}, TermFrom: "2026-11-23", TermUntil: "2027-11-22",
		Earliest: &anHourAgo, Latest: &now, OfferURL: "https://shop.example.ch/renew",
		Reissue:  order.Reissue{Allowed: true, Left: ptr(3), FreeUntil: &now, NamesFixed: true},
		Editable: []order.Editable{{Field: "comment", When: "now"}},
		Tasks: []order.Task{{
			ID: "t1", Kind: order.ProveName, Target: "example.ch", Covers: []string{"example.ch"}, Accepts: "parent",
			State: order.TaskOpen, Expires: &now, Method: "dns_txt", Methods: []string{"dns_txt", "carrier_pigeon"},
			Instruction: order.Instruction{
				Type: "dns", RecordType: "TXT", RecordName: "_x.example.ch", RecordValue: "abc= d", TTL: 300,
				URL: "http://example.ch/.well-known/x", Body: "a\nb\n", Email: "a@example.ch", SentAt: &anHourAgo,
				Allowed: []string{"b@example.ch"}, Form: "f", Send: "post",
				Address: &order.Address{Lines: []string{"Weg 1"}, Locality: "Bern", Country: "CH"}, Phone: "+41", Hours: "9-17",
			},
			LastResult: &order.TaskResult{At: anHourAgo, Code: "not_found", Detail: "no record"},
		}},
		Messages:     []order.Message{{ID: "m", At: anHourAgo, From: "CA", Subject: "Hi there", Text: "one\ntwo[U+200B]"}},
		Timeline:     []order.Event{{At: anHourAgo, Event: "received", By: "customer"}},
		Certificates: []order.Certificate{{SHA256: someHash, Serial: "0a", NotBefore: anHourAgo, NotAfter: now, SPKISHA256: someHash, State: "current", RevokedAt: &now}},
		ServerDate:   &date, ETag: orderETag,
	}
}

func TestStatus(t *testing.T) {
	s := serve(t)
	got, receipt, err := s.status(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", "Mon, 23 Nov 2026 13:59:00 GMT")
		w.Header().Set("Retry-After", "30")
		s.order(w, 200, fullOrder)
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantSnapshot(), got); diff != "" {
		t.Error(diff)
	}
	wantReceipt := seller.Receipt{
		Service: s.origin, ID: orderID, State: json.RawMessage(`{"etag":"\"v1\""}`), NextPoll: now.Add(30 * time.Second),
	}
	if diff := cmp.Diff(wantReceipt, receipt); diff != "" {
		t.Error(diff)
	}
}

// TestStatusOfTomorrow: what is not known yet is kept, and nothing else suffers.
func TestStatusOfTomorrow(t *testing.T) {
	s := serve(t)
	got, _, err := s.status(func(w http.ResponseWriter, _ *http.Request) {
		s.order(w, 200, func(o *wire.Order) {
			o.State = "hibernating"
			o.Tasks = []wire.Task{{ID: "t", Kind: "dance", State: "rehearsed", Instruction: &wire.Instruction{Type: "hologram"}}}
			o.Certificates = []wire.CertificateInfo{{SHA256: someHash, Serial: "0a", SPKISHA256: someHash, State: "spare"}}
			o.Timeline = []wire.TimelineEntry{{At: now, Event: "yawned", By: "robot"}}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.State != "hibernating" || got.Tasks[0].Kind != "dance" || got.Tasks[0].State != "rehearsed" ||
		got.Tasks[0].Instruction.Type != "hologram" || got.Certificates[0].State != "spare" || got.Timeline[0].Event != "yawned" {
		t.Errorf("got %+v", got)
	}
}

func TestStatusUnchanged(t *testing.T) {
	s := serve(t)
	var looks atomic.Int32
	_, receipt, err := s.status(func(w http.ResponseWriter, r *http.Request) {
		if looks.Add(1) == 1 {
			if r.Header.Get("If-None-Match") != "" {
				t.Error("the first look is conditional")
			}
			s.order(w, 200)
			return
		}
		if r.Header.Get("If-None-Match") != orderETag {
			t.Errorf("If-None-Match %q", r.Header.Get("If-None-Match"))
		}
		w.Header().Set("ETag", orderETag)
		w.Header().Set("Retry-After", "600")
		w.WriteHeader(http.StatusNotModified)
	})
	if err != nil {
		t.Fatal(err)
	}
	got, again, err := s.client.Status(t.Context(), receipt, token())
	if !errors.Is(err, seller.ErrUnchanged) {
		t.Fatalf("got %v", err)
	}
	receipt.NextPoll = now.Add(10 * time.Minute)
	if diff := cmp.Diff(receipt, again); diff != "" || got.ID != "" {
		t.Error(got.ID, diff)
	}
}

func TestThePollFloor(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"":                              defaultPoll,
		"0":                             minPoll,
		"1":                             minPoll,
		"5":                             5 * time.Second,
		"3600":                          time.Hour,
		"604800":                        maxPoll,
		"604801":                        maxPoll,
		"99999999999999999999999":       maxPoll,
		"-5":                            defaultPoll,
		"soon":                          defaultPoll,
		"Mon, 23 Nov 2026 15:00:00 GMT": time.Hour,
		"Mon, 23 Nov 2020 15:00:00 GMT": minPoll,
		"Mon, 23 Nov 2099 15:00:00 GMT": maxPoll,
	} {
		s := serve(t, contract.BadAnswers())
		_, receipt, err := s.status(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
			w.Header().Set("Retry-After", value)
			s.order(w, 200)
		})
		if err != nil || !receipt.NextPoll.Equal(now.Add(want)) {
			t.Errorf("%q: %s, %v", value, receipt.NextPoll.Sub(now), err)
		}
	}
}

func TestStatusFailures(t *testing.T) {
	for name, tc := range map[string]struct {
		answer func(*service, http.ResponseWriter)
		want   fault.Code
		poll   time.Duration
	}{
		"not found": {func(s *service, w http.ResponseWriter) {
			s.problem(w, 404, wire.ProblemTypeNotFound)
		}, fault.NotFound, 0},
		"token refused": {func(s *service, w http.ResponseWriter) {
			s.problem(w, 401, wire.ProblemTypeUnauthorized)
		}, fault.Unauthorized, 0},
		"busy": {func(s *service, w http.ResponseWriter) {
			w.Header().Set("Retry-After", "900")
			s.problem(w, 429, wire.ProblemTypeRateLimited)
		}, fault.ServiceBusy, 15 * time.Minute},
		"down": {func(s *service, w http.ResponseWriter) {
			w.Header().Set("Retry-After", "1000")
			s.problem(w, 503, wire.ProblemTypeUnavailable)
		}, fault.ServiceDown, 1000 * time.Second},
		"another order": {func(s *service, w http.ResponseWriter) {
			s.order(w, 200, func(o *wire.Order) { o.ID = "ord_2" })
		}, fault.ServiceBroken, 0},
		"no state": {func(s *service, w http.ResponseWriter) {
			s.order(w, 200, func(o *wire.Order) { o.State = "" })
		}, fault.ServiceBroken, 0},
		"not modified, unasked": {func(_ *service, w http.ResponseWriter) {
			w.WriteHeader(304)
		}, fault.ServiceBroken, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, contract.BadAnswers())
			_, receipt, err := s.status(func(w http.ResponseWriter, _ *http.Request) { tc.answer(s, w) })
			s.wantFault(err, tc.want)
			want := s.receipt()
			if tc.poll > 0 {
				want.NextPoll = now.Add(tc.poll)
			}
			if diff := cmp.Diff(want, receipt); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWeakETagsAreNotKept: If-Match compares strongly (RFC 9110, 13.1.1), so a weak one could never match.
func TestWeakETagsAreNotKept(t *testing.T) {
	for _, tag := range []string{`W/"v1"`, `v1`, `""`, "\"a b\"", `"v1", "v2"`} {
		s := serve(t, contract.BadAnswers())
		_, receipt, err := s.status(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", tag)
			s.json(w, 200, testOrder())
		})
		if err != nil || receipt.State != nil {
			t.Errorf("%s: %s, %v", tag, receipt.State, err)
		}
	}
}

// TestHashesThatNothingIsFetchedBy: a certificate is asked for by its hash, which is a segment of a path.
func TestHashesThatNothingIsFetchedBy(t *testing.T) {
	s := serve(t, contract.BadAnswers())
	got, _, err := s.status(func(w http.ResponseWriter, _ *http.Request) {
		s.order(w, 200, func(o *wire.Order) {
			o.Certificates = []wire.CertificateInfo{{SHA256: "../../licence"}, {SHA256: strings.ToUpper(someHash)}, {SHA256: someHash}}
		})
	})
	if err != nil || len(got.Certificates) != 1 || got.Certificates[0].SHA256 != someHash {
		t.Errorf("%+v, %v", got.Certificates, err)
	}
}

func TestTokensThatCannotBeAreNotSent(t *testing.T) {
	s := serve(t)
	for _, token := range []string{"", "two words", "line\r\nX-More: header", "ümlaut", "=pad"} {
		_, _, err := s.client.Status(t.Context(), s.receipt(), secret.FromString(token))
		s.wantFault(err, fault.CodeMalformed)
	}
	if len(s.requests()) != 1 {
		t.Errorf("asked %q", s.requests())
	}
}

func TestReceiptsThatCannotBeAskedFor(t *testing.T) {
	s := serve(t)
	for _, id := range []string{"", ".", ".."} {
		r := s.receipt()
		r.ID = id
		_, _, err := s.client.Status(t.Context(), r, token())
		s.wantFault(err, fault.NotFound)
	}
	if len(s.requests()) != 1 {
		t.Errorf("asked %q", s.requests())
	}
}

// TestIDsAreEscaped: an id is one segment of the path, whatever is in it.
func TestIDsAreEscaped(t *testing.T) {
	s := serve(t, contract.BadAnswers())
	const odd = "..%2f?c#d e%ü"
	s.mux.HandleFunc("GET /v1/orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		s.order(w, 200, func(o *wire.Order) { o.ID = r.PathValue("id") })
	})
	r := s.receipt()
	r.ID = odd
	got, _, err := s.client.Status(t.Context(), r, token())
	if err != nil || got.ID != odd {
		t.Errorf("%q, %v", got.ID, err)
	}
}
