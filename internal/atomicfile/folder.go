package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// ErrShared is wrapped by the [fault.FolderReadOnly] of [MkdirPrivate] for a folder that belongs to
// everybody, such as /tmp.
var ErrShared = errors.New("atomicfile: the folder is shared by all users")

// MkdirPrivate makes a folder, with its parents, that its owner alone can open (0700; on Windows a
// protected access list whose entry is inherited inside). An existing folder is made private, too, except
// one that is shared on purpose (sticky bit), which is refused.
func MkdirPrivate(path string) error {
	return asFault(mkdirPrivate(filepath.Clean(path)), filepath.Base(path))
}

func mkdirPrivate(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.IsDir():
		return &fs.PathError{Op: "mkdir", Path: path, Err: ErrExists}
	case err == nil:
		return makePrivate(path, info)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if parent := filepath.Dir(path); parent != path {
		if _, err := os.Stat(parent); errors.Is(err, fs.ErrNotExist) {
			if err := mkdirPrivate(parent); err != nil {
				return err
			}
		}
	}
	if err := makeFolder(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// Synchronised names the program that copies what is in dir to its servers ("OneDrive", "iCloud Drive",
// "Dropbox", "Nextcloud", "Google Drive"), or is empty when none is known to. It goes by the names of
// folders and by what the programs leave in the environment, so it can miss one; links are followed.
func Synchronised(dir string) string {
	home, _ := os.UserHomeDir()
	p := place{goos: runtime.GOOS, home: home, getenv: os.Getenv, exists: exists}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	if name := p.synchronised(dir); name != "" {
		return name
	}
	target, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return ""
	}
	if home, err := filepath.EvalSymlinks(home); err == nil {
		p.home = home
	}
	return p.synchronised(target)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// place is what Synchronised knows of a computer.
type place struct {
	goos, home string
	getenv     func(string) string
	exists     func(string) bool
}

const (
	oneDrive    = "OneDrive"
	iCloud      = "iCloud Drive"
	dropbox     = "Dropbox"
	nextcloud   = "Nextcloud"
	googleDrive = "Google Drive"
)

func (p place) synchronised(dir string) string {
	for _, v := range []string{"OneDrive", "OneDriveConsumer", "OneDriveCommercial"} {
		if root := p.getenv(v); root != "" && p.within(dir, root) {
			return oneDrive
		}
	}
	if p.goos == "darwin" {
		if name := p.onMac(dir); name != "" {
			return name
		}
	}
	for at := dir; ; {
		if name := byFolderName(p.base(at)); name != "" {
			return name
		}
		if p.exists(at+"/.dropbox.cache") || p.exists(at+"/.dropbox") && p.exists(at+"/.dropbox.device") {
			return dropbox
		}
		if p.exists(at + "/.nextcloudsync.log") {
			return nextcloud
		}
		up := p.parent(at)
		if up == at {
			return ""
		}
		at = up
	}
}

// onMac knows where macOS puts file providers, and that iCloud takes Desktop and Documents along once the
// customer has switched that on: then its container has folders of these names.
func (p place) onMac(dir string) string {
	if p.within(dir, p.home+"/Library/Mobile Documents") {
		return iCloud
	}
	if clouds := p.home + "/Library/CloudStorage/"; strings.HasPrefix(dir, clouds) {
		name, _, _ := strings.Cut(strings.TrimPrefix(dir, clouds), "/")
		switch provider, _, _ := strings.Cut(name, "-"); provider {
		case "GoogleDrive":
			return googleDrive
		default:
			return provider
		}
	}
	for _, folder := range []string{"Desktop", "Documents"} {
		if p.within(dir, p.home+"/"+folder) &&
			p.exists(p.home+"/Library/Mobile Documents/com~apple~CloudDocs/"+folder) {
			return iCloud
		}
	}
	return ""
}

// byFolderName knows the names that the programs give their folders: "OneDrive - Example Ltd",
// "Dropbox (Personal)", "iCloudDrive" on Windows.
func byFolderName(name string) string {
	for prefix, program := range map[string]string{
		"OneDrive": oneDrive, "Dropbox": dropbox, "Nextcloud": nextcloud,
		"Google Drive": googleDrive, "GoogleDrive": googleDrive, "iCloudDrive": iCloud, "iCloud Drive": iCloud,
	} {
		rest, ok := strings.CutPrefix(name, prefix)
		if ok && (rest == "" || strings.HasPrefix(rest, " - ") || strings.HasPrefix(rest, " (")) {
			return program
		}
	}
	return ""
}

// within, base and parent know the separators of the system that place describes, not of the one that runs.
func (p place) within(dir, root string) bool {
	dir, root = p.slashes(dir), strings.TrimRight(p.slashes(root), "/")
	if p.goos == "windows" || p.goos == "darwin" {
		dir, root = strings.ToLower(dir), strings.ToLower(root)
	}
	return root != "" && (dir == root || strings.HasPrefix(dir, root+"/"))
}

func (p place) slashes(path string) string {
	if p.goos == "windows" {
		return strings.ReplaceAll(path, `\`, "/")
	}
	return path
}

func (p place) base(path string) string {
	path = p.slashes(path)
	return path[strings.LastIndex(path, "/")+1:]
}

func (p place) parent(path string) string {
	path = p.slashes(path)
	if i := strings.LastIndex(path, "/"); i > 0 {
		return path[:i]
	}
	return path
}
