package desk_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/internal/certificate"
	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/order"
)

// lineage is an authority with an intermediate, for certificates that customers bring.
type lineage struct {
	root, middle *x509.Certificate
	rootKey, key *ecdsa.PrivateKey
	n            atomic.Int64 // serial numbers, also of tests side by side
}

func newLineage(t testing.TB) *lineage {
	t.Helper()
	rootKey := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	ca := func(name string) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
			NotAfter: time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		}
	}
	sign := func(tpl, parent *x509.Certificate, pub any, by *ecdsa.PrivateKey) *x509.Certificate {
		return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, tpl, parent, pub, by))(t)))(t)
	}
	root := sign(ca("Root"), ca("Root"), rootKey.Public(), rootKey)
	l := &lineage{root: root, middle: sign(ca("Middle"), root, key.Public(), rootKey), rootKey: rootKey, key: key}
	l.n.Store(10)
	return l
}

// taller puts an authority between root and intermediate; both say where the one above them is.
func (l *lineage) taller(t testing.TB) *x509.Certificate {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	signed := func(name string, parent *x509.Certificate, pub any, by *ecdsa.PrivateKey) *x509.Certificate {
		tpl := *l.middle
		tpl.Subject, tpl.RawSubject, tpl.IssuingCertificateURL = pkix.Name{CommonName: name}, nil, []string{"http://aia.example/above-" + name}
		return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, &tpl, parent, pub, by))(t)))(t)
	}
	upper := signed("Upper", l.root, key.Public(), l.rootKey)
	l.middle = signed("Middle", upper, l.key.Public(), key)
	return upper
}

// issue makes a certificate for a request, valid from the given day on.
func (l *lineage) issue(t testing.TB, csr []byte, from time.Time) *x509.Certificate {
	t.Helper()
	r := must(x509.ParseCertificateRequest(csr))(t)
	tpl := &x509.Certificate{
		SerialNumber: big.NewInt(l.n.Add(1)), Subject: pkix.Name{CommonName: "anna@example.ch"}, EmailAddresses: []string{"anna@example.ch"},
		NotBefore: from, NotAfter: from.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
		IssuingCertificateURL: []string{"http://aia.example/middle.cer"},
	}
	if len(r.DNSNames) > 0 {
		tpl.EmailAddresses, tpl.DNSNames, tpl.ExtKeyUsage = nil, r.DNSNames, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, tpl, l.middle, r.PublicKey, l.key))(t)))(t)
}

func pemOf(certs ...*x509.Certificate) []byte { return certificate.EncodePEM(certs) }

// bring gives the desk a text.
func (r *run) bring(text []byte, here string) (desk.Taken, error) {
	b, err := r.Intake.ReadText(text)
	if err != nil {
		return desk.Taken{}, err
	}
	return r.Intake.Take(context.Background(), b, here)
}

// A certificate that is brought goes to the order of its key, whichever is on the screen; the younger one is in use,
// and the same again changes nothing. What is missing above it is taken from what is here.
func TestWhatIsBroughtFindsItsOrder(t *testing.T) {
	w, r := fresh(t)
	ca := newLineage(t)
	id := r.sent()
	csr := r.order(id).CSR
	day := w.clock.now().AddDate(0, 0, -10)
	first := ca.issue(t, csr, day)

	got := must(r.bring(pemOf(first, ca.middle), "another"))(t)
	if got.OrderID != id || !got.New || r.order(id).Phase != order.PhaseReady {
		t.Fatalf("%+v, %s", got, r.order(id).Phase)
	}
	if got = must(r.bring(pemOf(first), ""))(t); got.OrderID != id || got.New {
		t.Errorf("the same again: %+v", got)
	}
	v := must(r.Orders.View(context.Background(), id))(t)
	if c, _ := v.Current(); len(c.Chain) != 1 || len(v.Certificates) != 1 {
		t.Errorf("%d certificates, %d above", len(v.Certificates), len(c.Chain))
	}
	second := ca.issue(t, csr, day.AddDate(0, 0, 5))
	if got = must(r.bring(pemOf(second), ""))(t); !got.New {
		t.Errorf("a younger one: %+v", got)
	}
	older := ca.issue(t, csr, day.AddDate(0, 0, -5))
	must(r.bring(pemOf(older), ""))(t)
	v = must(r.Orders.View(context.Background(), id))(t)
	c, _ := v.Current()
	if len(v.Certificates) != 3 || string(c.DER) != string(second.Raw) || len(c.Chain) != 1 {
		t.Errorf("%d certificates, the one in use is from %v with %d above", len(v.Certificates), c.NotBefore, len(c.Chain))
	}
}

// What belongs to nobody here, or too early, is said, and nothing is kept of it.
func TestWhatIsBroughtAndBelongsToNobody(t *testing.T) {
	w, r := fresh(t)
	ca := newLineage(t)
	now := w.clock.now()
	stranger := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	csr := must(x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, stranger))(t)
	_, err := r.bring(pemOf(ca.issue(t, csr, now)), "")
	wantFault(t, err, fault.CertificateNotOurs)
	_, err = r.bring(pemOf(ca.middle, ca.root), "")
	wantFault(t, err, fault.CertificateChain)
	id := r.withRequest()
	own := r.order(id).Application.Request
	_, err = r.bring(pemOf(ca.issue(t, own, now)), "")
	wantFault(t, err, fault.CertificateEarly)
	key := foreign(t, "anna@example.ch").key
	_, err = r.bring(key, "")
	wantFault(t, err, fault.KeyBeforeCert)
	other := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(stranger))(t)})
	_, err = r.bring(other, id)
	wantFault(t, err, fault.KeyNoOrder)
	if r.order(id).Phase != order.PhaseDraft || len(must(r.Orders.View(context.Background(), id))(t).Certificates) > 0 {
		t.Error("something was kept")
	}
	ok(t, r.Redeem.Submit(context.Background(), id))
	got := must(r.bring(append(pemOf(ca.issue(t, own, now)), key...), ""))(t)
	if got.OrderID != id || len(got.Key) == 0 {
		t.Errorf("the certificate with its key: %+v", got)
	}
	if got = must(r.bring(key, ""))(t); got.OrderID != id || len(got.Key) == 0 {
		t.Errorf("the key alone: %+v", got)
	}
}

