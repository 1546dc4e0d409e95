// Package pebble runs the real counterpart of package acme for tests: Pebble, the certificate authority of RFC
// 8555's authors for testing, and its server of challenges, which is every website and every zone. Both are built
// by make (build/tools) and listen on 127.0.0.1 alone. Accounts need a binding, requests are judged strictly, and
// some nonces are rejected.
package pebble

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Keys are the bindings that the authority knows, by key id, in base64url.
var Keys = map[string]string{
	"kid-1": "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W",
	"kid-2": "b10lLJs8l1GPIzsLP0s6pMt8O0XVGnfTaCeROxQM0BIt2XrJMDHJZBM5NuQmQJQH",
}

// Blocked is a name for which it issues nothing.
const Blocked = "blocked.example.org"

// Authority is a running Pebble with its challenge server.
type Authority struct {
	Directory string         // https://127.0.0.1:PORT/dir
	Roots     *x509.CertPool // that its HTTPS chains to
	DNS, Web  string         // host:port of every zone and every website
	manage    string         // of the challenge server
	status    string         // of the authority
	log       *output
}

// Options are how the authority behaves.
type Options struct {
	Free bool // accounts need no binding
	// RejectNonces is how many of a hundred nonces are rejected; 0 is 15, less than 0 none.
	RejectNonces int
	// RetryAfter in seconds is what it says between two looks; 0 is 1.
	RetryAfter int
	// OtherRoots is to how many other roots it offers a chain.
	OtherRoots int
	// Profiles are offered, each with how long its certificates are valid; empty: one called "default".
	Profiles map[string]time.Duration
}

// Start runs one until the test ends.
func Start(t testing.TB, o Options) *Authority {
	t.Helper()
	dir := t.TempDir()
	ports := free(t, 5)
	a := &Authority{
		Directory: "https://" + ports[0] + "/dir", DNS: ports[2], Web: ports[3], manage: ports[4], status: ports[1], log: &output{},
	}
	certFile, keyFile := a.identity(t, dir)
	if o.RejectNonces == 0 {
		o.RejectNonces = 15
	}
	if o.RetryAfter == 0 {
		o.RetryAfter = 1
	}
	if len(o.Profiles) == 0 {
		o.Profiles = map[string]time.Duration{"default": 90 * 24 * time.Hour}
	}
	profiles := map[string]any{}
	for name, valid := range o.Profiles {
		profiles[name] = map[string]any{"description": "Valid for " + valid.String(), "validityPeriod": int(valid.Seconds())}
	}
	config, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": ports[0], "managementListenAddress": ports[1], "certificate": certFile, "privateKey": keyFile,
		"httpPort": portOf(a.Web), "tlsPort": 1, "externalAccountBindingRequired": !o.Free,
		"externalAccountMACKeys": Keys, "domainBlocklist": []string{Blocked}, "caaIdentities": []string{"ca.example.org"},
		"retryAfter": map[string]int{"authz": o.RetryAfter, "order": o.RetryAfter}, "profiles": profiles, "keyAlgorithm": "ecdsa",
	}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "pebble.json")
	if err := os.WriteFile(file, config, 0o600); err != nil {
		t.Fatal(err)
	}
	a.run(t, "pebble-challtestsrv", nil, "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-dnsserver", a.DNS, "-http01", a.Web,
		"-https01", "", "-doh", "", "-tlsalpn01", "", "-management", a.manage)
	a.run(t, "pebble", []string{
		"PEBBLE_VA_NOSLEEP=1", "PEBBLE_AUTHZREUSE=100", fmt.Sprintf("PEBBLE_WFE_NONCEREJECT=%d", max(0, o.RejectNonces)),
		fmt.Sprintf("PEBBLE_ALTERNATE_ROOTS=%d", o.OtherRoots),
	}, "-config", file, "-strict", "-dnsserver", a.DNS)
	a.await(t)
	return a
}

// identity makes the certificate of the authority's HTTPS.
func (a *Authority) identity(t testing.TB, dir string) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "tls.pem"), filepath.Join(dir, "tls.key")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	a.Roots = x509.NewCertPool()
	a.Roots.AddCert(cert)
	return certFile, keyFile
}

// run starts a program of build/tools until the test ends.
func (a *Authority) run(t testing.TB, name string, env []string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, tool(t, name), args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = a.log, a.log
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
	})
}

