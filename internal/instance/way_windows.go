package instance

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// keyName is a file beside the lock with a random part of the pipe's name. All users share the names of
// pipes; one that can be guessed could be opened by another user first, who would then be told our links.
const keyName = "lock.pipe"

func listen(dir string) (net.Listener, error) {
	var random [16]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, err
	}
	key := hex.EncodeToString(random[:])
	f, err := os.OpenFile(filepath.Join(dir, keyName), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.WriteString(key)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	path, err := pipePath(dir, key)
	if err != nil {
		return nil, err
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, fmt.Errorf("instance: who are we: %w", err)
	}
	return winio.ListenPipe(path, &winio.PipeConfig{
		SecurityDescriptor: "D:P(A;;GA;;;" + user.User.Sid.String() + ")", // nobody but us
	})
}

func dial(ctx context.Context, dir string) (net.Conn, error) {
	f, err := os.Open(filepath.Join(dir, keyName))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	key, err := io.ReadAll(io.LimitReader(f, 64))
	if err != nil {
		return nil, err
	}
	path, err := pipePath(dir, string(key))
	if err != nil {
		return nil, err
	}
	return winio.DialPipeContext(ctx, path)
}

func pipePath(dir, key string) (string, error) {
	name, err := nameOf(dir, key)
	return `\\.\pipe\certdesk-` + name, err
}
