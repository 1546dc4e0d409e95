package certificate

import (
	"crypto/sha256"
	"crypto/x509"
	_ "embed"
	"encoding/hex"
	"strings"
	"sync"
)

//go:embed roots.txt
var rootNames string

// roots are the names of roots that programs have.
var roots = sync.OnceValue(func() map[[16]byte]bool {
	out := map[[16]byte]bool{}
	for line := range strings.Lines(rootNames) {
		text, _, ok := strings.Cut(line, " ")
		if hash, err := hex.DecodeString(text); ok && err == nil && len(hash) == 16 {
			out[[16]byte(hash)] = true
		}
	}
	return out
})

func isRootName(subject []byte) bool {
	return roots()[sum16(subject)]
}

// sum16 is what roots.txt has of a name.
func sum16(subject []byte) [16]byte {
	sum := sha256.Sum256(subject)
	return [16]byte(sum[:16])
}

// belowRoot reports whether programs know what stands above c: a root has signed it, or it is the certificate of a
// root that an older one has signed. By the name alone: nothing is trusted for it.
func belowRoot(c *x509.Certificate) bool { return isRootName(c.RawIssuer) || isRootName(c.RawSubject) }