// Files that belong together are read as one; the rest is counted.
func TestFilesThatBelongTogether(t *testing.T) {
	w, r := fresh(t)
	ca := newLineage(t)
	id := r.sent()
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		ok(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
		return filepath.Join(dir, name)
	}
	paths := []string{
		file("readme.txt", []byte("Install the files below.")), file("ca.crt", pemOf(ca.middle)), file("anna.crt", ca.issue(t, r.order(id).CSR, w.clock.now()).Raw),
	}
	b := must(r.Intake.ReadFiles(t.Context(), paths))(t)
	if b.Name != "ca.crt" || b.Others != 1 || len(b.Certificates) != 2 {
		t.Errorf("%+v", b)
	}
	if got := must(r.Intake.Take(t.Context(), b, ""))(t); got.OrderID != id {
		t.Errorf("%+v", got)
	}
	_, err := r.Intake.ReadFiles(t.Context(), paths[:1])
	wantFault(t, err, fault.CertificateNone)
	_, err = r.Intake.ReadFiles(t.Context(), []string{filepath.Join(dir, "gone.crt")})
	wantFault(t, err, fault.FileGone)
}

// The missing certificate is fetched on a press, from the address in the certificate, and kept when it has signed.
func TestTheMissingCertificateIsFetched(t *testing.T) {
	w := newWorld(t)
	ca := newLineage(t)
	answer, asked := ca.root.Raw, 0
	w.issuer = func(_ context.Context, u *url.URL) ([]byte, error) {
		asked++
		if u.String() != "http://aia.example/middle.cer" {
			t.Errorf("asked at %s", u)
		}
		return answer, nil
	}
	r := w.start()
	t.Cleanup(r.end)
	id := r.sent()
	if got := must(r.bring(pemOf(ca.issue(t, r.order(id).CSR, w.clock.now())), ""))(t); got.Gap.Host != "aia.example" || !got.Gap.Sure {
		t.Errorf("missing: %+v", got.Gap)
	}
	current := func() (chain int, host string) {
		v := must(r.Orders.View(t.Context(), id))(t)
		c, _ := v.Current()
		return len(c.Chain), v.Gap.Host
	}
	if chain, host := current(); chain != 0 || host != "aia.example" || asked != 0 {
		t.Fatalf("%d above, %q, asked %d times", chain, host, asked)
	}
	_, err := r.Intake.Complete(t.Context(), id)
	wantFault(t, err, fault.IssuerOther)
	answer = ca.middle.Raw
	if added := must(r.Intake.Complete(t.Context(), id))(t); added != 1 {
		t.Errorf("%d were added", added)
	}
	if chain, host := current(); chain != 1 || host != "" || asked != 2 {
		t.Errorf("%d above, %q, asked %d times", chain, host, asked)
	}
}

// What is missing higher up is fetched, too. Where a root follows, that is said once, and for every certificate that
// comes below it.
func TestWhatIsMissingHigherUpIsFetched(t *testing.T) {
	w := newWorld(t)
	ca := newLineage(t)
	upper := ca.taller(t)
	answer, asked := upper.Raw, 0
	w.issuer = func(context.Context, *url.URL) ([]byte, error) { asked++; return answer, nil }
	r := w.start()
	t.Cleanup(r.end)
	id := r.sent()
	got := must(r.bring(pemOf(ca.issue(t, r.order(id).CSR, w.clock.now()), ca.middle), ""))(t)
	if got.Gap.Host != "aia.example" || got.Gap.Sure {
		t.Fatalf("missing: %+v", got.Gap)
	}
	if added := must(r.Intake.Complete(t.Context(), id))(t); added != 1 {
		t.Errorf("%d were added", added)
	}
	v := must(r.Orders.View(t.Context(), id))(t)
	c, _ := v.Current()
	if gap := r.Intake.Gap(t.Context(), c); len(c.Chain) != 2 || gap.Host != "aia.example" || gap.Sure || v.Gap.Host != "" {
		t.Errorf("%d above, %+v; shown of an order whose service sends it: %+v", len(c.Chain), gap, v.Gap)
	}
	answer = ca.root.Raw
	if added := must(r.Intake.Complete(t.Context(), id))(t); added != 0 || asked != 3 {
		t.Errorf("%d were added, asked %d times", added, asked)
	}
	got = must(r.bring(pemOf(ca.issue(t, r.order(id).CSR, w.clock.now().Add(time.Hour)), ca.middle), ""))(t)
	v = must(r.Orders.View(t.Context(), id))(t)
	c, _ = v.Current()
	if gap := r.Intake.Gap(t.Context(), c); len(c.Chain) != 2 || got.Gap.Host+gap.Host != "" || asked != 3 {
		t.Errorf("the next certificate: %d above, %+v, asked %d times", len(c.Chain), got.Gap, asked)
	}
}
