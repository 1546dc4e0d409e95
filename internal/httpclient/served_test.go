package httpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// to has every connection made to one address of this computer.
func to(address string) func(ctx context.Context, network, _ string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
}

func TestWhatAWebsiteSends(t *testing.T) {
	reached := false
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	sent, err := Served{Dial: to(server.Listener.Addr().String())}.Look(t.Context(), "www.example.ch")
	if err != nil || len(sent) != 1 || !sent[0].Equal(server.Certificate()) {
		t.Errorf("%d certificates, %v", len(sent), err)
	}
	if reached {
		t.Error("a request was sent")
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	closed, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, tt := range map[string]struct {
		ctx  context.Context
		s    Served
		host string
		want error
	}{
		"speaks no TLS":     {t.Context(), Served{Dial: to(plain.Listener.Addr().String())}, "www.example.ch", ErrNotTLS},
		"nobody listens":    {t.Context(), Served{Dial: to(closed.Addr().String())}, "www.example.ch", ErrRefused},
		"this computer":     {t.Context(), Served{}, "127.0.0.1", ErrPrivateAddress},
		"the office":        {t.Context(), Served{}, "192.168.1.1", ErrPrivateAddress},
		"the customer left": {ended, Served{}, "www.example.ch", context.Canceled},
	} {
		if _, err := tt.s.Look(tt.ctx, tt.host); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}
