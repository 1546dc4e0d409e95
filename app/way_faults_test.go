package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"certdesk/internal/httpclient"
	"certdesk/internal/order"
	"certdesk/internal/ui/kit/kittest"
)

// TestAProxyInTheWay: what stands between this computer and the service is named, with whom to ask; the draft is kept,
// and no credential was seen on the way.
func TestAProxyInTheWay(t *testing.T) {
	var status atomic.Int32
	status.Store(http.StatusProxyAuthRequired)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the proxy sees a credential")
		}
		w.WriteHeader(int(status.Load()))
	}))
	t.Cleanup(proxy.Close)
	address, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	w := odd{more: func(p *parts) {
		p.proxy = func() httpclient.Proxy { return httpclient.Proxy{Mode: httpclient.ProxyAddress, Address: address} }
	}}.open(t)
	w.see(w.word("home.title"))
	w.enter("https://shop.example.com/activate/" + canary)
	about := []any{"host", "shop.example.com", "proxy", address.Host}
	w.saw("proxy-sign-in", about...)
	status.Store(http.StatusForbidden)
	w.press("action.retry")
	w.saw("proxy-refused", about...)
	proxy.Close()
	w.press("action.retry")
	w.saw("proxy-unreachable", about...)
	w = odd{}.reopen(w)
	w.see(w.word("view.next.draft.title"))
}

// TestTheClockIsAYearWrong: a service whose certificate is not valid by this clock is said with the time, so that the
// customer sees it; nothing is sent.
func TestTheClockIsAYearWrong(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	from := time.Now().AddDate(1, 0, 0) // as it looks when the clock is a year behind
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: from.AddDate(1, 0, 0), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}} // #nosec G402 -- a test's server
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	s.StartTLS()
	t.Cleanup(s.Close)
	w := odd{more: func(p *parts) {
		p.roots = x509.NewCertPool()
		p.roots.AddCert(leaf)
	}}.open(t)
	w.enterDemo() // services on this computer are tests
	w.enter(s.URL + "/activate/" + canary)
	w.see(w.word("journey.failed.licence"))
	w.see(w.word("fault.service-tls-time.means"))
	w.see(w.word("fault.service-tls-time.do"))
	w.button("action.retry")
}

// TestADataFolderOnAnotherComputer is not used: orders can be damaged there. It is said where to put it.
func TestADataFolderOnAnotherComputer(t *testing.T) {
	w := odd{more: func(p *parts) { p.share = func(string) bool { return true } }}.open(t)
	w.see(w.word("shell.failed"))
	w.saw("store-network-share")
	w.button("shell.quit")
	if found, err := os.ReadDir(w.data); err != nil {
		t.Error(err)
	} else {
		for _, f := range found {
			if f.Name() == "certdesk.db" {
				t.Error("a database was made there")
			}
		}
	}
}

// TestTheDataFolderVanishes under the running app: what is typed stays on the screen and is not said to be kept; once
// the folder is back, it is kept by itself.
func TestTheDataFolderVanishes(t *testing.T) {
	w := oddly(t)
	w.toNamesInDemo()
	away := w.data + " away"
	if err := os.Rename(w.data, away); err != nil {
		t.Fatal(err)
	}
	w.mailbox()
	w.q.Advance(300 * time.Millisecond)
	w.saw("folder-gone")
	w.title(order.StepNames)
	w.holdsTheMailbox()
	if err := os.Rename(away, w.data); err != nil {
		t.Fatal(err)
	}
	w.keepsTheMailbox("folder-gone")
}

// TestTheDataFolderIsReadOnly says so at the start.
func TestTheDataFolderIsReadOnly(t *testing.T) {
	_, err := acquire("/sys/certdesk") // takes no folders, whoever asks
	if err == nil {
		t.Fatal("a folder in /sys")
	}
	w := odd{lockErr: err}.open(t)
	w.see(w.word("shell.failed"))
	w.saw("folder-read-only")
	if !kittest.HasButton(w.root(), w.word("action.retry")) {
		t.Error("no next step")
	}
}

// TestAnotherProgramHasTheDatabase, such as one that makes backups: what is typed stays on the screen, and is kept by
// itself when the other one is done.
func TestAnotherProgramHasTheDatabase(t *testing.T) {
	w, d := onDisk(t)
	w.toNamesInDemo()
	d.busy.Store(true)
	w.mailbox()
	w.q.Advance(300 * time.Millisecond)
	w.saw("store-locked")
	w.holdsTheMailbox()
	d.busy.Store(false)
	w.keepsTheMailbox("store-locked")
}

// TestTheKeyringLosesAKeyLater: the certificate is here and its key is not, after a start: the order says so, with the
// ways out, and comes back with the key.
func TestTheKeyringLosesAKeyLater(t *testing.T) {
	ring, service := moodyKeyring()
	w := odd{setup: setup{keyring: service}}.open(t)
	w.toUseInDemo()
	id := w.kept()[0].KeyID
	w.stop()
	ring.mu.Lock()
	lost := ring.records[id]
	delete(ring.records, id)
	ring.mu.Unlock()
	w = odd{}.reopen(w)
	w.press("view.next.ready.button")
	w.title(order.StepUse)
	kittest.ChoiceByTitle(t, w.root(), w.word("destination.thunderbird.label")).Tapped(nil)
	w.press("use.make")
	w.see(w.word("fault.key-gone.saw"))
	for _, way := range []string{"lost.restore", "lost.add-button", "action.retry"} {
		w.button(way)
	}
	if len(w.files()) > 0 {
		t.Error("a file without its key")
	}
	ring.mu.Lock()
	ring.records[id] = lost
	ring.mu.Unlock()
	w.press("action.retry")
	w.goes()
	w.ends()
}
