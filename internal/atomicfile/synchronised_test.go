package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSynchronisedByPlace(t *testing.T) {
	tests := []struct {
		goos, dir string
		env       map[string]string
		there     []string
		want      string
	}{
		{goos: "linux", dir: "/home/anna/certificates"},
		{goos: "linux", dir: "/home/anna/Nextcloud/certificates", want: nextcloud},
		{goos: "linux", dir: "/home/anna/cloud/x", there: []string{"/home/anna/cloud/.nextcloudsync.log"}, want: nextcloud},
		{goos: "linux", dir: "/home/anna/Dropbox", want: dropbox},
		{goos: "linux", dir: "/home/anna/Dropbox (Example Ltd)/keys", want: dropbox},
		{goos: "linux", dir: "/home/anna/box/keys", there: []string{"/home/anna/box/.dropbox.cache"}, want: dropbox},
		{goos: "linux", dir: "/home/anna/Dropboxes"},
		{goos: "linux", dir: "/"},
		{goos: "windows", dir: `C:\Users\Anna\Documents`},
		{goos: "windows", dir: `C:\Users\Anna\OneDrive - Example Ltd\Documents`, want: oneDrive},
		{
			goos: "windows", dir: `c:\users\anna\Cloud\Documents`,
			env: map[string]string{"OneDriveCommercial": `C:\Users\Anna\Cloud`}, want: oneDrive,
		},
		{
			goos: "windows", dir: `C:\Users\Anna\Clouds`,
			env: map[string]string{"OneDrive": `C:\Users\Anna\Cloud\`},
		},
		{goos: "windows", dir: `C:\Users\Anna\iCloudDrive\x`, want: iCloud},
		{goos: "windows", dir: `\\server\share\x`},
		{goos: "darwin", dir: "/Users/anna/Documents"},
		{
			goos: "darwin", dir: "/Users/anna/Documents/keys",
			there: []string{"/Users/anna/Library/Mobile Documents/com~apple~CloudDocs/Documents"}, want: iCloud,
		},
		{goos: "darwin", dir: "/Users/anna/Library/Mobile Documents/com~apple~CloudDocs/x", want: iCloud},
		{goos: "darwin", dir: "/Users/anna/Library/CloudStorage/OneDrive-Personal/x", want: oneDrive},
		{goos: "darwin", dir: "/Users/anna/Library/CloudStorage/GoogleDrive-a@example.ch/x", want: googleDrive},
		{goos: "darwin", dir: "/Users/anna/Library/CloudStorage/Dropbox", want: dropbox},
	}
	for _, tt := range tests {
		home := map[string]string{"linux": "/home/anna", "windows": `C:\Users\Anna`, "darwin": "/Users/anna"}[tt.goos]
		p := place{
			goos: tt.goos, home: home,
			getenv: func(k string) string { return tt.env[k] },
			exists: func(path string) bool {
				for _, t := range tt.there {
					if path == t {
						return true
					}
				}
				return false
			},
		}
		if got := p.synchronised(tt.dir); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.goos, tt.dir, got, tt.want)
		}
	}
}

func TestSynchronisedFollowsLinks(t *testing.T) {
	root := t.TempDir()
	cloud := filepath.Join(root, "Nextcloud", "keys")
	if err := MkdirPrivate(cloud); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(root, "keys")
	if err := os.Symlink(cloud, link); err != nil {
		t.Fatal(err)
	}
	if got := Synchronised(link); got != nextcloud {
		t.Errorf("through a link: %q", got)
	}
	if got := Synchronised(root); got != "" {
		t.Errorf("beside it: %q", got)
	}
}
