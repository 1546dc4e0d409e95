package store

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestACommitIsOnTheDiskWhenItIsReported: a writer is watched from outside. Whenever it says that an order is kept, the
// log that its commits stand in has been synced since its last byte was written, once for each of the two commits.
func TestACommitIsOnTheDiskWhenItIsReported(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "calls")
	writer := child(t, "writer", filepath.Join(dir, "data"))
	watched := exec.CommandContext(t.Context(), "strace", "-f", "-y", "-qq", "-o", log, "-e", "trace=write,pwrite64,fsync,fdatasync", writer.Path) // #nosec G204 -- a test's arguments
	watched.Env, watched.Stderr = writer.Env, os.Stderr
	out := must[io.ReadCloser](t)(watched.StdoutPipe())
	ok(t, watched.Start())
	lines, want := bufio.NewScanner(out), 5
	for n := 0; n < want && lines.Scan(); n++ {
		if !strings.HasPrefix(lines.Text(), "order-") {
			t.Fatal(lines.Text())
		}
	}
	ok(t, out.Close()) // which ends the writer at its next word
	_ = watched.Wait()

	wal, dirty, syncs, reported := FileName+"-wal>", false, 0, 0
	for line := range strings.Lines(string(must[[]byte](t)(os.ReadFile(log)))) { // #nosec G304 -- the test's own
		switch {
		case strings.Contains(line, "pwrite64(") && strings.Contains(line, wal):
			dirty = true
		case strings.Contains(line, "sync(") && strings.Contains(line, wal) && strings.Contains(line, "= 0"),
			strings.Contains(line, "sync resumed>") && strings.Contains(line, "= 0"): // a line that another thread's came into
			dirty, syncs = false, syncs+1
		case strings.Contains(line, "write(1") && strings.Contains(line, `"order-`):
			if dirty || syncs < 2 {
				t.Errorf("reported as kept after %d syncs, with more written since: %v", syncs, dirty)
			}
			reported, syncs = reported+1, 0
		}
	}
	if reported < want {
		t.Errorf("%d orders in the list of calls", reported)
	}
}
