package desk

import (
	"bytes"
	"io"
	"os"
	"path/filepath"

	"certdesk/internal/atomicfile"
	"certdesk/internal/export"
	"certdesk/internal/fault"
)

// save writes a file into a folder as a person types it, whole or not at all, under a name that is free there,
// and reads it back. It gives the path; a file that is not what was written is removed again.
func (c *core) save(dir, name string, data []byte) (string, error) {
	dir, err := exportFolder(dir)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, export.FreeName(dir, name))
	if err := c.Files.Files.Write(path, data, atomicfile.Options{}); err != nil {
		return "", err
	}
	same, err := holds(path, data)
	if err != nil || !same {
		_ = os.Remove(path)
		return "", fault.New(fault.FileWrite, err)
	}
	c.Wrote(path)
	return path, nil
}

// holds reports whether a file holds exactly these bytes.
func holds(path string, data []byte) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }()
	got, err := io.ReadAll(io.LimitReader(f, int64(len(data))+1))
	return bytes.Equal(got, data), err
}
