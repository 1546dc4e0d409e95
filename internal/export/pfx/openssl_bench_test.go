package pfx_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"certdesk/internal/export/pfx"
)

// BenchmarkBesideOpenSSL makes and proves a file for an RSA key of 4,096 bits, in turn with `openssl pkcs12 -export`
// and `openssl pkcs12 -in` of the same content, ciphers and iterations, and gives the ratio of the two times. What a
// program needs to start is in OpenSSL's time; the same is measured with `openssl version` and taken off.
func BenchmarkBesideOpenSSL(b *testing.B) {
	c := content("rsa-4096")
	dir := b.TempDir()
	in, out, word := filepath.Join(dir, "in.pem"), filepath.Join(dir, "out.p12"), filepath.Join(dir, "word")
	key, err := x509.MarshalPKCS8PrivateKey(c.Key)
	if err != nil {
		b.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
	for _, cert := range append([]*x509.Certificate{c.Leaf}, c.Chain...) {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})...)
	}
	for path, data := range map[string][]byte{in: text, word: []byte(asciiPassword + "\n")} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	openssl := func(b *testing.B, args ...string) time.Duration {
		b.Helper()
		began := time.Now()
		if said, err := exec.CommandContext(b.Context(), "openssl", args...).CombinedOutput(); err != nil {
			b.Fatalf("openssl %s: %v: %s", strings.Join(args, " "), err, said)
		}
		return time.Since(began)
	}
	for _, tt := range []struct {
		profile    pfx.Profile
		iterations int
		ciphers    []string
	}{
		{pfx.Compatible, 10_000, []string{"-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"}},
		{pfx.Strong, 100_000, []string{"-certpbe", "AES-256-CBC", "-keypbe", "AES-256-CBC", "-macalg", "sha256"}},
	} {
		b.Run(profileName(tt.profile), func(b *testing.B) {
			var ours, theirs, start time.Duration
			export := append([]string{"pkcs12", "-export", "-in", in, "-out", out, "-passout", "file:" + word, "-name", friendly, "-iter", strconv.Itoa(tt.iterations)}, tt.ciphers...)
			for b.Loop() {
				began := time.Now()
				if err := pfx.Verify(encode(b, c, tt.profile), password, c); err != nil {
					b.Fatal(err)
				}
				ours += time.Since(began)
				theirs += openssl(b, export...)
				theirs += openssl(b, "pkcs12", "-in", out, "-passin", "file:"+word, "-nodes", "-out", os.DevNull)
				start += 2 * openssl(b, "version")
			}
			ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(b.N) }
			b.ReportMetric(ms(ours), "ours-ms")
			b.ReportMetric(ms(theirs), "openssl-ms")
			b.ReportMetric(ms(start), "openssl-start-ms")
			b.ReportMetric(float64(ours)/float64(theirs), "ratio")
			b.ReportMetric(float64(ours)/float64(theirs-start), "ratio-without-start")
		})
	}
}
