package kit

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Disk is where [ChooseFile] looks. Everything in it may block, and is called off the UI goroutine.
type Disk interface {
	// List reads a folder. For the path of a file it gives the folder that the file is in, and File.
	List(ctx context.Context, path string) (Listing, error)
	// Places are the folders that people keep things in, and the drives that can be seen.
	Places(ctx context.Context) []FilePlace
	// MakeFolder makes a folder whose parent is there.
	MakeFolder(ctx context.Context, path string) error
}

// Listing is what is in a folder.
type Listing struct {
	Dir     string
	File    string // the name of the file that the path named, if it named one
	Entries []FileEntry
	More    bool // there is more than is listed
}

// FileEntry is a folder or a regular file. Devices, sockets and pipes are never listed.
type FileEntry struct {
	Name   string
	Folder bool
	Hidden bool
	Size   int64
	At     time.Time
}

// FilePlace is a folder at the side. Its name is that of a text ("files.place.home"), or the drive's own.
type FilePlace struct {
	Path, Name, Icon string
}

// ErrNotRegular is a path to something that is neither a folder nor a file that can be read as one.
var ErrNotRegular = errors.New("neither a folder nor a regular file")

// mostEntries bounds what is read of a folder: nobody finds a file among more of them by looking.
const mostEntries = 20_000

// computer is the disk of this computer.
type computer struct{}

func (computer) List(ctx context.Context, path string) (Listing, error) {
	return apart(ctx, func() (Listing, error) { return listFolder(ctx, path) })
}

func (computer) Places(ctx context.Context) []FilePlace {
	places, err := apart(ctx, func() ([]FilePlace, error) { return allPlaces(), nil })
	if err != nil {
		return nil
	}
	return places
}

func (computer) MakeFolder(ctx context.Context, path string) error {
	_, err := apart(ctx, func() (struct{}, error) { return struct{}{}, os.Mkdir(path, 0o750) })
	return err
}

// apart ends with ctx even when the system does not answer, as the folders of a computer that is gone don't.
func apart[T any](ctx context.Context, work func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := work()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

func listFolder(ctx context.Context, path string) (Listing, error) {
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	if err != nil {
		return Listing{}, err
	}
	l := Listing{Dir: path}
	if !info.IsDir() {
		if !info.Mode().IsRegular() {
			return Listing{}, ErrNotRegular
		}
		l.Dir, l.File = filepath.Split(path)
		l.Dir = filepath.Clean(l.Dir)
	}
	d, err := os.Open(l.Dir) // #nosec G304 -- where the person wants to look
	if err != nil {
		return Listing{}, err
	}
	defer func() { _ = d.Close() }()
	for ctx.Err() == nil {
		some, err := d.ReadDir(500)
		for _, e := range some {
			if len(l.Entries) == mostEntries {
				l.More = true
				break
			}
			if entry, ok := entryOf(l.Dir, e); ok {
				l.Entries = append(l.Entries, entry)
			}
		}
		if l.More || errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Listing{}, err
		}
	}
	sortEntries(l.Entries)
	return l, ctx.Err()
}

// entryOf looks at what a name stands for; a link stands for what it leads to.
func entryOf(dir string, e fs.DirEntry) (FileEntry, bool) {
	info, err := e.Info()
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		info, err = os.Stat(filepath.Join(dir, e.Name()))
	}
	if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
		return FileEntry{}, false
	}
	return FileEntry{Name: e.Name(), Folder: info.IsDir(), Hidden: isHidden(e.Name(), info), Size: info.Size(), At: info.ModTime()}, true
}

// sortEntries puts folders first, each by name without regard to case.
func sortEntries(entries []FileEntry) {
	keys := make(map[string]string, len(entries))
	for _, e := range entries {
		keys[e.Name] = strings.ToLower(e.Name)
	}
	slices.SortFunc(entries, func(a, b FileEntry) int {
		if a.Folder != b.Folder {
			if a.Folder {
				return -1
			}
			return 1
		}
		if c := strings.Compare(keys[a.Name], keys[b.Name]); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
}

// allPlaces are the home folder, those of the system's three in it that are there, and the drives.
func allPlaces() []FilePlace {
	var out []FilePlace
	add := func(path, name, icon string) {
		if path == "" || slices.ContainsFunc(out, func(p FilePlace) bool { return p.Path == path }) {
			return
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			out = append(out, FilePlace{path, name, icon})
		}
	}
	home, err := os.UserHomeDir()
	if err == nil {
		add(home, "files.place.home", "user")
		folders := homeFolders(home)
		add(folders[0], "files.place.documents", "file")
		add(folders[1], "files.place.downloads", "download")
		add(folders[2], "files.place.desktop", "monitor")
	}
	for _, d := range drives() {
		add(d, driveName(d), "server")
	}
	return out
}

// subfolders are the folders in each of dirs, for drives that are mounted there.
func subfolders(dirs ...string) []string {
	var out []string
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && len(out) < 12 {
				out = append(out, filepath.Join(dir, e.Name()))
			}
		}
	}
	return out
}
