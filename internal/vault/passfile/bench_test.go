package passfile

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/atomicfile"
	"certdesk/internal/secret"
)

// BenchmarkTenThousand is a record read, and one written, in a file of 10,000.
func BenchmarkTenThousand(b *testing.B) {
	f := New(filepath.Join(b.TempDir(), Name), Options{Work: 1})
	many := map[string]string{}
	for i := range 10_000 {
		many[fmt.Sprintf("k-%026d", i)] = strings.Repeat("x", 800)
	}
	if err := f.renew(many, secret.FromString("correct horse battery staple"), atomicfile.Options{}); err != nil {
		b.Fatal(err)
	}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := f.Get("k-00000000000000000000004711"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			if err := f.Set("k-new", "x"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
