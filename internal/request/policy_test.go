package request

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certdesk/internal/fault"
	"certdesk/internal/order"
	"certdesk/internal/spki"
)

func TestGenerateMakesWhatIsAskedFor(t *testing.T) {
	for _, c := range []struct {
		choice order.KeyChoice
		want   string
	}{
		{order.KeyChoice{Algorithm: RSA, Size: 2048}, "RSA 2048"},
		{order.KeyChoice{}, "RSA 3072"},
		{order.KeyChoice{Algorithm: ECDSA, Size: 256}, "P-256"},
		{order.KeyChoice{Algorithm: ECDSA, Size: 384}, "P-384"},
	} {
		key, err := Generate(t.Context(), rand.Reader, c.choice)
		if err != nil {
			t.Fatal(err)
		}
		if got := nameOf(key); got != c.want {
			t.Errorf("%v made %s", c.choice, got)
		}
		if k, ok := key.(*rsa.PrivateKey); ok && (k.E != 65537 || k.Validate() != nil) {
			t.Errorf("%s: e = %d", c.want, k.E)
		}
		other, err := Generate(t.Context(), rand.Reader, c.choice)
		if err != nil || spki.Equal(key.Public(), other.Public()) {
			t.Errorf("%s: the same key twice: %v", c.want, err)
		}
	}
}

