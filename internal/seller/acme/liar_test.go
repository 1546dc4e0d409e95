package acme

import (
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/internal/activation"
	"certdesk/internal/e2e/pebble"
	"certdesk/internal/secret"
)

// liar is a directory that can be told to lie. Without a lie it is a small honest one, for one account and one order
// for one name. It does not look at signatures: Pebble does.
type liar struct {
	t      *testing.T
	name   string // of its directory: the library keeps directories by address, and a port may come again
	site   *httptest.Server
	issuer *ecdsa.PrivateKey

	mu    sync.Mutex
	lies  map[string]http.HandlerFunc // by path
	asked []string                    // paths
	sent  atomic.Int64                // octets of answers
	state string                      // of the order
	csr   []byte
	heard string // all that came, headers and what the signed requests say
}

const (
	liarName = "www.example.org"
	liarCode = "canaryHMACkeyCanaryHMACkeyCanaryHMACkey012"
)

func newLiar(t *testing.T) *liar {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l := &liar{t: t, name: rand.Text(), issuer: key, state: "pending", lies: map[string]http.HandlerFunc{}}
	l.site = httptest.NewUnstartedServer(http.HandlerFunc(l.serve))
	l.site.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	l.site.StartTLS()
	t.Cleanup(l.site.Close)
	return l
}

// customer is one with an account that is not open yet.
func (l *liar) customer(t *testing.T) *customer {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(l.site.Certificate())
	c := &customer{t: t, at: &pebble.Authority{Directory: l.at("/dir"), Roots: roots}, shelf: &shelf{}}
	c.service, c.code = activation.ACMEService(l.at("/dir"), "kid-9"), secret.FromString(liarCode)
	c.start()
	c.client.patience = time.Second
	return c
}

func (l *liar) at(path string) string {
	if path == dirPath {
		path += "/" + l.name
	}
	return l.site.URL + path
}

// dirPath is the path of the directory, before its name.
const dirPath = "/dir"

func (l *liar) lie(path string, h http.HandlerFunc) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lies[path] = h
}

// honest has it lie no more.
func (l *liar) honest() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.lies)
}

// counted counts what is answered.
type counted struct {
	http.ResponseWriter
	l *liar
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b)
	c.l.sent.Add(int64(n))
	return n, err
}

func (l *liar) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == dirPath+"/"+l.name {
		r.URL.Path = dirPath
	}
	body, _ := io.ReadAll(r.Body)
	var signed struct{ Protected, Payload string }
	_ = json.Unmarshal(body, &signed)
	protected, _ := base64.RawURLEncoding.DecodeString(signed.Protected)
	payload, _ := base64.RawURLEncoding.DecodeString(signed.Payload)
	l.mu.Lock()
	l.asked = append(l.asked, r.URL.Path)
	for name, values := range r.Header {
		l.heard += name + ": " + strings.Join(values, ", ") + "\n"
	}
	l.heard += r.URL.String() + "\n" + string(protected) + "\n" + string(payload) + "\n"
	lie := l.lies[r.URL.Path]
	l.mu.Unlock()
	w = counted{w, l}
	w.Header().Set("Replay-Nonce", rand.Text())
	if lie != nil {
		lie(w, r)
		return
	}
	l.truth(w, r.URL.Path, payload)
}

func (l *liar) directory() map[string]any {
	return map[string]any{
		"newNonce": l.at("/nonce"), "newAccount": l.at("/account"), "newOrder": l.at("/order"), "revokeCert": l.at("/revoke"),
		"renewalInfo": l.at("/renewal"),
	}
}

func (l *liar) order() map[string]any {
	o := map[string]any{
		"status": l.state, "expires": time.Now().Add(time.Hour), "finalize": l.at("/finalize"), "authorizations": []string{l.at("/authz")},
		"identifiers": []any{map[string]any{"type": "dns", "value": liarName}},
	}
	if l.state == "valid" {
		o["certificate"] = l.at("/cert")
	}
	return o
}

func (l *liar) authorization() map[string]any {
	status := "pending"
	if l.state != "pending" {
		status = "valid"
	}
	return map[string]any{
		"status": status, "identifier": map[string]any{"type": "dns", "value": liarName}, "expires": time.Now().Add(time.Hour),
		"challenges": []any{
			map[string]any{"type": "dns-01", "status": status, "url": l.at("/challenge"), "token": "abcdefghijklmnopqrstuv"},
			map[string]any{"type": "http-01", "status": status, "url": l.at("/challenge"), "token": "abcdefghijklmnopqrstuv"},
		},
	}
}

func (l *liar) truth(w http.ResponseWriter, path string, payload []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch path {
	case "/dir":
		says(w, 200, l.directory())
	case "/nonce":
	case "/account":
		if strings.Contains(string(payload), `"onlyReturnExisting":true`) {
			refuses(w, 400, "accountDoesNotExist")
			return
		}
		w.Header().Set("Location", l.at("/account/1"))
		says(w, 201, map[string]any{"status": "valid"})
	case "/order":
		w.Header().Set("Location", l.at("/order/1"))
		says(w, 201, l.order())
	case "/order/1":
		says(w, 200, l.order())
	case "/authz":
		says(w, 200, l.authorization())
	case "/challenge":
		l.state = "ready"
		says(w, 200, map[string]any{"type": "dns-01", "status": "pending", "url": l.at("/challenge"), "token": "abcdefghijklmnopqrstuv"})
	case "/finalize":
		var sent struct{ CSR string }
		_ = json.Unmarshal(payload, &sent)
		l.csr, _ = base64.RawURLEncoding.DecodeString(sent.CSR)
		l.state = "valid"
		says(w, 200, l.order())
	case "/cert":
		w.Header().Set("Content-Type", "application/pem-certificate-chain")
		_, _ = w.Write(l.certificate())
	default:
		refuses(w, 404, "malformed")
	}
}

// certificate is for the request that was sent.
func (l *liar) certificate() []byte {
	request, err := x509.ParseCertificateRequest(l.csr)
	if err != nil {
		l.t.Error(err)
		return nil
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: liarName}, DNSNames: []string{liarName},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), AuthorityKeyId: []byte("issuer"),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, request.PublicKey, l.issuer)
	if err != nil {
		l.t.Error(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func says(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuses(w http.ResponseWriter, status int, kind string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": "urn:ietf:params:acme:error:" + kind, "status": status})
}

// Lies that fit every question.

func text(kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(w, body)
	}
}

// endless answers until nobody listens any more.
func endless(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	block := []byte(strings.Repeat(`{"status":`, 1000))
	for r.Context().Err() == nil {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// bomb is a small answer that unfolds to 64 MiB.
func bomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	block := []byte(strings.Repeat(" ", 1<<20))
	for range 64 {
		_, _ = z.Write(block)
	}
	_ = z.Close()
}

// hangs says nothing until nobody waits any more.
func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
