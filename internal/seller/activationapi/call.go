package activationapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/secret"
)

// maxAnswer is the most that an answer may hold after decompression, in bytes.
const maxAnswer = 1 << 20

// Media types.
const (
	jsonType    = "application/json"
	chainType   = "application/pem-certificate-chain"
	problemType = "application/problem+json"
)

// HTTP is the network: the client for sellers in package httpclient.
type HTTP interface {
	Do(ctx context.Context, r httpclient.Request) (*httpclient.Response, error)
}

// call is one request to an endpoint.
type call struct {
	method      string
	path        string // below the endpoint, escaped, without a leading slash
	credential  secret.Value
	key         string // UUID
	ifMatch     string
	ifNoneMatch string
	body        []byte
	contentType string // of the body; JSON when empty
	accept      string // JSON when empty
}

// token68 is what can stand behind "Bearer" (RFC 6750, 2.1).
var token68 = regexp.MustCompile(`^[A-Za-z0-9\-._~+/]+=*$`)

// uuid is the form of a key.
var uuid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// do sends a call and gives the answer whatever its status is, but for redirects.
func (c *Client) do(ctx context.Context, p place, q call) (*httpclient.Response, error) {
	bearer := q.credential.Reveal()
	defer clear(bearer)
	if !token68.Match(bearer) {
		return nil, fault.New(fault.CodeMalformed, nil, "host", p.host)
	}
	accept := q.accept
	if accept == "" {
		accept = jsonType
	}
	h := c.header(accept, problemType)
	if q.key != "" {
		if !uuid.MatchString(q.key) {
			return nil, fault.New(fault.Unexpected, nil, "host", p.host)
		}
		h.Set("Idempotency-Key", strconv.Quote(q.key))
	}
	if q.ifMatch != "" {
		h.Set("If-Match", q.ifMatch)
	}
	if q.ifNoneMatch != "" {
		h.Set("If-None-Match", q.ifNoneMatch)
	}
	if q.body != nil {
		h.Set("Content-Type", cmp.Or(q.contentType, jsonType))
	}
	at, err := url.Parse(p.endpoint + q.path)
	if err != nil {
		return nil, fault.New(fault.ServiceBroken, nil, "host", p.host)
	}
	rep, err := c.o.HTTP.Do(ctx, httpclient.Request{
		Method: q.method, URL: at, Header: h, Body: q.body, MaxBytes: maxAnswer,
		Credential: &httpclient.Credential{Origin: p.origin, Apply: func(h http.Header) {
			h.Set("Authorization", "Bearer "+string(bearer))
		}},
		Repeatable: q.method == http.MethodGet,
	})
	if err != nil {
		c.forget(p)
		return nil, atHost(err, p.host)
	}
	if rep.Status/100 == 3 && rep.Status != http.StatusNotModified {
		c.forget(p)
		return nil, fault.New(fault.ServiceRedirect, nil, "host", p.host)
	}
	return rep, nil
}

func (c *Client) header(accept ...string) http.Header {
	h := http.Header{"Accept": {strings.Join(accept, ", ")}}
	if l := c.o.Language(); l != "" {
		h.Set("Accept-Language", l)
	}
	return h
}

// get reads the JSON of a 2xx answer into into; any other answer becomes its fault.
func (c *Client) get(p place, rep *httpclient.Response, into any) error {
	if rep.Status/100 != 2 {
		_, err := c.problem(p, rep)
		return err
	}
	if !isJSON(rep.Header) {
		return fault.New(fault.ServiceHTML, nil, "host", p.host)
	}
	if err := json.Unmarshal(rep.Body, into); err != nil {
		return fault.New(fault.ServiceBroken, nil, "host", p.host) // the decoder quotes what it could not read
	}
	return nil
}

func orderPath(id string, more ...string) string {
	path := "orders/" + url.PathEscape(id)
	for _, m := range more {
		path += "/" + url.PathEscape(m)
	}
	return path
}

// usableID reports whether an id can be a segment of a path: not empty, not over 200 bytes, and none that
// paths are cleaned of (RFC 3986, 5.2.4).
func usableID(id string) bool {
	return id != "" && len(id) <= 200 && id != "." && id != ".."
}

func isJSON(h http.Header) bool {
	t, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && (t == jsonType || strings.HasSuffix(t, "+json"))
}

// Limits of what Retry-After is believed to say.
const (
	minPoll     = 5 * time.Second
	maxPoll     = 7 * 24 * time.Hour
	defaultPoll = time.Minute
)

// retryAfter reads Retry-After, in seconds or as a date (RFC 9110, 10.2.3), at most maxPoll. It reports false
// when there is none that can be read.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0, false
	}
	if digits := strings.Trim(v, "0123456789") == ""; digits {
		n, err := strconv.Atoi(v)
		if err != nil || n > int(maxPoll/time.Second) {
			return maxPoll, true
		}
		return time.Duration(n) * time.Second, true
	}
	t, err := http.ParseTime(v)
	if err != nil {
		return 0, false
	}
	return min(max(t.Sub(httpclient.At(h, now)), 0), maxPoll), true
}

// poll is the floor for the next look at an order.
func poll(h http.Header, now time.Time) time.Time {
	d, ok := retryAfter(h, now)
	if !ok {
		d = defaultPoll
	}
	return now.Add(max(d, minPoll))
}

// atHost adds the argument host to a fault that has none. Of an error that is no fault only the end of a
// context is kept as its cause: what others say quotes addresses.
func atHost(err error, host string) error {
	var f *fault.Error
	switch {
	case errors.As(err, &f):
	case errors.Is(err, context.Canceled):
		return fault.New(fault.Cancelled, context.Canceled, "host", host)
	case errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.ServiceSlow, context.DeadlineExceeded, "host", host)
	default:
		return fault.New(fault.Unexpected, nil, "host", host)
	}
	if _, ok := f.Args["host"]; ok {
		return err
	}
	g := *f
	g.Args = map[string]any{"host": host}
	for k, v := range f.Args {
		g.Args[k] = v
	}
	return &g
}

func busy(h http.Header, now time.Time, host string) *fault.Error {
	d, ok := retryAfter(h, now)
	if !ok {
		d = defaultPoll
	}
	return fault.New(fault.ServiceBusy, nil, "host", host, "wait", max(d, time.Second))
}
