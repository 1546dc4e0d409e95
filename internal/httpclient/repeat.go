package httpclient

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"certdesk/internal/fault"
)

// repeat sends r, and again after a pause when it may be repeated and the failure is one that passes: no
// connection, a connection that broke, 429, 502, 503, 504. A service that asks for a longer wait than
// limits allow gets it: the answer goes to the caller.
func (s *Seller) repeat(ctx context.Context, r Request) (*Response, error) {
	for attempt := 0; ; attempt++ {
		answer, err := s.once(ctx, r)
		if !r.Repeatable || attempt >= len(s.limits.pauses) || !passes(answer, err) {
			return answer, err
		}
		pause := s.limits.pauses[attempt]
		if answer != nil && answer.RetryAfter > pause {
			pause = answer.RetryAfter
		}
		if pause > s.limits.longest {
			return answer, err
		}
		if s.options.Sleep(ctx, pause) != nil {
			return nil, ended(ctx, r.URL.Host)
		}
	}
}

func passes(answer *Response, err error) bool {
	if err != nil {
		return fault.Is(err, fault.ServiceUnreachable) || fault.Is(err, fault.ServiceCut)
	}
	switch answer.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// retryAfter reads Retry-After, seconds or a date (RFC 9110 section 10.2.3), as a wait from now on; never
// negative, and at most a year, so that nothing overflows.
func retryAfter(h http.Header, now time.Time) time.Duration {
	const year = 365 * 24 * time.Hour
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), int64(year/time.Second))) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(At(h, now)), 0), year)
}

// At is when an answer was made, by the clock of the service that gave it, from which a time in its Retry-After counts:
// this computer's clock may be wrong by days. now stands in for a service that does not say it (RFC 9110 6.6.1).
func At(h http.Header, now time.Time) time.Time {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		return at
	}
	return now
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
