package install

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"

	"certdesk/internal/secret"
)

// Tools are NSS's programs. The zero Tools finds them on the system's path.
type Tools struct {
	// Look finds a program; nil: the path. On Windows there are none: certutil is another program there.
	Look func(name string) (string, error)
}

func (t Tools) look(name string) (string, error) {
	switch {
	case t.Look != nil:
		return t.Look(name)
	case runtime.GOOS == "windows":
		return "", exec.ErrNotFound
	}
	return exec.LookPath(name)
}

func (t Tools) present() bool {
	for _, name := range []string{"certutil", "pk12util"} {
		if _, err := t.look(name); err != nil {
			return false
		}
	}
	return true
}

// patience is how long a program may take; a store on a slow disk takes seconds.
const patience = time.Minute

// certutil runs certutil on a store, with its password on standard input.
func (t Tools) certutil(ctx context.Context, dir string, primary secret.Value, args ...string) (string, error) {
	return t.run(ctx, "certutil", append(args, "-d", "sql:"+dir, "-f", "/dev/stdin"), primary, nil)
}

// importSealed runs pk12util. The file is one in memory, its password comes on standard input, that of the store
// by a pipe of its own: -k and -w each read their file to the end.
func (t Tools) importSealed(ctx context.Context, dir string, item Item, primary secret.Value) error {
	sealed, err := sealedFile(item.Sealed)
	if err != nil {
		return err
	}
	defer func() { _ = sealed.Close() }()
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = read.Close() }()
	line := passwordLine(primary)
	_, err = write.Write(line) // a pipe holds 4,096 bytes at least (limits.h); a line is shorter
	clear(line)
	if err = errors.Join(err, write.Close()); err != nil {
		return err
	}
	_, err = t.run(ctx, "pk12util", []string{
		"-i", "/dev/fd/3", "-d", "sql:" + dir, "-w", "/dev/stdin", "-k", "/dev/fd/4",
	}, item.Password, []*os.File{sealed, read})
	return err
}

// passwordLine is a password as NSS's programs read it. Longer ones than a store can have are cut.
func passwordLine(p secret.Value) []byte {
	text := p.Reveal()
	defer clear(text)
	return append(append(make([]byte, 0, 1024), text[:min(len(text), 1000)]...), '\n')
}

func (t Tools) run(ctx context.Context, name string, args []string, stdin secret.Value, files []*os.File) (string, error) {
	path, err := t.look(name)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	line := passwordLine(stdin)
	defer clear(line)
	cmd := exec.CommandContext(ctx, path, args...) // #nosec G204 -- a list of arguments, to a program found on the path
	cmd.Stdin, cmd.ExtraFiles = bytes.NewReader(line), files
	// The codes are the same in each language; the words between them are not looked at.
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("install: %s: %w: %s", name, err, codes(said.String()+out.String()))
	}
	return out.String(), nil
}

// code is how NSS names an error.
var code = regexp.MustCompile(`\b(SEC|PR|SSL)_ERROR_[A-Z0-9_]+|no keys found|Incorrect password`)

// codes are the codes in what a program has said, and nothing else of it: it may name people.
func codes(said string) string { return strings.Join(code.FindAllString(said, 6), " ") }
