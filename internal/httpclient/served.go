package httpclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"time"
)

// servedPatience is for everything: name, connection, handshake.
const servedPatience = 12 * time.Second

// Causes of errors of [Served].
var (
	// ErrNotTLS says that something answers at the port that speaks no TLS, or gives up on it.
	ErrNotTLS = errors.New("httpclient: no TLS at this port")
	// ErrRefused says that nobody listens there, or that nobody answers.
	ErrRefused = errors.New("httpclient: nobody answers at this port")
)

// Served looks which certificate a website sends at port 443, without trusting it: nothing but the beginning of a
// connection is sent. Only public addresses are dialled, judged when they are, so that no name can lead into the
// customer's own network.
type Served struct {
	// Dial connects instead of the system; addresses are then not judged. Nil: the system, and public addresses alone.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Now is the time of certificates; nil: the system's.
	Now func() time.Time
}

// Look gives the certificates in the order in which host sends them. Its errors wrap ErrNoSuchHost,
// ErrPrivateAddress, ErrRefused, ErrNotTLS or the end of ctx; none holds anything that the server sent.
func (s Served) Look(ctx context.Context, host string) ([]*x509.Certificate, error) {
	asked := ctx
	ctx, cancel := context.WithTimeout(ctx, servedPatience)
	defer cancel()
	dial := s.Dial
	if dial == nil {
		dial = publicOnly(Options{Proxy: func() Proxy { return Proxy{} }})
	}
	conn, err := dial(ctx, "tcp", net.JoinHostPort(host, "443"))
	if err != nil {
		var dns *net.DNSError
		switch {
		case asked.Err() != nil:
			return nil, asked.Err()
		case errors.Is(err, ErrPrivateAddress):
			return nil, ErrPrivateAddress
		case errors.As(err, &dns) && dns.IsNotFound:
			return nil, ErrNoSuchHost
		}
		return nil, ErrRefused
	}
	defer func() { _ = conn.Close() }()
	config := &tls.Config{
		ServerName: host, MinVersion: tls.VersionTLS12,
		InsecureSkipVerify: true, // #nosec G402 -- what is sent is looked at, not trusted
		Time:               s.Now,
	}
	client := tls.Client(conn, config)
	err = client.HandshakeContext(ctx)
	sent := client.ConnectionState().PeerCertificates
	switch {
	case len(sent) > 0: // a server that then asks for a certificate of ours has sent its own before
		return sent, nil
	case asked.Err() != nil:
		return nil, asked.Err()
	case err == nil, ctx.Err() == nil:
		return nil, ErrNotTLS
	}
	return nil, ErrRefused
}
