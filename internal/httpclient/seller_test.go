package httpclient_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/fault"
	"certdesk/internal/httpclient"
	"certdesk/internal/secret"
)

const (
	ample  = time.Minute // never reached in a test that passes
	canary = "canary-1f6e93"
)

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo) // it reports each handshake that fails, as they should
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func options(servers ...*httptest.Server) httpclient.Options {
	roots := x509.NewCertPool()
	for _, s := range servers {
		if s.Certificate() != nil {
			roots.AddCert(s.Certificate())
		}
	}
	return httpclient.Options{
		UserAgent: "Certdesk/test",
		RootCAs:   roots,
		Sleep:     func(context.Context, time.Duration) error { return nil },
	}
}

func client(servers ...*httptest.Server) *httpclient.Seller {
	return httpclient.ForTest(options(servers...), ample, ample, true)
}

func at(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func get(t *testing.T, c *httpclient.Seller, address string) (*httpclient.Response, error) {
	t.Helper()
	return c.Do(t.Context(), httpclient.Request{Method: http.MethodGet, URL: at(t, address)})
}

// wants checks the code of a fault, that it names the host where its words do, and that neither it nor its
// causes hold a path or anything a service sent.
func wants(t *testing.T, err error, code fault.Code, host string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
		return
	}
	f := fault.Of(err)
	if host != "" && f.Args["host"] != host {
		t.Errorf("%s: host is %v, want %s", code, f.Args["host"], host)
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		if strings.Contains(e.Error(), "/path") || strings.Contains(e.Error(), canary) {
			t.Errorf("the fault shows %q", e)
		}
	}
}

func bearer(origin string) *httpclient.Credential {
	code := secret.FromString(canary)
	return &httpclient.Credential{
		Origin: origin,
		Apply:  func(h http.Header) { h.Set("Authorization", "Bearer "+string(code.Reveal())) },
	}
}

