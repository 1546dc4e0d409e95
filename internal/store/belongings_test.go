package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

func TestListsAndLookUps(t *testing.T) {
	c := newClock()
	s, _ := openAt(t, t.TempDir()+"/data", c)
	for i, id := range []string{"old", "late", "draft", "future"} {
		o := full(id)
		o.Receipt.NextPoll = start.Add(time.Duration(-i) * time.Minute)
		o.Created, o.Updated = start.Add(time.Duration(i)*time.Hour), start.Add(time.Duration(i)*time.Hour)
		switch id {
		case "draft":
			o.Phase = order.PhaseDraft
		case "future":
			o.Receipt.NextPoll = start.Add(time.Hour)
		}
		ok(t, s.Create(t.Context(), o))
	}
	if diff := cmp.Diff([]string{"late", "old"}, must[[]string](t)(s.Due(t.Context(), start))); diff != "" {
		t.Error("due:", diff)
	}
	var ids []string
	for _, r := range must[[]Row](t)(s.Rows(t.Context())) {
		ids = append(ids, r.ID)
	}
	if diff := cmp.Diff([]string{"future", "draft", "late", "old"}, ids); diff != "" {
		t.Error("rows:", diff)
	}
	twice := full("twice")
	twice.CodeHash, twice.Created = "hash-old", start.Add(9*time.Hour)
	ok(t, s.Create(t.Context(), twice))
	if id, found, err := s.ByCodeHash(t.Context(), "hash-old"); id != "twice" || !found || err != nil {
		t.Errorf("ByCodeHash: %q %v %v", id, found, err)
	}
	for _, hash := range []string{"", "unknown"} {
		if id, found, err := s.ByCodeHash(t.Context(), hash); id != "" || found || err != nil {
			t.Errorf("ByCodeHash(%q): %q %v %v", hash, id, found, err)
		}
	}
	if diff := cmp.Diff([]string{"future", "late", "old", "twice"}, must[[]string](t)(s.SpentCodes(t.Context()))); diff != "" {
		t.Error("codes that are of no use any more:", diff)
	}
	ok(t, s.AddKey(t.Context(), Key{ID: "lonely", Kind: "key"}))
	known := must[map[string]bool](t)(s.VaultIDs(t.Context()))
	for _, id := range []string{"lonely", "key-old", "code-late", "token-draft"} {
		if !known[id] {
			t.Errorf("%s is not among the vault's ids", id)
		}
	}
	if known[""] || known["nobody"] {
		t.Error("ids that nobody has")
	}
}

func TestBelongings(t *testing.T) {
	s, _ := fresh(t)
	ctx := t.Context()
	ok(t, s.Create(ctx, sample("a")))
	k := Key{ID: "k1", OrderID: "a", Kind: "key", Origin: "made-here", Algorithm: "RSA 3072", SPKI: "aa", Created: start}
	k2 := Key{ID: "k2", OrderID: "a", Kind: "key", Origin: "imported", Algorithm: "P-256", SPKI: "bb", Created: start.Add(time.Hour)}
	ok(t, s.AddKey(ctx, k2))
	ok(t, s.AddKey(ctx, k))
	ok(t, s.AddKey(ctx, k))
	if diff := cmp.Diff([]Key{k, k2}, must[[]Key](t)(s.Keys(ctx, "a"))); diff != "" {
		t.Error(diff)
	}
	if got, found, err := s.KeyBySPKI(ctx, "bb"); got.ID != "k2" || !found || err != nil {
		t.Errorf("KeyBySPKI: %v %v %v", got, found, err)
	}
	if _, found, err := s.KeyBySPKI(ctx, "cc"); found || err != nil {
		t.Errorf("KeyBySPKI of nobody: %v %v", found, err)
	}
	c := Certificate{SHA256: "c1", OrderID: "a", SPKI: "aa", DER: []byte{1, 2}, Chain: [][]byte{{3}, {4, 5}}, NotBefore: start, NotAfter: start.AddDate(1, 0, 0), State: "current", Added: start}
	aside := Certificate{SHA256: "c2", OrderID: "a", SPKI: "zz", DER: []byte{9}, NotBefore: start.Add(-time.Hour), NotAfter: start.AddDate(9, 0, 0), SetAside: true, Added: start}
	ok(t, s.AddCertificate(ctx, c))
	ok(t, s.AddCertificate(ctx, aside))
	c.State = "previous"
	ok(t, s.AddCertificate(ctx, c))
	if diff := cmp.Diff([]Certificate{c, aside}, must[[]Certificate](t)(s.Certificates(ctx, "a"))); diff != "" {
		t.Error(diff)
	}
	if got := must[[]Row](t)(s.Rows(ctx))[0].NotAfter; !got.Equal(c.NotAfter) {
		t.Errorf("the row ends at %v: a certificate that is set aside must not count", got)
	}
	m := i18n.M("event.sent", "n", 3, "at", start)
	ok(t, s.Log(ctx, "a", start.Add(time.Minute), i18n.M("event.later")))
	ok(t, s.Log(ctx, "a", start, m))
	ok(t, s.Log(ctx, "a", start, m))
	if diff := cmp.Diff([]Entry{{start, m}, {start.Add(time.Minute), i18n.M("event.later")}}, must[[]Entry](t)(s.Timeline(ctx, "a"))); diff != "" {
		t.Error(diff)
	}
	ok(t, s.Delete(ctx, "a"))
	ok(t, s.Delete(ctx, "a"))
	if n := len(must[[]Key](t)(s.Keys(ctx, "a"))) + len(must[[]Certificate](t)(s.Certificates(ctx, "a"))) + len(must[[]Entry](t)(s.Timeline(ctx, "a"))); n != 0 {
		t.Errorf("%d rows outlived their order", n)
	}
	ok(t, s.AddKey(ctx, k2with("", k2)))
	if got := must[[]Key](t)(s.Keys(ctx, "")); len(got) != 1 {
		t.Errorf("keys without an order: %v", got)
	}
	ok(t, s.DeleteKey(ctx, "k2"))
	ok(t, s.DeleteKey(ctx, "k2"))
}

