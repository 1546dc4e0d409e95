package destination_test

import (
	"archive/zip"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"certdesk/assets"
	"certdesk/internal/destination"
	"certdesk/internal/i18n"
	"certdesk/internal/order"
)

// mozilla finds what Thunderbird calls a thing: in Fluent, DTD and properties files.
func mozilla(t *testing.T, archive, lang, file, id string) string {
	t.Helper()
	z, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatalf("Thunderbird is missing: .ci/setup test installs it: %v", err)
	}
	defer func() { _ = z.Close() }()
	wanted := regexp.MustCompile(`(?m)^(?:` + id + ` ?= ?(?:\r?\n\s+\.label = )?|<!ENTITY ` + id + `\s+")([^\r\n"]+)`)
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, "/"+file) || !strings.Contains(f.Name, "/"+lang+"/") {
			continue
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(io.LimitReader(in, 1<<20))
		_ = in.Close()
		if err != nil {
			t.Fatal(err)
		}
		if m := wanted.FindSubmatch(text); m != nil {
			return strings.TrimSuffix(strings.TrimSpace(string(m[1])), "…")
		}
	}
	t.Fatalf("%s: no %s in %s", lang, id, file)
	return ""
}

// The guide for Thunderbird calls each menu and button as the program does, in English and in German.
func TestTheGuideCallsMenusAsThunderbirdDoes(t *testing.T) {
	if release, err := os.ReadFile("/etc/os-release"); err == nil && strings.Contains(string(release), "\nID=ubuntu\n") {
		t.Skip("Ubuntu has Thunderbird as a snap") //nolint:forbidigo // no package of Ubuntu has its words
	}
	words, err := i18n.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := destination.Find(destination.Thunderbird, order.SMIME)
	for lang, of := range map[string]struct{ archive, lang string }{
		"en": {"/usr/lib/thunderbird/omni.ja", "en-US"},
		"de": {"/usr/lib/thunderbird/extensions/langpack-de@thunderbird.mozilla.org.xpi", "de"},
	} {
		text := ""
		for _, g := range d.Guides(names) {
			for _, s := range g.Steps {
				text += words.Printer(lang).Say(s.Text) + "\n"
			}
		}
		for _, c := range []struct{ file, id string }{
			{"messenger.ftl", "appmenu-settings"},
			{"preferences.ftl", "pane-privacy-title"},
			{"preferences.ftl", "certificate-button"},
			{"certManager.ftl", "certmgr-tab-mine"},
			{"certManager.ftl", "certmgr-restore"},
			{"preferences.ftl", "account-button"},
			{"am-e2e.properties", "prefPanel-e2e"},
			{"am-smime.dtd", `digitalSign\.certificate\.button`},
			{"messengercompose.ftl", "menu-sign"},
		} {
			if name := mozilla(t, of.archive, of.lang, c.file, c.id); !strings.Contains(text, name) {
				t.Errorf("%s: Thunderbird says %q; the guide:\n%s", lang, name, text)
			}
		}
	}
}
