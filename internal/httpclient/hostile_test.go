package httpclient_test

import (
	"compress/gzip"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
)

// TestHostileWebsites are where the proof of a name, or the certificate of an authority, is fetched: whoever wrote the
// instruction or the certificate chose them. Each fetch ends; little is read, and nothing but websites is led to.
func TestHostileWebsites(t *testing.T) {
	var sent, asked atomic.Int64
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		block := []byte(strings.Repeat(" ", 64<<10))
		switch r.URL.Path {
		case "/endless":
			for r.Context().Err() == nil {
				n, err := w.Write(block)
				if sent.Add(int64(n)); err != nil {
					return
				}
			}
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 1000 {
				_, _ = z.Write(block)
			}
			_ = z.Close()
		case "/circle":
			http.Redirect(w, r, "/circle", http.StatusFound)
		case "/away":
			n, _ := strconv.Atoi(r.URL.Query().Get("n"))
			http.Redirect(w, r, "http://host"+strconv.Itoa(n+1)+".example/away?n="+strconv.Itoa(n+1), http.StatusFound)
		case "/port":
			http.Redirect(w, r, "http://www.example:22/", http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/user":
			http.Redirect(w, r, "http://a:b@www.example/", http.StatusFound)
		}
	}))
	defer site.Close()
	options := httpclient.ProofOptions{
		Options: httpclient.Options{Proxy: func() httpclient.Proxy { return httpclient.Proxy{Mode: httpclient.ProxyNone} }},
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", site.Listener.Addr().String())
		},
	}
	issuer, proof := httpclient.NewIssuer(options), httpclient.NewProof(options)
	fetches := map[string]func(*url.URL) error{
		"issuer": func(u *url.URL) error { _, err := issuer.Fetch(t.Context(), u); return err },
		"proof":  func(u *url.URL) error { _, err := proof.Fetch(t.Context(), u); return err },
	}
	for path, want := range map[string]fault.Code{
		"/endless": fault.ServiceOversize, "/bomb": fault.ServiceOversize, "/circle": fault.ServiceRedirect, "/away": fault.ServiceRedirect,
		"/port": fault.ServiceRedirect, "/file": fault.ServiceRedirect, "/user": fault.ServiceRedirect,
	} {
		for name, fetch := range fetches {
			asked.Store(0)
			err := fetch(&url.URL{Scheme: "http", Host: "www.example", Path: path})
			if !fault.Is(err, want) {
				t.Errorf("%s of %s: want %s, got %v", path, name, want, err)
			}
			if n := asked.Load(); n > 11 {
				t.Errorf("%s of %s: %d requests", path, name, n)
			}
		}
	}
	if n := sent.Load(); n > 32<<20 {
		t.Errorf("%d octets were answered", n)
	}
}
