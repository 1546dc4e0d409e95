package desk

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"

	"certdesk/internal/atomicfile"
	"certdesk/internal/export"
	"certdesk/internal/fault"
)

// save writes a file into a folder as a person types it, whole or not at all, under a name that is free there,
// and reads it back. It gives the path; a file that is not what was written is removed again.
func (c *core) save(ctx context.Context, dir, name string, data []byte) (string, error) {
	dir, err := exportFolder(dir)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, export.FreeName(dir, name))
	if err := c.write(ctx, path, data); err != nil {
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

// writingKey is the setting that names the folder into which a file is being written.
const writingKey = "file.writing"

// write writes a new file that the customer wants, whole. What a crash in the middle leaves of it, under a temporary
// name, the next start removes.
func (c *core) write(ctx context.Context, path string, data []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	ctx = context.WithoutCancel(ctx)
	note := func(dir string) {
		if err := c.Store.SetSetting(ctx, writingKey, dir); err != nil {
			c.failed("noting where a file is written", "", err) // a full disk here is no reason to write none elsewhere
		}
	}
	note(filepath.Dir(path))
	defer note("")
	return c.Files.Files.Write(path, data, atomicfile.Options{})
}

// sweep removes what a crash has left of a file. A folder that is not there, such as a memory stick, is looked at
// again at the next start.
func (c *core) sweep(ctx context.Context) {
	dir, _, err := c.Store.Setting(ctx, writingKey)
	if err == nil && dir != "" {
		if err = export.Sweep(dir); err == nil {
			err = c.Store.SetSetting(ctx, writingKey, "")
		}
	}
	if err != nil {
		c.failed("removing an unfinished file", "", err)
	}
}
