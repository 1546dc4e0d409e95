//go:build window

package window

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWindowJourney is the main job, twice: from the code to the file, light and dark. Where CERTDESK_JOURNEY
// names a folder it leaves there a picture of each step, the file, and its password. Where CERTDESK_RELEASE
// names a program, that one goes the second way.
func TestWindowJourney(t *testing.T) {
	t.Run("light", func(t *testing.T) { journey(t, "light", clearedByItself) })
	if release := os.Getenv("CERTDESK_RELEASE"); release != "" {
		t.Setenv("CERTDESK", release)
	}
	t.Run("dark", func(t *testing.T) { journey(t, "dark", clearedByClosing) })
}

func journey(t *testing.T, appearance string, cleared func(*program, string)) {
	folder := documents(t)
	p := start(t, filepath.Join(t.TempDir(), "data"))
	p.appearance(appearance)
	out := os.Getenv("CERTDESK_JOURNEY")
	p.pictures, p.look = out, appearance
	p.typeCode()
	p.toLicence()
	p.toNames()
	p.typeNames()
	p.toKey()
	p.makeKey()
	p.toReview()
	p.accept()
	p.send()
	p.confirm()
	p.toUse()
	p.choose()
	p.makeFile()
	password := p.copyPassword()
	found := files(t, folder, "")
	if len(found) != 1 || filepath.Ext(found[0]) != ".p12" {
		t.Fatalf("files: %q", found)
	}
	got := open(t, found[0], password)
	if n := p.orders(); n != 1 {
		t.Errorf("%d orders at the issuer", n)
	}
	onlyMine(t, found[0])

	secrets := got.traces()
	secrets["password"], secrets["code"] = []byte(password), []byte(code)
	p.unseen(secrets)
	p.closed()
	cleared(p, password)
	if got := clipboard(); got == password {
		t.Error("the password is still in the clipboard")
	}
	noneIn(t, "what the program said", p.said.Bytes(), secrets)
	roots := []string{os.Getenv("HOME"), os.Getenv("TMPDIR"), p.data}
	// The demo's issuer keeps its own codes: it is the seller's side.
	noTrace(t, secrets, roots, filepath.Join(p.data, "demo", "issuer"))
	if out != "" && appearance == "light" {
		keep(t, out, found[0], password)
	}
}

// appearance chooses how the program looks, in its settings: the last stop before the field of the home screen.
func (p *program) appearance(name string) {
	p.t.Helper()
	p.askingForCode()
	p.tabs(-1)
	p.press("Return")
	p.at("Settings")
	p.canGoOn()
	p.tabs(1)
	p.press("Right")
	if name == "dark" {
		p.press("Right")
	}
	p.press("Return")
	p.askingForCode()
}

// clearedByItself goes on to the end, and waits until the program takes the password out of the clipboard:
// it counts down wherever the customer is. Then the program is made to crash: what it says of that is searched
// for the secrets of the journey like all else.
func clearedByItself(p *program, password string) {
	p.t.Helper()
	p.finish()
	until(p.t, "the clipboard without the password", func() bool { return clipboard() != password })
	p.crash()
}

// clearedByClosing closes the window with the password in the clipboard.
func clearedByClosing(p *program, password string) {
	p.t.Helper()
	if clipboard() != password {
		p.t.Error("the password left the clipboard before it was closed")
	}
	p.quit()
}

// onlyMine fails the test when others of this computer may read the file.
func onlyMine(t *testing.T, file string) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s has the rights %v", file, info.Mode().Perm())
	}
}

// keep leaves the file and its password for others to open.
func keep(t *testing.T, out, file, password string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{filepath.Base(file): data, "password.txt": []byte(password + "\n")} {
		if err := os.WriteFile(filepath.Join(out, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
