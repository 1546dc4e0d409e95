package request

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"

	"certdesk/internal/fault"
	"certdesk/internal/order"
)

// The algorithms, by the words of the Activation API.
const (
	RSA   = order.RSA
	ECDSA = order.ECDSA
)

// Policy says which keys are made and accepted. Sizes are in bits.
type Policy struct {
	MinRSA, MaxRSA int
	Made           []order.KeyChoice // what Generate makes, the default first
}

// Default is the policy of this app. RSA: at least 2048 bits and a multiple of 8 (TLS BR 6.1.5); not over
// 8192, since nothing opens larger ones in bearable time and crypto/x509 verifies none over it. RSA 3072
// comes first because every program opens it and it outlives the certificate (NIST SP 800-57: 128 bits).
var Default = Policy{
	MinRSA: 2048, MaxRSA: 8192,
	Made: []order.KeyChoice{
		{Algorithm: RSA, Size: 3072},
		{Algorithm: RSA, Size: 2048},
		{Algorithm: RSA, Size: 4096},
		{Algorithm: ECDSA, Size: 256},
		{Algorithm: ECDSA, Size: 384},
	},
}

// Choices lists what can be made here of what a product's licence accepts, the recommended one first. It is
// empty when the key has to live on hardware (code signing, CSBR 6.2.7.4) and for products without a key.
//
// Recommended is the policy's default; where the licence does not accept it, the first key of its algorithm
// that is larger, then any of its algorithm, then what the licence names first.
func (p Policy) Choices(product order.Product) []order.KeyChoice {
	if (order.Licence{Product: product}).KeyInHardware() {
		return nil
	}
	out := slices.DeleteFunc(product.AcceptedKeys(), func(c order.KeyChoice) bool { return !p.makes(c) })
	if i := p.best(out); i > 0 {
		best := out[i]
		out = slices.Insert(slices.Delete(out, i, i+1), 0, best)
	}
	return out
}

func (p Policy) best(keys []order.KeyChoice) int {
	first := p.Made[0]
	if i := slices.Index(keys, first); i >= 0 {
		return i
	}
	larger := func(k order.KeyChoice) bool { return k.Algorithm == first.Algorithm && k.Size > first.Size }
	if i := slices.IndexFunc(keys, larger); i >= 0 {
		return i
	}
	return slices.IndexFunc(keys, func(k order.KeyChoice) bool { return k.Algorithm == first.Algorithm })
}

// Choose gives the key to make: what the customer chose if the licence takes it, or its recommendation for
// the zero choice. Else the fault is KeyForbidden.
func (p Policy) Choose(product order.Product, c order.KeyChoice) (order.KeyChoice, error) {
	choices := p.Choices(product)
	if len(choices) == 0 {
		return order.KeyChoice{}, fault.New(fault.KeyForbidden, errors.New("request: no key for this product is made here"))
	}
	if c == (order.KeyChoice{}) {
		return choices[0], nil
	}
	if slices.Contains(choices, c) {
		return c, nil
	}
	return order.KeyChoice{}, fault.New(fault.KeyForbidden, fmt.Errorf("request: %s %d is not among the licence's keys", c.Algorithm, c.Size))
}

func (p Policy) makes(c order.KeyChoice) bool { return slices.Contains(p.Made, c) }

// Check judges a public key, also one that was made elsewhere. Faults: KeyWeak (too short, or an RSA
// exponent that is even, below 3 or over 2^31), KeyForbidden (a kind that no certificate authority takes).
func (p Policy) Check(pub crypto.PublicKey) error {
	switch k := pub.(type) {
	case *rsa.PublicKey:
		bits := k.N.BitLen()
		switch {
		case bits < p.MinRSA:
			return fault.New(fault.KeyWeak, fmt.Errorf("request: RSA with %d bits", bits))
		case bits > p.MaxRSA || bits%8 != 0:
			return fault.New(fault.KeyForbidden, fmt.Errorf("request: RSA with %d bits", bits))
		case k.E < 3 || k.E%2 == 0 || k.N.Bit(0) == 0:
			return fault.New(fault.KeyWeak, errors.New("request: RSA with an impossible modulus or exponent"))
		}
		return nil
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256(), elliptic.P384(), elliptic.P521():
			return nil
		}
		return fault.New(fault.KeyForbidden, errors.New("request: a curve other than P-256, P-384 and P-521"))
	}
	return fault.New(fault.KeyForbidden, errors.New("request: neither RSA nor ECDSA"))
}
