package atomicfile_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"certdesk/internal/atomicfile"
)

const killedSize = 256 << 10

// TestMain turns the test program into the process that TestKilledAtAnyMoment kills.
func TestMain(m *testing.M) {
	path := os.Getenv("CERTDESK_TEST_WRITE_UNTIL_KILLED")
	if path == "" {
		os.Exit(m.Run())
	}
	for i := 0; ; i++ {
		data := bytes.Repeat([]byte{byte('a' + i%26)}, killedSize)
		if err := atomicfile.Write(path, data, atomicfile.Options{Replace: true}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(i)
	}
}

// A process that does nothing but write is killed while it writes: the file is always one of those that
// it wrote, whole, and at most one temporary file is left for Sweep.
func TestKilledAtAnyMoment(t *testing.T) {
	for after := 1; after <= 12; after++ {
		dir := t.TempDir()
		path := filepath.Join(dir, "file")
		cmd := exec.CommandContext(context.Background(), os.Args[0])
		cmd.Env = append(os.Environ(), "CERTDESK_TEST_WRITE_UNTIL_KILLED="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; n < after && lines.Scan(); n++ {
			if lines.Text() != fmt.Sprint(n) {
				t.Fatalf("the writer says %q", lines.Text())
			}
		}
		if err := cmd.Process.Kill(); err != nil { // somewhere in the next write
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed, and says so
		data, err := os.ReadFile(path)
		if err != nil || len(data) != killedSize || !bytes.Equal(data, bytes.Repeat(data[:1], killedSize)) {
			t.Errorf("killed after %d: %d bytes, not of one piece, %v", after, len(data), err)
		}
		if left, err := atomicfile.Sweep(dir); err != nil || left > 1 || len(list(t, dir)) != 1 {
			t.Errorf("killed after %d: Sweep removed %d, %v; left %q", after, left, err, list(t, dir))
		}
	}
}
