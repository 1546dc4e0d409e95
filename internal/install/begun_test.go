//go:build linux

package install_test

import (
	"crypto/rand"
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"certdesk/internal/export/pfx"
	"certdesk/internal/fault"
	"certdesk/internal/install"
	"certdesk/internal/secret"
)

// What a crash leaves in a store of the system is known to be ours by what was noted before, and goes with all that
// came with it; a failure takes the note back, and without the note nothing is done.
func TestAnInstallationThatWasCutOff(t *testing.T) {
	p := newPerson(501, theKey())
	windows := install.NewFakeWindows(p.root.Raw, p.leaf.Raw)
	mac, security := keychain(t)
	for target, in := range map[*install.Target]install.Installer{&userStore: windows.Installer(), &loginKeychain: mac} {
		name := target.Program.Name()
		item := p.item(t, "anna", pfx.Compatible)
		item.Begin = func(install.Placed) error { return errors.New("the disk is full") }
		if _, err := in.Install(t.Context(), *target, item, secret.Value{}); err == nil {
			t.Errorf("%s: without a note", name)
		}
		if there, err := in.Has(t.Context(), *target, p.leaf); err != nil || there {
			t.Errorf("%s: without a note: %v %v", name, there, err)
		}
		var begun install.Placed
		item.Begin = func(placed install.Placed) error { begun = placed; return nil }
		if _, err := in.Install(t.Context(), *target, item, secret.Value{}); err != nil || !begun.Pending || begun.Undoable() {
			t.Fatalf("%s: %+v %v", name, begun, err)
		}
		finished, err := in.Finish(t.Context(), *target, begun, p.leaf)
		if err != nil || !finished.Undoable() || len(finished.Above) != 1 {
			t.Errorf("%s: finished: %+v %v", name, finished, err)
		}
		item.Begun = begun
		again, err := in.Install(t.Context(), *target, item, secret.Value{})
		if err != nil || !again.Undoable() {
			t.Errorf("%s: pressed again: %+v %v", name, again, err)
		}
		if err := in.Remove(t.Context(), *target, again, p.leaf, secret.Value{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if finished, err := in.Finish(t.Context(), *target, begun, p.leaf); err != nil || finished.Nickname != "" {
			t.Errorf("%s: it is not there: %+v %v", name, finished, err)
		}
	}
	stored(t, windows, nil, nil, 0)
	security.has(t, "undone")

	windows.Fail["place"] = 5
	item := p.item(t, "anna", pfx.Compatible)
	note := install.Placed{Nickname: "none yet"}
	item.Begin = func(placed install.Placed) error { note = placed; return nil }
	if _, err := windows.Installer().Install(t.Context(), userStore, item, secret.Value{}); !fault.Is(err, fault.InstallDenied) || note.Nickname != "" {
		t.Errorf("a note stayed: %+v %v", note, err)
	}
}

// A certificate above two stays in a store of NSS until the second of them goes.
func TestWhatAnotherNeedsStays(t *testing.T) {
	target, in := profile(t, t.TempDir(), ""), install.Installer{}
	put := func(p person, name string) install.Placed {
		t.Helper()
		password := secret.FromString(sealedWith)
		sealed, err := pfx.Encode(rand.Reader, pfx.Content{
			Key: p.key, Leaf: p.leaf, Chain: []*x509.Certificate{p.intermediate}, FriendlyName: name,
		}, password, pfx.Strong)
		if err != nil {
			t.Fatal(err)
		}
		placed, err := in.Install(t.Context(), target, install.Item{Sealed: sealed, Password: password, Leaf: p.leaf}, secret.Value{})
		if err != nil || !placed.Undoable() {
			t.Fatalf("%+v %v", placed, err)
		}
		return placed
	}
	anna, bob := newPerson(502, theKey()), newPersonOf("bob@example.ch", 503, theKey())
	first, second := put(anna, "anna"), put(bob, "bob")
	above := func() int {
		return strings.Count(nss(t, "", "certutil", "-L", "-d", "sql:"+target.Dir), "Test Mail Authority")
	}
	if err := in.Remove(t.Context(), target, first, anna.leaf, secret.Value{}); err != nil || above() != 1 {
		t.Errorf("the first: %v, %d above", err, above())
	}
	has(t, target, bob.leaf, true)
	second.Above = first.Above
	if err := in.Remove(t.Context(), target, second, bob.leaf, secret.Value{}); err != nil || above() != 0 {
		t.Errorf("the second: %v, %d above", err, above())
	}
}
