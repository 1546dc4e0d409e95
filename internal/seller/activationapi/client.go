package activationapi

import (
	"context"
	"sync"
	"time"

	"certdesk/internal/seller"
)

// Options are what a Client needs. HTTP, Resolve and Now are required.
type Options struct {
	HTTP HTTP
	// Resolve gives the origin of a service: of "demo" the running issuer's, of any other the service itself.
	Resolve func(ctx context.Context, service string) (origin string, err error)
	Now     func() time.Time
	// Wait returns after d, or with the error of ctx when that ends first. Nil: a timer.
	Wait func(ctx context.Context, d time.Duration) error
	// Language is the language of the screens (BCP 47); services may answer in it. Nil: not said.
	Language func() string
}

// Client speaks the Activation API.
type Client struct {
	o Options

	mu    sync.Mutex
	known map[string]place // by origin
}

var (
	_ seller.Seller    = (*Client)(nil)
	_ seller.Prover    = (*Client)(nil)
	_ seller.Agreer    = (*Client)(nil)
	_ seller.Caller    = (*Client)(nil)
	_ seller.Documents = (*Client)(nil)
	_ seller.Canceller = (*Client)(nil)
)

// New returns a Client.
func New(o Options) *Client {
	if o.Wait == nil {
		o.Wait = wait
	}
	if o.Language == nil {
		o.Language = func() string { return "" }
	}
	return &Client{o: o, known: map[string]place{}}
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
