package httpclient_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
)

// A proxy that wants a password, refuses, or is not there is told from a service that can't be reached.
func TestAProxyInTheWay(t *testing.T) {
	status := http.StatusProxyAuthRequired
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the proxy sees a credential")
		}
		w.WriteHeader(status)
	}))
	o := options()
	address := at(t, proxy.URL)
	o.Proxy = func() httpclient.Proxy { return httpclient.Proxy{Mode: httpclient.ProxyAddress, Address: address} }
	c := httpclient.ForTest(o, ample, ample, true)
	const shop = "https://shop.example"
	ask := func(want fault.Code) {
		t.Helper()
		_, err := c.Do(t.Context(), httpclient.Request{Method: http.MethodGet, URL: at(t, shop+"/path"), Credential: bearer(shop), Repeatable: true})
		wants(t, err, want, "shop.example")
		if f := fault.Of(err); f.Args["proxy"] != address.Host {
			t.Errorf("args %v", f.Args)
		}
	}
	ask(fault.ProxySignIn)
	for _, status = range []int{http.StatusForbidden, http.StatusBadGateway, http.StatusServiceUnavailable} {
		ask(fault.ProxyRefused)
	}
	proxy.Close()
	ask(fault.ProxyUnreachable)
}

// A certificate that is refused for its dates alone: the clock of this computer may be wrong.
func TestACertificateThatIsNotValidByThisClock(t *testing.T) {
	for name, from := range map[string]time.Time{"ended": time.Now().AddDate(-2, 0, 0), "not begun": time.Now().AddDate(1, 0, 0)} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: from.AddDate(1, 0, 0), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }))
		s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}} // #nosec G402 -- a test's server
		s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
		s.StartTLS()
		t.Cleanup(s.Close)
		o := options()
		leaf, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		o.RootCAs = x509.NewCertPool()
		o.RootCAs.AddCert(leaf)
		_, err = get(t, httpclient.ForTest(o, ample, ample, true), s.URL+"/path")
		wants(t, err, fault.ClockOrCertificate, s.Listener.Addr().String())
		if _, ok := fault.Of(err).Args["now"].(time.Time); !ok {
			t.Errorf("%s: args %v", name, fault.Of(err).Args)
		}
	}
}

// A time until which a service asks us to wait counts from its own clock: this computer's may be a year wrong.
func TestAWaitIsOfTheServicesClock(t *testing.T) {
	there := time.Date(2027, 5, 4, 10, 0, 0, 0, time.UTC)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", there.Format(http.TimeFormat))
		w.Header().Set("Retry-After", there.Add(90*time.Second).Format(http.TimeFormat))
	})
	for _, years := range []int{-1, 0, 1} {
		o := options(s)
		o.Now = func() time.Time { return there.AddDate(years, 0, 0) }
		answer, err := get(t, httpclient.ForTest(o, ample, ample, true), s.URL+"/path")
		if err != nil || answer.RetryAfter != 90*time.Second {
			t.Errorf("%d years: %v, %v", years, answer.RetryAfter, err)
		}
	}
	if at := httpclient.At(http.Header{}, there); !at.Equal(there) {
		t.Errorf("a service that does not say it: %s", at)
	}
}