func TestGenerateRefusesOtherKeys(t *testing.T) {
	for _, c := range []order.KeyChoice{
		{Algorithm: RSA, Size: 1024},
		{Algorithm: RSA, Size: 3071},
		{Algorithm: RSA},
		{Algorithm: ECDSA, Size: 224},
		{Algorithm: ECDSA, Size: 521},
		{Algorithm: "dsa", Size: 2048},
		{Size: 256},
	} {
		if _, err := Generate(t.Context(), rand.Reader, c); !fault.Is(err, fault.KeyForbidden) {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func TestNobodyWaitsForAKeyThatIsNotWanted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Generate(ctx, rand.Reader, order.KeyChoice{}); !fault.Is(err, fault.Cancelled) {
		t.Errorf("before: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	release, ended := make(chan struct{}), make(chan struct{})
	key, err := wait(ctx, func() (crypto.Signer, error) {
		cancel() // in the middle of the work
		<-release
		defer close(ended)
		return ecKey(), nil
	})
	if key != nil || !fault.Is(err, fault.Cancelled) {
		t.Errorf("in the middle: %v %v", key, err)
	}
	close(release)
	<-ended // the work ends by itself
}

func TestChoices(t *testing.T) {
	key := func(algorithm string, size int) order.KeyChoice {
		return order.KeyChoice{Algorithm: algorithm, Size: size}
	}
	for name, c := range map[string]struct {
		product order.Product
		want    []order.KeyChoice
	}{
		"mail, nothing said":    {order.Product{Type: order.SMIME}, []order.KeyChoice{key(RSA, 3072), key(RSA, 4096)}},
		"website, nothing said": {order.Product{Type: order.TLS}, []order.KeyChoice{key(RSA, 3072), key(RSA, 4096), key(ECDSA, 256), key(ECDSA, 384)}},
		"3072 among others": {
			order.Product{Type: order.TLS, Keys: []order.KeyRule{{Algorithm: ECDSA, Sizes: []int{256}}, {Algorithm: RSA, Sizes: []int{2048, 4096, 3072}}}},
			[]order.KeyChoice{key(RSA, 3072), key(ECDSA, 256), key(RSA, 2048), key(RSA, 4096)},
		},
		"larger only": {
			order.Product{Type: order.SMIME, Keys: []order.KeyRule{{Algorithm: RSA, Sizes: []int{2048, 4096}}}},
			[]order.KeyChoice{key(RSA, 4096), key(RSA, 2048)},
		},
		"smaller only": {
			order.Product{Type: order.SMIME, Keys: []order.KeyRule{{Algorithm: RSA, Sizes: []int{2048}}}},
			[]order.KeyChoice{key(RSA, 2048)},
		},
		"curves only": {
			order.Product{Type: order.TLS, Keys: []order.KeyRule{{Algorithm: ECDSA, Sizes: []int{384, 256}}}},
			[]order.KeyChoice{key(ECDSA, 384), key(ECDSA, 256)},
		},
		"what is not made here": {order.Product{Type: order.SMIME, Keys: []order.KeyRule{
			{Algorithm: RSA, Sizes: []int{1024, 3071, 65536}}, {Algorithm: "ed25519", Sizes: []int{255}}, {Algorithm: ECDSA, Sizes: []int{224}},
		}}, nil},
		"on hardware": {order.Product{Type: order.CodeSigning, KeyStorage: "hardware"}, nil},
		"no key":      {order.Product{Type: order.SiteService}, nil},
	} {
		got := Default.Choices(c.product)
		if len(got) != 0 || len(c.want) != 0 {
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
	}
}

func TestPolicy(t *testing.T) {
	mail := order.Product{Type: order.SMIME}
	if got, err := Default.Choose(mail, order.KeyChoice{}); err != nil || got != (order.KeyChoice{Algorithm: RSA, Size: 3072}) {
		t.Errorf("without a rule: %v %v", got, err)
	}
	mail.Keys = []order.KeyRule{{Algorithm: ECDSA, Sizes: []int{521, 384}}, {Algorithm: RSA, Sizes: []int{4096, 1024}}}
	want := []order.KeyChoice{{Algorithm: RSA, Size: 4096}, {Algorithm: ECDSA, Size: 384}}
	if diff := cmp.Diff(want, Default.Choices(mail)); diff != "" {
		t.Error(diff)
	}
	if got, err := Default.Choose(mail, order.KeyChoice{}); err != nil || got != want[0] {
		t.Errorf("recommended: %v %v", got, err)
	}
	if got, err := Default.Choose(mail, want[1]); err != nil || got != want[1] {
		t.Errorf("chosen: %v %v", got, err)
	}
	if _, err := Default.Choose(mail, order.KeyChoice{Algorithm: RSA, Size: 3072}); !fault.Is(err, fault.KeyForbidden) {
		t.Errorf("not in the licence: %v", err)
	}
	for _, p := range []order.Product{{Type: order.CodeSigning, KeyStorage: "hardware"}, {Type: order.SiteService}} {
		if _, err := Default.Choose(p, order.KeyChoice{}); !fault.Is(err, fault.KeyForbidden) {
			t.Errorf("%s: %v", p.Type, err)
		}
	}
}

func TestPolicyJudgesPublicKeys(t *testing.T) {
	modulus := func(bits uint) *big.Int {
		return new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), bits-1), big.NewInt(1))
	}
	ed, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p521, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		pub  crypto.PublicKey
		want fault.Code
	}{
		"RSA 2048":         {&rsa.PublicKey{N: modulus(2048), E: 65537}, ""},
		"RSA 2040":         {&rsa.PublicKey{N: modulus(2040), E: 65537}, fault.KeyWeak},
		"RSA 2049":         {&rsa.PublicKey{N: modulus(2049), E: 65537}, fault.KeyForbidden},
		"RSA 16384":        {&rsa.PublicKey{N: modulus(16384), E: 65537}, fault.KeyForbidden},
		"exponent 1":       {&rsa.PublicKey{N: modulus(2048), E: 1}, fault.KeyWeak},
		"even exponent":    {&rsa.PublicKey{N: modulus(2048), E: 65536}, fault.KeyWeak},
		"even modulus":     {&rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: 3}, fault.KeyWeak},
		"P-224":            {p224.Public(), fault.KeyForbidden},
		"P-521":            {p521.Public(), ""},
		"Ed25519":          {ed, fault.KeyForbidden},
		"nothing":          {nil, fault.KeyForbidden},
		"somebody's error": {"rsa", fault.KeyForbidden},
	} {
		err := Default.Check(c.pub)
		if c.want == "" && err != nil || c.want != "" && !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkRSA4096(b *testing.B) {
	for b.Loop() {
		if _, err := Generate(b.Context(), rand.Reader, order.KeyChoice{Algorithm: RSA, Size: 4096}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRSA3072(b *testing.B) {
	for b.Loop() {
		if _, err := Generate(b.Context(), rand.Reader, order.KeyChoice{Algorithm: RSA, Size: 3072}); err != nil {
			b.Fatal(err)
		}
	}
}

func nameOf(key crypto.Signer) string {
	switch k := key.Public().(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", k.N.BitLen())
	case *ecdsa.PublicKey:
		return k.Curve.Params().Name
	}
	return ""
}
