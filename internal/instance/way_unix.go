//go:build unix

package instance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// maxPath is how long the path of a socket may be: sun_path has 108 bytes on Linux and 104 on macOS and the
// BSDs, with the zero at its end.
const maxPath = 103

var (
	errFolder = errors.New("instance: the folder for the socket is not ours alone")
	errLong   = errors.New("instance: no folder with a path short enough for a socket")
)

// listen opens the socket of dir. Whoever calls it has the lock, so a socket that is there already is what
// a crash left.
func listen(dir string) (net.Listener, error) {
	path, err := socketPath(dir, true)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var c net.ListenConfig
	l, err := c.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		_ = l.Close()
		return nil, err
	}
	return l, nil
}

func dial(ctx context.Context, dir string) (net.Conn, error) {
	path, err := socketPath(dir, false)
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	return d.DialContext(ctx, "unix", path)
}

// socketPath finds the socket of dir in the first folder that is short and ours alone: the one that the
// session has for such things, or one in the folder for temporary files, where others could have made one
// of the same name.
func socketPath(dir string, create bool) (string, error) {
	name, err := nameOf(dir, "")
	if err != nil {
		return "", err
	}
	last := errLong
	ours := "certdesk-" + strconv.Itoa(os.Getuid())
	for _, folder := range []string{
		filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "certdesk"),
		filepath.Join(os.TempDir(), ours),
		filepath.Join("/tmp", ours),
	} {
		path := filepath.Join(folder, name+".socket")
		if !filepath.IsAbs(folder) || len(path) > maxPath {
			continue
		}
		if create {
			if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
				last = fmt.Errorf("instance: %w", err)
				continue
			}
		}
		if last = private(folder); last == nil {
			return path, nil
		}
	}
	return "", last
}

// private checks that folder is a real one that belongs to us and that nobody else can enter.
func private(folder string) error {
	info, err := os.Lstat(folder)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int64(stat.Uid) != int64(os.Getuid()) || info.Mode().Perm()&0o077 != 0 {
		return errFolder
	}
	return nil
}
