// Package atomicfile is the only way in which Certdesk writes files.
//
// A file is written under a temporary name in the same folder, synced, and only then given its name, so
// that a crash, a power cut or a full disk leaves either the old file, or the new one, or none; never half
// of one. The folder is synced after it. Everything is readable by its owner alone: 0600 (folders 0700),
// on Windows a protected access list that names the current user only.
//
// Failures are faults: [fault.DiskFull], [fault.FolderReadOnly], [fault.FolderGone], [fault.FileExists],
// [fault.FileBusy], [fault.FileWrite]. Their causes hold the operation and the system's error but no path: the name of an
// exported file is the name of a person.
package atomicfile

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"certdesk/internal/fault"
)

// ErrExists is wrapped by the [fault.FileExists] of a [Writer.Write] or [Writer.Rename] that may not
// replace.
var ErrExists = errors.New("atomicfile: a file of this name exists")

const (
	tempPrefix = ".certdesk-"
	tempSuffix = ".part"
)

// Options say how a file gets its name. The zero value never replaces an existing file.
type Options struct {
	Replace bool
}

// Writer writes files to a [Device]. The zero Writer writes to the operating system's.
type Writer struct {
	Device Device
}

func (w Writer) device() Device {
	if w.Device == nil {
		return System{}
	}
	return w.Device
}

// Write writes data to path, all or nothing. See [Writer.Write].
func Write(path string, data []byte, o Options) error { return Writer{}.Write(path, data, o) }

// Append adds data to the end of a journal. See [Writer.Append].
func Append(path string, data []byte) error { return Writer{}.Append(path, data) }

// Rename gives a finished file its name. See [Writer.Rename].
func Rename(from, to string, o Options) error { return Writer{}.Rename(from, to, o) }

// Write writes data to path, 0600, all or nothing: after an error, the file that path named before, if
// any, is unchanged and no temporary file is left. Without Replace, a file that exists, even one that
// appears at the last moment, is never overwritten: the fault is FileExists.
//
// The one exception is a fault after the file has its name, when only the sync of the folder failed: then
// the file is there, whole, but a power cut might still take its name away.
func (w Writer) Write(path string, data []byte, o Options) error {
	d := w.device()
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	if !o.Replace {
		// Asked first, so that a full disk doesn't hide the better answer; the rename asks again.
		if _, err := d.Lstat(path); err == nil {
			return existsFault(name)
		}
	}
	temp, err := writeTemp(d, dir, data)
	if err != nil {
		return asFault(err, name)
	}
	if err := give(d, temp, path, o); err != nil {
		_ = d.Remove(temp)
		return asFault(err, name)
	}
	return asFault(d.SyncFolder(dir), name)
}

// writeTemp writes data to a new file in dir, syncs and closes it. After an error there is no file.
func writeTemp(d Device, dir string, data []byte) (string, error) {
	var random [12]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	temp := filepath.Join(dir, tempPrefix+hex.EncodeToString(random[:])+tempSuffix)
	f, err := d.Create(temp)
	if err != nil {
		return "", err
	}
	err = writeSynced(f, data)
	if closed := f.Close(); err == nil {
		err = closed // a network file system may tell about a full disk only now
	}
	if err != nil {
		_ = d.Remove(temp)
		return "", err
	}
	return temp, nil
}

func writeSynced(f File, data []byte) error {
	n, err := f.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return err
	}
	return f.Sync()
}

// give renames temp to path, keeping an existing file unless Replace is set.
func give(d Device, temp, path string, o Options) error {
	if o.Replace {
		return d.Replace(temp, path)
	}
	err := d.MoveIfAbsent(temp, path)
	if !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	// FAT and some network shares have neither an exclusive rename nor links. The name is reserved with
	// an empty file (which every file system creates exclusively), and that one is replaced.
	f, err := d.Create(path)
	if err != nil {
		return err
	}
	_ = f.Close()
	if err := d.Replace(temp, path); err != nil {
		_ = d.Remove(path)
		return err
	}
	return nil
}

// Append adds data to the end of the file at path, 0600, which it creates if need be, and syncs. When the
// write fails half-way, what was written of data is cut off again. A crash can still leave a torn last
// piece, so a journal must be able to tell one (a line without its end).
func (w Writer) Append(path string, data []byte) error {
	d := w.device()
	name := filepath.Base(path)
	_, statErr := d.Lstat(path)
	f, err := d.OpenAppend(path)
	if err != nil {
		return asFault(err, name)
	}
	before, err := f.Size()
	if err == nil {
		if err = writeSynced(f, data); err != nil {
			_ = f.Truncate(before)
			_ = f.Sync()
		}
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil && errors.Is(statErr, fs.ErrNotExist) {
		err = d.SyncFolder(filepath.Dir(path))
	}
	return asFault(err, name)
}

// Rename gives a finished file that something else has written (a database copy) its name, in the same
// folder or another one of the same file system: it syncs the file, moves it as [Writer.Write] does, and
// syncs the folders. After an error, from is still there unless only the last sync failed.
func (w Writer) Rename(from, to string, o Options) error {
	d := w.device()
	name := filepath.Base(to)
	if err := d.SyncFile(from); err != nil {
		return asFault(err, name)
	}
	if err := give(d, from, to, o); err != nil {
		return asFault(err, name)
	}
	err := d.SyncFolder(filepath.Dir(to))
	if err == nil && filepath.Dir(from) != filepath.Dir(to) {
		err = d.SyncFolder(filepath.Dir(from))
	}
	return asFault(err, name)
}

// Sweep removes temporary files that a crash left in dir and says how many. It must not run while another
// process of this app may be writing there.
func Sweep(dir string) (int, error) { return sweep(dir, func(fs.DirEntry) bool { return true }) }

// SweepBefore is Sweep for a folder in which another process may be writing: it takes only what was written
// before t, such as the start of this process.
func SweepBefore(dir string, t time.Time) (int, error) {
	return sweep(dir, func(e fs.DirEntry) bool {
		info, err := e.Info()
		return err == nil && info.ModTime().Before(t)
	})
}

func sweep(dir string, old func(fs.DirEntry) bool) (int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, asFault(err, "")
	}
	n := 0
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || !isTemp(name) || !old(e) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, asFault(err, "")
		}
		n++
	}
	return n, nil
}

func isTemp(name string) bool {
	random, ok := strings.CutPrefix(name, tempPrefix)
	if !ok {
		return false
	}
	random, ok = strings.CutSuffix(random, tempSuffix)
	_, err := hex.DecodeString(random)
	return ok && len(random) == 24 && err == nil
}

func existsFault(name string) error { return fault.New(fault.FileExists, ErrExists, "name", name) }

// asFault turns an error of the system into a fault. It drops the paths that os puts into its errors.
func asFault(err error, name string) error {
	if err == nil {
		return nil
	}
	code := codeOf(err)
	switch code {
	case fault.FileExists:
		return existsFault(name)
	case fault.FileBusy:
		return fault.New(code, withoutPath(err), "name", name)
	}
	return fault.New(code, withoutPath(err))
}

func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return &opError{path.Op, path.Err}
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return &opError{link.Op, link.Err}
	}
	return err
}

type opError struct {
	op  string
	err error
}

func (e *opError) Error() string { return e.op + ": " + e.err.Error() }
func (e *opError) Unwrap() error { return e.err }

func codeOf(err error) fault.Code {
	switch {
	case errors.Is(err, ErrExists), errors.Is(err, fs.ErrExist):
		return fault.FileExists
	case isDiskFull(err):
		return fault.DiskFull
	case isBusy(err):
		return fault.FileBusy
	case isReadOnly(err), errors.Is(err, fs.ErrPermission), errors.Is(err, ErrShared):
		return fault.FolderReadOnly
	case isFolderGone(err), errors.Is(err, fs.ErrNotExist):
		return fault.FolderGone
	}
	return fault.FileWrite
}
