package install

import (
	"bytes"
	"slices"

	"certdesk/internal/secret"
)

// CommandLine is a command of "security -i".
var CommandLine = commandLine

// FakeWindows is the stores of a user of Windows, for tests of what is done with them.
type FakeWindows struct {
	Stores map[string][][]byte
	Links  map[string]Container // where a certificate of MY says that its key is
	Keys   map[string]bool      // the containers that are there
	Names  []string             // how certificates were called
	Export bool                 // whether a key may be taken out again
	Fail   map[string]uint32    // what fails, and how
	Lies   bool                 // what is placed is not there afterwards
	leaf   []byte
}

// NewFakeWindows has nothing but a root. Leaf is what the file that is opened holds.
func NewFakeWindows(root, leaf []byte) *FakeWindows {
	return &FakeWindows{
		Stores: map[string][][]byte{"ROOT": {root}}, Links: map[string]Container{}, Keys: map[string]bool{}, Fail: map[string]uint32{}, leaf: leaf,
	}
}

// Installer uses it.
func (w *FakeWindows) Installer() Installer { return Installer{windows: w} }

func (w *FakeWindows) fails(what string) error {
	if code, ok := w.Fail[what]; ok {
		return winCode(code)
	}
	return nil
}

func (w *FakeWindows) all(store string) ([][]byte, error) {
	return slices.Clone(w.Stores[store]), w.fails("all " + store)
}

func (w *FakeWindows) key(der []byte) (*Container, bool, error) {
	at, ok := w.Links[string(der)]
	if !ok || !w.Keys[at.Name] {
		return nil, false, w.fails("key")
	}
	return &at, true, w.fails("key")
}

func (w *FakeWindows) open(_ []byte, _ secret.Value, exportable bool) (openedFile, error) {
	if err := w.fails("open"); err != nil {
		return nil, err
	}
	w.Export, w.Keys["{new}"] = exportable, true
	return fakeFile{w}, nil
}

func (w *FakeWindows) add(store string, der []byte) error {
	if err := w.fails("add " + store); err != nil {
		return err
	}
	if !slices.ContainsFunc(w.Stores[store], func(c []byte) bool { return bytes.Equal(c, der) }) {
		w.Stores[store] = append(w.Stores[store], der)
	}
	return nil
}

func (w *FakeWindows) remove(store string, der []byte) error {
	if err := w.fails("remove " + store); err != nil {
		return err
	}
	w.Stores[store] = slices.DeleteFunc(w.Stores[store], func(c []byte) bool { return bytes.Equal(c, der) })
	if store == personal {
		delete(w.Links, string(der))
	}
	return nil
}

func (w *FakeWindows) deleteKey(c Container) error {
	delete(w.Keys, c.Name)
	return w.fails("delete key")
}

type fakeFile struct{ w *FakeWindows }

func (f fakeFile) keys() []Container { return []Container{{Name: "{new}", Provider: "CNG"}} }

func (f fakeFile) close() {}

func (f fakeFile) place(der []byte, name string) error {
	if err := f.w.fails("place"); err != nil || f.w.Lies {
		return err
	}
	if !bytes.Equal(der, f.w.leaf) {
		return winCode(1)
	}
	f.w.Names, f.w.Links[string(der)] = append(f.w.Names, name), Container{Name: "{new}", Provider: "CNG"}
	return f.w.add(personal, der)
}
