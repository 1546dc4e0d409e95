//go:build !windows

package kit

import (
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
)

func isHidden(name string, _ fs.FileInfo) bool { return strings.HasPrefix(name, ".") }

// homeFolders are Documents, Downloads and Desktop: on Linux as the desktop has noted them (xdg-user-dirs),
// since they have names in the language of the account.
func homeFolders(home string) [3]string {
	out := [3]string{filepath.Join(home, "Documents"), filepath.Join(home, "Downloads"), filepath.Join(home, "Desktop")}
	if runtime.GOOS == "darwin" {
		return out
	}
	config := os.Getenv("XDG_CONFIG_HOME")
	if config == "" {
		config = filepath.Join(home, ".config")
	}
	data, err := os.ReadFile(filepath.Join(config, "user-dirs.dirs")) // #nosec G304 -- the desktop's own file
	if err != nil {
		return out
	}
	for _, line := range strings.Split(string(data), "\n") {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		value = strings.Trim(value, `"`)
		if rest, in := strings.CutPrefix(value, "$HOME"); in {
			value = filepath.Join(home, rest)
		}
		if !ok || !filepath.IsAbs(value) || value == home { // $HOME alone: there is no such folder
			continue
		}
		switch name {
		case "XDG_DOCUMENTS_DIR":
			out[0] = value
		case "XDG_DOWNLOAD_DIR":
			out[1] = value
		case "XDG_DESKTOP_DIR":
			out[2] = value
		}
	}
	return out
}

func drives() []string {
	if runtime.GOOS == "darwin" {
		return subfolders("/Volumes")
	}
	var dirs []string
	if u, err := user.Current(); err == nil {
		dirs = append(dirs, filepath.Join("/media", u.Username), filepath.Join("/run/media", u.Username))
	}
	return subfolders(append(dirs, "/mnt")...)
}

func driveName(path string) string { return filepath.Base(path) }
