package store

import (
	"bufio"
	"bytes"
	"path/filepath"
	"testing"

	"certdesk/internal/order"
)

// A process that writes is killed, each time after another number of commits and wherever it happens to be
// by then. What it had reported as done is there, whole; what it had not is there whole or not at all.
func TestKilledInTheMiddleOfWriting(t *testing.T) {
	for _, commits := range []int{1, 2, 5, 17, 40} {
		dir := filepath.Join(t.TempDir(), "data")
		done := killAfter(t, dir, commits)
		s, report := openAt(t, dir, newClock())
		if report.Repaired {
			t.Fatalf("a kill damaged the database: %+v", report)
		}
		for _, id := range done {
			o, err := s.Get(t.Context(), id)
			if err != nil || o.Phase != order.PhaseSubmitting || string(o.Body) != id {
				t.Fatalf("%s was reported as done: %v, phase %s", id, err, o.Phase)
			}
		}
		for _, r := range must[[]Row](t)(s.Rows(t.Context())) {
			o := must[Order](t)(s.Get(t.Context(), r.ID))
			if whole := o.Phase == order.PhaseSubmitting; whole != (string(o.Body) == o.ID) || whole != (o.IdempotencyKey == "key") || o.Phase != r.Phase {
				t.Errorf("%s is half changed: %s", o.ID, o.Phase)
			}
		}
		ok(t, integrity(t.Context(), s.edit, "integrity_check"))
		ok(t, s.Create(t.Context(), sample("after")))
		ok(t, s.Close())
	}
}

// killAfter runs a writer until it has reported n orders, kills it, and gives all that it has reported.
func killAfter(t *testing.T, dir string, n int) []string {
	t.Helper()
	cmd := child(t, "writer", dir)
	pipe := must[interface {
		Read([]byte) (int, error)
		Close() error
	}](t)(cmd.StdoutPipe())
	ok(t, cmd.Start())
	var done []string
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		if !bytes.HasPrefix(lines.Bytes(), []byte("order-")) {
			t.Fatal(lines.Text())
		}
		if done = append(done, lines.Text()); len(done) == n {
			ok(t, cmd.Process.Kill())
		}
	}
	_ = cmd.Wait() // it says "killed"
	if len(done) < n {
		t.Fatalf("the writer ended after %d orders", len(done))
	}
	return done
}
