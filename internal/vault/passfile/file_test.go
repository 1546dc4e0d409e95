package passfile_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"certdesk/internal/atomicfile"
	"certdesk/internal/atomicfile/atomicfiletest"
	"certdesk/internal/fault"
	"certdesk/internal/secret"
	"certdesk/internal/vault/passfile"
)

var phrase = secret.FromString("correct horse battery staple")

const canary = `{"v":1,"kind":"token","value":"canary"}`

func at(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), passfile.Name)
}

func quick(path string) *passfile.File { return passfile.New(path, passfile.Options{Work: 1}) }

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// made is a file with one record, and a second look at it, locked.
func made(t *testing.T) (path string, locked *passfile.File) {
	t.Helper()
	path = at(t)
	f := quick(path)
	ok(t, f.Create(phrase))
	ok(t, f.Set("k-one", canary))
	return path, quick(path)
}

func TestRecordsComeBackInTheNextRun(t *testing.T) {
	path, f := made(t)
	if _, err := f.Get("k-one"); !fault.Is(err, fault.PassfileLocked) || f.Unlocked() {
		t.Fatalf("locked: %v", err)
	}
	ok(t, f.Unlock(secret.FromString(" correct horse\nbattery  staple ")))
	if got, err := f.Get("k-one"); err != nil || got != canary {
		t.Fatalf("%q %v", got, err)
	}
	if _, err := f.Get("k-two"); !errors.Is(err, passfile.ErrNotFound) {
		t.Errorf("another: %v", err)
	}
	ok(t, f.Set("k-two", "x"))
	ok(t, f.Delete("k-one"))
	if ids, err := f.IDs(); err != nil || len(ids) != 1 || ids[0] != "k-two" {
		t.Errorf("%v %v", ids, err)
	}
	if err := f.Delete("k-one"); !errors.Is(err, passfile.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	data, err := os.ReadFile(path)
	if err != nil || bytes.Contains(data, []byte("canary")) || bytes.Contains(data, []byte("k-two")) {
		t.Errorf("what is inside can be seen: %v", err)
	}
	if err := quick(path).Create(phrase); !fault.Is(err, fault.FileExists) {
		t.Errorf("made over another: %v", err)
	}
}

// TestWhatIsWrongWithAFile: each is said, and the file stays as it is.
func TestWhatIsWrongWithAFile(t *testing.T) {
	path, _ := made(t)
	whole, err := os.ReadFile(path)
	ok(t, err)
	const end = "-----END AGE ENCRYPTED FILE-----\n"
	first, second, _ := strings.Cut(string(whole), end)
	other, _ := made(t)
	theirs, err := os.ReadFile(other)
	ok(t, err)
	_, theirSecond, _ := strings.Cut(string(theirs), end)
	swapped := func(at int) []byte {
		b := bytes.Clone(whole)
		if b[at] == 'A' {
			b[at] = 'B'
		} else {
			b[at] = 'A'
		}
		return b
	}
	for name, c := range map[string]struct {
		data []byte
		pass secret.Value
		want fault.Code
	}{
		"another passphrase":    {whole, secret.FromString("not the right one"), fault.PassfilePassphrase},
		"no passphrase":         {whole, secret.Value{}, fault.PassfilePassphrase},
		"empty":                 {nil, phrase, fault.PassfileDamaged},
		"something else":        {[]byte("hello\n"), phrase, fault.PassfileDamaged},
		"a newer one":           {bytes.Replace(whole, []byte("file 1\n"), []byte("file 2\n"), 1), phrase, fault.PassfileNewer},
		"half of it":            {whole[:len(whole)/2], phrase, fault.PassfileDamaged},
		"cut at its end":        {whole[:len(whole)-3], phrase, fault.PassfileDamaged},
		"without records":       {[]byte(first + end), phrase, fault.PassfileDamaged},
		"records of another":    {[]byte(first + end + theirSecond), phrase, fault.PassfileDamaged},
		"a changed record":      {swapped(len(whole) - len(end) - 10), phrase, fault.PassfileDamaged},
		"more at its end":       {append(bytes.Clone(whole), "x"...), phrase, fault.PassfileDamaged},
		"three halves":          {append(bytes.Clone(whole), second...), phrase, fault.PassfileDamaged},
		"the identity replaced": {[]byte("certdesk-passphrase-file 1\n" + second + second), phrase, fault.PassfileDamaged},
	} {
		path := at(t)
		ok(t, atomicfile.Write(path, c.data, atomicfile.Options{}))
		f := quick(path)
		err := f.Unlock(c.pass)
		if !fault.Is(err, c.want) || f.Unlocked() {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: the error tells: %v", name, err)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, c.data) {
			t.Errorf("%s: the file was touched: %v", name, err)
		}
	}
	if err := quick(at(t)).Unlock(phrase); !fault.Is(err, fault.PassfileGone) {
		t.Errorf("no file: %v", err)
	}
}

// TestAFileThatChangesDuringARun: one that has gone, or that is another one, is never written over.
func TestAFileThatChangesDuringARun(t *testing.T) {
	path, f := made(t)
	ok(t, f.Unlock(phrase))
	aside := path + ".aside"
	ok(t, os.Rename(path, aside))
	if err := f.Set("k-two", "x"); !fault.Is(err, fault.PassfileGone) || f.Exists() {
		t.Errorf("gone: %v", err)
	}
	ok(t, os.Rename(aside, path))
	ok(t, f.Set("k-two", "x"))
	other, _ := made(t)
	ok(t, os.Rename(other, path))
	if err := f.Set("k-three", "x"); !fault.Is(err, fault.PassfileLocked) || f.Unlocked() {
		t.Errorf("another: %v", err)
	}
	ok(t, f.Unlock(phrase))
	if ids, err := f.IDs(); err != nil || len(ids) != 1 {
		t.Errorf("%v %v", ids, err)
	}
}

// TestAnotherPassphrase: the old one opens nothing that is written afterwards, not even with an old copy.
func TestAnotherPassphrase(t *testing.T) {
	path, f := made(t)
	old, err := os.ReadFile(path)
	ok(t, err)
	next := secret.FromString("an entirely different one")
	if err := f.Change(secret.FromString("not the right one"), next); !fault.Is(err, fault.PassfilePassphrase) {
		t.Errorf("wrong: %v", err)
	}
	if err := f.Change(phrase, secret.Value{}); !fault.Is(err, fault.PasswordShort) {
		t.Errorf("none: %v", err)
	}
	ok(t, f.Change(phrase, next))
	if got, err := f.Get("k-one"); err != nil || got != canary {
		t.Fatalf("%q %v", got, err)
	}
	if err := quick(path).Unlock(phrase); !fault.Is(err, fault.PassfilePassphrase) {
		t.Errorf("the old passphrase: %v", err)
	}
	ok(t, quick(path).Unlock(next))
	const end = "-----END AGE ENCRYPTED FILE-----\n"
	oldIdentity, _, _ := strings.Cut(string(old), end)
	now, err := os.ReadFile(path)
	ok(t, err)
	_, records, _ := strings.Cut(string(now), end)
	mixed := at(t)
	ok(t, atomicfile.Write(mixed, []byte(oldIdentity+end+records), atomicfile.Options{}))
	if err := quick(mixed).Unlock(phrase); !fault.Is(err, fault.PassfileDamaged) {
		t.Errorf("the old identity opens what is new: %v", err)
	}
}

// TestADiskThatFails leaves the file as it was.
func TestADiskThatFails(t *testing.T) {
	for step, want := range map[string]fault.Code{"create": fault.DiskFull, "write": fault.DiskFull, "sync": fault.DiskFull, "replace": fault.DiskFull} {
		path, _ := made(t)
		before, err := os.ReadFile(path)
		ok(t, err)
		f := passfile.New(path, passfile.Options{Work: 1, Device: atomicfiletest.FailAt(step, syscall.ENOSPC)})
		ok(t, f.Unlock(phrase))
		if err := f.Set("k-two", "x"); !fault.Is(err, want) {
			t.Errorf("%s: %v", step, err)
		}
		if err := f.Change(phrase, secret.FromString("an entirely different one")); !fault.Is(err, want) {
			t.Errorf("%s, changing: %v", step, err)
		}
		after, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s: the file is another: %v", step, err)
		}
		if got, err := f.Get("k-one"); err != nil || got != canary {
			t.Errorf("%s: %q %v", step, got, err)
		}
	}
}
