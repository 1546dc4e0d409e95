package atomicfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/windows"

	"certdesk/internal/atomicfile"
	"certdesk/internal/fault"
)

// A file that another program has open, and shares or not, is not replaced: that is said, with its name, and the file
// stays as it is. Nothing else is left in the folder.
func TestAFileThatIsOpenElsewhereOnWindows(t *testing.T) {
	for name, shared := range map[string]uint32{"alone": 0, "for reading": windows.FILE_SHARE_READ} {
		dir, err := os.MkdirTemp("", "busy") // Wine can't remove what testing.T makes
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "anna.p12")
		if err := atomicfile.Write(path, []byte("old"), atomicfile.Options{}); err != nil {
			t.Fatal(err)
		}
		to, err := windows.UTF16PtrFromString(path)
		if err != nil {
			t.Fatal(err)
		}
		h, err := windows.CreateFile(to, windows.GENERIC_READ, shared, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
		if err != nil {
			t.Fatal(err)
		}
		err = atomicfile.Write(path, []byte("new"), atomicfile.Options{Replace: true})
		if !fault.Is(err, fault.FileBusy) || fault.Of(err).Args["name"] != "anna.p12" {
			t.Errorf("%s: %v", name, err)
		}
		if err := windows.CloseHandle(h); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != "old" {
			t.Errorf("%s: the file is %q, %v", name, got, err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%s: left in the folder: %v, %v", name, entries, err)
		}
		if err := atomicfile.Write(path, []byte("new"), atomicfile.Options{Replace: true}); err != nil {
			t.Errorf("%s: closed again: %v", name, err)
		}
		_, _ = os.Remove(path), os.Remove(dir)
	}
}
