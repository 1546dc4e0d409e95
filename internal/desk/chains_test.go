package desk_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"slices"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/certificate"
	"certdesk/internal/desk"
	"certdesk/internal/destination"
	"certdesk/internal/export"
	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

// manyRoots is a shopkeeper whose authority's intermediate is signed by several roots.
type manyRoots struct {
	*shopkeeper
	roots []string
	stray *x509.Certificate // offered as if it were a chain
}

func (m manyRoots) Chains(ctx context.Context, r seller.Receipt, token secret.Value) ([][]*x509.Certificate, error) {
	own, err := m.Collect(ctx, r, token, "")
	if err != nil {
		return nil, err
	}
	var out [][]*x509.Certificate
	for i, name := range m.roots {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(i + 1)), Subject: pkix.Name{CommonName: name}, NotBefore: m.clock.now().Add(-time.Hour),
			NotAfter: m.clock.now().AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		}
		key := newKey()
		cross := *m.ca.root
		out = append(out, []*x509.Certificate{own[0], sign(&cross, template, public(m.ca.key), key)})
	}
	if m.stray != nil {
		out = append(out, out[0], []*x509.Certificate{m.stray}, []*x509.Certificate{own[0]})
	}
	return out, nil
}

func public(k *ecdsa.PrivateKey) any { return k.Public() }

// TestTheChainThatGoesIntoFiles: the authority's own, until the customer chooses another; the choice is kept, goes into
// files, and holds for the certificate that takes this one's place.
func TestTheChainThatGoesIntoFiles(t *testing.T) {
	w, _ := fresh(t)
	many := manyRoots{shopkeeper: w.seller, roots: []string{"Root A", "Root B", "Root C"}, stray: w.seller.ca.root}
	w.way = many
	r := w.start()
	t.Cleanup(func() { _ = r.store.Close() })
	id := r.ready()
	v := must(r.Orders.View(t.Context(), id))(t)
	if len(v.Chains) != 3 {
		t.Fatalf("%+v", v.Chains)
	}
	for i, c := range v.Chains {
		if c.End != many.roots[i] || c.Above != 1 || c.Own != (i == 0) || c.InUse != (i == 0) {
			t.Errorf("%d: %+v", i, c)
		}
	}
	wantFault(t, r.Exports.UseChain(t.Context(), id, 3), fault.NotFound)
	ok(t, r.Exports.UseChain(t.Context(), id, 1))
	r = r.again()
	v = must(r.Orders.View(t.Context(), id))(t)
	if c, _ := v.Current(); v.Chains[0].InUse || !v.Chains[1].InUse || len(c.Chain) != 1 || end(t, c.Chain[0]) != "Root B" {
		t.Errorf("%+v", v.Chains)
	}
	made := must(r.Exports.Make(t.Context(), id, desk.ExportOptions{Destination: destination.Certificate, Dir: w.out}))(t)
	i := slices.IndexFunc(made.Files, func(f export.File) bool { return f.Kind == destination.FullChain })
	if i < 0 {
		t.Fatalf("%+v", made.Files)
	}
	text, err := os.ReadFile(made.Files[i].Path)
	ok(t, err)
	_, rest := pem.Decode(text)
	if above, _ := pem.Decode(rest); above == nil || end(t, above.Bytes) != "Root B" {
		t.Errorf("the file has another chain:\n%s", text)
	}

	// The next certificate has the roots in another order.
	w.way = manyRoots{shopkeeper: w.seller, roots: []string{"Root D", "Root C", "Root B"}}
	r = r.again()
	s := must(r.Redeem.Start(t.Context(), activation.Ticket{Service: shop, Code: secret.FromString(code + "-2")}, false))(t)
	must(r.Redeem.Lookup(t.Context(), s.OrderID))(t)
	a := anna()
	a.Renews.Order = id
	ok(t, r.Redeem.Save(t.Context(), s.OrderID, a, order.StepReview))
	ok(t, r.Redeem.MakeKey(t.Context(), s.OrderID, order.KeyChoice{}, func(desk.KeyStage) {}))
	ok(t, r.Redeem.Submit(t.Context(), s.OrderID))
	w.seller.issue()
	w.clock.advance(time.Minute)
	must(r.Refresher.Look(t.Context(), s.OrderID))(t)
	v = must(r.Orders.View(t.Context(), s.OrderID))(t)
	if len(v.Chains) != 3 || !v.Chains[2].InUse || v.Chains[2].End != "Root B" {
		t.Errorf("the next one: %+v", v.Chains)
	}
}

func end(t *testing.T, der []byte) string {
	t.Helper()
	c, err := x509.ParseCertificate(der)
	ok(t, err)
	return certificate.ChainEnd([]*x509.Certificate{c})
}
