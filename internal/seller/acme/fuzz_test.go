package acme

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/mholt/acmez/v3/acme"

	"certdesk/internal/secret"
	"certdesk/internal/seller"
)

// printable fails the test for text that does something to a screen.
func printable(t *testing.T, what, text string) {
	t.Helper()
	for _, r := range text {
		if unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) && r != '\u200d' && r != '\u200c' {
			t.Fatalf("%s holds %U: %q", what, r, text)
		}
	}
}

// FuzzAnswers reads what a directory may answer: authorizations, orders with their problems, chains, its own page.
// Whatever is in it, the customer is to publish only what proves the own name for the own account, and what is shown
// is text.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`{"status":"pending","identifier":{"type":"dns","value":"www.example.org"},"expires":"2026-11-27T00:00:00Z","challenges":[{"type":"dns-01","status":"pending","url":"https://ca.example/c","token":"abcdefghijklmnopqrstuv"}]}`,
		`{"status":"pending","identifier":{"value":"www.example.org"},"challenges":[{"type":"http-01","token":"../../../../../index.html"},{"type":"http-01","token":"abcdefghijklmnopqrstuv","keyAuthorization":"a.b"}]}`,
		`{"status":"invalid","identifier":{"value":"www.example.org"},"challenges":[{"type":"dns-01","status":"invalid","validated":"x","error":{"type":"urn:ietf:params:acme:error:dns","detail":"a\u202eb\u0000","subproblems":[{"identifier":{"value":"\u202e"},"detail":"\n"}]}}]}`,
		`{"status":"pending","wildcard":true,"identifier":{"value":"example.org"},"challenges":[null]}`,
		`{"type":"urn:ietf:params:acme:error:compound","detail":"x","instance":"javascript:1","subproblems":[{"type":"urn:ietf:params:acme:error:caa"}]}`,
		`{"newNonce":"https://ca.example/n","meta":{"termsOfService":"https://ca.example/t","profiles":{"a\u202e":"b"},"caaIdentities":["x"]}}`,
		"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
	} {
		f.Add([]byte(seed))
	}
	c := New(Options{Now: func() time.Time { return time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC) }})
	key, err := keyOf(testToken(f))
	if err != nil {
		f.Fatal(err)
	}
	s, err := c.session("acme+https://ca.example/dir", key, "")
	if err != nil {
		f.Fatal(err)
	}
	st := &state{Names: []string{"www.example.org", "*.example.org"}}
	directory := &url.URL{Scheme: "https", Host: "ca.example", Path: "/dir"}
	f.Fuzz(func(t *testing.T, answer []byte) {
		_ = readChain(answer)
		var a acme.Authorization
		if json.Unmarshal(answer, &a) == nil {
			fuzzAuthorization(t, s, st, a)
		}
		var p acme.Problem
		if json.Unmarshal(answer, &p) == nil {
			said := s.problem(p)
			printable(t, "a problem", said.Detail)
			for _, name := range namesOf(p) {
				printable(t, "a name", name)
			}
		}
		var d acme.Directory
		if json.Unmarshal(answer, &d) == nil && d.Meta != nil {
			l := licence(directory, *d.Meta)
			for _, terms := range l.Terms {
				printable(t, "terms", terms.ID+terms.URL)
			}
			for _, profile := range l.Product.Profiles {
				printable(t, "a profile", profile.Name+profile.Description)
			}
		}
		var kept state
		if json.Unmarshal(answer, &kept) == nil {
			_ = kept.snapshot()
			_ = c.Account(seller.Receipt{State: answer})
		}
	})
}

func fuzzAuthorization(t *testing.T, s *session, st *state, a acme.Authorization) {
	t.Helper()
	a, err := s.judged(st, a)
	if err != nil {
		return
	}
	for _, method := range []string{"dns_txt", "http_file", "email"} {
		task := taskOf(a, method)
		if task.LastResult != nil {
			printable(t, "a result", task.LastResult.Detail)
		}
		if a.Status == acme.StatusValid {
			continue
		}
		switch in := task.Instruction; in.Type {
		case "http_file":
			u, err := url.Parse(in.URL)
			if err != nil || u.Host != strings.TrimPrefix(a.Identifier.Value, "*.") || strings.Count(u.Path, "/") != 3 {
				t.Fatalf("the file is at %q", in.URL)
			}
			if !strings.HasSuffix(in.Body, "."+s.thumb) {
				t.Fatalf("the file holds %q", in.Body)
			}
		case "dns":
			if len(in.RecordValue) != 43 {
				t.Fatalf("the record holds %q", in.RecordValue)
			}
		}
	}
}

func testToken(f *testing.F) secret.Value {
	f.Helper()
	key, err := newKey(strings.NewReader(strings.Repeat("a fixed seed for a key that opens nothing ", 8)))
	if err != nil {
		f.Fatal(err)
	}
	return key
}
