package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// between is a seller that stands between the app and the demo's issuer: a service on this computer with an address
// of its own, which lies in what it passes on.
type between struct {
	t    *testing.T
	site *httptest.Server
	to   *url.URL

	mu    sync.Mutex
	lie   func(path string, h http.Header, status int, body []byte) (int, []byte) // nil: none
	heard strings.Builder                                                         // addresses and bodies, without credentials in headers
}

// stand starts it before the running issuer, whose credentials it never sends on elsewhere.
func stand(w *walk) *between {
	to, err := url.Parse(w.issuer().URL())
	if err != nil {
		w.t.Fatal(err)
	}
	b := &between{t: w.t, to: to}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Header.Del("Accept-Encoding")
		},
		ModifyResponse: b.answer,
	}
	b.site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b.mu.Lock()
		b.heard.WriteString(r.URL.String() + "\n" + string(body) + "\n")
		b.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	w.t.Cleanup(func() {
		b.site.Close()
		b.overheard(w)
	})
	return b
}

// overheard looks for everything secret in the addresses and bodies that were sent.
func (b *between) overheard(w *walk) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.heard.Len() == 0 {
		b.t.Error("nothing was asked")
	}
	for _, what := range tracedIn([]byte(b.heard.String()), w.traces()) {
		b.t.Errorf("the %s was sent", what)
	}
}

// answer passes an answer on, with the lie in it.
func (b *between) answer(rep *http.Response) error {
	body, err := io.ReadAll(rep.Body)
	if err != nil {
		return err
	}
	_ = rep.Body.Close()
	body = bytes.ReplaceAll(body, []byte(b.to.String()), []byte(b.site.URL)) // the service is where it is asked
	b.mu.Lock()
	lie := b.lie
	b.mu.Unlock()
	if lie != nil {
		rep.StatusCode, body = lie(rep.Request.URL.Path, rep.Header, rep.StatusCode, body)
	}
	rep.Body, rep.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	rep.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return nil
}

func (b *between) lies(lie func(path string, h http.Header, status int, body []byte) (int, []byte)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lie = lie
}

// inAnswers changes the orders that it passes on, and the licences.
func (b *between) inAnswers(change func(m map[string]any)) {
	b.lies(func(path string, _ http.Header, status int, body []byte) (int, []byte) {
		var m map[string]any
		if !strings.HasPrefix(path, "/api/") || json.Unmarshal(body, &m) != nil || status/100 != 2 {
			return status, body
		}
		change(m)
		changed, err := json.Marshal(m)
		if err != nil {
			b.t.Error(err)
		}
		return status, changed
	})
}

// forger is a certificate authority of a hostile seller, which issues what it likes for the request that was sent.
type forger struct {
	t     *testing.T
	key   *ecdsa.PrivateKey
	root  *x509.Certificate
	chain []byte // what was issued, leaf last
	leaf  *x509.Certificate
}

func newForger(t *testing.T) *forger {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f := &forger{t: t, key: key}
	f.root = f.sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "Forged \u202e/../CA"}, IsCA: true, BasicConstraintsValid: true, SubjectKeyId: []byte{1},
		NotBefore: time.Now().AddDate(-9, 0, 0), NotAfter: time.Now().AddDate(9, 0, 0),
	}, key.Public())
	return f
}

func (f *forger) sign(template *x509.Certificate, public any) *x509.Certificate {
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	parent := f.root
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, f.key)
	if err != nil {
		f.t.Error(err)
		return &x509.Certificate{}
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		f.t.Error(err)
	}
	return c
}

// issue makes the certificate for the request in a submission.
func (f *forger) issue(submission string, template *x509.Certificate) {
	var sent struct {
		CSR string `json:"csr"`
	}
	if json.Unmarshal([]byte(submission), &sent) != nil {
		f.t.Error("the submission can't be read")
	}
	block, _ := pem.Decode([]byte(sent.CSR))
	if block == nil {
		f.t.Fatalf("no request in %.200q", submission)
	}
	request, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		f.t.Fatal(err)
	}
	f.leaf = f.sign(template, request.PublicKey)
	for range 18 { // the leaf is last, behind strangers
		stranger := f.sign(&x509.Certificate{Subject: pkix.Name{CommonName: "Stranger"}, NotAfter: time.Now()}, f.key.Public())
		f.chain = append(f.chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: stranger.Raw})...)
	}
	f.chain = append(f.chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.root.Raw})...)
	f.chain = append(f.chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.leaf.Raw})...)
}

// gives has the seller say that the order is issued, and give what was forged.
func (b *between) gives(f *forger) {
	sha := sha256.Sum256(f.leaf.Raw)
	name := hex.EncodeToString(sha[:])
	key := sha256.Sum256(f.leaf.RawSubjectPublicKeyInfo)
	b.lies(func(path string, h http.Header, status int, body []byte) (int, []byte) {
		if strings.HasSuffix(path, "/certificates/"+name) {
			h.Set("Content-Type", "application/pem-certificate-chain")
			return http.StatusOK, f.chain
		}
		var m map[string]any
		if !strings.HasPrefix(path, "/api/orders/") || json.Unmarshal(body, &m) != nil {
			return status, body
		}
		m["state"], m["tasks"] = "issued", []any{}
		m["certificates"] = []any{map[string]any{
			"sha256": name, "serial": "07", "not_before": f.leaf.NotBefore, "not_after": f.leaf.NotAfter,
			"spki_sha256": hex.EncodeToString(key[:]), "state": "current",
		}}
		changed, err := json.Marshal(m)
		if err != nil {
			b.t.Error(err)
		}
		h.Set("ETag", strconv.Quote(name))
		return status, changed
	})
}

// submission is the body of the order that was sent.
func (b *between) submission() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for line := range strings.Lines(b.heard.String()) {
		if strings.Contains(line, "BEGIN CERTIFICATE REQUEST") {
			return line
		}
	}
	b.t.Fatal("no order was sent")
	return ""
}
