//go:build linux

package install_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"certdesk/internal/install"
)

// store makes what looks like a store.
func store(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "cert9.db"), "")
	write(t, filepath.Join(dir, "key4.db"), "")
}

// Profiles are found where each way of installing a program keeps them.
func TestFind(t *testing.T) {
	home, elsewhere := t.TempDir(), t.TempDir()
	in := func(parts ...string) string { return filepath.Join(append([]string{home}, parts...)...) }
	ini := func(dir, text string) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "profiles.ini"), text)
	}
	for _, dir := range []string{
		in(".thunderbird"), in("snap", "thunderbird", "common", ".thunderbird"), in(".var", "app", "org.mozilla.firefox", ".mozilla", "firefox"),
		in("Library", "Thunderbird"), in("AppData", "Thunderbird"), in("AppData", "Mozilla", "Firefox"),
	} {
		ini(dir, "[Profile0]\r\nName=default\r\nIsRelative=1\r\nPath=Profiles/a.default\r\n")
		store(t, filepath.Join(dir, "Profiles", "a.default"))
	}
	store(t, filepath.Join(elsewhere, "work"))
	ini(in(".mozilla", "firefox"), "[Install4F96D1932A9F858E]\nDefault=x\n\n[Profile1]\nName=work\nIsRelative=0\nPath="+filepath.Join(elsewhere, "work")+
		"\n\n[Profile0]\nName=never opened\nIsRelative=1\nPath=b.default\n\n[Profile2]\nName=nonsense\nIsRelative=0\nPath=not/absolute\n[Profile3]\nPath\n=\n")
	store(t, in(".pki", "nssdb"))
	if err := os.Symlink(in(".thunderbird"), in(".var", "app", "org.mozilla.Thunderbird")); err != nil {
		t.Fatal(err)
	}
	for system, want := range map[string][]string{
		"linux": {
			"thunderbird default .thunderbird/Profiles/a.default", "thunderbird default snap/thunderbird/common/.thunderbird/Profiles/a.default",
			"firefox work work", "firefox default .var/app/org.mozilla.firefox/.mozilla/firefox/Profiles/a.default", "chrome  .pki/nssdb",
		},
		"darwin":  {"thunderbird default Library/Thunderbird/Profiles/a.default"},
		"windows": {"thunderbird default AppData/Thunderbird/Profiles/a.default", "firefox default AppData/Mozilla/Firefox/Profiles/a.default"},
	} {
		var got []string
		ids := map[string]bool{}
		for _, target := range (install.Places{Home: home, System: system, Roaming: in("AppData")}).Find() {
			dir, err := filepath.Rel(home, target.Dir)
			if err != nil || target.Profile == "work" {
				dir = filepath.Base(target.Dir)
			}
			got = append(got, string(target.Program)+" "+target.Profile+" "+filepath.ToSlash(dir))
			ids[target.ID] = true
		}
		if !slices.Equal(got, want) || len(ids) != len(want) {
			t.Errorf("%s: %q, %d ids", system, got, len(ids))
		}
	}
	// The system's own store comes first, where it counts; Linux has none.
	for system, want := range map[string]install.Program{"windows": install.Windows, "darwin": install.MacOS, "linux": install.Thunderbird} {
		got := install.Places{Home: home, System: system, Roaming: in("AppData"), Account: true}.Find()
		if got[0].Program != want || got[0].Program.System() != (system != "linux") || got[1].Program.System() {
			t.Errorf("%s: %+v", system, got)
		}
	}
	if got := (install.Places{System: "linux"}).Find(); got != nil {
		t.Errorf("nowhere: %v", got)
	}
}
