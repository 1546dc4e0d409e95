// Package downloads notices new files in a folder. It opens none of them: it gives their paths, each once for each
// time that a file has come to rest there.
package downloads

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"certdesk/internal/fault"
)

// rest is for how long a file must not have changed: programs write in pieces.
const rest = 600 * time.Millisecond

// Watch tells found of each file that comes into dir from here on, until ctx ends; wanted says by its name whether a
// file is of interest. What lies there already, what lies in folders below, and what is gone again is not told. It
// returns once it watches. Faults: FolderGone.
func Watch(ctx context.Context, dir string, wanted func(name string) bool, found func(path string)) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fault.New(fault.FolderGone, err)
	}
	if err := w.Add(dir); err != nil {
		_ = w.Close()
		return fault.New(fault.FolderGone, nil) // the cause names the path
	}
	go func() {
		defer func() { _ = w.Close() }()
		watch(ctx, w, wanted, found)
	}()
	return nil
}

// seen is a file as it was when it was told.
type seen struct {
	size int64
	at   time.Time
}

func watch(ctx context.Context, w *fsnotify.Watcher, wanted func(string) bool, found func(string)) {
	calm := map[string]time.Time{} // files that changed last then
	told := map[string]seen{}
	tick := time.NewTicker(rest / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-w.Events:
			if !ok {
				return
			}
			if e.Has(fsnotify.Create) || e.Has(fsnotify.Write) {
				if wanted(filepath.Base(e.Name)) {
					calm[e.Name] = time.Now()
				}
			}
		case _, ok := <-w.Errors: // events were lost, or the folder can't be read: the customer can still open the file
			if !ok {
				return
			}
		case now := <-tick.C:
			for path, at := range calm {
				if now.Sub(at) < rest {
					continue
				}
				delete(calm, path)
				info, err := os.Lstat(path)
				if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
					continue
				}
				is := seen{info.Size(), info.ModTime()}
				if told[path] != is {
					told[path] = is
					found(path)
				}
			}
		}
	}
}
