package demo_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"certdesk/internal/demo"
	"certdesk/internal/seller/activationapi/contract"
	"certdesk/internal/seller/activationapi/wire"
)

const code = "DEMO-MAIL"

// clock is the time of a test.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// doer sends requests without following redirects.
type doer struct{ http.RoundTripper }

func (d doer) Do(r *http.Request) (*http.Response, error) { return d.RoundTrip(r) }

func newTransport(t *testing.T) *http.Transport {
	tr := &http.Transport{DisableCompression: true}
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

// customer is somebody who talks to an issuer; every message is checked against the contract.
type customer struct {
	t      *testing.T
	issuer *demo.Issuer
	client doer
	clock  *clock
	keys   int
}

// start starts an issuer in dir, or in a folder of its own when dir is empty.
func start(t *testing.T, dir string, c *clock) *demo.Issuer {
	t.Helper()
	if dir == "" {
		dir = t.TempDir()
	}
	i, err := demo.Start(context.Background(), demo.Options{Dir: dir, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	})
	return i
}

func meet(t *testing.T, i *demo.Issuer, c *clock, opts ...contract.Option) *customer {
	t.Helper()
	opts = append(opts, contract.Beside("/activate", "/inbox/", "/operator/", "/confirm/", "/terms", "/style.css"))
	checked := contract.New(t, opts...).Transport(newTransport(t))
	return &customer{t: t, issuer: i, client: doer{checked}, clock: c}
}

// newCustomer starts an issuer of its own.
func newCustomer(t *testing.T, opts ...contract.Option) *customer {
	t.Helper()
	c := newClock()
	return meet(t, start(t, "", c), c, opts...)
}

// reply is an answer, read whole.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Fatalf("%d %q: %v", r.status, r.body, err)
	}
}

func (r reply) order(t *testing.T) wire.Order {
	t.Helper()
	if r.status > 299 {
		t.Fatalf("no order but %d %s", r.status, r.body)
	}
	var o wire.Order
	r.into(t, &o)
	return o
}

// problem asserts status and type of a problem.
func (r reply) problem(t *testing.T, status int, kind wire.ProblemType) wire.Problem {
	t.Helper()
	var p wire.Problem
	if r.status != status || json.Unmarshal(r.body, &p) != nil || p.Type != kind {
		t.Fatalf("want %d %s, got %d %s", status, kind, r.status, r.body)
	}
	return p
}

// call is one request of the API.
type call struct {
	method, path string
	credential   string
	key          string // idempotency key; "-" for none, empty for a new one
	match        string // If-Match
	noneMatch    string
	body         []byte
	header       map[string]string
}

func (c *customer) newKey() string {
	c.keys++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", c.keys)
}

func (c *customer) try(q call) (reply, error) {
	r, err := http.NewRequestWithContext(context.Background(), q.method, c.issuer.URL()+q.path, bytes.NewReader(q.body))
	if err != nil {
		return reply{}, err
	}
	if q.credential != "" {
		r.Header.Set("Authorization", "Bearer "+q.credential)
	}
	if q.method != http.MethodGet && q.key != "-" {
		if q.key == "" {
			q.key = c.newKey()
		}
		r.Header.Set("Idempotency-Key", `"`+q.key+`"`)
	}
	if q.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if q.match != "" {
		r.Header.Set("If-Match", q.match)
	}
	if q.noneMatch != "" {
		r.Header.Set("If-None-Match", q.noneMatch)
	}
	for k, v := range q.header {
		r.Header.Set(k, v)
	}
	answer, err := c.client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return reply{answer.StatusCode, answer.Header, body}, err
}

func (c *customer) do(q call) reply {
	c.t.Helper()
	r, err := c.try(q)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

// token makes an order token and the hash that the issuer gets.
func token(t *testing.T) (plain, hash string) {
	t.Helper()
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	plain = base64.RawURLEncoding.EncodeToString(b)
	h := sha256.Sum256([]byte(plain))
	return plain, hex.EncodeToString(h[:])
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func csr(t *testing.T, key crypto.Signer, template *x509.CertificateRequest) string {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
}

// application is a right one for DEMO-MAIL.
func application(t *testing.T, key crypto.Signer, hash string) wire.Application {
	t.Helper()
	request := csr(t, key, &x509.CertificateRequest{EmailAddresses: []string{"anna.muster@shop.example"}})
	given, surname := "Anna", "Muster"
	return wire.Application{
		OrderTokenSHA256: hash, CSR: &request,
		Names:         []wire.ApplicationName{{Type: wire.NameKindEmail, Value: "anna.muster@shop.example"}},
		Subject:       &wire.Subject{GivenName: &given, Surname: &surname},
		Proof:         map[string]wire.ProofChoice{"anna.muster@shop.example": wire.ProofMethodEmail},
		AcceptedTerms: []string{"demo-terms-1"},
		Language:      "en",
	}
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// order places an order and gives it with its token.
func (c *customer) order(key crypto.Signer) (wire.Order, string, reply) {
	c.t.Helper()
	plain, hash := token(c.t)
	r := c.do(call{method: "POST", path: "/api/orders", credential: code, body: encode(c.t, application(c.t, key, hash))})
	if r.status != http.StatusCreated {
		c.t.Fatalf("%d %s", r.status, r.body)
	}
	return r.order(c.t), plain, r
}

func (c *customer) look(id, token string) reply {
	c.t.Helper()
	return c.do(call{method: "GET", path: "/api/orders/" + id, credential: token})
}

func (c *customer) licence() wire.Licence {
	c.t.Helper()
	r := c.do(call{method: "GET", path: "/api/licence", credential: code})
	if r.status != http.StatusOK {
		c.t.Fatalf("%d %s", r.status, r.body)
	}
	var l wire.Licence
	r.into(c.t, &l)
	return l
}

func (c *customer) inbox() []demo.Mail {
	c.t.Helper()
	mails, err := c.issuer.Helper(c.client).Inbox(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	return mails
}

func (c *customer) confirm(mail string) error {
	return c.issuer.Helper(c.client).Confirm(context.Background(), mail)
}

// browse is what a browser does: no credential, no contract.
func (c *customer) browse(method, address string, header map[string]string, form string) reply {
	c.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(form))
	if err != nil {
		c.t.Fatal(err)
	}
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range header {
		if k == "Host" {
			r.Host = v
			continue
		}
		r.Header.Set(k, v)
	}
	answer, err := newTransport(c.t).RoundTrip(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, body}
}
