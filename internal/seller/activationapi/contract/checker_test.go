package contract

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	testCode  = "ABCDEFGHIJKLMNOPQRSTUVWX"
	testKey   = `"0b9f3a64-1f0e-4d9a-8f4e-0d6f5b2c7a11"`
	licence   = `{"id":"l1","state":"valid","product":{"id":"p","name":"P","type":"smime","term":{"months":12},"names":{"kinds":["email"],"min":1,"max":1},"expected":{"min_minutes":1,"max_minutes":5},"of":"tomorrow"},"seller":{"name":"S"}}`
	problem   = `{"type":"tag:certdesk.io,2026:problem/code-unknown","title":"Unknown code","status":401}`
	applied   = `{"order_token_sha256":"` + "0000000000000000000000000000000000000000000000000000000000000000" + `","names":[{"type":"email","value":"a@b.example"}],"language":"en"}`
	problemCT = "application/problem+json"
)

// recorded collects what a Checker objects to.
type recorded struct {
	mu   sync.Mutex
	said []string
}

func checkerFor(t *testing.T, opts ...Option) (*Checker, *recorded) {
	t.Helper()
	c, r := New(t, opts...), &recorded{}
	c.report = func(format string, args ...any) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.said = append(r.said, fmt.Sprintf(format, args...))
	}
	return c, r
}

type message struct {
	method, path, body string
	header             map[string]string
	status             int
	answerType, answer string
	answerHeader       map[string]string
}

func (m message) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", m.answerType)
		for k, v := range m.answerHeader {
			w.Header().Set(k, v)
		}
		w.WriteHeader(m.status)
		_, _ = io.WriteString(w, m.answer)
	})
}

func (m message) request(t *testing.T) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), m.method, "http://127.0.0.1:1"+m.path, strings.NewReader(m.body))
	for k, v := range m.header {
		r.Header.Set(k, v)
	}
	return r
}

func get(change func(*message)) message {
	m := message{
		method: "GET", path: "/v1/licence", header: map[string]string{"Authorization": "Bearer " + testCode},
		status: 200, answerType: "application/json", answer: licence, answerHeader: map[string]string{},
	}
	change(&m)
	return m
}

func post(change func(*message)) message {
	m := message{
		method: "POST", path: "/orders", body: applied, status: 401, answerType: problemCT, answer: problem,
		header: map[string]string{
			"Authorization": "Bearer " + testCode, "Idempotency-Key": testKey, "Content-Type": "application/json",
		},
		answerHeader: map[string]string{},
	}
	change(&m)
	return m
}

func cases() map[string]struct {
	m    message
	want string // part of the objection; empty: none
} {
	type c = struct {
		m    message
		want string
	}
	return map[string]c{
		"right":                    {get(func(*message) {}), ""},
		"right with a body":        {post(func(*message) {}), ""},
		"state of tomorrow":        {get(func(m *message) { m.answer = strings.Replace(licence, "valid", "frozen", 1) }), ""},
		"unknown call":             {get(func(m *message) { m.path = "/v1/licences" }), "no call"},
		"unknown method":           {get(func(m *message) { m.method = "DELETE" }), "no call"},
		"no credential":            {get(func(m *message) { m.header = nil }), "bearer"},
		"credential with a space":  {get(func(m *message) { m.header["Authorization"] = "Bearer A B" }), "bearer"},
		"credential in the URL":    {get(func(m *message) { m.path += "?c=" + testCode }), "URL"},
		"credential in the body":   {post(func(m *message) { m.body = strings.Replace(applied, `"en"`, `"en","comment":"`+testCode+`"`, 1) }), "credential stands in the body"},
		"credential in the answer": {get(func(m *message) { m.answer = strings.Replace(licence, "l1", testCode, 1) }), "credential stands in the body"},
		"credential in a header":   {get(func(m *message) { m.answerHeader["X-Code"] = testCode }), "X-Code"},
		"redirect":                 {get(func(m *message) { m.status = 302 }), "redirect"},
		"member missing":           {get(func(m *message) { m.answer = `{"id":"l1"}` }), "state"},
		"HTML":                     {get(func(m *message) { m.answerType, m.answer = "text/html", "<p>" }), "Content-Type"},
		"no JSON":                  {get(func(m *message) { m.answer = "{" }), "decode"},
		"oversize":                 {get(func(m *message) { m.answer = licence + strings.Repeat(" ", maxJSON) }), "bytes"},
		"no key":                   {post(func(m *message) { delete(m.header, "Idempotency-Key") }), "Idempotency-Key"},
		"bare key":                 {post(func(m *message) { m.header["Idempotency-Key"] = strings.Trim(testKey, `"`) }), "Idempotency-Key"},
		"closed enumeration":       {post(func(m *message) { m.body = strings.Replace(applied, `"email"`, `"phone"`, 1) }), "enum"},
		"429 without Retry-After":  {post(func(m *message) { m.status = 429 }), "Retry-After"},
		"order without ETag":       {post(func(m *message) { m.status = 201; m.answerType = "application/json" }), "ETag"},
	}
}

