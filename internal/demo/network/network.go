// Package network is the demo's own network: name servers and a web server on this computer, so that the
// proof of a name can be tried without a domain and without the Internet.
//
// The name server has every zone there is, a zone being a registered domain. It answers with what has been
// published for the demo's orders, rightly or with a usual mistake, and else as a zone of somebody does in
// which nothing of the kind stands. The web server is every host of the demo and serves the files that have
// been published. Both listen on 127.0.0.1 alone, on ports that the system chooses; nothing that is asked
// for leaves this computer.
package network

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/miekg/dns"

	"certdesk/internal/demo/ledger"
)

// Options are what the network works with. All fields are required.
type Options struct {
	Ledger *ledger.Ledger
	Logger *slog.Logger
}

// Network is running until Close.
type Network struct {
	dns, web string
	udp, tcp *dns.Server
	http     *http.Server
}

// DNSAddr is where the name server listens, with UDP and TCP, as host:port.
func (n *Network) DNSAddr() string { return n.dns }

// WebAddr is where the web server listens, as host:port. It is every host on port 80.
func (n *Network) WebAddr() string { return n.web }

// tries is how often a port is looked for that is free for UDP and TCP alike.
const tries = 20

// Start starts both servers.
func Start(ctx context.Context, o Options) (*Network, error) {
	config := &net.ListenConfig{}
	packets, stream, err := pair(ctx, config)
	if err != nil {
		return nil, err
	}
	web, err := config.Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("demo: listening on this computer: %w", err), packets.Close(), stream.Close())
	}
	names := &nameServer{o}
	n := &Network{dns: packets.LocalAddr().String(), web: web.Addr().String()}
	n.udp = &dns.Server{PacketConn: packets, Handler: names}
	n.tcp = &dns.Server{Listener: stream, Handler: names}
	n.http = &http.Server{
		Handler:           &webServer{o},
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(o.Logger.Handler(), slog.LevelDebug),
	}
	for _, s := range []*dns.Server{n.udp, n.tcp} {
		running := make(chan struct{})
		s.NotifyStartedFunc = func() { close(running) }
		go func() { _ = s.ActivateAndServe() }() // ends with Close
		<-running
	}
	go func() { _ = n.http.Serve(web) }() // the same
	return n, nil
}

// pair listens on one port with UDP and with TCP.
func pair(ctx context.Context, config *net.ListenConfig) (net.PacketConn, net.Listener, error) {
	var last error
	for range tries {
		stream, err := config.Listen(ctx, "tcp4", "127.0.0.1:0")
		if err != nil {
			return nil, nil, fmt.Errorf("demo: listening on this computer: %w", err)
		}
		packets, err := config.ListenPacket(ctx, "udp4", stream.Addr().String())
		if err == nil {
			return packets, stream, nil
		}
		last = errors.Join(err, stream.Close())
	}
	return nil, nil, fmt.Errorf("demo: listening on this computer: %w", last)
}

// Close ends both servers.
func (n *Network) Close(ctx context.Context) error {
	err := errors.Join(n.udp.ShutdownContext(ctx), n.tcp.ShutdownContext(ctx))
	if n.http.Shutdown(ctx) != nil {
		err = errors.Join(err, n.http.Close())
	}
	return err
}
