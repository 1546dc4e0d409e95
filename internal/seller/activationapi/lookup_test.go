package activationapi

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/activation"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

func testLicence() wire.Licence {
	return wire.Licence{
		ID: "lic_1", State: wire.LicenceStateValid, Product: testProduct(), Seller: wire.SellerInfo{Name: "Laden"},
	}
}

func (s *service) licence(change ...func(*wire.Licence)) http.HandlerFunc {
	l := testLicence()
	for _, c := range change {
		c(&l)
	}
	return func(w http.ResponseWriter, _ *http.Request) { s.json(w, 200, l) }
}

func ptr[T any](v T) *T { return &v }

var expires = now.Add(48 * time.Hour)

// fullLicence says everything that a licence can say, and some that it must not.
func fullLicence(origin string) func(*wire.Licence) {
	return func(l *wire.Licence) {
		l.State = wire.LicenceStateDelegated
		l.StateNote = ptr("a***@example.ch,\n 3. November")
		l.Purchase = &wire.Purchase{Reference: ptr("B-77"), Date: ptr("2026-11-01"), Quantity: ptr(2), Comment: ptr("a\u202eb")}
		l.Paid = &wire.Paid{Amount: "29.00", Currency: "CHF", Description: ptr("incl. VAT")}
		l.ShopURL = ptr("https://shop.example.ch/orders/77")
		l.ActivationExpires = &expires
		l.OrderID = ptr("ord_9")
		l.RevocationCode = ptr(true)
		l.Terms = []wire.Terms{
			{ID: "t1", Title: "Subscriber agreement", URL: "https://ca.example.com/sa.pdf", Version: ptr("3")},
			{ID: "t2", Title: "Sly", URL: "javascript:alert(1)"},
			{ID: "t2", Title: "Sly", URL: "https://ca.example.com@evil.example/"},
			{ID: "t2", Title: "Sly", URL: "http://ca.example.com/"},
			{ID: "t3", Title: "Here", URL: origin + "/terms"},
		}
		l.Product.Validation = ptr(wire.ValidationMailbox)
		l.Product.CertificateLifetimeDays = ptr(825)
		l.Product.CAAIdentities = []string{"ca.example.com"}
		l.Product.SubjectFields = []wire.SubjectField{{Field: "given_name", Required: wire.NeedNo, Max: ptr(64)}}
		l.Product.Contacts = []string{wire.ContactRoleAdministrative}
		l.Product.Keys = []wire.KeyRule{{Algorithm: wire.KeyAlgorithmRSA, Sizes: []int{3072, 4096}}}
		l.Product.KeyStorage = ptr(wire.KeyStorageSoftware)
		l.Product.ProofMethods = []string{wire.ProofMethodEmail}
		l.Product.Documents = []wire.DocumentRule{{Form: "order", Send: wire.SendByPost, Address: &wire.Address{
			Lines: []string{"Weg 1"}, Locality: "Bern", Country: "CH", PostalCode: ptr("3000"),
		}}}
	}
}

func wantLicence(origin string) order.Licence {
	return order.Licence{
		ID: "lic_1", State: order.LicenceDelegated, StateNote: "a***@example.ch, 3. November", SellerName: "Laden",
		Product: order.Product{
			ID: "mail", Name: "Demo Silver", Type: order.SMIME, Validation: order.ValidationMailbox, TermMonths: 12,
			CertificateLifetimeDays: 825, CAAIdentities: []string{"ca.example.com"},
			Names:         order.NameRules{Kinds: []string{"email"}, Min: 1, Max: 1},
			SubjectFields: []order.SubjectField{{Field: "given_name", Required: order.NeedNo, Max: 64}},
			Contacts:      []string{"administrative"},
			Keys:          []order.KeyRule{{Algorithm: "rsa", Sizes: []int{3072, 4096}}},
			KeyStorage:    "software", ProofMethods: []string{"email"},
			Documents: []order.DocumentRule{{Form: "order", Send: "post", Address: &order.Address{
				Lines: []string{"Weg 1"}, Locality: "Bern", Country: "CH", PostalCode: "3000",
			}}},
			Expected: order.Expected{MinMinutes: 1, MaxMinutes: 10},
		},
		Purchase:          order.Purchase{Reference: "B-77", Date: "2026-11-01", Quantity: 2, Comment: "a[U+202E]b"},
		Paid:              &order.Paid{Amount: "29.00", Currency: "CHF", Description: "incl. VAT"},
		ShopURL:           "https://shop.example.ch/orders/77",
		ActivationExpires: &expires, OrderID: "ord_9", RevocationCode: true,
		Terms: []order.Terms{
			{ID: "t1", Title: "Subscriber agreement", URL: "https://ca.example.com/sa.pdf", Version: "3"},
			{ID: "t2", Title: "Sly"},
			{ID: "t2", Title: "Sly"},
			{ID: "t2", Title: "Sly"},
			{ID: "t3", Title: "Here", URL: origin + "/terms"},
		},
	}
}

