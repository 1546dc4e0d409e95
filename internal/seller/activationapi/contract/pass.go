package contract

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3filter"
)

// Wrap checks what passes on the service's side. An answer that breaks off (the handler panics, or takes
// the connection over) is not checked.
func (c *Checker) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			c.report("request %s: %v", r.Method, err)
			return
		}
		k := c.begin(r, body)
		setBody(r, body)
		if k == nil {
			next.ServeHTTP(w, r)
			return
		}
		tee := &answer{ResponseWriter: w, status: http.StatusOK}
		whole := false
		defer func() {
			if !whole && k.problem != nil && !c.badRequests {
				c.report("request %s: %v", k.name, k.problem)
			}
		}()
		next.ServeHTTP(tee, r)
		if whole = !tee.hijacked; whole {
			c.end(k, tee.status, w.Header(), tee.body.Bytes())
		}
	})
}

// answer keeps a copy of what a handler writes.
type answer struct {
	http.ResponseWriter
	status   int
	wrote    bool
	hijacked bool
	body     bytes.Buffer
}

func (a *answer) WriteHeader(status int) {
	if !a.wrote && status >= 200 {
		a.status, a.wrote = status, true
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	a.wrote = true
	a.body.Write(b)
	return a.ResponseWriter.Write(b)
}

// Flush is for handlers that ask for an http.Flusher.
func (a *answer) Flush() { _ = http.NewResponseController(a.ResponseWriter).Flush() }

// Unwrap is for http.ResponseController; whoever goes through it may take the connection over.
func (a *answer) Unwrap() http.ResponseWriter {
	a.hijacked = true
	return a.ResponseWriter
}

// Transport checks what passes on the client's side. An answer that the client does not read to its end is
// not checked.
func (c *Checker) Transport(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		var body []byte
		if r.Body != nil {
			b, err := io.ReadAll(r.Body)
			if err = errors.Join(err, r.Body.Close()); err != nil {
				return nil, err
			}
			body = b
		}
		k := c.begin(r, body)
		sent := r.Clone(r.Context())
		if r.Body != nil {
			setBody(sent, body)
		}
		resp, err := next.RoundTrip(sent)
		if err != nil || k == nil {
			return resp, err
		}
		got := &read{ReadCloser: resp.Body}
		got.end = sync.OnceFunc(func() { c.end(k, resp.StatusCode, resp.Header, got.copy.Bytes()) })
		resp.Body = got
		return resp, nil
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip does what http.RoundTripper asks for.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// read keeps a copy of an answer and calls end when it was read to its end.
type read struct {
	io.ReadCloser
	copy bytes.Buffer
	end  func()
}

func (r *read) Read(b []byte) (int, error) {
	n, err := r.ReadCloser.Read(b)
	r.copy.Write(b[:n])
	if errors.Is(err, io.EOF) {
		r.end()
	}
	return n, err
}

func setBody(r *http.Request, body []byte) {
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	if len(body) == 0 {
		r.Body = http.NoBody
	}
}

var apiPath = regexp.MustCompile(`/(\.well-known/certificate-activation$|licence$|orders(/|$)|access(/|$))`)

// belowEndpoint cuts the endpoint's own path off.
func belowEndpoint(path string) string {
	if at := apiPath.FindStringIndex(path); at != nil {
		return path[at[0]:]
	}
	return path
}

// token68 is RFC 6750's b64token.
var token68 = regexp.MustCompile(`^Bearer [A-Za-z0-9\-._~+/]+=*$`)

func bearer(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	if !token68.MatchString(in.RequestValidationInput.Request.Header.Get("Authorization")) {
		return errors.New("no bearer credential")
	}
	return nil
}

func credential(h http.Header) string {
	v, _ := strings.CutPrefix(h.Get("Authorization"), "Bearer ")
	return v
}

func isJSON(h http.Header) bool { return strings.Contains(h.Get("Content-Type"), "json") }
