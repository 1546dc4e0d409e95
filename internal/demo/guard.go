package demo

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// guard refuses what does not come from this computer's own programs and the issuer's own pages: a Host
// that is not the issuer's literal address (DNS rebinding), and requests that a foreign page has caused.
// It sets the headers that every answer carries; the Date is the issuer's own clock.
func guard(host string, now func() time.Time, next http.Handler) http.Handler {
	origin := "http://" + host
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Date", now().UTC().Format(http.TimeFormat))
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		// With "no-referrer" a browser would send "Origin: null" with our own forms.
		h.Set("Referrer-Policy", "same-origin")
		if r.Host != host || !sameOrigin(r, origin) {
			http.Error(w, "demo: this address is for this computer only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin judges what a browser says of where a request comes from. A link in another program or page
// may be followed; anything else must come from the issuer's own pages. Programs say nothing.
func sameOrigin(r *http.Request, origin string) bool {
	for _, o := range r.Header.Values("Origin") {
		if o != origin {
			return false
		}
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return true
	}
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate"
}

// Request is one request that the issuer has got. Path is the path itself for the calls of the Activation
// API, where no credential stands in it; for all others it is the route ("/confirm/{token}").
type Request struct {
	At     time.Time
	Method string
	Path   string
}

// requestLimit is how many requests are remembered at most; the older half goes when there are more.
const requestLimit = 10_000

type requestLog struct {
	now  func() time.Time
	mu   sync.Mutex
	list []Request
}

// note remembers every request before it is answered.
func (l *requestLog) note(mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := route(mux, r)
		if isAPI(path) && !strings.HasSuffix(path, "/") { // a call that there is
			path = r.URL.Path
		}
		l.mu.Lock()
		if len(l.list) == requestLimit {
			l.list = append(l.list[:0], l.list[requestLimit/2:]...)
		}
		l.list = append(l.list, Request{l.now(), r.Method, path})
		l.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// Requests are the requests that this process's issuer has got since it was started, oldest first; nil for
// the issuer of another process.
func (i *Issuer) Requests() []Request {
	if i.run == nil {
		return nil
	}
	l := i.run.requests
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Request(nil), l.list...)
}