func TestLicence(t *testing.T) {
	s := serve(t)
	s.mux.HandleFunc("GET /v1/licence", s.authorized(testCode, s.licence(fullLicence(s.origin))))
	found, err := s.client.Lookup(t.Context(), s.ticket())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantLicence(s.origin), found.Licence); diff != "" {
		t.Error(diff)
	}
}

// TestLicenceStates: a state is no failure, also one that nobody knows yet.
func TestLicenceStates(t *testing.T) {
	for _, state := range []wire.LicenceState{
		wire.LicenceStateValid, wire.LicenceStateReserved, wire.LicenceStateConsumed, wire.LicenceStatePending,
		wire.LicenceStateDelegated, wire.LicenceStateExpired, wire.LicenceStateCancelled, "frozen",
	} {
		s := serve(t)
		s.mux.HandleFunc("GET /v1/licence", s.licence(func(l *wire.Licence) { l.State = state; l.Product.Type = "timestamp" }))
		found, err := s.client.Lookup(t.Context(), s.ticket())
		if err != nil || string(found.Licence.State) != state || found.Licence.Product.Type != "timestamp" {
			t.Errorf("%s: %v, %v", state, found.Licence.State, err)
		}
	}
}

func TestLicenceFailures(t *testing.T) {
	valid := `{"id":"l","state":"valid","product":{"id":"p","name":"P","type":"smime"},"seller":{"name":"S"}`
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		want   fault.Code
	}{
		"HTML":                    {html(200), fault.ServiceHTML},
		"HTML that asks to login": {html(401), fault.ServiceHTML},
		"HTML 404":                {html(404), fault.ServiceHTML},
		"HTML 502":                {html(502), fault.ServiceDown},
		"429":                     {html(429), fault.ServiceBusy},
		"broken JSON":             {says(200, "application/json", valid), fault.ServiceBroken},
		"two kinds of value":      {says(200, "application/json", `{"id":7}`), fault.ServiceBroken},
		"a list":                  {says(200, "application/json", `[]`), fault.ServiceBroken},
		"an empty object":         {says(200, "application/json", `{}`), fault.ServiceBroken},
		"nothing":                 {says(200, "application/json", ``), fault.ServiceBroken},
		"not a time":              {says(200, "application/json", valid+`,"activation_expires":"soon"}`), fault.ServiceBroken},
		"broken problem":          {says(400, "application/problem+json", `{`), fault.ServiceBroken},
		"problem without type":    {says(400, "application/problem+json", `{}`), fault.ServiceBroken},
		"no JSON problem":         {says(400, "text/plain", `Bad request`), fault.ServiceHTML},
		"oversize":                {says(200, "application/json", valid+strings.Repeat(" ", 1<<20)+"}"), fault.ServiceOversize},
		"cut":                     {cut, fault.ServiceCut},
		"no answer":               {hang, fault.ServiceSlow},
		"redirect":                {redirect("/v1/elsewhere"), fault.ServiceRedirect},
		"redirect to a host":      {redirect("https://evil.example/"), fault.ServiceRedirect},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, contract.BadAnswers())
			s.mux.HandleFunc("GET /v1/licence", tc.answer)
			s.mux.HandleFunc("GET /v1/elsewhere", func(http.ResponseWriter, *http.Request) { t.Error("followed") })
			ctx, cancel := context.WithTimeout(t.Context(), deadline(name))
			defer cancel()
			_, err := s.client.Lookup(ctx, s.ticket())
			s.wantFault(err, tc.want)
		})
	}
}

