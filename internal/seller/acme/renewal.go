package acme

import (
	"context"
	"crypto/x509"
	"time"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/seller"
)

// How often a directory is asked when to renew, where it does not say (RFC 9773 4.3.2 has six hours as an example),
// and where it says something odd.
const (
	usualSuggestion = 6 * time.Hour
	leastSuggestion = time.Hour
)

// Renewal asks when a certificate is best renewed (RFC 9773). No key is needed for that: nothing is read from the
// keyring. A directory that has no opinion gives nil.
func (c *Client) Renewal(ctx context.Context, r seller.Receipt, leaf *x509.Certificate) (*order.Renewal, time.Duration, error) {
	s, err := c.session(r.Service, nil, "")
	if err != nil {
		return nil, usualSuggestion, err
	}
	dir, err := s.acme.GetDirectory(ctx)
	if err != nil {
		return nil, usualSuggestion, s.fault(err)
	}
	if dir.RenewalInfo == "" {
		return nil, maxWait, nil
	}
	info, err := s.acme.GetRenewalInfo(ctx, leaf)
	if err != nil {
		return nil, usualSuggestion, s.fault(err)
	}
	got := renewal(&info)
	if got == nil {
		return nil, usualSuggestion, fault.New(fault.ServiceBroken, nil, "host", s.host)
	}
	next := usualSuggestion
	if info.RetryAfter != nil {
		next = min(max(time.Until(*info.RetryAfter), leastSuggestion), maxWait)
	}
	return got, next, nil
}

// renewal is when the directory suggests to renew; nil where it does not say.
func renewal(info *acme.RenewalInfo) *order.Renewal {
	if info == nil || !info.HasWindow() || info.SuggestedWindow.End.Before(info.SuggestedWindow.Start) {
		return nil
	}
	return &order.Renewal{From: info.SuggestedWindow.Start, Until: info.SuggestedWindow.End}
}
