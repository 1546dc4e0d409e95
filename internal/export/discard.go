package export

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"certdesk/internal/atomicfile"
	"certdesk/internal/fault"
)

// started is when this process began: temporary files from before it belong to nobody any more.
var started = time.Now()

// Discard removes a file that was recorded as "writing" and never finished, if it is still the one that
// was written: a file with other bytes is somebody else's and stays. What a crash left under a temporary
// name in the same folder is removed as well.
//
// removed says whether the file is gone, or was never there; it is not when its folder (a memory stick)
// isn't there either.
func Discard(path, sha256Hex string) (removed bool, err error) {
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); err != nil {
		return false, nil
	}
	_ = Sweep(dir)
	data, err := Maker{}.read(path)
	if err != nil {
		_, statErr := os.Lstat(path)
		return errors.Is(statErr, os.ErrNotExist), nil
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != sha256Hex {
		return false, nil
	}
	if err := os.Remove(path); err != nil {
		return false, fault.New(fault.FileWrite, fmt.Errorf("export: removing an unfinished file: %w", withoutPath(err)))
	}
	return true, nil
}

// Sweep removes what an earlier run of this app left in a folder under a temporary name when it crashed.
func Sweep(dir string) error {
	_, err := atomicfile.SweepBefore(dir, started)
	return err
}

func withoutPath(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
