// Package atomicfiletest has a device for tests that fails like a full, removed or protected one.
package atomicfiletest

import (
	"sync"
	"syscall"

	"certdesk/internal/atomicfile"
)

// Failing is the system's file system until its limit is reached.
type Failing struct {
	atomicfile.System

	mu    sync.Mutex
	left  int64
	err   error
	steps map[string]error
}

// FullAfter is a device that says "no space left on device" once n bytes have been written to it, and has
// then written what fitted.
func FullAfter(n int64) *Failing { return &Failing{left: n, err: syscall.ENOSPC} }

// FailAt is a device on which the named step fails with err: "create", "append", "write", "sync", "close",
// "replace", "move", "remove", "syncfile" or "syncfolder".
func FailAt(step string, err error) *Failing {
	return &Failing{left: 1 << 62, steps: map[string]error{step: err}}
}

// Create implements [atomicfile.Device].
func (d *Failing) Create(path string) (atomicfile.File, error) {
	if err := d.steps["create"]; err != nil {
		return nil, err
	}
	return d.file(d.System.Create(path))
}

// OpenAppend implements [atomicfile.Device].
func (d *Failing) OpenAppend(path string) (atomicfile.File, error) {
	if err := d.steps["append"]; err != nil {
		return nil, err
	}
	return d.file(d.System.OpenAppend(path))
}

// Replace implements [atomicfile.Device].
func (d *Failing) Replace(from, to string) error {
	if err := d.steps["replace"]; err != nil {
		return err
	}
	return d.System.Replace(from, to)
}

// MoveIfAbsent implements [atomicfile.Device].
func (d *Failing) MoveIfAbsent(from, to string) error {
	if err := d.steps["move"]; err != nil {
		return err
	}
	return d.System.MoveIfAbsent(from, to)
}

// Remove implements [atomicfile.Device].
func (d *Failing) Remove(path string) error {
	if err := d.steps["remove"]; err != nil {
		return err
	}
	return d.System.Remove(path)
}

// SyncFile implements [atomicfile.Device].
func (d *Failing) SyncFile(path string) error {
	if err := d.steps["syncfile"]; err != nil {
		return err
	}
	return d.System.SyncFile(path)
}

// SyncFolder implements [atomicfile.Device].
func (d *Failing) SyncFolder(dir string) error {
	if err := d.steps["syncfolder"]; err != nil {
		return err
	}
	return d.System.SyncFolder(dir)
}

func (d *Failing) file(f atomicfile.File, err error) (atomicfile.File, error) {
	if err != nil {
		return nil, err
	}
	return &failingFile{f, d}, nil
}

type failingFile struct {
	atomicfile.File
	d *Failing
}

func (f *failingFile) Write(p []byte) (int, error) {
	if err := f.d.steps["write"]; err != nil {
		return 0, err
	}
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	fits := min(int64(len(p)), f.d.left)
	n, err := f.File.Write(p[:fits])
	f.d.left -= int64(n)
	if err == nil && n < len(p) {
		err = f.d.err
	}
	return n, err
}

func (f *failingFile) Sync() error {
	if err := f.d.steps["sync"]; err != nil {
		return err
	}
	return f.File.Sync()
}

func (f *failingFile) Close() error {
	err := f.File.Close()
	if step := f.d.steps["close"]; step != nil {
		return step
	}
	return err
}
