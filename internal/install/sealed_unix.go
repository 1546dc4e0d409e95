//go:build unix

package install

import (
	"errors"
	"os"
	"path/filepath"

	"certdesk/internal/atomicfile"
)

// unnamedFile is a file without a name, for systems without files in memory. What is in it is sealed with a
// password that exists in memory alone, and the disk forgets it when it is closed.
func unnamedFile(data []byte) (_ *os.File, err error) {
	dir, err := os.MkdirTemp("", "certdesk-") // 0700
	if err != nil {
		return nil, errors.New("install: no folder for a file")
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "certificate.p12")
	if err := atomicfile.Write(path, data, atomicfile.Options{}); err != nil { // 0600
		return nil, err
	}
	return os.Open(path) // #nosec G304 -- our own
}
