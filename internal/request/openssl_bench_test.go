package request

import (
	"crypto/rand"
	"os/exec"
	"testing"
	"time"

	"certdesk/internal/order"
)

// BenchmarkBesideOpenSSL makes RSA keys of 4096 bits, one here and one with `openssl genrsa` in turn, and
// reports both means and their ratio. The time for one key varies by more than its mean, so it takes many:
// -benchtime 50x or more.
func BenchmarkBesideOpenSSL(b *testing.B) {
	var ours, theirs time.Duration
	keys := 0
	for b.Loop() {
		keys++
		began := time.Now()
		if _, err := Generate(b.Context(), rand.Reader, order.KeyChoice{Algorithm: RSA, Size: 4096}); err != nil {
			b.Fatal(err)
		}
		between := time.Now()
		if err := exec.CommandContext(b.Context(), "openssl", "genrsa", "-out", "/dev/null", "4096").Run(); err != nil {
			b.Fatal(err)
		}
		ours, theirs = ours+between.Sub(began), theirs+time.Since(between)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ours.Seconds()*1000/float64(keys), "ms/key")
	b.ReportMetric(theirs.Seconds()*1000/float64(keys), "ms/openssl-key")
	b.ReportMetric(float64(ours)/float64(theirs), "ratio")
}
