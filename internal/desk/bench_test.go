package desk_test

import (
	"testing"
	"time"
)

// BenchmarkRefresh asks for 500 open orders: the desk's and the store's part, since the seller answers at
// once.
func BenchmarkRefresh(b *testing.B) {
	const n = 500
	for _, news := range []bool{false, true} {
		name := "nothing new"
		if news {
			name = "news"
		}
		b.Run(name, func(b *testing.B) {
			w, r := fresh(b)
			r.many(n)
			asked := 0
			for b.Loop() {
				b.StopTimer()
				if news {
					w.seller.each(func(*sold) {})
				}
				w.clock.advance(time.Minute)
				w.seller.calls = nil
				b.StartTimer()
				r.Refresher.Tick(b.Context())
				asked += w.seller.count("Status")
			}
			if asked != n*b.N || w.seller.most > 8 {
				b.Fatalf("asked %d times, %d at once", asked, w.seller.most)
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/n/float64(time.Millisecond), "ms/order")
			b.ReportMetric(float64(w.seller.most), "at-once")
		})
	}
}
