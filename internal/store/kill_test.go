//go:build unix

package store

import (
	"bytes"
	"context"
	"database/sql/driver"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"modernc.org/sqlite"

	"certdesk/internal/order"
)

// killAt is the moment at which a child kills itself.
const killAt = "CERTDESK_STORE_TEST_KILL_AT"

func init() { children["opener"] = childOpener }

// childOpener opens a store and kills itself at a moment: before and after every statement that brings a database up
// to date, and whenever the time is asked for, which is before each copy and each commit that has one.
func childOpener(dir string) {
	at, _ := strconv.Atoi(os.Getenv(killAt))
	var moments atomic.Int64 // a copy is made beside the rest
	moment := func() {
		if moments.Add(1) == int64(at) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	sqlite.MustRegisterScalarFunction("moment", 0, func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
		moment()
		return nil, nil
	})
	steps, err := migrations()
	for i, step := range steps {
		steps[i] = "SELECT moment();\n" + strings.ReplaceAll(step, ";\n", ";\nSELECT moment();\n")
	}
	moment()
	var s *Store
	if err == nil {
		s, _, err = open(context.Background(), Options{Dir: dir, Lock: held{}, Now: func() time.Time { moment(); return start }}, steps)
	}
	moment()
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("done")
}

// underway is an order whose request is on its way, as an older version has left it.
func underway(t *testing.T, dir string, version int) Order {
	t.Helper()
	steps := must[[]string](t)(migrations())
	s, _ := openAt(t, dir, newClock())
	o := sample("order-1")
	ok(t, s.Create(t.Context(), o))
	o = must[Order](t)(s.Update(t.Context(), o.ID, func(o *Order) error {
		o.Phase, o.Body, o.CSR, o.IdempotencyKey, o.KeyID, o.TokenID = order.PhaseSubmitting, []byte("the body"), []byte{0x30, 0}, "key-1", "k-1", "t-1"
		return nil
	}))
	if version == len(steps) {
		ok(t, s.Close())
		return o
	}
	// The rows in the tables of that version.
	old := filepath.Join(filepath.Dir(dir), "old.db")
	db := must2(pool(old, 1))(t)
	ok(t, migrate(t.Context(), db, 0, steps[:version]))
	_, err := db.ExecContext(t.Context(), `ATTACH ? AS now`, s.path())
	ok(t, err)
	for _, table := range []string{"orders", "documents"} {
		var columns string
		ok(t, db.QueryRowContext(t.Context(), `SELECT group_concat(name) FROM pragma_table_info(?)`, table).Scan(&columns))
		_, err := db.ExecContext(t.Context(), fmt.Sprintf(`INSERT INTO main.%s (%s) SELECT %s FROM now.%s`, table, columns, columns, table)) // #nosec G201 -- names of this package's own tables
		ok(t, err)
	}
	_, err = db.ExecContext(t.Context(), `DETACH now`)
	ok(t, err)
	ok(t, db.Close())
	ok(t, s.Close())
	ok(t, os.RemoveAll(dir))
	ok(t, os.Mkdir(dir, 0o700))
	ok(t, os.Rename(old, s.path()))
	return o
}

// TestKilledAtTheFirstStartAndWhileBroughtUpToDate: the process is killed at each moment of its first start, and of
// the first start after the app was upgraded in the middle of a submission. The next start has a whole database, the
// very bytes that were on their way, and no half file.
func TestKilledAtTheFirstStartAndWhileBroughtUpToDate(t *testing.T) {
	newest := len(must[[]string](t)(migrations()))
	for version := 0; version <= newest; version++ {
		for at := 1; ; at++ {
			dir := filepath.Join(t.TempDir(), "data")
			var want Order
			if version > 0 {
				want = underway(t, dir, version)
			}
			cmd := child(t, "opener", dir)
			cmd.Env = append(cmd.Env, fmt.Sprint(killAt, "=", at))
			out, err := cmd.Output()
			done := strings.TrimSpace(string(out)) == "done"
			if !done && cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Fatalf("version %d, moment %d: %v, %q", version, at, err, out)
			}
			s, report := openAt(t, dir, newClock())
			where := fmt.Sprintf("version %d, killed at %d", version, at)
			if report.Repaired {
				t.Errorf("%s: repaired: %+v", where, report)
			}
			if version > 0 {
				got := must[Order](t)(s.Get(t.Context(), want.ID))
				if got.Phase != order.PhaseSubmitting || !bytes.Equal(got.Body, want.Body) || !bytes.Equal(got.CSR, want.CSR) ||
					got.IdempotencyKey != want.IdempotencyKey || got.KeyID != want.KeyID || got.TokenID != want.TokenID || got.Application.Mailbox != want.Application.Mailbox {
					t.Errorf("%s: %+v", where, got)
				}
			}
			ok(t, s.Create(t.Context(), sample("next")))
			ok(t, integrity(t.Context(), s.edit, "integrity_check"))
			ok(t, s.Close())
			ok(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
				if strings.HasSuffix(path, ".part") {
					t.Errorf("%s: half a file: %s", where, filepath.Base(path))
				}
				return err
			}))
			if done {
				if at < 3 {
					t.Errorf("version %d has %d moments", version, at-1)
				}
				t.Logf("version %d: killed at %d moments", version, at-1)
				break
			}
		}
	}
}