func k2with(orderID string, k Key) Key { k.OrderID = orderID; return k }

func TestExports(t *testing.T) {
	s, _ := fresh(t)
	ctx := t.Context()
	ok(t, s.Create(ctx, sample("a")))
	e := Export{ID: "e1", OrderID: "a", CertificateSHA256: "c1", Destination: "outlook", Files: []ExportFile{{Path: "/x/ä b.p12", SHA256: "aa"}, {Path: "/x/y", SHA256: "bb"}}, Started: start}
	ok(t, s.BeginExport(ctx, e))
	if err := s.BeginExport(ctx, e); !errors.Is(err, ErrExists) {
		t.Errorf("the same id again: %v", err)
	}
	later := Export{ID: "e2", OrderID: "a", Started: start.Add(time.Hour)}
	ok(t, s.BeginExport(ctx, later))
	if diff := cmp.Diff([]Export{e, later}, must[[]Export](t)(s.Unfinished(ctx))); diff != "" {
		t.Error(diff)
	}
	e.Finished = start.Add(time.Minute)
	ok(t, s.FinishExport(ctx, "e1", e.Finished))
	if diff := cmp.Diff([]Export{later}, must[[]Export](t)(s.Unfinished(ctx))); diff != "" {
		t.Error(diff)
	}
	ok(t, s.DropExport(ctx, "e2"))
	if diff := cmp.Diff([]Export{e}, must[[]Export](t)(s.Exports(ctx, "a"))); diff != "" {
		t.Error(diff)
	}
}

func TestSettings(t *testing.T) {
	s, _ := fresh(t)
	if v, found, err := s.Setting(t.Context(), "language"); v != "" || found || err != nil {
		t.Errorf("never set: %q %v %v", v, found, err)
	}
	ok(t, s.SetSetting(t.Context(), "language", "de"))
	ok(t, s.SetSetting(t.Context(), "language", ""))
	if v, found, err := s.Setting(t.Context(), "language"); v != "" || !found || err != nil {
		t.Errorf("set to nothing: %q %v %v", v, found, err)
	}
}

// What an order's certificates were put into goes with the order, and with no other.
func TestWhatWasInstalledGoesWithItsOrder(t *testing.T) {
	s, _ := fresh(t)
	for _, id := range []string{"a", "ab"} {
		ok(t, s.Create(t.Context(), sample(id)))
		ok(t, s.SetSetting(t.Context(), InstallSetting(id)+"certificate.store", "{}"))
	}
	ok(t, s.Delete(t.Context(), "a"))
	for id, want := range map[string]bool{"a": false, "ab": true} {
		if _, found, err := s.Setting(t.Context(), InstallSetting(id)+"certificate.store"); found != want || err != nil {
			t.Errorf("%s: %v %v", id, found, err)
		}
	}
}

// The seller says which certificate is to be used; the one before steps back, even when it ends later.
func TestTheCurrentCertificateIsTheSellers(t *testing.T) {
	s, _ := fresh(t)
	ctx := t.Context()
	ok(t, s.Create(ctx, sample("a")))
	long := Certificate{SHA256: "c1", OrderID: "a", SPKI: "aa", DER: []byte{1}, NotBefore: start, NotAfter: start.AddDate(1, 0, 0), State: "current", Added: start}
	short := Certificate{SHA256: "c2", OrderID: "a", SPKI: "aa", DER: []byte{2}, NotBefore: start.Add(-time.Hour), NotAfter: start.AddDate(0, 0, 10), State: "current", Added: start}
	ok(t, s.AddCertificate(ctx, long))
	ok(t, s.AddCertificate(ctx, short))
	if got := must[[]Certificate](t)(s.Certificates(ctx, "a")); got[0].State != "previous" || got[1].State != "current" {
		t.Errorf("%s and %s", got[0].State, got[1].State)
	}
	if got := must[[]Row](t)(s.Rows(ctx))[0].NotAfter; !got.Equal(short.NotAfter) {
		t.Errorf("the row ends at %v", got)
	}
}

// The chains of a certificate are kept in their order, apart from the one in use, and go with their order.
func TestChains(t *testing.T) {
	s, _ := fresh(t)
	ctx := t.Context()
	ok(t, s.Create(ctx, full("order-1")))
	chains := [][][]byte{{{1}, {2}}, {{1}, {3}}}
	ok(t, s.SetChains(ctx, "order-1", "c1", chains))
	ok(t, s.SetChains(ctx, "order-1", "c1", chains))
	if got := must[[][][]byte](t)(s.Chains(ctx, "order-1", "c1")); cmp.Diff(chains, got) != "" {
		t.Errorf("%v", got)
	}
	if got := must[[][][]byte](t)(s.Chains(ctx, "order-1", "c2")); got != nil {
		t.Errorf("%v", got)
	}
	if err := s.SetChains(ctx, "order-2", "c1", chains); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
	ok(t, s.Delete(ctx, "order-1"))
	if got := must[[][][]byte](t)(s.Chains(ctx, "order-1", "c1")); got != nil {
		t.Errorf("after its order: %v", got)
	}
}
