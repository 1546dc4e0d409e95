//go:build windows

package kit

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"
)

func isHidden(name string, info fs.FileInfo) bool {
	if d, ok := info.Sys().(*syscall.Win32FileAttributeData); ok && d.FileAttributes&syscall.FILE_ATTRIBUTE_HIDDEN != 0 {
		return true
	}
	return strings.HasPrefix(name, ".")
}

// homeFolders asks Windows, which may have moved them to another drive or to OneDrive.
func homeFolders(home string) [3]string {
	out := [3]string{filepath.Join(home, "Documents"), filepath.Join(home, "Downloads"), filepath.Join(home, "Desktop")}
	for i, id := range []*windows.KNOWNFOLDERID{windows.FOLDERID_Documents, windows.FOLDERID_Downloads, windows.FOLDERID_Desktop} {
		if path, err := windows.KnownFolderPath(id, windows.KF_FLAG_DONT_VERIFY); err == nil && path != "" {
			out[i] = path
		}
	}
	return out
}

// drives are those that are in; asking an empty one for its folder would make Windows ask for a disk.
func drives() []string {
	mask, err := windows.GetLogicalDrives()
	if err != nil {
		return nil
	}
	var out []string
	for i := range 26 {
		if mask&(1<<i) != 0 {
			out = append(out, string(rune('A'+i))+`:`+string(os.PathSeparator))
		}
	}
	return out
}

func driveName(path string) string { return strings.TrimRight(path, `\`) }
