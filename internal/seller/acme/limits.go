package acme

import (
	"errors"
	"strings"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/seller"
)

// What a directory wants not to be asked for again before a time (RFC 8555 6.6) is not asked for before, however often
// the button is pressed. A limit counts for what was asked for: other names can be tried at once.

// maxLimits bounds how many are remembered; a run of the app hardly ever meets one.
const maxLimits = 100

func (s *session) limitOf(what []string) string {
	return s.at.String() + "\n" + strings.Join(what, "\n")
}

// limitedUntil is the refusal of something that the directory wants not to be asked for yet; nil: it may be asked.
func (s *session) limitedUntil(what []string) error {
	now := s.c.o.Now()
	s.c.mu.Lock()
	until := s.c.limits[s.limitOf(what)]
	s.c.mu.Unlock()
	if !until.After(now) {
		return nil
	}
	return &seller.Refusal{Fault: fault.New(fault.RateLimited, nil, "host", s.host, "wait", until.Sub(now).Round(time.Second))}
}

// remember keeps a limit that has just been met, where the directory has said how long it lasts.
func (s *session) remember(err error, what []string) {
	now := s.c.o.Now()
	wait, said := retryAfter(s.header, now)
	if err == nil || !said || s.fault(err).Code != fault.RateLimited {
		return
	}
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if len(s.c.limits) >= maxLimits {
		clear(s.c.limits)
	}
	s.c.limits[s.limitOf(what)] = now.Add(min(max(wait, time.Second), maxWait))
}

// isRefusal reports whether an error is a refusal already.
func isRefusal(err error) bool {
	var r *seller.Refusal
	return errors.As(err, &r)
}