// tool is where make puts its programs.
func tool(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "build", "tools", name)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s is not there: run make build/tools/pebble (make test-code does)", path)
	}
	return path
}

// free gives addresses on which nothing listens, neither by TCP nor by UDP.
func free(t testing.TB, n int) []string {
	t.Helper()
	var out []string
	for len(out) < n {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		if err == nil {
			out = append(out, tcp.Addr().String())
			defer func() { _ = udp.Close() }()
		}
		defer func() { _ = tcp.Close() }()
	}
	return out
}

func portOf(address string) int {
	var port int
	_, text, _ := net.SplitHostPort(address)
	_, _ = fmt.Sscan(text, &port)
	return port
}

// await waits until both answer.
func (a *Authority) await(t testing.TB) {
	t.Helper()
	client := &http.Client{Transport: a.Transport()}
	deadline := time.Now().Add(20 * time.Second)
	for {
		directory, err := client.Get(a.Directory)
		if err == nil {
			_ = directory.Body.Close()
			var conn net.Conn
			if conn, err = net.Dial("tcp", a.manage); err == nil {
				_ = conn.Close()
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the authority does not answer: %v\n%s", err, a.log.String())
		}
		<-time.After(20 * time.Millisecond)
	}
}

// Transport reaches its HTTPS.
func (a *Authority) Transport() *http.Transport {
	return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.Roots, MinVersion: tls.VersionTLS12}}
}

// At is the same authority at another address, as somebody who stands before it shows it.
func (a *Authority) At(directory string) *Authority {
	return &Authority{Directory: directory, Roots: a.Roots, DNS: a.DNS, Web: a.Web, manage: a.manage, status: a.status, log: a.log}
}

// post has the challenge server change something.
func (a *Authority) post(t testing.TB, path string, body any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := http.Post("http://"+a.manage+path, "application/json", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rep.Body.Close() }()
	if rep.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(rep.Body)
		t.Fatalf("%s: %d %s", path, rep.StatusCode, said)
	}
}

// SetTXT adds a TXT record.
func (a *Authority) SetTXT(t testing.TB, name, value string) {
	t.Helper()
	a.post(t, "/set-txt", map[string]string{"host": name + ".", "value": value})
}

// ClearTXT removes all TXT records of a name.
func (a *Authority) ClearTXT(t testing.TB, name string) {
	t.Helper()
	a.post(t, "/clear-txt", map[string]string{"host": name + "."})
}

// SetFile puts a file under /.well-known/acme-challenge/ of every website.
func (a *Authority) SetFile(t testing.TB, token, content string) {
	t.Helper()
	a.post(t, "/add-http01", map[string]string{"token": token, "content": content})
}

// Status is what the authority says of a certificate, by its serial number: "Valid", "Revoked".
func (a *Authority) Status(t testing.TB, c *x509.Certificate) string {
	t.Helper()
	rep, err := (&http.Client{Transport: a.Transport()}).Get("https://" + a.status + "/cert-status-by-serial/" + c.SerialNumber.Text(16))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rep.Body.Close() }()
	var said struct{ Status string }
	if err := json.NewDecoder(rep.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	return said.Status
}

// Suggest has the authority suggest a time for the renewal of a certificate.
func (a *Authority) Suggest(t testing.TB, c *x509.Certificate, from, until time.Time) {
	t.Helper()
	answer := fmt.Sprintf(`{"suggestedWindow":{"start":%q,"end":%q}}`, from.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339))
	body, err := json.Marshal(map[string]string{
		"Certificate": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})), "ARIResponse": answer,
	})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := (&http.Client{Transport: a.Transport()}).Post("https://"+a.status+"/set-renewal-info/", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rep.Body.Close() }()
	if rep.StatusCode != http.StatusOK {
		t.Fatalf("setting the renewal: %d", rep.StatusCode)
	}
}

// Log is what the authority has written.
func (a *Authority) Log() string { return a.log.String() }

// Issued counts the certificates that it has issued; Accounts the accounts that it has.
func (a *Authority) Issued() int   { return strings.Count(a.Log(), "Issued certificate serial") }
func (a *Authority) Accounts() int { return strings.Count(a.Log(), "accounts in memory") }

type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
