package demo

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/demo/service"
)

// defaultSlow is how long an answer takes where the service is slow: long enough to see what the program
// shows meanwhile, short of its patience.
const defaultSlow = 3 * time.Second

// failures are what a broken service does to the first of two equal calls, in turn. None of them is a last
// word, so a second attempt goes on.
var failures = []Unkindness{Fail, Busy, HTML, Cut}

// manners treats the calls of some licences and their orders as slow and failing services do.
type manners struct {
	ledger *ledger.Ledger
	slow   time.Duration
	mu     sync.Mutex
	calls  map[string]int // by method and path
	failed int
}

func (m *manners) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch m.of(r) {
		case ledger.Slow:
			timer := time.NewTimer(m.slow)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-r.Context().Done():
				return
			}
		case ledger.Broken:
			if kind, ok := m.fails(r); ok {
				Unkind{Kind: kind}.spoil(w, r, next)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// of gives the manner of a call: by its code, or by the order that its path names.
func (m *manners) of(r *http.Request) ledger.Manner {
	path, ok := strings.CutPrefix(r.URL.Path, service.Prefix+"/")
	if !ok {
		return ""
	}
	if below, ok := strings.CutPrefix(path, "orders/"); ok {
		id, _, _ := strings.Cut(below, "/")
		manner := ledger.Manner("")
		_ = m.ledger.View(func(s *ledger.State, _ time.Time) { // a ledger that fails tells the call itself
			if o := s.Order(id); o != nil {
				manner = o.Offer().Manner
			}
		})
		return manner
	}
	_, code, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	offer, _ := ledger.ByCode([]byte(code))
	return offer.Manner
}

// fails says how a call fails, if it is the first of two equal ones.
func (m *manners) fails(r *http.Request) (Unkindness, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	call := r.Method + " " + r.URL.Path
	m.calls[call]++
	if m.calls[call]%2 == 0 {
		return "", false
	}
	kind := failures[m.failed%len(failures)]
	m.failed++
	return kind, true
}
