package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// BenchmarkFill writes orders into a new database: as many as CERTDESK_BENCH_ORDERS says (1,000), in the
// folder that CERTDESK_BENCH_DATA names, so that the window can be measured with them, or in one of its own.
func BenchmarkFill(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("CERTDESK_BENCH_ORDERS"))
	if err != nil {
		n = 1000
	}
	for i := 0; b.Loop(); i++ {
		dir := os.Getenv("CERTDESK_BENCH_DATA")
		if dir == "" {
			dir = b.TempDir()
		}
		dir += fmt.Sprint("/", i)
		s, _, err := Open(b.Context(), Options{Dir: dir, Lock: held{}})
		if err != nil {
			b.Fatal(err)
		}
		err = s.write(b.Context(), func(ctx context.Context, tx *sql.Tx) error {
			for j := range n {
				o := full(fmt.Sprintf("order-%06d", j))
				o.CodeID = ""                                 // it was sent, and the keyring has let its code go
				o.Receipt.NextPoll = start.AddDate(100, 0, 0) // nobody is asked for it
				if err := putOrder(ctx, tx, &o); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
