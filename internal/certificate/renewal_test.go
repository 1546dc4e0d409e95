package certificate

import (
	"crypto/x509"
	"math/big"
	"testing"
)

// TestRenewalID is the example of RFC 9773 4.1.
func TestRenewalID(t *testing.T) {
	example := &x509.Certificate{
		AuthorityKeyId: []byte{0x69, 0x88, 0x5B, 0x6B, 0x87, 0x46, 0x40, 0x41, 0xE1, 0xB3, 0x7B, 0x84, 0x7B, 0xA0, 0xAE, 0x2C, 0xDE, 0x01, 0xC8, 0xD4},
		SerialNumber:   new(big.Int).SetBytes([]byte{0x87, 0x65, 0x43, 0x21}),
	}
	if got := RenewalID(example); got != "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE" {
		t.Errorf("%q", got)
	}
	if got := RenewalID(&x509.Certificate{SerialNumber: big.NewInt(1)}); got != "" {
		t.Errorf("without an issuer: %q", got)
	}
}
