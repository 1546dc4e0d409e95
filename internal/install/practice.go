package install

import (
	"context"
	"os"
	"path/filepath"

	"certdesk/internal/atomicfile"
	"certdesk/internal/secret"
)

const (
	practiceDir  = "practice"
	practiceList = "[Profile0]\nName=Practice\nIsRelative=1\nPath=" + practiceDir + "\n"
)

// Practice makes a profile as Thunderbird makes it, with an empty store, below a folder that takes the place of
// a home: the demo's certificates are for no real program. One that is there already stays as it is. Where NSS's
// programs are missing, there is none.
func (i Installer) Practice(ctx context.Context, home string) error {
	root := filepath.Join(home, ".thunderbird")
	dir := filepath.Join(root, practiceDir)
	if hasStore(dir) || !i.Tools.present() {
		return nil
	}
	for _, d := range []string{home, root, dir} {
		if err := atomicfile.MkdirPrivate(d); err != nil {
			return err
		}
	}
	if _, err := i.Tools.certutil(ctx, dir, secret.Value{}, "-N"); err != nil {
		return err
	}
	list := filepath.Join(root, "profiles.ini")
	if _, err := os.Stat(list); err == nil {
		return nil
	}
	return atomicfile.Writer{}.Write(list, []byte(practiceList), atomicfile.Options{})
}
