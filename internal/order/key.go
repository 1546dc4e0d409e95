package order

import "slices"

// Algorithms of a key, as the Activation API names them.
const (
	RSA   = "rsa"
	ECDSA = "ecdsa"
)

// recommended is the key that opens everywhere and that every certificate authority takes.
var recommended = KeyChoice{Algorithm: RSA, Size: 3072}

// usual are the keys for a licence that does not say which it accepts, by kind of product.
func usual(t ProductType) []KeyRule {
	rsa := KeyRule{Algorithm: RSA, Sizes: []int{3072, 4096}}
	if t == TLS {
		return []KeyRule{rsa, {Algorithm: ECDSA, Sizes: []int{256, 384}}}
	}
	return []KeyRule{rsa}
}

// makeable reports whether this program makes such a key. CA/B TLS BR and SBR 6.1.5: RSA of at least 2048
// bits, divisible by 8; P-256, P-384, P-521. Beyond 8192 bits no program that we know opens it in time.
func (k KeyChoice) makeable() bool {
	switch k.Algorithm {
	case RSA:
		return k.Size >= 2048 && k.Size <= 8192 && k.Size%8 == 0
	case ECDSA:
		return k.Size == 256 || k.Size == 384 || k.Size == 521
	}
	return false
}

// KeyChoices are the keys that the licence accepts and that can be made here, the recommended one first.
// It is empty for a product without a certificate, and when only keys are accepted that can't be made here.
func (l Licence) KeyChoices() []KeyChoice {
	if l.Product.Type == SiteService {
		return nil
	}
	rules := l.Product.Keys
	if len(rules) == 0 {
		rules = usual(l.Product.Type)
	}
	var out []KeyChoice
	for _, r := range rules {
		for _, size := range r.Sizes {
			k := KeyChoice{Algorithm: r.Algorithm, Size: size}
			if k.makeable() && !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
	}
	if i := bestKey(out); i > 0 {
		best := out[i]
		out = slices.Insert(slices.Delete(out, i, i+1), 0, best)
	}
	return out
}

// bestKey prefers RSA 3072, which opens everywhere, then the first RSA key of at least that size, then any
// RSA key, then what the licence names first.
func bestKey(keys []KeyChoice) int {
	if i := slices.Index(keys, recommended); i >= 0 {
		return i
	}
	strong := func(k KeyChoice) bool { return k.Algorithm == RSA && k.Size > recommended.Size }
	if i := slices.IndexFunc(keys, strong); i >= 0 {
		return i
	}
	return slices.IndexFunc(keys, func(k KeyChoice) bool { return k.Algorithm == RSA })
}

// Key is the key that the licence recommends: RSA 3072 unless the licence does not accept it. It is zero
// when no key can be made here.
func (l Licence) Key() KeyChoice {
	if all := l.KeyChoices(); len(all) > 0 {
		return all[0]
	}
	return KeyChoice{}
}

// AllowsKey reports whether the licence accepts a choice; the zero choice means the recommended key.
func (l Licence) AllowsKey(k KeyChoice) bool {
	if k == (KeyChoice{}) {
		return true
	}
	return slices.Contains(l.KeyChoices(), k)
}

// KeyInHardware reports whether the key must be made on a token or in a hardware module: this program then
// takes the customer's own request and never makes a key.
func (l Licence) KeyInHardware() bool { return l.Product.KeyStorage == "hardware" }
