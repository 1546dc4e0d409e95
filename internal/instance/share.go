package instance

import (
	"os"
	"path/filepath"
)

// OnNetworkShare reports whether dir, or where it will be made, is on a disk of another computer. SQLite's
// locks and its shared memory can't be relied on there (https://sqlite.org/wal.html, "all processes using a
// database must be on the same host computer").
func OnNetworkShare(dir string) bool {
	full, err := filepath.Abs(dir)
	if err != nil {
		return false
	}
	for {
		if _, err := os.Stat(full); err == nil {
			return onNetworkShare(full)
		}
		parent := filepath.Dir(full)
		if parent == full {
			return false
		}
		full = parent
	}
}
