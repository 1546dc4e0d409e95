package request

import (
	"crypto/rsa"
	"math/big"
	"sync"
)

// flaw is why a key of the right size is weak all the same.
type flaw string

const (
	noFlaw   flaw = ""
	exponent flaw = "exponent" // even, or below 65537
	factor   flaw = "factor"   // a small number divides the modulus
	close2   flaw = "close"    // its primes lie close to each other
	roca     flaw = "roca"     // made by a faulty chip (CVE-2017-15361)
)

// flawOf looks for what certificate authorities have to look for (TLS BR 6.1.1.3, S/MIME BR 6.1.1.3), as far as
// a key shows it by itself. Lists of keys that are known to others (Debian's of 2008) are not shipped: they
// take megabytes, and the authority has them.
func flawOf(k *rsa.PublicKey) flaw {
	switch {
	case k.E < publicExponent || k.E%2 == 0:
		return exponent
	case smallFactor(k.N):
		return factor
	case closePrimes(k.N):
		return close2
	case fromFaultyChip(k.N):
		return roca
	}
	return noFlaw
}

// primorial is the product of the primes up to 752, as SP 800-89, 5.3.3 has it.
var primorial = sync.OnceValue(func() *big.Int {
	product := big.NewInt(1)
	for p := int64(2); p <= 752; p++ {
		if n := big.NewInt(p); n.ProbablyPrime(0) {
			product.Mul(product, n)
		}
	}
	return product
})

func smallFactor(n *big.Int) bool {
	return new(big.Int).GCD(nil, nil, n, primorial()).Cmp(big.NewInt(1)) != 0
}

// fermatRounds is what the Baseline Requirements ask for.
const fermatRounds = 100

// closePrimes tries Fermat's method: n = a² - b² with a just over the root of n.
func closePrimes(n *big.Int) bool {
	a := new(big.Int).Sqrt(n)
	square, b := new(big.Int), new(big.Int)
	for range fermatRounds + 1 {
		if square.Mul(a, a).Sub(square, n); square.Sign() >= 0 {
			if b.Sqrt(square); new(big.Int).Mul(b, b).Cmp(square) == 0 {
				return true
			}
		}
		a.Add(a, big.NewInt(1))
	}
	return false
}

// fromFaultyChip recognises the keys of Infineon's library: their primes have the form k·M + (65537^a mod M)
// with M a product of the first primes, so that the modulus is a power of 65537 modulo M (Nemec and others,
// "The Return of Coppersmith's Attack", 2017, section 2.3). The first 38 odd primes divide the M of 512 bits
// and of every larger key. Modulo each of them the power is found by trying, and all of them must agree: for
// another modulus that happens once in 2^150.
func fromFaultyChip(n *big.Int) bool {
	type power struct{ exponent, period int64 }
	var powers []power
	for p := int64(3); p <= 167; p += 2 {
		prime := big.NewInt(p)
		if !prime.ProbablyPrime(0) {
			continue
		}
		want := new(big.Int).Mod(n, prime).Int64()
		found, at, value := int64(-1), int64(0), int64(1)
		for {
			if value == want {
				found = at
			}
			at, value = at+1, value*(publicExponent%p)%p
			if value == 1 {
				break
			}
		}
		if found < 0 {
			return false
		}
		powers = append(powers, power{found, at})
	}
	for i, x := range powers {
		for _, y := range powers[:i] {
			if (x.exponent-y.exponent)%gcd(x.period, y.period) != 0 {
				return false
			}
		}
	}
	return true
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
