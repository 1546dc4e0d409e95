package httpclient

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"

	"certdesk/internal/fault"
)

// once sends r and follows the redirects it may follow.
func (s *Seller) once(ctx context.Context, r Request) (*Response, error) {
	at := r.URL
	for followed := 0; ; followed++ {
		answer, err := s.exchange(ctx, r, at)
		if err != nil {
			return nil, err
		}
		if answer.Status < 300 || answer.Status > 399 || answer.Status == http.StatusNotModified {
			return answer, nil
		}
		next := redirect(answer)
		if followed >= r.MaxRedirects || !mayFollow(r, at, next) {
			return nil, fault.New(fault.ServiceRedirect, statusError(answer.Status), "host", at.Host)
		}
		at = next
	}
}

// redirect is where an answer sends us, nil when that is nowhere.
func redirect(answer *Response) *url.URL {
	switch answer.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil
	}
	location := answer.Header.Get("Location")
	if location == "" {
		return nil
	}
	next, err := answer.URL.Parse(location)
	if err != nil {
		return nil
	}
	return next
}

func mayFollow(r Request, from, next *url.URL) bool {
	return next != nil && r.Credential == nil && r.Method == http.MethodGet &&
		sendable(next) == nil &&
		(next.Scheme == "https" || from.Scheme == "http" && sameOrigin(from.String(), next)) &&
		r.MayFollow != nil && r.MayFollow(next)
}

// exchange sends r to one address and reads the answer.
func (s *Seller) exchange(ctx context.Context, r Request, at *url.URL) (*Response, error) {
	watched, dog := watch(ctx, s.limits)
	defer dog.stop()
	var t trace
	req, err := s.request(httptrace.WithClientTrace(watched, t.hooks()), r, at, dog)
	if err != nil {
		return nil, fault.New(fault.Unexpected, errRequest)
	}
	answer, err := s.tripper.RoundTrip(req)
	if err != nil {
		return nil, s.faultOf(ctx, context.Cause(watched), &t, err, at)
	}
	defer func() { _ = answer.Body.Close() }()
	dog.pat()
	limit := r.MaxBytes
	if limit <= 0 {
		limit = MaxAnswer
	}
	body, err := readBody(answer, dog.reader(answer.Body), limit)
	if err != nil {
		t.answered.Store(true)
		return nil, s.faultOf(ctx, context.Cause(watched), &t, err, at)
	}
	return &Response{
		Status:     answer.StatusCode,
		Header:     answer.Header,
		Body:       body,
		URL:        at,
		RetryAfter: retryAfter(answer.Header, s.options.Now()),
	}, nil
}

var errRequest = errors.New("httpclient: the request can't be made")

func (s *Seller) request(ctx context.Context, r Request, at *url.URL, dog *watchdog) (*http.Request, error) {
	target := *at
	target.Fragment, target.RawFragment = "", ""
	var body io.Reader
	if len(r.Body) > 0 {
		body = dog.reader(bytes.NewReader(r.Body))
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, target.String(), body)
	if err != nil {
		return nil, err
	}
	if len(r.Body) > 0 {
		req.ContentLength = int64(len(r.Body))
		// For the transport, when a connection that was kept open turns out to be closed.
		req.GetBody = func() (io.ReadCloser, error) {
			return io.NopCloser(dog.reader(bytes.NewReader(r.Body))), nil
		}
	}
	if r.Header != nil {
		req.Header = r.Header.Clone()
	}
	req.Header.Set("User-Agent", s.options.UserAgent)
	req.Header.Set("Accept-Encoding", "gzip")
	if r.Credential != nil {
		r.Credential.Apply(req.Header)
	}
	return req, nil
}

// trace remembers how far a request got.
type trace struct {
	connected atomic.Bool // there was a connection, TLS included
	answered  atomic.Bool // the head of an answer came
	handshake atomic.Pointer[error]
}
