package httpclient

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"certdesk/internal/fault"
)

// TestALibraryHasTheSameRules: what a library sends through the client is bounded, and led nowhere else.
func TestALibraryHasTheSameRules(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer elsewhere.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		case "/large":
			_, _ = w.Write(bytes.Repeat([]byte("a"), 5000))
		default:
			w.Header().Set("Replay-Nonce", "n1")
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(r.Header.Get("Content-Type") + " " + r.UserAgent()))
		}
	}))
	defer server.Close()
	var status int
	var nonce string
	client := NewSeller(Options{UserAgent: "Certdesk/1"}).Client(4096, func(s int, h http.Header) { status, nonce = s, h.Get("Replay-Nonce") })
	answer, err := client.Post(server.URL, "application/jose+json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	_, _ = body.ReadFrom(answer.Body)
	_ = answer.Body.Close()
	if body.String() != "application/jose+json Certdesk/1" || status != http.StatusCreated || nonce != "n1" {
		t.Errorf("%q %d %q", body.String(), status, nonce)
	}
	for path, want := range map[string]fault.Code{"/away": fault.ServiceRedirect, "/large": fault.ServiceOversize} {
		_, err := client.Get(server.URL + path) //nolint:bodyclose // a test, and there is none
		if !fault.Is(err, want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := client.Get("http://acme.example/"); !fault.Is(err, fault.LinkInsecure) { //nolint:bodyclose // as above
		t.Errorf("plain http: %v", err)
	}
}
