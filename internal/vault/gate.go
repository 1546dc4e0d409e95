package vault

import (
	"context"
	"errors"
	"sync"
	"time"

	"certdesk/internal/fault"
)

var (
	errNoAnswer = errors.New("vault: the keyring did not answer in time")
	errStuck    = errors.New("vault: an earlier call to the keyring has not come back yet")
)

// gate lets one call at a time through to the keyring.
type gate struct {
	mu      sync.Mutex
	current *call
}

// call is one call under way.
type call struct {
	done  chan struct{} // closed when it has come back
	given chan struct{} // closed when nobody waits for it any more
}

// do runs f in a goroutine of its own and waits for it until limit. It fails with KeyringBlocked when f or
// the calls before it take longer, and at once when one of them was given up; with Cancelled when ctx ends.
// f may still be running then; what it gives is dropped.
func (g *gate) do(ctx context.Context, limit <-chan time.Time, f func() (string, error)) (string, error) {
	c, err := g.enter(ctx, limit)
	if err != nil {
		return "", err
	}
	var text string
	var failure error
	go func() {
		text, failure = f()
		g.mu.Lock()
		g.current = nil
		g.mu.Unlock()
		close(c.done)
	}()
	select {
	case <-c.done:
		return text, failure
	case <-ctx.Done():
		close(c.given)
		return "", fault.New(fault.Cancelled, context.Cause(ctx))
	case <-limit:
		close(c.given)
		return "", fault.New(fault.KeyringBlocked, errNoAnswer)
	}
}

func (g *gate) enter(ctx context.Context, limit <-chan time.Time) (*call, error) {
	for {
		if ctx.Err() != nil {
			return nil, fault.New(fault.Cancelled, context.Cause(ctx))
		}
		g.mu.Lock()
		other := g.current
		if other == nil {
			c := &call{done: make(chan struct{}), given: make(chan struct{})}
			g.current = c
			g.mu.Unlock()
			return c, nil
		}
		g.mu.Unlock()
		select {
		case <-other.done:
		case <-other.given:
			select {
			case <-other.done: // it has come back after all
			default:
				return nil, fault.New(fault.KeyringBlocked, errStuck)
			}
		case <-ctx.Done():
		case <-limit:
			return nil, fault.New(fault.KeyringBlocked, errNoAnswer)
		}
	}
}