func TestProblemsHaveTheirFaults(t *testing.T) {
	const of = "tag:certdesk.io,2026:problem/"
	for _, tc := range []struct {
		status int
		kind   string
		want   fault.Code
	}{
		{401, of + "code-unknown", fault.CodeUnknown},
		{401, of + "unauthorized", fault.Unauthorized},
		{409, of + "code-expired", fault.CodeExpired},
		{409, of + "licence-state", fault.LicenceState},
		{409, of + "payment-outstanding", fault.PaymentOutstanding},
		{409, of + "request-in-progress", fault.ServiceBusy},
		{400, of + "version-unsupported", fault.ServiceNewer},
		{404, of + "not-found", fault.NotFound},
		{429, of + "rate-limited", fault.ServiceBusy},
		{503, of + "unavailable", fault.ServiceDown},
		{500, of + "code-unknown", fault.ServiceDown},
		{404, "about:blank", fault.NotFound},
		{403, "about:blank", fault.Unauthorized},
		{409, of + "of-tomorrow", fault.Refused},
	} {
		s := serve(t)
		s.mux.HandleFunc("GET /v1/licence", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "90")
			s.problem(w, tc.status, tc.kind, func(p *wire.Problem) {
				p.Detail, p.SupportID = ptr("No\x07 such thing"), ptr("S-4711")
			})
		})
		_, err := s.client.Lookup(t.Context(), s.ticket())
		s.wantFault(err, tc.want)
		f := fault.Of(err)
		if f.Detail != "No[U+0007] such thing" || f.SupportID != "S-4711" {
			t.Errorf("%s: detail %q, support id %q", tc.kind, f.Detail, f.SupportID)
		}
		if wait, ok := f.Args["wait"]; tc.want == fault.ServiceBusy && (!ok || wait != 90*time.Second) {
			t.Errorf("%s: wait is %v", tc.kind, wait)
		}
	}
}

func TestCodesThatCannotBeAreNotSent(t *testing.T) {
	s := serve(t)
	s.introduce = func(w http.ResponseWriter, _ *http.Request) {
		d := s.introduction()
		d.Code = &wire.CodeForm{Pattern: ptr("[0-9A-Z-]{10,}")}
		s.json(w, 200, d)
	}
	for _, code := range []string{"", "two words", "line\nbreak", "ümlaut", "lower-case-code"} {
		ticket := s.ticket()
		ticket.Code = secret.FromString(code)
		_, err := s.client.Lookup(t.Context(), ticket)
		s.wantFault(err, fault.CodeMalformed)
	}
	for _, r := range s.requests() {
		if r != "GET "+wellKnown {
			t.Errorf("sent %s", r)
		}
	}
}

// TestLookupTakesTheCodeFromWhereTheServiceSays: the guess of where a code stands in a link may be wrong; the
// service knows.
func TestLookupTakesTheCodeFromWhereTheServiceSays(t *testing.T) {
	for rule, want := range map[string]string{
		"":               "query-code-9Kp4", // not said: the guess
		"path-last":      "path-code-7Hq2xW",
		"query:licence":  "query-code-9Kp4",
		"query:campaign": "query-code-9Kp4", // none there: the guess
	} {
		t.Run(rule, func(t *testing.T) {
			s := serve(t)
			s.introduce = func(w http.ResponseWriter, _ *http.Request) {
				d := s.introduction()
				if rule != "" {
					d.Links = &wire.LinkForms{Activation: ptr(rule)}
				}
				s.json(w, http.StatusOK, d)
			}
			s.mux.HandleFunc("GET /v1/licence", s.authorized(want, s.licence()))
			reading, err := activation.Parser{}.Parse(s.origin+"/activate/path-code-7Hq2xW?licence=query-code-9Kp4", activation.Pasted)
			if err != nil {
				t.Fatal(err)
			}
			found, err := s.client.Lookup(t.Context(), reading.Ticket)
			if err != nil || !found.Code.Equal(secret.FromString(want)) {
				t.Error(err)
			}
		})
	}
}
