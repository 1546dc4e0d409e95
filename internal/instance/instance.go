// Package instance sees to it that one app at a time works on a data directory, and lets a second start
// hand its link to the first.
//
// The lock is the operating system's, on the file "lock" in the data directory: it ends with the process,
// however that ends, so that a crash never keeps the next start out. The way to the first app is a socket
// in a folder that only this user can enter (Windows: a named pipe that only this user can open, under a
// name that only this user can read). What comes in there is not trusted: one line of JSON, at most 4 KiB,
// within two seconds; a link from it only fills in a form.
package instance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"certdesk/internal/fault"
)

// ErrRunning says that another app has the data directory; hand the link to it with [Send].
var ErrRunning = errors.New("instance: another app has this data directory")

const (
	lockName = "lock"
	waiting  = 16 // links that may wait to be looked at
	callers  = 4  // other starts that are listened to at a time
)

// Instance is the lock of a data directory, and the ear for other starts.
type Instance struct {
	lock     *flock.Flock
	listener net.Listener // nil: no way was found to listen
	deaf     error
	links    chan string
	served   sync.WaitGroup
	closing  sync.Once
}

// Acquire takes the lock of dir, an existing folder, and begins to listen for other starts. [ErrRunning]:
// another app has it. An app that can't listen (see [Instance.Listening]) still runs; a second start then
// can't hand over its link and says so.
//
// A caller that got ErrRunning and could not [Send] may try Acquire once more: the other may just have
// ended.
func Acquire(dir string) (*Instance, error) {
	lock := flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("instance: lock: %w", err)
	}
	if !held {
		return nil, ErrRunning
	}
	i := &Instance{lock: lock, links: make(chan string, waiting)}
	i.listener, i.deaf = listen(dir)
	if i.deaf == nil {
		i.served.Add(1)
		go i.serve()
	}
	return i, nil
}

// Held reports whether the lock is ours, still.
func (i *Instance) Held() bool { return i.lock.Locked() }

// Listening is nil, or why no other start can reach this app.
func (i *Instance) Listening() error { return i.deaf }

// Links are what other starts hand over: a link of at most 2,048 bytes without control characters and else
// unchecked, or "" from a start without one, which only wants the window to be shown. The channel is closed
// by Close.
func (i *Instance) Links() <-chan string { return i.links }

// Close stops listening and gives the lock back. It may be called more than once.
func (i *Instance) Close() error {
	var err error
	i.closing.Do(func() {
		if i.listener != nil {
			err = i.listener.Close()
		}
		i.served.Wait()
		close(i.links)
		err = errors.Join(err, i.lock.Unlock())
	})
	return err
}

// serve answers other starts, a few at a time, until the listener is closed.
func (i *Instance) serve() {
	defer i.served.Done()
	room := make(chan struct{}, callers)
	for {
		conn, err := i.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // that one caller went away
		}
		room <- struct{}{}
		i.served.Add(1)
		go func() {
			defer i.served.Done()
			defer func() { <-room }()
			i.hear(conn)
		}()
	}
}

// hear takes one message and answers whether it was taken.
func (i *Instance) hear(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	if conn.SetDeadline(time.Now().Add(patience)) != nil {
		return
	}
	link, err := readMessage(conn)
	if err != nil {
		return
	}
	select {
	case i.links <- link:
		_, _ = conn.Write([]byte(taken))
	default: // nobody looks at them: the window hangs, and the other start should say so
	}
}

// Send hands link, or "" to only have the window shown, to the app that has dir. It tries until ctx ends,
// at most two seconds: the other app may only just be starting. The fault is AnotherRunning when it does not
// answer.
func Send(ctx context.Context, dir, link string) error {
	message, err := newMessage(link)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	again := time.NewTicker(patience / 40)
	defer again.Stop()
	for {
		err := tell(ctx, dir, message)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fault.New(fault.AnotherRunning, err)
		case <-again.C:
		}
	}
}

func tell(ctx context.Context, dir string, message []byte) error {
	conn, err := dial(ctx, dir)
	if err != nil {
		return fmt.Errorf("instance: no way to the other app: %w", err)
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	if _, err := conn.Write(message); err != nil {
		return fmt.Errorf("instance: the other app does not listen: %w", err)
	}
	return readTaken(conn)
}

// nameOf is a name for dir that every start finds by itself: a hash, since the paths of sockets are short.
func nameOf(dir, more string) (string, error) {
	full, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if full, err = filepath.EvalSymlinks(full); err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(full + "\x00" + more))
	return hex.EncodeToString(sum[:12]), nil
}
