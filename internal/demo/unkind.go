package demo

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"strings"
	"sync"

	"certdesk/internal/demo/service"
)

// Unkindness is what an issuer does to one call when it is asked to be unkind.
type Unkindness string

// The unkindnesses. Those that "do nothing" leave the call undone.
const (
	Slow        Unkindness = "slow"         // holds the call while it is being done, until Release
	HoldAnswer  Unkindness = "hold-answer"  // does it, and holds the answer until Release
	LoseRequest Unkindness = "lose-request" // closes the connection and does nothing
	LoseAnswer  Unkindness = "lose-answer"  // does it, then closes the connection
	Cut         Unkindness = "cut"          // does it, and breaks off in the middle of the answer
	HTML        Unkindness = "html"         // a web page with status 200; does nothing
	Garbage     Unkindness = "garbage"      // JSON that is none of the API's messages; does nothing
	Oversize    Unkindness = "oversize"     // JSON of more than 1 MiB; does nothing
	Bomb        Unkindness = "bomb"         // a compressed answer of 64 MiB; does nothing
	Fail        Unkindness = "fail"         // 500 without a problem document; does nothing
	Busy        Unkindness = "busy"         // 503 with Retry-After; does nothing
	Redirect    Unkindness = "redirect"     // 307 to another origin; does nothing
	WrongKey    Unkindness = "wrong-key"    // the next certificate is issued for another key
)

// Unkind asks for one unkindness, to one call.
type Unkind struct {
	Kind Unkindness
	// Call is which call: "POST /api/orders", with a path that ends in "…" for any that begins so. Empty:
	// the next call of the Activation API, discovery included.
	Call string
	// Release ends Slow and HoldAnswer; nil: only the end of the request does.
	Release <-chan struct{}
	// Reached is called once the unkindness is under way: the call is held, or the answer is withheld. It
	// must not call the issuer.
	Reached func()
}

// Unkind asks the issuer of this process to be unkind to one call; of several for the same call the first
// one asked for comes first. The error is ErrNotOwn.
func (i *Issuer) Unkind(u Unkind) error {
	if i.run == nil {
		return ErrNotOwn
	}
	i.run.unkind.mu.Lock()
	defer i.run.unkind.mu.Unlock()
	i.run.unkind.waiting = append(i.run.unkind.waiting, u)
	return nil
}

// unkind holds what has been asked for.
type unkind struct {
	mu      sync.Mutex
	waiting []Unkind
}

func (k *unkind) take(fits func(Unkind) bool) (Unkind, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for n, u := range k.waiting {
		if fits(u) {
			k.waiting = append(k.waiting[:n], k.waiting[n+1:]...)
			return u, true
		}
	}
	return Unkind{}, false
}

// key gives the key that the next certificate is issued for: the customer's, or for WrongKey another.
func (k *unkind) key(public crypto.PublicKey) crypto.PublicKey {
	u, ok := k.take(func(u Unkind) bool { return u.Kind == WrongKey })
	if !ok {
		return public
	}
	u.reached()
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return public
	}
	return other.Public()
}

func (u Unkind) fits(r *http.Request) bool {
	if u.Kind == WrongKey {
		return false
	}
	call := r.Method + " " + r.URL.Path
	if begin, ok := strings.CutSuffix(u.Call, "…"); ok {
		return strings.HasPrefix(call, begin)
	}
	return u.Call == "" || u.Call == call
}

func (u Unkind) reached() {
	if u.Reached != nil {
		u.Reached()
	}
}

func (u Unkind) hold(ctx context.Context) {
	u.reached()
	select {
	case <-u.Release:
	case <-ctx.Done():
	}
}

type slowKey struct{}

// working is called by the service while it does a mutating call.
func working(r *http.Request) {
	if u, ok := r.Context().Value(slowKey{}).(Unkind); ok {
		u.hold(r.Context())
	}
}

