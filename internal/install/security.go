package install

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"certdesk/internal/fault"
)

// asked is how long security may take: macOS may ask for the keychain's password meanwhile.
const asked = 5 * time.Minute

// longest is what "security -i" reads of a line, with its end (Apple's SecurityTool/macOS/security.c, MAX_LINE_LEN).
const longest = 4096

// run runs security with arguments, of which none is secret.
func (k Keychain) run(ctx context.Context, args ...string) (string, error) {
	return k.start(ctx, nil, args...)
}

// command runs one command of "security -i", which may hold secrets.
func (k Keychain) command(ctx context.Context, words [][]byte) error {
	line, err := commandLine(words)
	if err != nil {
		return err
	}
	defer clear(line)
	_, err = k.start(ctx, line, "-i")
	return err
}

// commandLine quotes words as the parser of "security -i" takes them apart (split_line in the same file): between
// quotation marks a backslash makes the next character an ordinary one, and everything else is one already. It is
// not a shell: a word ends with its closing mark, and what ends a line can't be quoted at all.
func commandLine(words [][]byte) ([]byte, error) {
	line := make([]byte, 0, longest)
	for _, word := range words {
		line = append(line, '"')
		for _, b := range word {
			if b < ' ' || b == 0x7f {
				return nil, errors.New("install: a control character for security")
			}
			if b == '"' || b == '\\' {
				line = append(line, '\\')
			}
			line = append(line, b)
		}
		line = append(line, '"', ' ')
	}
	line = append(line, '\n')
	if len(line) >= longest {
		return nil, errors.New("install: too long a line for security")
	}
	return line, nil
}

func (k Keychain) start(ctx context.Context, stdin []byte, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, asked)
	defer cancel()
	cmd := exec.CommandContext(ctx, k.program(), args...) // #nosec G204 -- a list of arguments, to Apple's program
	cmd.Stdin = bytes.NewReader(stdin)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if failed := readSecurity(err, said.String()); failed != nil {
		return "", failed
	}
	return out.String(), nil
}

// Results of security that have a meaning here (Apple's SecBase.h).
const (
	secKilled        = -1 // nobody answered what macOS asked
	secCancelled     = -128
	secDuplicate     = -25299
	secItemNotFound  = -25300
	secAuthFailed    = -25293
	secNoKeychain    = -25294
	secNoDefault     = -25307
	secNotAllowed    = -25308
	secNeedsAsking   = -25315
	secNotAvailable  = -25291
	secReadOnly      = -25292
	secNoPermission  = -61
	secWrongPassword = -25264 // errSecPkcs12VerifyFailure
	secUnknownFormat = -25257
)

// What security says in English where it ends with 1, whatever went wrong.
var securitySays = map[int]string{
	secCancelled:     "User canceled",
	secDuplicate:     "already exists in the keychain",
	secItemNotFound:  "could not be found in the keychain",
	secAuthFailed:    "passphrase you entered is not correct",
	secNoKeychain:    "specified keychain could not be found",
	secNotAllowed:    "interaction is not allowed",
	secNoPermission:  "rite permission",
	secWrongPassword: "MAC verification failed",
	secUnknownFormat: "Unknown format in import",
}

// securityError is what security ended with. It holds numbers alone: what it says may name people and files.
type securityError struct {
	results []int // as far as they are known
	err     error // how the process ended; nil for a command of -i that failed
}

func (e *securityError) Error() string {
	return fmt.Sprintf("install: security: %v %v", e.results, e.err)
}

func (e *securityError) Unwrap() error { return e.err }

// has reports whether it is one of some results. A process ends with the last eight bits of one.
func (e *securityError) has(results ...int) bool {
	return slices.ContainsFunc(results, func(r int) bool { return slices.Contains(e.results, r) || slices.Contains(e.results, r&0xff) })
}

// returned is what "security -i" says after a command that failed.
var returned = regexp.MustCompile(`(?m): returned (-?[0-9]+)$`)

// readSecurity is how a run ended; nil: well.
func readSecurity(err error, said string) error {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	failed := &securityError{}
	if exit != nil {
		failed.err, failed.results = exit, append(failed.results, exit.ExitCode())
	}
	for _, m := range returned.FindAllStringSubmatch(said, 6) {
		if n, err := strconv.Atoi(m[1]); err == nil {
			failed.results = append(failed.results, n)
		}
	}
	if len(failed.results) == 0 {
		return nil
	}
	for result, words := range securitySays {
		if strings.Contains(said, words) {
			failed.results = append(failed.results, result)
		}
	}
	return failed
}

// failure says in words what security says in numbers.
func (k Keychain) failure(ctx context.Context, err error) error {
	var known *fault.Error
	var said *securityError
	code := fault.InstallRefused
	switch {
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil:
		return fault.New(fault.Cancelled, ctx.Err())
	case errors.As(err, new(*fs.PathError)): // it did not start
		code = fault.InstallMissing
	case !errors.As(err, &said):
	case said.has(secNoKeychain, secNoDefault):
		code = fault.InstallMissing
	case said.has(secAuthFailed, secNotAllowed, secNeedsAsking):
		code = fault.InstallLocked
	case said.has(secKilled, secCancelled, secNotAvailable, secReadOnly, secNoPermission):
		code = fault.InstallDenied
	case said.has(secDuplicate):
		code = fault.InstallKeyThere
	}
	return fault.New(code, err, "program", MacOS.Name())
}
