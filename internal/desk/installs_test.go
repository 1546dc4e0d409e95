package desk_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certdesk/internal/desk"
	"certdesk/internal/fault"
	"certdesk/internal/install"
	"certdesk/internal/secret"
)

// nssStore makes an empty store, as NSS does.
func nssStore(t testing.TB, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "certutil", "-N", "-d", "sql:"+dir, "--empty-password").CombinedOutput(); err != nil { // #nosec G204 -- a test's arguments
		t.Fatalf("%v: %s", err, out)
	}
}

// TestKilledWhileInstalling: wherever the process is killed, the certificate is in the store once and can be taken out
// again by the next run, which leaves the store as it was.
func TestKilledWhileInstalling(t *testing.T) {
	ctx := context.Background()
	list := func(r *run) string {
		out := must(exec.CommandContext(ctx, "certutil", "-L", "-d", "sql:"+filepath.Join(r.w.stores.Home, ".pki", "nssdb")).CombinedOutput())(r.w.t) // #nosec G204 -- a test's arguments
		return string(out)
	}
	place := func(r *run) desk.InstallPlace {
		return must(r.Installs.Look(ctx, r.rowIDs()[0]))(r.w.t).Places[0]
	}
	install := story{
		here: true,
		only: "store.SetSetting", // around what is done in the store
		set: func(w *world) {
			w.stores = install.Places{Home: w.t.TempDir(), System: "linux"}
			nssStore(w.t, filepath.Join(w.stores.Home, ".pki", "nssdb"))
		},
		before: func(r *run) { r.ready() },
		goOn: func(r *run) error {
			if place(r).There {
				return nil
			}
			return r.Installs.Install(ctx, r.rowIDs()[0], place(r).ID, desk.InstallOptions{})
		},
		judge: func(r *run) {
			if p := place(r); !p.There || !p.Ours {
				r.w.t.Errorf("there %v, ours %v", p.There, p.Ours)
			}
		},
	}
	install.atEveryMoment(t)
	undo := install
	undo.before = func(r *run) {
		r.ready()
		ok(r.w.t, install.goOn(r))
	}
	undo.goOn = func(r *run) error {
		if p := place(r); !p.There {
			return nil
		}
		return r.Installs.Undo(ctx, r.rowIDs()[0], place(r).ID, secret.Value{})
	}
	undo.judge = func(r *run) {
		if p := place(r); p.There || p.Ours || strings.Contains(list(r), "Test CA") {
			r.w.t.Errorf("there %v, ours %v:\n%s", p.There, p.Ours, list(r))
		}
	}
	t.Run("undone", undo.atEveryMoment)
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
