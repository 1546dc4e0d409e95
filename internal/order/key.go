package order

import "slices"

// Algorithms of a key, as the Activation API names them.
const (
	RSA   = "rsa"
	ECDSA = "ecdsa"
)

// usual are the keys for a licence that does not say which it accepts, by kind of product: those that every
// certificate authority takes for it.
func usual(t ProductType) []KeyRule {
	rsa := KeyRule{Algorithm: RSA, Sizes: []int{3072, 4096}}
	if t == TLS {
		return []KeyRule{rsa, {Algorithm: ECDSA, Sizes: []int{256, 384}}}
	}
	return []KeyRule{rsa}
}

// AcceptedKeys are the keys that the licence accepts, in its own order. What of them this program makes, and
// which it recommends, is said by package request. It is empty for a product without a certificate.
func (p Product) AcceptedKeys() []KeyChoice {
	if p.Type == SiteService {
		return nil
	}
	rules := p.Keys
	if len(rules) == 0 {
		rules = usual(p.Type)
	}
	var out []KeyChoice
	for _, r := range rules {
		for _, size := range r.Sizes {
			if k := (KeyChoice{Algorithm: r.Algorithm, Size: size}); !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
	}
	return out
}

// AllowsKey reports whether the licence accepts a choice; the zero choice means the recommended key.
func (l Licence) AllowsKey(k KeyChoice) bool {
	return k == (KeyChoice{}) || slices.Contains(l.Product.AcceptedKeys(), k)
}

// WantsKey reports whether there is a certificate, and therefore a key and a request.
func (l Licence) WantsKey() bool { return l.Product.Type != SiteService }

// KeyInHardware reports whether the key must be made on a token or in a hardware module: this program then
// takes the customer's own request and never makes a key.
func (l Licence) KeyInHardware() bool { return l.Product.KeyStorage == "hardware" }
