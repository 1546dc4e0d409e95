package httpclient

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"certdesk/internal/fault"
)

// Client gives the seller's client in the form that a library for a protocol takes. The rules are those of
// [Seller.Do]: https alone (http to a literal loopback address), no redirects, no cookies, no credential in a
// header, whole answers of at most maxBytes, the proxy of the options; nothing is repeated here. What goes wrong
// is a fault, inside the *url.Error that net/http makes of it.
//
// saw, which may be nil, is told of each answer before the library is.
func (s *Seller) Client(maxBytes int64, saw func(status int, h http.Header)) *http.Client {
	return &http.Client{
		Transport:     library{s, maxBytes, saw},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type library struct {
	s        *Seller
	maxBytes int64
	saw      func(int, http.Header)
}

var errLibraryBody = errors.New("httpclient: what a library wants to send can't be read")

// RoundTrip sends what a library has made and gives the whole answer.
func (l library) RoundTrip(req *http.Request) (*http.Response, error) {
	r := Request{Method: req.Method, URL: req.URL, Header: req.Header, MaxBytes: l.maxBytes}
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		_ = req.Body.Close()
		if err != nil {
			return nil, fault.New(fault.Unexpected, errLibraryBody)
		}
		r.Body = body
	}
	for _, h := range []string{"Authorization", "Cookie", "Referer"} {
		if r.Header.Get(h) != "" {
			return nil, fault.New(fault.Unexpected, errMisuse)
		}
	}
	if err := sendable(r.URL); err != nil {
		return nil, err
	}
	answer, err := l.s.exchange(req.Context(), r, r.URL)
	if err != nil {
		return nil, err
	}
	if l.saw != nil {
		l.saw(answer.Status, answer.Header)
	}
	if answer.Status >= 300 && answer.Status <= 399 {
		return nil, fault.New(fault.ServiceRedirect, statusError(answer.Status), "host", r.URL.Host)
	}
	return &http.Response{
		Status: http.StatusText(answer.Status), StatusCode: answer.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: answer.Header, Body: io.NopCloser(bytes.NewReader(answer.Body)), ContentLength: int64(len(answer.Body)),
		Request: req,
	}, nil
}
