package store

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"certdesk/internal/order"
	"certdesk/internal/spki"
)

// asked makes a key's request and its public key's hash.
func asked(t testing.TB) (der []byte, hash string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err == nil {
		der, err = x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	}
	if err == nil {
		hash, err = spki.Hex(key.Public())
	}
	if err != nil {
		t.Fatal(err)
	}
	return der, hash
}

// A certificate finds its order by the key that is here, by the request that was sent, and by the customer's own
// request; also where the order was written before there was an index.
func TestOrdersByTheirPublicKey(t *testing.T) {
	s, _ := fresh(t)
	sent, sentHash := asked(t)
	own, ownHash := asked(t)
	older, olderHash := asked(t)
	ok(t, s.Create(t.Context(), Order{ID: "keyed", Phase: order.PhaseDraft}))
	ok(t, s.AddKey(t.Context(), Key{ID: "k", OrderID: "keyed", Kind: "key", SPKI: "abcd"}))
	ok(t, s.AddKey(t.Context(), Key{ID: "c", OrderID: "keyed", Kind: "code", SPKI: "ef01"}))
	ok(t, s.AddKey(t.Context(), Key{ID: "nobody's", Kind: "key", SPKI: "2345"}))
	ok(t, s.Create(t.Context(), Order{ID: "sent", Phase: order.PhaseSent, CSR: sent}))
	ok(t, s.Create(t.Context(), Order{ID: "own", Phase: order.PhaseDraft, Application: order.Application{Request: own}}))
	ok(t, s.Create(t.Context(), Order{ID: "older", Phase: order.PhaseSent, CSR: older}))
	ok(t, s.Create(t.Context(), Order{ID: "twice", Phase: order.PhaseSent, CSR: own}))
	ok(t, s.write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE orders SET request_spki = NULL WHERE id = 'older'`)
		return err
	}))
	for hash, want := range map[string][]string{
		"": nil, "abcd": {"keyed"}, "ef01": nil, "2345": nil, sentHash: {"sent"}, ownHash: {"own", "twice"}, olderHash: {"older"}, "9999": nil,
	} {
		got := must[[]string](t)(s.OrdersBySPKI(t.Context(), hash))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v", hash, got)
		}
	}
	if _, err := s.Update(t.Context(), "own", func(o *Order) error { o.Application.Request = nil; return nil }); err != nil {
		t.Fatal(err)
	}
	if got := must[[]string](t)(s.OrdersBySPKI(t.Context(), ownHash)); !slices.Equal(got, []string{"twice"}) {
		t.Errorf("after the request was taken back: %v", got)
	}
}

// Authorities' certificates of all orders are there, each once; what was set aside is not.
func TestIssuers(t *testing.T) {
	s, _ := fresh(t)
	ok(t, s.Create(t.Context(), Order{ID: "a", Phase: order.PhaseReady}))
	add := func(sum string, aside bool, chain ...[]byte) {
		ok(t, s.AddCertificate(t.Context(), Certificate{SHA256: sum, OrderID: "a", DER: []byte(sum), Chain: chain, SetAside: aside}))
	}
	add("1", false, []byte("x"), []byte("y"))
	add("2", false, []byte("y"))
	add("3", true, []byte("z"))
	add("4", false)
	got := must[[][]byte](t)(s.Issuers(t.Context()))
	var names []string
	for _, der := range got {
		names = append(names, string(der))
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"x", "y"}) {
		t.Errorf("%q", names)
	}
}

// BenchmarkOrdersBySPKI finds one of 10,000 orders: half by their keys, half by their requests.
func BenchmarkOrdersBySPKI(b *testing.B) {
	s, _, err := Open(b.Context(), Options{Dir: b.TempDir() + "/data", Lock: held{}})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	csr, hash := asked(b)
	err = s.write(b.Context(), func(ctx context.Context, tx *sql.Tx) error {
		for j := range 10_000 {
			o := full(fmt.Sprintf("order-%06d", j))
			if j == 5000 {
				o.CSR = csr
			}
			if err := putOrder(ctx, tx, &o); err != nil {
				return err
			}
			chain := fmt.Sprintf(`["%s"]`, strings.Repeat("MIIF", 800+j%20))
			if _, err := tx.ExecContext(ctx, `INSERT INTO certificates (sha256, order_id, spki, der, chain, not_before, not_after, added)
VALUES (?,?,'',x'00',?,0,0,0)`, o.ID, o.ID, chain); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO keys (id, order_id, kind, spki, created) VALUES (?,?,'key',?,1)`, o.ID, o.ID, fmt.Sprintf("%064d", j)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for want, h := range map[string]string{"order-005000": hash, "order-009999": fmt.Sprintf("%064d", 9999)} {
			got, err := s.OrdersBySPKI(b.Context(), h)
			if err != nil || !slices.Equal(got, []string{want}) {
				b.Fatal(got, err)
			}
		}
		if _, err := s.Issuers(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
