package httpclient_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
)

// everyWebsite makes each name lead to the servers of a test: plain for port 80, secure for 443.
func everyWebsite(plain, secure *httptest.Server) *httpclient.Proof {
	return httpclient.NewProof(httpclient.ProofOptions{
		Options: options(),
		Dial: func(ctx context.Context, _, address string) (net.Conn, error) {
			to := plain.Listener.Addr().String()
			if strings.HasSuffix(address, ":443") {
				to = secure.Listener.Addr().String()
			}
			return (&net.Dialer{}).DialContext(ctx, "tcp", to)
		},
	})
}

// TestAFileBehindAWrongCertificate: a redirect to https is followed as an authority follows it, whatever the
// certificate there is; an instruction that names https itself is not.
func TestAFileBehindAWrongCertificate(t *testing.T) {
	secure := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("value")) })
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://www.example.ch/x", http.StatusMovedPermanently)
	}))
	t.Cleanup(plain.Close)
	p := everyWebsite(plain, secure)
	a, err := p.Fetch(t.Context(), at(t, "http://example.ch/x"))
	if err != nil || string(a.Body) != "value" || !a.Unverified || a.URL.Hostname() != "www.example.ch" {
		t.Errorf("after a redirect: %+v %v", a, err)
	}
	if _, err := p.Fetch(t.Context(), at(t, "https://example.ch/x")); !fault.Is(err, fault.ServiceTLS) {
		t.Errorf("without one: %v", err)
	}
}

// TestAFileInThePrivateNetwork: no name leads a look into the customer's own network.
func TestAFileInThePrivateNetwork(t *testing.T) {
	p := httpclient.NewProof(httpclient.ProofOptions{Options: httpclient.Options{
		Proxy: func() httpclient.Proxy { return httpclient.Proxy{Mode: httpclient.ProxyNone} },
	}})
	for _, address := range []string{"127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]"} {
		_, err := p.Fetch(t.Context(), at(t, "http://"+address+"/x"))
		if !errors.Is(err, httpclient.ErrPrivateAddress) {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"http://127.0.0.1:8080/x", "ftp://example.ch/x", "http://u@example.ch/x"} {
		if _, err := p.Fetch(t.Context(), at(t, address)); !fault.Is(err, fault.ServiceRedirect) {
			t.Errorf("%s: %v", address, err)
		}
	}
}
