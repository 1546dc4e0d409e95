package desk_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/install"
	"certdesk/internal/secret"
)

// nssStore makes an empty store, as NSS does.
func nssStore(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "certutil", "-N", "-d", "sql:"+dir, "--empty-password").CombinedOutput(); err != nil { // #nosec G204 -- a test's arguments
		t.Fatalf("%v: %s", err, out)
	}
}

// A certificate goes into the profile that the customer chose, and into no other; a later run knows that it was
// put there, and takes it out.
func TestPutIntoProgramsOfThisAccount(t *testing.T) {
	w := newWorld(t)
	home := t.TempDir()
	w.stores = install.Places{Home: home, System: "linux"}
	thunderbird := filepath.Join(home, ".thunderbird")
	for _, name := range []string{"bob", "anna"} {
		nssStore(t, filepath.Join(thunderbird, name))
	}
	nssStore(t, filepath.Join(home, ".pki", "nssdb"))
	ok(t, os.WriteFile(filepath.Join(thunderbird, "profiles.ini"), []byte("[Profile0]\nName=bob\nPath=bob\n[Profile1]\nName=anna\nPath=anna\n"), 0o600))
	ok(t, os.WriteFile(filepath.Join(thunderbird, "anna", "prefs.js"), []byte("// Mozilla\nuser_pref(\"mail.identity.id2.useremail\", \"Anna@example.ch\");\n"), 0o600))

	r := w.start()
	id := r.ready()
	look := func() map[string]desk.InstallPlace {
		t.Helper()
		found := must(r.Installs.Look(t.Context(), id))(t)
		if len(found.Places) != 3 || !found.Tools || found.Address != "anna@example.ch" || found.Places[0].Account != "anna@example.ch" {
			t.Fatalf("%+v", found)
		}
		places := map[string]desk.InstallPlace{}
		for _, p := range found.Places {
			places[filepath.Base(p.Dir)] = p
		}
		return places
	}
	there := func(want ...string) {
		t.Helper()
		var got []string
		for name, p := range look() {
			if p.There {
				got = append(got, name)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("it is in %q, not in %q", got, want)
		}
	}
	there()
	ok(t, r.Installs.Install(t.Context(), id, look()["anna"].ID, desk.InstallOptions{}))
	there("anna")
	ok(t, r.Installs.Install(t.Context(), id, look()["nssdb"].ID, desk.InstallOptions{}))
	r = r.again()
	there("anna", "nssdb")
	if p := look(); !p["anna"].Ours || !p["nssdb"].Ours || p["bob"].Ours {
		t.Errorf("what this app has put there: %+v", p)
	}
	ok(t, r.Installs.Undo(t.Context(), id, look()["anna"].ID, secret.Value{}))
	there("nssdb")
	var story []string
	for _, e := range must(r.store.Timeline(t.Context(), id))(t) {
		if e.Message.ID == "event.installed" || e.Message.ID == "event.uninstalled" {
			story = append(story, fmt.Sprint(e.Message.ID, " ", e.Message.Args["program"]))
		}
	}
	if want := []string{"event.installed Thunderbird", "event.installed Chrome", "event.uninstalled Thunderbird"}; !slices.Equal(story, want) {
		t.Errorf("the story: %q", story)
	}
	gone := look()["bob"].ID
	ok(t, os.RemoveAll(filepath.Join(thunderbird, "bob")))
	wantFault(t, r.Installs.Install(t.Context(), id, gone, desk.InstallOptions{}), fault.InstallStore)
}
