package store

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/order"
)

func TestTheListKnowsEveryNameAndTheDeadline(t *testing.T) {
	s, _ := fresh(t)
	until, later := start.AddDate(0, 0, 10), start.AddDate(0, 0, 20)
	draft := Order{ID: "draft", Phase: order.PhaseDraft, Licence: order.Licence{ActivationExpires: &until, Product: order.Product{Names: order.NameRules{Kinds: []string{"dns"}, Max: 9, IDN: true}}}, Application: order.Application{
		Domains: "example.ch\r\n\n  bücher.example.ch \nshop.example.ch", Organization: &order.Organization{LegalName: "Muster AG"},
	}}
	sent := Order{ID: "sent", Phase: order.PhaseSent, Licence: order.Licence{ActivationExpires: &until}, Snapshot: &order.Snapshot{
		Reference: "EX-4711", Names: []order.Name{{Value: "example.ch"}, {Value: "xn--bcher-kva.example.ch"}},
		Tasks: []order.Task{
			{Kind: order.OrganizationCheck, State: order.TaskOpen, Expires: &start},
			{Kind: order.ProveName, State: order.TaskDone, Expires: &start},
			{Kind: order.Document, State: order.TaskOpen, Expires: &later},
			{Kind: order.PhoneCall, State: order.TaskOpen},
		},
	}}
	ready := Order{ID: "ready", Phase: order.PhaseReady, Licence: order.Licence{ActivationExpires: &until}, Application: order.Application{Mailbox: "anna@example.ch"}}
	for _, o := range []Order{draft, sent, ready} {
		ok(t, s.Create(t.Context(), o))
	}
	type light struct {
		title, words string
		more         int
		deadline     time.Time
	}
	got := map[string]light{}
	for _, r := range must[[]Row](t)(s.Rows(t.Context())) {
		got[r.ID] = light{r.Title, r.Words, r.More, r.Deadline}
	}
	want := map[string]light{
		"draft": {"example.ch", "example.ch bücher.example.ch shop.example.ch Muster AG", 2, until},
		"sent":  {"example.ch", "EX-4711 example.ch xn--bcher-kva.example.ch", 1, later},
		"ready": {"anna@example.ch", "anna@example.ch", 0, time.Time{}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(light{})); diff != "" {
		t.Error(diff)
	}
}

// An order of version 1 is found by its names after the migration, and one whose document can't be read keeps
// nobody from opening the rest.
func TestTheSearchOfOlderOrders(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	ok(t, os.Mkdir(dir, 0o700))
	steps := must[[]string](t)(migrations())
	db := must2(pool(filepath.Join(dir, FileName), 1))(t)
	ok(t, migrate(t.Context(), db, 0, steps[:1]))
	phases := map[string]order.Phase{"draft": order.PhaseDraft, "sent": order.PhaseSent, "torn": order.PhaseSent}
	for id, doc := range map[string]string{
		"draft": `{"licence":{"activation_expires":"2026-12-01T10:00:00Z"},"application":{"domains":"a.example.ch\nb.example.ch"}}`,
		"sent":  `{"snapshot":{"reference":"EX-1","names":[{"type":"dns","value":"a.example.ch"},{"type":"dns","value":"c.example.ch"}]}}`,
		"torn":  `{"snapshot":{"refe`,
	} {
		_, err := db.ExecContext(t.Context(), `INSERT INTO orders (id, service, phase) VALUES (?, 'x', ?)`, id, phases[id])
		ok(t, err)
		_, err = db.ExecContext(t.Context(), `INSERT INTO documents (order_id, doc, sum) VALUES (?, ?, x'00')`, id, doc)
		ok(t, err)
	}
	ok(t, migrate(t.Context(), db, 1, steps[:2]))
	got := map[string]Row{}
	rows, err := db.QueryContext(t.Context(), `SELECT id, words, more, deadline FROM orders`)
	ok(t, err)
	defer func() { ok(t, rows.Close()) }()
	for rows.Next() {
		var r Row
		var deadline int64
		ok(t, rows.Scan(&r.ID, &r.Words, &r.More, &deadline))
		r.Deadline = moment(deadline)
		got[r.ID] = r
	}
	ok(t, rows.Err())
	want := map[string]Row{
		"draft": {ID: "draft", Words: "a.example.ch b.example.ch", Deadline: time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)},
		"sent":  {ID: "sent", Words: "EX-1 a.example.ch c.example.ch", More: 1},
		"torn":  {ID: "torn"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnOrderIsFoundByTheServicesID(t *testing.T) {
	s, _ := fresh(t)
	o := sample("a")
	o.Service, o.Receipt.ID = "https://shop.example.ch", "ord_1"
	ok(t, s.Create(t.Context(), o))
	for _, c := range []struct {
		service, id, want string
	}{{"https://shop.example.ch", "ord_1", "a"}, {"https://other.example.ch", "ord_1", ""}, {"https://shop.example.ch", "ord_2", ""}, {"https://shop.example.ch", "", ""}} {
		id, found, err := s.ByServiceOrder(t.Context(), c.service, c.id)
		if err != nil || id != c.want || found != (c.want != "") {
			t.Errorf("%s %s: %q, %v, %v", c.service, c.id, id, found, err)
		}
	}
}
