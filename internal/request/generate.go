package request

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"

	"certdesk/internal/fault"
	"certdesk/internal/order"
)

// publicExponent is the one that every certificate authority takes (TLS BR 6.1.6: odd, at least 3, best
// between 2^16+1 and 2^256-1) and that crypto/rsa makes.
const publicExponent = 65537

// Generate makes a private key: RSA with 2048, 3072 or 4096 bits, or ECDSA on P-256 or P-384. The zero
// choice makes RSA 3072. Anything else is a KeyForbidden fault.
//
// It returns as soon as ctx is done, with a Cancelled fault; the work, which can't be interrupted, then
// ends in its own time and the key is thrown away. RSA takes from a fraction of a second to many seconds.
//
// rand is the source of randomness. Since Go 1.26 crypto/rsa and crypto/ecdsa take the operating system's
// generator whatever they are given, so tests can't make a key foreseeable, and neither can a mistake.
func Generate(ctx context.Context, rand io.Reader, c order.KeyChoice) (crypto.Signer, error) {
	if c == (order.KeyChoice{}) {
		c = Default.Made[0]
	}
	if !Default.makes(c) {
		return nil, fault.New(fault.KeyForbidden, fmt.Errorf("request: %s %d is not made here", c.Algorithm, c.Size))
	}
	return wait(ctx, func() (crypto.Signer, error) { return generate(rand, c) })
}

// wait runs work in a goroutine of its own and gives its key, unless ctx ends first.
func wait(ctx context.Context, work func() (crypto.Signer, error)) (crypto.Signer, error) {
	if ctx.Err() != nil {
		return nil, fault.New(fault.Cancelled, context.Cause(ctx))
	}
	type result struct {
		key crypto.Signer
		err error
	}
	done := make(chan result, 1) // with room, so that a result nobody waits for ends with its goroutine
	go func() {
		key, err := work()
		done <- result{key, err}
	}()
	select {
	case r := <-done:
		return r.key, r.err
	case <-ctx.Done():
		return nil, fault.New(fault.Cancelled, context.Cause(ctx))
	}
}

func generate(rand io.Reader, c order.KeyChoice) (crypto.Signer, error) {
	if c.Algorithm == ECDSA {
		curve := elliptic.P256()
		if c.Size == 384 {
			curve = elliptic.P384()
		}
		key, err := ecdsa.GenerateKey(curve, rand)
		if err != nil {
			return nil, fmt.Errorf("making an ECDSA key: %w", err)
		}
		return key, nil
	}
	key, err := rsa.GenerateKey(rand, c.Size)
	if err != nil {
		return nil, fmt.Errorf("making an RSA key: %w", err)
	}
	// GenerateKey tests what it made; this guards against a generator that is swapped one day.
	if err := key.Validate(); err != nil {
		return nil, fmt.Errorf("validating a new RSA key: %w", err)
	}
	if key.E != publicExponent || key.N.BitLen() != c.Size {
		return nil, errors.New("request: the new RSA key is not what was asked for")
	}
	return key, nil
}
