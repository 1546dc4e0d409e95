package httpclient

import (
	"net/http"
	"syscall"
	"time"
)

// ForTest makes a client whose patience is short and which takes online for whether there is a network.
func ForTest(o Options, idle, total time.Duration, online bool) *Seller {
	s := NewSeller(o)
	s.limits.connect, s.limits.idle, s.limits.total = idle, idle, total
	s.online = func() bool { return online }
	s.tripper = newTransport(s.options, s.limits)
	return s
}

// SellerLimits are the limits outside of tests, by name.
func SellerLimits() (connect, idle, total, longest time.Duration) {
	return sellerLimits.connect, sellerLimits.idle, sellerLimits.total, sellerLimits.longest
}

// NoNetwork is what the system says when there is no network.
var NoNetwork error = syscall.ENETUNREACH

// FailingWith makes a client for which every exchange fails with err.
func FailingWith(err error) *Seller {
	s := ForTest(Options{}, time.Minute, time.Minute, true)
	s.tripper = failing{err}
	return s
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }
