package passfile

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"filippo.io/age"

	"certdesk/internal/atomicfile"
	"certdesk/internal/fault"
	"certdesk/internal/passphrase"
	"certdesk/internal/secret"
)

// Name is the file's name, beside the database.
const Name = "secrets.certdesk"

// ErrNotFound is what Get and Delete return for an id that the file has no record of.
var ErrNotFound = errors.New("passfile: no such record")

// Options of a [File]. The zero value is the usual one.
type Options struct {
	Work   int               // scrypt's work factor as a logarithm; 0: the usual one. Only tests have another.
	Device atomicfile.Device // nil: the system's
}

// File is the passphrase file of one world. Its methods are safe for concurrent use.
type File struct {
	path string
	work int
	disk atomicfile.Writer

	mu       sync.Mutex
	identity *age.X25519Identity // nil: locked
	opened   [sha256.Size]byte   // the identity as it lay in the file that was opened
	last     reading
}

// reading is what was read or written last. It serves as long as the same file lies there, unchanged: with thousands
// of records, reading them anew for each would take minutes.
type reading struct {
	file    os.FileInfo // nil: nothing
	halves  parts
	records map[string]string
}

// same reports whether now is the file that was read.
func (r reading) same(now os.FileInfo) bool {
	return r.file != nil && os.SameFile(r.file, now) && r.file.Size() == now.Size() && r.file.ModTime().Equal(now.ModTime())
}

// New gives the file at path, which need not be there. It reads nothing.
func New(path string, o Options) *File {
	return &File{path: path, work: o.Work, disk: atomicfile.Writer{Device: o.Device}}
}

// Path is where the file lies.
func (f *File) Path() string { return f.path }

// Exists reports whether the file is there, whatever it is.
func (f *File) Exists() bool {
	_, err := os.Lstat(f.path)
	return !errors.Is(err, fs.ErrNotExist)
}

// Unlocked reports whether this run has opened the file. It may have gone since.
func (f *File) Unlocked() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.identity != nil
}

// Create makes an empty file, which is open then. Faults: PasswordShort for no passphrase, FileExists, those of
// writing.
func (f *File) Create(p secret.Value) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.renew(map[string]string{}, p, atomicfile.Options{})
}

// Unlock opens the file for this run. Faults: PassfilePassphrase (wrong, or the file's beginning was changed),
// PassfileDamaged, PassfileNewer, PassfileGone, PassfileUnreadable.
func (f *File) Unlock(p secret.Value) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	halves, err := f.read()
	if err != nil {
		return err
	}
	id, err := identity(halves, p)
	if err != nil {
		return err
	}
	if _, err := decrypt(halves.records, id); err != nil {
		return err
	}
	f.identity, f.opened, f.last = id, halves.digest(), reading{}
	return nil
}

// identity opens the first half of a file.
func identity(halves parts, p secret.Value) (*age.X25519Identity, error) {
	text, err := passphrase.Open(halves.identity, p)
	switch {
	case errors.Is(err, passphrase.ErrWrong):
		return nil, fault.New(fault.PassfilePassphrase, errContent)
	case err != nil:
		return nil, fault.New(fault.PassfileDamaged, errContent)
	}
	defer clear(text)
	id, err := age.ParseX25519Identity(string(bytes.TrimSpace(text)))
	if err != nil {
		return nil, fault.New(fault.PassfileDamaged, errContent)
	}
	return id, nil
}

// Change gives the file another passphrase and another identity. It is read back before it counts. Faults: those of
// Unlock, PasswordShort, those of writing.
func (f *File) Change(old, p secret.Value) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	halves, err := f.read()
	if err != nil {
		return err
	}
	id, err := identity(halves, old)
	if err != nil {
		return err
	}
	all, err := decrypt(halves.records, id)
	if err != nil {
		return err
	}
	return f.renew(all, p, atomicfile.Options{Replace: true})
}

// renew writes records under a new identity, sealed with p. What is written is opened before it takes its place.
func (f *File) renew(all map[string]string, p secret.Value, o atomicfile.Options) error {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return fault.New(fault.Unexpected, errContent)
	}
	text := []byte(id.String() + "\n")
	defer clear(text)
	var halves parts
	if halves.identity, err = passphrase.Seal(text, p, f.work); errors.Is(err, passphrase.ErrEmpty) {
		return fault.New(fault.PasswordShort, nil, "n", passphrase.Least)
	} else if err != nil {
		return fault.New(fault.Unexpected, errContent)
	}
	if halves.records, err = encrypt(all, id.Recipient()); err != nil {
		return err
	}
	back, err := identity(halves, p)
	if err != nil || back.String() != id.String() {
		return fault.New(fault.Unexpected, errContent)
	}
	data, err := join(halves)
	if err != nil {
		return err
	}
	if err := f.disk.Write(f.path, data, o); err != nil {
		// Where only the sync of the folder failed, the new file is there, and its passphrase is the one that opens it.
		if now, readErr := f.read(); readErr != nil || now.digest() != halves.digest() {
			return err
		}
	}
	f.identity, f.opened, f.last = id, halves.digest(), reading{}
	return nil
}

// Set keeps a record. Faults: PassfileLocked (also where the file is another one than was opened), PassfileGone,
// PassfileDamaged, those of writing; the file is unchanged then.
func (f *File) Set(id, record string) error {
	return f.change(func(all map[string]string) error { all[id] = record; return nil })
}

// Delete removes a record, or gives ErrNotFound. Faults: those of Set.
func (f *File) Delete(id string) error {
	return f.change(func(all map[string]string) error {
		if _, ok := all[id]; !ok {
			return ErrNotFound
		}
		delete(all, id)
		return nil
	})
}

// Get gives a record, or ErrNotFound. Faults: those of Set but for writing.
func (f *File) Get(id string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, all, err := f.open()
	if err != nil {
		return "", err
	}
	record, ok := all[id]
	if !ok {
		return "", ErrNotFound
	}
	return record, nil
}

// IDs lists the records. Faults: those of Get.
func (f *File) IDs() ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, all, err := f.open()
	return slices.Sorted(maps.Keys(all)), err
}

func (f *File) change(do func(map[string]string) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	halves, all, err := f.open()
	if err != nil {
		return err
	}
	all = maps.Clone(all) // what was read stays what it was, should the write fail
	if err := do(all); err != nil {
		return err
	}
	if halves.records, err = encrypt(all, f.identity.Recipient()); err != nil {
		return err
	}
	data, err := join(halves)
	if err != nil {
		return err
	}
	f.last = reading{}
	if err := f.disk.Write(f.path, data, atomicfile.Options{Replace: true}); err != nil {
		return err
	}
	if info, err := os.Stat(f.path); err == nil && info.Size() == int64(len(data)) {
		f.last = reading{info, halves, all}
	}
	return nil
}

// open reads the file with the identity of this run.
func (f *File) open() (parts, map[string]string, error) {
	if f.identity == nil {
		return parts{}, nil, fault.New(fault.PassfileLocked, nil)
	}
	if info, err := os.Stat(f.path); err == nil && f.last.same(info) {
		return f.last.halves, f.last.records, nil
	}
	f.last = reading{}
	info, statErr := os.Stat(f.path)
	halves, err := f.read()
	if err != nil {
		return parts{}, nil, err
	}
	if halves.digest() != f.opened {
		f.identity = nil // somebody has put another file there: its passphrase may be another one
		return parts{}, nil, fault.New(fault.PassfileLocked, nil)
	}
	all, err := decrypt(halves.records, f.identity)
	if err == nil && statErr == nil {
		f.last = reading{info, halves, all}
	}
	return halves, all, err
}

// read reads the file's frame.
func (f *File) read() (parts, error) {
	file, err := os.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return parts{}, fault.New(fault.PassfileGone, nil)
	}
	if err != nil {
		return parts{}, fault.New(fault.PassfileUnreadable, errContent)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxFile))
	if err != nil {
		return parts{}, fault.New(fault.PassfileUnreadable, errContent)
	}
	return split(data)
}

// Remove deletes the file; one that is not there is fine.
func (f *File) Remove() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.identity, f.last = nil, reading{}
	err := f.device().Remove(f.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.FolderReadOnly, errContent)
	}
	if err := f.device().SyncFolder(filepath.Dir(f.path)); err != nil {
		return fault.New(fault.FolderReadOnly, errContent)
	}
	return nil
}

// SetAside gives the file another name in the same folder, so that a new one can be begun; one that is not there is
// fine. It is locked then.
func (f *File) SetAside(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := os.Lstat(f.path); errors.Is(err, fs.ErrNotExist) {
		f.identity, f.last = nil, reading{}
		return nil
	}
	if err := f.disk.Rename(f.path, filepath.Join(filepath.Dir(f.path), name), atomicfile.Options{}); err != nil {
		return err
	}
	f.identity, f.last = nil, reading{}
	return nil
}

func (f *File) device() atomicfile.Device {
	if f.disk.Device == nil {
		return atomicfile.System{}
	}
	return f.disk.Device
}