func TestChecker(t *testing.T) {
	for name, tc := range cases() {
		t.Run(name, func(t *testing.T) {
			c, said := checkerFor(t)
			c.Wrap(tc.m.handler()).ServeHTTP(httptest.NewRecorder(), tc.m.request(t))
			said.check(t, tc.want)

			c, said = checkerFor(t)
			resp, err := c.Transport(roundTripper(func(r *http.Request) (*http.Response, error) {
				w := httptest.NewRecorder()
				tc.m.handler().ServeHTTP(w, r)
				return w.Result(), nil
			})).RoundTrip(tc.m.request(t))
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			said.check(t, tc.want)
		})
	}
}

func (r *recorded) check(t *testing.T, want string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case want == "" && len(r.said) > 0:
		t.Errorf("objected: %s", r.said)
	case want != "" && (len(r.said) != 1 || !strings.Contains(r.said[0], want)):
		t.Errorf("want one objection with %q, got %q", want, r.said)
	}
}

func TestCheckerOptions(t *testing.T) {
	bad := post(func(m *message) { m.body = "{}"; m.status = 422 })
	c, said := checkerFor(t, BadRequests())
	c.Wrap(bad.handler()).ServeHTTP(httptest.NewRecorder(), bad.request(t))
	said.check(t, "")

	accepted := post(func(m *message) { m.body = "{}"; m.status = 500 })
	c.Wrap(accepted.handler()).ServeHTTP(httptest.NewRecorder(), accepted.request(t))
	said.check(t, "answered with 500")

	html := get(func(m *message) { m.answerType = "text/html" })
	c, said = checkerFor(t, BadAnswers())
	c.Wrap(html.handler()).ServeHTTP(httptest.NewRecorder(), html.request(t))
	said.check(t, "")

	page := get(func(m *message) { m.path = "/activate/X" })
	c, said = checkerFor(t, Beside("/activate/"))
	c.Wrap(page.handler()).ServeHTTP(httptest.NewRecorder(), page.request(t))
	said.check(t, "")
}

// TestBrokenAnswers: where there is no answer to check, the request still is.
func TestBrokenAnswers(t *testing.T) {
	bad := post(func(m *message) { m.body = "{}" })
	for name, h := range map[string]http.HandlerFunc{
		"cut": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"take-over": func(w http.ResponseWriter, _ *http.Request) {
			_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, said := checkerFor(t)
			func() {
				defer func() { _ = recover() }()
				c.Wrap(h).ServeHTTP(httptest.NewRecorder(), bad.request(t))
			}()
			said.check(t, "names")
		})
	}
}

// TestKeysStandForOneBody covers what one message alone doesn't show.
func TestKeysStandForOneBody(t *testing.T) {
	invalid := func(title string) message {
		return post(func(m *message) {
			m.status = 422
			m.answer = `{"type":"tag:certdesk.io,2026:problem/field-invalid","title":"` + title + `","status":422}`
		})
	}
	busy := post(func(m *message) { m.status = 503 })
	changed := invalid("A")
	changed.body = strings.Replace(applied, "a@b", "c@d", 1)
	for name, tc := range map[string]struct {
		messages []message
		want     string
	}{
		"repeated after no final answer": {[]message{busy, invalid("A"), invalid("A")}, ""},
		"another answer":                 {[]message{invalid("A"), invalid("B")}, "another body"},
		"another status":                 {[]message{invalid("A"), post(func(m *message) { m.status = 404 })}, "was 422"},
		"another body":                   {[]message{invalid("A"), changed}, "another body"},
	} {
		t.Run(name, func(t *testing.T) {
			c, said := checkerFor(t)
			for _, m := range tc.messages {
				c.Wrap(m.handler()).ServeHTTP(httptest.NewRecorder(), m.request(t))
			}
			said.check(t, tc.want)
		})
	}
}
