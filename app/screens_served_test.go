package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/store"
)

func init() { walks["served"] = servedScreens }

// shopWindow is a website on this computer, with certificates of an authority of its own.
type shopWindow struct {
	now, before tls.Certificate // what it can serve: the order's certificate, and the one before it
	served      atomic.Pointer[tls.Certificate]
	address     string
}

func newShopWindow(t *testing.T, host string) *shopWindow {
	t.Helper()
	keys := make([]*ecdsa.PrivateKey, 3)
	for i := range keys {
		var err error
		if keys[i], err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	sign := func(c, by *x509.Certificate, pub *ecdsa.PrivateKey) []byte {
		der, err := x509.CreateCertificate(rand.Reader, c, by, pub.Public(), keys[0])
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example Web CA", Organization: []string{"Example Trust"}},
		NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(5, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	above := sign(ca, &x509.Certificate{Subject: pkix.Name{Organization: []string{"Example Root"}}}, keys[0])
	leaf := func(serial int64, from time.Time, key *ecdsa.PrivateKey) tls.Certificate {
		return tls.Certificate{PrivateKey: key, Certificate: [][]byte{sign(&x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotBefore: from, NotAfter: from.AddDate(0, 6, 0),
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}, ca, key), above}}
	}
	s := &shopWindow{now: leaf(2, noon.AddDate(0, 0, -1), keys[1]), before: leaf(3, noon.AddDate(0, -5, 0), keys[2])}
	s.served.Store(&s.before)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.served.Load(), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler(), ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	s.address = listener.Addr().String()
	return s
}

// servedScreens are what is said of a website: it serves the certificate before, this one without those above it,
// this one as it should; it is gone.
func servedScreens(t *testing.T, s setup) {
	const host = "www.example.ch"
	shopWindow := newShopWindow(t, host)
	o := sent("01", order.Snapshot{State: order.Issued})
	o.Licence, o.Application = website(), order.Application{Domains: host}
	c := issued(t, &o, noon.AddDate(1, 0, 0))
	leaf, err := x509.ParseCertificate(shopWindow.now.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(leaf.Raw)
	c.SHA256, c.DER, c.Chain, c.NotBefore, c.NotAfter = hex.EncodeToString(sum[:]), leaf.Raw, shopWindow.now.Certificate[1:], leaf.NotBefore, leaf.NotAfter
	s.script = &script{orders: []store.Order{o}, certs: []store.Certificate{c}}
	address := shopWindow.address
	s.serve = func(ctx context.Context, asked string) ([]*x509.Certificate, error) {
		return httpclient.Served{Dial: func(ctx context.Context, network, wanted string) (net.Conn, error) {
			if wanted != host+":443" {
				t.Errorf("dialled %s", wanted)
			}
			return (&net.Dialer{}).DialContext(ctx, network, address)
		}}.Look(ctx, asked)
	}
	w := start(t, s)
	w.see(w.word("check.site.title"))
	w.press("check.site.look")
	w.see(w.word("check.note.served-older.do"))
	w.screen("served-older")
	alone := shopWindow.now
	alone.Certificate = alone.Certificate[:1]
	shopWindow.served.Store(&alone)
	w.press("check.site.look")
	w.see(w.word("check.note.served-ours", "name", host))
	w.see(w.word("check.note.served-incomplete.do"))
	shopWindow.served.Store(&shopWindow.now)
	w.press("check.site.look")
	w.see(w.word("check.note.served-whole"))
	w.screen("served-ours")
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	_ = l.Close()
	w.press("check.site.look")
	w.see(w.word("check.note.served-silent", "name", host))
	s.script.set(func() { s.script.keys[o.KeyID] = shopWindow.now.PrivateKey.(crypto.Signer) })
	w.resume("ready") // at the end of step 10, too
	w.see(w.word("use.title"))
	w.choose10("nginx")
	w.press("use.make-files")
	w.see(w.word("use.done"))
	w.press("check.site.look")
	w.see(w.word("check.note.served-silent", "name", host))
	w.screen("use-served")
}
