package activationapi

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

func TestAgreementsAndCalls(t *testing.T) {
	s := serve(t)
	s.mux.HandleFunc("POST /v1/orders/ord_1/tasks/t1/accept", s.changed(`{"accepted_terms":["a","b"]}`))
	s.mux.HandleFunc("POST /v1/orders/ord_1/tasks/t3/schedule",
		s.changed(`{"comment":"ask for Anna","phone":"+41445550102","times":["2026-11-24T08:30:00Z","2026-11-25T13:00:00Z"]}`))
	zurich := time.FixedZone("CET", 3600)
	for name, call := range map[string]func() (order.Snapshot, seller.Receipt, error){
		"accept": func() (order.Snapshot, seller.Receipt, error) {
			return s.client.Accept(t.Context(), s.seen(), token(), "t1", []string{"a", "b"}, testKey)
		},
		"schedule": func() (order.Snapshot, seller.Receipt, error) {
			return s.client.Schedule(t.Context(), s.seen(), token(), "t3", order.Proposal{
				Times: []time.Time{
					time.Date(2026, 11, 24, 9, 30, 0, 0, zurich), time.Date(2026, 11, 25, 14, 0, 0, 0, zurich),
				},
				Phone: "+41445550102", Comment: " ask for\nAnna",
			}, testKey)
		},
	} {
		if got, r, err := call(); err != nil || got.State != order.Issued || etag(r) != orderETag {
			t.Errorf("%s: %s, %s, %v", name, got.State, r.State, err)
		}
	}
}

func TestUpload(t *testing.T) {
	s := serve(t)
	var seen []string
	s.mux.HandleFunc("POST /v1/orders/ord_1/tasks/t1/documents", s.authorized(testToken, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		seen = append(seen, string(body))
		r.Body = io.NopCloser(bytes.NewReader(body))
		file, header, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		data, err := io.ReadAll(file)
		if err != nil || string(data) != "%PDF-1.7 x" || header.Filename != "Auszug Zürich.pdf" ||
			header.Header.Get("Content-Type") != "application/pdf" || r.FormValue("form") != "order-form" {
			t.Errorf("%q, %q, %v, form %q, %v", data, header.Filename, header.Header, r.FormValue("form"), err)
		}
		s.order(w, 200)
	}))
	u := order.Upload{Name: "/home/anna/Auszug Zürich.pdf", Form: "order-form", Data: []byte("%PDF-1.7 x")}
	for range 2 {
		if got, r, err := s.client.Upload(t.Context(), s.seen(), token(), "t1", u, testKey); err != nil || got.ID != orderID || etag(r) != orderETag {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	if seen[0] != seen[1] {
		t.Error("the same document under the same key came as other bytes")
	}
	if strings.Contains(seen[0], "/home/anna") {
		t.Error("the folder went along")
	}
}

func TestUploadRefused(t *testing.T) {
	s := serve(t)
	for name, c := range map[string]struct {
		data []byte
		want fault.Code
	}{
		"empty": {nil, fault.DocumentEmpty}, "word": {[]byte("PK\x03\x04"), fault.DocumentType},
		"large": {append([]byte("%PDF-"), make([]byte, order.MaxDocument)...), fault.TooLarge},
	} {
		if _, _, err := s.client.Upload(t.Context(), s.seen(), token(), "t1", order.Upload{Data: c.data}, testKey); !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(s.requests()); n != 0 {
		t.Errorf("%d requests left for documents that nobody takes", n)
	}
	for task, c := range map[string]struct {
		status int
		kind   wire.ProblemType
		want   fault.Code
	}{
		"large": {413, wire.ProblemTypeTooLarge, fault.TooLarge}, "kind": {415, wire.ProblemTypeTypeUnsupported, fault.DocumentType},
		"done": {409, wire.ProblemTypeTaskState, fault.TaskState},
	} {
		s.mux.HandleFunc("POST /v1/orders/ord_1/tasks/"+task+"/documents", func(w http.ResponseWriter, _ *http.Request) {
			s.problem(w, c.status, c.kind)
		})
		_, _, err := s.client.Upload(t.Context(), s.seen(), token(), task, order.Upload{Data: []byte("%PDF-1")}, testKey)
		s.wantFault(err, c.want)
	}
}

func TestForm(t *testing.T) {
	s := serve(t)
	say := func(text string) *string { return &text }
	s.mux.HandleFunc("GET /v1/orders/ord_1/forms/order-form", s.authorized(testToken, func(w http.ResponseWriter, _ *http.Request) {
		s.json(w, 200, wire.Form{
			Form: "order-form", Title: "Order form", Reference: say("R-1"), Send: wire.SendByPost, Language: say("de"),
			Address: &wire.Address{Lines: []string{"Demo CA", "Postfach"}, Locality: "Bern", PostalCode: say("3000"), Country: "CH"},
			Blocks: []wire.FormBlock{
				{Kind: wire.FormBlockKindText, Text: say("First\nSecond\u202e")},
				{Kind: wire.FormBlockKindField, Label: say("Name"), Text: say("Muster AG")},
				{Kind: wire.FormBlockKindSignature, Label: say("Place, date")},
			},
		})
	}))
	got, err := s.client.Form(t.Context(), s.seen(), token(), "order-form")
	if err != nil {
		t.Fatal(err)
	}
	want := order.Form{
		ID: "order-form", Title: "Order form", Reference: "R-1", Send: "post", Language: "de",
		Address: &order.Address{Lines: []string{"Demo CA", "Postfach"}, Locality: "Bern", PostalCode: "3000", Country: "CH"},
		Blocks: []order.FormBlock{
			{Kind: "text", Text: "First\nSecond" + line("\u202e", 10)},
			{Kind: "field", Label: "Name", Text: "Muster AG"},
			{Kind: "signature", Label: "Place, date"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, form := range []string{"", ".."} {
		_, err := s.client.Form(t.Context(), s.seen(), token(), form)
		s.wantFault(err, fault.NotFound)
	}
}

func TestAFormThatIsNone(t *testing.T) {
	s := serve(t, contract.BadAnswers())
	s.mux.HandleFunc("GET /v1/orders/ord_1/forms/page", html(200))
	s.mux.HandleFunc("GET /v1/orders/ord_1/forms/empty", says(200, "application/json", `{"form":"empty","title":"Form","send":"post","blocks":[]}`))
	for form, want := range map[string]fault.Code{"page": fault.ServiceHTML, "empty": fault.FormUnusable} {
		_, err := s.client.Form(t.Context(), s.seen(), token(), form)
		s.wantFault(err, want)
	}
	if _, _, err := s.client.Accept(t.Context(), s.seen(), token(), "t1", nil, testKey); !fault.Is(err, fault.TaskState) {
		t.Errorf("an agreement to nothing: %v", err)
	}
}
