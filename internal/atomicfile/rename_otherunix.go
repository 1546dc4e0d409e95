//go:build unix && !linux && !darwin

package atomicfile

import "errors"

// renameExclusive has no system call here; the caller takes a hard link.
func renameExclusive(string, string) error { return errors.ErrUnsupported }