func TestARequestCarriesWhatItShouldAndNothingElse(t *testing.T) {
	var seen http.Header
	var body string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		b, _ := io.ReadAll(r.Body)
		body = r.Method + " " + r.RequestURI + " " + string(b)
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Path: "/"})
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"ok":true}`)
	})
	c := client(s)
	for range 2 { // the second time there would be a cookie to send back
		answer, err := c.Do(t.Context(), httpclient.Request{
			Method: http.MethodPost, URL: at(t, s.URL+"/path?q=1#secret-fragment"),
			Header: http.Header{"Content-Type": {"application/json"}},
			Body:   []byte(`{"a":1}`), Credential: bearer(s.URL),
		})
		if err != nil {
			t.Fatal(err)
		}
		if answer.Status != http.StatusCreated || string(answer.Body) != `{"ok":true}` || answer.RetryAfter != 7*time.Second {
			t.Errorf("answer: %+v", answer)
		}
		want := http.Header{
			"Content-Type": {"application/json"}, "User-Agent": {"Certdesk/test"}, "Accept-Encoding": {"gzip"},
			"Authorization": {"Bearer " + canary}, "Content-Length": {"7"},
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Error(diff)
		}
		if body != `POST /path?q=1 {"a":1}` {
			t.Errorf("the service saw %s", body)
		}
	}
}

func TestWhatIsNeverSent(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("something was sent") })
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }))
	t.Cleanup(plain.Close)
	_, plainPort, _ := net.SplitHostPort(plain.Listener.Addr().String())
	c := client(s)
	for name, tc := range map[string]struct {
		url        string
		header     http.Header
		credential *httpclient.Credential
		want       fault.Code
	}{
		"http to a name":             {url: "http://shop.example/path", want: fault.LinkInsecure},
		"http to localhost":          {url: "http://localhost:" + plainPort + "/path", want: fault.LinkInsecure},
		"http to 127.0.0.2":          {url: "http://127.0.0.2/path", want: fault.LinkInsecure},
		"http to a mapped address":   {url: "http://[::ffff:127.0.0.1]:" + plainPort + "/path", want: fault.LinkInsecure},
		"another scheme":             {url: "ftp://127.0.0.1/path", want: fault.LinkInsecure},
		"a user in the URL":          {url: strings.Replace(s.URL, "https://", "https://a:b@", 1), want: fault.LinkUnreadable},
		"no host":                    {url: "https:///path", want: fault.LinkUnreadable},
		"credential of another host": {url: s.URL + "/path", credential: bearer("https://shop.example"), want: fault.ServiceElsewhere},
		"credential of another port": {url: s.URL + "/path", credential: bearer("https://127.0.0.1"), want: fault.ServiceElsewhere},
		"credential of another scheme": {
			url: s.URL + "/path", credential: bearer(strings.Replace(s.URL, "https", "http", 1)),
			want: fault.ServiceElsewhere,
		},
		"credential without origin": {url: s.URL + "/path", credential: bearer(""), want: fault.ServiceElsewhere},
		"a credential by hand":      {url: s.URL + "/path", header: http.Header{"Authorization": {canary}}, want: fault.Unexpected},
		"a cookie by hand":          {url: s.URL + "/path", header: http.Header{"Cookie": {"a=b"}}, want: fault.Unexpected},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.Do(t.Context(), httpclient.Request{
				Method: http.MethodGet, URL: at(t, tc.url), Header: tc.header, Credential: tc.credential,
			})
			wants(t, err, tc.want, "")
		})
	}
	_, err := c.Do(t.Context(), httpclient.Request{Method: http.MethodGet})
	wants(t, err, fault.LinkUnreadable, "")
}

func TestPlainHTTPToALiteralLoopbackAddress(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") }))
	t.Cleanup(s.Close)
	answer, err := client().Do(t.Context(), httpclient.Request{
		Method: http.MethodGet, URL: at(t, s.URL), Credential: bearer(s.URL),
	})
	if err != nil || string(answer.Body) != "here" {
		t.Errorf("%v, %v", answer, err)
	}
}

func TestARequestWithACredentialFollowsNoRedirect(t *testing.T) {
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") })
	for _, status := range []int{300, 301, 302, 303, 307, 308, 399} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", elsewhere.URL+"/path")
			w.WriteHeader(status)
		})
		_, err := client(s, elsewhere).Do(t.Context(), httpclient.Request{
			Method: http.MethodGet, URL: at(t, s.URL+"/path"), Credential: bearer(s.URL), Repeatable: true,
			MaxRedirects: 3, MayFollow: func(*url.URL) bool { return true },
		})
		wants(t, err, fault.ServiceRedirect, s.Listener.Addr().String())
	}
}

func TestDiscoveryFollowsThreeRedirectsThatItMayFollow(t *testing.T) {
	var s *httptest.Server
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("https led to http") }))
	t.Cleanup(plain.Close)
	s = serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/end":
			_, _ = io.WriteString(w, "found")
		case "/plain":
			http.Redirect(w, r, plain.URL, http.StatusFound)
		case "/nowhere":
			w.WriteHeader(http.StatusFound)
		case "/broken":
			w.Header().Set("Location", "https://[::1")
			w.WriteHeader(http.StatusFound)
		case "/cached":
			w.WriteHeader(http.StatusNotModified)
		default: // /3 leads to /2, /1 and /end
			n := int(r.URL.Path[1] - '0')
			http.Redirect(w, r, map[bool]string{true: "/end", false: "/" + string(rune('0'+n-1))}[n == 1], http.StatusTemporaryRedirect)
		}
	})
	c := client(s)
	ask := func(path string, may func(*url.URL) bool) (*httpclient.Response, error) {
		return c.Do(t.Context(), httpclient.Request{
			Method: http.MethodGet, URL: at(t, s.URL+path), MaxRedirects: 3, MayFollow: may,
		})
	}
	anywhere := func(*url.URL) bool { return true }
	answer, err := ask("/3", anywhere)
	if err != nil || string(answer.Body) != "found" || answer.URL.Path != "/end" {
		t.Fatalf("%+v, %v", answer, err)
	}
	host := s.Listener.Addr().String()
	for path, may := range map[string]func(*url.URL) bool{
		"/4": anywhere, "/plain": anywhere, "/nowhere": anywhere, "/broken": anywhere,
		"/1": nil, "/2": func(u *url.URL) bool { return u.Path != "/1" },
	} {
		_, err := ask(path, may)
		wants(t, err, fault.ServiceRedirect, host)
	}
	if answer, err := ask("/cached", nil); err != nil || answer.Status != http.StatusNotModified {
		t.Errorf("304: %+v, %v", answer, err)
	}
}

func zipped(n int) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	chunk := make([]byte, 1<<20)
	for ; n > 0; n -= len(chunk) {
		_, _ = z.Write(chunk[:min(n, len(chunk))])
	}
	_ = z.Close()
	return b.Bytes()
}

func TestAnswersAreBounded(t *testing.T) {
	bomb, small := zipped(16<<20), zipped(1000)
	empty := zipped(0) // repeated: input for ever, output never
	members := bytes.Repeat(empty, 4<<20/len(empty))
	send := func(encoding string, data []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if encoding != "" {
				w.Header().Set("Content-Encoding", encoding)
			}
			_, _ = w.Write(data)
		}
	}
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		max    int64
		want   fault.Code // empty: it is read
		length int
	}{
		"just as large as allowed": {answer: send("", make([]byte, httpclient.MaxAnswer)), length: httpclient.MaxAnswer},
		"one byte more":            {answer: send("", make([]byte, httpclient.MaxAnswer+1)), want: fault.ServiceOversize},
		"a limit of its own":       {answer: send("", make([]byte, 11)), max: 10, want: fault.ServiceOversize},
		"gzip":                     {answer: send("gzip", small), length: 1000},
		"a gzip bomb":              {answer: send("gzip", bomb), want: fault.ServiceOversize},
		"gzip without end":         {answer: send("gzip", members), want: fault.ServiceOversize},
		"gzip cut short":           {answer: send("gzip", small[:len(small)-9]), want: fault.ServiceCut},
		"gzip that is none":        {answer: send("gzip", []byte(strings.Repeat("x", 100))), want: fault.ServiceBroken},
		"gzip with a wrong sum": {
			answer: send("gzip", append(bytes.Clone(small[:len(small)-8]), 0, 0, 0, 0, 0, 0, 0, 0)),
			want:   fault.ServiceBroken,
		},
		"gzip of nothing":     {answer: send("gzip", nil)},
		"an unknown encoding": {answer: send("br", []byte("x")), want: fault.ServiceBroken},
		"an endless answer": {
			answer: func(w http.ResponseWriter, r *http.Request) {
				for r.Context().Err() == nil {
					if _, err := w.Write(make([]byte, 32<<10)); err != nil {
						return
					}
				}
			},
			want: fault.ServiceOversize,
		},
		"endless headers": {
			answer: func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat(canary, 20000)) },
			want:   fault.ServiceBroken,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, tc.answer)
			answer, err := client(s).Do(t.Context(), httpclient.Request{
				Method: http.MethodGet, URL: at(t, s.URL+"/path"), MaxBytes: tc.max,
			})
			if tc.want != "" {
				wants(t, err, tc.want, s.Listener.Addr().String())
				return
			}
			if err != nil || len(answer.Body) != tc.length {
				t.Errorf("%v", err)
			}
		})
	}
}

// raw answers each connection with what is written to it, then closes it.
func raw(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}
	}()
	return "http://" + l.Addr().String() + "/path"
}

func TestAConnectionThatBreaks(t *testing.T) {
	for name, tc := range map[string]struct {
		answer string
		want   fault.Code
	}{
		"before the answer":    {"", fault.ServiceCut},
		"within the headers":   {"HTTP/1.1 200 OK\r\nContent-Type: te", fault.ServiceCut},
		"within the body":      {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", fault.ServiceCut},
		"within a chunk":       {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf", fault.ServiceCut},
		"it is no HTTP at all": {canary + " is what you sent me\r\n\r\n", fault.ServiceBroken},
	} {
		t.Run(name, func(t *testing.T) {
			address := raw(t, tc.answer)
			_, err := get(t, client(), address)
			wants(t, err, tc.want, at(t, address).Host)
		})
	}
}

func TestNoConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := "https://" + l.Addr().String()
	_ = l.Close()
	_, err = get(t, client(), refused+"/path")
	wants(t, err, fault.ServiceUnreachable, at(t, refused).Host)

	// The same computer under an address that could be any other: without a network, that is the reason.
	other := strings.Replace(refused, "127.0.0.1", "[::ffff:127.0.0.1]", 1)
	_, err = get(t, client(), other+"/path")
	wants(t, err, fault.ServiceUnreachable, at(t, other).Host)
	_, err = get(t, httpclient.ForTest(options(), ample, ample, false), other+"/path")
	wants(t, err, fault.Offline, "")
	_, err = get(t, httpclient.ForTest(options(), ample, ample, false), refused+"/path")
	wants(t, err, fault.ServiceUnreachable, at(t, refused).Host)

	// What the system says when there is no such host, or no network; no test may depend on either.
	for cause, want := range map[error]fault.Code{
		&net.DNSError{Err: "no such host", Name: "shop.example", IsNotFound: true}: fault.ServiceUnreachable,
		&net.DNSError{Err: "i/o timeout", Name: "shop.example", IsTimeout: true}:   fault.ServiceSlow,
		httpclient.NoNetwork: fault.Offline,
	} {
		c := httpclient.FailingWith(&net.OpError{Op: "dial", Err: cause})
		_, err = get(t, c, "https://shop.example/path")
		wants(t, err, want, "")
	}
}

func TestAServiceThatCannotProveWhoItIs(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("something was sent") })
	unknown := httpclient.ForTest(options(), ample, ample, true)
	_, err := unknown.Do(t.Context(), httpclient.Request{
		Method: http.MethodGet, URL: at(t, s.URL+"/path"), Credential: bearer(s.URL), Repeatable: true,
	})
	wants(t, err, fault.ServiceTLS, s.Listener.Addr().String())

	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	_, err = get(t, client(s), "https://localhost:"+port+"/path") // the certificate is for 127.0.0.1
	wants(t, err, fault.ServiceTLS, "localhost:"+port)

	plain := raw(t, "HTTP/1.1 400 Bad Request\r\n\r\n")
	_, err = get(t, client(), strings.Replace(plain, "http:", "https:", 1))
	wants(t, err, fault.ServiceTLS, at(t, plain).Host)
}

func TestASlowService(t *testing.T) {
	stand := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/path/begins" {
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // or the answer would be finished while the client hangs up
	}
	drip := func(w http.ResponseWriter, r *http.Request) {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for r.Context().Err() == nil {
			_, _ = io.WriteString(w, ".")
			_ = http.NewResponseController(w).Flush()
			<-tick.C
		}
	}
	for name, tc := range map[string]struct {
		handler     http.HandlerFunc
		path        string
		idle, total time.Duration
	}{
		"never answers":        {stand, "/path", 50 * time.Millisecond, ample},
		"stops in the middle":  {stand, "/path/begins", 50 * time.Millisecond, ample},
		"drips without an end": {drip, "/path", ample, 200 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, tc.handler)
			_, err := get(t, httpclient.ForTest(options(s), tc.idle, tc.total, true), s.URL+tc.path)
			wants(t, err, fault.ServiceSlow, s.Listener.Addr().String())
		})
	}
	connect, idle, total, longest := httpclient.SellerLimits()
	if connect != 10*time.Second || idle != 30*time.Second || total < idle || longest > total {
		t.Errorf("limits: %v, %v, %v, %v", connect, idle, total, longest)
	}
}

func TestTheCallerStops(t *testing.T) {
	arrived := make(chan struct{}, 20)
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // whatever has ended the wait: there is no answer
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err := client(s).Do(ctx, httpclient.Request{Method: http.MethodGet, URL: at(t, s.URL+"/path"), Repeatable: true})
	wants(t, err, fault.Cancelled, "")

	ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = client(s).Do(ctx, httpclient.Request{Method: http.MethodGet, URL: at(t, s.URL+"/path"), Repeatable: true})
	wants(t, err, fault.ServiceSlow, s.Listener.Addr().String())
}

func TestRepeating(t *testing.T) {
	now := time.Date(2027, 5, 14, 8, 0, 0, 0, time.UTC)
	type answer struct {
		status int
		after  string
	}
	for name, tc := range map[string]struct {
		answers    []answer
		repeatable bool
		asked      int
		status     int
		paused     []time.Duration
	}{
		"once is enough":       {[]answer{{200, ""}}, true, 1, 200, nil},
		"not marked":           {[]answer{{503, ""}, {200, ""}}, false, 1, 503, nil},
		"it passes":            {[]answer{{503, ""}, {429, ""}, {200, ""}}, true, 3, 200, []time.Duration{time.Second, 4 * time.Second}},
		"it does not pass":     {[]answer{{502, ""}, {504, ""}, {503, ""}, {200, ""}}, true, 3, 503, []time.Duration{time.Second, 4 * time.Second}},
		"the service's wait":   {[]answer{{503, "9"}, {200, ""}}, true, 2, 200, []time.Duration{9 * time.Second}},
		"a wait as a date":     {[]answer{{503, "Fri, 14 May 2027 08:00:20 GMT"}, {200, ""}}, true, 2, 200, []time.Duration{20 * time.Second}},
		"too long a wait":      {[]answer{{429, "31"}, {200, ""}}, true, 1, 429, nil},
		"a wait in the past":   {[]answer{{429, "-5"}, {200, ""}}, true, 2, 200, []time.Duration{time.Second}},
		"a wait without sense": {[]answer{{429, "soon"}, {200, ""}}, true, 2, 200, []time.Duration{time.Second}},
		"a fault of its own":   {[]answer{{500, ""}, {200, ""}}, true, 1, 500, nil},
		"a final answer":       {[]answer{{422, "1"}, {200, ""}}, true, 1, 422, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if b, _ := io.ReadAll(r.Body); string(b) != "body" {
					t.Errorf("the body was %q", b)
				}
				a := tc.answers[asked.Add(1)-1]
				w.Header().Set("Date", now.Format(http.TimeFormat))
				w.Header().Set("Retry-After", a.after)
				w.WriteHeader(a.status)
			})
			o := options(s)
			var paused []time.Duration
			o.Now = func() time.Time { return now }
			o.Sleep = func(_ context.Context, d time.Duration) error { paused = append(paused, d); return nil }
			got, err := httpclient.ForTest(o, ample, ample, true).Do(t.Context(), httpclient.Request{
				Method: http.MethodPost, URL: at(t, s.URL), Body: []byte("body"), Repeatable: tc.repeatable,
			})
			if err != nil {
				t.Fatal(err)
			}
			if got.Status != tc.status || int(asked.Load()) != tc.asked {
				t.Errorf("status %d after %d, want %d after %d", got.Status, asked.Load(), tc.status, tc.asked)
			}
			if diff := cmp.Diff(tc.paused, paused); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestABrokenConnectionIsTriedAgainOnlyWhenRepeatable(t *testing.T) {
	for _, repeatable := range []bool{true, false} {
		var asked atomic.Int32
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if asked.Add(1) == 1 {
				panic(http.ErrAbortHandler)
			}
		})
		_, err := client(s).Do(t.Context(), httpclient.Request{
			Method: http.MethodPost, URL: at(t, s.URL), Body: []byte("x"), Repeatable: repeatable,
		})
		if repeatable && (err != nil || asked.Load() != 2) {
			t.Errorf("repeatable: %v after %d", err, asked.Load())
		}
		if !repeatable {
			wants(t, err, fault.ServiceCut, s.Listener.Addr().String())
			if asked.Load() != 1 {
				t.Errorf("sent %d times", asked.Load())
			}
		}
	}
}

func TestThePauseEndsWithTheContext(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	o := options(s)
	ctx, cancel := context.WithCancel(t.Context())
	o.Sleep = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
	_, err := httpclient.ForTest(o, ample, ample, true).Do(ctx, httpclient.Request{
		Method: http.MethodGet, URL: at(t, s.URL), Repeatable: true,
	})
	wants(t, err, fault.Cancelled, "")
}

func TestFaultOfAnAnswer(t *testing.T) {
	u := at(t, "https://shop.example/path")
	for status, want := range map[int]fault.Code{429: fault.ServiceBusy, 500: fault.ServiceDown, 503: fault.ServiceDown} {
		wants(t, (&httpclient.Response{Status: status, URL: u}).Fault(), want, "shop.example")
	}
	for _, status := range []int{200, 304, 401, 404, 422} {
		if err := (&httpclient.Response{Status: status, URL: u}).Fault(); err != nil {
			t.Errorf("%d: %v", status, err)
		}
	}
	busy := fault.Of((&httpclient.Response{Status: 429, URL: u, RetryAfter: time.Hour}).Fault())
	if busy.Args["wait"] != time.Hour {
		t.Errorf("wait: %v", busy.Args["wait"])
	}
}

// The setting can change while the app runs, and this computer is never reached through a proxy.
func TestTheProxyOfTheSettings(t *testing.T) {
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.Host)
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	o := options(s)
	setting := httpclient.Proxy{Mode: httpclient.ProxyAddress, Address: at(t, proxy.URL)}
	o.Proxy = func() httpclient.Proxy { return setting }
	c := httpclient.ForTest(o, ample, ample, true)

	if _, err := get(t, c, s.URL); err != nil {
		t.Errorf("loopback: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := "[::ffff:127.0.0.1]" + strings.TrimPrefix(l.Addr().String(), "127.0.0.1")
	_ = l.Close()
	_, err = get(t, c, "https://"+host+"/path")
	wants(t, err, fault.ProxyRefused, host)
	setting = httpclient.Proxy{Mode: httpclient.ProxyNone}
	_, err = get(t, c, "https://"+host+"/path")
	wants(t, err, fault.ServiceUnreachable, host)
	if diff := cmp.Diff([]string{"CONNECT " + host}, asked); diff != "" {
		t.Error(diff)
	}
}
