package proof_test

import (
	"net/http"
	"strings"
	"testing"

	"certdesk/internal/proof"
)

// TestWhatIsSeenOfAFile: every mistake with a file on a website.
func TestWhatIsSeenOfAFile(t *testing.T) {
	const path = "/.well-known/pki-validation/auth.txt"
	serve := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != path || r.Host != "shop.example.ch" || r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" {
				http.NotFound(w, r)
				return
			}
			_, _ = w.Write([]byte(body))
		}
	}
	send := func(status int, to string, then http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Host == "shop.example.ch" && !strings.Contains(r.URL.Path, "moved") {
				w.Header().Set("Location", to)
				w.WriteHeader(status)
				return
			}
			then(w, r)
		}
	}
	any := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
	}
	status := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(n) }
	}
	for _, c := range []struct {
		name string
		site http.HandlerFunc
		want proof.State
		says string
		do   string
	}{
		{"right", serve(value), proof.Right, "proof.file-right.saw", "proof.right.do"},
		{"right, with a line end", serve("\ufeff" + value + "\r\n"), proof.Right, "proof.file-right.saw", "proof.right.do"},
		{"right, and called a web page", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(value))
		}, proof.Right, "proof.file-right.saw", "proof.right.do"},
		{"not there", nil, proof.Missing, "proof.file-missing.saw", "proof.file-missing.do"},
		{"a page", any("<!DOCTYPE html><html><body>Shop</body></html>"), proof.WebPage, "proof.file-page.saw", "proof.file-page.do"},
		{"a page that holds the value", any("<html><body>" + value + "</body></html>"), proof.WebPage, "proof.file-page.saw", "proof.file-page.do"},
		{"without end", any(strings.Repeat("x", 100<<10)), proof.WebPage, "proof.file-page.saw", "proof.file-page.do"},
		{"empty", serve(" \n"), proof.WrongValue, "proof.file-empty.saw", "proof.file-empty.do"},
		{"another value", serve("zzzz"), proof.WrongValue, "proof.file-wrong.saw", "proof.file-wrong.do.other"},
		{"in quotes", serve(`"` + value + `"`), proof.WrongValue, "proof.file-wrong.saw", "proof.file-wrong.do.quotes"},
		{"more than the value", serve("value: " + value), proof.WrongValue, "proof.file-wrong.saw", "proof.file-wrong.do.extended"},
		{"cut", serve(value[:9]), proof.WrongValue, "proof.file-wrong.saw", "proof.file-wrong.do.cut"},
		{"behind a password", status(401), proof.NoAnswer, "proof.file-locked.saw", "proof.file-locked.do"},
		{"the site is broken", status(503), proof.NoAnswer, "proof.file-status.saw", "proof.file-status.do"},
		{"sent on, right there", send(301, "http://www.example.ch"+path, any(value)), proof.Right, "proof.file-right.saw", "proof.file-right.do-elsewhere"},
		{"sent on, on the same host", send(308, "/moved", any(value)), proof.Right, "proof.file-right.saw", "proof.right.do"},
		{"sent on, not there", send(302, "http://www.example.com/", http.NotFound), proof.Elsewhere, "proof.file-elsewhere.saw", "proof.file-elsewhere.do"},
		{"sent on to a page", send(307, "http://www.example.com/", any("<html>")), proof.Elsewhere, "proof.file-elsewhere.saw", "proof.file-elsewhere.do"},
		{"sent on in a way that no authority follows", send(303, "http://www.example.ch"+path, any(value)), proof.NoAnswer, "proof.file-redirect.saw", "proof.file-redirect.do"},
		{"sent on to another port", send(301, "http://shop.example.ch:8080"+path, any(value)), proof.NoAnswer, "proof.file-port.saw", "proof.file-port.do"},
		{"sent on without end", send(301, "http://shop.example.ch/x", any(value)), proof.NoAnswer, "proof.file-redirect.saw", "proof.file-redirect.do"},
		{"sent on to a file on the server", send(301, "file:///etc/passwd", any(value)), proof.NoAnswer, "proof.file-redirect.saw", "proof.file-redirect.do"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.site = c.site
			r := w.look(fileTask())[0]
			if len(r.Findings) != 1 {
				t.Fatalf("got %+v", r)
			}
			if f := r.Findings[0]; r.State != c.want || f.Saw.ID != c.says || f.Do.ID != c.do {
				t.Fatalf("got %+v", f)
			}
		})
	}
}

// TestAWebsiteWithoutAnAnswer: nothing listens.
func TestAWebsiteWithoutAnAnswer(t *testing.T) {
	w := newWorld(t)
	w.network = proof.Loopback(func() string { return "127.0.0.1:1" }, func() string { return "" }, noOptions)
	r := w.look(fileTask())[0]
	if r.State != proof.NoAnswer || r.Findings[0].Saw.ID != "proof.file-silent.saw" {
		t.Errorf("got %+v", r)
	}
}
