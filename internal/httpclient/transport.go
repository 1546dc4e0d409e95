package httpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"
)

// limits are how long things may take.
type limits struct {
	connect time.Duration // for TCP, and again for TLS
	idle    time.Duration // without a byte of body, or until the head of the answer
	total   time.Duration // for one attempt
	pauses  []time.Duration
	longest time.Duration // the longest Retry-After that is waited for here
}

var sellerLimits = limits{
	connect: 10 * time.Second,
	idle:    30 * time.Second,
	total:   5 * time.Minute,
	pauses:  []time.Duration{time.Second, 4 * time.Second},
	longest: 30 * time.Second,
}

// ProxyMode is how the proxy is found.
type ProxyMode int

// The ways to find the proxy.
const (
	ProxyEnvironment ProxyMode = iota // HTTPS_PROXY and its kin
	ProxyNone
	ProxyAddress
)

// Proxy is the setting for how to get out of this network. The zero Proxy is the environment's.
type Proxy struct {
	Mode    ProxyMode
	Address *url.URL // for ProxyAddress: http, https or socks5
}

// of chooses the proxy for a request. This computer is never reached through one.
func (p Proxy) of(r *http.Request) (*url.URL, error) {
	if p.Mode == ProxyNone || literalLoopback(r.URL.Hostname()) {
		return nil, nil //nolint:nilnil // net/http's way to say "no proxy"
	}
	if p.Mode == ProxyAddress && p.Address != nil {
		return p.Address, nil
	}
	return http.ProxyFromEnvironment(r)
}

func newTransport(o Options, l limits) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  func(r *http.Request) (*url.URL, error) { return o.Proxy().of(r) },
		DialContext:            (&net.Dialer{Timeout: l.connect}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
		TLSHandshakeTimeout:    l.connect,
		DisableCompression:     true, // decompressed here, within limits
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        l.idle,
		MaxResponseHeaderBytes: 64 << 10,
		Protocols:              protocols,
		OnProxyConnectResponse: func(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode == http.StatusOK {
				return nil
			}
			return &proxyError{proxy: proxy.Host, status: answer.StatusCode}
		},
	}
}

var (
	errIdle  = errors.New("httpclient: no byte for too long")
	errTotal = errors.New("httpclient: the whole exchange took too long")
)

// watchdog ends a request that stands still, or never ends.
type watchdog struct {
	cancel context.CancelCauseFunc
	idle   *time.Timer
	total  *time.Timer
	limit  time.Duration
}

// watch gives a context that ends, with the reason as its cause, when the watchdog bites.
func watch(parent context.Context, l limits) (context.Context, *watchdog) {
	ctx, cancel := context.WithCancelCause(parent)
	return ctx, &watchdog{
		cancel: cancel,
		idle:   time.AfterFunc(l.idle+l.connect, func() { cancel(errIdle) }), // connecting has its own limit
		total:  time.AfterFunc(l.total, func() { cancel(errTotal) }),
		limit:  l.idle,
	}
}

// pat tells the watchdog that something moved.
func (w *watchdog) pat() { w.idle.Reset(w.limit) }

func (w *watchdog) stop() {
	w.idle.Stop()
	w.total.Stop()
	w.cancel(nil)
}

// reader pats the watchdog for each piece that is read of r.
func (w *watchdog) reader(r io.Reader) io.Reader { return patting{r, w} }

type patting struct {
	r   io.Reader
	dog *watchdog
}

func (p patting) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if n > 0 {
		p.dog.pat()
	}
	return n, err
}

func (t *trace) hooks() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { t.connected.Store(true) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			if err != nil {
				t.handshake.Store(&err)
			}
		},
	}
}
