package acme

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
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
	dir, err := c.directory(ctx, s.at)
	if err != nil {
		return nil, usualSuggestion, err
	}
	if dir.RenewalInfo == "" {
		return nil, maxWait, nil
	}
	return c.suggestion(ctx, s.at, dir, leaf)
}

// suggestion asks a directory once when to renew a certificate, and says when to ask again.
func (c *Client) suggestion(ctx context.Context, at *url.URL, dir acme.Directory, leaf *x509.Certificate) (*order.Renewal, time.Duration, error) {
	broken := fault.New(fault.ServiceBroken, nil, "host", at.Host)
	id, err := acme.ARIUniqueIdentifier(leaf)
	if err != nil {
		return nil, usualSuggestion, broken
	}
	u, err := url.Parse(strings.TrimSuffix(dir.RenewalInfo, "/") + "/" + id)
	if err != nil || !sameService(at, u) {
		return nil, usualSuggestion, fault.New(fault.ServiceElsewhere, nil, "host", at.Host)
	}
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	rep, err := c.o.HTTP.Do(ctx, httpclient.Request{Method: http.MethodGet, URL: u, MaxBytes: maxDirectory})
	if err != nil {
		return nil, usualSuggestion, err
	}
	if err := rep.Fault(); err != nil {
		return nil, usualSuggestion, err
	}
	var info acme.RenewalInfo
	if rep.Status != http.StatusOK || json.Unmarshal(rep.Body, &info) != nil {
		return nil, usualSuggestion, broken
	}
	got := renewal(&info)
	if got == nil {
		return nil, usualSuggestion, broken
	}
	next := usualSuggestion
	if rep.RetryAfter > 0 {
		next = min(max(rep.RetryAfter, leastSuggestion), maxWait)
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
