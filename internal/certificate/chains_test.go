package certificate

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"strings"
	"testing"
)

// TestBestChain: an authority's own choice stays, unless it leads to what programs don't know and another does not.
func TestBestChain(t *testing.T) {
	known := knownRoot(t)
	of := func(issuer []byte) []*x509.Certificate {
		return []*x509.Certificate{{}, {RawIssuer: issuer}}
	}
	for name, c := range map[string]struct {
		chains [][]*x509.Certificate
		want   int
	}{
		"one":                  {[][]*x509.Certificate{of([]byte("new"))}, 0},
		"both known":           {[][]*x509.Certificate{of(known), of(known)}, 0},
		"none known":           {[][]*x509.Certificate{of([]byte("new")), of([]byte("newer"))}, 0},
		"only another is":      {[][]*x509.Certificate{of([]byte("new")), of([]byte("newer")), of(known)}, 2},
		"one that is empty":    {[][]*x509.Certificate{nil, of(known)}, 1},
		"nothing but the leaf": {[][]*x509.Certificate{{{RawIssuer: known}}, of(known)}, 0},
	} {
		if got := BestChain(c.chains); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// knownRoot puts a name among those of roots that programs have.
func knownRoot(t *testing.T) []byte {
	t.Helper()
	name, err := hex.DecodeString("3011310f300d060355040313066b6e6f776e21")
	if err != nil {
		t.Fatal(err)
	}
	key := sum16(name)
	roots()[key] = true
	t.Cleanup(func() { delete(roots(), key) })
	return name
}

func TestChainEnd(t *testing.T) {
	for want, issuer := range map[string]pkix.Name{
		"Root X1":     {CommonName: "Root X1", Organization: []string{"Example"}},
		"Class 2 CA":  {OrganizationalUnit: []string{"Class 2 CA"}, Organization: []string{"Example"}},
		"Example Ltd": {Organization: []string{"Example Ltd"}},
	} {
		if got := ChainEnd([]*x509.Certificate{{}, {Issuer: issuer}}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	long := ChainEnd([]*x509.Certificate{{Issuer: pkix.Name{CommonName: strings.Repeat("a", 300) + "\u202e"}}})
	if len([]rune(long)) > 81 || strings.ContainsRune(long, 0x202e) {
		t.Errorf("%q", long)
	}
}