func isAPI(path string) bool {
	return strings.HasPrefix(path, service.Prefix+"/") || strings.HasPrefix(path, "/.well-known/")
}

// route is the path of the pattern that answers a request.
func route(mux *http.ServeMux, r *http.Request) string {
	_, pattern := mux.Handler(r)
	if _, path, ok := strings.Cut(pattern, " "); ok {
		return path
	}
	return pattern
}

// spoil answers API calls with what has been asked for, and everything else as it should.
func (k *unkind) spoil(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isAPI(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		u, ok := k.take(func(u Unkind) bool { return u.fits(r) })
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		u.spoil(w, r, next)
	})
}

func (u Unkind) spoil(w http.ResponseWriter, r *http.Request, next http.Handler) {
	switch u.Kind {
	case Slow:
		if r.Method == http.MethodGet {
			u.hold(r.Context())
			next.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), slowKey{}, u)))
	case HoldAnswer, LoseAnswer, Cut:
		kept := &keptAnswer{header: w.Header().Clone(), status: http.StatusOK}
		next.ServeHTTP(kept, r)
		u.withhold(w, r, kept)
	case LoseRequest:
		u.reached()
		panic(http.ErrAbortHandler) // closes the connection without an answer
	default:
		u.reached()
		u.lie(w)
	}
}

func (u Unkind) withhold(w http.ResponseWriter, r *http.Request, kept *keptAnswer) {
	switch u.Kind {
	case HoldAnswer:
		u.hold(r.Context())
		kept.send(w, kept.body.Len())
	case Cut:
		kept.header.Set("Content-Length", "1000000")
		kept.send(w, kept.body.Len()/2)
		_ = http.NewResponseController(w).Flush()
		u.reached()
		panic(http.ErrAbortHandler)
	default:
		u.reached()
		panic(http.ErrAbortHandler)
	}
}

// lie answers in the place of the service.
func (u Unkind) lie(w http.ResponseWriter) {
	body, status := []byte(nil), http.StatusOK
	w.Header().Set("Content-Type", "application/json")
	switch u.Kind {
	case HTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		body = []byte("<!doctype html><title>Welcome</title><p>Please sign in to this network.")
	case Garbage:
		body = []byte(`{"id":7,"state":["issued"],"api_version":"one"}`)
	case Oversize:
		body = append([]byte(`{"padding":"`), bytes.Repeat([]byte("x"), 2<<20)...)
		body = append(body, `"}`...)
	case Bomb:
		w.Header().Set("Content-Encoding", "gzip")
		body = bomb()
	case Busy:
		status = http.StatusServiceUnavailable
		w.Header().Set("Content-Type", "application/problem+json")
		w.Header().Set("Retry-After", "1")
		body = []byte(`{"type":"tag:certdesk.io,2026:problem/unavailable","title":"The service can't do that now.","status":503}`)
	case Redirect:
		status = http.StatusTemporaryRedirect
		w.Header().Set("Location", "https://demo.certdesk.invalid/elsewhere")
	default:
		status = http.StatusInternalServerError
		w.Header().Set("Content-Type", "text/plain")
		body = []byte("Internal Server Error")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func bomb() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(`{"padding":"`))
	block := bytes.Repeat([]byte("x"), 1<<20)
	for range 64 {
		_, _ = z.Write(block)
	}
	_, _ = z.Write([]byte(`"}`))
	_ = z.Close()
	return b.Bytes()
}

// keptAnswer is an answer that has not been sent.
type keptAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *keptAnswer) Header() http.Header         { return k.header }
func (k *keptAnswer) WriteHeader(status int)      { k.status = status }
func (k *keptAnswer) Write(p []byte) (int, error) { return k.body.Write(p) }

func (k *keptAnswer) send(w http.ResponseWriter, octets int) {
	for name, values := range k.header {
		w.Header()[name] = values
	}
	w.WriteHeader(k.status)
	_, _ = w.Write(k.body.Bytes()[:octets])
}
