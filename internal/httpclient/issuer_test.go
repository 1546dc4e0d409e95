package httpclient_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
)

// The certificate of an authority is fetched by plain http, bounded, without following anything, and never from
// somewhere inside the customer's own network.
func TestIssuer(t *testing.T) {
	asked := []string{}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		if r.Header.Get("Cookie")+r.Header.Get("Referer")+r.Header.Get("Authorization") != "" {
			t.Errorf("it tells about itself: %v", r.Header)
		}
		switch r.URL.Path {
		case "/ca.cer":
			_, _ = w.Write([]byte("a certificate"))
		case "/moved":
			http.Redirect(w, r, "http://127.0.0.1/ca.cer", http.StatusFound)
		case "/large":
			_, _ = w.Write([]byte(strings.Repeat("x", 65<<10)))
		default:
			http.NotFound(w, r)
		}
	}))
	defer site.Close()
	to := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", site.Listener.Addr().String())
	}
	client := httpclient.NewIssuer(httpclient.ProofOptions{Options: httpclient.Options{Proxy: func() httpclient.Proxy { return httpclient.Proxy{Mode: httpclient.ProxyNone} }}, Dial: to})
	fetch := func(address string) (string, error) {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		data, err := client.Fetch(t.Context(), u)
		return string(data), err
	}
	if got, err := fetch("http://aia.example/ca.cer"); got != "a certificate" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for address, want := range map[string]fault.Code{
		"http://aia.example/moved": fault.ServiceRedirect, "http://aia.example/large": fault.ServiceOversize,
		"http://aia.example/gone": fault.NotFound, "ldap://aia.example/cn=x": fault.ServiceRedirect, "http://user@aia.example/ca.cer": fault.ServiceRedirect,
	} {
		if _, err := fetch(address); !fault.Is(err, want) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if n := len(asked); n != 4 {
		t.Errorf("asked for %q", asked)
	}
	u, _ := url.Parse(site.URL + "/ca.cer")
	inside := httpclient.NewIssuer(httpclient.ProofOptions{Options: httpclient.Options{Proxy: func() httpclient.Proxy { return httpclient.Proxy{Mode: httpclient.ProxyNone} }}})
	if _, err := inside.Fetch(t.Context(), u); err == nil || len(asked) != 4 {
		t.Errorf("an address inside: %v, asked for %q", err, asked)
	}
}
