package pfx_test

import (
	"crypto/rand"
	"testing"

	"pgregory.net/rapid"
	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"certdesk/internal/export/pfx"
	"certdesk/internal/secret"
)

// TestRoundTrips: whatever the password, the name and the chain are, what is written is read again, here and by the
// library of somebody else, and with no other password.
func TestRoundTrips(t *testing.T) {
	all := map[string]pfx.Content{"p-256": content("p-256"), "rsa-2048": content("rsa-2048")}
	rapid.Check(t, func(t *rapid.T) {
		c := all[rapid.SampledFrom([]string{"p-256", "rsa-2048"}).Draw(t, "key")]
		c.Chain = c.Chain[:rapid.IntRange(0, len(c.Chain)).Draw(t, "chain")]
		c.FriendlyName = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "a\x00b", "\u202eevil", "😀", "Müller"})).Draw(t, "name")
		c.WindowsCSP = rapid.Bool().Draw(t, "provider")
		word := rapid.StringMatching(`[ -~]{1,64}`).Draw(t, "password")
		p := pfx.Compatible
		if rapid.IntRange(0, 19).Draw(t, "seldom") == 7 { // deriving its keys takes long
			p = rapid.SampledFrom(profiles).Draw(t, "profile")
		}
		data, err := pfx.Encode(rand.Reader, c, secret.FromString(word), p)
		if err != nil {
			t.Fatal(err)
		}
		if err := pfx.Verify(data, secret.FromString(word), c); err != nil {
			t.Fatal(err)
		}
		if pfx.Verify(data, secret.FromString(word+"x"), c) == nil {
			t.Fatal("it opens with another password")
		}
		key, leaf, chain, err := pkcs12.DecodeChain(data, word)
		if err != nil || !leaf.Equal(c.Leaf) || len(chain) != len(c.Chain) {
			t.Fatalf("%v, %d certificates above", err, len(chain))
		}
		if signer, ok := key.(interface{ Equal(x any) bool }); ok && !signer.Equal(c.Key) {
			t.Fatal("another key")
		}
	})
}
