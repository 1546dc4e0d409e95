package desk_test

import (
	"archive/zip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"certdesk/internal/order"
	"certdesk/internal/spki"
	"certdesk/internal/store"
)

// waiting fills the store with n orders of a page in the browser, each with a key and a request of its own, and gives
// the request of the one in the middle and its id.
func (r *run) waiting(b *testing.B, n int) (csr []byte, id string) {
	b.Helper()
	ctx := context.Background()
	for i := range n {
		key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(b)
		o := store.Order{
			ID: fmt.Sprintf("order-%06d", i), Service: "web:" + shop, Phase: order.PhaseSent, Created: r.w.clock.now(), Updated: r.w.clock.now(), Sent: r.w.clock.now(),
			Licence:     order.Licence{ID: "web", Web: true, Product: order.WebProduct(order.SMIME, "E-mail"), SellerName: "Shop"},
			Application: order.Application{Mailbox: fmt.Sprintf("user%d@example.ch", i)}, KeyID: fmt.Sprintf("key-%06d", i), TokenID: fmt.Sprintf("token-%06d", i),
			Snapshot: &order.Snapshot{State: order.WaitingCustomer, Tasks: []order.Task{{ID: "page", Kind: order.WebHandoff, State: order.TaskOpen}}},
		}
		o.CSR = must(x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key))(b)
		o.Body, o.IdempotencyKey = []byte("{}"), o.ID
		ok(b, r.store.Create(ctx, o))
		ok(b, r.store.AddKey(ctx, store.Key{ID: o.KeyID, OrderID: o.ID, Kind: "key", Origin: "made-here", Algorithm: "ecdsa", SPKI: must(spki.Hex(key.Public()))(b), Created: o.Created}))
		if i == n/2 {
			csr, id = o.CSR, o.ID
		}
	}
	return csr, id
}

// BenchmarkIntake recognises a certificate in an archive, finds its order among 10,000 by its key, and, in the second
// row, checks and keeps it there: what a drop on the window takes until the order is on the screen.
func BenchmarkIntake(b *testing.B) {
	w, r := fresh(b)
	csr, id := r.waiting(b, 10_000)
	ca := newLineage(b)
	path := filepath.Join(b.TempDir(), "certificate.zip")
	archive := func(leaf *x509.Certificate) {
		f := must(os.Create(path))(b)
		z := zip.NewWriter(f)
		for name, data := range map[string][]byte{"anna.crt": pemOf(leaf), "ca.crt": ca.middle.Raw, "readme.txt": []byte("Install the files.")} {
			_ = must(must(z.Create(name))(b).Write(data))(b)
		}
		ok(b, z.Close())
		ok(b, f.Close())
	}
	archive(ca.issue(b, csr, w.clock.now()))
	b.Run("recognise and match", func(b *testing.B) {
		for b.Loop() {
			if o, found := r.Intake.Notice(b.Context(), path); !found || o.OrderID != id {
				b.Fatalf("%+v, %v", o, found)
			}
		}
	})
	b.Run("take", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			b.StopTimer()
			archive(ca.issue(b, csr, w.clock.now().AddDate(0, 0, i)))
			b.StartTimer()
			brought, err := r.Intake.ReadFiles(b.Context(), []string{path})
			if err != nil {
				b.Fatal(err)
			}
			got, err := r.Intake.Take(b.Context(), brought, "")
			if err != nil || got.OrderID != id || !got.New {
				b.Fatalf("%+v, %v", got, err)
			}
		}
	})
}
