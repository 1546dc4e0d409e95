package httpclient

import (
	"compress/flate"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"certdesk/internal/fault"
)

// statusError is the cause of a fault that an answer's status stands for.
type statusError int

func (s statusError) Error() string { return fmt.Sprintf("httpclient: status %d", int(s)) }

// The causes of faults. The errors of net/http and of the decoders are not kept: some of them quote the
// answer, and a hostile service could have put the credential into it.
var (
	errNoConnection = errors.New("httpclient: no connection")
	errNoSuchHost   = errors.New("httpclient: no such host")
	errBroken       = errors.New("httpclient: the connection broke")
	errNotHTTP      = errors.New("httpclient: the answer does not follow HTTP")
)

// faultOf turns the failure of one exchange with the host of u into a fault. bitten is why the watchdog
// ended it, if it did.
func (s *Seller) faultOf(ctx context.Context, bitten error, t *trace, err error, u *url.URL) error {
	host := u.Host
	say := func(code fault.Code, cause error) error { return fault.New(code, cause, "host", host) }
	if ctx.Err() != nil {
		return ended(ctx, host)
	}
	if bitten != nil {
		return say(fault.ServiceSlow, bitten)
	}
	var network net.Error
	timeout := errors.As(err, &network) && network.Timeout()
	if h := t.handshake.Load(); h != nil && !timeout && !isBreak(*h) {
		if isUntimely(*h) {
			return fault.New(fault.ClockOrCertificate, *h, "host", host, "now", s.options.Now())
		}
		return say(fault.ServiceTLS, *h) // before anything was sent: nothing secret can be in it
	}
	switch {
	case errors.Is(err, errOversize):
		return say(fault.ServiceOversize, errOversize)
	case errors.Is(err, errEncoding), errors.Is(err, errGzip):
		return say(fault.ServiceBroken, err)
	case timeout:
		return say(fault.ServiceSlow, errIdle)
	case !t.connected.Load():
		return s.unconnected(err, u)
	case isBreak(err) || t.answered.Load():
		return say(fault.ServiceCut, errBroken)
	}
	return say(fault.ServiceBroken, errNotHTTP)
}

// unconnected tells no network at all from a host that does not answer.
func (s *Seller) unconnected(err error, u *url.URL) error {
	if isNetworkDown(err) || !literalLoopback(u.Hostname()) && !s.online() {
		return fault.New(fault.Offline, errNoConnection)
	}
	if err := s.atProxy(err, u); err != nil {
		return err
	}
	cause := errNoConnection
	var code syscall.Errno
	var dns *net.DNSError
	switch {
	case errors.Is(err, ErrPrivateAddress):
		cause = ErrPrivateAddress
	case errors.As(err, &dns):
		cause = errNoSuchHost
	case errors.As(err, &code):
		cause = code
	}
	return fault.New(fault.ServiceUnreachable, cause, "host", u.Host)
}

// proxyError is a proxy that does not open the way to a service.
type proxyError struct {
	proxy  string
	status int
}

func (p *proxyError) Error() string { return fmt.Sprintf("httpclient: the proxy answers %d", p.status) }

// atProxy is the fault of what went wrong between here and the proxy; nil: something else did.
func (s *Seller) atProxy(err error, u *url.URL) error {
	var answered *proxyError
	if errors.As(err, &answered) {
		if answered.status == http.StatusProxyAuthRequired {
			return fault.New(fault.ProxySignIn, answered, "host", u.Host, "proxy", answered.proxy)
		}
		return fault.New(fault.ProxyRefused, answered, "host", u.Host, "proxy", answered.proxy)
	}
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "proxyconnect" { // net/http's name for it
		return nil
	}
	proxy, err := s.options.Proxy().of(&http.Request{URL: u})
	if err != nil || proxy == nil {
		return nil
	}
	return fault.New(fault.ProxyUnreachable, errNoConnection, "host", u.Host, "proxy", proxy.Host)
}

// isUntimely reports whether a certificate was refused for its dates alone: then this computer's clock may be wrong.
func isUntimely(err error) bool {
	var invalid x509.CertificateInvalidError
	return errors.As(err, &invalid) && invalid.Reason == x509.Expired
}

// ended is what a request comes to whose caller's context is over.
func ended(ctx context.Context, host string) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fault.New(fault.ServiceSlow, context.DeadlineExceeded, "host", host)
	}
	return fault.New(fault.Cancelled, context.Canceled)
}

// isBreak reports whether a connection ended before its time.
func isBreak(err error) bool {
	var code syscall.Errno
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.As(err, &code) ||
		err.Error() == "http: server closed idle connection" // net/http has no name for it
}

func isFlateError(err error) bool {
	var corrupt flate.CorruptInputError
	var internal flate.InternalError
	return errors.As(err, &corrupt) || errors.As(err, &internal)
}

// hasNetwork reports whether this computer has an address of its own on an interface that is up.
func hasNetwork() bool {
	interfaces, err := net.Interfaces()
	if err != nil {
		return true // not known: don't claim that there is none
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			return true
		}
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); !ok || n.IP.IsGlobalUnicast() {
				return true
			}
		}
	}
	return false
}
