package install

import (
	"os"
	"path/filepath"
)

// running reports whether a program has a store open: Mozilla's hold parent.lock open for themselves alone.
func running(t Target) bool {
	f, err := os.Open(filepath.Join(t.Dir, "parent.lock"))
	if err == nil {
		_ = f.Close()
		return false
	}
	return !os.IsNotExist(err)
}
