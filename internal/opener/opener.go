// Package opener hands addresses, files and folders to the operating system.
//
// It opens little, on purpose: web pages over https (and those of a test service on this computer), a new
// e-mail that it composes itself, files of a few kinds that this app has written, and the folders they are
// in. A launcher may stay until the program it started is closed, and on some systems it
// reports success although nothing opened; so the screen always shows the address or path with a copy
// button as well.
//
// What can't be opened is [fault.OpenerFailed]; its cause never holds the address or the path.
package opener

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/pkg/browser"
	"github.com/skratchdot/open-golang/open"

	"certdesk/internal/fault"
)

// patience is how long a launcher may take before it counts as having opened something: those that stay
// until the program is closed have long done so by then, those that fail do so at once.
const patience = 5 * time.Second

// extensions are the kinds of file that may be opened: opening them shows them, or asks before it imports
// them. On Windows a file of another kind could be a program.
var extensions = map[string]bool{
	".p12": true, ".pfx": true, ".pem": true, ".crt": true, ".txt": true, ".pdf": true, ".eml": true,
}

// Opener opens things. It is safe for concurrent use.
type Opener struct {
	openURL  func(string) error // block until the launcher is done
	openPath func(string) error
	patience time.Duration

	mu      sync.Mutex
	written map[string]bool
}

// New makes an Opener that uses the system's launchers. It is called once, at the start, before other
// goroutines run: it takes what the app's own packaging has put into the environment out of it, so that
// what is launched does not inherit it.
func New() *Opener {
	cleanEnvironment()
	// Browsers are talkative; what they say belongs neither to our output nor to our log.
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	return &Opener{openURL: browser.OpenURL, openPath: open.Run, patience: patience, written: map[string]bool{}}
}

// Wrote says that this app has written the file at path, an absolute one, just now or, as its records say,
// earlier; it and its folder may be opened from now on.
func (o *Opener) Wrote(path string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.written[filepath.Clean(path)] = true
}

var (
	errForeign   = errors.New("opener: not written by this app")
	errKind      = errors.New("opener: not a kind of file that is opened")
	errNoFile    = errors.New("opener: not a regular file")
	errNoFolder  = errors.New("opener: not a folder")
	errPath      = errors.New("opener: not an absolute, clean path")
	errLauncher  = errors.New("opener: the launcher failed")
	errNoProgram = errors.New("opener: there is no launcher")
)

// OpenFile opens a file, which must have been reported to [Opener.Wrote], with the program that the system
// has for it. It returns when the launcher is done, after 5 seconds, or when ctx ends.
func (o *Opener) OpenFile(ctx context.Context, path string) error {
	if err := o.checkFile(path); err != nil {
		return fault.New(fault.OpenerFailed, err)
	}
	return o.launch(ctx, o.openPath, path)
}

// OpenFolder shows a folder in which this app has written a file, in the same way.
func (o *Opener) OpenFolder(ctx context.Context, path string) error {
	if err := o.checkFolder(path); err != nil {
		return fault.New(fault.OpenerFailed, err)
	}
	return o.launch(ctx, o.openPath, path)
}

func (o *Opener) checkFile(path string) error {
	if !filepath.IsAbs(path) || filepath.Clean(path) != path {
		return errPath
	}
	if !extensions[strings.ToLower(filepath.Ext(path))] {
		return errKind
	}
	o.mu.Lock()
	ours := o.written[path]
	o.mu.Unlock()
	if !ours {
		return errForeign
	}
	info, err := os.Lstat(path) // not Stat: a link in its place leads to something that we did not write
	if err != nil || !info.Mode().IsRegular() {
		return errNoFile
	}
	return nil
}

func (o *Opener) checkFolder(path string) error {
	if !filepath.IsAbs(path) || filepath.Clean(path) != path {
		return errPath
	}
	if strings.EqualFold(filepath.Ext(path), ".app") {
		return errKind // on macOS, opening such a folder starts a program
	}
	if !o.wroteInto(path) {
		return errForeign
	}
	info, err := os.Lstat(path)
	if err != nil || !info.IsDir() {
		return errNoFolder
	}
	return nil
}

func (o *Opener) wroteInto(folder string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for file := range o.written {
		if filepath.Dir(file) == folder {
			return true
		}
	}
	return false
}

// launch runs a launcher in a goroutine of its own, which outlives a ctx that ends: a launcher can't be
// called back.
func (o *Opener) launch(ctx context.Context, launcher func(string) error, what string) error {
	if ctx.Err() != nil {
		return fault.New(fault.Cancelled, context.Canceled)
	}
	done := make(chan error, 1)
	go func() { done <- launcher(what) }()
	enough := time.NewTimer(o.patience)
	defer enough.Stop()
	select {
	case err := <-done:
		return launched(err)
	case <-enough.C:
		return nil
	case <-ctx.Done():
		return fault.New(fault.Cancelled, context.Canceled)
	}
}

// launched keeps of a launcher's error what says nothing about the thing that was opened.
func launched(err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		return fault.New(fault.OpenerFailed, errNoProgram)
	case errors.As(err, &exit):
		return fault.New(fault.OpenerFailed, exit)
	}
	return fault.New(fault.OpenerFailed, errLauncher)
}
