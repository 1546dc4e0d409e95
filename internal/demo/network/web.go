package network

import (
	"net"
	"net/http"
	"strings"
	"time"

	"certdesk/internal/demo/ledger"
)

// webServer is every host of the demo, on plain HTTP.
type webServer struct{ Options }

// ServeHTTP answers with the file that was published at the address, or with nothing.
func (n *webServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := strings.ToLower(r.Host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	body, there, known := "", false, false
	err := n.Ledger.View(func(s *ledger.State, _ time.Time) {
		body, there = s.FileAt(host, r.URL.Path)
		known = s.IsHost(host)
	})
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	switch {
	case err != nil:
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	case there:
		_, _ = w.Write([]byte(body))
	case known && r.URL.Path == "/":
		_, _ = w.Write([]byte("Certdesk demo: this website is on your own computer.\n"))
	default:
		http.NotFound(w, r)
	}
}
