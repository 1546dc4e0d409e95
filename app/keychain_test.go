package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/internal/install"
	"certdesk/internal/ui/kit/kittest"
)

func init() { walks["keychain"] = keychainScreens }

// securityOfMac stands for the program security of macOS: it opens what it is told to import with openssl, and
// keeps what came of it in a folder. Internal/install tests against one that reads as security does.
const securityOfMac = `#!/bin/sh
cd 'DIR' || exit 1
printf '%s\n' "$@" >>said
case "$1" in
login-keychain) printf '    "%s"\n' "$PWD/login.keychain-db" ;;
find-certificate) cat leaf above 2>/dev/null ; exit 0 ;;
find-identity) cat identity 2>/dev/null ; exit 0 ;;
add-certificates) openssl x509 -inform DER -in "$4" >>above ;;
delete-identity) rm leaf identity ;;
delete-certificate) rm above ;;
-i)
	read -r line
	eval "set -- $line"
	[ ! -e denied ] || { echo "$1: returned -128" >&2; exit 128; }
	openssl pkcs12 -legacy -in "$2" -passin "pass:$8" -nodes >opened 2>/dev/null || exit 80
	grep -q 'PRIVATE KEY' opened && openssl x509 -in opened >leaf
	printf '  1) %s "anna"\n' "$(openssl x509 -in leaf -noout -fingerprint -sha1 | sed 's/.*=//; s/://g')" >identity
	printf '%s\n' "$@" >heard
	;;
*) exit 1 ;;
esac
`

// mac is a Mac whose keychain is in a folder, with a profile of Thunderbird, for which it has no tools.
func mac(t *testing.T) (*stores, string) {
	t.Helper()
	dir, home := t.TempDir(), t.TempDir()
	program := filepath.Join(dir, "security")
	if err := os.WriteFile(program, []byte(strings.Replace(securityOfMac, "DIR", dir, 1)), 0o700); err != nil { // #nosec G306 -- a program
		t.Fatal(err)
	}
	profile := filepath.Join(home, "Library", "Thunderbird", "Profiles", "a.default")
	if err := os.MkdirAll(profile, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		filepath.Join(profile, "cert9.db"): "", filepath.Join(profile, "key4.db"): "",
		filepath.Join(home, "Library", "Thunderbird", "profiles.ini"): "[Profile0]\nName=default\nIsRelative=1\nPath=Profiles/a.default\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &stores{
		Places: install.Places{Home: home, System: "darwin", Account: true},
		installer: install.Installer{
			Keychain: install.Keychain{Program: program},
			Tools:    install.Tools{Look: func(string) (string, error) { return "", os.ErrNotExist }},
		},
	}, dir
}

// TestPutIntoTheKeychainAndTakenOut: Apple Mail's page offers the keychain, a no of macOS is said and leaves
// nothing, the password is in no argument, the tick lets the key out again, and undone it is gone.
func TestPutIntoTheKeychainAndTakenOut(t *testing.T) {
	at, dir := mac(t)
	there := func(name string) bool { _, err := os.Stat(filepath.Join(dir, name)); return err == nil }
	w := start(t, setup{stores: at})
	w.toUse()
	w.choose10("apple")
	if err := os.WriteFile(filepath.Join(dir, "denied"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.press("install.do")
	w.press("install.yes")
	w.see(w.word("fault.install-denied.saw", "program", "macOS"))
	if err := os.Remove(filepath.Join(dir, "denied")); err != nil || there("leaf") {
		t.Fatal(err, "something stayed")
	}
	w.press("install.do")
	kittest.CheckByText(t, w.root(), w.word("install.exportable", "program", "macOS")).Toggle()
	w.press("install.yes")
	w.see(w.word("install.use.macos", "address", "anna@example.ch"))
	w.q.Finish(t)
	words := strings.Split(strings.TrimSpace(read(t, filepath.Join(dir, "heard"))), "\n")
	if !there("identity") || !there("above") || len(words) != 8 || words[6] != "-P" || len(words[7]) != 24 {
		t.Fatalf("heard: %q", words)
	}
	if strings.Contains(read(t, filepath.Join(dir, "said")), words[7]) {
		t.Error("the password was an argument")
	}
	if _, err := os.Stat(filepath.Dir(words[1])); !os.IsNotExist(err) {
		t.Errorf("the file stayed: %v", err)
	}
	w.press("journey.save-close")
	w.see(w.word("install.guide", "program", "Thunderbird")) // all of this computer, on the order's own page
	w.press("install.undo")
	w.press("install.undo") // of the question
	w.see(w.word("event.uninstalled", "program", "macOS"))
	w.q.Finish(t)
	if there("leaf") || there("above") {
		t.Error("something stayed")
	}
}

// keychainScreens are the keychain's states, and a profile that can't be written.
func keychainScreens(t *testing.T, s setup) {
	at, dir := mac(t)
	s.stores = at
	w := start(t, s)
	w.toUse()
	w.choose10("apple")
	w.press("install.do")
	w.button("install.yes")
	w.screen("keychain-question")
	if err := os.WriteFile(filepath.Join(dir, "denied"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.press("install.yes")
	w.see(w.word("fault.install-denied.saw", "program", "macOS"))
	w.screen("keychain-denied")
	if err := os.Remove(filepath.Join(dir, "denied")); err != nil {
		t.Fatal(err)
	}
	w.press("install.do")
	w.press("install.yes")
	w.see(w.word("install.use.macos", "address", "anna@example.ch"))
	w.screen("keychain-there")
	w.choose10("thunderbird")
	w.see(w.word("install.guide", "program", "Thunderbird"))
	w.screen("keychain-profile")
}

// TestWordsOfTheSystemsStores: those whose names are put together are there for each system, in each language.
func TestWordsOfTheSystemsStores(t *testing.T) {
	for _, lang := range catalogue(t).Languages() {
		say := catalogue(t).Printer(lang)
		for _, program := range []install.Program{install.Windows, install.MacOS} {
			for _, id := range []string{"store", "question-text", "use", "not-ours"} {
				id = "install." + id + "." + string(program)
				if text := say.T(id, "address", "anna@example.ch", "program", program.Name()); strings.Contains(text, id) || strings.Contains(text, "<no value>") {
					t.Errorf("%s: %s: %q", lang, id, text)
				}
			}
		}
	}
}
