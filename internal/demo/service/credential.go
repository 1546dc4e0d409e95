package service

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"certdesk/internal/demo/ledger"
	"certdesk/internal/seller/activationapi/wire"
)

// Wrong codes from one address: so many a minute.
const (
	wrongLimit  = 20
	wrongWindow = time.Minute
)

// limiter counts wrong codes by address.
type limiter struct {
	mu   sync.Mutex
	seen map[string][]time.Time
}

// wait gives how long an address has to wait, zero when it may try.
func (l *limiter) wait(address string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	recent := l.seen[address]
	for len(recent) > 0 && now.Sub(recent[0]) >= wrongWindow {
		recent = recent[1:]
	}
	if len(recent) == 0 {
		delete(l.seen, address)
		return 0
	}
	l.seen[address] = recent
	if len(recent) < wrongLimit {
		return 0
	}
	return max(wrongWindow-now.Sub(recent[0]), time.Second)
}

func (l *limiter) count(address string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[string][]time.Time{}
	}
	l.seen[address] = append(l.seen[address], now)
}

// bearer gives the credential of a request, empty when there is none that could be one.
func bearer(r *http.Request) []byte {
	const scheme = "bearer "
	h := r.Header.Get("Authorization")
	if len(r.Header.Values("Authorization")) != 1 || len(h) <= len(scheme) || !strings.EqualFold(h[:len(scheme)], scheme) {
		return nil
	}
	return []byte(h[len(scheme):])
}

// offer finds the licence that the request's code opens. Malformed and unknown codes take the same way
// and get the same answer.
func (s *Service) offer(r *http.Request) (ledger.Offer, *answer) {
	from, _, _ := net.SplitHostPort(r.RemoteAddr)
	now := s.Now()
	if wait := s.wrong.wait(from, now); wait > 0 {
		a := problem(http.StatusTooManyRequests, wire.ProblemTypeRateLimited).after(wait)
		return ledger.Offer{}, &a
	}
	offer, ok := ledger.ByCode(bearer(r))
	if !ok {
		s.wrong.count(from, now)
		a := problem(http.StatusUnauthorized, wire.ProblemTypeCodeUnknown).with("WWW-Authenticate", "Bearer")
		return ledger.Offer{}, &a
	}
	return offer, nil
}

// tokenHash gives the hash of the request's order token, as the client has told it when it applied: of the
// 43 characters themselves. ok is false for what can't be an order token.
func tokenHash(r *http.Request) (hash string, ok bool) {
	token := bearer(r)
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(token))
	if err != nil || len(raw) != 32 {
		return "", false
	}
	h := sha256.Sum256(token)
	return hex.EncodeToString(h[:]), true
}

func noToken() answer {
	return problem(http.StatusUnauthorized, wire.ProblemTypeUnauthorized).with("WWW-Authenticate", "Bearer")
}

// opened finds the order of the request's path if its token opens it, else nil: whether there is no such
// order or another token opens it makes no difference.
func opened(st *ledger.State, r *http.Request, hash string) *ledger.Order {
	o := st.Order(r.PathValue("id"))
	kept := strings.Repeat("0", 64)
	if o != nil {
		kept = o.TokenSHA256
	}
	if subtle.ConstantTimeCompare([]byte(kept), []byte(hash)) != 1 {
		return nil
	}
	return o
}

func notFound() answer { return problem(http.StatusNotFound, wire.ProblemTypeNotFound) }
