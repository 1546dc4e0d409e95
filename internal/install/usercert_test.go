package install_test

import (
	"bytes"
	"crypto/x509"
	"slices"
	"testing"

	"certdesk/internal/fault"
	"certdesk/internal/install"
	"certdesk/internal/secret"
)

var userStore = install.Target{ID: "windows-user", Program: install.Windows}

func (p person) forWindows() install.Item {
	return install.Item{
		Sealed: []byte("sealed"), Password: secret.FromString(sealedWith), Leaf: p.leaf, Above: []*x509.Certificate{p.intermediate, p.root}, Name: "anna, 2027",
	}
}

// stored holds the stores of a fake against what they should have.
func stored(t *testing.T, w *install.FakeWindows, my, ca []*x509.Certificate, keys int) {
	t.Helper()
	for store, want := range map[string][]*x509.Certificate{"MY": my, "CA": ca} {
		got := w.Stores[store]
		ok := len(got) == len(want)
		for _, c := range want {
			ok = ok && slices.ContainsFunc(got, func(der []byte) bool { return bytes.Equal(der, c.Raw) })
		}
		if !ok {
			t.Errorf("%s holds %d, not %d", store, len(got), len(want))
		}
	}
	if len(w.Keys) != keys || len(w.Stores["ROOT"]) != 1 {
		t.Errorf("%d keys, %d roots", len(w.Keys), len(w.Stores["ROOT"]))
	}
}

// The leaf goes into the personal store under its name, those above it beside, the root nowhere; undone, the key
// goes, too, and what others need stays.
func TestUserCertificates(t *testing.T) {
	p, other := newPerson(401, theKey()), newPerson(402, theKey())
	mine, between := []*x509.Certificate{p.leaf}, []*x509.Certificate{p.intermediate}
	for _, c := range []struct {
		name   string
		before func(*install.FakeWindows)
		above  int
		after  [2][]*x509.Certificate
	}{
		{"an empty store", func(*install.FakeWindows) {}, 1, [2][]*x509.Certificate{}},
		{"the one above was there", func(w *install.FakeWindows) { w.Stores["CA"] = [][]byte{p.intermediate.Raw} }, 0, [2][]*x509.Certificate{nil, between}},
		{"the certificate was there without its key", func(w *install.FakeWindows) { w.Stores["MY"] = [][]byte{p.leaf.Raw} }, 1, [2][]*x509.Certificate{mine}},
		{"its key had gone", func(w *install.FakeWindows) {
			w.Stores["MY"], w.Links[string(p.leaf.Raw)] = [][]byte{p.leaf.Raw}, install.Container{Name: "{gone}"}
		}, 1, [2][]*x509.Certificate{mine}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := install.NewFakeWindows(p.root.Raw, p.leaf.Raw)
			c.before(w)
			in := w.Installer()
			placed, err := in.Install(t.Context(), userStore, p.forWindows(), secret.Value{})
			if err != nil || !placed.Undoable() || len(placed.Above) != c.above || placed.Key == nil || w.Export {
				t.Fatalf("%+v %v", placed, err)
			}
			stored(t, w, mine, between, 1)
			if !slices.Equal(w.Names, []string{"anna, 2027"}) {
				t.Errorf("names: %q", w.Names)
			}
			if again, err := in.Install(t.Context(), userStore, p.forWindows(), secret.Value{}); err != nil || !again.Before {
				t.Errorf("a second time: %+v %v", again, err)
			}
			if err := in.Remove(t.Context(), userStore, placed, p.leaf, secret.Value{}); err != nil {
				t.Error(err)
			}
			stored(t, w, c.after[0], c.after[1], 0)
		})
	}
	w := install.NewFakeWindows(p.root.Raw, p.leaf.Raw)
	item := p.forWindows()
	item.Exportable = true
	placed, err := w.Installer().Install(t.Context(), userStore, item, secret.Value{})
	if err != nil || !w.Export {
		t.Errorf("a key that can be taken out: %v", err)
	}
	w.Stores["MY"] = append(w.Stores["MY"], other.leaf.Raw) // which came later, and needs the one above
	if err := w.Installer().Remove(t.Context(), userStore, placed, p.leaf, secret.Value{}); err != nil {
		t.Error(err)
	}
	stored(t, w, []*x509.Certificate{other.leaf}, between, 0)
}

// Whatever Windows says no to, everything is as it was, and no key stays behind.
func TestUserCertificatesSayNo(t *testing.T) {
	p := newPerson(403, theKey())
	for _, c := range []struct {
		name, fails string
		code        uint32
		want        fault.Code
	}{
		{"a wrong password, as Windows says", "open", 86, fault.InstallRefused},
		{"an encryption that it does not know", "open", 0x80090008, fault.InstallRefused},
		{"no reason", "open", 0, fault.InstallRefused},
		{"the container is there", "open", 0x8009000F, fault.InstallKeyThere},
		{"keys are denied", "open", 0x80090010, fault.InstallDenied},
		{"the store is denied", "place", 5, fault.InstallDenied},
		{"the one above is denied", "add CA", 0x80070005, fault.InstallDenied},
		{"it can't be read", "all MY", 5, fault.InstallDenied},
		{"a disk that is full", "place", 112, fault.InstallRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := install.NewFakeWindows(p.root.Raw, p.leaf.Raw)
			w.Fail[c.fails] = c.code
			_, err := w.Installer().Install(t.Context(), userStore, p.forWindows(), secret.Value{})
			if !fault.Is(err, c.want) {
				t.Errorf("%v", err)
			}
			stored(t, w, nil, nil, 0)
		})
	}
	w := install.NewFakeWindows(p.root.Raw, p.leaf.Raw)
	w.Lies = true
	if _, err := w.Installer().Install(t.Context(), userStore, p.forWindows(), secret.Value{}); !fault.Is(err, fault.InstallUnproven) {
		t.Errorf("it does not show it: %v", err)
	}
	stored(t, w, nil, nil, 0)
}

// What somebody else has put there since, or put there at all, is not ours to take out.
func TestUserCertificatesOfOthersStay(t *testing.T) {
	p := newPerson(404, theKey())
	w := install.NewFakeWindows(p.root.Raw, p.leaf.Raw)
	placed, err := w.Installer().Install(t.Context(), userStore, p.forWindows(), secret.Value{})
	if err != nil {
		t.Fatal(err)
	}
	w.Links[string(p.leaf.Raw)], w.Keys["{theirs}"] = install.Container{Name: "{theirs}"}, true
	for _, placed := range []install.Placed{placed, {}, {Nickname: "anna", Before: true}} {
		if err := w.Installer().Remove(t.Context(), userStore, placed, p.leaf, secret.Value{}); !fault.Is(err, fault.InstallUnproven) {
			t.Errorf("%+v: %v", placed, err)
		}
	}
	stored(t, w, []*x509.Certificate{p.leaf}, []*x509.Certificate{p.intermediate}, 2)
	w.Links[string(p.leaf.Raw)] = *placed.Key
	w.Fail["remove MY"] = 5
	if err := w.Installer().Remove(t.Context(), userStore, placed, p.leaf, secret.Value{}); !fault.Is(err, fault.InstallDenied) || !w.Keys["{new}"] {
		t.Errorf("it may not be taken out, and its key went all the same: %v", err)
	}
}
