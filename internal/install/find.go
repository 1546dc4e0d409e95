package install

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"certdesk/internal/i18n"
)

// Program is a program that keeps certificates in a store of NSS, or a system that keeps them for its programs.
type Program string

// The programs.
const (
	Thunderbird Program = "thunderbird"
	Firefox     Program = "firefox"
	Chrome      Program = "chrome"  // and Chromium, which share one
	Windows     Program = "windows" // the user's store: Outlook, Edge, Chrome
	MacOS       Program = "macos"   // the login keychain: Mail, Safari, Chrome
)

// System reports whether a store is the system's own.
func (p Program) System() bool { return p == Windows || p == MacOS }

// Name is the program's own name, the same in every language.
func (p Program) Name() string {
	switch p {
	case Thunderbird:
		return "Thunderbird"
	case Firefox:
		return "Firefox"
	case Windows:
		return "Windows"
	case MacOS:
		return "macOS"
	default:
		return "Chrome"
	}
}

// Target is a store.
type Target struct {
	ID       string // the same from run to run
	Program  Program
	Profile  string   // its name, empty where there is only one
	Accounts []string // the mail addresses that are set up in it
	Dir      string
}

// Fits reports whether a mail account of an address is set up there.
func (t Target) Fits(address string) bool {
	return slices.ContainsFunc(t.Accounts, func(a string) bool { return strings.EqualFold(a, address) })
}

// Places is where stores are looked for.
type Places struct {
	Home   string // empty: nowhere
	System string // as runtime.GOOS names it
	// Roaming is %APPDATA% of Windows.
	Roaming string
	// Account: the store that the system itself has for this account counts, too.
	Account bool
}

// The folders in which programs keep their profiles, below Home: packages of the distribution, snap and
// flatpak have one each (support.mozilla.org, "Profiles - Where Thunderbird stores your messages and other user
// data"; Firefox 147 and newer also in ~/.config).
var linuxProfiles = []struct {
	program Program
	dir     string
}{
	{Thunderbird, ".thunderbird"},
	{Thunderbird, "snap/thunderbird/common/.thunderbird"},
	{Thunderbird, ".var/app/org.mozilla.Thunderbird/.thunderbird"},
	{Thunderbird, ".var/app/org.mozilla.thunderbird/.thunderbird"},
	{Firefox, ".mozilla/firefox"},
	{Firefox, ".config/mozilla/firefox"},
	{Firefox, "snap/firefox/common/.mozilla/firefox"},
	{Firefox, ".var/app/org.mozilla.firefox/.mozilla/firefox"},
}

// Stores of Chrome and Chromium on Linux (chromium.org, "Linux Cert Management").
var linuxStores = []string{".pki/nssdb", ".local/share/pki/nssdb", "snap/chromium/current/.pki/nssdb"}

// Find lists the stores of this account: the system's, then Thunderbird's. A profile that was never opened has none.
func (p Places) Find() []Target {
	if p.Home == "" {
		return nil
	}
	var out, own []Target
	profiles := func(program Program, dir string) { out = append(out, find(program, dir)...) }
	switch p.System {
	case "windows":
		if p.Account {
			own = []Target{{ID: string(Windows) + "-user", Program: Windows}}
		}
		profiles(Thunderbird, filepath.Join(p.Roaming, "Thunderbird"))
		profiles(Firefox, filepath.Join(p.Roaming, "Mozilla", "Firefox"))
	case "darwin":
		if p.Account {
			own = []Target{{ID: string(MacOS) + "-login", Program: MacOS}}
		}
		profiles(Thunderbird, filepath.Join(p.Home, "Library", "Thunderbird"))
		profiles(Firefox, filepath.Join(p.Home, "Library", "Application Support", "Firefox"))
	default:
		for _, l := range linuxProfiles {
			profiles(l.program, filepath.Join(p.Home, filepath.FromSlash(l.dir)))
		}
		for _, dir := range linuxStores {
			if dir := filepath.Join(p.Home, filepath.FromSlash(dir)); hasStore(dir) {
				out = append(out, target(Chrome, "", dir))
			}
		}
	}
	seen := map[string]bool{} // two folders may lead to one place
	out = slices.DeleteFunc(out, func(t Target) bool {
		dir, err := filepath.EvalSymlinks(t.Dir)
		again := err != nil || seen[dir]
		seen[dir] = true
		return again
	})
	return append(own, out...)
}

func hasStore(dir string) bool {
	for _, name := range []string{"cert9.db", "key4.db"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}

func target(program Program, name, dir string) Target {
	sum := sha256.Sum256([]byte(dir))
	return Target{ID: string(program) + "-" + hex.EncodeToString(sum[:8]), Program: program, Profile: name, Dir: dir}
}

// find reads profiles.ini.
func find(program Program, dir string) []Target {
	var out []Target
	var name, path string
	relative := true
	flush := func() {
		if path == "" {
			return
		}
		at := filepath.FromSlash(path)
		if relative {
			at = filepath.Join(dir, at)
		}
		if filepath.IsAbs(at) && hasStore(at) {
			t := target(program, i18n.Clean(name, 60), at)
			if program == Thunderbird {
				t.Accounts = accounts(at)
			}
			out = append(out, t)
		}
	}
	lines(filepath.Join(dir, "profiles.ini"), func(line string) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		switch {
		case strings.HasPrefix(key, "["):
			flush()
			name, path, relative = "", "", true
		case !ok:
		case key == "Name":
			name = value
		case key == "Path":
			path = value
		case key == "IsRelative":
			relative = value != "0"
		}
	})
	flush()
	return out
}

// identity is an address of an account in Thunderbird's prefs.js.
var identity = regexp.MustCompile(`^user_pref\("mail\.identity\.id[0-9]+\.useremail", "([^"\\]{3,254})"\);`)

func accounts(dir string) []string {
	var out []string
	lines(filepath.Join(dir, "prefs.js"), func(line string) {
		if m := identity.FindStringSubmatch(line); m != nil && !slices.Contains(out, m[1]) {
			out = append(out, i18n.Clean(m[1], 254))
		}
	})
	return out
}

// most is what is read of a program's own files.
const most = 4 << 20

// lines reads a file of another program, which may be anything.
func lines(path string, each func(string)) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return
	}
	f, err := os.Open(path)
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }()
	for s := bufio.NewScanner(io.LimitReader(f, most)); s.Scan(); {
		each(s.Text())
	}
}
